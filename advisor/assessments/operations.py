"""What a visitor does to an assessment. Each function leaves the commit to ``in_transaction``."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from advisor.assessments.advice import NotAsked, advise_when_complete, new_record, recalculate
from advisor.assessments.progress import (
    PartContradiction,
    Progress,
    QuestionRef,
    answer_fingerprint,
    fingerprint,
    is_of_part,
    sorted_answers,
)
from advisor.engine.document.text import normalize_line
from advisor.engine.model.answers import WorkItem, plain_answer
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Section
from advisor.engine.model.rules import RuleSet
from advisor.models import (
    Assessment,
    Database,
    DatabaseUnavailable,
    OrganisationOwner,
    Owner,
    Part,
    RecommendationRecord,
    VisitorOwner,
)
from advisor.models.audit import Actor, audit
from advisor.models.base import utc_now
from advisor.models.processes.assessment import assessment_room_left, next_number
from advisor.models.rule_sets import rule_set_version as versions
from advisor.web.forms import Refusal

Done = TypeVar("Done")

_ATTEMPTS = 12
"""How often a save begins again because somebody else saved between its reading and its writing."""


class ChangedElsewhere(Exception):  # noqa: N818
    """What a form was opened on has been changed meanwhile, to something else than the form says."""


class AnsweredElsewhere(ChangedElsewhere):
    """The same question was answered differently in another window."""

    def __init__(self, saved: Answer, fingerprint: str, changed_at: datetime) -> None:
        self.saved = saved
        self.fingerprint = fingerprint
        self.changed_at = changed_at
        super().__init__("answered in another window")


class TooMany(Refusal):
    """The owner has as many assessments as are kept."""

    def __init__(self, owner: Owner, limit: int) -> None:
        if isinstance(owner, VisitorOwner):
            words = _("You have as many processes as we keep for one browser. Delete some on “Your data” first.")
        elif isinstance(owner, OrganisationOwner):
            words = _(
                "The organisation has %(most)d processes, which is as many as we keep. Delete some first.", most=limit
            )
        else:
            words = _("You have %(most)d processes, which is as many as we keep. Delete some first.", most=limit)
        super().__init__(words)


def in_transaction(database: Database, act: Callable[[Session], Done]) -> Done:
    """Do ``act`` in one write transaction, and once more from the start where somebody else saved in between.

    The row version is compared by the UPDATE itself, so of several saves from one version exactly one comes first; the
    others then see what it saved. Raises DatabaseUnavailable, with nothing stored.
    """
    for _attempt in range(_ATTEMPTS):
        try:
            with database.write() as session:
                return act(session)
        except StaleDataError:
            continue
    raise DatabaseUnavailable("busy")


def create(session: Session, owner: Owner, name: str, answers: Mapping[str, Answer], limit: int) -> Assessment:
    """Begin an assessment of the process ``name`` under the rules in force. Raises TooMany."""
    make_room(session, owner, limit)
    moment = utc_now().isoformat()
    assessment = Assessment(
        **owner.columns,
        number=next_number(session, owner),
        process_name=name,
        answers=sorted_answers(answers),
        answered_at=dict.fromkeys(answers, moment),
        version_number=versions.in_force(session).number,
        parts=[Part(position=0, name="")],
    )
    session.add(assessment)
    session.flush()
    return assessment


def begin_all(
    session: Session, owner: Owner, items: Sequence[WorkItem], limit: int, *, early: bool = False
) -> list[Assessment]:
    """Begin an assessment of each item under the rules in force, with its answers; advise on those that are complete,
    and ``early`` also on those with some of them.

    The items were read against these rules. Raises TooMany where not all of them fit, and then begins none.
    """
    if assessment_room_left(session, owner, limit) < len(items):
        raise TooMany(owner, limit)
    version = versions.in_force(session)
    rule_set = versions.rule_set(session, version.number)
    first, moment = next_number(session, owner), utc_now()
    begun = [_new_assessment(owner, rule_set, version.number, item, moment) for item in items]
    for index, mine in enumerate(begun):
        mine.number = None if first is None else first + index
    session.add_all(begun)
    session.flush()
    for mine in begun:
        progress = Progress.of(rule_set, mine)
        if progress.next is None or (early and progress.has_begun):
            session.add(new_record(mine, progress, 1))
    session.flush()
    return begun


def _new_assessment(owner: Owner, rule_set: RuleSet, number: int, item: WorkItem, moment: datetime) -> Assessment:
    at = moment.isoformat()
    own = {key: answer for key, answer in item.answers.items() if is_of_part(rule_set, key)}
    whole = {key: answer for key, answer in item.answers.items() if key not in own}
    return Assessment(
        **owner.columns,
        process_name=item.process,
        answers=sorted_answers(whole),
        answered_at=dict.fromkeys(sorted(whole), at),
        created_at=moment,  # one for all, so that the list has them in the order of the items
        touched_at=moment,
        version_number=number,
        parts=[
            Part(position=position, name=name, answers=sorted_answers(of), answered_at=dict.fromkeys(sorted(of), at))
            for position, (name, of) in enumerate(item.parts or (("", own),))
        ],
    )


def make_room(session: Session, owner: Owner, limit: int) -> None:
    """Raise TooMany where the owner has as many assessments as are kept; what is in the bin does not count."""
    if not assessment_room_left(session, owner, limit):
        raise TooMany(owner, limit)


def remove(session: Session, assessment: Assessment, who: Actor) -> bool:
    """Delete an assessment: a visitor's for good, one that is saved into the bin. Says whether it can be put back."""
    audit(session, "process deleted", who=who, what=f"assessment {assessment.id}")
    if not assessment.is_saved:
        session.delete(assessment)
        return False
    assessment.deleted_at = utc_now()
    return True


def rename(
    session: Session,
    assessment: Assessment,
    name: str,
    answers: Mapping[str, Answer],
    opened: str,
) -> Progress:
    """Change the name and what was picked beside it. Raises ChangedElsewhere."""
    asked = [question.key for question in versions.rule_set(session, assessment.version_number).section(Section.NAME)]
    given = {key: assessment.answers.get(key) for key in asked}
    if fingerprint([assessment.process_name, list(given.values())]) != opened:
        same = assessment.process_name == name and given == {key: answers.get(key) for key in asked}
        if not same:
            raise ChangedElsewhere
    kept = {key: value for key, value in assessment.answers.items() if key not in asked}
    assessment.process_name = name
    assessment.answers = {**kept, **sorted_answers(answers)}
    times = {key: time for key, time in assessment.answered_at.items() if key not in asked}
    assessment.answered_at = {**times, **dict.fromkeys(answers, utc_now().isoformat())}
    assessment.touch()
    return advise_when_complete(session, assessment)


def record_answer(
    session: Session,
    assessment: Assessment,
    key: str,
    part_id: UUID | None,
    *,
    answer: Answer,
    opened: str,
    goes_on: bool = False,
) -> tuple[Progress, PartContradiction | None]:
    """Keep an answer, and give the advice where it was the last one.

    Returns where the visitor stands now, and two answers that contradict each other since then, if any.

    ``opened`` is the fingerprint of what was saved when the question was opened. ``goes_on``: more answers are to
    follow, so the advice waits for the last of them. Raises AnsweredElsewhere where something else has been saved
    since, and NotAsked.
    """
    rule_set = versions.rule_set(session, assessment.version_number)
    keep_answer(rule_set, assessment, key, part_id, answer=answer, opened=opened)
    if goes_on:
        progress = Progress.of(rule_set, assessment)
        goes_on = progress.after(key, part_id) is not None
    if not goes_on:
        with session.no_autoflush:  # what was changed is written once
            progress = advise_when_complete(session, assessment)
    return progress, next_contradiction(assessment, progress)


def keep_answer(
    rule_set: RuleSet, assessment: Assessment, key: str, part_id: UUID | None, *, answer: Answer, opened: str
) -> None:
    """Put an answer among those of the process or of its part. Raises AnsweredElsewhere and NotAsked."""
    place = Progress.of(rule_set, assessment).place(key, part_id)
    if place is None:
        raise NotAsked
    holder = _holder(assessment, place)
    given = plain_answer(answer)
    if key in holder.answers and holder.answers[key] != given and answer_fingerprint(holder.answers, key) != opened:
        saved = Progress.of(rule_set, assessment).answers_at(place)[key]
        raise AnsweredElsewhere(saved, answer_fingerprint(holder.answers, key), _time(holder, key))
    holder.answers = {**holder.answers, key: given}
    holder.answered_at = {**holder.answered_at, key: utc_now().isoformat()}
    assessment.touch()


def next_contradiction(assessment: Assessment, progress: Progress) -> PartContradiction | None:
    """The first pair of answers that contradict each other and was not shown before; from now on it counts as shown."""
    for found in progress.contradictions():
        answers = progress.asked_by_part[found.part.id].answers
        pair = {condition.question: answers[condition.question] for condition in found.contradiction.when}
        shown = f"{found.contradiction.key} {fingerprint(sorted_answers(pair))}"
        if shown not in assessment.pulled_apart:
            assessment.pulled_apart = {**assessment.pulled_apart, shown: utc_now().isoformat()}
            return found
    return None


def answer_all(session: Session, assessment: Assessment, item: WorkItem) -> Progress:
    """Put the name, the answers and the parts of ``item`` in place of those that are there, and advise when complete.

    ``item`` was read against the assessment's version. Parts are known again by their names.
    """
    rule_set = versions.rule_set(session, assessment.version_number)
    own = {key for key in item.answers if is_of_part(rule_set, key)}
    whole = {key: answer for key, answer in item.answers.items() if key not in own}
    present = {normalize_line(part.name): part for part in assessment.parts}
    named = item.parts or (("", {key: item.answers[key] for key in own}),)
    parts = []
    for position, (name, answers) in enumerate(named):
        part = present.get(normalize_line(name)) or Part(answers={}, answered_at={})
        part.name, part.position = name, position
        _answer(part, answers)
        parts.append(part)
    assessment.process_name = item.process
    _answer(assessment, whole)
    assessment.parts = parts
    assessment.touch()
    session.flush()
    return advise_when_complete(session, assessment)


def undo(session: Session, assessment: Assessment, before: int, opened: str) -> Progress:
    """Put back the name, the answers and the parts on which the advice of place ``before`` in the history was given.

    The advice on them is given once more, so the history tells of it. Sent twice, it does nothing more. Raises
    ChangedElsewhere where the answers are no longer those it was ``opened`` on, and NotAsked where there is no such
    advice, or other rules gave it.
    """
    rule_set = versions.rule_set(session, assessment.version_number)
    given = select(RecommendationRecord).where(RecommendationRecord.assessment_id == assessment.id)
    record = session.scalars(given.where(RecommendationRecord.sequence == before)).first()
    if record is None or record.version_number != assessment.version_number:
        raise NotAsked
    item = Progress.of_given(rule_set, record.given).work_item()
    progress = Progress.of(rule_set, assessment)
    if progress.work_item() == item:
        return progress
    if progress.fingerprint != opened:
        raise ChangedElsewhere
    answer_all(session, assessment, item)
    recalculate(session, assessment, early=True)
    return Progress.of(rule_set, assessment)


def _answer(holder: Assessment | Part, answers: Mapping[str, Answer]) -> None:
    """Replace all answers; those that stay the same keep the time at which they were given."""
    given, moment = sorted_answers(answers), utc_now().isoformat()
    kept = {key for key in given if key in holder.answers and holder.answers[key] == given[key]}
    holder.answered_at = {key: holder.answered_at.get(key, moment) if key in kept else moment for key in given}
    holder.answers = given


def _holder(assessment: Assessment, place: QuestionRef) -> Assessment | Part:
    if place.part is None:
        return assessment
    return next(part for part in assessment.parts if part.id == place.part.id)


def _time(holder: Assessment | Part, key: str) -> datetime:
    stored = holder.answered_at.get(key)
    return datetime.fromisoformat(stored) if isinstance(stored, str) else utc_now()


def name_parts(session: Session, assessment: Assessment, names: Sequence[str], opened: str) -> Progress:
    """Break the process into parts, or rename, add and remove parts: ``names`` place by place, an empty one is no part.

    A new part starts from a copy of the answers that the process had in one piece. Raises ChangedElsewhere.
    """
    present = named_parts(assessment)
    wanted = [name for name in names if name]
    if parts_fingerprint(assessment) != opened and [part.name for part in present] != wanted:
        raise ChangedElsewhere
    copied = _answers_in_one_piece(session, assessment)
    kept: list[Part] = []
    for index, name in enumerate(names):
        if not name:
            continue
        part = present[index] if index < len(present) else Part(answers=dict(copied), answered_at={})
        part.name, part.position = name, len(kept)
        kept.append(part)
    assessment.parts = kept
    assessment.touch()
    session.flush()
    return advise_when_complete(session, assessment)


def put_together(session: Session, assessment: Assessment) -> Progress:
    """Make it one piece again, with the answers it had as one."""
    if named_parts(assessment):
        answers = _answers_in_one_piece(session, assessment)
        whole = Part(position=0, name="", answers=answers, answered_at=dict.fromkeys(answers, utc_now().isoformat()))
        assessment.parts = [whole]
        assessment.touch()
        session.flush()
    return advise_when_complete(session, assessment)


def named_parts(assessment: Assessment) -> list[Part]:
    """The parts, none while the process is in one piece."""
    return [part for part in assessment.parts if part.name]


def parts_fingerprint(assessment: Assessment) -> str:
    """The fingerprint of the present parts."""
    return fingerprint([[str(part.id), part.name] for part in named_parts(assessment)])


def _answers_in_one_piece(session: Session, assessment: Assessment) -> dict[str, Any]:
    """What was answered about the work while it was one piece: as it is now, or as the last such advice had it."""
    if not named_parts(assessment):
        return dict(assessment.parts[0].answers)
    rule_set = versions.rule_set(session, assessment.version_number)
    given = select(RecommendationRecord.given).where(RecommendationRecord.assessment_id == assessment.id)
    for earlier in session.scalars(given.order_by(RecommendationRecord.sequence.desc())):
        if not earlier["parts"]:
            return {key: answer for key, answer in earlier["answers"].items() if is_of_part(rule_set, key)}
    return dict(assessment.parts[0].answers)
