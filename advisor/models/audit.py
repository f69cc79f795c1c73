"""Who did what, and when: appended in the transaction of the act itself, never changed, never removed.

An entry names an account by its random id, and holds no address, name or answer. So nothing has to be changed in it
when the account goes: who reads it then sees that somebody did it, and not who that was.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Select, String, and_, cast, event, func, or_, select
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from advisor.models.base import Base, Unchangeable, utc_now

ACTS = frozenset({
    # coming and going
    "signed in", "sign-in refused", "signed out", "sign-in ended", "other sign-ins ended",
    # what proves who somebody is
    "password changed", "password reset", "password refused", "reset link made",
    "second factor set", "second factor removed", "recovery codes renewed",
    "token created", "token revoked",
    # accounts
    "account created", "account disabled", "account enabled", "account deleted", "role changed",
    "address change asked", "address changed",
    # the rules
    "draft started", "draft added to", "draft changed", "draft removed from", "draft moved", "draft discarded",
    "draft put back", "draft note kept", "draft imported", "draft added several", "draft changed several",
    "draft taken back",
    "comment written", "comment answered", "comment settled", "comment reopened", "comment deleted", "comment put back",
    "warning accepted", "warning no longer accepted",
    "approval asked for", "version planned", "version approved", "version brought forward",
    "version sent back", "plan cancelled", "plan failed",
    "rules published", "rules brought back", "rules imported", "rules exported",
    "check asked for", "check cancelled", "note settled", "impact run asked for", "impact run cancelled",
    # what people describe
    "assessments adopted", "assessments given back", "process deleted", "process put back",
    "process removed for good", "processes brought in", "bringing in undone",
    "bringing in repeated", "answers deleted", "data downloaded", "link made", "link moved on", "link revoked",
    # organisations
    "organisation made", "organisation renamed", "organisation deleted", "invitation made", "invitation revoked",
    "member joined", "member role changed", "member removed", "processes moved",
    "opinion asked for", "opinion link renewed", "opinion deleted", "opinions settled",
    # the rest
    "demo made", "demo removed", "record exported", "backup made", "backup restored", "access refused",
})  # fmt: skip
"""Every kind of act there is. A test does each of them once, and fails on one that it does not know how to do."""

DRAFT_ENDS = ("draft discarded", "rules published")
"""The kinds of the acts after which there is no draft."""

OWNERS_OWN = frozenset({
    "assessments adopted", "assessments given back", "process deleted", "process put back",
    "process removed for good", "processes brought in", "bringing in undone", "bringing in repeated", "answers deleted",
    "link made", "link moved on", "link revoked",
    "organisation made", "organisation renamed", "organisation deleted", "invitation made", "invitation revoked",
    "member joined", "member role changed", "member removed", "processes moved",
    "opinion asked for", "opinion link renewed", "opinion deleted", "opinions settled",
})  # fmt: skip
"""Acts that tell that somebody has processes, and with whom: recorded like all others, shown to no admin (P4, S4)."""


class AuditEvent(Base):
    """One act."""

    __tablename__ = "audit_event"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - a number is never given twice

    sequence: Mapped[int] = mapped_column(primary_key=True)
    """The order of acts, which no clock decides."""
    at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    """Who did it; no foreign key, since the entry outlives the account."""
    who: Mapped[str]
    """As what: "anonymous", "owner", "admin", or "operator" for the command line."""
    from_where: Mapped[str]
    """The address of the network it came from, or "command line"."""
    kind: Mapped[str] = mapped_column(index=True)
    what: Mapped[str] = mapped_column(default="", index=True)
    """What it was done to, such as "account 0f2c…" or "rule steps-fixed"."""
    before: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    why: Mapped[str] = mapped_column(default="")
    version: Mapped[int | None]
    """Of the rules, where the act concerns one."""
    changes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """What an act on the draft did to each item, with all that it takes to take it back."""


@event.listens_for(AuditEvent, "before_update")
@event.listens_for(AuditEvent, "before_delete")
def _refuse(_mapper: Mapper[AuditEvent], _connection: object, _entry: AuditEvent) -> None:
    raise Unchangeable("The record of what was done is never changed.")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, as what, and from where."""

    role: str
    account_id: UUID | None = None
    from_where: str = ""


OPERATOR = Actor("operator", from_where="command line")


def audit(
    session: Session,
    kind: str,
    *,
    who: Actor,
    what: str = "",
    before: object = None,
    after: object = None,
    version: int | None = None,
    why: str = "",
    changes: list[dict[str, Any]] | None = None,
) -> AuditEvent:
    """Record an act in the transaction that does it. Give no address, name, answer or secret.

    Raises ValueError where ``kind`` is not one of ACTS.
    """
    if kind not in ACTS:
        raise ValueError(f"{kind!r} is not among the acts that are recorded; add it to ACTS, and to the test of them.")
    entry = AuditEvent(
        account_id=who.account_id,
        who=who.role,
        from_where=who.from_where,
        kind=kind,
        what=what,
        before=before,
        after=after,
        version=version,
        why=why,
        changes=changes,
    )
    session.add(entry)
    session.flush()
    return entry


def audit_events() -> Select[AuditEvent]:
    """Every act that admins may read of, the latest first."""
    return select(AuditEvent).where(AuditEvent.kind.not_in(OWNERS_OWN)).order_by(AuditEvent.sequence.desc())


def acts_about(account_id: UUID) -> Select[AuditEvent]:
    """Every act of an account, or done to it, in the order in which they happened."""
    about = or_(AuditEvent.account_id == account_id, AuditEvent.what == f"account {account_id}")
    return select(AuditEvent).where(about).order_by(AuditEvent.sequence)


def draft_acts() -> Select[AuditEvent]:
    """The acts that changed the present draft, the latest first: those since one was published or discarded."""
    ends = select(func.coalesce(func.max(AuditEvent.sequence), 0)).where(AuditEvent.kind.in_(DRAFT_ENDS))
    return audit_events().where(AuditEvent.changes.is_not(None), AuditEvent.sequence > ends.scalar_subquery())


def draft_ends() -> Select[AuditEvent]:
    """The acts that ended a draft or brought a version back, in the order in which they happened."""
    kinds = (*DRAFT_ENDS, "rules brought back")
    return select(AuditEvent).where(AuditEvent.kind.in_(kinds)).order_by(AuditEvent.sequence)


def draft_events(place: str) -> Select[AuditEvent]:
    """Acts on the draft that tell of a place of its document, or of what lies within it, the latest first.

    ``place`` is "rules/steps-set", or a list where it ends with a slash. A text that holds the same words may come
    along: whoever reads the entries looks at their places once more.
    """
    return audit_events().where(tells_of(place))


def tells_of(place: str) -> ColumnElement[bool]:
    """Whether an act on the draft tells of a place of its document, as ``draft_events`` has it."""
    quoted = json.dumps(place)[:-1]
    wanted = [quoted] if place.endswith("/") else [f'{quoted}"', f"{quoted}/"]
    holds = [
        cast(column, String).contains(text, autoescape=True)
        for column in (AuditEvent.before, AuditEvent.after, AuditEvent.changes)
        for text in wanted
    ]
    return and_(AuditEvent.kind.startswith("draft "), or_(*holds))
