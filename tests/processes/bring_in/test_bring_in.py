"""A list comes in as a whole after a look at it, and can be taken back; what is asked is asked."""

import gzip
import io
from typing import Any

import openpyxl
from sqlalchemy import select

from advisor.engine.model.rules import RuleSet
from advisor.models import (
    AuditEvent,
    Database,
    Membership,
    Organisation,
    OrganisationOwner,
    ProcessImport,
    RecommendationRecord,
)
from advisor.models.processes.assessment import own_assessments, own_binned
from advisor.models.processes.groups import GROUPS_PER_OWNER
from advisor.processes.bring_in.presenter import IN_FULL
from tests.assessments.walker import Walker
from tests.processes.bring_in.lists import (
    HEAD,
    bring_in,
    complaint,
    names,
    paste,
    press,
    processes,
    send,
    ticked_names,
    words,
)
from tests.processes.conftest import Publish, reword_option
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import fields_of, text_of

MOST = 500
"""Processes of one list."""


def test_names_that_were_pasted_become_begun_processes_and_are_taken_back(
    owner: OwnerWalker, database: Database
) -> None:
    paste(owner, "Payroll\n\n  Invoices, weekly \n=SUM(A1)\n")
    assert processes(database, owner) == []
    assert ticked_names(owner) == ["Payroll", "Invoices, weekly", "=SUM(A1)"]
    assert "3 of 3 processes are chosen." in words(owner)
    assert "line 3" in words(owner)
    bring_in(owner)
    assert owner.path == "/processes"
    assert names(database, owner) == ["Payroll", "Invoices, weekly", "=SUM(A1)"]
    assert [mine.number for mine in processes(database, owner)] == [1, 2, 3]
    assert "3 processes were brought in." in words(owner)
    address = owner.response.request.full_path
    press(owner, "Undo")
    assert names(database, owner) == []
    assert "Undone: 3 processes are in the bin until" in words(owner)
    owner.open(address)  # another tab
    press(owner, "Put them back")
    assert names(database, owner) == ["Payroll", "Invoices, weekly", "=SUM(A1)"]
    owner.open("/processes")
    link = owner.page.select_one("a[href$='/processes/bring-in#brought']")  # where it can be found later
    assert text_of(link) == "1 list brought in lately"
    owner.open("/processes/bring-in")
    assert "3 processes were brought in." in words(owner)
    press(owner, "Undo")
    assert names(database, owner) == []
    with database.read() as session:
        assert len(list(session.scalars(own_binned(owner.owner)))) == 3


def test_a_sheet_gives_answers_parts_groups_and_advice(owner: OwnerWalker, database: Database) -> None:
    rows = "Payroll\tFinance; People\tno\tset\tyes\tbasic\nSearch\tLaw\tYES\tThought through each time\t\texpert\n"
    paste(owner, HEAD + rows + "Wages\t\tno\tset\t\t\n")
    assert "Finance; Law; People" in words(owner)
    assert "“YES” as “Core”" in words(owner)
    assert "All answered: advice" in words(owner)
    assert "2 of 4 answered: first advice" in words(owner)
    bring_in(owner)
    payroll, search, wages = processes(database, owner)
    assert (payroll.groups, search.groups, wages.groups) == (["Finance", "People"], ["Law"], [])
    with database.read() as session:
        advised = session.execute(select(RecommendationRecord.assessment_id, RecommendationRecord.result)).all()
        outcomes = {row.assessment_id: row.result["outcome"] for row in advised}
    assert outcomes[payroll.id] == "bpo"
    assert outcomes[search.id] == "keep"
    owner.open(f"/assessments/{payroll.id}")
    assert "BPO" in owner.heading
    owner.open(f"/assessments/{wages.id}")
    assert outcomes[wages.id] == "bpo"
    assert "First advice, from 2 of 4 answers" in words(owner)

    head = "process,part,edge,steps,written,skill,group\n"
    send(owner, f"{head}Letters,reading,no,open,,expert,Law\nLetters,filing,,set,yes,basic,\n".encode())
    assert "2 parts, All answered: advice" in words(owner)
    bring_in(owner, groups=None)
    letters = processes(database, owner)[-1]
    assert [part.name for part in letters.parts] == ["reading", "filing"]
    assert letters.groups == []


def test_every_problem_is_told_and_nothing_is_kept_before_it_is_wanted(owner: OwnerWalker, database: Database) -> None:
    file = "Our list,,\nprocess,edge,Remarks\nPayroll,yess,a\n,no,b\nSearch,no,c\nWages,no,d\n"
    send(owner, file.encode())
    assert ticked_names(owner) == ["Search", "Wages"]
    said = words(owner)
    assert "row 3, column edge, value “yess” : This must be one of no, yes, or not-sure. Did you mean “yes”?" in said
    assert "row 4, column process : This row names no process. Write its name here, or take the row away." in said
    assert "C “Remarks” left out" in said
    assert "Row 2 names the columns. What stands above it is left out: “Our list”." in said
    bring_in(owner, take=["0", "2"])
    assert names(database, owner) == ["Payroll", "Wages"]
    assert processes(database, owner)[0].answers == {}

    send(owner, b"process,edge\n,no\n", status=422)
    assert "row 2, column process: This row names no process." in words(owner).replace(" :", ":")
    send(owner, b"%PDF-1.7", "list.pdf", status=422)
    assert "This is a PDF, not a sheet or a text." in words(owner)
    paste(owner, "A\tB\nC\tD", status=422)
    assert "The template has the columns." in words(owner)
    assert text_of(owner.page.select_one("textarea")) == "A B C D"  # what was typed is still there
    paste(owner, " \n", status=422)
    assert complaint(owner) == "There is a problem Choose a file, or paste names"
    owner.submit(names="One", file=(io.BytesIO(b"process\nTwo\n"), "x.csv"), status=422)
    assert "not both" in complaint(owner)
    with database.read() as session:
        assert len(list(session.scalars(select(ProcessImport)))) == 1


def test_rows_of_one_name_are_asked_about(owner: OwnerWalker, database: Database) -> None:
    head = "process\tedge\tsteps\n"
    rows = "Payroll\tno\tset\nMail\tno\tset\nPayroll\tno\topen\nmail\tyes\tset\nWages\t\t\nWages\t\t\nAlone\t\t\n"
    paste(owner, head + rows)
    assert ticked_names(owner) == ["Alone"]
    bring_in(owner, status=422)
    assert "Say what to do with several rows of one name: “Payroll”, “Mail”, “Wages”" in complaint(owner)
    assert names(database, owner) == []
    assert owner.page.select_one("[name=same-0][value=parts]") is not None
    mail = owner.page.select_one("[name^=same-][value=parts][id*=same-2]")
    assert mail is None  # they differ in what is asked of the whole
    fields = [str(field["name"]) for field in owner.page.select("fieldset.ways input[value=first]")]
    assert len(set(fields)) == 4
    choices: dict[str, Any] = {"same": "each", "same-0": "parts", fields[-1]: "first"}
    bring_in(owner, **choices)
    assert names(database, owner) == ["Payroll", "Mail", "mail", "Wages", "Alone"]
    assert [part.name for part in processes(database, owner)[0].parts] == ["Part 1", "Part 2"]

    paste(owner, "Payroll\nNew\n")  # as when a list has grown
    assert ticked_names(owner) == ["New"]
    assert owner.page.select_one("table.preview a[href^='/assessments/']") is not None
    bring_in(owner)
    assert names(database, owner)[-2:] == ["Alone", "New"]


def test_what_came_in_meanwhile_is_told_before_it_comes_twice(owner: OwnerWalker, database: Database) -> None:
    paste(owner, "Payroll\nMail\n")
    other = owner.second_window()
    paste(other, "Payroll\nMail\n")
    bring_in(other)
    bring_in(owner, status=422)
    assert "Some of these names came into your list after this page was opened." in complaint(owner)
    assert len(names(database, owner)) == 2
    bring_in(owner, take=["1"])  # and now it is wanted
    assert names(database, owner) == ["Payroll", "Mail", "Mail"]


def test_a_list_comes_in_once_and_is_forgotten_as_a_preview(owner: OwnerWalker, database: Database) -> None:
    paste(owner, "Payroll\nMail\n")
    address = owner.path
    form = fields_of(owner.page.select("main form")[0]) | {"do": "bring"}
    replies = [owner.client.post(address, data=form) for _ in range(2)]
    assert {reply.status_code for reply in replies} == {303}
    assert replies[0].headers["Location"] == replies[1].headers["Location"]
    assert len(names(database, owner)) == 2
    owner.open(address)
    assert owner.path == "/processes"
    with database.read() as session:
        (kept,) = session.scalars(select(ProcessImport))
        assert kept.preview is None
        acts = [it.kind for it in session.scalars(select(AuditEvent).order_by(AuditEvent.sequence))]
        assert acts.count("processes brought in") == 1

    paste(owner, "Third\n")
    press(owner, "Forget it now")
    with database.read() as session:
        assert len(list(session.scalars(select(ProcessImport)))) == 1


def test_undo_keeps_and_names_what_was_changed_since(owner: OwnerWalker, database: Database) -> None:
    paste(owner, "Payroll\nMail\nWages\n")
    bring_in(owner)
    address = owner.response.request.full_path
    mine = processes(database, owner)[1]
    owner.open(f"/assessments/{mine.id}/questions/edge")
    owner.submit(answer="no")
    owner.open(f"/assessments/{processes(database, owner)[2].id}")  # looking changes nothing
    owner.open(address)
    assert "3 processes were brought in." in words(owner)
    assert "Changed since, so they would stay: Mail" in words(owner)
    press(owner, "Undo")
    assert names(database, owner) == ["Mail"]
    assert "Undone: 2 processes are in the bin" in words(owner)
    assert "Changed since, so still in your list: Mail" in words(owner)
    press(owner, "Put them back")
    assert names(database, owner) == ["Payroll", "Mail", "Wages"]


def test_who_has_no_account_is_told_why_and_led_to_one(walker: Walker) -> None:
    walker.open("/processes/bring-in")
    assert "A list of processes is kept in an account" in words(walker)
    link = walker.page.select_one("main a[href^='/register']")
    assert link is not None
    walker.open(str(link["href"]))
    assert walker.page.select_one("[name=next][value='/processes/bring-in']") is not None
    walker.begin()
    assert walker.post("/processes/bring-in", names="Payroll").status_code == 403


def test_answers_that_newer_rules_do_not_know_stop_the_list(
    owner: OwnerWalker, database: Database, newer: Publish, small: RuleSet
) -> None:
    paste(owner, HEAD + "Payroll\t\tno\tset\tyes\tbasic\n")
    newer(reword_option(small))
    bring_in(owner, status=422)
    assert "The rules changed after the list was read" in complaint(owner)
    assert names(database, owner) == []


def test_the_template_is_filled_in_and_comes_back(owner: OwnerWalker, database: Database) -> None:
    owner.open("/processes/bring-in")
    link = owner.page.select_one("a[href$='template.xlsx']")
    assert link is not None
    book = openpyxl.load_workbook(io.BytesIO(owner.client.get(str(link["href"])).data))
    sheet = book["Processes"]
    heads = {str(cell.value): cell.column for row in sheet.iter_rows(max_row=3) for cell in row if cell.value}
    row = sheet.max_row + 1
    for heading, value in (
        ("Process", "Payroll"),
        ("How core is it?", "Not core"),
        ("How fixed are the steps?", "Always the same"),
    ):
        sheet.cell(row, heads[heading], value)
    out = io.BytesIO()
    book.save(out)
    send(owner, out.getvalue(), "filled.xlsx")
    bring_in(owner)
    (mine,) = processes(database, owner)
    assert mine.answers == {"edge": "no"}
    assert mine.parts[0].answers == {"steps": "set"}


def test_what_an_account_takes_along_comes_in_again(owner: OwnerWalker, rival: OwnerWalker, database: Database) -> None:
    paste(owner, HEAD + "Payroll\tFinance\tno\tset\tyes\tbasic\n")
    bring_in(owner)
    owner.open("/account")
    file = owner.post("/account/download").data
    send(rival, file, "account.json")
    assert "number 1" in words(rival)
    bring_in(rival)
    assert names(database, rival) == ["Payroll"]
    send(rival, b'[{"process": "", "answers": {}}, {"process": "A", "answers": {"x": 1}}]', "list.json", status=422)
    assert "A process needs a name." in words(rival)
    assert "There is no such question." in words(rival)


def test_groups_are_spelled_as_they_are_and_no_more_than_fit(owner: OwnerWalker, database: Database) -> None:
    paste(owner, "process\tgroup\nPayroll\tFinance\n")
    bring_in(owner)
    paste(owner, "process\tgroup\nMail\tFINANCE; Post\nBills\tfinance\n")
    bring_in(owner)
    assert [mine.groups for mine in processes(database, owner)] == [["Finance"], ["Finance", "Post"], ["Finance"]]
    rows = "".join(f"P{number}\tG{number}\n" for number in range(GROUPS_PER_OWNER))
    paste(owner, f"process\tgroup\n{rows}")
    bring_in(owner, status=422)
    assert "you would have more than 100 groups" in complaint(owner)
    bring_in(owner, groups=None)
    assert len(names(database, owner)) == 103


def test_a_list_comes_into_an_organisation_by_who_may_change_it(
    owner: OwnerWalker, rival: OwnerWalker, database: Database
) -> None:
    with database.write() as session:
        together = Organisation(name="Town hall")
        session.add(together)
        session.flush()
        session.add(Membership(organisation_id=together.id, account_id=owner.account_id, role="editor"))
        session.add(Membership(organisation_id=together.id, account_id=rival.account_id, role="reader"))
        at = f"/organisations/{together.id}"
        theirs = OrganisationOwner(together.id)
    owner.open(f"{at}/processes/bring-in")
    owner.submit(names="Payroll\nMail\n")
    assert owner.path.startswith(f"{at}/processes/bring-in/")
    list_id = owner.path.rsplit("/", 1)[1]
    assert owner.client.get(f"/processes/bring-in/{list_id}").status_code == 404
    assert rival.client.get(f"{at}/processes/bring-in").status_code == 403
    bring_in(owner)
    assert owner.path == f"{at}/processes"
    with database.read() as session:
        assert len(list(session.scalars(own_assessments(theirs)))) == 2
    assert names(database, owner) == []
    rival.open(f"{at}/processes?brought={list_id}")
    assert "Undo" not in words(rival)
    assert "Bring a list in" not in words(rival)
    owner.open(f"{at}/processes?brought={list_id}")
    press(owner, "Undo")
    with database.read() as session:
        assert len(list(session.scalars(own_assessments(theirs)))) == 0


def test_a_long_list_shows_a_sample_in_full_and_all_of_it_when_asked(owner: OwnerWalker, database: Database) -> None:
    """UX.md section 6: a long page has at most 15 KB, and 500 rows with all their answers would have 26."""
    rows = "".join(f"Process {n}\tLaw\tno\tset\tyes\tbasic\n" for n in range(MOST))
    send(owner, (HEAD + rows).encode())
    assert len(gzip.compress(owner.response.data)) < 15 * 1024
    assert len(ticked_names(owner)) == MOST
    assert len(owner.page.select("tbody details")) == IN_FULL
    assert f"{MOST - IN_FULL} more rows, by their names" in owner.words
    takes = [str(n) for n in range(MOST) if n not in {3, MOST - 1}]
    owner.submit(button="answers", take=takes)
    assert len(owner.page.select("tbody details")) == MOST
    assert len(ticked_names(owner)) == MOST - 2
    bring_in(owner)
    assert len(names(database, owner)) == MOST - 2
