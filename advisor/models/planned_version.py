"""The next version of the rules where it does not come into force at once: planned for a time, or to be approved.

Every function here is one act inside a write transaction, which it records, and which the caller commits.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.models import draft as drafts
from advisor.models import rule_set_version as versions
from advisor.models.audit import Actor, AuditEvent, audit, audit_events
from advisor.models.base import Base, insert_if_absent, now
from advisor.models.draft import ChangedDraft, ChangedInForce, NoDraft, Unpublishable
from advisor.models.proof import Unproven, blocking
from advisor.models.rule_set_version import RuleSetVersion

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
    asked_at: Mapped[datetime] = mapped_column(default=now)
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


FAILURES = {ChangedDraft: "draft changed", NoDraft: "no draft", ChangedInForce: "other version"}
"""By what was raised, the word for why a plan failed; "blocked" for the rest."""


class OtherPlan(Exception):  # noqa: N818
    """There is a plan already, or not the one that was shown."""


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
    if problems := blocking(session, document):
        raise Unpublishable(problems)
    moment = now()
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
    after = {"due": due_at.isoformat(timespec="minutes"), "sha256": expected}
    kind = "approval asked for" if needs_approval else "version planned"
    audit(
        session, kind, who=who, what="draft" if comes_back is None else f"version {comes_back}", after=after, why=note
    )


def approve(session: Session, who: Actor, mark: str) -> RuleSetVersion | None:
    """Approve the plan of that mark; the version where its time has come, so that it is published at once.

    Raises OtherPlan, OwnPlan, and what ``drafts.publish`` raises; then nothing has changed.
    """
    planned = _locked(session, mark)
    if planned.asked_by is not None and planned.asked_by == who.account_id:
        raise OwnPlan
    if planned.approved_at is None:
        planned.approved_by, planned.approved_at = who.account_id, now()
        session.flush()
        audit(session, "version approved", who=who, what=_named(planned), after={"sha256": planned.sha256})
    return _publish(session, planned, who.from_where) if planned.due_at <= now() else None


def cancel(session: Session, who: Actor, mark: str, why: str = "") -> None:
    """Take the plan of that mark back, or send it back with words. Raises OtherPlan."""
    planned = _locked(session, mark)
    kind = "version sent back" if why else "plan cancelled"
    audit(session, kind, who=who, what=_named(planned), before={"sha256": planned.sha256}, why=why)
    draft = drafts.find_draft(session) if planned.comes_back is None else None
    if draft is not None and draft.note != planned.note:
        drafts.save_note(session, who, planned.note)  # what was written for it is not lost with it
    session.delete(planned)
    session.flush()


def words_of_sending_back(session: Session) -> str:
    """With which words the last plan was sent back; "" where something was planned or published since."""
    kinds = ("version sent back", "approval asked for", "version planned", "rules published", "rules brought back")
    last = session.scalars(audit_events().where(AuditEvent.kind.in_(kinds)).limit(1)).first()
    return last.why if last is not None and last.kind == kinds[0] else ""


def is_due(session: Session) -> bool:
    """Whether a plan waits to be published now."""
    planned = find_planned(session)
    return planned is not None and _is_due(planned)


def publish_due(session: Session) -> RuleSetVersion | None:
    """Publish what is due, once: whoever comes second finds no plan. Where that cannot be, the plan says why."""
    planned = session.get(PlannedVersion, 1, with_for_update=True, populate_existing=True)
    if planned is None or not _is_due(planned):
        return None
    mark = planned.mark
    try:
        with session.begin_nested():
            return _publish(session, planned, FROM_WORKER)
    except (ChangedDraft, NoDraft, ChangedInForce, Unpublishable, Unproven) as error:
        planned = _locked(session, mark)
        planned.failure = FAILURES.get(type(error), "blocked")
        session.flush()
        audit(session, "plan failed", who=Actor("admin", planned.asked_by, FROM_WORKER), what=_named(planned))
        return None


def _is_due(planned: PlannedVersion) -> bool:
    return planned.approved_at is not None and not planned.failure and planned.due_at <= now()


def _publish(session: Session, planned: PlannedVersion, from_where: str) -> RuleSetVersion:
    who = Actor("admin", planned.asked_by, from_where)
    note, expected, in_force, comes_back = planned.note, planned.sha256, planned.in_force, planned.comes_back
    session.delete(planned)
    session.flush()
    if comes_back is not None:
        return drafts.republish(session, who, comes_back, note, in_force=in_force)
    return drafts.publish(session, who, note, expected=expected, in_force=in_force)


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


def _named(planned: PlannedVersion) -> str:
    return "draft" if planned.comes_back is None else f"version {planned.comes_back}"


def _locked(session: Session, mark: str) -> PlannedVersion:
    planned = session.get(PlannedVersion, 1, with_for_update=True, populate_existing=True)
    if planned is None or planned.mark != mark:
        raise OtherPlan
    return planned
