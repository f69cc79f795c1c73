"""A list comes in as a whole after a look at it, once, within what the account holds, and can be taken back."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import openpyxl
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from advisor.engine.model.rules import RuleSet
from advisor.models import (
    Assessment,
    AuditEvent,
    Database,
    Membership,
    Organisation,
    OrganisationOwner,
    ProcessImport,
    RecommendationRecord,
)
from advisor.models.assessment import own_assessments, own_binned
from advisor.models.base import now
from advisor.models.groups import GROUPS_PER_OWNER
from advisor.models.removal import purge
from tests.assessments.walker import Walker
from tests.effort import within
from tests.exchange.hostile_files import SHEET, with_members
from tests.processes.conftest import Publish, reworded
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import Visitor, fields_of, text_of

HEAD = "process\tgroup\tedge\tsteps\twritten\tskill\n"


def paste(owner: Visitor, names: str, status: int = 200) -> None:
    owner.open("/processes/bring-in")
    owner.submit(names=names, status=status)


def send(owner: Visitor, data: bytes, name: str = "services.csv", status: int = 200) -> None:
    owner.open("/processes/bring-in")
    owner.submit(file=(io.BytesIO(data), name), status=status)


def large(owner: Visitor, size: int) -> TestResponse:
    """Send a large file, written out here: the test client would leave it behind."""
    field = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{owner.token}\r\n--b\r\n'
    named = 'Content-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
    body = (field + named).encode() + b"x" * size + b"\r\n--b--\r\n"
    return owner.client.post("/processes/bring-in", data=body, content_type="multipart/form-data; boundary=b")


def bring(owner: Visitor, status: int = 200, **chosen: object) -> None:
    owner.submit(button="bring", status=status, **chosen)


def processes(database: Database, owner: OwnerWalker) -> list[Assessment]:
    with database.read() as session:
        found = own_assessments(owner.owner).order_by(None).order_by(Assessment.number)
        return list(session.scalars(found))


def names(database: Database, owner: OwnerWalker) -> list[str]:
    return [mine.process_name for mine in processes(database, owner)]


def words(person: Visitor) -> str:
    return text_of(person.page.select_one("main"))


def complaint(person: Visitor) -> str:
    return text_of(person.page.select_one(".problems"))


def ticked(person: Visitor) -> list[str]:
    """The names that are ticked."""
    rows = person.page.select("table.preview tbody tr")
    return [text_of(row.select_one("label")) for row in rows if row.select_one("input[checked]")]


def press(person: Visitor, words: str) -> None:
    forms = person.page.select("main form")
    index = next(at for at, form in enumerate(forms) if words in text_of(form.select_one("button")))
    person.submit(form=index)


def test_names_that_were_pasted_become_begun_processes_and_are_taken_back(
    owner: OwnerWalker, database: Database
) -> None:
    paste(owner, "Payroll\n\n  Invoices, weekly \n=SUM(A1)\n")
    assert processes(database, owner) == []
    assert ticked(owner) == ["Payroll", "Invoices, weekly", "=SUM(A1)"]
    assert "3 of 3 processes are chosen." in words(owner)
    assert "line 3" in words(owner)
    bring(owner)
    assert owner.path == "/processes"
    assert names(database, owner) == ["Payroll", "Invoices, weekly", "=SUM(A1)"]
    assert [mine.number for mine in processes(database, owner)] == [1, 2, 3]
    assert "3 processes were brought in." in words(owner)
    address = owner.response.request.full_path
    press(owner, "Undo")
    assert names(database, owner) == []
    assert "3 processes were taken back, and are in the bin until" in words(owner)
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
    assert "All answered: it gets its advice" in words(owner)
    assert "2 of 4 answered" in words(owner)
    bring(owner)
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
    assert not owner.path.endswith("/result")  # there is more to answer

    head = "process,part,edge,steps,written,skill,group\n"
    send(owner, f"{head}Letters,reading,no,open,,expert,Law\nLetters,filing,,set,yes,basic,\n".encode())
    assert "2 parts, All answered: it gets its advice" in words(owner)
    bring(owner, groups=None)
    letters = processes(database, owner)[-1]
    assert [part.name for part in letters.parts] == ["reading", "filing"]
    assert letters.groups == []


def test_every_problem_is_told_and_nothing_is_kept_before_it_is_wanted(owner: OwnerWalker, database: Database) -> None:
    file = "Our list,,\nprocess,edge,Remarks\nPayroll,yess,a\n,no,b\nSearch,no,c\nWages,no,d\n"
    send(owner, file.encode())
    assert ticked(owner) == ["Search", "Wages"]
    said = words(owner)
    assert "row 3, column edge, value “yess” : This must be one of no, yes, or not-sure. Did you mean “yes”?" in said
    assert "row 4, column process : This row names no process. Write its name here, or take the row away." in said
    assert "C “Remarks” left out" in said
    assert "Row 2 names the columns. What stands above it is left out: “Our list”." in said
    bring(owner, take=["0", "2"])
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
    assert ticked(owner) == ["Alone"]
    bring(owner, status=422)
    assert "Say what to do with several rows of one name: “Payroll”, “Mail”, “Wages”" in complaint(owner)
    assert names(database, owner) == []
    assert owner.page.select_one("[name=same-0][value=parts]") is not None
    mail = owner.page.select_one("[name^=same-][value=parts][id*=same-2]")
    assert mail is None  # they differ in what is asked of the whole
    fields = [str(field["name"]) for field in owner.page.select("fieldset.ways input[value=first]")]
    assert len(set(fields)) == 4
    choices: dict[str, Any] = {"same": "each", "same-0": "parts", fields[-1]: "first"}
    bring(owner, **choices)
    assert names(database, owner) == ["Payroll", "Mail", "mail", "Wages", "Alone"]
    assert [part.name for part in processes(database, owner)[0].parts] == ["Part 1", "Part 2"]

    paste(owner, "Payroll\nNew\n")  # as when a list has grown
    assert ticked(owner) == ["New"]
    assert owner.page.select_one("table.preview a[href^='/assessments/']") is not None
    bring(owner)
    assert names(database, owner)[-2:] == ["Alone", "New"]


def test_what_came_in_meanwhile_is_told_before_it_comes_twice(owner: OwnerWalker, database: Database) -> None:
    paste(owner, "Payroll\nMail\n")
    other = owner.again()
    paste(other, "Payroll\nMail\n")
    bring(other)
    bring(owner, status=422)
    assert "Some of these names came into your list after this page was opened." in complaint(owner)
    assert len(names(database, owner)) == 2
    bring(owner, take=["1"])  # and now it is wanted
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
    bring(owner)
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
    assert "2 processes were taken back" in words(owner)
    assert "Changed since, so still in your list: Mail" in words(owner)
    press(owner, "Put them back")
    assert names(database, owner) == ["Payroll", "Mail", "Wages"]


def test_a_list_fits_into_the_account_or_none_of_it_comes_in(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    app.config["ASSESSMENTS_PER_OWNER"] = 4
    paste(owner, "One\nTwo\nThree\nFour\nFive\n", status=422)
    assert "The list has 5 rows. At most 4 processes are brought in at a time" in complaint(owner)
    paste(owner, "One\nTwo\n")
    bring(owner)
    paste(owner, "Three\nFour\nFive\n")
    assert "That is 1 more than you have room for, which is 2." in words(owner)
    bring(owner, status=422)
    assert "so 2 more fit, and 3 are chosen. Untick 1, or delete some" in complaint(owner)
    assert names(database, owner) == ["One", "Two"]
    bring(owner, take=["0", "2"])
    assert names(database, owner) == ["One", "Two", "Three", "Five"]
    press(owner, "Undo")
    app.config["ASSESSMENTS_PER_OWNER"] = 3
    owner.open(owner.response.request.full_path)
    forms = owner.page.select("main form")
    index = next(at for at, form in enumerate(forms) if "Put them back" in text_of(form))
    owner.submit(form=index, status=422)
    assert "so 1 more fit, and 2 are chosen" in complaint(owner)


def test_nobody_meets_a_list_of_somebody_else(owner: OwnerWalker, rival: OwnerWalker, database: Database) -> None:
    paste(owner, "Payroll\n")
    address = owner.path
    rival.open("/processes/bring-in")
    assert rival.client.get(address).status_code == 404
    assert rival.client.get(f"/processes/bring-in/{uuid4()}").status_code == 404
    for what in ("", "/discard", "/undo", "/redo"):
        reply = rival.post(address + what, take="0", do="bring")
        assert reply.status_code == (303 if what == "/discard" else 404), what
    bring(owner)
    rival.open(f"/processes?brought={address.rsplit('/', 1)[1]}")
    assert "brought in." not in words(rival)
    assert len(names(database, owner)) == 1


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
    newer(reworded(small))
    bring(owner, status=422)
    assert "The rules changed after the list was read" in complaint(owner)
    assert names(database, owner) == []


def test_a_preview_is_forgotten_after_a_day_and_a_list_with_the_bin(owner: OwnerWalker, database: Database) -> None:
    paste(owner, "Payroll\n")
    bring(owner)
    paste(owner, "Mail\n")

    def left(**age: Any) -> int:
        with database.write() as session:
            session.execute(update(ProcessImport).values(created_at=now() - timedelta(**age)))
            session.execute(
                update(ProcessImport)
                .where(ProcessImport.brought_at.is_not(None))
                .values(brought_at=now() - timedelta(**age))
            )
            purge(session, assessments_after=timedelta(days=30), keys_after=timedelta(days=2))
            return len(list(session.scalars(select(ProcessImport))))

    assert left(hours=23) == 2
    assert left(hours=25) == 1
    assert left(days=31) == 0
    assert names(database, owner) == ["Payroll"]


def test_no_more_lists_wait_than_are_kept(app: Flask, owner: OwnerWalker, database: Database) -> None:
    app.config["PREVIEWS_PER_ACCOUNT"] = 2
    for name in ("One", "Two", "Three"):
        paste(owner, name)
    owner.open("/processes/bring-in")
    with database.read() as session:
        kept = session.scalars(select(ProcessImport).order_by(ProcessImport.created_at))
        assert [it.preview["candidates"][0]["process"] for it in kept if it.preview] == ["Two", "Three"]


def test_uploads_are_counted(app: Flask, owner: OwnerWalker) -> None:
    app.config["UPLOADS"] = 1
    paste(owner, "One")
    owner.open("/processes/bring-in")
    assert owner.post("/processes/bring-in", names="Two").status_code == 429


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
    bring(owner)
    (mine,) = processes(database, owner)
    assert mine.answers == {"edge": "no"}
    assert mine.parts[0].answers == {"steps": "set"}


def test_what_an_account_takes_along_comes_in_again(owner: OwnerWalker, rival: OwnerWalker, database: Database) -> None:
    paste(owner, HEAD + "Payroll\tFinance\tno\tset\tyes\tbasic\n")
    bring(owner)
    owner.open("/account")
    file = owner.post("/account/download").data
    send(rival, file, "account.json")
    assert "number 1" in words(rival)
    bring(rival)
    assert names(database, rival) == ["Payroll"]
    send(rival, b'[{"process": "", "answers": {}}, {"process": "A", "answers": {"x": 1}}]', "list.json", status=422)
    assert "A process needs a name." in words(rival)
    assert "There is no such question." in words(rival)


def test_hostile_lists_are_refused_or_shown_as_they_are(owner: OwnerWalker, database: Database) -> None:
    evil = "<script>alert(1)</script>\n{{ 7 * 7 }} %(n)s\n\u202eevil\n'; DROP TABLE assessment; --\n"
    paste(owner, evil)
    bring(owner)  # every page is looked at for code that came in
    assert names(database, owner)[:2] == ["<script>alert(1)</script>", "{{ 7 * 7 }} %(n)s"]
    send(owner, b"process\nA\n", "<img src=x onerror=alert(1)>.csv")
    assert "<img src=x onerror=alert(1)>.csv" in owner.heading
    for name, data in {
        "rubbish.csv": bytes(range(256)) * 100,
        "rubbish.xlsx": b"PK\x03\x04" + bytes(range(256)) * 100,
        "rubbish.xls": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 100,
        "wide.csv": b"process," + b",".join(b"c%d" % number for number in range(5_000)) + b"\nPayroll\n",
        "bomb.xlsx": with_members({SHEET: b" " * 30_000_000}),
    }.items():
        send(owner, data, name, status=422)
        assert owner.page.select_one(".faults li") is not None, name
    send(owner, b"process\n" + b"a\n" * 60_000, status=422)
    assert "The list has 60001 rows." in complaint(owner)
    paste(owner, "".join(f"Process {number}\n" for number in range(501)), status=422)
    assert "The list has 501 rows. At most 500" in complaint(owner)
    owner.open("/processes/bring-in")
    for size, status, said in (
        (2_000_001, 422, "The file is larger than 2 MB"),
        (10_000_000, 413, "That is too large"),
    ):
        reply = large(owner, size)
        assert reply.status_code == status
        assert said in reply.text
    zero_width = "\u200b\n\u2060\u200b\nPayroll\n"
    paste(owner, zero_width)
    assert ticked(owner) == ["Payroll"]


def test_a_full_list_comes_in_in_time(owner: OwnerWalker, database: Database) -> None:
    row = "Process {}\tGroup {}\tno\tset\tyes\tbasic\n"
    paste(owner, HEAD + "".join(row.format(number, number % 90) for number in range(500)))
    with within(6):
        bring(owner)
    assert len(names(database, owner)) == 500
    with within(6):
        press(owner, "Undo")
    assert names(database, owner) == []


def test_groups_are_spelled_as_they_are_and_no_more_than_fit(owner: OwnerWalker, database: Database) -> None:
    paste(owner, "process\tgroup\nPayroll\tFinance\n")
    bring(owner)
    paste(owner, "process\tgroup\nMail\tFINANCE; Post\nBills\tfinance\n")
    bring(owner)
    assert [mine.groups for mine in processes(database, owner)] == [["Finance"], ["Finance", "Post"], ["Finance"]]
    rows = "".join(f"P{number}\tG{number}\n" for number in range(GROUPS_PER_OWNER))
    paste(owner, f"process\tgroup\n{rows}")
    bring(owner, status=422)
    assert "you would have more than 100 groups" in complaint(owner)
    bring(owner, groups=None)
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
    bring(owner)
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
