"""Writes a paper as DOCX: headings and lists by styles, A4, language, title, numbers of pages."""

import io
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from advisor.exchange.pdf.paper import (
    Block,
    ListBlock,
    ListEntry,
    Paper,
    Text,
    TextBlock,
    TextRun,
    TextStyle,
    TitleBlock,
)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_INK, _PALE = RGBColor(0x1B, 0x2A, 0x30), RGBColor(0x4A, 0x5A, 0x60)
_NO_XML = str.maketrans(dict.fromkeys("\ufffe\uffff", "\ufffd"))
_FROM_THE_RIGHT = frozenset({"R", "AL"})


def make_docx(paper: Paper, made_at: datetime) -> bytes:
    """The paper as DOCX. Raises TypeError for a block that is no heading, text or list."""
    document = Document()
    _set_up(document, paper, made_at)
    for block in paper.blocks:
        _write(document, block)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _set_up(document: DocxDocument, paper: Paper, made_at: datetime) -> None:
    about = document.core_properties
    about.title, about.language = _clean(paper.title), paper.language
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = made_at
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    page.top_margin = page.bottom_margin = Mm(18)
    styles: Any = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), paper.language)
    styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(10.5)
    sizes = {"Heading 1": 18, "Heading 2": 13, "Heading 3": 11}
    for name, size in sizes.items():
        styles[name].font.size, styles[name].font.color.rgb = Pt(size), _INK
    for name in ("Normal", "List Bullet", "List Number"):
        styles[name].paragraph_format.space_after = Pt(3)
    _write_foot(page.footer.paragraphs[0], paper.foot)


def _write_foot(foot: Paragraph, text: str) -> None:
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run(f"{_clean(text)} · " if text else "")
    _add_field(foot, "PAGE")
    foot.add_run(" / ")
    _add_field(foot, "NUMPAGES")
    for run in foot.runs:
        run.font.size, run.font.color.rgb = Pt(8.5), _PALE


def _add_field(paragraph: Paragraph, name: str) -> None:
    """A number that the reader's program works out."""
    for kind in ("begin", None, "end"):
        run: Any = paragraph.add_run()
        part = OxmlElement("w:instrText" if kind is None else "w:fldChar")
        if kind is None:
            part.set(qn("xml:space"), "preserve")
            part.text = name
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def _write(document: DocxDocument, block: Block) -> None:
    match block:
        case TitleBlock(text, level):
            _fill(document.add_heading("", level), text)
        case TextBlock(text, style):
            _fill(document.add_paragraph(), text, style)
        case ListBlock(items, is_numbered):
            for item in items:
                _fill(document.add_paragraph(style="List Number" if is_numbered else "List Bullet"), _item(item))
        case _:
            raise TypeError(f"A document holds no {type(block).__name__}.")


def _item(item: Text | ListEntry) -> Text:
    if isinstance(item, ListEntry):
        raise TypeError("A list of a document holds no list.")
    return item


def _fill(paragraph: Paragraph, text: Text, style: TextStyle = TextStyle.PLAIN) -> None:
    runs = list(_runs(text))
    for each in runs:
        run = paragraph.add_run(_clean(each.text))
        run.font.rtl = _runs_from_the_right([each.text]) or None
        run.bold = each.is_strong or style is TextStyle.STRONG or None
        if each.is_pale or style is TextStyle.SMALL:
            run.font.size, run.font.color.rgb = Pt(8.5), _PALE
    if _runs_from_the_right(each.text for each in runs):
        properties: Any = paragraph._p.get_or_add_pPr()
        properties.append(OxmlElement("w:bidi"))


def _runs(text: Text) -> Iterator[TextRun]:
    for run in [text] if isinstance(text, str) else text:
        yield TextRun(run) if isinstance(run, str) else run


def _runs_from_the_right(texts: Iterable[str]) -> bool:
    """Whether the first letter with a direction says so, as browsers decide it."""
    kinds = (unicodedata.bidirectional(char) for text in texts for char in text)
    return next((kind for kind in kinds if kind in {"L", *_FROM_THE_RIGHT}), "L") in _FROM_THE_RIGHT


def _clean(text: str) -> str:
    """Without the two characters that no XML may hold and that are stored all the same."""
    return text.translate(_NO_XML)
