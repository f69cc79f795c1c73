"""When a person on a slow phone line sees the page, and whether it jumps while it comes."""

from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Browser

from tests.benchmarks.table import Measurement
from tests.browser.person import CASES
from tests.browser.windows import PHONE, WIDE, Windows

ROUNDS = 5

OBSERVE = """
window.seen = { paint: 0, shift: 0, moved: [] };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.seen.paint = entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    window.seen.shift += entry.value;
    for (const { node } of entry.sources) window.seen.moved.push(node ? node.textContent.trim().slice(0, 30) : "");
  }
}).observe({ type: "layout-shift", buffered: true });
"""

PAINTED = """() => new Promise((done) => {
  const look = () => (window.seen.paint ? done(window.seen) : requestAnimationFrame(look));
  look();
})"""

SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}


def measure_paint(browser: Browser, url: str) -> Iterator[Measurement]:
    """Largest paint at 1.6 Mbps, 150 ms and a quarter of the processor; layout shift; complaints of the browser."""
    windows = Windows(browser, url)
    shifts: list[tuple[float, str]] = []
    for size, viewport in (("phone", PHONE), ("desk", WIDE)):
        person = windows.open(viewport)
        result = person.having_described(CASES["payroll"]).path
        pages = {"first page": "/", "question": result.replace("result", "questions/steps"), "result": result}
        person.page.add_init_script(OBSERVE)
        wire = person.page.context.new_cdp_session(person.page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", SLOW_LINE)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        for name, path in pages.items():
            for kept in (False, True) if name != "first page" else (False,):
                wire.send("Network.setCacheDisabled", {"cacheDisabled": not kept})
                paints = []
                for _ in range(ROUNDS):
                    person.open(path)
                    seen = person.page.evaluate(PAINTED)
                    paints.append(seen["paint"] / 1000)
                    shifts.append((seen["shift"], f"{name}, {size}: {', '.join(seen['moved'])}"))
                cache = "files in the cache" if kept else "nothing in the cache"
                yield Measurement(f"largest paint, {size}: {name}, {cache}", median(paints), "s", 1.5)
    windows.close()
    shift, moved = max(shifts)
    moved = " ".join(moved.split())
    yield Measurement("layout shift, all of these" + (f" (most: {moved})" if shift else ""), shift, "", 0)
    yield Measurement("console messages, CSP reports, other hosts", len(windows.complaints), "", 0)
