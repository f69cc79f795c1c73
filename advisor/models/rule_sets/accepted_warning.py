"""Warnings about a rule set that an admin accepted with a reason.

An acceptance is about a warning and what it rests on, whatever draft or version has it: it outlasts publishing and
discarding, and does not count while what the warning rests on is another. It is no part of the rules themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.engine.checks.basis import basis_fingerprint
from advisor.engine.document.document import sha256
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.models.audit import Actor, audit
from advisor.models.base import Base, utc_now
from advisor.models.limits import room_left


class AcceptedWarning(Base):
    """One warning that somebody accepted."""

    __tablename__ = "accepted_warning"

    about: Mapped[str] = mapped_column(primary_key=True)
    """The fingerprint of its place and text."""
    place: Mapped[str]
    text: Mapped[str]
    rests_on: Mapped[str]
    """The fingerprint of what it rested on."""
    reason: Mapped[str]
    accepted_at: Mapped[datetime] = mapped_column(default=utc_now)
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)


@dataclass(frozen=True, slots=True)
class Acceptances:
    """What was accepted of the warnings of a rule set; of ``outdated`` ones, when they rested on something else."""

    present: dict[Problem, AcceptedWarning] = field(default_factory=dict)
    outdated: dict[Problem, AcceptedWarning] = field(default_factory=dict)


class TooManyAcceptedError(Exception):
    """As many warnings are accepted as may be. ``most`` is that number."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"{most} warnings are accepted already.")


def _item(place: str) -> str:
    """What the record names: the item that a place lies in."""
    return "/".join(place.split("/")[:2])


def warning_fingerprint(problem: Problem) -> str:
    """By what a warning is found again."""
    return sha256(f"{problem.place}\n{problem.text}")


def acceptances_of(session: Session, rule_set: RuleSet, problems: Iterable[Problem]) -> Acceptances:
    """Which of these problems were accepted; never one that blocks."""
    rows = {row.about: row for row in session.scalars(select(AcceptedWarning))}
    found = Acceptances()
    for problem in problems if rows else ():
        row = None if problem.blocks else rows.get(warning_fingerprint(problem))
        if row is not None:
            is_present = row.rests_on == basis_fingerprint(rule_set, problem)
            (found.present if is_present else found.outdated)[problem] = row
    return found


def accept(session: Session, who: Actor, rule_set: RuleSet, problem: Problem, reason: str, *, most: int) -> None:
    """Accept a warning, in place of what was accepted of it before. Raises TooManyAcceptedError."""
    about = warning_fingerprint(problem)
    room = room_left(session, "accepted warnings", select(AcceptedWarning.about), most)
    row = session.get(AcceptedWarning, about)
    if row is None:
        if not room:
            raise TooManyAcceptedError(most)
        row = AcceptedWarning(about=about, place=problem.place, text=problem.text)
        session.add(row)
    basis = basis_fingerprint(rule_set, problem)
    if (row.rests_on, row.reason) == (basis, reason):
        return
    before = {"reason": row.reason} if row.reason else None
    row.rests_on, row.reason = basis, reason
    row.accepted_at, row.accepted_by = utc_now(), who.account_id
    after = {"warning": problem.text, "reason": reason}
    audit(session, "warning accepted", who=who, what=_item(problem.place), before=before, after=after)


def withdraw(session: Session, who: Actor, about: str) -> None:
    """Take back that a warning was accepted; nothing happens where it is not."""
    row = session.get(AcceptedWarning, about, with_for_update=True)
    if row is not None:
        session.delete(row)
        before = {"warning": row.text, "reason": row.reason}
        audit(session, "warning no longer accepted", who=who, what=_item(row.place), before=before)
