"""The pictures of the guide: from which page of the demo each is taken, and what of that page."""

from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask

from advisor.demo import firm
from advisor.engine.model.rules import RuleSet
from advisor.models import Database
from advisor.models.audit import Actor
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets import worker
from advisor.rule_sets.guide.contents import GUIDE
from advisor.settings import Settings
from tests.rule_sets.admins import DRAFT, Admin

STATIC = Path(firm.__file__).parent.parent / "static"

LARGEST = 60_000
"""Bytes that a picture may have."""

RULE = f"{DRAFT}/rules/steps-set"
GIVEN = "edge.not-core~in_house.nobody~steps.set~complexity.simple~output.transactions~skills.basic~contact.much"


@dataclass(frozen=True, slots=True)
class GuidePicture:
    """What is shown beside a page of the guide: the parts of a page from the first to the last of ``parts``.

    ``width`` is that of the window. ``after_change`` where the demo's draft changes too little to show anything.
    """

    address: str
    parts: tuple[str, ...]
    width: int = 560
    after_change: bool = False


PICTURES = {
    "advice": GuidePicture(
        f"{DRAFT}/preview/result?process=Payroll&given={GIVEN}&early=1&show=all",
        (".side .what", ".side .reasons > li:nth-of-type(3)"),
    ),
    "questions": GuidePicture(f"{DRAFT}/questions/edge", ("#at-text", "#at-hint")),
    "rules": GuidePicture(RULE, ("#at-when", "#at-push"), 760),
    "tables": GuidePicture(f"{DRAFT}/kind", (".plane .axis", ".plane-picture")),
    "evidence": GuidePicture(f"{DRAFT}/claims/D2.04", ("#at-source", "#at-text")),
    "cases": GuidePicture(f"{DRAFT}/cases", (".things > li", ".things > li:nth-of-type(3)")),
    "problems": GuidePicture(f"{DRAFT}/problems", ("figure.shares ul",)),
    "affected": GuidePicture(f"{DRAFT}/affected", ("#counts", ".move-list"), after_change=True),
    "publishing": GuidePicture("/admin/rules", (".tasks",)),
    "together": GuidePicture(RULE, ("#comments", ".thread .row-buttons")),
}
"""By the word of the page."""

assert [*PICTURES] == [page.word for page in GUIDE]


def demo_admin(app: Flask, settings: Settings) -> Admin:
    """An admin of the demo, where somebody commented on a rule."""
    database: Database = app.extensions["database"]
    with database.write() as session:
        firm.fill(session, settings["ASSESSMENTS_PER_OWNER"])
    admin = Admin.of(app, database, "ben@example.com")
    admin.open(f"{RULE}/comments")
    admin.submit(comment="Are three points not too many? Complexity says nearly the same.")
    return admin


def change_much(app: Flask, settings: Settings, admin: Admin) -> None:
    """Let the draft say more often that too little is known, and find out who is affected by that."""
    database: Database = app.extensions["database"]

    def act(rules: RuleSet) -> RuleSet:
        row = rules.kind[0]
        later = replace(row, when=(replace(row.when[0], at_most=17),))
        return replace(rules, kind=(later, *rules.kind[1:]))

    with database.write() as session:
        drafts.edit(session, Actor("admin", admin.account_id), act, kind="draft changed", what="kind/0")
    admin.open(f"{DRAFT}/affected")
    admin.submit(do="start")
    while worker.work_due(database, settings):
        pass
