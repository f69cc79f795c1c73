"""What a paper is made of: headings, text, lists, tables, pictures, in the order in which they are read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class TextStyle(StrEnum):
    """How a paragraph looks."""

    PLAIN = "plain"
    LEAD = "lead"
    """A little larger: what is to be read first."""
    STRONG = "strong"
    SMALL = "small"
    """Small print, such as sources."""


@dataclass(frozen=True, slots=True)
class TextRun:
    """Some words of a paragraph that are set apart: strong, pale, or a link to ``url``, which is http(s) or mailto."""

    text: str
    url: str = ""
    is_strong: bool = False
    is_pale: bool = False


Text: TypeAlias = str | Sequence[str | TextRun]
"""Words in a row. They stand as they are: nothing in them is markup."""


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """A heading of the paper: ``level`` 1 comes once, and none is left out on the way down."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph."""

    text: Text
    style: TextStyle = TextStyle.PLAIN


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An item of a list with paragraphs, or lists of its own, below it."""

    text: Text
    below: Sequence["TextBlock | ListBlock"]


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list, with bullets or numbers."""

    items: Sequence[Text | ListEntry]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class TermsBlock:
    """Words with what belongs to each, side by side."""

    rows: Sequence[tuple[str, Text]]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table whose head is repeated on each sheet. ``widths`` are shares of the line; equal where none are given."""

    head: Sequence[str]
    rows: Sequence[Sequence[Text]]
    widths: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class PictureBlock:
    """A drawing as SVG, of some width in percent of the line.

    ``alt`` says the same in words; "" where the words beside it do.
    """

    svg: str
    alt: str
    width: int = 100


@dataclass(frozen=True, slots=True)
class PanelBlock:
    """Blocks in a frame, with a bar of this colour ("#1d5c9e") at their side."""

    blocks: Sequence["Block"]
    colour: str = "#0b5a63"


Block: TypeAlias = TitleBlock | TextBlock | ListBlock | TermsBlock | TableBlock | PictureBlock | PanelBlock


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. ``title`` is what its window is called, ``foot`` stands on each sheet beside the page's number.

    ``one_sheet``: it is set as small as it must be to fit one sheet; PdfNotMade where it would be too small to read.
    """

    title: str
    foot: str
    blocks: Sequence[Block] = field(default=())
    one_sheet: bool = False
    without_font: str = "“[?]” stands for what no font of this installation has: {}."
    """Said on top where that is so; the braces are for the numbers of the first such characters."""
    language: str = "en-GB"
