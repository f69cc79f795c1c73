"""Of advice that looks wrong: a note reaches the admins, and nothing else does."""

import json

from flask import Flask
from sqlalchemy import select

from advisor.models import Database
from advisor.models.audit import AuditEvent
from advisor.models.feedback import Feedback
from advisor.models.rule_sets.draft import Draft
from tests.assessments.questions.test_saves import form_of
from tests.assessments.walker import MIXED, ROUTINE, at_once
from tests.processes.owner_walker import OwnerWalker

MARK = "Marmalade"


def notes(database: Database) -> list[Feedback]:
    with database.read() as session:
        return list(session.scalars(select(Feedback)))


def write(owner: OwnerWalker, text: str = "It ought to say KPO.", **more: object) -> None:
    owner.open(f"{owner.at}/looks-wrong")
    owner.submit(text=text, **more)


def test_a_note_is_sent_without_answers_unless_the_owner_ticks_them(owner: OwnerWalker, database: Database) -> None:
    owner.finish(ROUTINE, name=MARK)
    write(owner, "It ought to say KPO.\r\nTwice.")
    assert owner.heading == "Thank you"
    (note,) = notes(database)
    assert note.text == "It ought to say KPO.\nTwice."
    assert (note.answers, note.reasons, note.version, note.status) == (None, None, 2, "open")


def test_s4_the_copy_holds_answers_and_reasons_and_leads_nowhere(owner: OwnerWalker, database: Database) -> None:
    owner.finish(MIXED, name=MARK)
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1=f"{MARK} one", part_2=f"{MARK} two")
    while "/questions/" in owner.path:
        owner.submit()
    write(owner, with_answers="y")
    (note,) = notes(database)
    held = json.dumps([note.answers, note.reasons])
    assert MARK not in held
    assert str(owner.id) not in held
    assert note.answers is not None
    assert note.answers["answers"] == {"edge": "no"}
    assert [part["part"] for part in note.answers["parts"]] == ["1", "2"]
    assert note.reasons is not None
    assert note.reasons["outcome"] == "both"
    assert {reason["part"] for reason in note.reasons["reasons"]} == {"1", "2"}


def test_a_note_has_the_headline_of_the_result_page(owner: OwnerWalker, admin: OwnerWalker, database: Database) -> None:
    owner.finish(MIXED, name=MARK)
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1="One", part_2="Two")
    while "/questions/" in owner.path:
        owner.submit()
    headline = owner.heading
    assert headline == "Both: each part holds BPO and KPO work"
    write(owner, with_answers="y")
    admin.open("/admin/feedback")
    assert headline in admin.words
    admin.open(str(admin.page.select_one(".processes a")["href"]))  # type: ignore[index]
    assert headline in admin.words
    with database.write() as session:
        (note,) = session.scalars(select(Feedback))
        note.reasons = {name: told for name, told in (note.reasons or {}).items() if name != "parts"}
    admin.open("/admin/feedback")
    assert "Both" in admin.words, "notes from before came without it"


def test_the_form_shows_what_would_be_sent_and_asks_for_a_sentence(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    owner.open(f"{owner.at}/looks-wrong")
    assert "How fixed are the steps? Always the same" in owner.words
    owner.submit(text="  ", status=422)
    assert "Say what looks wrong" in owner.complaint
    owner.submit(text="x" * 4001, status=422)
    assert "at most 4,000" in owner.complaint
    assert "x" * 4001 in owner.response.text


def test_f9_a_note_sent_several_times_arrives_once(app: Flask, owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    owner.open(f"{owner.at}/looks-wrong")
    data = form_of(owner) | {"text": "Once"}
    url = f"{owner.at}/looks-wrong"
    replies = at_once(app, owner, 3, lambda client, _n: client.post(url, data=data))
    assert {reply.status_code for reply in replies} == {303}
    assert len(notes(database)) == 1


def test_s6_a_sender_decides_neither_status_nor_version_nor_account(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    write(owner, status_="done", version="1", account_id="x", answers='{"answers": {}}', reasons="{}", case_key="k")
    (note,) = notes(database)
    assert (note.status, note.version, note.answers, note.reasons, note.case_key) == ("open", 2, None, None, None)
    assert note.account_id == owner.account_id


def test_admins_read_the_note_with_the_reasons_in_words(owner: OwnerWalker, admin: OwnerWalker) -> None:
    owner.finish(ROUTINE, name=MARK)
    write(owner, with_answers="y")
    admin.open("/admin/feedback")
    assert "It ought to say KPO." in admin.words
    assert "BPO suits this process" in admin.words
    admin.open(str(admin.page.select_one(".processes a")["href"]))  # type: ignore[index]
    assert "How fixed are the steps? Always the same" in admin.words
    assert "The steps are fixed, which suits BPO. +5 towards BPO Rule: set-steps" in admin.words
    assert MARK not in admin.response.text
    assert "olga" not in admin.response.text
    assert str(owner.id) not in admin.response.text


def test_a_note_can_be_settled_and_opened_again_and_each_is_recorded(
    owner: OwnerWalker, admin: OwnerWalker, database: Database
) -> None:
    owner.finish()
    write(owner)
    (note,) = notes(database)
    admin.open(f"/admin/feedback/{note.id}")
    admin.submit(form=-1)
    assert "No open notes." in admin.words
    admin.open("/admin/feedback?show=done")
    assert "It ought to say KPO." in admin.words
    admin.open(f"/admin/feedback/{note.id}")
    admin.submit(form=-1)
    assert "Open: 1" in admin.words
    with database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.kind == "note settled")).all()
    assert [(event.before, event.after) for event in events] == [("open", "done"), ("done", "open")]
    assert all(event.account_id == admin.account_id for event in events)


def test_a_note_becomes_a_test_case_of_the_draft_once(
    owner: OwnerWalker, admin: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE, name=MARK)
    write(owner, with_answers="y")
    (note,) = notes(database)
    admin.open(f"/admin/feedback/{note.id}")
    form = next(n for n, found in enumerate(admin.page.select("main form")) if "/case" in str(found.get("action")))
    admin.submit(form=form, status=422)
    assert "Choose what the advice should be" in admin.complaint
    admin.submit(form=form, outcome="kpo")
    assert admin.path.startswith("/admin/rules/draft/cases/note-")
    with database.read() as session:
        case = session.scalars(select(Draft)).one().rule_set.cases[-1]
    assert (case.outcome, case.answers) == ("kpo", ROUTINE)
    assert MARK not in case.process
    admin.open(f"/admin/feedback/{note.id}")
    assert f"It became a test case of the draft: {case.key}" in admin.words
    assert not [found for found in admin.page.select("form") if "/case" in str(found.get("action"))]


def test_s5_only_admins_read_notes(owner: OwnerWalker, walker: OwnerWalker, database: Database) -> None:
    owner.finish()
    write(owner)
    (note,) = notes(database)
    for path in ("/admin/feedback", f"/admin/feedback/{note.id}"):
        owner.open(path, 403)
        assert walker.client.get(path).status_code == 302
    for path in (f"/admin/feedback/{note.id}/settle", f"/admin/feedback/{note.id}/case"):
        token = owner.open("/processes").select_one("input[name=csrf_token]")
        assert token is not None
        assert owner.client.post(path, data={"csrf_token": token["value"]}).status_code == 403


def test_nobody_writes_a_note_on_what_is_not_theirs(
    owner: OwnerWalker, rival: OwnerWalker, walker: OwnerWalker, admin: OwnerWalker
) -> None:
    owner.finish()
    for other in (rival, admin):
        other.open(f"{owner.at}/looks-wrong", 404)
    assert walker.client.get(f"{owner.at}/looks-wrong").status_code == 302


def test_what_is_no_page_of_notes_is_the_first(owner: OwnerWalker, admin: OwnerWalker) -> None:
    owner.finish(ROUTINE, name=MARK)
    write(owner)
    for page in ("", "0", "²", "１", "1_0", "-1", "9" * 3_900):
        admin.open(f"/admin/feedback?page={page}")
        assert "It ought to say KPO." in admin.words, page
