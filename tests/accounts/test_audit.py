"""S20: each act leaves exactly one entry, with who, when, from where and what; nothing edits it."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from advisor.models import AuditEvent, Database
from advisor.models.audit import ACTS, OPERATOR, OWNERS_OWN, audit
from advisor.models.base import Unchangeable, now
from advisor.settings import Settings
from tests.accounts.coming_in import acts, sign_in
from tests.accounts.deeds import DEEDS
from tests.accounts.deeds.listed import Deed
from tests.accounts.deeds.world import MARK, OTHER, World
from tests.factories import PASSWORD, make_account
from tests.visiting import Visitor


@pytest.fixture
def world(app: Flask, database: Database, settings: Settings) -> Iterator[World]:
    world = World(app, database, settings)
    yield world
    world.close()


def test_s20_every_kind_of_act_is_done_by_the_test_below() -> None:
    assert {deed.kind for deed in DEEDS} == ACTS
    assert OWNERS_OWN < ACTS


@pytest.mark.parametrize("deed", DEEDS, ids=[f"{deed.kind}-{deed.act.__name__}" for deed in DEEDS])
def test_s20_each_act_leaves_exactly_one_entry_with_all_its_fields(world: World, deed: Deed) -> None:
    began = now()
    deed.act(world)
    entries = world.entries()
    assert sorted(entry.kind for entry in entries) == sorted([deed.kind, *deed.also])
    entry = next(entry for entry in entries if entry.kind == deed.kind)
    assert entry.who == deed.who
    if deed.who in {"owner", "admin"}:
        assert entry.account_id is not None
    else:
        assert entry.account_id is None
    if deed.who == "owner" and deed.kind != "account created":
        assert entry.account_id == world.owner_id
    assert entry.from_where == ("command line" if deed.who == "operator" else "127.0.0.1")
    assert began <= entry.at <= now()
    assert re.fullmatch(deed.what.replace("OWNER", str(world.owner_id)), entry.what), entry.what
    assert {name for name in ("before", "after", "why", "version") if getattr(entry, name)} == deed.told
    held = str([[getattr(entry, column.name) for column in AuditEvent.__table__.columns] for entry in entries])
    for secret in ("example.org", PASSWORD, OTHER, "wrong wrong", "token=", MARK):
        assert secret not in held


def test_s20_an_entry_can_be_neither_changed_nor_removed(visitor: Visitor, database: Database) -> None:
    make_account(database)
    sign_in(visitor)
    with pytest.raises(Unchangeable), database.write() as session:
        session.scalars(select(AuditEvent)).first().kind = "nothing"  # type: ignore[union-attr]
    with pytest.raises(Unchangeable), database.write() as session:
        session.delete(session.scalars(select(AuditEvent)).first())
    assert len(acts(database, "signed in")) == 1


def test_s20_an_act_that_nobody_has_named_is_not_recorded(database: Database) -> None:
    with pytest.raises(ValueError, match="add it to ACTS"), database.write() as session:
        audit(session, "something", who=OPERATOR)


def test_s20_an_act_that_fails_leaves_no_entry(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            audit(session, "backup made", who=OPERATOR)
            session.execute(text("nonsense"))

    with pytest.raises(DatabaseError):
        fail()
    assert acts(database, "backup made") == []
