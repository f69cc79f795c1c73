"""What is still possible, what suffices, and which question settles most."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import prod

import numpy as np

from advisor.engine.batch import OUTCOMES
from advisor.engine.explain.boxes import BOX_BUDGET, Box, every_point, outcomes_in, size_of
from advisor.engine.explain.situation import Situation
from advisor.engine.explain.values import NextQuestion, Possible, Settles, Suffices
from advisor.engine.space import UNKNOWN
from advisor.engine.vocabulary import Outcome


def settles(situation: Situation) -> Settles:
    """All of it."""
    now = OUTCOMES[situation.advice(situation.points(1)).outcomes[0]]
    found = outcomes_in(situation, _box(situation, [i for i, code in enumerate(situation.now) if code != UNKNOWN]))
    points = {now: situation.now, **found.points}
    others = () if found.is_complete else tuple(outcome for outcome in OUTCOMES if outcome not in points)
    settled = False if len(points) > 1 else True if found.is_complete else None
    return Settles(
        possible=tuple(Possible(outcome, *situation.answers(codes)) for outcome, codes in points.items()),
        undecided=others,
        settled=settled,
        suffices=_suffices(situation, while_unanswered=not settled),
        next_questions=_next_questions(situation),
        would_tell=_would_tell(situation) if now is Outcome.UNCLEAR else (),
    )


def _box(situation: Situation, fixed: Sequence[int]) -> Box:
    """These slots as now, the others any way."""
    return tuple(
        (slot.now,) if index in fixed else tuple(range(len(slot.variable.values)))
        for index, slot in enumerate(situation.slots)
    )


def _suffices(situation: Situation, *, while_unanswered: bool) -> Suffices:
    unknown = situation.unknown() if while_unanswered else []
    kept = [index for index, code in enumerate(situation.now) if code != UNKNOWN]
    is_minimal = True
    for index in list(kept):
        fewer = [other for other in kept if other != index]
        found = outcomes_in(situation, _box(situation, fewer + unknown))
        if len(found.points) == 1:
            if found.is_complete:
                kept = fewer
            else:
                is_minimal = False
    named = tuple((situation.slots[index].question.key, situation.slots[index].part) for index in kept)
    return Suffices(named, while_unanswered, is_minimal, is_smallest=len(kept) <= 1)


def _next_questions(situation: Situation) -> tuple[NextQuestion, ...] | None:
    free = [index for index, code in enumerate(situation.now) if code == UNKNOWN]
    box = tuple(
        tuple(range(1, len(slot.variable.values))) if index in free else (slot.now,)
        for index, slot in enumerate(situation.slots)
    )
    if size_of(box) > BOX_BUDGET:
        return None
    points = every_point(box)
    outcomes = situation.advice(points).outcomes
    weights = np.ones(points.shape[1], np.int64)
    for index in free:
        each = np.array([value.weight for value in situation.slots[index].variable.values])
        weights *= each[points[index]]
    every = int(weights.sum())
    found = []
    for index in free:
        slot = situation.slots[index]
        if not slot.is_asked:
            continue
        together = Fraction(0)
        for code in range(1, len(slot.variable.values)):
            at = points[index] == code
            counts = [int(weights[at & (outcomes == number)].sum()) for number in range(len(OUTCOMES))]
            together += Fraction(sum(count**2 for count in counts), sum(counts))
        found.append(NextQuestion(slot.question.key, slot.part, together / every))
    return tuple(sorted(found, key=lambda question: -question.settles))


def _would_tell(situation: Situation) -> tuple[tuple[str, int | None], ...]:
    free = [index for index, slot in enumerate(situation.slots) if slot.is_asked and slot.now == UNKNOWN]
    best: tuple[Fraction, tuple[int, ...]] = (Fraction(0), ())
    for size in (1, 2):
        for chosen in combinations(free, size):
            box = tuple(
                tuple(range(1, len(slot.variable.values))) if index in chosen else (slot.now,)
                for index, slot in enumerate(situation.slots)
            )
            points = every_point(box)
            tells = situation.advice(points).outcomes != OUTCOMES.index(Outcome.UNCLEAR)
            weights = prod(
                np.array([value.weight for value in situation.slots[index].variable.values])[points[index]]
                for index in chosen
            )
            share = Fraction(int((weights * tells).sum()), int(weights.sum()))
            if share > best[0]:
                best = (share, chosen)
    return tuple((situation.slots[index].question.key, situation.slots[index].part) for index in best[1])
