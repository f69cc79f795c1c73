"""A link lets a stranger read one result, and nothing else; it ends by itself, by its owner, and with its process."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from advisor.models import AuditEvent, Database
from advisor.models.base import hash_of, utc_now
from advisor.web import logs
from advisor.web.access.security import SECRET_ADDRESS_HEADERS
from tests.assessments.walker import EXPERT, ROUTINE, UNSURE, Walker, at_once
from tests.processes.conftest import Publish
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sharing.links import (
    FIGURE,
    NAME,
    PART,
    PRIVATE,
    SHOWS,
    change,
    describe_process,
    links,
    make,
)
from tests.reading import HtmlPage
from tests.visiting import Visitor, text_of


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """What the logs say from here on."""
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logs.configure()


def test_a_stranger_reads_the_result_as_its_owner_saw_it_before_and_nothing_else(
    owner: OwnerWalker, stranger: Visitor
) -> None:
    describe_process(owner)
    for name in ("", "?name=left-out"):
        owner.open(f"{owner.at}/share/new{name}")
        foreseen = [text_of(owner.page.select_one(it)) for it in (".sheet", "main > .notice:not(.previewed)")]
        path = make(owner, name=name, note=f"{PRIVATE} friend")
        page = stranger.open(path)
        sheet, notice = (text_of(page.select_one(it)) for it in (".sheet", "main > .notice"))
        until = re.search(r" The link works until [^.]+, unless it is ended sooner\.", notice)
        assert until, "a day that is said once it was chosen"
        assert [sheet, notice.replace(until[0], "")] == foreseen
        everything = [stranger.client.get(f"{path}{more}").text for more in SHOWS]
        for reply in everything:
            assert (NAME in reply) == (not name)
            for unseen in (
                PRIVATE,
                FIGURE,
                f"{int(FIGURE):,}",
                "olga@example.com",
                str(owner.id),
                str(owner.account_id),
                "csrf_token",
                "Sign out",
            ):
                assert unseen not in reply
        assert PART in everything[0]
        assert not page.select("main form")
        ways = {str(link["href"]).partition("?")[0].partition("#")[0] for link in page.select("a[href]")}
        assert {way for way in ways if way.startswith("/assessments")} == set()
        assert "/" in ways


def test_without_the_name_goes_what_tells_of_it(owner: OwnerWalker, stranger: Visitor) -> None:
    owner.finish(ROUTINE, name=NAME, **{"answer-closest": "law"})
    told = [stranger.client.get(f"{make(owner)}{show}").text for show in SHOWS]
    assert ["Legal work" in text for text in told] == [True, True, True], "the sources file it under another kind"
    path = make(owner, name="?name=left-out")
    for show in SHOWS:
        text = text_of(stranger.open(f"{path}{show}").main)
        for word in (NAME, "Legal work", "usual process"):
            assert word not in text, show
    lead = text_of(stranger.open(path).select_one(".lead"))
    assert "this work" in lead
    assert "“" not in lead.partition(":")[0]
    names = [text_of(it) for it in stranger.page.select("a[href='#given'], details:has(#given) h2")]
    assert names == ["The answers it was given on"] * 2
    assert "without the name of the process" in text_of(owner.page.main)


def test_a_stranger_is_not_asked_what_only_its_owner_can_answer(owner: OwnerWalker, stranger: Visitor) -> None:
    owner.finish(UNSURE)
    assert owner.page.select_one(".open-questions a")
    page = stranger.open(make(owner))
    assert text_of(page.h1) == text_of(owner.open(f"{owner.at}/result").h1)
    assert page.select_one(".open-questions") is None
    assert [link for link in page.select("main a") if not link["href"]] == []


def test_the_link_shows_the_latest_advice_with_its_date_whatever_happens_to_the_rules(
    owner: OwnerWalker, stranger: Visitor, newer: Publish
) -> None:
    owner.finish(ROUTINE)
    path = make(owner)
    before = text_of(stranger.open(path).main)
    newer()
    assert text_of(stranger.open(path).main) == before, "P5: the rules in force have no say in it"
    owner.open(f"{owner.at}/newer-rules")
    owner.submit(form=0)
    after = text_of(stranger.open(path).main)
    assert "with version 3 of our rules" in after
    assert "with version 2 of our rules" in before
    owner.open(f"{owner.at}/result")
    assert text_of(stranger.page.h1) == text_of(owner.page.h1)


def test_s8_the_address_is_passed_on_to_nobody_and_no_cookie_is_set(
    app: Flask, owner: OwnerWalker, rival: OwnerWalker, database: Database
) -> None:
    owner.finish()
    path = make(owner)
    for reader in (app.test_client(), rival.client, owner.client):
        for address in (path, f"{path}?show=sources", f"{path}x"):
            for method in ("GET", "HEAD"):
                reply = reader.open(address, method=method)
                assert "Set-Cookie" not in reply.headers
                assert {name: reply.headers[name] for name in SECRET_ADDRESS_HEADERS} == SECRET_ADDRESS_HEADERS
    token = path.rsplit("/", 1)[1]
    assert len(token) == 22, "128 bits, six to a letter"
    (link,) = links(database)
    assert link.token_hash == hash_of(token)


def test_s19_s20_the_address_stands_in_no_log_and_not_in_the_record(
    owner: OwnerWalker, stranger: Visitor, database: Database, log_lines: io.StringIO
) -> None:
    owner.finish()
    path = make(owner, note=f"{PRIVATE} friend")
    stranger.open(path)
    stranger.open(f"{path}x", 404)
    token = path.rsplit("/", 1)[1]
    assert "/shared/<token>" in log_lines.getvalue()
    assert token not in log_lines.getvalue()
    with database.read() as session:
        acts = [vars(act) for act in session.scalars(select(AuditEvent).where(AuditEvent.kind.startswith("link")))]
    assert [act["kind"] for act in acts] == ["link made"]
    assert token not in str(acts)
    assert PRIVATE not in str(acts)
    assert hash_of(token) not in str(acts)
    for page in (f"{owner.at}/share", "/processes/links"):
        assert token not in owner.client.get(page).text, "it is shown once"


def test_what_is_newer_than_the_advice_is_not_shown_and_its_owner_is_told(
    owner: OwnerWalker, stranger: Visitor
) -> None:
    owner.finish(EXPERT | {"skill": "basic"})
    path = make(owner)
    before = text_of(stranger.open(path).main)
    owner.open(f"{owner.at}/share/new")
    assert "You changed an answer" not in owner.words
    assert "once you work the advice out again" in owner.words
    owner.question("steps")
    owner.answer("set")
    owner.open(f"{owner.at}/share/new")
    assert "You changed an answer, or the parts, after this advice." in owner.words
    assert text_of(stranger.open(path).main) == before
    owner.open(f"{owner.at}/result")
    owner.submit()
    assert text_of(stranger.open(path).main) != before


# ---- the owner's lists


def test_a_link_lasts_as_long_as_was_chosen_and_thirty_days_otherwise(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    for chosen, days in (({}, 30), ({"days": "7"}, 7), ({"days": "90"}, 90)):
        make(owner, **chosen)
        made = max(links(database), key=lambda link: link.created_at)
        assert abs(made.expires_at - made.created_at - timedelta(days=days)) < timedelta(minutes=1)
    owner.open(f"{owner.at}/share/new")
    owner.submit(days="3650", note="kept", status=422)
    assert "Select how long the link shall work" in owner.complaint
    assert owner.page.select_one("#note")["value"] == "kept", "P2"  # type: ignore[index]
    owner.submit(days=None, note="x" * 201, status=422)
    assert len(links(database)) == 3


def test_the_list_says_when_somebody_else_opened_it(owner: OwnerWalker, stranger: Visitor, database: Database) -> None:
    owner.finish()
    path = make(owner)
    owner.client.get(path)
    stranger.client.head(path)
    assert "not opened yet" in text_of(owner.open(f"{owner.at}/share").main)
    stranger.open(path)
    (link,) = links(database)
    first = link.last_opened_at
    assert "last opened on" in text_of(owner.open("/processes/links").main)
    stranger.open(path)
    assert links(database)[0].last_opened_at == first, "a second visit within the hour is no write"
    change(database, last_opened_at=utc_now() - timedelta(hours=2))
    stranger.open(path)
    assert links(database)[0].last_opened_at > first  # type: ignore[operator]


def test_an_expired_link_stays_in_the_list_until_it_is_taken_off(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    make(owner, note="One")
    change(database, expires_at=utc_now() - timedelta(days=1))
    owner.open(f"{owner.at}/share")
    assert "One expired" in owner.words
    owner.submit()
    assert "No link leads here yet." in owner.words


def test_s11b_no_more_links_than_an_account_may_have(app: Flask, owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    app.config["LINKS_PER_ACCOUNT"] = 2
    make(owner)
    pages = [owner.client.get(f"{owner.at}/share/new").text for _ in range(4)]
    keys = [HtmlPage(page).select_one("[name=once]")["value"] for page in pages]  # type: ignore[index]
    token = HtmlPage(pages[0]).select_one("main [name=csrf_token]")["value"]  # type: ignore[index]

    def send(client: Any, number: int) -> int:
        data = {"csrf_token": token, "once": keys[number], "days": "30"}
        return int(client.post(f"{owner.at}/share/new", data=data).status_code)

    assert sorted(at_once(app, owner, 4, send)) == [200, 422, 422, 422]
    assert len(links(database)) == 2
    owner.open(f"{owner.at}/share/new")
    owner.submit(status=422)
    assert "You have 2 links, which is as many as one may. Revoke one first" in owner.complaint
    owner.open("/processes/links")
    owner.submit(form=0)
    make(owner)


def test_what_has_no_advice_yet_cannot_be_shared(owner: OwnerWalker) -> None:
    owner.begin()
    for path in ("share", "share/new"):
        owner.open(f"{owner.at}/{path}")
        assert "/questions/" in owner.path


def test_s1_nobody_else_makes_sees_or_revokes_a_link(
    owner: OwnerWalker, rival: OwnerWalker, admin: OwnerWalker, walker: Walker, database: Database
) -> None:
    owner.finish(name=NAME)
    make(owner, note=PRIVATE)
    (link,) = links(database)
    forged = {"account_id": str(rival.account_id), "assessment_id": str(owner.id), "with_name": "", "token_hash": "x"}
    for other in (rival, admin):
        other.finish(EXPERT, name="Own")
        other.open(f"{other.at}/share/new")
        other.submit(**forged)
        page = text_of(other.open("/processes/links").main)
        assert PRIVATE not in page
        assert NAME not in page
        for key in (link.id, uuid4()):
            assert other.post(f"/processes/links/{key}/revoke").status_code == 404
        assert other.post(f"{owner.at}/share/new", days="30").status_code == 404
        assert other.client.get(f"{owner.at}/share/new").status_code == 404
    walker.open("/assessments/new")
    for path in (f"{owner.at}/share/new", f"/processes/links/{link.id}/revoke"):
        walker.post(path, days="30")
    made = [(it.account_id, it.assessment_id) for it in links(database) if it.id != link.id]
    assert set(made) == {(other.account_id, other.id) for other in (rival, admin)}
    assert links(database)[0].revoked_at is None
    assert all(it.with_name for it in links(database))
    sheet = admin.client.get("/admin/audit")
    assert str(link.id) not in sheet.text, "S4: admins do not learn that somebody has processes"
