"""Owners whose advice a draft would change, and the admin whose draft it is."""

from uuid import UUID

import pytest

from advisor.models import AccountOwner, Database
from tests.factories import make_account, make_assessment
from tests.rule_sets.admins import Admin
from tests.rule_sets.impact.runs import CASES, MARK, edit, turn_rules


@pytest.fixture
def saved_processes(database: Database) -> UUID:
    """An owner with sixty processes, of which two thirds have no answers yet."""
    owner = make_account(database, "olga@example.org")
    for number in range(2 * len(CASES)):
        make_assessment(database, AccountOwner(owner), f"{MARK} {number}", {})
    for case in CASES:
        answers = {key: list(value) if isinstance(value, tuple) else value for key, value in case.answers.items()}
        make_assessment(database, AccountOwner(owner), f"{MARK} {case.process}", answers)
    return owner


@pytest.fixture
def admin_with_changes(admin: Admin, database: Database, saved_processes: UUID) -> Admin:  # noqa: ARG001 - it must be there
    """An admin with a draft that changes much."""
    admin.start()
    edit(database, turn_rules)
    return admin
