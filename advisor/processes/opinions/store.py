"""The answers of somebody who was asked for a second opinion: the pages of questions read and write them here."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy.orm import Session
from typing_extensions import override

from advisor.assessments.advice import NotAsked
from advisor.assessments.context import AssessmentContext
from advisor.assessments.operations import in_transaction, keep_answer, next_contradiction
from advisor.assessments.progress import PartContradiction, Progress, QuestionRef
from advisor.assessments.store import AssessmentStore
from advisor.engine.model.operators import Answer
from advisor.extensions import database
from advisor.models import Assessment, Opinion, Part
from advisor.models.processes.opinion import opinion_by_token
from advisor.models.rule_sets import rule_set_version as versions
from advisor.wording.claims import VersionView

ANY = UUID(int=0)
"""The id of the assessment in an address that has none: the secret says which opinion it is."""


class OpinionStore(AssessmentStore):
    """Reads and writes the opinion of a secret address. It has answers alone: no history, and nobody else's."""

    def __init__(self, token: str) -> None:
        self._token = token
        with database().read() as session:
            self.opinion = session.scalars(opinion_by_token(token)).first()
        """The opinion as it was when the request came; None where the address leads nowhere."""

    @override
    def load(self, assessment_id: UUID = ANY, since: int | None = None) -> AssessmentContext:
        opinion = self.opinion or abort(404)
        with database().read() as session:
            edition = VersionView.of(session, opinion.version_number)
        assessment = as_assessment(opinion)
        return AssessmentContext(assessment, Progress.of(edition.rule_set, assessment), edition, None, edition)

    @override
    def record_answer(
        self, assessment_id: UUID, place: QuestionRef, answer: Answer, opened: str, *, goes_on: bool
    ) -> tuple[Progress, PartContradiction | None]:
        def act(session: Session) -> tuple[Progress, PartContradiction | None]:
            opinion = session.scalars(opinion_by_token(self._token)).first()
            if opinion is None or not opinion.is_answerable:
                raise NotAsked  # it was handed in, or has ended, since the question was opened
            rule_set = versions.rule_set(session, opinion.version_number)
            assessment = as_assessment(opinion)
            key, part_id = place.question.key, place.part_id
            keep_answer(rule_set, assessment, key, part_id, answer=answer, opened=opened)
            progress = Progress.of(rule_set, assessment)
            contradiction = next_contradiction(assessment, progress)
            _keep(opinion, assessment)
            return progress, contradiction

        return in_transaction(database(), act)

    @override
    def rename(self, assessment_id: UUID, name: str, answers: Mapping[str, Answer], opened: str) -> Progress:
        raise NotAsked

    @override
    def name_parts(self, assessment_id: UUID, names: Sequence[str], opened: str) -> Progress:
        raise NotAsked

    @override
    def put_together(self, assessment_id: UUID) -> Progress:
        raise NotAsked

    @override
    def recalculate(self, assessment_id: UUID, *, early: bool = False) -> None:
        raise NotAsked

    @override
    def undo(self, assessment_id: UUID, before: int, opened: str) -> None:
        raise NotAsked

    @override
    def keep_trial(self, assessment_id: UUID, trial: Any, *, as_copy: bool) -> str:
        raise NotAsked


def as_assessment(opinion: Opinion) -> Assessment:
    """What would be stored of these answers if they were an owner's. It is never added to a session."""
    parts = [
        Part(
            id=UUID(part["id"]),
            position=position,
            name=part["name"],
            answers=dict(part["answers"]),
            answered_at=dict(part["answered_at"]),
        )
        for position, part in enumerate(opinion.parts)
    ]
    return Assessment(
        id=opinion.id,
        process_name=opinion.process_name,
        answers=dict(opinion.answers),
        answered_at=dict(opinion.answered_at),
        pulled_apart=dict(opinion.pulled_apart),
        version_number=opinion.version_number,
        parts=parts,
    )


def _keep(opinion: Opinion, assessment: Assessment) -> None:
    opinion.answers, opinion.answered_at = assessment.answers, assessment.answered_at
    opinion.pulled_apart = assessment.pulled_apart
    opinion.parts = [
        {"id": str(part.id), "name": part.name, "answers": part.answers, "answered_at": part.answered_at}
        for part in assessment.parts
    ]
    opinion.withdrawn_at = None
