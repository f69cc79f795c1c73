"""Two answers that pull apart: said once, and kept to be looked at again."""

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


def contradiction_shown(progress: Progress, key: str, part_id: UUID | None) -> PulledApart | None:
    """The two answers of that tension, if they (still) pull apart."""
    for piece in progress.pieces:
        if part_id == (piece.id if progress.in_parts else None):
            for tension in contradictions(progress.rule_set, progress.reached[piece.id].answers):
                if tension.key == key:
                    return PulledApart(tension, piece)
    return None


def next_contradiction(assessment: Assessment, progress: Progress) -> PulledApart | None:
    """The first pair of answers that pulls apart and was not shown before; from now on it counts as shown."""
    for piece in progress.pieces:
        answers = progress.reached[piece.id].answers
        for tension in contradictions(progress.rule_set, answers):
            pair = {condition.question: answers[condition.question] for condition in tension.when}
            mark = f"{tension.key} {fingerprint(sorted_answers(pair))}"
            if mark not in assessment.pulled_apart:
                assessment.pulled_apart = {**assessment.pulled_apart, mark: now().isoformat()}
                return PulledApart(tension, piece)
    return None
