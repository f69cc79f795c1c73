"""S20: each act leaves exactly one entry, with who, when, from where and what; nothing edits it."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from advisor.models import AuditEvent, Database
from advisor.models.audit import ACTS, OPERATOR, OWNERS_OWN, audit
from advisor.models.base import Unchangeable, utc_now
from advisor.settings import Settings
from tests.accounts.recorded_acts import RECORDED_ACTS
from tests.accounts.recorded_acts.act_list import RecordedAct
from tests.accounts.recorded_acts.installation import MARK, OTHER, Installation
from tests.accounts.sign_ins import acts, sign_in
from tests.factories import PASSWORD, make_account
from tests.visiting import Visitor


@pytest.fixture
def installation(app: Flask, database: Database, settings: Settings) -> Iterator[Installation]:
    installation = Installation(app, database, settings)
    yield installation
    installation.close()


def test_s20_every_kind_of_act_is_done_by_the_test_below() -> None:
    assert {recorded.kind for recorded in RECORDED_ACTS} == ACTS
    assert OWNERS_OWN < ACTS


@pytest.mark.parametrize(
    "recorded", RECORDED_ACTS, ids=[f"{recorded.kind}-{recorded.act.__name__}" for recorded in RECORDED_ACTS]
)
def test_s20_each_act_leaves_exactly_one_entry_with_all_its_fields(
    installation: Installation, recorded: RecordedAct
) -> None:
    began = utc_now()
    recorded.act(installation)
    entries = installation.entries()
    assert sorted(entry.kind for entry in entries) == sorted([recorded.kind, *recorded.also])
    entry = next(entry for entry in entries if entry.kind == recorded.kind)
    assert entry.who == recorded.who
    if recorded.who in {"owner", "admin"}:
        assert entry.account_id is not None
    else:
        assert entry.account_id is None
    if recorded.who == "owner" and recorded.kind != "account created":
        assert entry.account_id == installation.owner_id
    elsewhere = {"plan failed": "worker"}.get(recorded.kind, "127.0.0.1")
    assert entry.from_where == ("command line" if recorded.who == "operator" else elsewhere)
    assert began <= entry.at <= utc_now()
    assert re.fullmatch(recorded.what.replace("OWNER", str(installation.owner_id)), entry.what), entry.what
    assert {name for name in ("before", "after", "why", "version") if getattr(entry, name)} == recorded.detail
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
