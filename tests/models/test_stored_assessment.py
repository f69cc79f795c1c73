"""What pages read by one query is what the ORM reads, and nobody else's."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event, inspect, select

from advisor import starter
from advisor.engine.document import document as documents
from advisor.models import AccountOwner, Assessment, Database, LoginSession, OrganisationOwner, Owner, VisitorOwner
from advisor.models.accounts.account import login_by_token
from advisor.models.accounts.organisation import member_for
from advisor.models.base import hash_of, utc_now
from advisor.models.processes.assessment import find_latest_recommendation, find_own
from advisor.models.processes.stored_assessment import read_own
from advisor.models.rule_sets import rule_set_version as versions
from advisor.wording.claims import VersionView
from tests.factories import OWNER, make_account, make_assessment, make_organisation, make_recommendation, make_signed_in

PARTS: dict[str, dict[str, Any]] = {"Ärger “one”": {"steps": "set"}, "Two": {"wants": ["cost"], "volume": None}}


def loaded_values(stored: object) -> dict[str, object]:
    """All that is loaded of a stored row, but the rows that hang on it."""
    state = inspect(stored)
    return {key: getattr(stored, key) for key in state.mapper.column_attrs.keys() if key not in state.unloaded}  # noqa: SIM118


def owners(database: Database) -> list[Owner]:
    account = make_account(database)
    return [OWNER, AccountOwner(account), OrganisationOwner(make_organisation(database, {account: "owner"}))]


def test_it_is_what_the_orm_reads(database: Database) -> None:
    for owner in owners(database):
        for parts in ({}, PARTS):
            key = make_assessment(database, owner, "Löhne", {"edge": "no", "wants": ["cost", "time"]}, parts or None)
            for advised in range(3):
                if advised:
                    make_recommendation(database, key, {"outcome": "bpo", "number": advised, "text": "ö%(x)s"})
                found = read_own(database, owner, key)
                assert found is not None
                with database.read() as session:
                    mine = find_own(session, owner, key)
                    latest = find_latest_recommendation(session, owner, key)
                    assert mine is not None
                    assert loaded_values(found.assessment) == loaded_values(mine)
                    assert [loaded_values(part) for part in found.assessment.parts] == [
                        loaded_values(part) for part in mine.parts
                    ]
                    assert (found.latest and loaded_values(found.latest)) == (latest and loaded_values(latest))
                    assert found.in_force.number == mine.version_number
                    assert found.assessment.owner == owner


def test_p4_nobody_else_reads_it_and_nobody_what_is_in_the_bin_or_too_old(database: Database) -> None:
    stranger = make_account(database, "stranger@example.org")
    elsewhere = make_organisation(database, {stranger: "owner"}, "Elsewhere")
    strangers: list[Owner] = [
        VisitorOwner(hash_of("x")),
        VisitorOwner(""),
        AccountOwner(stranger),
        OrganisationOwner(elsewhere),
    ]
    every: list[Owner] = owners(database)
    kept = {owner: make_assessment(database, owner) for owner in every}
    for owner, key in kept.items():
        assert [read_own(database, other, key) for other in [*strangers, *every] if other != owner] == [None] * 6
        assert read_own(database, owner, key, utc_now() - timedelta(minutes=1)) is not None
        assert read_own(database, owner, key, utc_now() + timedelta(minutes=1)) is None
        with database.write() as session:
            session.get_one(Assessment, key).deleted_at = utc_now()
        assert read_own(database, owner, key) is None


def test_one_query_asks_for_it_all(database: Database) -> None:
    key = make_assessment(database, parts=PARTS)
    make_recommendation(database, key)
    read_own(database, OWNER, key)
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *it: asked.append(it[2]))
    database.plain_reads.append(lambda select, _seconds: asked.append(select))
    read_own(database, OWNER, key)
    assert [it.partition(" ")[0] for it in asked if not it.startswith("PRAGMA")] == ["SELECT"]


def test_a_version_is_kept_until_another_one_is_in_force(database: Database) -> None:
    key = make_assessment(database)

    def view() -> VersionView:
        found = read_own(database, OWNER, key)
        assert found is not None
        return VersionView.at(database, found.in_force, found.assessment.version_number)

    before = view()
    assert view() is before
    assert (before.number, before.in_force_number) == (1, 1)
    with database.write() as session:
        versions.publish(session, documents.dumps(starter.rule_set()), "again")
    assert view() is not before
    assert (view().number, view().in_force_number) == (1, 2)
    assert view().row.published_at == before.row.published_at


def test_a_sign_in_and_a_membership_are_what_the_orm_reads(app: Flask, database: Database) -> None:
    _client, account = make_signed_in(app, database, "olga@example.org")
    _client, other = make_signed_in(app, database, "bo@example.org", role="admin")
    organisation = make_organisation(database, {account: "reader"}, "Łódź")
    of_both = {account: "reader", other: None}
    process = make_assessment(database, OrganisationOwner(organisation))
    with database.read() as session:
        logins = {login.account_id: login for login in session.scalars(select(LoginSession))}
    for key, role in of_both.items():
        found = login_by_token(database, logins[key].token_hash)
        assert found is not None
        assert loaded_values(found) == loaded_values(logins[key])
        assert loaded_values(found.account) == loaded_values(logins[key].account)
        assert found.account.is_admin == (key == other)
        member = member_for(database, key, process)
        assert (member and (member.organisation_id, member.name, member.role)) == (
            role and (organisation, "Łódź", role)
        )
        assert member_for(database, key, make_assessment(database, AccountOwner(key))) is None
    assert login_by_token(database, "") is None
