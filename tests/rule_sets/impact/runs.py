"""What tests do with a run of who is affected: they begin it, have it done, and read what it tells."""

from dataclasses import replace

from sqlalchemy import select

from advisor import starter
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Side
from advisor.models import AccountOwner, Assessment, AuditEvent, Database
from advisor.models.audit import Actor
from advisor.models.base import utc_now
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets import worker
from advisor.settings import Settings
from tests.factories import make_assessment
from tests.rule_sets.admins import DRAFT, Admin
from tests.visiting import text_of

PAGE = f"{DRAFT}/affected"
STARTER = starter.rule_set()
MARK = "Zebra Ledger"
CASES = [case for case in STARTER.cases if not case.parts][:20]
SAVED = 3 * len(CASES)


def turn_rules(rules: RuleSet) -> RuleSet:
    """A draft in which what pushed to BPO pushes to KPO, and the other way round."""
    other = {Side.BPO: Side.KPO, Side.KPO: Side.BPO, Side.KEEP: Side.KEEP, Side.BOTH: Side.BOTH}
    pushing = (replace(rule, push=Push(other[rule.push.side], rule.push.points)) for rule in rules.rules)
    return replace(rules, rules=tuple(pushing), cases=())


def edit(database: Database, act: object) -> None:
    with database.write() as session:
        drafts.edit(session, Actor("admin"), act, kind="draft changed", what="rules")  # type: ignore[arg-type]


def press(admin: Admin, act: str) -> str:
    admin.open(PAGE)
    admin.submit(do=act, form=0)
    return admin.text


def begin(admin: Admin, label: str, **fields: str) -> None:
    """Press the button of a page that is published from."""
    button = next(it for it in admin.page.select("button[form=publishing]") if text_of(it) == label)
    admin.submit(do=str(button["value"]), form=0, **fields)


def task(admin: Admin) -> str:
    admin.open("/admin/rules")
    line = next(li for li in admin.page.select(".tasks li") if "See who is affected" in li.text)
    state, said = text_of(line.select_one(".tag")), text_of(line.select_one(".of"))
    return said if said and state in {"Completed", "Incomplete"} else state


def acts(database: Database) -> list[str]:
    with database.read() as session:
        mine = select(AuditEvent.kind).where(AuditEvent.kind.startswith("impact"))
        return list(session.scalars(mine.order_by(AuditEvent.sequence)))


def run(admin: Admin, database: Database, settings: Settings) -> str:
    """Have a run done, and read its page, without the moment and the seconds."""
    press(admin, "start")
    worker.work_due(database, settings)
    admin.open(PAGE)
    shown = admin.page.select_one("main")
    assert shown is not None
    for moment in shown.select("form, .job .of, [aria-labelledby=counts] .of"):
        moment.decompose()
    return str(shown)


def fewer(database: Database, number: int) -> None:
    """Put so many that have answers into the bin, and as many without any in their place."""
    with database.write() as session:
        answered = [one for one in session.scalars(select(Assessment)) if one.answers and one.deleted_at is None]
        owner = answered[0].account_id
        for one in answered[:number]:
            one.deleted_at = utc_now()
    assert owner is not None
    for at in range(number):
        make_assessment(database, AccountOwner(owner), f"{MARK} more {at}", {})
