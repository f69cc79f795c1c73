"""The demo: a firm with its processes, an organisation of two people, and an admin's draft.

The record of acts keeps which accounts and which organisation are the demo's, so that nothing else is ever taken away.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from advisor.accounts.operations import account_label
from advisor.accounts.organisations.operations import LastOwner, leave_all
from advisor.accounts.people.account_admin import reset_link
from advisor.assessments.operations import begin_all
from advisor.engine.document import edit
from advisor.engine.document.document import NoSuchItem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.json_items import read_items
from advisor.models import (
    Account,
    Assessment,
    AuditEvent,
    Comment,
    Membership,
    Organisation,
    OrganisationOwner,
    RecommendationRecord,
)
from advisor.models.accounts.account import UNUSABLE, account_by_email
from advisor.models.accounts.removal import delete_all_of
from advisor.models.audit import OPERATOR, Actor, audit
from advisor.models.base import utc_now
from advisor.models.limits import lock
from advisor.models.processes.assessment import AccountOwner
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets import rule_set_version as versions

MADE, REMOVED = "demo made", "demo removed"
"""The kinds of the acts."""


class DemoRefused(Exception):  # noqa: N818
    """Nothing was done, for a reason in words for the operator."""


@dataclass(frozen=True, slots=True)
class FilledDemo:
    """What was filled in: the secrets of the links by which the password of each account is set, by its address."""

    owner: str
    admin: str
    links: Mapping[str, str]
    processes: int
    has_draft: bool


@dataclass(frozen=True, slots=True)
class RemovedDemo:
    """What was taken away, and what stays: a draft that somebody else worked on, versions that the demo published."""

    processes: int
    kept_draft: bool
    kept_versions: Sequence[int]


def fill(session: Session, limit: int, *, beside_others: bool = False) -> FilledDemo:
    """Fill in the demo. Raises DemoRefused; where there is anything already, unless it may stand ``beside_others``."""
    lock(session, "demo")
    firm = _firm()
    if _act_of_demo(session) is not None:
        raise DemoRefused("The demo is filled in already. To begin anew: advisor demo --remove")
    if not beside_others and _is_used(session):
        raise DemoRefused(
            "There are accounts, processes or a draft here, and the demo is for an empty installation. "
            "To fill it in beside them: advisor demo --beside-others"
        )
    rules = versions.rule_set(session)
    own, shared = _read(rules, firm["processes"]), _read(rules, firm["shared"])
    owner, colleague, admin = (
        _account(session, firm[who], "admin" if who == "admin" else "owner") for who in ("owner", "colleague", "admin")
    )
    organisation = Organisation(name=firm["firm"])
    session.add(organisation)
    session.flush()
    members = {owner.id: "owner", colleague.id: "editor"}
    session.add_all(
        Membership(organisation_id=organisation.id, account_id=account, role=role) for account, role in members.items()
    )
    of_firm = OrganisationOwner(organisation.id)
    for whose, items, told in ((AccountOwner(owner.id), own, "processes"), (of_firm, shared, "shared")):
        begun = begin_all(session, whose, items, limit, early=True)
        for index, (assessment, words) in enumerate(zip(begun, firm[told], strict=True)):
            _describe(session, assessment, words, colleague.id if told == "shared" else owner.id)
            _date(session, assessment, words.get("decided", -index) - 4)
    ids = {"accounts": [str(account.id) for account in (owner, colleague, admin)], "organisation": str(organisation.id)}
    audit(session, MADE, who=OPERATOR, what="demo", after=ids)
    links = {account.email: reset_link(session, account, OPERATOR) for account in (owner, colleague, admin)}
    has_draft = _begin_draft(session, Actor("admin", admin.id, OPERATOR.from_where), rules, firm["note"])
    return FilledDemo(owner.email, admin.email, links, len(own) + len(shared), has_draft)


def remove(session: Session) -> RemovedDemo:
    """Take all of the demo away, and nothing else. Raises DemoRefused."""
    lock(session, "demo")
    made = _act_of_demo(session)
    if made is None:
        raise DemoRefused("There is no demo here.")
    ids = [UUID(account) for account in made.after["accounts"]] if made.after else []
    organisation = UUID(made.after["organisation"]) if made.after else UUID(int=0)
    others = select(Membership).where(Membership.organisation_id == organisation, Membership.account_id.not_in(ids))
    if session.scalars(others.limit(1)).first() is not None:
        raise DemoRefused("Somebody else is a member of the organisation of the demo. Let them leave it first.")
    kept_draft = _discard_draft(session, made, ids)
    processes = 0
    if (found := session.get(Organisation, organisation)) is not None:
        processes += delete_all_of(session, OrganisationOwner(organisation)).assessments
        session.delete(found)
        session.flush()
    for account in session.scalars(select(Account).where(Account.id.in_(ids))).all():
        try:
            leave_all(session, account, OPERATOR)
        except LastOwner as error:
            raise DemoRefused(
                f"{account.email} looks after an organisation with others in it. Let it have another owner first."
            ) from error
        processes += delete_all_of(session, AccountOwner(account.id)).assessments
        session.delete(account)
    audit(session, REMOVED, who=OPERATOR, what="demo")
    published = _acts(made, ids).where(AuditEvent.kind == "rules published").with_only_columns(AuditEvent.version)
    return RemovedDemo(processes, kept_draft, [number for number in session.scalars(published) if number])


@cache
def _firm() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("firm.toml").read_text(encoding="utf-8"))


def _act_of_demo(session: Session) -> AuditEvent | None:
    """The act that filled in the demo that is there now."""
    kinds = AuditEvent.kind.in_((MADE, REMOVED))
    last = session.scalars(select(AuditEvent).where(kinds).order_by(AuditEvent.sequence.desc()).limit(1)).first()
    return last if last is not None and last.kind == MADE else None


def _is_used(session: Session) -> bool:
    kinds = (Account, Assessment, drafts.Draft)
    return any(session.scalar(select(func.count()).select_from(kind)) for kind in kinds)


def _read(rules: RuleSet, processes: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
    known = ("process", "answers", "parts")
    items, problems = read_items(rules, [{key: raw[key] for key in known if key in raw} for raw in processes])
    if problems:
        raise DemoRefused(
            "The demo answers the questions that the product comes with, and the rules in force ask others: "
            f"{problems[0].place}: {problems[0].text}"
        )
    return items


def _account(session: Session, email: str, role: str) -> Account:
    if session.scalars(account_by_email(email)).first() is not None:
        raise DemoRefused(f"There is an account with the address {email}, which the demo would use.")
    account = Account(email=email, password_hash=UNUSABLE, role=role, confirmed_at=utc_now())
    session.add(account)
    session.flush()
    audit(session, "account created", who=OPERATOR, what=account_label(account), after={"role": role})
    return account


def _describe(session: Session, assessment: Assessment, words: Mapping[str, Any], writer: UUID) -> None:
    today = datetime.now(UTC).date()
    assessment.groups = words["groups"]
    assessment.decision = words.get("decision")
    assessment.notes = words.get("notes", "")
    if "decided" in words:
        assessment.decided_on = today + timedelta(days=words["decided"])
    if "look_again" in words:
        assessment.look_again_on = today + timedelta(days=words["look_again"])
    if "costs" in words:
        assessment.costs = {"currency": "EUR", "ranges": words["costs"]}
    for comment in words.get("comments", ()):
        session.add(Comment(assessment_id=assessment.id, account_id=writer, **comment))


def _date(session: Session, assessment: Assessment, days: int) -> None:
    """Let the advice have been given before the decision, so many days from now."""
    given = utc_now() + timedelta(days=days)
    mine = RecommendationRecord.assessment_id == assessment.id
    session.execute(update(RecommendationRecord).where(mine).values(created_at=given))
    assessment.created_at = assessment.touched_at = given
    assessment.answered_at = dict.fromkeys(assessment.answered_at, given.isoformat())
    for part in assessment.parts:
        part.answered_at = dict.fromkeys(part.answered_at, given.isoformat())


def _begin_draft(session: Session, admin: Actor, rules: RuleSet, note: str) -> bool:
    """Begin a draft with a few changes, unless there is one; False where the rules do not hold what is changed."""

    def heavier(found: RuleSet) -> RuleSet:
        rule = edit.find(found, "rules", "edge-not-core")
        return edit.put(found, "rules", "edge-not-core", replace(rule, push=replace(rule.push, points=3)))

    def plainer(found: RuleSet) -> RuleSet:
        question = edit.find(found, "questions", "complexity")
        hint = "Think of the usual case: how much one has to keep in mind at once. A long and easy case is simple."
        return edit.put(found, "questions", "complexity", replace(question, hint=hint))

    changes: dict[str, Callable[[RuleSet], RuleSet]] = {
        "rule edge-not-core": heavier,
        "question complexity": plainer,
    }
    try:
        for change in changes.values():
            change(rules)
    except NoSuchItem:
        return False
    if drafts.find_draft(session) is not None:
        return False
    drafts.start(session, admin)
    for what, change in changes.items():
        drafts.edit(session, admin, change, kind="draft changed", what=what)
    drafts.save_note(session, admin, note)
    return True


def _discard_draft(session: Session, made: AuditEvent, ids: Sequence[UUID]) -> bool:
    """Discard the draft of the demo; True where it stays, because somebody else worked on one since."""
    draft = drafts.find_draft(session)
    if draft is None:
        return False
    on_draft = AuditEvent.kind.startswith("draft ")
    theirs = select(AuditEvent).where(AuditEvent.sequence > made.sequence, on_draft)
    if session.scalars(
        theirs.where(AuditEvent.account_id.is_(None) | AuditEvent.account_id.not_in(ids)).limit(1)
    ).first():
        return True
    if session.scalars(theirs.where(AuditEvent.kind == "draft started").limit(1)).first() is None:
        return True  # it was there before
    drafts.discard(session, OPERATOR, draft.fingerprint)
    return False


def _acts(made: AuditEvent, ids: Sequence[UUID]) -> Any:
    return select(AuditEvent).where(AuditEvent.sequence > made.sequence, AuditEvent.account_id.in_(ids))
