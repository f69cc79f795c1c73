"""What would change the advice: how far the answer to each question alone moves it, and the fewest changes of all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.engine.analysis.explain.contradictions import Clash, given_up_with_more, new_clashes, with_contradictions
from advisor.engine.analysis.explain.fewest_changes import targets_of
from advisor.engine.analysis.explain.situation import (
    Parts,
    PartVariable,
    PointAdvice,
    Situation,
    change_to,
    other_values,
    situation_of,
)
from advisor.engine.analysis.explain.values import AdviceMove, AnswerReach, WouldChange
from advisor.engine.analysis.limits import EXPLANATION_LIMITS, ExplanationLimits
from advisor.engine.analysis.space import UNKNOWN, Space, space_of
from advisor.engine.evaluation.batch import KINDS, OUTCOMES, STRENGTHS
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Answers, Section
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, Strength


def what_would_change(
    rule_set: RuleSet, answers: Answers, parts: Parts = (), limits: ExplanationLimits = EXPLANATION_LIMITS
) -> WouldChange:
    """The reach of each answer alone, and the fewest changes for each other outcome. Raises SpaceTooLarge."""
    situation = situation_of(with_contradictions(rule_set), answers, parts)
    clashes = new_clashes(situation)
    now, reaches = verdict_and_reaches(situation, clashes, space_of(rule_set), limits)
    targets = targets_of(situation, now.outcome, (*clashes, *given_up_with_more(situation)), limits)
    sizes = [target.size for target in targets if target.size is not None]
    bounds = [target.at_least for target in targets if target.at_least is not None]
    distance = min(sizes, default=None)
    if distance is not None and distance > min(bounds):
        distance = None
    core = {question.key for question in rule_set.section(Section.CORE)}
    return WouldChange(
        outcome=now.outcome,
        kind=now.kind,
        lean=now.lean,
        reaches=reaches,
        unless=tuple(r for r in reaches if r.question in core and not r.is_answered and r.turned_to(now.outcome)),
        distance=distance,
        at_least=min(bounds, default=None),
        targets=targets,
    )


@dataclass(frozen=True, slots=True)
class PointVerdict:
    """The advice at one point. ``lean`` is in points."""

    outcome: Outcome
    kind: Kind
    strength: Strength
    lean: int


def verdict_and_reaches(
    situation: Situation, clashes: Sequence[Clash], space: Space, limits: ExplanationLimits
) -> tuple[PointVerdict, tuple[AnswerReach, ...]]:
    """The advice of now, and the reach of each asked question on the content; ``space`` is that of the rules alone."""
    others = {
        index: other_values(situation, index) for index, variable in enumerate(situation.variables) if variable.is_asked
    }
    steps = [(index, code) for index, codes in others.items() for code in codes]
    points = situation.points(1 + len(steps))
    for column, (index, code) in enumerate(steps, start=1):
        points[index, column] = code
    now, *after = _verdicts(situation.advice(points))
    brought = [(clash.key, clash.among(points)[1:].tolist()) for clash in clashes]
    leading: dict[int, dict[tuple[PointVerdict, tuple[str, ...], int], list[int]]] = {index: {} for index in others}
    for at, ((index, code), then) in enumerate(zip(steps, after, strict=True)):
        contradictions = tuple(dict.fromkeys(key for key, is_there in brought if is_there[at]))
        apart = _move_key(situation.variables[index], space, code)
        leading[index].setdefault((then, contradictions, apart), []).append(code)
    moves = {
        index: tuple(
            AdviceMove(
                change_to(situation, index, codes, limits.answers_shown),
                then.outcome,
                then.kind,
                then.strength,
                then.lean,
                contradictions,
            )
            for (then, contradictions, _), codes in found.items()
        )
        for index, found in leading.items()
    }
    return now, tuple(_reach(situation, index, now, found) for index, found in moves.items())


def _move_key(variable: PartVariable, space: Space, code: int) -> int:
    """What keeps moves apart that do the same: the value that the rules know; nothing, where it is a set of options."""
    if variable.question.type is AnswerType.CHOICES:
        return 0
    return space.variables[variable.position].code(variable.base.values[code].answers[0])


def _reach(situation: Situation, index: int, now: PointVerdict, moves: tuple[AdviceMove, ...]) -> AnswerReach:
    variable = situation.variables[index]
    leans = [move.lean for move in moves] or [now.lean]
    outcomes = {move.outcome for move in moves} or {now.outcome}
    return AnswerReach(
        question=variable.question.key,
        part=variable.part,
        is_answered=variable.code != UNKNOWN,
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
