"""What an owner does with saved advice. Each function leaves the commit to ``in_transaction``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from advisor.assessments.advice import advise_early, advise_when_complete, has_first_advice
from advisor.assessments.operations import ChangedElsewhere, make_room
from advisor.assessments.progress import Progress, fingerprint
from advisor.engine.costs import Figures
from advisor.models import Assessment, Part, RecommendationRecord, Reminder
from advisor.models.audit import Actor, audit
from advisor.models.base import insert_if_absent
from advisor.models.feedback import Feedback
from advisor.models.processes.assessment import Owner, next_number, own_assessment, own_binned
from advisor.models.processes.reminder import wishes_of
from advisor.models.rule_sets import rule_set_version as versions


@dataclass(frozen=True, slots=True)
class OwnerDecision:
    """What an owner decided in the end, when, why, and when to look again. ``made`` is empty before that."""

    made: str = ""
    on: date | None = None
    notes: str = ""
    look_again_on: date | None = None

    @classmethod
    def of(cls, assessment: Assessment) -> "OwnerDecision":
        """Read what is stored."""
        return cls(assessment.decision or "", assessment.decided_on, assessment.notes, assessment.look_again_on)

    @property
    def fingerprint(self) -> str:
        """The fingerprint by which a form tells whether somebody changed it meanwhile."""
        return fingerprint([self.made, str(self.on or ""), self.notes, str(self.look_again_on or "")])

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written down."""
        return self == OwnerDecision()


class RulesMovedOn(Exception):  # noqa: N818
    """The version that was chosen is not the one in force any more."""


def days_to_look_again() -> tuple[date, date]:
    """The first and the last day that can be set for looking again; yesterday, since somewhere it is that still."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=1), today.replace(year=today.year + 20, day=min(today.day, 28))


def days_of_decisions() -> tuple[date, date]:
    """The first and the last day on which somebody can have decided; tomorrow, since somewhere it is that already."""
    return date(1990, 1, 1), datetime.now(UTC).date() + timedelta(days=1)


def decide(assessment: Assessment, decision: OwnerDecision, opened: str) -> None:
    """Keep the decision. ``opened`` is the fingerprint of what the form was opened on. Raises ChangedElsewhere."""
    saved = OwnerDecision.of(assessment)
    if saved == decision:
        return
    if saved.fingerprint != opened:
        raise ChangedElsewhere
    assessment.decision = decision.made or None
    assessment.decided_on = decision.on
    assessment.notes = decision.notes
    assessment.look_again_on = decision.look_again_on
    assessment.touch()


def days_fingerprint(chosen: Iterable[Assessment]) -> str:
    """The fingerprint by which a form tells whether the days of these processes were changed meanwhile."""
    return fingerprint(sorted([str(found.id), str(found.look_again_on or "")] for found in chosen))


def look_again(chosen: Sequence[Assessment], day: date | None, opened: str) -> None:
    """Set the day to look again at these processes, or take it away. Raises ChangedElsewhere."""
    if {found.look_again_on for found in chosen} == {day}:
        return
    if days_fingerprint(chosen) != opened:
        raise ChangedElsewhere
    for found in chosen:
        found.look_again_on = day
        found.touch()


def wishes_letter(session: Session, account_id: UUID, chosen: Sequence[Assessment]) -> bool:
    """Whether the account wants a letter on the day of each of these processes."""
    wished = set(session.scalars(wishes_of(account_id).with_only_columns(Reminder.assessment_id)))
    return bool(chosen) and all(found.id in wished for found in chosen)


def wish_letter(session: Session, account_id: UUID, chosen: Sequence[Assessment], *, is_wished: bool) -> None:
    """Note that the account wants a letter on the day of each of these processes, or none."""
    ids = [found.id for found in chosen]
    if is_wished:
        for key in ids:
            session.execute(
                insert_if_absent(session, Reminder).values(id=uuid4(), assessment_id=key, account_id=account_id)
            )
    else:
        mine = (Reminder.account_id == account_id, Reminder.assessment_id.in_(ids))
        session.execute(delete(Reminder).where(*mine))


def keep_costs(assessment: Assessment, figures: Figures, opened: str) -> None:
    """Keep what a process costs. ``opened`` is the fingerprint of what was opened. Raises ChangedElsewhere."""
    plain = figures.plain()
    if plain == assessment.costs:
        return
    if fingerprint(assessment.costs) != opened:
        raise ChangedElsewhere
    assessment.costs = plain
    assessment.touch()


def copy(session: Session, owner: Owner, original: Assessment, name: str, limit: int) -> Assessment:
    """Begin a process from the answers of another, under the rules in force. Raises TooMany.

    The decision and the history stay with the original.
    """
    make_room(session, owner, limit)
    duplicate = Assessment(
        **owner.columns,
        number=next_number(session, owner),
        process_name=name,
        answers=dict(original.answers),
        answered_at=dict(original.answered_at),
        pulled_apart=dict(original.pulled_apart),
        groups=list(original.groups),
        version_number=versions.in_force(session).number,
        parts=[
            Part(
                position=part.position,
                name=part.name,
                answers=dict(part.answers),
                answered_at=dict(part.answered_at),
            )
            for part in original.parts
        ],
    )
    session.add(duplicate)
    session.flush()
    advise_when_complete(session, duplicate)
    return duplicate


def put_back(session: Session, owner: Owner, assessment_id: UUID, limit: int, who: Actor) -> bool:
    """Put a process back into the list, or leave it there; False where the owner has none. Raises TooMany."""
    binned = session.scalars(own_binned(owner).where(Assessment.id == assessment_id)).first()
    if binned is None:
        return session.scalars(own_assessment(owner, assessment_id)).first() is not None
    make_room(session, owner, limit)
    binned.deleted_at = None
    binned.touch()
    audit(session, "process put back", who=who, what=f"assessment {assessment_id}")
    return True


def remove_for_good(session: Session, owner: Owner, assessment_id: UUID, who: Actor) -> bool:
    """Delete a process that is in the owner's bin, with everything that belongs to it; False where it is not there."""
    binned = session.scalars(own_binned(owner).where(Assessment.id == assessment_id)).first()
    if binned is None:
        return False
    audit(session, "process removed for good", who=who, what=f"assessment {assessment_id}")
    session.delete(binned)
    return True


def update_to_newer_rules(session: Session, assessment: Assessment, number: int) -> Progress:
    """Move the pin to the rules in force, which must be version ``number``, and advise where nothing is open.

    First advice is given anew on what is answered. The earlier stays in the history as it was. Raises RulesMovedOn.
    """
    in_force = versions.in_force(session).number
    if number != in_force:
        raise RulesMovedOn
    if assessment.version_number != in_force:
        assessment.version_number = in_force
        assessment.touch()
        if has_first_advice(session, assessment):
            return advise_early(session, assessment)
    return advise_when_complete(session, assessment)


def keep_older_rules(session: Session, assessment: Assessment, number: int) -> None:
    """Remember that the owner keeps the advice as it is over version ``number``. Raises RulesMovedOn."""
    if number != versions.in_force(session).number:
        raise RulesMovedOn
    assessment.kept_version = number
    assessment.touch()


def send_note(
    session: Session, account_id: UUID, latest: RecommendationRecord, text: str, *, with_answers: bool
) -> Feedback:
    """Tell the admins that an advice looks wrong, with a copy of its answers only where the owner wants that.

    The note names neither the process nor its parts, and nothing in it leads to the assessment.
    """
    note = Feedback(account_id=account_id, text=text, version=latest.version_number)
    if with_answers:
        note.answers = _answers_without_names(latest.given)
        note.reasons = _reasons_without_names(latest.result)
    session.add(note)
    session.flush()
    return note


def _answers_without_names(given: dict[str, Any]) -> dict[str, Any]:
    parts = enumerate(given["parts"], start=1)
    return {
        "answers": given["answers"],
        "parts": [{"part": str(number), "answers": part["answers"]} for number, part in parts],
    }


def _reasons_without_names(result: dict[str, Any]) -> dict[str, Any]:
    numbers = {part["part"]: str(number) for number, part in enumerate(result["parts"], start=1)}
    return {
        "outcome": result["outcome"],
        "kind": result["kind"],
        "strength": result["strength"],
        "points": result["points"],
        "parts": [{"part": numbers[part["part"]], "outcome": part["outcome"]} for part in result["parts"]],
        "reasons": [
            {
                "rule": reason["rule"],
                "text": reason["text"],
                "push": reason["push"],
                "part": numbers.get(reason.get("part", ""), ""),
            }
            for reason in result["reasons"]
        ],
    }
