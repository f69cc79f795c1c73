"""Your processes as a spreadsheet: the rows of the list, with text as text."""

import csv
import io
import json
from datetime import date
from typing import Any

from openpyxl import load_workbook

from advisor.accounts.account.data_export import account_data
from advisor.assessments.operations import answer_all, create
from advisor.engine.document.text import sort_key
from advisor.engine.model.answers import WorkItem
from advisor.exchange.items.read import open_items
from advisor.exchange.json_items import read_items
from advisor.exchange.own_files import as_work_items
from advisor.exchange.recommendation import recommend
from advisor.models import Account, Database
from advisor.models.processes.assessment import own_assessments
from advisor.models.processes.process_list import process_lines
from advisor.models.rule_sets.rule_set_version import rule_set as rules_of
from tests.assessments.walker import EXPERT, ROUTINE, Walker
from tests.processes.conftest import Publish
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sample_processes import keep

RISKY = '=HYPERLINK("http://x","click")'


def csv_rows(owner: OwnerWalker, query: str = "") -> list[dict[str, str]]:
    reply = owner.client.get(f"/processes/your-processes.csv{query}")
    assert reply.status_code == 200
    assert reply.mimetype == "text/csv"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="your-processes.csv"'
    assert reply.data.startswith(b"\xef\xbb\xbf"), "a spreadsheet knows UTF-8 by its mark"
    return list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))


def book(owner: OwnerWalker, query: str = "") -> Any:
    reply = owner.client.get(f"/processes/your-processes.xlsx{query}")
    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == "no-store"
    return load_workbook(io.BytesIO(reply.data))


def decide(owner: OwnerWalker, **more: object) -> None:
    owner.open(f"{owner.at}/decision")
    owner.submit(**more)


def test_a_row_says_what_the_list_says_and_the_notes(owner: OwnerWalker, newer: Publish) -> None:
    owner.finish(ROUTINE, name="Wages")
    decide(owner, made="bpo", decided_on="3/11/2026", notes="Two offers.\nThe second.")
    owner.begin("Letters")
    newer()
    letters, wages = csv_rows(owner)
    assert wages["Process"] == "Wages"
    assert (wages["Number"], wages["Advice"], wages["How clear"]) == ("1", "BPO", "Clear")
    assert (wages["BPO points"], wages["KPO points"], wages["Keep points"]) == ("7", "0", "0")
    assert (wages["Rules version"], wages["With the rules in force"]) == ("2", "would differ")
    assert (wages["Decision"], wages["Decided on"]) == ("Hand it to a BPO", "2026-11-03")
    assert wages["Notes"] == "Two offers.\nThe second."
    assert (letters["Advice"], letters["BPO points"], letters["Decision"]) == ("Not finished", "", "")


def test_the_workbook_has_the_same_and_a_sheet_that_says_what_it_is(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE, name="Wages")
    decide(owner, made="keep", decided_on="2026-11-03", notes="Why not")
    found = book(owner)
    assert found.sheetnames == ["Your processes", "About", "Processes", "Keys"]
    assert found["Keys"].sheet_state == "hidden"
    head, wages = ([cell.value for cell in row] for row in found["Your processes"].iter_rows())
    (plain,) = csv_rows(owner)
    assert head == list(plain)[: len(head)], "the answers stand behind all that the file had before"
    assert ["" if value is None else str(value) for value in wages] == list(plain.values())[: len(head)]
    assert isinstance(wages[head.index("BPO points")], int)
    about = {row[0].value: row[1].value for row in found["About"].iter_rows()}
    assert about["Rules in force"] == "Version 2"
    assert about["Processes"] == "1 of 1, as the list showed them"
    assert about["Made on"]
    assert "Advice never changes by itself" in about["Rules version"]


def test_groups_go_along_and_come_back_with_the_list_that_is_brought_in(
    owner: OwnerWalker, rival: OwnerWalker, database: Database
) -> None:
    with database.write() as session:
        item = WorkItem("Mixed", {}, (("Keying", {}), ("Advising", {})))
        mixed = create(session, owner.owner, "Mixed", {}, limit=100)
        answer_all(session, mixed, item)
        mixed.groups, mixed.look_again_on = ["Wave 2", "Zürich"], date(2027, 1, 5)
        create(session, owner.owner, "Wages", {}, limit=100)
    row = csv_rows(owner)[0]
    rows = {row["Process"]: row for row in csv_rows(owner) if not row["Part"]}
    assert rows["Mixed"]["Groups"] == "Wave 2; Zürich"
    assert rows["Mixed"]["Look again on"] == "2027-01-05"
    assert rows["Wages"]["Groups"] == ""
    assert row["Number"]
    for kind in ("csv", "xlsx"):
        file = owner.client.get(f"/processes/your-processes.{kind}").data
        rival.open("/processes/bring-in")
        rival.submit(file=(io.BytesIO(file), f"list.{kind}"))
        rival.submit(
            form=next(n for n, form in enumerate(rival.page.select("main form")) if form.select("[name=groups]"))
        )
        with database.read() as session:
            found = {line.name: line.groups for line in process_lines(session, rival.owner)}
        assert found == {"Mixed": ["Wave 2", "Zürich"], "Wages": []}, kind
        with database.write() as session:
            for one in session.scalars(own_assessments(rival.owner)):
                session.delete(one)


def test_i9_a_name_that_a_spreadsheet_would_run_is_text_in_both(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE, name=RISKY)
    decide(owner, made="bpo", notes="+1 and @all")
    (row,) = csv_rows(owner)
    assert row["Process"] == f"'{RISKY}"
    assert row["Notes"] == "'+1 and @all"
    cells = list(book(owner)["Your processes"].iter_rows())[1]
    by_value = {cell.value: cell for cell in cells}
    assert by_value[RISKY].data_type == "s"
    assert by_value["+1 and @all"].data_type == "s"
    assert all(cell.hyperlink is None and cell.data_type != "f" for cell in cells)


def test_it_has_what_the_list_was_asked_for_from_all_its_pages_in_its_order(
    owner: OwnerWalker, database: Database
) -> None:
    keep(database, owner.owner, 130)
    assert len(csv_rows(owner)) == 130
    names = [row["Process"] for row in csv_rows(owner, "?sort=name&page=2")]
    assert names == sorted(names, key=sort_key)
    assert len(names) == 130
    assert {row["Advice"] for row in csv_rows(owner, "?advice=kpo")} == {"KPO"}
    assert csv_rows(owner, "?q=no-such-name") == []


def test_the_list_links_to_both_with_what_it_was_asked_for(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE, name="Wages")
    owner.finish(EXPERT, name="Law")
    owner.open("/processes?advice=kpo&sort=name")
    links = [str(link["href"]) for link in owner.page.select(".take-away a") if "your-processes" in str(link["href"])]
    assert links == [f"/processes/your-processes.{kind}?advice=kpo&sort=name" for kind in ("xlsx", "csv")]


def test_s1_it_holds_ones_own_alone(owner: OwnerWalker, rival: OwnerWalker, walker: Walker) -> None:
    owner.finish(name="Marmalade")
    rival.finish(name="Jam")
    assert [row["Process"] for row in csv_rows(rival)] == ["Jam"]
    for kind in ("csv", "xlsx"):
        assert walker.client.get(f"/processes/your-processes.{kind}").status_code == 302
        assert owner.client.get(f"/processes/your-processes.{kind}x").status_code == 404


NAMES = ("1.10", "1.1", "=SUM(A1:A2)", "'0012", "0012", "2026-11-03", "Wages; and bonuses")


def test_what_an_owner_takes_away_gives_the_same_advice_again(owner: OwnerWalker, database: Database) -> None:
    """By every file: in one piece and in parts, with answers that are not sure, and whatever the name looks like."""
    with database.write() as session:
        rules = rules_of(session)
        for number, name in enumerate(NAMES):
            routine = {key: None if number % 2 and key == "skill" else it for key, it in ROUTINE.items()}
            own = {key: it for key, it in routine.items() if key != "edge"}
            expert = {key: it for key, it in EXPERT.items() if key != "edge"}
            parts = (("1.20", own), ("=b", expert)) if number % 3 == 0 else ()
            item = WorkItem(name, {"edge": routine["edge"]} if parts else routine, parts)
            answer_all(session, create(session, owner.owner, name, {}, limit=100), item)
    with database.read() as session:
        lines = {line.name: line.outcome for line in process_lines(session, owner.owner)}
        account = session.get(Account, owner.account_id)
        assert account is not None
        download = json.loads(json.dumps(account_data(session, account)))
    assert set(lines) == set(NAMES)
    assert len(set(lines.values())) > 1
    items, problems = read_items(rules, as_work_items(rules, download)[0])
    assert problems == []
    found = {"the account": items}
    for kind in ("csv", "xlsx"):
        file = owner.client.get(f"/processes/your-processes.{kind}").data
        with open_items(rules, file, f"your-processes.{kind}") as reading:
            found[kind] = list(reading)
        assert reading.problems == []
    for items in found.values():
        assert {item.process: recommend(rules, None, item)["outcome"] for item in items} == lines
        assert sorted(items, key=lambda item: item.process) == sorted(found["csv"], key=lambda item: item.process)
