"""A link to a list of processes shows these, without what is their owner's alone, until it ends."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from advisor.models import Assessment, Database, ShareLink
from advisor.models.base import utc_now
from advisor.web.access.security import SECRET_ADDRESS_HEADERS
from tests.assessments.walker import EXPERT, MIXED, ROUTINE
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import Visitor, text_of

PRIVATE = ("Damson", "98765", "98,765", "olga@example.com", "csrf_token", "Sign out", "Hand it", "Not decided", "Plums")


def make(owner: OwnerWalker, query: str = "", **chosen: object) -> str:
    """Make a link to what the list shows; gives its path."""
    owner.open(f"/processes/share{query}")
    owner.submit(**chosen)
    field = owner.page.select_one("#link")
    assert field is not None, owner.words
    return str(field["value"]).removeprefix("http://127.0.0.1:8000")


def describe_processes(owner: OwnerWalker, database: Database) -> None:
    owner.finish(MIXED, name="Finance")
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1="Quince", part_2="Judging")
    while "/questions/" in owner.path:
        owner.submit()
    owner.open(f"{owner.at}/decision")
    owner.submit(made="bpo", notes="Damson noted")
    owner.open(f"{owner.at}/costs")
    owner.submit(**{"currency": "EUR", "people-low": "98765"})
    with database.write() as session:
        session.execute(update(Assessment).values(groups=["Plums"]))
    owner.finish(EXPERT, name="Research")


def shown_names(stranger: Visitor, path: str) -> list[str]:
    return [text_of(it) for it in stranger.open(path).select(".portfolio tbody th")]


def test_a_stranger_reads_the_list_as_its_owner_saw_it_before_and_nothing_else(
    owner: OwnerWalker, stranger: Visitor, database: Database
) -> None:
    describe_processes(owner, database)
    for query in ("", "?name=left-out"):
        foreseen = text_of(owner.open(f"/processes/share{query}").select_one(".portfolio"))
        path = make(owner, query, note="Damson friend")
        page = stranger.open(path)
        assert text_of(page.select_one(".portfolio")) == foreseen
        reply = stranger.client.get(path)
        for unseen in (*PRIVATE, str(owner.id), str(owner.account_id)):
            assert unseen not in reply.text, unseen
        assert ("Finance" in reply.text) == ("Quince" in reply.text) == (not query)
        assert {name: reply.headers[name] for name in SECRET_ADDRESS_HEADERS} == SECRET_ADDRESS_HEADERS
        assert "Set-Cookie" not in reply.headers
    assert "Damson friend" in text_of(owner.open("/processes/links").main)


def test_it_shows_what_was_chosen_then_and_not_what_joins_or_goes(
    owner: OwnerWalker, stranger: Visitor, database: Database
) -> None:
    owner.finish(ROUTINE, name="Payroll")
    owner.finish(EXPERT, name="Research")
    path, one = make(owner), make(owner, "?q=payroll")
    owner.finish(ROUTINE, name="Later payroll")
    assert shown_names(stranger, path) == ["Payroll", "Research"]
    assert shown_names(stranger, one) == ["Payroll"]
    with database.write() as session:
        session.execute(update(Assessment).where(Assessment.process_name == "Payroll").values(deleted_at=utc_now()))
    assert shown_names(stranger, path) == ["Research"]
    assert stranger.client.get(one).status_code == 404


def test_it_ends_by_its_day_by_its_owner_and_with_the_account(
    owner: OwnerWalker, rival: OwnerWalker, stranger: Visitor, database: Database
) -> None:
    owner.finish(ROUTINE, name="Payroll")
    path = make(owner)
    assert stranger.client.get(path).status_code == 200
    with database.read() as session:
        link = session.scalars(select(ShareLink)).one()
    assert link.last_opened_at is not None
    rival.open("/account")
    assert rival.post(f"/processes/links/{link.id}/revoke").status_code == 404
    owner.open("/processes/links")
    owner.submit(form=-1)
    assert stranger.client.get(path).status_code == 404
    again = make(owner)
    with database.write() as session:
        session.execute(update(ShareLink).values(expires_at=utc_now() - timedelta(seconds=1)))
    assert stranger.client.get(again).status_code == 404
    for nobodys in ("/shared/list/nobodys", "/shared/list/" + "x" * 200):
        assert stranger.client.get(nobodys).status_code == 404
    assert stranger.client.get(again.replace("/list", "")).status_code == 404


def test_a_list_is_made_once_and_no_more_than_the_limit(
    owner: OwnerWalker, app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.finish(ROUTINE, name="Payroll")
    owner.open("/processes/share")
    twin = owner.second_window()
    owner.submit()
    twin.submit()
    assert "shown that once" in twin.words
    monkeypatch.setitem(app.config, "LINKS_PER_ACCOUNT", 1)
    owner.open("/processes/share")
    owner.submit(status=422)
    assert "as many as one may" in owner.words
    with database.read() as session:
        assert len(session.scalars(select(ShareLink)).all()) == 1
    assert owner.client.get("/processes/share?q=nothing").status_code == 404
