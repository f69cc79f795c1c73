"""A link lets a stranger read one result, and nothing else; it ends by itself, by its owner, and with its process."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from advisor.models import Account, AuditEvent, Database, ShareLink
from advisor.models.accounts.removal import purge, revoke_all
from advisor.models.base import hash_of, now
from advisor.web import logs
from advisor.web.access.security import SECRET_ADDRESS_HEADERS
from tests.accounts.recorded_acts.processes import download
from tests.assessments.walker import EXPERT, MIXED, ROUTINE, UNSURE, Walker, at_once
from tests.processes.conftest import Publish
from tests.processes.owner_walker import OwnerWalker
from tests.reading import HtmlPage
from tests.visiting import Visitor, text_of

NAME, PART, PRIVATE = "Marmalade", "Quince", "Damson"
"""Of the process, of its parts, and of all that no stranger reads."""

FIGURE = "98765"
"""Of its costs."""

SHOWS = ("", "?show=all", "?show=sources")
"""What a stranger can ask for."""

ENDED = "This link leads nowhere"


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """What the logs say from here on."""
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logs.configure()


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """Somebody without an account, in a browser that was never here."""
    return Visitor(app.test_client())


def make(owner: OwnerWalker, *, name: str = "", **chosen: object) -> str:
    """Make a link to the process that the owner has; gives its path."""
    owner.open(f"{owner.at}/share/new{name}")
    owner.submit(**chosen)
    field = owner.page.select_one("#link")
    assert field is not None, owner.words
    address = str(field["value"])
    assert address.startswith("http://127.0.0.1:8000/shared/")
    return address.removeprefix("http://127.0.0.1:8000")


def change(database: Database, **values: Any) -> None:
    """Set columns of every link."""
    with database.write() as session:
        session.execute(update(ShareLink).values(**values))


def links(database: Database) -> list[ShareLink]:
    with database.read() as session:
        return list(session.scalars(select(ShareLink)))


def described(owner: OwnerWalker) -> None:
    """A process in parts, with a decision, notes and costs."""
    owner.finish(MIXED, name=NAME)
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1=f"{PART} one", part_2=f"{PART} two")
    while "/questions/" in owner.path:
        owner.submit()
    owner.open(f"{owner.at}/decision")
    owner.submit(made="bpo", notes=f"{PRIVATE} noted")
    owner.open(f"{owner.at}/costs")
    owner.submit(**{"currency": "EUR", "people-low": FIGURE})


def is_dead(stranger: Visitor, path: str) -> bool:
    return stranger.client.get(path).status_code == 404


# ---- what a stranger reads


def test_a_stranger_reads_the_result_as_its_owner_saw_it_before_and_nothing_else(
    owner: OwnerWalker, stranger: Visitor
) -> None:
    described(owner)
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
    owner: OwnerWalker, stranger: Visitor, database: Database, told: io.StringIO
) -> None:
    owner.finish()
    path = make(owner, note=f"{PRIVATE} friend")
    stranger.open(path)
    stranger.open(f"{path}x", 404)
    token = path.rsplit("/", 1)[1]
    assert "/shared/<token>" in told.getvalue()
    assert token not in told.getvalue()
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


# ---- where it ends


def test_s2_one_page_for_every_link_that_leads_nowhere(
    owner: OwnerWalker, stranger: Visitor, database: Database
) -> None:
    def reply(path: str) -> str:
        got = stranger.client.get(path)
        assert got.status_code == 404
        return got.text

    owner.finish(name=NAME)
    unknown = reply("/shared/AAAAAAAAAAAAAAAAAAAAAA")
    assert ENDED in unknown
    path = make(owner)
    change(database, expires_at=now() - timedelta(seconds=1))
    replies = {reply(path), reply(f"{path}?show=all"), reply(path[:-1]), reply(f"{path}{path[-1]}")}
    change(database, expires_at=now() + timedelta(days=1))
    stranger.open(path)
    with database.write() as session:
        session.execute(update(Account).where(Account.id == owner.account_id).values(disabled_at=now()))
    replies.add(reply(path))
    with database.write() as session:
        session.execute(update(Account).where(Account.id == owner.account_id).values(disabled_at=None))
    owner.open(f"{owner.at}/share")
    owner.submit()
    replies.add(reply(path))
    again = make(owner)
    owner.open(f"{owner.at}/delete")
    owner.submit()
    replies.add(reply(again))
    owner.submit()  # undo
    stranger.open(again)
    owner.open(f"{owner.at}/delete")
    owner.submit()
    owner.open("/processes/bin")
    owner.submit(form=1)
    replies.add(reply(again))
    assert replies == {unknown}
    assert links(database) == []


def test_a_revoked_link_is_dead_at_once_and_a_second_press_says_the_same(
    owner: OwnerWalker, stranger: Visitor, database: Database
) -> None:
    owner.finish()
    first, second = make(owner, note="One"), make(owner, note="Two")
    owner.open("/processes/links")
    assert [text_of(it) for it in owner.page.select("main h2")] == ["Two", "One"]
    assert len(owner.page.select("details:not([open]) form[action*=revoke]")) == 2, "it asks first"
    assert not owner.page.select("main form:not(details form)")
    twin = owner.again()
    owner.submit(form=0)
    assert owner.path == "/processes/links"
    assert "This cannot be undone" in owner.words
    twin.submit(form=0)
    assert twin.words == owner.words
    assert is_dead(stranger, second)
    stranger.open(first)
    assert sorted(link.note for link in links(database)) == ["", "One"]
    with database.read() as session:
        kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.kind == "link revoked")).all()
    assert kinds == ["link revoked"]


def test_putting_a_process_back_says_that_its_links_work_again(owner: OwnerWalker, stranger: Visitor) -> None:
    owner.finish()
    path = make(owner)
    owner.open(f"{owner.at}/delete")
    assert "A link to it leads nowhere while it is there." in owner.words
    owner.submit()
    assert is_dead(stranger, path)
    assert "No links yet." in text_of(owner.again().open("/processes/links").main)
    owner.submit()
    assert "One link to it works again." in owner.words
    stranger.open(path)


def test_p10_after_a_restore_every_link_has_ended(owner: OwnerWalker, stranger: Visitor, database: Database) -> None:
    owner.finish()
    path = make(owner)
    with database.write() as session:
        assert revoke_all(session)["links to results"] == 1
    assert is_dead(stranger, path)


def test_p7_the_links_go_with_the_account_and_are_in_its_file(
    owner: OwnerWalker, rival: OwnerWalker, stranger: Visitor, database: Database
) -> None:
    owner.finish()
    path = make(owner, note=f"{PRIVATE} friend")
    owner.open("/account")
    file = download(owner)
    assert f"{PRIVATE} friend" in file.text
    assert path.rsplit("/", 1)[1] not in file.text
    rival.open("/account")
    assert PRIVATE not in download(rival).text
    with database.write() as session:
        session.delete(session.get_one(Account, owner.account_id))
    assert is_dead(stranger, path)
    assert links(database) == []


def test_a_link_ends_where_its_process_goes_back_to_the_browser(
    walker: Walker, stranger: Visitor, database: Database
) -> None:
    walker.finish()
    share = str(walker.page.select_one(".act a[href*=share]")["href"])  # type: ignore[index]
    walker.open(share)
    assert "To share a result you need an account" in walker.words
    walker.submit(email="vera@example.com", password="three quiet lighthouses at dawn")
    assert walker.path == f"{walker.at}/share", "Share of a visitor leads over an account and back to sharing"
    walker.open(f"{walker.at}/share/new")
    walker.submit()
    path = str(walker.page.select_one("#link")["value"]).removeprefix("http://127.0.0.1:8000")  # type: ignore[index]
    stranger.open(path)
    walker.open("/account/this-browser")
    walker.submit()
    assert is_dead(stranger, path)
    assert links(database) == []


def test_what_has_ended_is_forgotten_after_its_time(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    make(owner, note="One")
    keeping = {"assessments_after": timedelta(days=30), "keys_after": timedelta(days=2)}
    for column in ("expires_at", "revoked_at"):
        change(database, expires_at=now() + timedelta(days=1), revoked_at=None)
        for days, left in ((29, 1), (31, 0)):
            change(database, **{column: now() - timedelta(days=days)})
            with database.write() as session:
                purge(session, **keeping)
            assert len(links(database)) == left
        make(owner)


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
    change(database, last_opened_at=now() - timedelta(hours=2))
    stranger.open(path)
    assert links(database)[0].last_opened_at > first  # type: ignore[operator]


def test_an_expired_link_stays_in_the_list_until_it_is_taken_off(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    make(owner, note="One")
    change(database, expires_at=now() - timedelta(days=1))
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
