"""Somebody is asked for a second opinion, answers alone, and hands in; they see nothing of anybody else."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from advisor.models import Account, AuditEvent, Database, RecommendationRecord
from advisor.models.base import hash_of, utc_now
from advisor.web.access.security import SECRET_ADDRESS_HEADERS
from tests.assessments.walker import EXPERT, MIXED, ROUTINE
from tests.processes.opinions.guests import Guest, ask, change, has_ended, stored_opinions
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of

NAME, PRIVATE, THEIRS = "Marmalade", "Damson", "Quince"
"""Of the process, of all that no guest reads, and of another guest."""


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
    other = Guest.invite(app, owner, THEIRS, process_name="Fruit")
    other.hand_in(EXPERT)
    guest = Guest.invite(app, owner, f"{PRIVATE} Priya", asked_by="Olga", process_name="Fruit")
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
        assert guest.chosen_values() == [], "nothing is chosen before"
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
    (opinion,) = stored_opinions(database)
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
    guest = Guest.invite(app, owner)
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
    guest = Guest.invite(app, owner, "Priya")

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
    twin = guest.second_window()
    guest.open(f"{guest.at}/questions/edge")
    assert guest.path == guest.at, "what is handed in is locked"
    guest.press("/reopen")
    assert guest.path == f"{guest.at}/answers"
    assert "Priya answering 3 of 3 questions answered" in status()
    assert "Side by side" not in owner.words
    twin.press("/reopen")
    assert guest.page.select("main form")
    guest.hand_in()
    guest.press("/delete")
    assert "Your answers are deleted." in guest.words
    assert "Priya deleted their answers" in status()
    assert "Side by side" not in owner.words
    (opinion,) = stored_opinions(database)
    assert (opinion.answers, opinion.answered_at, opinion.pulled_apart) == ({}, {}, {})
    assert [part["answers"] for part in opinion.parts] == [{}]
    guest.hand_in(ROUTINE)
    assert "Priya handed in" in status()


def test_p3_two_windows_at_one_link_lose_nothing(app: Flask, owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invite(app, owner)
    guest.open(f"{guest.at}/questions/edge")
    other = Guest(app.test_client())
    other.open(f"{guest.at}/questions/edge")
    guest.answer("no")
    other.answer("yes", status=409)
    assert "This answer was changed in another window" in other.words
    assert "Not core" in other.words
    other.submit(button="mine")
    guest.open(f"{guest.at}/questions/edge")
    assert guest.chosen_values() == ["yes"]
    guest.say({"edge": "yes", **EXPERT})
    other.open(f"{guest.at}/questions/skill")
    guest.hand_in()
    other.answer("basic")
    assert other.path == guest.at, "what came too late is not kept, and the page says how it stands"
    assert "Your answers are handed in" in other.words


def test_two_answers_that_pull_apart_are_shown_once(app: Flask, owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    guest = Guest.invite(app, owner)
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
    change(database, expires_at=utc_now() - timedelta(seconds=1))
    replies |= {reply(path), reply(f"{path}/questions/edge")}
    change(database, expires_at=utc_now() + timedelta(days=1), revoked_at=utc_now())
    replies.add(reply(path))
    change(database, revoked_at=None)
    assert not has_ended(Guest(app.test_client()), path)
    with database.write() as session:
        session.execute(update(Account).where(Account.id == owner.account_id).values(disabled_at=utc_now()))
    replies.add(reply(path))
    with database.write() as session:
        session.execute(update(Account).where(Account.id == owner.account_id).values(disabled_at=None))
    owner.open(f"{owner.at}/delete")
    owner.submit()
    replies.add(reply(path))
    owner.submit()  # undo
    assert not has_ended(Guest(app.test_client()), path)
    owner.open(f"{owner.at}/delete")
    owner.submit()
    owner.open("/processes/bin")
    owner.submit(form=1)
    replies.add(reply(path))
    assert replies == {unknown}
    assert stored_opinions(database) == []
