"""Two answers that pull apart: said once, and kept to be looked at again."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from advisor.assessments.progress import Piece, Progress, fingerprint, sorted_answers
from advisor.engine.evaluation.advice import contradictions
from advisor.engine.model.evidence import Contradiction
from advisor.models import Assessment
from advisor.models.base import now


@dataclass(frozen=True, slots=True)
class PulledApart:
    """Two answers that pull apart, of this piece of the process."""

    tension: Contradiction
    piece: Piece


def contradictions_of(progress: Progress) -> Iterator[PulledApart]:
    """All pairs of answers that pull apart, piece by piece."""
    for piece in progress.pieces:
        for tension in contradictions(progress.rule_set, progress.reached[piece.id].answers):
            yield PulledApart(tension, piece)


def contradiction_shown(progress: Progress, key: str, part_id: UUID | None) -> PulledApart | None:
    """The two answers of that tension, if they (still) pull apart."""
    for found in contradictions_of(progress):
        if found.tension.key == key and part_id == (found.piece.id if progress.in_parts else None):
            return found
    return None


def next_contradiction(assessment: Assessment, progress: Progress) -> PulledApart | None:
    """The first pair of answers that pulls apart and was not shown before; from now on it counts as shown."""
    for found in contradictions_of(progress):
        answers = progress.reached[found.piece.id].answers
        pair = {condition.question: answers[condition.question] for condition in found.tension.when}
        mark = f"{found.tension.key} {fingerprint(sorted_answers(pair))}"
        if mark not in assessment.pulled_apart:
            assessment.pulled_apart = {**assessment.pulled_apart, mark: now().isoformat()}
            return found
    return None
