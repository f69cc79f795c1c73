"""Plans as tests make them: a draft with one change, asked for, and due."""

from datetime import timedelta

from advisor import starter
from advisor.models import Database, PlannedVersion
from advisor.models.base import utc_now
from advisor.models.rule_sets.rule_set_version import in_force
from tests.rule_sets.admins import DRAFT, Admin
from tests.visiting import text_of

PLAN = "/admin/rules/planned"
RULE = f"rules/{starter.rule_set().rules[0].key}"


def edit_points(admin: Admin, points: str = "5") -> Admin:
    admin.start()
    admin.edit(RULE, push__points=points)
    return admin


def tomorrow() -> str:
    day = utc_now() + timedelta(days=1)
    return f"{day.day}/{day.month}/{day.year}"


def ask(admin: Admin, **fields: str) -> None:
    admin.open(f"{DRAFT}/publish")
    admin.submit(do="publish", note="It weighs more.", **fields)


def due(database: Database) -> None:
    """Let the time of the plan be now."""
    with database.write() as session:
        planned = session.get_one(PlannedVersion, 1)
        planned.due_at = utc_now() - timedelta(seconds=1)


def highest(database: Database) -> int:
    with database.read() as session:
        return in_force(session).number


def step(admin: Admin, label: str) -> str:
    """What the home says of a step, and its state."""
    admin.open("/admin/rules")
    row = next(row for row in admin.page.select(".tasks > li") if text_of(row.a) == label)
    return text_of(row).removeprefix(label).strip()
