"""The brief as a file: opened by programs that had no part in writing it."""

import io
import zipfile

import mammoth
import pytest

from tests.poppler import pdf_facts, pdf_structure, pdf_text
from tests.processes.brief.conftest import Make
from tests.processes.owner_walker import OwnerWalker
from tests.reading import HtmlPage
from tests.visiting import text_of

HEBREW, TAMIL, ODD = "תשלום שכר בזמן", "ஊதியப் பட்டியல்", "𝔸 payroll 🧾 \ufffe."


@pytest.fixture
def written_brief(owner: OwnerWalker, make: Make) -> OwnerWalker:
    """The page of a brief in which its owner wrote something in several scripts."""
    make(owner, "payroll-parts")
    owner.open(f"{owner.at}/brief/edit")
    owner.submit(**{"section-ask": "\n".join([HEBREW, TAMIL, ODD]), "title": "Payroll & <pay>"})
    owner.open(f"{owner.at}/brief")
    return owner


def test_a_word_document_has_headings_and_lists_as_styles_and_the_words_of_the_page(written_brief: OwnerWalker) -> None:
    docx = written_brief.client.get(written_brief.page.select('a[href*="brief.docx"]')[0]["href"]).data
    page = HtmlPage(mammoth.convert_to_html(io.BytesIO(docx)).value)
    assert text_of(page.select_one("h1")) == "Payroll & <pay>"
    assert [text_of(h) for h in page.select("h2")] == [text_of(h) for h in written_brief.page.select("article h2")]
    lines = [text_of(line) for line in page.select("li")]
    assert {HEBREW, TAMIL, ODD.replace("\ufffe", "\ufffd")} < set(lines)
    text = written_brief.client.get(f"{written_brief.at}/brief/brief.txt").text
    assert lines == [row[2:].replace("\ufffe", "\ufffd") for row in text.splitlines() if row.startswith("- ")]
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        body, foot, styles = (archive.read(f"word/{name}.xml").decode() for name in ("document", "footer1", "styles"))
        about = archive.read("docProps/core.xml").decode()
    assert (body.count("<w:bidi/>"), body.count("<w:rtl/>")) == (1, 1), "one line of it runs from the right"
    assert "PAGE" in foot
    assert "NUMPAGES" in foot
    assert 'w:lang w:val="en-GB"' in styles
    assert "<dc:title>Payroll &amp; &lt;pay&gt;</dc:title>" in about
    assert "<dc:language>en-GB</dc:language>" in about


def test_the_text_to_copy_is_the_text_file_and_its_lines_are_those_of_the_page(written_brief: OwnerWalker) -> None:
    text = written_brief.client.get(f"{written_brief.at}/brief/brief.txt").text
    assert written_brief.page.select("#brief-text")[0].get_text().strip() == text.strip()
    lines = [row[2:].split(" (")[0] for row in text.splitlines() if row.startswith("- ")]
    shown = [text_of(line) for line in written_brief.page.select("article li[dir]")]
    assert len(lines) == len(shown)
    assert all(there.startswith(line) for line, there in zip(lines, shown, strict=True))


def test_a_pdf_is_tagged_has_its_title_and_at_most_two_sheets(written_brief: OwnerWalker) -> None:
    pdf = written_brief.client.get(written_brief.page.select('a[href*="brief.pdf"]')[0]["href"]).data
    facts = pdf_facts(pdf)
    assert facts["Title"] == "Payroll & <pay>"
    assert facts["Tagged"] == "yes"
    assert int(facts["Pages"]) <= 2
    structure = pdf_structure(pdf)
    assert structure.count("H1") == 1
    assert structure.count("H2") == len(written_brief.page.select("article h2"))
    assert HEBREW in pdf_text(pdf)
