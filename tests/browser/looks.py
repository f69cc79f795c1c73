"""What a person would see or feel on a page, measured in the browser once the page is there whole."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from weakref import WeakSet

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

_SMALL_ANSWERS = """() => {
  // Asks the browser what a finger would hit, point by point, away from the middle of each radio and checkbox.
  const small = [];
  for (const box of document.querySelectorAll("input[type=radio], input[type=checkbox]")) {
    if (!box.checkVisibility()) continue;  // folded away
    box.scrollIntoView({ block: "center", behavior: "instant" });
    const { left, top, width, height } = box.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const hits = (dx, dy) => {
      const hit = document.elementFromPoint(x + dx, y + dy);
      return hit === box || (hit && hit.closest("label") && hit.closest("label").control === box);
    };
    const reach = (dx, dy, enough) => {
      let steps = 0;
      while (steps < enough && hits(dx * (steps + 1), dy * (steps + 1))) steps += 1;
      return steps;
    };
    const up = reach(0, -1, 43), before = reach(-1, 0, 43);
    const tall = up + reach(0, 1, 43 - up) + 1;
    const wide = before + reach(1, 0, 43 - before) + 1;
    if (tall < 44 || wide < 44) small.push(`${box.id}: ${wide} x ${tall}`);
  }
  window.scrollTo(0, 0);
  return small;
}"""

_SMALL_TARGETS = """() => {
  // A link inside a sentence is as tall as its line: its paragraph has words besides the links.
  const inSentence = (target) => {
    if (getComputedStyle(target).display !== "inline") return false;
    let block = target.parentElement;
    while (getComputedStyle(block).display === "inline") block = block.parentElement;
    const words = (text) => text.replace(/[^\\p{L}]/gu, "").length;
    const linked = [...block.querySelectorAll("a")].reduce((sum, link) => sum + words(link.innerText), 0);
    return words(block.innerText) > linked;
  };
  const small = [];
  const targets = "a[href], button, summary, select, textarea, input:not([type=hidden])";
  for (const target of document.querySelectorAll(targets)) {
    if (["radio", "checkbox"].includes(target.type)) continue;
    const { width, height } = target.getBoundingClientRect();
    const seen = target.checkVisibility() && width > 1 && height > 1;
    if (seen && (width < 24 || height < 24) && !inSentence(target)) {
      small.push(`${target.innerText || target.id}: ${Math.round(width)} x ${Math.round(height)}`);
    }
  }
  return small;
}"""

_TOO_WIDE = """() => {
  const page = document.scrollingElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((part) => part.getBoundingClientRect().right > page.clientWidth + 1 && !part.closest("svg svg"))
    .slice(0, 5)
    .map((part) => `<${part.tagName.toLowerCase()} class="${part.getAttribute("class") || ""}"> ends at
      ${Math.round(part.getBoundingClientRect().right)} of ${page.clientWidth}`);
}"""

_CUT_TABLES = """() => {
  // A table may be wider than what it stands in only where that scrolls, and a keyboard can reach it to scroll it.
  const cut = [];
  for (const table of document.querySelectorAll("main table")) {
    if (!table.checkVisibility()) continue;  // folded away
    for (let box = table.parentElement; box && box !== document.body; box = box.parentElement) {
      const { overflowX } = getComputedStyle(box), over = table.getBoundingClientRect().right
        - box.getBoundingClientRect().right;
      const scrolls = overflowX === "auto" || overflowX === "scroll";
      if (scrolls && (over <= 1 || box.tabIndex >= 0)) break;
      if (over > 1) {
        const around = box.tagName.toLowerCase();
        cut.push(`<table class="${table.className}"> is ${Math.round(over)} px wider than its <${around}>`);
        break;
      }
    }
  }
  return cut;
}"""


_UNFOLDED = """() => {
  const open = (wanted) => document.querySelectorAll("main details").forEach((one) => { one.open = wanted; });
  open(true);
  const found = (%s)();
  open(false);
  return found;
}"""

_LARGE_TEXT = """() => {
  document.documentElement.style.fontSize = "200%%";
  const found = (%s)();
  document.documentElement.style.fontSize = "";
  return found;
}"""

_SHOWN = """() => [...document.querySelectorAll("*")].map((part) => {
  // What axe looks at in each part of a page, save how wide and how far down it is.
  const style = getComputedStyle(part), box = part.getBoundingClientRect(), size = parseFloat(style.fontSize);
  return [
    part.checkVisibility({ visibilityProperty: true, opacityProperty: true }),
    box.width > 1 && box.height > 1, box.right <= 0 || box.bottom + scrollY <= 0,
    style.color, style.backgroundColor, style.backgroundImage, style.opacity, style.textDecorationLine,
    size >= 24 || (size >= 18 && style.fontWeight >= 700),
  ].join();
}).join("\\n")"""

_OF_PLACES = ["target-size", "scrollable-region-focusable"]
"""The rules of axe that depend on where things are and how large."""

_VIOLATIONS = """async (options) => {
  // Axe reads every style sheet anew and waits for sound and films, which of these rules only those about sound need;
  // and it asks every page whether there are frames in it. It need not where there is nothing of the kind.
  const preload = document.querySelector("audio, video") !== null;
  const iframes = document.querySelector("iframe, frame") !== null;
  const { violations } = await axe.run({ ...options, preload, iframes });
  return violations.map(({ id, help, nodes }) => [id, help, nodes[0].html, nodes.length]);
}"""


_with_axe: "WeakSet[Page]" = WeakSet()
"""The pages that bring axe along wherever they go, which takes half as long as to send them half a megabyte again."""


def at_widths(page: Page, *widths: Mapping[str, int]) -> Iterator[tuple[int, list[str]]]:
    """Give the page each of these sizes, one after the other, with its width and what axe finds; then its own again.

    Where a page shows the same in the same colours as at a width before, only the rules about places are asked again.
    """
    page.wait_for_load_state()
    before = page.viewport_size
    assert before is not None
    seen = set()
    for viewport in widths:
        _resize(page, viewport["width"], viewport["height"])
        shown = str(page.evaluate(_SHOWN))
        yield viewport["width"], axe_violations(page, only=_OF_PLACES if shown in seen else None)
        seen.add(shown)
    _resize(page, before["width"], before["height"])


def axe_violations(page: Page, only: Sequence[str] | None = None) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA, and landmarks of one name, with the first place of each.

    ``only`` are the rules that are asked, all of these unless given.
    """
    options: dict[str, Any] = {
        "runOnly": {"type": "rule", "values": only} if only else {"type": "tag", "values": _LEVELS},
        "rules": {} if only else {"landmark-unique": {"enabled": True}},
        "resultTypes": ["violations"],
    }
    page.wait_for_load_state()
    if page not in _with_axe:
        page.add_init_script(AXE_SCRIPT)
        page.evaluate(AXE_SCRIPT)
        _with_axe.add(page)
    found = page.evaluate(_VIOLATIONS, options)
    return [f"{rule}: {words}: {first[:200]} ({number})" for rule, words, first, number in found]


def small_targets(page: Page) -> list[str]:
    """Answers that are smaller than 44 pixels, and anything else to press that is smaller than 24."""
    return _list(page, f"() => [...({_SMALL_ANSWERS})(), ...({_SMALL_TARGETS})()]")


def sideways(page: Page) -> list[str]:
    """What makes the page scroll sideways, if it does."""
    return _list(page, _TOO_WIDE)


def cut_tables(page: Page) -> list[str]:
    """Tables that are wider than what they stand in, where that cannot be scrolled by everybody."""
    return _list(page, _CUT_TABLES)


def cut_tables_unfolded(page: Page) -> list[str]:
    """The same with all open that can be folded away; it is closed again."""
    return _list(page, _UNFOLDED % _CUT_TABLES)


def sideways_at(page: Page, width: int) -> list[str]:
    """What makes the page scroll sideways in a window of another width."""
    before = page.viewport_size
    assert before is not None
    _resize(page, width, before["height"])
    found = sideways(page)
    _resize(page, before["width"], before["height"])
    return found


def sideways_with_large_text(page: Page) -> list[str]:
    """What makes the page scroll sideways with text twice as large."""
    return _list(page, _LARGE_TEXT % _TOO_WIDE)


def _resize(page: Page, width: int, height: int) -> None:
    if page.viewport_size != {"width": width, "height": height}:
        page.set_viewport_size({"width": width, "height": height})


def _list(page: Page, script: str) -> list[str]:
    page.wait_for_load_state()
    found: Any = page.evaluate(script)
    return [" ".join(str(item).split()) for item in found]
