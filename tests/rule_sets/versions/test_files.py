"""Rules out as files, and a file in as the draft: whole or not at all, and over nobody's change."""

import io
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.model.rules import RuleSet
from advisor.exchange.rule_sets import FORMATS, IN_FORMATS, write_rule_set
from advisor.models import AuditEvent, Database
from advisor.models.base import hash_of, utc_now
from advisor.models.limits import RateLimit
from advisor.models.rule_sets.draft import find_draft
from advisor.models.rule_sets.rule_set_version import publish
from tests.exchange.samples import SMALL, read_rule_set
from tests.exchange.sheets import hostile_files, open_document
from tests.reading import HtmlPage
from tests.rule_sets.admins import Admin
from tests.rule_sets.conftest import Read
from tests.visiting import text_of

OUT, IN = "/admin/rules/download", "/admin/rules/upload"


def take(admin: Admin, which: str, file_format: str) -> bytes:
    """Download by the page, as a person does."""
    admin.open(f"{OUT}?which={which}")
    answer = admin.post(OUT, which=which, file_format=file_format)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="rules-')
    assert answer.headers["Content-Disposition"].endswith(f'.{file_format}"')
    assert answer.headers["Cache-Control"] == "no-store"
    return bytes(answer.data)


def send(admin: Admin, data: bytes, name: str = "rules.xlsx", status: int = 200, **answers: object) -> HtmlPage:
    """Send a file by the form of the page that is open."""
    return admin.submit(status=status, file=(io.BytesIO(data), name), **answers)


def acts(database: Database, kind: str) -> list[AuditEvent]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.kind == kind)))


def present(database: Database) -> RuleSet | None:
    with database.read() as session:
        found = find_draft(session)
        return found.rule_set if found else None


@pytest.mark.parametrize("file_format", FORMATS)
def test_s20_a_version_goes_out_in_every_format_and_the_record_says_so_once(
    admin: Admin, database: Database, file_format: str
) -> None:
    with database.write() as session:
        publish(session, dumps(SMALL), "Two.")
    data = take(admin, "1", file_format)
    if file_format in IN_FORMATS:
        assert read_rule_set(data) == starter.rule_set()
    (act,) = acts(database, "rules exported")
    assert (act.what, act.version, act.after) == ("version 1", 1, {"format": file_format})
    assert act.account_id == admin.account_id


def test_a_workbook_says_on_its_first_sheet_what_it_is(admin: Admin) -> None:
    book = openpyxl.load_workbook(io.BytesIO(take(admin, "1", "xlsx")))
    told = {row[0]: str(row[1]) for row in book["About"].iter_rows(values_only=True)}
    assert told["These rules"] == "Version 1, in force"
    assert len(told["SHA-256"]) == 64
    assert "UTC" in told["Published"]


@pytest.mark.parametrize("file_format", IN_FORMATS)
def test_the_draft_goes_out_is_edited_elsewhere_and_comes_back(
    admin: Admin, database: Database, draft: Read, file_format: str
) -> None:
    admin.start().edit("rules/edge-vital", because="Ada wrote this one.")
    data = take(admin, "draft", file_format)
    admin.edit("rules/edge-vital", because="And then that.")
    admin.open(IN)
    send(admin, data, f"mine.{file_format}", replace="y")
    assert (admin.path, admin.heading) == ("/admin/rules", "Edit the rules")
    assert "The draft is now what the file says." in admin.text
    rule = draft().rule("edge-vital")
    assert rule is not None
    assert rule.because == "Ada wrote this one."
    (act,) = acts(database, "draft imported")
    assert act.before is not None
    assert act.after is not None
    assert act.before["document"]["rules"][1]["because"] == "And then that."
    assert act.after["changes"] == 1


def test_a_file_starts_the_draft_where_there_is_none(admin: Admin, database: Database, draft: Read) -> None:
    admin.open("/admin/rules")
    link = admin.page.find("a", string="Start a draft from a file")
    assert link is not None
    admin.open(IN)
    send(admin, write_rule_set(SMALL, "toml"), "small.toml")
    assert draft() == SMALL
    assert [act.what for act in acts(database, "draft imported")] == ["draft"]
    assert acts(database, "draft started") == []


def test_i8_every_problem_is_listed_by_sheet_and_cell_and_nothing_is_stored(admin: Admin, database: Database) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_rule_set(starter.rule_set(), "xlsx")))
    book["Rules"]["C2"] = 9
    book["Rules"]["E3"] = '"<b>vitl"'
    book["Policy"]["D2"] = "many"
    out = io.BytesIO()
    book.save(out)
    admin.open(IN)
    send(admin, out.getvalue(), status=422)
    assert "The file was not taken, and nothing was stored:" in admin.errors
    rows = [text_of(row) for row in admin.page.select(".file-problems tbody tr")]
    assert len(rows) == 3
    assert rows[0].startswith("sheet Rules, cell C2 A rule pushes 1 to 5 points, not 9.")
    assert rows[1].startswith("sheet Rules, cell E3 ")
    assert "<b>vitl" in rows[1]
    assert rows[2].startswith("sheet Policy, cell D2 “many” is not a range of points.")
    assert admin.page.select(".file-problems b") == []
    assert present(database) is None
    assert acts(database, "draft imported") == []


@pytest.mark.parametrize("file_format", ["json", "toml"])
def test_a_file_that_holds_too_much_is_refused_with_the_limit(
    admin: Admin, database: Database, file_format: str
) -> None:
    rules = starter.rule_set()
    short = replace(rules.guidance[0], text="So.", when=())  # the client of the tests leaves large uploads open
    guidance = tuple(replace(short, key=f"g{number}") for number in range(501))
    admin.open(IN)
    data = write_rule_set(replace(rules, guidance=guidance), file_format)
    send(admin, data, f"rules.{file_format}", status=422)
    (row,) = admin.page.select(".file-problems tbody tr")
    assert "The rule set has 501 pieces of guidance; 500 is the most." in text_of(row)
    assert present(database) is None


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "rules.xlsx", "The file is empty."),
        (b"<html></html>", "rules.xlsx", "this is a web page"),
        (b"PK\x03\x04" + bytes(50), "rules.xlsx", "The archive is broken"),
        (b"<html></html>", "rules.json", "This is not JSON"),
        (b"a" + b".a" * 100_000 + b"=1", "rules.toml", "nested deeper"),
        (hostile_files.with_members({"../evil": b""}), "rules.xlsx", "whose name no workbook has"),
        (
            hostile_files.with_members({hostile_files.WORKBOOK: hostile_files.entities(hostile_files.laughs())}),
            "a.xlsx",
            "document types",
        ),
        (hostile_files.with_members({"xl/media/a": bytes(25_000_000)}), "rules.xlsx", "more than 20 MB"),
        (open_document.sheet(""), "rules.ods", "This is an OpenDocument sheet. Save it as an Excel workbook (.xlsx)."),
    ],
)
def test_i7_i8_hostile_and_broken_files_are_refused_in_words(
    admin: Admin, database: Database, data: bytes, name: str, said: str
) -> None:
    admin.open(IN)
    send(admin, data, name, status=422)
    assert said in admin.text
    assert present(database) is None


def test_i7_a_file_of_more_than_2_mb_is_refused_and_one_of_2_mb_is_looked_at(admin: Admin) -> None:
    admin.open(IN)

    def send_file(size: int) -> TestResponse:
        # Written out here: for a large body the test client would leave a file behind.
        field = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{admin.token}\r\n--b\r\n'
        named = 'Content-Disposition: form-data; name="file"; filename="rules.json"\r\n\r\n'
        body = (field + named).encode() + b"x" * size + b"\r\n--b--\r\n"
        return admin.client.post(IN, data=body, content_type="multipart/form-data; boundary=b")

    assert (send_file(2_000_001).status_code, b"The file is larger than 2 MB" in send_file(2_000_001).data) == (
        422,
        True,
    )
    assert (send_file(2_000_000).status_code, b"This is not JSON" in send_file(2_000_000).data) == (422, True)
    assert send_file(3_100_000).status_code == 413
    answer = admin.client.post("/admin/rules/draft/start", data=b"x" * 1_000_001)
    assert answer.status_code == 413, "other pages take no more than before"


def test_without_a_file_or_the_word_that_the_draft_may_go_nothing_happens(admin: Admin, draft: Read) -> None:
    admin.start().open(IN)
    admin.submit(status=422, file=None)
    assert "Choose a file" in admin.errors
    assert "Say that the file is to replace the draft" in admin.errors
    send(admin, write_rule_set(SMALL, "json"), "small.json", status=422)
    assert "Choose the file again" in admin.errors
    assert "Say that the file is to replace the draft" in admin.errors
    assert draft() == starter.rule_set()


def test_f13_a_file_replaces_no_change_that_its_sender_has_not_seen(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    admin.start().open(IN)
    assert "To have it back later, download it first" in admin.text
    other_admin.edit("rules/edge-vital", because="Ben wrote this one.")
    send(admin, write_rule_set(SMALL, "json"), "small.json", status=409, replace="y")
    assert "ben@example.com changed the draft after you opened this page." in admin.errors
    assert draft() != SMALL
    send(admin, write_rule_set(SMALL, "json"), "small.json", replace="y")
    assert draft() == SMALL


def test_f13_a_draft_that_somebody_starts_meanwhile_is_not_replaced_either(
    admin: Admin, other_admin: Admin, draft: Read
) -> None:
    admin.open(IN)
    other_admin.start()
    send(admin, write_rule_set(SMALL, "json"), "small.json", status=409)
    assert draft() == starter.rule_set()


def test_a_draft_that_is_gone_is_not_started_again_unasked(
    admin: Admin, other_admin: Admin, database: Database
) -> None:
    admin.start().open(IN)
    other_admin.open("/admin/rules/draft/discard")
    other_admin.submit()
    send(admin, write_rule_set(SMALL, "json"), "small.json", status=409, replace="y")
    assert "The draft is gone" in admin.errors
    assert present(database) is None
    send(admin, write_rule_set(SMALL, "json"), "small.json")
    assert present(database) == SMALL


def test_p3_a_file_that_is_sent_twice_is_taken_once(admin: Admin, database: Database) -> None:
    admin.start().open(IN)
    twin = admin.second_window()
    send(admin, write_rule_set(SMALL, "json"), "small.json", replace="y")
    send(twin, write_rule_set(SMALL, "json"), "small.json", replace="y")
    assert len(acts(database, "draft imported")) == 1


def test_a_draft_in_which_something_blocks_goes_out_but_not_as_a_model(admin: Admin, draft: Read) -> None:
    admin.start().edit("claims/D2.04", withdrawn="It was wrong.")
    assert read_rule_set(take(admin, "draft", "xlsx")) == draft()
    admin.open(f"{OUT}?which=draft")
    admin.submit(status=422, file_format="dmn")
    assert "Something blocks the draft." in admin.errors


def test_s11_files_out_are_30_an_hour(admin: Admin, database: Database) -> None:
    admin.open(OUT)
    for _try in range(30):
        assert admin.post(OUT, which="1", file_format="json").status_code == 200
    refused = admin.post(OUT, which="1", file_format="json")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    with database.write() as session:
        session.execute(delete(RateLimit).where(RateLimit.at > utc_now() - timedelta(hours=1)))
    assert admin.post(OUT, which="1", file_format="json").status_code == 200
    assert len(acts(database, "rules exported")) == 31


def test_s11_a_file_that_is_mended_and_sent_again_40_times_is_taken_and_hinders_nothing_else(
    admin: Admin, database: Database
) -> None:
    admin.open(IN)
    for _try in range(40):
        send(admin, b"{", "rules.json", status=422)
    send(admin, write_rule_set(SMALL, "json"), "small.json")
    assert present(database) == SMALL
    assert read_rule_set(take(admin, "1", "json")) == starter.rule_set()


def test_s11_files_in_are_60_in_10_minutes_and_the_page_says_how_long_to_wait(admin: Admin, database: Database) -> None:
    with database.write() as session:
        for ago in range(60):
            tried = utc_now() - timedelta(seconds=300 + ago)
            session.add(RateLimit(bucket="upload", key_hash=hash_of(str(admin.account_id)), at=tried))
    admin.open(IN)
    send(admin, write_rule_set(SMALL, "json"), "small.json", status=429)
    assert "Wait 5 minutes, then try again." in admin.text
    assert present(database) is None
    with database.write() as session:
        session.execute(delete(RateLimit).where(RateLimit.at < utc_now() - timedelta(seconds=350)))
    admin.open(IN)
    send(admin, write_rule_set(SMALL, "json"), "small.json")
    assert present(database) == SMALL


def test_s5_files_are_for_admins(app: Flask, database: Database) -> None:
    owner = Admin.of(app, database, "olga@example.com", role="owner")
    for path in (OUT, IN):
        assert owner.client.get(path).status_code == 403
        assert app.test_client().get(path).status_code == 302
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 2
