"""How much travels: the first page with everything it needs, the pages after it, and the files they share."""

import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser

from advisor import paths
from tests.benchmarks.caller import Caller
from tests.benchmarks.table import Measurement
from tests.browser.person import CASES
from tests.browser.states import READING
from tests.browser.windows import WIDE

KB = 1024
LISTS = {
    *("claims", "how the sum works", "claims of a version"),
    *("result, in two parts", "your processes, 200", "quick pass, 20 processes"),
}
"""Pages that list everything there is of a kind, or one thing for each of several parts."""

STATIC = Path(paths.ROOT) / "advisor" / "static"


def first_page(browser: Browser, url: str) -> Iterator[Measurement]:
    """What a stranger's browser fetches for the first page, headers included."""
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    received: list[float] = []
    wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    context.close()
    yield Measurement("first page, everything", sum(received) / KB, "KB", 45)
    yield Measurement("first page, requests", len(received), "", 8)


def pages(url: str) -> Iterator[Measurement]:
    """The HTML of every page but the first: what gzip makes of it, which the budget is for, and what is sent."""
    caller = Caller(url)
    question = caller.describe(CASES["payroll"], until="steps")
    both = caller.describe(CASES["finance-function"])
    halves = {"Posting invoices": CASES["finance-function"].answers, "Margin analysis": {}}
    parts = caller.break_up(caller.describe(CASES["finance-function"]), halves)
    result = caller.describe(CASES["payroll"])
    own = {
        "name": "/assessments/new",
        "question": question,
        "answers so far": result.replace("result", "answers"),
        "result, bpo": result,
        "result, kpo": caller.describe(CASES["market-research"]),
        "result, both": both,
        "result, the longest": caller.describe(CASES["claims-handling"]),
        "other ways": result.replace("result", "other-ways"),
        "result, in two parts": parts,
        "parts": parts.replace("result", "parts"),
        "delete": result.replace("result", "delete"),
        "your data": "/your-data",
    }
    reading = {name: path for name, path in READING.items() if name != "start" and "empty" not in name}
    sent: dict[str, int] = {}
    yield from _measure_pages(caller, {**own, **reading}, sent)
    owner = Caller(url)  # only now: a connection on which nothing is asked for a while is closed
    kept = owner.keep(200)
    begun = {**owner.get("/processes/quick-pass").hidden_fields, "names": "\n".join(f"Quick {n}" for n in range(20))}
    compared = "&".join(f"of={key}" for key in kept[:4])
    pages_of_it = {
        "result, in an account": f"/assessments/{kept[0]}/result",
        "your processes, 200": "/processes",
        "what a link would show": f"/assessments/{kept[0]}/share/new",
        "4 processes side by side": f"/processes/compare?{compared}",
        "quick pass, names": "/processes/quick-pass",
        "quick pass, 20 processes": owner.post("/processes/quick-pass", begun).location,
    }
    yield from _measure_pages(owner, pages_of_it, sent)
    heaviest = max(sent, key=lambda name: sent[name])
    yield Measurement(f"HTML as sent, the heaviest page ({heaviest})", sent[heaviest] / KB, "KB")


def _measure_pages(who: Caller, paths: Mapping[str, str], sent: dict[str, int]) -> Iterator[Measurement]:
    """Measure these pages; ``sent`` gets the bytes that travelled for each."""
    for name, path in paths.items():
        reply = who.get(path, **{"Accept-Encoding": "gzip"})
        html = gzip.decompress(reply.body) if reply.encoding == "gzip" else reply.body
        sent[name] = len(reply.body)
        yield Measurement(f"HTML gz: {name}", _zipped_size(html) / KB, "KB", 15 if name in LISTS else 8)


def files() -> Iterator[Measurement]:
    """The files that all pages share."""
    for kind, budget in (("css", 18), ("js", 16)):
        size = sum(_zipped_size(file.read_bytes()) for file in (STATIC / kind).rglob(f"*.{kind}"))
        yield Measurement(f"{kind.upper()}, gz", size / KB, "KB", budget)
    fonts = [file for file in STATIC.rglob("*") if file.suffix in {".woff", ".woff2", ".ttf", ".otf"}]
    yield Measurement("fonts", len(fonts), "", 0)
    images = [file for file in STATIC.rglob("*") if file.suffix in {".png", ".jpg", ".gif", ".webp", ".svg", ".ico"}]
    yield Measurement("images besides the site's icon", len([file for file in images if file.stem != "favicon"]), "", 0)


def _zipped_size(content: bytes) -> int:
    return len(gzip.compress(content, 6, mtime=0))
