"""The record as admins read it: filtered by person, kind, day and thing; as a sheet; without what is an owner's own."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from advisor import starter
from advisor.engine.model.rules import Rule, RuleSet
from advisor.models import Account, AuditEvent, Database
from advisor.models.audit import OPERATOR, OWNERS_OWN, Actor, audit
from advisor.models.base import utc_now
from advisor.models.rule_sets import draft as drafts
from tests.factories import make_account
from tests.rule_sets.admins import Admin
from tests.visiting import text_of

RULE = starter.rule_set().rules[0].key
HEAD = [
    "Entry",
    "When (UTC)",
    "Who",
    "As",
    "From where",
    "What was done",
    "To what",
    "Version",
    "Why",
    "Before",
    "After",
]


def sheet(admin: Admin, kind: str, query: str = "") -> bytes:
    """Open the page with that filter, and press the button below it."""
    admin.open(f"/admin/audit?{query}")
    form = admin.page.select("main form")[-1]
    sent = {str(field["name"]): str(field["value"]) for field in form.select("input[name]")}
    answer = admin.client.post("/admin/audit/sheet", data={**sent, "format": kind})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="record-{utc_now():%Y-%m-%d}.{kind}"'
    return bytes(answer.data)


def lines(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def entries(admin: Admin, query: str) -> list[str]:
    admin.open(f"/admin/audit?{query}")
    return [str(li["id"]).removeprefix("entry-") for li in admin.page.select("li[id^=entry-]")]


def test_a_sheet_holds_the_entries_that_the_filter_finds_and_no_others(admin: Admin, other_admin: Admin) -> None:
    admin.start().edit(f"rules/{RULE}", because="New words.")
    other_admin.edit("rules/edge-vital", because="Ben wrote this one.")
    everything = lines(sheet(admin, "csv"))
    assert everything[0] == HEAD
    assert [line[5] for line in everything[1:]] == ["draft changed", "draft changed", "draft started"]
    assert everything[1][2:5] == ["ben@example.com", "admin", "127.0.0.1"]
    assert "Ben wrote this one." in everything[1][-1]
    for query in (f"who={other_admin.account_id}", "kind=draft+started", f"what=rules/{RULE}", "until=2001-01-01"):
        shown = entries(admin, query)
        if shown:
            assert [line[0] for line in lines(sheet(admin, "csv", query))[1:]] == shown, query


def test_i9_a_sheet_runs_nothing_whatever_stands_in_an_entry(admin: Admin, database: Database) -> None:
    formula = '=HYPERLINK("https://evil.example","x")'
    with database.write() as session:
        audit(session, "rules imported", who=Actor("operator"), what="version 1", why=formula, after={"a": formula})
    (line,) = lines(sheet(admin, "csv"))[1:]
    assert line[8] == f"'{formula}"
    page = load_workbook(io.BytesIO(sheet(admin, "xlsx", "kind=rules+imported"))).worksheets[0]
    head, row = page.iter_rows()
    assert [cell.value for cell in head] == HEAD
    assert row[8].value == formula
    assert row[8].data_type == "s", "text, not a formula"


def test_a_sheet_stops_at_its_limit_and_cuts_what_no_cell_holds(admin: Admin, database: Database) -> None:
    admin.client.application.config["SHEET_ROWS"] = 3
    with database.write() as session:
        for number in range(5):
            audit(session, "draft changed", who=Actor("operator"), what=f"rules/{number}", after="x" * 40_000)
    found = lines(sheet(admin, "csv"))[1:]
    assert [line[6] for line in found] == ["rules/4", "rules/3", "rules/2"]
    assert len(found[0][-1]) == 32_001


def test_s11_a_sheet_counts_as_an_export(admin: Admin) -> None:
    admin.client.application.config["TRANSFERS"] = 2
    admin.start()
    sheet(admin, "csv")
    sheet(admin, "xlsx")
    admin.open("/admin/audit")
    answer = admin.post("/admin/audit/sheet", format="csv")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 3_000


@pytest.mark.parametrize("wrong", [{"format": "exe"}, {"format": ""}, {"format": "csv", "csrf_token": "x"}, {}])
def test_what_is_no_sheet_is_refused(admin: Admin, database: Database, wrong: dict[str, str]) -> None:
    admin.start()
    admin.open("/admin/audit")
    answer = admin.post("/admin/audit/sheet", **wrong)
    assert answer.status_code == 400
    with database.read() as session:
        assert "record exported" not in session.scalars(select(AuditEvent.kind)).all()


def test_p4_no_admin_learns_from_the_record_that_somebody_has_processes(admin: Admin, database: Database) -> None:
    olga = make_account(database)
    with database.write() as session:
        for kind in OWNERS_OWN:
            audit(session, kind, who=Actor("owner", olga, "192.0.2.7"), what="assessment 1", after={"assessments": 3})
        audit(session, "signed in", who=Actor("owner", olga, "192.0.2.8"), what=f"account {olga}")
    kinds = ["", *(f"kind={kind}" for kind in OWNERS_OWN), f"who={olga}", "what=assessment+1", "since=2020-01-01"]
    for query in kinds:
        shown = entries(admin, query)
        assert len(shown) == (1 if query in {"", f"who={olga}", "since=2020-01-01"} else 0), query
        page = admin.page.select_one("main")
        assert page is not None
        assert not [kind for kind in OWNERS_OWN if f">{kind}<" in str(page)]
        assert "192.0.2.7" not in str(page)
    assert "192.0.2.7" not in sheet(admin, "csv").decode()


def test_people_are_named_by_their_address_and_once_gone_by_a_number(admin: Admin, database: Database) -> None:
    olga = make_account(database)
    with database.write() as session:
        audit(session, "account disabled", who=Actor("admin", admin.account_id, "192.0.2.1"), what=f"account {olga}")
        audit(session, "signed in", who=Actor("owner", olga, "192.0.2.1"), what=f"account {olga}")
    admin.open("/admin/audit")
    assert "ada@example.com disabled the account olga@example.org." in admin.text
    assert admin.page.select_one(f'a[href="/people/{olga}"]') is not None
    with database.write() as session:
        session.delete(session.get_one(Account, olga))
    admin.open(f"/admin/audit?who={olga}")
    assert f"Deleted account {str(olga)[:8]} signed in." in admin.text
    assert len(entries(admin, f"who={olga}")) == 1


def test_a_day_counts_from_midnight_to_midnight_in_utc(admin: Admin, database: Database) -> None:
    with database.write() as session:
        for _ in range(3):
            audit(session, "backup made", who=Actor("operator"), what="file a")
    midnight = utc_now().replace(year=2026, month=3, day=2, hour=0, minute=0, second=0, microsecond=0)
    with database.write() as session:
        rows = session.scalars(select(AuditEvent.sequence).order_by(AuditEvent.sequence)).all()
        for sequence, at in zip(
            rows, (midnight, midnight - timedelta(seconds=1), midnight + timedelta(days=1)), strict=True
        ):
            # Past the ORM, which would refuse to change an entry.
            session.execute(update(AuditEvent).where(AuditEvent.sequence == sequence).values(at=at))
    assert entries(admin, "since=2026-03-02&until=2026-03-02") == [str(rows[0])]
    assert entries(admin, "since=2/3/2026&until=2 Mar 2026") == [str(rows[0])]
    assert str(rows[0]) in entries(admin, "since=2026-03-02&until=9999-12-31")


def test_the_record_is_filtered_by_words_for_what_was_done(admin: Admin) -> None:
    admin.start()
    admin.edit(f"rules/{RULE}", because="New words.")
    admin.open("/admin/audit")
    names = {option["value"]: text_of(option) for option in admin.page.select("#kind option")}
    assert names == {"": "Everything", "draft changed": "Item of the draft changed", "draft started": "Draft started"}


def test_a_day_that_cannot_be_read_is_said_so_and_nothing_else_passes_for_what_was_asked(admin: Admin) -> None:
    admin.start()
    assert entries(admin, "since=soon&until=2/3/2026&kind=draft started") == []
    assert admin.errors == "There is a problem Enter a day, such as 22 November 2026"
    fields = admin.page.select_one("form.filters")
    assert fields is not None
    typed = {name: fields.select_one(f"#{name}")["value"] for name in ("since", "until")}  # type: ignore[index]
    assert typed == {"since": "soon", "until": "2/3/2026"}
    assert admin.page.select_one("#kind option[selected]") is not None
    assert admin.page.select_one("details[open] form.filters") is not None
    assert "Take it away as a sheet" not in admin.text
    token = admin.page.select_one("form input[name=csrf_token]")
    data = {"csrf_token": token["value"] if token else "", "format": "csv", "since": "soon"}
    assert admin.client.post("/admin/audit/sheet", data=data).status_code == 400


def test_the_filter_of_the_record_is_not_what_the_rules_are_searched_for(admin: Admin) -> None:
    admin.open("/admin/audit?who=operator")
    field = admin.page.select_one("#find")
    assert field is not None
    assert not field.get("value")


def test_what_is_gone_is_named_by_its_words_where_a_version_or_the_entry_has_them(
    admin: Admin, database: Database
) -> None:
    rules = starter.rule_set()
    added = replace(rules.rules[0], key="in-season", because="Much of the work falls into a season.")
    passing = replace(rules.rules[0], key="in-passing", because="It was there for a day.")
    with database.write() as session:
        drafts.start(session, OPERATOR)
        for rule in (added, passing):
            append = partial(_with_rule, rule=rule)
            drafts.edit(session, OPERATOR, append, kind="draft added to", what=f"rules/{rule.key}")
        without = partial(_without_rule, key="in-passing")
        drafts.edit(session, OPERATOR, without, kind="draft removed from", what="rules/in-passing")
        for text in ("Changed.", added.because):
            edit = partial(_with_words, key="in-season", text=text)
            drafts.edit(session, OPERATOR, edit, kind="draft changed", what="rules/in-season")
        document = drafts.current_fingerprint(session)
        drafts.publish(session, OPERATOR, "A season.", expected=document, in_force=1)
        drafts.republish(session, OPERATOR, 1, "No season.", in_force=2)
    said = text_of(admin.open("/admin/audit").main)
    assert "since removed" not in said
    assert "rule “Much of the work falls into a season”" in said
    assert "rule “It was there for a day”" in said
    assert "Draft made from version 1" in said
    labels = {text_of(span) for span in admin.page.select(".trace span")}
    assert "Version 1" not in labels, "what was done to the draft was done to no version"


def _with_rule(rules: RuleSet, rule: Rule) -> RuleSet:
    return replace(rules, rules=(*rules.rules, rule))


def _without_rule(rules: RuleSet, key: str) -> RuleSet:
    return replace(rules, rules=tuple(rule for rule in rules.rules if rule.key != key))


def _with_words(rules: RuleSet, key: str, text: str) -> RuleSet:
    return replace(rules, rules=tuple(replace(rule, because=text) if rule.key == key else rule for rule in rules.rules))
