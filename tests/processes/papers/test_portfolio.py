"""Many processes on a few sheets: what the list shows, or what was ticked, and nothing of anybody else."""

import pytest

from advisor.models import Database
from advisor.processes.papers.portfolio import read_numbers, write_numbers
from tests.assessments.walker import EXPERT, ROUTINE
from tests.poppler import pdf_facts, pdf_structure, pdf_text
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep
from tests.visiting import text_of


def names(owner: OwnerWalker) -> list[str]:
    return [text_of(name) for name in owner.page.select(".portfolio tbody th")]


def test_the_sheet_has_what_the_list_shows_or_what_was_ticked(owner: OwnerWalker, rival: OwnerWalker) -> None:
    for name, answers in (("Payroll", ROUTINE), ("Research", EXPERT), ("Ärzte", ROUTINE)):
        owner.finish(answers, name=name)
    rival.finish(ROUTINE, name="Rival")
    owner.open("/processes?sort=name")
    link = next(str(it["href"]) for it in owner.page.select(".take-away a") if "/processes/sheet?" in str(it["href"]))
    owner.open(link)
    assert names(owner) == ["Ärzte", "Payroll", "Research"]
    owner.open("/processes/sheet")
    assert names(owner) == ["Payroll", "Research", "Ärzte"], "by number, where no order was asked for"
    owner.open("/processes/sheet?q=research")
    assert names(owner) == ["Research"]
    listed = owner.open("/processes?q=payroll")
    owner.submit(button="paper", form=-1, of=[str(it["value"]) for it in listed.select("input[name=of]")])
    assert names(owner) == ["Payroll"]
    link = next(str(it["href"]) for it in owner.page.select("main a") if "sheet.pdf" in str(it["href"]))
    text = pdf_text(owner.client.get(link).data)
    assert "Payroll" in text
    assert "Research" not in text
    for nonsense in ("1-", "x", "-1", "1..2", "9" * 3_500, "1;2"):
        owner.open(f"/processes/sheet?only={nonsense}")
        assert len(names(owner)) == 3, "as if it were not said"
    owner.open("/processes/sheet?only=999")
    assert names(owner) == []
    assert owner.client.get("/processes/sheet.pdf?only=999").status_code == 404


def test_its_owner_reads_the_groups_and_the_points_and_a_stranger_no_group(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE, name="Payroll")
    listed = owner.open("/processes")
    owner.submit(
        button="group", form=-1, of=[str(it["value"]) for it in listed.select("input[name=of]")], group="Money"
    )
    points = text_of(owner.open("/processes").select_one("td .one-line"))
    sheet = text_of(owner.open("/processes/sheet").select_one(".portfolio tbody"))
    assert "Money" in sheet
    assert points in sheet
    assert "Money" not in text_of(owner.open("/processes/share").select_one(".portfolio"))


def test_the_sheet_and_its_pdf_say_what_the_summary_the_table_and_the_map_say(
    owner: OwnerWalker, database: Database
) -> None:
    keep(database, owner.owner, 30, unfinished=1)
    page = owner.open("/processes/sheet")
    reply = owner.client.get("/processes/sheet.pdf")
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="processes.pdf"'
    text, tags = "".join(pdf_text(reply.data).split()), pdf_structure(reply.data)
    for element in page.select(".portfolio :is(h1, h2, h3, th, td)"):
        for said, around in element.texts():
            # What stands small in a cell may go over two lines, between which stand the words of its neighbours.
            for piece in said.split() if around.name == "span" else ["".join(said.split())]:
                assert piece in text
    assert (tags.count("Table"), tags.count("Figure")) == (1, 1)
    assert int(pdf_facts(reply.data)["Pages"]) <= 3
    listed = text_of(owner.open("/processes").select_one(".overview"))
    assert text_of(page.select_one(".overview")) == listed


@pytest.mark.parametrize("numbers", [[1], [1, 2, 3], [3, 1, 7, 8], list(range(1, 500, 2))])
def test_numbers_are_written_into_an_address_and_read_again(numbers: list[int]) -> None:
    text = write_numbers(numbers)
    is_among = read_numbers(text)
    assert is_among
    assert [number for number in range(1, 600) if is_among(number)] == sorted(numbers)
    assert len(text) < 2_000


def test_nobody_without_an_account_has_a_sheet(owner: OwnerWalker) -> None:
    stranger = owner.client.application.test_client()
    assert stranger.get("/processes/sheet").status_code == 302
    assert stranger.get("/processes/sheet.pdf").status_code == 302
