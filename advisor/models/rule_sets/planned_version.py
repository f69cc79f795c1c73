"""The next version of the rules where it does not come into force at once: planned for a time, or to be approved.

Every function here is one act inside a write transaction, which it records, and which the caller commits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.engine.document.text import whole_number
from advisor.models.accounts.account import Account, active_admins, request_letter
from advisor.models.audit import Actor, AuditEvent, audit, audit_events
from advisor.models.base import Base, insert_if_absent, utc_now
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.draft import ChangedDraft, ChangedInForce, NoDraft, Unpublishable
from advisor.models.rule_sets.proof import Unproven, blocking_problems
from advisor.models.rule_sets.rule_set_version import Approval, RuleSetVersion

ASKED_TO_APPROVE = "asked to approve"
APPROVAL_ANSWERED = "approval answered"
"""The kind of the letter to each of the other admins."""

OF_PLANS = frozenset({
    "approval asked for", "version planned", "version approved", "version brought forward", "version sent back",
    "plan cancelled", "plan failed",
})  # fmt: skip
"""The kinds of the acts on a plan; their entries have the number that the version was to get."""

FROM_WORKER = "worker"
"""From where a version is published whose time has come."""


class PlannedVersion(Base):
    """What is to be published. There is one, or none."""

    __tablename__ = "planned_version"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    sha256: Mapped[str]
    """The fingerprint of what is to be published: of the draft, or of the version that comes back."""
    comes_back: Mapped[int | None]
    """The number of the version that comes back; None for the draft."""
    in_force: Mapped[int]
    """The version that it replaces."""
    note: Mapped[str]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(default=utc_now)
    due_at: Mapped[datetime]
    """When it comes into force, if it is approved by then; else once it is."""
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    approved_at: Mapped[datetime | None]
    """None while another admin has to approve it."""
    failure: Mapped[str] = mapped_column(default="")
    """Why it could not be published when its time came: a word of ``FAILURES``, or ""."""

    @property
    def mark(self) -> str:
        """What tells it from any other plan."""
        return f"{self.sha256} {self.asked_at.isoformat()}"

    @property
    def number(self) -> int:
        """The number of the version that it is to become."""
        return self.in_force + 1

    @property
    def approval(self) -> Approval | None:
        """Who approved it; None where nobody did, or nobody had to."""
        if self.approved_at is None or self.approved_by is None:
            return None
        return Approval(str(self.approved_by), self.approved_at)


FAILURES = {ChangedDraft: "draft changed", NoDraft: "no draft", ChangedInForce: "other version"}
"""By what was raised, the word for why a plan failed; "blocked" for the rest."""


class OtherPlan(Exception):  # noqa: N818
    """There is a plan already, or not the one that was shown."""


class ApprovalMissing(Exception):  # noqa: N818
    """The plan waits for another admin."""


@dataclass(frozen=True, slots=True)
class SentBack:
    """With which words the version that somebody asked for was sent back, by whom, and when."""

    number: int | None
    why: str
    at: datetime
    by: UUID | None
    to: UUID | None
    comes_back: int | None
    """The version that was to come back; None where it was the draft."""
    due_at: datetime | None
    """When it was to come into force; None where no record says so."""
    note: str


class OwnPlan(Exception):  # noqa: N818
    """Whoever asked for a version cannot be the one who approves it."""


def find_planned(session: Session) -> PlannedVersion | None:
    """The plan as it is, or None."""
    return session.get(PlannedVersion, 1)


def plan(
    session: Session,
    who: Actor,
    note: str,
    *,
    expected: str,
    in_force: int,
    due_at: datetime,
    needs_approval: bool,
    comes_back: int | None = None,
) -> None:
    """Plan the draft of that fingerprint, or the version that ``comes_back``, as the one after version ``in_force``.

    Raises NoDraft, ChangedDraft, ChangedInForce, Unpublishable, Unproven, and OtherPlan where one is planned already;
    then nothing has changed.
    """
    document = _document(session, expected, comes_back)
    present = versions.in_force(session).number
    if present != in_force:
        raise ChangedInForce(present)
    if problems := blocking_problems(session, document):
        raise Unpublishable(problems)
    moment = utc_now()
    values = {
        "id": 1,
        "sha256": expected,
        "comes_back": comes_back,
        "in_force": in_force,
        "note": note,
        "asked_by": who.account_id,
        "asked_at": moment,
        "due_at": due_at,
        "approved_by": None,
        "approved_at": None if needs_approval else moment,
        "failure": "",
    }
    made = insert_if_absent(session, PlannedVersion).values(values).returning(PlannedVersion.id)
    if session.scalar(made) is None:
        raise OtherPlan
    if comes_back is None:
        drafts.keep_planned_note(session, note)
    after = {"due": due_at.isoformat(timespec="minutes"), "sha256": expected}
    kind = "approval asked for" if needs_approval else "version planned"
    what = "draft" if comes_back is None else f"version {comes_back}"
    audit(session, kind, who=who, what=what, after=after, version=in_force + 1, why=note)
    if needs_approval:
        planned = session.get_one(PlannedVersion, 1)
        for admin in session.scalars(active_admins().where(Account.id != who.account_id)):
            if (to := admin.letter_address) is not None:
                request_letter(session, to, ASKED_TO_APPROVE, planned.mark, account_id=admin.id)


def approve(session: Session, who: Actor, mark: str) -> RuleSetVersion | None:
    """Approve the plan of that mark; the version where its time has come, so that it is published at once.

    Raises OtherPlan, OwnPlan, and what ``drafts.publish`` raises; then nothing has changed.
    """
    planned = _lock_shown_plan(session, mark)
    if planned.asked_by is not None and planned.asked_by == who.account_id:
        raise OwnPlan
    if planned.approved_at is None:
        planned.approved_by, planned.approved_at = who.account_id, utc_now()
        session.flush()
        _tell_asker(
            session, planned, _record(session, "version approved", who, planned, after={"sha256": planned.sha256})
        )
    return _publish(session, planned, who) if planned.due_at <= utc_now() else None


def publish_now(session: Session, who: Actor, mark: str) -> RuleSetVersion:
    """Publish the plan of that mark before its day.

    Raises OtherPlan, Unapproved, and what ``drafts.publish`` raises; then nothing has changed.
    """
    planned = _lock_shown_plan(session, mark)
    if planned.approved_at is None:
        raise ApprovalMissing
    _record(session, "version brought forward", who, planned, before={"due": planned.due_at.isoformat()})
    return _publish(session, planned, who)


def cancel(session: Session, who: Actor, mark: str, why: str = "") -> None:
    """Take the plan of that mark back, or send it back with words. Raises OtherPlan."""
    planned = _lock_shown_plan(session, mark)
    kind = "version sent back" if why else "plan cancelled"
    asked_by = {"asked by": str(planned.asked_by)} if why and planned.asked_by else {}
    asked = {"due": planned.due_at.isoformat(timespec="minutes"), "note": planned.note} if why else {}
    act = _record(session, kind, who, planned, before={"sha256": planned.sha256, **asked_by, **asked}, why=why)
    _tell_asker(session, planned, act)
    session.delete(planned)
    session.flush()


def last_sent_back(session: Session) -> SentBack | None:
    """How the last plan was sent back; None where something was planned or published since."""
    kinds = ("version sent back", "approval asked for", "version planned", "rules published", "rules brought back")
    last = session.scalars(audit_events().where(AuditEvent.kind.in_(kinds)).limit(1)).first()
    if last is None or last.kind != kinds[0]:
        return None
    before = last.before or {}
    to, due = before.get("asked by"), before.get("due")
    return SentBack(
        number=last.version,
        why=last.why,
        at=last.at,
        by=last.account_id,
        to=UUID(to) if to else None,
        comes_back=whole_number(last.what.removeprefix("version ")),
        due_at=datetime.fromisoformat(due) if due else None,
        note=before.get("note", ""),
    )


def is_due(session: Session) -> bool:
    """Whether a plan waits to be published now."""
    planned = find_planned(session)
    return planned is not None and _is_due(planned)


def publish_due(session: Session) -> RuleSetVersion | None:
    """Publish what is due, once: whoever comes second finds no plan. Where that cannot be, the plan says why."""
    planned = _lock_plan(session)
    if planned is None or not _is_due(planned):
        return None
    mark = planned.mark
    try:
        with session.begin_nested():
            return _publish(session, planned, Actor("admin", planned.asked_by, FROM_WORKER))
    except (ChangedDraft, NoDraft, ChangedInForce, Unpublishable, Unproven) as error:
        planned = _lock_shown_plan(session, mark)
        planned.failure = FAILURES.get(type(error), "blocked")
        session.flush()
        _record(session, "plan failed", Actor("admin", planned.asked_by, FROM_WORKER), planned)
        return None


def _is_due(planned: PlannedVersion) -> bool:
    return planned.approved_at is not None and not planned.failure and planned.due_at <= utc_now()


def _publish(session: Session, planned: PlannedVersion, who: Actor) -> RuleSetVersion:
    asker = Actor("admin", planned.asked_by)
    note, expected, in_force, comes_back = planned.note, planned.sha256, planned.in_force, planned.comes_back
    approval = planned.approval
    session.delete(planned)
    session.flush()
    if comes_back is not None:
        return drafts.republish(session, who, comes_back, note, in_force=in_force, approval=approval, asker=asker)
    return drafts.publish(session, who, note, expected=expected, in_force=in_force, approval=approval, asker=asker)


def _document(session: Session, expected: str, comes_back: int | None) -> str:
    if comes_back is not None:
        row = versions.version(session, comes_back)
        if row is None or row.sha256 != expected:
            raise LookupError(f"There is no version {comes_back} of the rules.")
        return row.unaltered_document
    if drafts.current_fingerprint(session) != expected:
        if drafts.find_draft(session) is None:
            raise NoDraft(versions.in_force(session).number)
        raise ChangedDraft
    draft = drafts.find_draft(session)
    return draft.document if draft is not None else ""


def _record(session: Session, kind: str, who: Actor, planned: PlannedVersion, **more: Any) -> AuditEvent:
    what = "draft" if planned.comes_back is None else f"version {planned.comes_back}"
    return audit(session, kind, who=who, what=what, version=planned.number, **more)


def _tell_asker(session: Session, planned: PlannedVersion, act: AuditEvent) -> None:
    """Have a letter sent to whoever asked for the version, about what somebody else did with it."""
    asker = session.get(Account, planned.asked_by) if planned.asked_by else None
    if asker is None or asker.id == act.account_id or (to := asker.letter_address) is None:
        return
    session.flush()  # the act has its number then
    request_letter(session, to, APPROVAL_ANSWERED, str(act.sequence), account_id=asker.id)


def _lock_plan(session: Session) -> PlannedVersion | None:
    return session.get(PlannedVersion, 1, with_for_update=True, populate_existing=True)


def _lock_shown_plan(session: Session, mark: str) -> PlannedVersion:
    """The plan of that mark, locked. Raises OtherPlan."""
    planned = _lock_plan(session)
    if planned is None or planned.mark != mark:
        raise OtherPlan
    return planned
