"""Papers as PDF: tagged, in every script that there is a font for, and never taken for markup."""

from datetime import UTC, datetime

import pytest

from advisor.exchange.pdf.maker import PdfNotMade, make_pdf
from advisor.exchange.pdf.paper import (
    Block,
    ListBlock,
    ListEntry,
    PanelBlock,
    Paper,
    PictureBlock,
    TableBlock,
    TermsBlock,
    TextBlock,
    TextRun,
    TextStyle,
    TitleBlock,
)
from tests.poppler import pdf_facts, pdf_fonts, pdf_structure, pdf_text

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="5" height="5"/></svg>'
HOSTILE = (
    '#read("/etc/passwd") #panic() #pagebreak()',
    "$ x $ *b* _i_ `c` @ref <label> ~ -- // /* */",
    "= Heading\n- item\n+ item\n/ term: x",
    "<b>x</b> & &amp; <script>alert(1)</script>",
    "\\u{41} \\ \" ' [ ] { } #{1+1}",
)


def a_paper(*blocks: Block, one_sheet: bool = False) -> Paper:
    return Paper("Payroll: BPO suits it", "Foot", (TitleBlock("Payroll", 1), *blocks), one_sheet=one_sheet)


def test_a_paper_says_what_it_is_and_how_it_is_read() -> None:
    paper = a_paper(
        PanelBlock([TitleBlock("BPO suits it"), TextBlock("In short.", TextStyle.LEAD)]),
        TextBlock(["See ", TextRun("our page", "https://example.org/x"), " for ", TextRun("more", is_strong=True)]),
        ListBlock(["One", ["Two ", TextRun("pale", is_pale=True)], ListEntry("Three", [ListBlock(["a", "b"])])]),
        ListBlock(["First"], is_numbered=True),
        TermsBlock([("Decision", "Go ahead")]),
        TableBlock(["Number", "Process"], [("1", "Payroll"), ("2", "Research")], [1, 4]),
        PictureBlock(SVG, "One square", 20),
    )
    made = make_pdf(paper, AT)
    facts, tags = pdf_facts(made), pdf_structure(made)
    assert facts["Title"] == "Payroll: BPO suits it"
    assert facts["Tagged"] == "yes"
    assert facts["Page size"].endswith("(A4)")
    assert facts["CreationDate"].startswith("Mon Mar  2 12:00:00 2026")
    assert b"/Lang(en-GB)" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert [tag for tag in tags if tag in {"H1", "H2", "H3"}] == ["H1", "H2"]
    assert tags.count("TH") == 2
    assert tags.count("TD") == 4
    assert tags.count("LI") == 6
    assert {"P", "L", "Table", "THead", "Figure", "Link"} <= set(tags)
    assert all(pdf_fonts(made).values())
    assert "Foot" in pdf_text(made)
    assert "1/1" in "".join(pdf_text(made).split())


def test_nothing_that_is_written_is_taken_for_markup() -> None:
    made = make_pdf(a_paper(*map(TextBlock, HOSTILE), ListBlock(HOSTILE), TableBlock(HOSTILE, [HOSTILE])), AT)
    long = make_pdf(a_paper(TextBlock("x" * 4_000), TitleBlock("W" * 200), TableBlock(["x" * 200] * 5, [])), AT)
    assert pdf_facts(long)["Pages"] == "2"
    text = " ".join(pdf_text(made).split())
    for hostile in HOSTILE[:2] + HOSTILE[3:]:
        assert text.count(" ".join(hostile.split())) >= 2
    assert "root:" not in text
    assert pdf_facts(made)["Pages"] == "1"
    assert [tag for tag in pdf_structure(made) if tag in {"H1", "H2", "H3"}] == ["H1"]


def test_a_link_leads_to_the_web_or_nowhere() -> None:
    runs = [TextRun(url, url) for url in ("javascript:alert(1)", "file:///etc/passwd", "https://example.org/")]
    made = make_pdf(a_paper(TextBlock(runs)), AT)
    assert pdf_structure(made).count("Link") == 1


def test_what_the_fonts_of_the_package_have_is_there_and_the_rest_is_said() -> None:
    latin = "Zażółć gęślą jaźń, Straße, Ærø, Þórr, e\u0301, Ωμέγα, Щука, “€ → ≤ № …”"
    made = make_pdf(a_paper(TextBlock(latin), TextBlock("עברית العربية")), AT)
    text = pdf_text(made)
    assert "[?]" not in text
    for word in ("Zażółć", "Straße", "Þórr", "Ωμέγα", "Щука", "€", "№"):
        assert word in text
    nobodys = "\U0001bc00\U0001bc01"  # Duployan shorthand
    for odd in (
        "👩🏽\u200d💻 á",
        "🏽",
        "e" + "\u0301" * 300,
        "\u2066x\u2069\u202e y",
        "ก็็็",
        "ﷺ",
        "\ufffd\ue000",
        "\u200d",
    ):
        pdf_text(make_pdf(a_paper(TextBlock(odd), TableBlock([odd], [[odd]])), AT))
    many = "".join(chr(0x12000 + n) for n in range(300))  # cuneiform
    made = make_pdf(a_paper(TextBlock(f"Name {nobodys} end, {many} end")), AT)
    text = " ".join(pdf_text(made).split())
    assert "Name [?] end, [?] end" in text
    assert "“[?]” stands for what no font of this installation has: U+12000, U+12001," in text


def test_one_sheet_is_one_sheet_or_there_is_none() -> None:
    made = make_pdf(a_paper(TextBlock("Some words of it. " * 300), one_sheet=True), AT)
    assert pdf_facts(made)["Pages"] == "1"
    assert pdf_facts(make_pdf(a_paper(TextBlock("Some words of it. " * 600)), AT))["Pages"] != "1"
    with pytest.raises(PdfNotMade):
        make_pdf(a_paper(TextBlock("Some words of it. " * 3_000), one_sheet=True), AT)


def test_a_paper_that_is_too_long_is_refused() -> None:
    with pytest.raises(PdfNotMade):
        make_pdf(a_paper(TextBlock("x" * 2_000_000)), AT)
    rows = [(str(number), "a name that is rather long " * 6, "BPO") for number in range(500)]
    assert int(pdf_facts(make_pdf(a_paper(TableBlock(["Number", "Process", "Advice"], rows)), AT))["Pages"]) > 10
