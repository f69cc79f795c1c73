"""Values of the space as answers that a person can be told, and can give."""

from collections.abc import Iterable, Sequence
from heapq import nsmallest
from itertools import pairwise

from advisor.engine.explain.situation import Situation
from advisor.engine.explain.values import Band, Change
from advisor.engine.operators import Answer, AnswerType
from advisor.engine.space import Variable


def change_to(situation: Situation, index: int, codes: Iterable[int], most: int) -> Change:
    """To give one slot another answer, one with any of these values; ``most`` sets of options are told."""
    slot = situation.slots[index]
    answers = [answer for code in codes for answer in slot.variable.values[code].answers]
    bands: list[Band] = []
    more = 0
    match slot.question.type:
        case AnswerType.CHOICES:
            answers, more = _ticked(slot.variable, answers, slot.given, most)
        case AnswerType.NUMBER:
            bands = _bands(slot.variable, answers)
            answers = [number for band in bands for number in _nearest(band, slot.given)]
    others = tuple(answer for answer in answers if answer != slot.given)
    return Change(slot.question.key, slot.part, others, tuple(bands), more)


def other_values(situation: Situation, index: int) -> list[int]:
    """The known values that another answer to this question can have: the one of now too, where others share it."""
    slot = situation.slots[index]
    codes = range(1, len(slot.variable.values))
    return [code for code in codes if code != slot.now or change_to(situation, index, [code], 1).answers]


def _ticked(variable: Variable, sets: Sequence[Answer], given: Answer, most: int) -> tuple[list[Answer], int]:
    """Sets of the options that conditions look at, with the other options as they are; nearest to ``given`` first.

    Without the one given; the first of them, and how many there are besides.
    """
    looked_at = frozenset(variable.looked_at)
    ticked = frozenset(_keys(given))
    kept, before = ticked - looked_at, ticked & looked_at
    others = [found for found in map(_keys, sets) if given is None or before != set(found)]
    near = nsmallest(most, others, key=lambda found: len(before.symmetric_difference(found)))
    keys = [option.key for option in variable.question.options]
    # The answer given may have its options in any order; those told have them in the question's.
    return [tuple(key for key in keys if key in found or key in kept) for found in near], len(others) - len(near)


def _keys(answer: Answer) -> tuple[str, ...]:
    return answer if isinstance(answer, tuple) else ()


def _bands(variable: Variable, starts: Sequence[Answer]) -> list[Band]:
    """The numbers of the bands with these starts, next to each other in one."""
    every = sorted(start for value in variable.values[1:] for start in value.answers if isinstance(start, int))
    ends = {start: after - 1 for start, after in pairwise(every)}
    bands: list[Band] = []
    for start in sorted(start for start in starts if isinstance(start, int)):
        least = None if start == every[0] and variable.question.minimum is None else start
        greatest = ends.get(start, variable.question.maximum)
        if bands and least is not None and bands[-1].greatest == least - 1:
            bands[-1] = Band(bands[-1].least, greatest)
        else:
            bands.append(Band(least, greatest))
    return bands


def _nearest(band: Band, given: Answer) -> list[int]:
    """The number of the band that is nearest to the one given and is another; without one, the least."""
    if not isinstance(given, int):
        return [band.least if band.least is not None else band.greatest if band.greatest is not None else 0]
    if band.least is not None and given < band.least:
        return [band.least]
    if band.greatest is not None and given > band.greatest:
        return [band.greatest]
    return [number for number in (given - 1, given + 1) if _has(band, number)][:1]


def _has(band: Band, number: int) -> bool:
    return (band.least is None or number >= band.least) and (band.greatest is None or number <= band.greatest)
