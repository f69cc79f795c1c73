"""How much room a paper needs when it is printed, before a browser has set it: a careful guess, on the large side."""

import unicodedata
from collections.abc import Iterable, Sequence
from math import ceil

from advisor.exchange.pdf.paper import (
    Block,
    ListBlock,
    ListEntry,
    PanelBlock,
    PictureBlock,
    TableBlock,
    TermsBlock,
    Text,
    TextBlock,
    TextRun,
    TextStyle,
    TitleBlock,
)

SHEET_WIDTH_MM, SHEET_HEIGHT_MM = 182, 269
"""What the margins of print (papers.css) leave of an A4 sheet, less a little."""

_MM_PER_POINT = 0.3528
_LETTER = 0.54
"""The width of a usual letter, in parts of the size: as the widest fonts of the style sheet have it."""
_LINE = 1.36
_TITLE_SIZES = {1: 1.7, 2: 1.18}
_STYLE_SIZES = {TextStyle.LEAD: 1.08, TextStyle.SMALL: 0.86}


def fits_one_sheet(blocks: Iterable[Block], size: float) -> bool:
    """Whether blocks set in so many points fit one A4 sheet."""
    height = sum(_lines(block, _letters(size)) for block in blocks) * size * _MM_PER_POINT * _LINE
    return height <= SHEET_HEIGHT_MM


def _letters(size: float) -> float:
    """How many letters of that size stand on a line."""
    return SHEET_WIDTH_MM / (size * _MM_PER_POINT * _LETTER)


def _lines(block: Block, letters: float) -> float:
    """The height of a block with the gap above it, in lines."""
    match block:
        case TitleBlock(text, level):
            size = _TITLE_SIZES.get(level, 1.05)
            return _rows(text, letters / size / 1.12) * size * 0.95 + 0.75
        case TextBlock(text, style):
            size = _STYLE_SIZES.get(style, 1)
            return _rows(text, letters / size) * size + 0.35
        case ListBlock(items):
            return sum(_item_lines(it, letters - 4) for it in items) + 0.35
        case TermsBlock(rows):
            return sum(_rows([f"{term}: ", *_runs(text)], letters) + 0.35 for term, text in rows)
        case TableBlock():
            return _table_lines(block, letters)
        case PanelBlock(inner):
            return sum(_lines(it, letters - 6) for it in inner) + 1.6
        case PictureBlock():
            return letters / 3
    raise AssertionError(block)


def _item_lines(item: Text | ListEntry, letters: float) -> float:
    if isinstance(item, ListEntry):
        return _rows(item.text, letters) + sum(_lines(it, letters) for it in item.below) + 0.2
    return _rows(item, letters) + 0.2


def _table_lines(table: TableBlock, letters: float) -> float:
    shares: Sequence[float] = table.widths or [1.0] * len(table.head)
    widths = [max(4.0, letters * share / sum(shares) - 2) for share in shares]
    rows = [table.head, *table.rows]
    return sum(max(_rows(cell, width) for cell, width in zip(row, widths, strict=False)) + 0.5 for row in rows) + 0.5


def _runs(text: Text) -> Sequence[str | TextRun]:
    return [text] if isinstance(text, str) else text


def _rows(text: Text, letters: float) -> int:
    """How many lines words need: a line is not filled to its end where the next word is long."""
    words = "".join(run if isinstance(run, str) else run.text for run in _runs(text)).split()
    rows, room = 1, letters
    for word in words:
        width = _width(word)
        if width > room:
            rows, room = rows + 1, letters
            if width > letters:  # broken wherever the line ends
                rows, width = rows + ceil(width / letters) - 1, width % letters
        room -= width + 0.55
    return rows


def _width(word: str) -> float:
    """The width of a word in usual letters."""
    return sum(_letter_width(letter) for letter in word)


def _letter_width(letter: str) -> float:
    if letter.isascii():
        if letter in "mwMW@%":
            return 1.75
        return 1.3 if letter.isupper() else 1
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Mn", "Cf"}:
        return 0
    if unicodedata.east_asian_width(letter) in {"W", "F"} or unicodedata.category(letter) == "So":
        return 2.1
    return 1.2 if letter.islower() or unicodedata.category(letter) == "Lo" else 1.5
