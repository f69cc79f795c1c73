"""Somebody is asked for a second opinion, answers alone, and hands in; they see nothing of anybody else."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from advisor.models import Account, AuditEvent, Database, Opinion, RecommendationRecord
from advisor.models.accounts.removal import purge, revoke_all
from advisor.models.base import hash_of, now
from advisor.web.access.security import SECRET_ADDRESS_HEADERS
from tests.accounts.recorded_acts.processes import download
from tests.assessments.walker import EXPERT, MIXED, ROUTINE, at_once
from tests.processes.conftest import Publish
from tests.processes.opinions.guests import Guest, ask
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import Visitor, text_of

NAME, PRIVATE, THEIRS = "Marmalade", "Damson", "Quince"
"""Of the process, of all that no guest reads, and of another guest."""


def stored(database: Database) -> list[Opinion]:
    with database.read() as session:
        return list(session.scalars(select(Opinion).order_by(Opinion.number)))


def change(database: Database, **values: Any) -> None:
    """Set columns of every opinion."""
    with database.write() as session:
        session.execute(update(Opinion).values(**values))


def ended(guest: Visitor, path: str) -> bool:
    reply = guest.client.get(path)
    return reply.status_code == 404 and "This link leads nowhere" in reply.text


def test_a_guest_sees_the_questions_and_nothing_of_the_owner_or_of_others(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish(MIXED, name=NAME)
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1="Keying", part_2="Posting")
    while "/questions/" in owner.path:
        owner.submit()
    owner.open(f"{owner.at}/decision")
    owner.submit(made="bpo", notes=f"{PRIVATE} noted")
    other = Guest.invited(app, owner, THEIRS, process_name="Fruit")
    other.hand_in(EXPERT)
    guest = Guest.invited(app, owner, f"{PRIVATE} Priya", asked_by="Olga", process_name="Fruit")
    seen: list[str] = []

    def look() -> None:
        seen.append(guest.response.text)

    guest.open(guest.at)
    look()
    assert "Olga asks how you see this work." in guest.words
    assert [text_of(it) for it in guest.page.select("main ul li")] == ["Keying", "Posting"]
    guest.open(str(guest.page.select_one(".actions a.button")["href"]))  # type: ignore[index]
    while "/questions/" in guest.path:
        look()
        assert guest.chosen() == [], "nothing is chosen before"
        guest.answer(ROUTINE[guest.key])
    look()
    guest.hand_in()
    look()
    for show in ("?show=all", "?show=sources"):
        guest.open(f"{guest.at}{show}")
        look()
    for text in seen:
        for unseen in (NAME, PRIVATE, THEIRS, "olga@example.com", str(owner.id), "Sign in", "Decision", "Damson"):
            assert unseen not in text
    assert "What they will see" in text_of(owner.open(f"{owner.at}/opinions/new").main)
    assert not [way for way in guest.page.select("main a[href]") if str(way["href"]).startswith("/assessments")]
    with database.read() as session:
        advice = session.scalars(select(RecommendationRecord)).all()
    assert {it.assessment_id for it in advice} == {owner.id}, "what a guest's answers advise is kept nowhere"


def test_s8_the_address_is_passed_on_to_nobody_and_looking_sets_no_cookie_and_changes_nothing(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE)
    path = ask(owner, "Priya")
    crawler = app.test_client()
    for way in ("", "/result", "/settled", "/parts", "/nothing"):
        crawler.get(path + way)
        crawler.head(path + way)
    reply = crawler.get(path)
    assert "Set-Cookie" not in reply.headers
    assert "csrf_token" not in reply.text
    for way in ("", "/answers", "/questions/edge", "/pull-apart/none", "x"):
        reply = crawler.get(path + way)
        assert {name: reply.headers[name] for name in SECRET_ADDRESS_HEADERS} == SECRET_ADDRESS_HEADERS, way
    assert "no-referrer" not in owner.client.get(f"{owner.at}/questions/edge").headers["Referrer-Policy"]
    (opinion,) = stored(database)
    assert not opinion.has_answers
    token = path.rsplit("/", 1)[1]
    assert len(token) == 22, "128 bits, six to a letter"
    assert opinion.token_hash == hash_of(token)
    assert token not in owner.client.get(f"{owner.at}/opinions").text, "it is shown once"
    with database.read() as session:
        acts = str([vars(act) for act in session.scalars(select(AuditEvent))])
    assert "opinion asked for" in acts
    for secret in (token, "Priya"):
        assert secret not in acts


def test_a_form_whose_browser_does_not_say_where_it_comes_from_is_taken_at_a_secret_address_alone(
    app: Flask, owner: OwnerWalker
) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invited(app, owner)
    page = guest.open(f"{guest.at}/questions/edge")
    data = {"csrf_token": str(page.select_one("[name=csrf_token]")["value"]), "answer": "no"}  # type: ignore[index]
    sent = guest.client.post(f"{guest.at}/questions/edge", data=data, headers={"Origin": "null"})
    assert sent.status_code == 303
    owner.open(f"{owner.at}/questions/edge")
    data = {"csrf_token": owner.token, "answer": "no"}
    for origin in ("null", "https://evil.example"):
        refused = owner.client.post(f"{owner.at}/questions/edge", data=data, headers={"Origin": origin})
        assert refused.status_code == 403
    refused = guest.client.post(
        f"{guest.at}/questions/edge", data=data, headers={"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    )
    assert refused.status_code == 403


def test_what_is_answered_stays_hidden_until_it_is_handed_in_and_can_be_taken_back(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invited(app, owner, "Priya")

    def status() -> str:
        return text_of(owner.open(f"{owner.at}/opinions").select_one("main li"))

    assert "Priya not begun" in status()
    assert "not opened yet" in status()
    guest.open(f"{guest.at}/questions/edge")
    guest.answer("yes")
    assert "Priya answering 1 of 3 questions answered" in status()
    assert "last opened on" in status()
    assert "Side by side" not in owner.words
    guest.open(f"{guest.at}/answers")
    assert "Go on with the next question" in guest.words
    assert not guest.page.select("main form")
    guest.open(f"{guest.at}/questions/edge")
    assert guest.post(f"{guest.at}/answers").headers["Location"].endswith("/answers"), "one is open, so it stays here"
    guest.hand_in(EXPERT | {"edge": "yes"})
    assert "Your answers are handed in" in guest.words
    assert "Keep this in-house" in guest.words or "in-house" in guest.words
    assert "Priya handed in" in status()
    assert "Side by side" in owner.words
    twin = guest.again()
    guest.open(f"{guest.at}/questions/edge")
    assert guest.path == guest.at, "what is handed in is locked"
    guest.press("/take-back")
    assert guest.path == f"{guest.at}/answers"
    assert "Priya answering 3 of 3 questions answered" in status()
    assert "Side by side" not in owner.words
    twin.press("/take-back")
    assert guest.page.select("main form")
    guest.hand_in()
    guest.press("/delete")
    assert "Your answers are deleted." in guest.words
    assert "Priya deleted their answers" in status()
    assert "Side by side" not in owner.words
    (opinion,) = stored(database)
    assert (opinion.answers, opinion.answered_at, opinion.pulled_apart) == ({}, {}, {})
    assert [part["answers"] for part in opinion.parts] == [{}]
    guest.hand_in(ROUTINE)
    assert "Priya handed in" in status()


def test_p3_two_windows_at_one_link_lose_nothing(app: Flask, owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invited(app, owner)
    guest.open(f"{guest.at}/questions/edge")
    other = Guest(app.test_client())
    other.open(f"{guest.at}/questions/edge")
    guest.answer("no")
    other.answer("yes", status=409)
    assert "This answer was changed in another window" in other.words
    assert "Not core" in other.words
    other.submit(button="mine")
    guest.open(f"{guest.at}/questions/edge")
    assert guest.chosen() == ["yes"]
    guest.say({"edge": "yes", **EXPERT})
    other.open(f"{guest.at}/questions/skill")
    guest.hand_in()
    other.answer("basic")
    assert other.path == guest.at, "what came too late is not kept, and the page says how it stands"
    assert "Your answers are handed in" in other.words


def test_two_answers_that_pull_apart_are_shown_once(app: Flask, owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invited(app, owner)
    pages = []
    guest.open(guest.at)
    guest.open(str(guest.page.select_one(".actions a.button")["href"]))  # type: ignore[index]
    for _ in range(8):
        pages.append(guest.path)
        if guest.key == "answers":
            break
        guest.submit() if "/pull-apart/" in guest.path else guest.answer({**ROUTINE, "skill": "expert"}[guest.key])
    assert sum("/pull-apart/" in path for path in pages) <= 1
    assert guest.key == "answers"


def test_s2_one_page_for_every_link_that_leads_nowhere(app: Flask, owner: OwnerWalker, database: Database) -> None:
    def reply(path: str) -> str:
        got = app.test_client().get(path)
        assert got.status_code == 404
        return got.text

    owner.finish(ROUTINE)
    unknown = reply("/opinion/AAAAAAAAAAAAAAAAAAAAAA")
    assert "This link leads nowhere" in unknown
    path = ask(owner)
    replies = {reply(path[:-1]), reply("/opinion/nobodys/questions/edge"), reply("/opinion/nobodys/answers")}
    change(database, expires_at=now() - timedelta(seconds=1))
    replies |= {reply(path), reply(f"{path}/questions/edge")}
    change(database, expires_at=now() + timedelta(days=1), revoked_at=now())
    replies.add(reply(path))
    change(database, revoked_at=None)
    assert not ended(Guest(app.test_client()), path)
    with database.write() as session:
        session.execute(update(Account).where(Account.id == owner.account_id).values(disabled_at=now()))
    replies.add(reply(path))
    with database.write() as session:
        session.execute(update(Account).where(Account.id == owner.account_id).values(disabled_at=None))
    owner.open(f"{owner.at}/delete")
    owner.submit()
    replies.add(reply(path))
    owner.submit()  # undo
    assert not ended(Guest(app.test_client()), path)
    owner.open(f"{owner.at}/delete")
    owner.submit()
    owner.open("/processes/bin")
    owner.submit(form=1)
    replies.add(reply(path))
    assert replies == {unknown}
    assert stored(database) == []


def test_after_its_days_a_link_lets_what_was_handed_in_be_read_and_deleted_alone(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invited(app, owner)
    guest.hand_in(EXPERT)
    change(database, expires_at=now() - timedelta(days=1))
    guest.open(guest.at)
    assert "cannot be changed any more" in guest.words
    assert guest.post(f"{guest.at}/take-back").status_code == 303
    assert stored(database)[0].handed_in_at is not None
    guest.open(guest.at)
    guest.press("/delete")
    assert guest.heading == "Your answers are deleted"
    assert not stored(database)[0].has_answers


def test_a_new_link_ends_the_old_one_and_keeps_the_answers(app: Flask, owner: OwnerWalker, database: Database) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invited(app, owner, "Priya", days="7")
    guest.open(f"{guest.at}/questions/edge")
    guest.answer("yes")
    made = stored(database)[0]
    assert (made.expires_at - made.created_at).days in {6, 7}
    owner.open(f"{owner.at}/opinions")
    twin = owner.again()
    owner.submit(form=0)
    field = owner.page.select_one("#link")
    assert field is not None
    assert "the link for Priya" in owner.words
    new = "/opinion/" + str(field["value"]).rsplit("/", 1)[1]
    twin.submit(form=0)
    assert "You made that link already" in twin.words
    assert ended(guest, guest.at)
    guest.at = new
    guest.open(f"{guest.at}/questions/edge")
    assert guest.chosen() == ["yes"]
    owner.open(f"{owner.at}/opinions")
    owner.submit(form=1)
    assert "Deleted: the link leads nowhere any more" in owner.words
    assert ended(guest, new)
    assert stored(database) == []


def test_ten_people_are_asked_at_a_time_and_no_eleventh(app: Flask, owner: OwnerWalker, database: Database) -> None:
    owner.finish(ROUTINE)
    for _ in range(8):
        ask(owner)
    owner.open(f"{owner.at}/opinions/new")
    forms = [owner.again() for _ in range(6)]
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
    assert len(stored(database)) == 10
    change(database, expires_at=now() - timedelta(seconds=1))
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
    opinion = stored(database)[0].id
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
    assert len(stored(database)) == 1


@pytest.mark.parametrize("way", ["", "/questions/edge"])
def test_the_owners_own_look_does_not_count_as_opened(owner: OwnerWalker, database: Database, way: str) -> None:
    owner.finish(ROUTINE)
    path = ask(owner)
    owner.open(path + way)
    assert stored(database)[0].last_opened_at is None


def test_p7_opinions_are_in_the_file_once_handed_in_and_go_with_the_account(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invited(app, owner, "Priya")
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
    assert ended(guest, guest.at)
    assert stored(database) == []


def test_a_restore_ends_every_link_and_purging_takes_what_nobody_took_up(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invited(app, owner, "Priya")
    guest.hand_in(EXPERT)
    ask(owner, "Ben")
    with database.write() as session:
        assert revoke_all(session)["links for second opinions"] == 2
    assert ended(guest, guest.at)
    for days, left in ((29, 2), (31, 1)):
        change(database, expires_at=now() - timedelta(days=days))
        with database.write() as session:
            purge(session, assessments_after=timedelta(days=30), keys_after=timedelta(days=2))
        assert len(stored(database)) == left
    assert [it.name for it in stored(database)] == ["Priya"], "what was handed in stays with its process"


def test_too_many_saves_by_one_link_are_asked_to_wait(app: Flask, owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invited(app, owner)
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
    guest = Guest.invited(app, owner, "Priya")
    newer()
    guest.hand_in(ROUTINE)
    assert re.search(r"version 2\b", text_of(guest.page))
    assert stored(database)[0].version_number == 2
    owner.open(f"{owner.at}/newer-rules")
    owner.submit(form=0)
    owner.open(f"{owner.at}/opinions")
    assert "Priya answered under version 2 of our rules; version 3 judges here." in owner.words
