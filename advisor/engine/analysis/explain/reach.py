"""How far the answer to each question alone can move the advice."""

from dataclasses import dataclass

import numpy as np

from advisor.engine.analysis.explain.limits import ExplanationLimits
from advisor.engine.analysis.explain.situation import PointAdvice, Situation, change_to, other_values
from advisor.engine.analysis.explain.values import AdviceMove, AnswerReach
from advisor.engine.analysis.space import UNKNOWN
from advisor.engine.evaluation.batch import KINDS, OUTCOMES, STRENGTHS
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.vocabulary import Kind, Outcome, Strength


@dataclass(frozen=True, slots=True)
class PointVerdict:
    """The advice at one point. ``lean`` is in points."""

    outcome: Outcome
    kind: Kind
    strength: Strength
    lean: int


def verdict_and_reaches(
    situation: Situation, limits: ExplanationLimits
) -> tuple[PointVerdict, tuple[AnswerReach, ...]]:
    """The advice of now, and the reach of each asked question on the content."""
    others = {index: other_values(situation, index) for index, slot in enumerate(situation.slots) if slot.is_asked}
    steps = [(index, code) for index, codes in others.items() for code in codes]
    points = situation.points(1 + len(steps))
    for column, (index, code) in enumerate(steps, start=1):
        points[index, column] = code
    now, *after = _verdicts(situation.advice(points))
    leading: dict[int, dict[tuple[PointVerdict, int], list[int]]] = {index: {} for index in others}
    for (index, code), then in zip(steps, after, strict=True):
        # Sets of options are many, and those after which all is the same are one move.
        apart = 0 if situation.slots[index].question.type is AnswerType.CHOICES else code
        leading[index].setdefault((then, apart), []).append(code)
    moves = {
        index: tuple(
            AdviceMove(
                change_to(situation, index, codes, limits.answers_told),
                then.outcome,
                then.kind,
                then.strength,
                then.lean,
            )
            for (then, _), codes in found.items()
        )
        for index, found in leading.items()
    }
    return now, tuple(_reach(situation, index, now, found) for index, found in moves.items())


def _reach(situation: Situation, index: int, now: PointVerdict, moves: tuple[AdviceMove, ...]) -> AnswerReach:
    slot = situation.slots[index]
    leans = [move.lean for move in moves] or [now.lean]
    outcomes = {move.outcome for move in moves} or {now.outcome}
    return AnswerReach(
        question=slot.question.key,
        part=slot.part,
        is_answered=slot.now != UNKNOWN,
        moves=moves,
        least=min(leans),
        most=max(leans),
        outcomes=tuple(outcome for outcome in OUTCOMES if outcome in outcomes),
        can_change=outcomes != {now.outcome},
    )


def _verdicts(advice: PointAdvice) -> list[PointVerdict]:
    columns = (advice.outcomes, advice.kinds, advice.strengths, advice.leans)
    return [
        PointVerdict(OUTCOMES[outcome], KINDS[kind], STRENGTHS[strength], lean)
        for outcome, kind, strength, lean in np.stack(columns, axis=1).tolist()
    ]
