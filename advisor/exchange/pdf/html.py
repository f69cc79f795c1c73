"""A paper from the page that shows it: one template feeds the screen, the print and the PDF.

What is read is what our own templates write: headings, paragraphs, lists, terms, tables, and pictures with words. What
is of use on a screen alone is left out, by the classes and elements that the print leaves out too.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from advisor.engine.document.text import whole_number
from advisor.exchange.pdf.paper import (
    Block,
    ListBlock,
    ListEntry,
    PanelBlock,
    PictureBlock,
    TableBlock,
    TermsBlock,
    TextBlock,
    TextRun,
    TextStyle,
    TitleBlock,
)

_LEFT_OUT = frozenset({"script", "style", "button", "form", "nav", "aside", "input", "select", "label", "caption"})
_SCREEN_ALONE = frozenset({"screen-only", "unseen", "act", "change", "offer", "actions", "contents", "sheet-foot"})
_SHORT = 4
"""Words so short, such as "+4", share the line of what follows."""

_PICTURE_HEIGHT, _PICTURE_WIDTH = 40, 640
"""A drawing is a picture from that many pixels on; what stretches is drawn as if the line had so many."""

_EMPTY = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "col"})
_TITLES = {f"h{level}": level for level in range(1, 7)}
_INLINE = frozenset({"a", "abbr", "b", "bdi", "code", "em", "i", "span", "strong", "small", "time", "br", "wbr"})
_STRONG = frozenset({"b", "strong"})
_SMALL_CLASSES = frozenset({"of", "trace", "small", "spelt-out"})
_LEAD_CLASSES = frozenset({"intro", "lead"})
_COLOURS = {"bpo": "#1d5c9e", "kpo": "#b3560a", "both": "#5d4a86", "keep": "#23303a", "unclear": "#5b676d"}
"""The bar of a panel by the outcome in its classes, as the screen has it."""


@dataclass(slots=True)
class _Element:
    """One element of the page; what is in it are texts and elements."""

    tag: str
    attributes: dict[str, str]
    inside: "list[str | _Element]" = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def is_left_out(self) -> bool:
        return self.tag in _LEFT_OUT or bool(self.classes & _SCREEN_ALONE) or "hidden" in self.attributes

    def elements(self) -> "Iterator[_Element]":
        return (it for it in self.inside if isinstance(it, _Element) and not it.is_left_out)

    def find(self, *tags: str) -> "Iterator[_Element]":
        """What has one of these tags, outermost first, in the order of the page."""
        for it in self.elements():
            if it.tag in tags:
                yield it
            else:
                yield from it.find(*tags)


class _Tree(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Element("root", {})
        self._open = [self.root]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].inside.append(_Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        at = next((place for place in range(len(self._open) - 1, 0, -1) if self._open[place].tag == tag), None)
        if at is not None:
            del self._open[at:]

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


Link = Callable[[str], str]
"""Where a link of the page leads from a paper; "" where it is of no use there."""


def blocks_of(html: str, link: Link) -> list[Block]:
    """The blocks of a page, or of a piece of one; what a picture says in words is the label of its figure."""
    return _in_order(_Reader(link).blocks([_Tree(html).root]))


def _in_order(blocks: Iterable[Block], above: int = 0) -> list[Block]:
    """Titles as a paper needs them: one of the first level on top, and no level left out on the way down."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, PanelBlock):
            block = PanelBlock(_in_order(block.blocks, above), block.colour)  # noqa: PLW2901
            above = max([above, *(it.level for it in block.blocks if isinstance(it, TitleBlock))])
        elif isinstance(block, TitleBlock):
            above = min(block.level if above else 1, above + 1)
            block = TitleBlock(block.text, above)  # noqa: PLW2901
        found.append(block)
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    link: Link

    def blocks(self, elements: Iterable[_Element]) -> Iterator[Block]:
        for element in elements:
            yield from self._blocks(element)

    def _blocks(self, element: _Element) -> Iterator[Block]:
        if element.tag in _TITLES:
            if text := _plain(self._runs(element)):
                yield TitleBlock(text, _TITLES[element.tag])
        elif element.tag in {"ul", "ol"}:
            if entries := [entry for it in element.elements() for entry in self._entry(it)]:
                yield ListBlock(entries, is_numbered=element.tag == "ol" and "role" not in element.attributes)
        elif element.tag == "dl":
            if rows := list(self._terms(element)):
                yield TermsBlock(rows)
        elif element.tag == "table":
            yield self._table(element)
        elif element.tag == "summary":
            titles = list(element.find(*_TITLES))
            yield from (
                self.blocks(titles)
                if titles
                else self._paragraph([_Element("strong", {}, element.inside)], TextStyle.PLAIN)
            )
        elif element.tag in {"figure", "svg"}:
            yield from self._pictures(element)
        elif "panel" in element.classes or "verdict" in element.classes:
            colour = next((colour for name, colour in _COLOURS.items() if name in element.classes), "#0b5a63")
            yield PanelBlock(list(self._mixed_blocks(element, TextStyle.PLAIN)), colour)
        else:
            yield from self._mixed_blocks(element, _style(element))

    @staticmethod
    def _pictures(element: _Element) -> Iterator[Block]:
        drawings = [element] if element.tag == "svg" else element.find("svg")
        alt = element.attributes.get("aria-label", "")
        return (PictureBlock(_drawing(svg), alt) for svg in drawings if _is_picture(svg))

    def _mixed_blocks(self, element: _Element, style: TextStyle) -> Iterator[Block]:
        """Words between blocks are paragraphs of their own."""
        row: list[str | _Element] = []
        for it in element.inside:
            if isinstance(it, str) or it.tag in _INLINE:
                row.append(it)
            elif not it.is_left_out and (it.tag != "svg" or _is_picture(it)):
                yield from self._paragraph(row, style)
                row = []
                inner = _style(it)
                yield from self._styled_blocks(it, style if inner is TextStyle.PLAIN else inner)
        yield from self._paragraph(row, style)

    def _styled_blocks(self, element: _Element, style: TextStyle) -> Iterator[Block]:
        for block in self._blocks(element):
            is_plain = isinstance(block, TextBlock) and block.style is TextStyle.PLAIN
            yield TextBlock(block.text, style) if is_plain and isinstance(block, TextBlock) else block

    def _paragraph(self, row: list[str | _Element], style: TextStyle) -> Iterator[Block]:
        runs = _tidy(self._runs(_Element("span", {}, row)))
        if runs:
            yield TextBlock(runs, style)

    def _entry(self, item: _Element) -> Iterator["list[TextRun] | ListEntry"]:
        blocks = list(self._mixed_blocks(item, TextStyle.PLAIN))
        flat = [it if isinstance(it, TextBlock | ListBlock) else TextBlock(_as_runs(it)) for it in blocks]
        flat = [it for it in flat if not isinstance(it, TextBlock) or it.text]
        if len(flat) > 1 and isinstance(flat[0], TextBlock) and len(_plain(_as_runs(flat[0]))) <= _SHORT:
            flat[:2] = [TextBlock([*_as_runs(flat[0]), TextRun(" "), *_as_runs(flat[1])])]
        if flat and isinstance(flat[0], TextBlock):
            text = [run if isinstance(run, TextRun) else TextRun(run) for run in _text_runs(flat[0])]
            yield ListEntry(text, flat[1:]) if flat[1:] else text
        elif flat:
            yield ListEntry("", flat)

    def _terms(self, element: _Element) -> Iterator[tuple[str, list[TextRun]]]:
        term = ""
        for it in element.find("dt", "dd"):
            if it.tag == "dt":
                term = _plain(self._runs(it)).rstrip(":")
            elif runs := _tidy(
                [run for block in self._mixed_blocks(it, TextStyle.PLAIN) for run in [*_as_runs(block), TextRun(" ")]]
            ):
                yield term, runs
                term = ""

    def _table(self, element: _Element) -> TableBlock:
        rows = [list(row.elements()) for row in element.find("tr")]
        cells = [[_tidy(self._cell(cell)) for cell in row] for row in rows if row]
        head, *body = cells
        shares = [float(it.attributes.get("data-share", "1")) for it in rows[0]]
        return TableBlock([_plain(cell) for cell in head], body, shares)

    def _cell(self, cell: _Element) -> list[TextRun]:
        return [run for block in self._mixed_blocks(cell, TextStyle.PLAIN) for run in [*_as_runs(block), TextRun(" ")]]

    def _runs(self, element: _Element, run: TextRun = TextRun("")) -> list[TextRun]:  # noqa: B008 - it is frozen
        runs: list[TextRun] = []
        for it in element.inside:
            if isinstance(it, str):
                runs.append(TextRun(it, run.url, is_strong=run.is_strong, is_pale=run.is_pale))
            elif it.tag in {"br", "wbr"}:
                runs.append(TextRun(" "))
            elif not it.is_left_out and it.tag != "svg":
                url = self.link(it.attributes["href"]) if it.tag == "a" and "href" in it.attributes else run.url
                inner = TextRun(
                    "",
                    url,
                    is_strong=run.is_strong or it.tag in _STRONG or "strength" in it.classes,
                    is_pale=run.is_pale or bool(it.classes & _SMALL_CLASSES),
                )
                runs += (
                    [TextRun(" "), *self._runs(it, inner), TextRun(" ")] if _stands_apart(it) else self._runs(it, inner)
                )
        return runs


def _is_picture(svg: _Element) -> bool:
    """Whether a drawing says something of its own: shapes beside words do not, nor does what is for a phone alone."""
    is_high = (whole_number(svg.attributes.get("height")) or 0) >= _PICTURE_HEIGHT
    return is_high and svg.attributes.get("width") == "100%" and "narrow-only" not in svg.classes


def _drawing(svg: _Element) -> str:
    """The source of a drawing that stands alone."""
    width, height = str(_PICTURE_WIDTH), svg.attributes["height"]
    alone = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}", "width": width}
    return _source(_Element("svg", {**svg.attributes, **alone}, svg.inside))


def _source(element: _Element) -> str:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attributes.items())
    inside = "".join(escape(it) if isinstance(it, str) else _source(it) for it in element.inside)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def _stands_apart(element: _Element) -> bool:
    """Whether the style sheet, rather than a blank, keeps it from the word before it."""
    return element.tag not in _INLINE or bool(element.classes & {*_SMALL_CLASSES, "strength", "tag", "sources"})


def _style(element: _Element) -> TextStyle:
    if element.classes & _SMALL_CLASSES:
        return TextStyle.SMALL
    return TextStyle.LEAD if element.classes & _LEAD_CLASSES else TextStyle.PLAIN


def _text_runs(block: TextBlock) -> list[str | TextRun]:
    return [block.text] if isinstance(block.text, str) else list(block.text)


def _as_runs(block: Block) -> list[TextRun]:
    """The words of a block where there is room for words alone."""
    match block:
        case TextBlock(_, style):
            runs = [it if isinstance(it, TextRun) else TextRun(it) for it in _text_runs(block)]
            pale = style is TextStyle.SMALL
            return [TextRun(it.text, it.url, is_strong=it.is_strong, is_pale=it.is_pale or pale) for it in runs]
        case TitleBlock(text):
            return [TextRun(text, is_strong=True)]
        case TermsBlock(rows):
            return [run for term, text in rows for run in (TextRun(f"{term}: "), *_words(text), TextRun(" "))]
        case ListBlock(items):
            return [
                run for it in items for run in (*_words(it.text if isinstance(it, ListEntry) else it), TextRun(" "))
            ]
        case PanelBlock(blocks):
            return [run for it in blocks for run in (*_as_runs(it), TextRun(" "))]
    return []


def _words(text: str | Iterable[str | TextRun]) -> list[TextRun]:
    runs = [text] if isinstance(text, str) else text
    return [it if isinstance(it, TextRun) else TextRun(it) for it in runs]


def _tidy(runs: Iterable[TextRun]) -> list[TextRun]:
    """Blanks as a browser shows them: one between words, none around them; runs that look the same in one."""
    found: list[TextRun] = []
    ends_blank = True
    for run in runs:
        text = " ".join(run.text.split(" ")) if run.text.isspace() else run.text
        words = " ".join(text.split())
        if not words:
            if text and not ends_blank:
                found.append(TextRun(" "))
                ends_blank = True
            continue
        before = " " if text[0].isspace() and not ends_blank else ""
        after = " " if text[-1].isspace() else ""
        made = TextRun(f"{before}{words}{after}", run.url, is_strong=run.is_strong, is_pale=run.is_pale)
        ends_blank = bool(after)
        last = found[-1] if found else None
        if last and (last.url, last.is_strong, last.is_pale) == (made.url, made.is_strong, made.is_pale):
            found[-1] = TextRun(last.text + made.text, made.url, is_strong=made.is_strong, is_pale=made.is_pale)
        else:
            found.append(made)
    while found and not found[-1].text.strip():
        found.pop()
    if found:
        last = found[-1]
        found[-1] = TextRun(last.text.rstrip(), last.url, is_strong=last.is_strong, is_pale=last.is_pale)
    return found


def _plain(runs: Iterable[TextRun]) -> str:
    return "".join(run.text for run in _tidy(runs))
