"""S11c on upgrade: what an earlier release stored gets the one spelling of its address, and nothing is merged."""

import importlib.util
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from hypothesis import given
from hypothesis import strategies as st

from advisor import paths
from advisor.models import Account, Database, ResetToken, schema
from advisor.models.accounts.address import NotAnAddress, parse_address
from advisor.models.base import hash_of, utc_now
from advisor.operating.installation_check import address_findings
from advisor.operating.migrate import migrate
from advisor.settings import Settings
from tests.conftest import settings_for
from tests.models.test_address import CHARACTERS

BEFORE = "20261126b"
SHARED = "info@bu\u0308cher.de"


@pytest.fixture
def earlier(empty_database_url: str, tmp_path: Path) -> Settings:
    """An installation with the schema of the release before this migration."""
    settings = settings_for(empty_database_url, tmp_path)
    migrate(settings)
    go(settings, "downgrade", BEFORE)
    return settings


def go(settings: Settings, way: str, revision: str) -> None:
    database = Database(settings["DATABASE_URL"])
    getattr(command, way)(schema.migration_config(database.engine), revision)
    database.dispose()


def store(settings: Settings, shown: str, *, age: int = 0, is_confirmed: bool = True) -> UUID:
    """Store an account as that release did."""
    account_id, moment = uuid4(), datetime(2026, 11, 28, tzinfo=UTC) - timedelta(days=age)
    row = {"id": account_id, "email": shown.strip().casefold(), "email_shown": shown, "password_hash": "-"}
    rest = {"role": "owner", "created_at": moment, "recovery_codes": [], "row_version": 1}
    write(settings, sa.insert(Account).values(**row, **rest, confirmed_at=moment if is_confirmed else None))
    return account_id


def write(settings: Settings, statement: Any) -> None:
    database = Database(settings["DATABASE_URL"])
    with database.write() as session:
        session.execute(statement)
    database.dispose()


def addresses(settings: Settings) -> dict[UUID, tuple[str, str]]:
    database = Database(settings["DATABASE_URL"])
    with database.read() as session:
        found = session.execute(sa.select(Account.id, Account.email, Account.email_shown)).all()
    database.dispose()
    return {row.id: (row.email, row.email_shown) for row in found}


def test_s11c_an_upgrade_gives_each_account_its_one_spelling_and_reports_the_rest(earlier: Settings) -> None:
    plain = store(earlier, "Olga@Example.org")
    sharp = store(earlier, "info@straße.de")
    local = store(earlier, "rene\u0301@example.org")
    none = store(earlier, "ſarah@Example.org")
    young, old = store(earlier, "info@bücher.de", age=1), store(earlier, SHARED, age=2)
    exact = store(earlier, "a@xn--bcher-kva.de")
    second = store(earlier, "a@bücher.de", age=9)
    waiting, confirmed = store(earlier, "b@BU\u0308cher.de", age=9, is_confirmed=False), store(earlier, "b@bücher.de")
    migrate(earlier)
    found = addresses(earlier)
    assert len(found) == 10, "nothing is merged"
    for account_id, spelling in (
        (plain, "olga@example.org"),
        (sharp, "info@xn--strae-oqa.de"),
        (local, "rené@example.org"),
        (old, "info@xn--bcher-kva.de"),
        (exact, "a@xn--bcher-kva.de"),
        (confirmed, "b@xn--bcher-kva.de"),
    ):
        assert found[account_id] == (spelling, spelling)
    for account_id, shown, as_small in (
        (none, "ſarah@Example.org", "ſarah@example.org"),
        (young, "info@bücher.de", "info@bücher.de"),
        (second, "a@bücher.de", "a@bücher.de"),
        (waiting, "b@BU\u0308cher.de", "b@bu\u0308cher.de"),
    ):
        assert found[account_id] == (as_small, shown)
    said = address_findings(earlier)
    assert {line.split(":")[0].removeprefix("account ") for line in said} == {
        str(one) for one in (none, young, second, waiting)
    }
    assert any(f"account {young}: “info@bücher.de” is the address of account {old} too" in line for line in said)


def test_s11c_links_that_set_a_password_end_with_the_upgrade_and_those_that_need_one_do_not(earlier: Settings) -> None:
    account_id = store(earlier, "info@strasse.de")
    for kind in ("reset", "confirm", "address"):
        row = {"token_hash": hash_of(kind), "account_id": account_id, "kind": kind, "created_at": utc_now()}
        write(earlier, sa.insert(ResetToken).values(row))
    migrate(earlier)
    database = Database(earlier["DATABASE_URL"])
    with database.read() as session:
        ended = session.scalars(sa.select(ResetToken.kind).where(ResetToken.used_at.is_not(None))).all()
    database.dispose()
    assert ended == ["reset"]


def test_a_downgrade_gives_the_release_before_what_it_looks_for(earlier: Settings) -> None:
    plain, none, both = store(earlier, "Olga@Example.org"), store(earlier, "ſarah@x.org"), store(earlier, "ß@x.org")
    migrate(earlier)
    other = store(earlier, "ss@x.org")
    go(earlier, "downgrade", BEFORE)
    found = {account_id: email for account_id, (email, _shown) in addresses(earlier).items()}
    assert found == {plain: "olga@example.org", none: "sarah@x.org", both: "ß@x.org", other: "ss@x.org"}


def _spelling_of_the_migration() -> Any:
    file = paths.MIGRATIONS / "versions" / "20261201_one_spelling_of_an_address.py"
    spec = importlib.util.spec_from_file_location("one_spelling", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module._spelling


SPELLING = _spelling_of_the_migration()


@given(st.text(CHARACTERS, min_size=1, max_size=12), st.text(CHARACTERS, max_size=12))
def test_the_migration_spells_an_address_as_the_release_does(local: str, domain: str) -> None:
    refused_before = set('@,;:<>()[]\\"') | {chr(code) for code in range(32)}
    if any(character in refused_before or character.isspace() for character in local + domain):
        return
    typed = f"{local}@{domain}.example.org"
    spelling: str | None
    try:
        spelling = parse_address(typed)
    except NotAnAddress as error:
        spelling = None if "cannot be stored" not in str(error) else SPELLING(typed)
    assert SPELLING(typed) == spelling
