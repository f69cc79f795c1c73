"""How a sheet shows and prints: rows as high as their text, heads on every page, as many pages across as it takes.

Some programs work out the height of a row when they open a file, others leave it as the file has it; so it is said.
"""

from collections.abc import Iterable, Sequence
from math import ceil

from xlsxwriter.worksheet import Worksheet

_LINE = 15.0
"""Points of one line."""

_MOST_LINES = 27
"""Lines in the highest row that a spreadsheet can have."""

_LETTERS, _CAPITALS = 1.03, 1.35
"""Letters in the width of a digit, on average, in the widest of the usual typefaces; and a capital beside a letter."""

_NARROWEST, _COMFORTABLE, _WIDEST = 8, 60, 255
"""Characters in a column."""

_A4 = 9
_UPRIGHT, _ACROSS = 95, 210
"""Characters on a page: upright in full size, and in landscape as small as one still reads with ease."""


def fitting_width(label: str, cells: Iterable[object]) -> int:
    """As wide as the widest cell, within reason."""
    widest = max((len(line) for cell in (label, *cells) for line in _text(cell).splitlines()), default=0)
    return min(max(widest + 2, _NARROWEST), _COMFORTABLE)


def wide_enough(width: int, cells: Iterable[object]) -> int:
    """``width``, or what it takes so that no cell is higher than a row can be."""
    highest = max((text for text in map(_text, cells) if len(text) > width * 4), key=len, default="")
    while width < _WIDEST and _lines(highest, width) > _MOST_LINES:
        width = min(ceil(width * 1.25), _WIDEST)
    return width


def set_height(
    sheet: Worksheet, row: int, cells: Sequence[object], widths: Sequence[int], *, is_bold: bool = False
) -> None:
    """Make a row as high as the highest of its cells; one of a single line stays as it is."""
    scale = 0.9 if is_bold else 1
    lines = max((_lines(_text(cell), width * scale) for cell, width in zip(cells, widths, strict=False)), default=1)
    if lines > 1:
        sheet.set_row(row, min(lines, _MOST_LINES) * _LINE)


def set_up(sheet: Worksheet, widths: Sequence[int], *, heads: int | None, frozen: int) -> None:
    """Prepare a sheet for paper. Rows to ``heads`` and ``frozen`` columns stand on every page."""
    total = sum(widths)
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&RPage &P of &N")
    if total > _UPRIGHT:
        sheet.set_landscape()
    sheet.fit_to_pages(max(1, round(total / _ACROSS)), 0)
    if heads is not None:
        sheet.repeat_rows(0, heads)
        if frozen and total > _ACROSS:
            sheet.repeat_columns(0, frozen - 1)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes, rather too many than too few."""
    room = width * _LETTERS
    if len(text) <= room and text.isascii() and "\n" not in text and not text.isupper():
        return 1
    return sum(_line_count(line, room) for line in text.split("\n"))


def _line_count(line: str, room: float) -> int:
    """The lines of a paragraph, cut between words; a word that is longer than a line goes on on the next."""
    lines, used = 1, 0.0
    for word in line.split(" "):
        width = _units(word)
        if used and used + 1 + width > room:
            lines, used = lines + 1, width
        else:
            used += width + 1 if used else width
        if used > room:
            more = ceil(used / room) - 1
            lines, used = lines + more, used - more * room
    return lines


def _units(word: str) -> float:
    """How wide a word is: capitals are wider than other letters, and signs of East Asia twice as wide."""
    if word.isupper():
        return len(word) * _CAPITALS
    return len(word) + (0 if word.isascii() else sum(char >= "\u1100" for char in word))
