"""What becomes of an opinion: asked for, handed in, changed, deleted; and how its owner settles."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from advisor.assessments.advice import NotAsked, recalculate
from advisor.assessments.operations import answer_all
from advisor.assessments.progress import Progress
from advisor.engine.model.answers import WorkItem
from advisor.extensions import database
from advisor.models import AgreedAnswers, Assessment, DatabaseUnavailable, Opinion
from advisor.models.audit import Actor, audit
from advisor.models.base import hash_of, utc_now
from advisor.models.limits import room_left
from advisor.models.processes.assessment import next_sequence
from advisor.models.processes.opinion import open_opinions
from advisor.models.rule_sets import rule_set_version as versions
from advisor.processes.opinions.store import as_assessment

_TOKEN_BYTES = 16
_OPENED_AGAIN_AFTER = timedelta(hours=1)
"""A day is told, so it is not worth a write each time."""


class TooManyAsked(Exception):  # noqa: N818
    """As many people are asked about the process as may be."""


@dataclass(frozen=True, slots=True)
class InvitationTerms:
    """What an owner chose: for how many days, who it is, who they read asks, and what they read the process is called.

    ``process_name`` is "" where they may read its name.
    """

    days: int
    name: str = ""
    asked_by: str = ""
    process_name: str = ""


def invite(session: Session, mine: Assessment, terms: InvitationTerms, most: int, who: Actor) -> str:
    """Ask one more person about one's own process. The secret is returned once, and stored as a hash.

    Raises TooManyAsked.
    """
    if not room_left(session, f"opinions on {mine.id}", open_opinions(mine.id), most):
        raise TooManyAsked
    last = session.scalar(select(func.max(Opinion.number)).where(Opinion.assessment_id == mine.id)) or 0
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    made = Opinion(
        assessment_id=mine.id,
        number=last + 1,
        token_hash=hash_of(token),
        name=terms.name,
        asked_by=terms.asked_by,
        process_name=terms.process_name or mine.process_name,
        version_number=mine.version_number,
        parts=[{"id": str(part.id), "name": part.name, "answers": {}, "answered_at": {}} for part in mine.parts],
        expires_at=utc_now() + timedelta(days=terms.days),
    )
    session.add(made)
    session.flush()
    audit(session, "opinion asked for", who=who, what=f"opinion {made.id}")
    return token


def renew(session: Session, opinion: Opinion, days: int, who: Actor) -> str:
    """Give a new secret in place of the one that was lost, went to the wrong person or ended; the answers stay.

    Raises NotAsked once it is settled.
    """
    if opinion.settled_at is not None:
        raise NotAsked
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    opinion.token_hash = hash_of(token)
    opinion.expires_at = utc_now() + timedelta(days=days)
    opinion.revoked_at = opinion.last_opened_at = None
    audit(session, "opinion link renewed", who=who, what=f"opinion {opinion.id}")
    return token


def remove(session: Session, opinion: Opinion, who: Actor) -> None:
    """Delete an invitation and what was answered under it."""
    audit(session, "opinion deleted", who=who, what=f"opinion {opinion.id}")
    session.delete(opinion)


def note_opened(opinion: Opinion) -> None:
    """Note the visit of somebody else. The page is shown all the same where that cannot be written just now."""
    moment = utc_now()
    if opinion.last_opened_at is not None and opinion.last_opened_at > moment - _OPENED_AGAIN_AFTER:
        return
    try:
        with database().write() as session:
            # Not through the ORM: a visit is no new version of the answers, and must not clash with a save.
            session.execute(update(Opinion).where(Opinion.id == opinion.id).values(last_opened_at=moment))
    except DatabaseUnavailable:
        return


# ---- by whoever has the link


def hand_in(session: Session, opinion: Opinion) -> None:
    """Show the answers to the owner from now on. Handed in already, it stays. Raises NotAsked while any is open."""
    if opinion.handed_in_at is not None:
        return
    rule_set = versions.rule_set(session, opinion.version_number)
    if not opinion.is_open or Progress.of(rule_set, as_assessment(opinion)).next is not None:
        raise NotAsked
    opinion.handed_in_at = utc_now()


def reopen(opinion: Opinion) -> None:
    """Let the answers be changed again, and hide them from the owner until then. Raises NotAsked once it has ended."""
    if not opinion.is_open:
        raise NotAsked
    opinion.handed_in_at = None


def withdraw(opinion: Opinion) -> None:
    """Delete what was answered, at any time."""
    if opinion.has_answers:
        opinion.forget_answers()
        opinion.withdrawn_at = utc_now()


# ---- settling


@dataclass(frozen=True, slots=True)
class SettledAnswers:
    """What an owner settled on: all answers, whose they are, and who gave in where and why."""

    item: WorkItem
    names: list[str]
    taken: list[dict[str, Any]]
    note: str


def settle(
    session: Session, mine: Assessment, opinions: Sequence[Opinion], settling: SettledAnswers, who: Actor
) -> AgreedAnswers:
    """Save the answers that were settled on, give the advice on them, and close what was asked of others.

    What nobody handed in is deleted with its invitation. The advice is given though a question may be open.
    """
    answer_all(session, mine, settling.item)
    recalculate(session, mine, early=True)
    moment = utc_now()
    for opinion in opinions:
        opinion.settled_at = moment
    unheard = (Opinion.assessment_id == mine.id, Opinion.settled_at.is_(None), Opinion.handed_in_at.is_(None))
    session.flush()
    session.execute(delete(Opinion).where(*unheard))
    settled = AgreedAnswers(
        assessment_id=mine.id,
        sequence=next_sequence(session, mine) - 1,
        names=settling.names,
        taken=settling.taken,
        note=settling.note,
    )
    session.add(settled)
    session.flush()
    audit(session, "opinions settled", who=who, what=f"assessment {mine.id}")
    return settled
