"""One page says what the result says, with what its owner ticks, on one sheet, and to nobody else."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import update

from advisor.models import Assessment, Database
from advisor.processes.papers.one_page import ALLOWANCES
from advisor.processes.papers.reply import file_name
from tests.assessments.walker import MIXED, ROUTINE, UNSURE, Walker
from tests.poppler import pdf_facts, pdf_fonts, pdf_structure, pdf_text
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep
from tests.visiting import text_of

NOTE, FIGURE = "Two offers came in", "98,765"


def describe_process(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE, name="Wages")
    owner.open(f"{owner.at}/decision")
    owner.submit(made="bpo", decided_on="3/11/2026", notes=f"{NOTE}.\nThe second is cheaper.")
    owner.open(f"{owner.at}/costs")
    owner.submit(**{"currency": "EUR", "people-low": "98765"})


def words_of(owner: Walker, more: str = "") -> str:
    return text_of(owner.open(f"{owner.at}/one-page{more}").select_one(".one-page"))


def test_it_says_what_the_result_says(owner: OwnerWalker, database: Database) -> None:
    describe_process(owner)
    with database.write() as session:
        session.execute(update(Assessment).values(look_again_on=date(2027, 3, 4)))
    result = owner.open(f"{owner.at}/result")
    words = words_of(owner)
    for part in ("h1", ".lead p", ".strength", ".weighs dd"):
        for element in result.select(f".verdict {part}"):
            assert text_of(element).removesuffix(".") in words, part
    assert "Decision Hand it to a BPO You decided this on 3 November 2026, before this advice was given" in words
    assert "To be looked at again on 4 March 2027." in words
    assert "with version 2 of our rules" in words
    assert NOTE not in words
    assert FIGURE not in words
    ways = [str(link["href"]) for link in result.select(".keep-page a")]
    assert f"{owner.at}/one-page" in ways
    assert f"{owner.at}/result.pdf" in ways


def test_notes_and_costs_are_there_where_they_are_ticked_and_the_pdf_is_the_same(owner: OwnerWalker) -> None:
    describe_process(owner)
    owner.open(f"{owner.at}/one-page")
    owner.submit(**{"for": "Ada & the board", "notes": "yes", "costs": "yes"})
    words = text_of(owner.page.select_one(".one-page"))
    for wanted in (
        "For Ada & the board",
        f"{NOTE}.",
        "The second is cheaper.",
        f"{FIGURE} EUR",
        "does not rest on them",
    ):
        assert wanted in words
    link = next(str(it["href"]) for it in owner.page.select("main a") if "one-page.pdf" in str(it["href"]))
    reply = owner.client.get(link)
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="one-page-wages.pdf"'
    assert pdf_facts(reply.data)["Pages"] == "1"
    assert pdf_facts(reply.data)["Title"].startswith("Wages: ")
    text = "".join(pdf_text(reply.data).replace("•", "").replace(":", "").split())
    for sentence in words.split(". "):
        assert "".join(sentence.replace(":", "").split())[:60] in text, sentence


def test_without_notes_or_costs_nothing_is_offered(owner: OwnerWalker) -> None:
    owner.finish(UNSURE)
    owner.open(f"{owner.at}/one-page?notes=yes&costs=yes")
    assert not owner.page.select("input[type=checkbox]")
    assert "answers were “I'm not sure”." in text_of(owner.page.select_one(".one-page"))
    assert "Not decided yet" in text_of(owner.page.select_one(".one-page"))


def test_a_process_in_parts_has_a_line_for_each(owner: OwnerWalker) -> None:
    owner.finish(MIXED, name="Finance")
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1="Keying", part_2="Judging")
    while "/questions/" in owner.path:
        owner.submit()
    owner.open(f"{owner.at}/one-page")
    assert [text_of(row) for row in owner.page.select(".one-page tbody th")] == ["Keying", "Judging"]


def test_without_advice_there_is_none(owner: OwnerWalker) -> None:
    owner.begin("Letters")
    owner.open(f"{owner.at}/one-page")
    assert "/questions/" in owner.path
    for paper in ("one-page.pdf", "result.pdf"):
        assert owner.client.get(f"{owner.at}/{paper}").status_code == 404


def test_nobody_else_gets_any_of_it(owner: OwnerWalker, rival: OwnerWalker, admin: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    for other in (rival, admin, Walker(owner.client.application.test_client())):
        for paper in ("one-page", "one-page.pdf", "result.pdf"):
            assert other.client.get(f"{owner.at}/{paper}").status_code in {302, 404}


def test_a_visitor_takes_it_along_too(walker: Walker) -> None:
    walker.finish(ROUTINE)
    assert pdf_facts(walker.client.get(f"{walker.at}/result.pdf").data)["Tagged"] == "yes"
    walker.open(f"{walker.at}/one-page")


def test_the_whole_advice_as_pdf_has_its_reasons_answers_and_sources(owner: OwnerWalker) -> None:
    describe_process(owner)
    owner.open(f"{owner.at}/result?show=all")
    made = owner.client.get(f"{owner.at}/result.pdf").data
    text, tags = "".join(pdf_text(made).split()), pdf_structure(made)
    for part in (".because", ".risks summary", ".answers div + div dt", ".cited .claim i", ".noted"):
        for element in owner.page.select(part):
            assert "".join(text_of(element).split())[:50] in text, part
    for unseen in ("Openonetosee", "Tryotheranswers", "Change", "Print"):
        assert unseen not in text
    assert [tag for tag in tags if tag == "H1"] == ["H1"]
    assert {"H2", "P", "L", "LI"} <= set(tags)
    assert all(pdf_fonts(made).values())


def test_pdfs_are_counted(owner: OwnerWalker, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PDFS", 2)
    owner.finish(ROUTINE)
    replies = [owner.client.get(f"{owner.at}/result.pdf") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert int(replies[2].headers["Retry-After"]) > 0


def test_a_pdf_that_cannot_be_made_is_said_and_logged_without_a_word_of_it(
    owner: OwnerWalker, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.finish(ROUTINE)
    monkeypatch.setattr("advisor.exchange.pdf.maker.SIZE_LIMIT", 10)
    reply = owner.client.get(f"{owner.at}/result.pdf")
    assert reply.status_code == 503
    assert "Print the page instead" in reply.text


def test_a_file_is_called_by_plain_letters_whatever_the_process_is_called() -> None:
    names = {"Łódź — payroll": "one-page-odz-payroll", "../../etc/passwd": "one-page-etc-passwd", "外包": "one-page",
             'a"; filename=x.exe\r\n': "one-page-a-filename-x-exe", "W" * 200: "one-page-" + "w" * 40}  # fmt: skip
    assert {name: file_name("one-page", name) for name in names} == names


def test_the_last_allowance_fits_whatever_is_said() -> None:
    least = ALLOWANCES[-1]
    assert all(getattr(least, name) <= getattr(one, name) for one in ALLOWANCES for name in ("size", "text", "name"))


def test_every_typical_process_has_room_for_its_risks(app: Flask, database: Database) -> None:
    owner = OwnerWalker.signed_in(app, database, "olga@example.com")
    made = keep(database, owner.owner, 60)
    sizes = set()
    for one in made:
        sheet = owner.open(f"/assessments/{one.id}/one-page").select_one(".one-page")
        if sheet is None:  # a case that leaves questions open is asked on
            continue
        sizes.update(set(str(sheet["class"]).split()))
        assert " more risk" not in text_of(sheet), one.process_name
    assert {"size-11"} < sizes <= {"one-page", "size-11", "size-10-5", "size-10", "size-9-5"}


def test_notes_of_many_lines_stand_in_a_row(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    for lines, shown in ((3, 3), (90, 1)):
        owner.open(f"{owner.at}/decision")
        owner.submit(notes="Quince\n" * lines)
        page = owner.open(f"{owner.at}/one-page?notes=yes")
        assert len([it for it in page.select(".one-page p") if "Quince" in text_of(it)]) == shown
