"""Whom an owner has asked: for how many days, how many at a time, and what becomes of their answers."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from advisor.models import Account, Database
from advisor.models.accounts.removal import purge, revoke_all
from advisor.models.base import utc_now
from tests.accounts.recorded_acts.processes import download
from tests.assessments.walker import EXPERT, ROUTINE, at_once
from tests.processes.conftest import Publish
from tests.processes.opinions.guests import Guest, ask, change, has_ended, stored_opinions
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import Visitor, text_of

NAME, PRIVATE, THEIRS = "Marmalade", "Damson", "Quince"
"""Of the process, of all that no guest reads, and of another guest."""


def test_after_its_days_a_link_lets_what_was_handed_in_be_read_and_deleted_alone(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invite(app, owner)
    guest.hand_in(EXPERT)
    change(database, expires_at=utc_now() - timedelta(days=1))
    guest.open(guest.at)
    assert "cannot be changed any more" in guest.words
    assert guest.post(f"{guest.at}/reopen").status_code == 303
    assert stored_opinions(database)[0].handed_in_at is not None
    guest.open(guest.at)
    guest.press("/delete")
    assert guest.heading == "Your answers are deleted"
    assert not stored_opinions(database)[0].has_answers


def test_a_new_link_ends_the_old_one_and_keeps_the_answers(app: Flask, owner: OwnerWalker, database: Database) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invite(app, owner, "Priya", days="7")
    guest.open(f"{guest.at}/questions/edge")
    guest.answer("yes")
    made = stored_opinions(database)[0]
    assert (made.expires_at - made.created_at).days in {6, 7}
    owner.open(f"{owner.at}/opinions")
    twin = owner.second_window()
    owner.submit(form=0)
    field = owner.page.select_one("#link")
    assert field is not None
    assert "the link for Priya" in owner.words
    new = "/opinion/" + str(field["value"]).rsplit("/", 1)[1]
    twin.submit(form=0)
    assert "You made that link already" in twin.words
    assert has_ended(guest, guest.at)
    guest.at = new
    guest.open(f"{guest.at}/questions/edge")
    assert guest.chosen_values() == ["yes"]
    owner.open(f"{owner.at}/opinions")
    owner.submit(form=1)
    assert "Deleted: the link leads nowhere any more" in owner.words
    assert has_ended(guest, new)
    assert stored_opinions(database) == []


def test_ten_people_are_asked_at_a_time_and_no_eleventh(app: Flask, owner: OwnerWalker, database: Database) -> None:
    owner.finish(ROUTINE)
    for _ in range(8):
        ask(owner)
    owner.open(f"{owner.at}/opinions/new")
    forms = [owner.second_window() for _ in range(6)]
    for form in forms:
        form.open(f"{owner.at}/opinions/new")
    fields = [{field["name"]: field.get("value", "") for field in form.page.select("main input")} for form in forms]
    replies = at_once(
        app,
        owner,
        6,
        lambda client, n: client.post(f"{owner.at}/opinions/new", data={**fields[n], "days": "30"}).status_code,
    )
    assert sorted(replies) == [200, 200, 422, 422, 422, 422]
    owner.submit(note="kept", status=422)
    assert "10 people are asked, which is as many as may be" in owner.complaint
    assert fields_kept(owner) == "kept"
    assert len(stored_opinions(database)) == 10
    change(database, expires_at=utc_now() - timedelta(seconds=1))
    ask(owner)


def fields_kept(owner: OwnerWalker) -> str:
    field = owner.page.select_one("#note")
    return str(field["value"]) if field else ""


def test_s1_another_owner_and_nobody_reach_nothing(
    app: Flask, owner: OwnerWalker, rival: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE)
    rival.finish(ROUTINE)
    path = ask(owner, "Priya")
    opinion = stored_opinions(database)[0].id
    for assessment in (owner.id, uuid4()):
        at = f"/assessments/{assessment}/opinions"
        assert {rival.client.get(f"{at}{way}").status_code for way in ("", "/new", "/settle")} == {404}
        for way in (f"/{opinion}/renew", f"/{opinion}/delete", "/new", "/settle"):
            rival.open(f"{rival.at}/opinions/new")
            assert rival.post(f"{at}{way}", once="x", process_name="x").status_code == 404
    for way in ("renew", "delete"):
        assert rival.post(f"{rival.at}/opinions/{opinion}/{way}", once="y").status_code == 404
    visitor = Visitor(app.test_client())
    assert "/sign-in" in visitor.client.get(f"{owner.at}/opinions").headers["Location"]
    rival.open(path)
    assert rival.page.select_one("nav.you") is None, "the page says nothing of who is signed in"
    assert len(stored_opinions(database)) == 1


@pytest.mark.parametrize("way", ["", "/questions/edge"])
def test_the_owners_own_look_does_not_count_as_opened(owner: OwnerWalker, database: Database, way: str) -> None:
    owner.finish(ROUTINE)
    path = ask(owner)
    owner.open(path + way)
    assert stored_opinions(database)[0].last_opened_at is None


def test_p7_opinions_are_in_the_file_once_handed_in_and_go_with_the_account(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invite(app, owner, "Priya")
    guest.say(EXPERT)
    owner.open("/account")
    before = download(owner).json["processes"][0]["second_opinions"]
    assert [it["who"] for it in before] == ["Priya"]
    assert "answers" not in before[0], "not handed in, it is theirs alone"
    guest.open(f"{guest.at}/answers")
    guest.hand_in()
    owner.open("/account")
    file = download(owner)
    assert file.json["processes"][0]["second_opinions"][0]["answers"] == {"edge": "no"}
    assert guest.at.rsplit("/", 1)[1] not in file.text
    with database.write() as session:
        session.delete(session.get_one(Account, owner.account_id))
    assert has_ended(guest, guest.at)
    assert stored_opinions(database) == []


def test_a_restore_ends_every_link_and_purging_takes_what_nobody_took_up(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invite(app, owner, "Priya")
    guest.hand_in(EXPERT)
    ask(owner, "Ben")
    with database.write() as session:
        assert revoke_all(session)["links for second opinions"] == 2
    assert has_ended(guest, guest.at)
    for days, left in ((29, 2), (31, 1)):
        change(database, expires_at=utc_now() - timedelta(days=days))
        with database.write() as session:
            purge(session, assessments_after=timedelta(days=30), keys_after=timedelta(days=2))
        assert len(stored_opinions(database)) == left
    assert [it.name for it in stored_opinions(database)] == ["Priya"], "what was handed in stays with its process"


def test_too_many_saves_by_one_link_are_asked_to_wait(app: Flask, owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invite(app, owner)
    guest.open(f"{guest.at}/questions/edge")
    app.config["OPINION_SAVES"] = 2
    try:
        guest.answer("no")
        guest.open(f"{guest.at}/questions/edge")
        guest.answer("yes")
        guest.open(f"{guest.at}/questions/edge")
        guest.answer("no", status=429)
        assert "Retry-After" in guest.response.headers
    finally:
        app.config["OPINION_SAVES"] = 300


def test_a_guest_goes_on_under_the_rules_they_were_asked_under(
    app: Flask, owner: OwnerWalker, newer: Publish, database: Database
) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invite(app, owner, "Priya")
    newer()
    guest.hand_in(ROUTINE)
    assert re.search(r"version 2\b", text_of(guest.page))
    assert stored_opinions(database)[0].version_number == 2
    owner.open(f"{owner.at}/newer-rules")
    owner.submit(form=0)
    owner.open(f"{owner.at}/opinions")
    assert "Priya answered under version 2 of our rules; version 3 judges here." in owner.words
