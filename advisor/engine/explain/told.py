"""Values of the space as answers that a person can be told, and can give."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from advisor.engine.explain.situation import Situation
from advisor.engine.explain.values import Band, Change
from advisor.engine.operators import Answer, AnswerType
from advisor.engine.space import Variable


def change_to(situation: Situation, index: int, codes: Iterable[int]) -> Change:
    """To give one slot another answer, one with any of these values."""
    slot = situation.slots[index]
    answers = [answer for code in codes for answer in slot.variable.values[code].answers]
    bands: list[Band] = []
    match slot.question.type:
        case AnswerType.CHOICES:
            answers = _ticked(slot.variable, answers, slot.given)
        case AnswerType.NUMBER:
            bands = _bands(slot.variable, answers)
            answers = [number for band in bands for number in _nearest(band, slot.given)]
    others = tuple(answer for answer in answers if answer != slot.given)
    return Change(slot.question.key, slot.part, others, tuple(bands))


def other_values(situation: Situation, index: int) -> list[int]:
    """The known values that another answer to this question can have: the one of now too, where others share it."""
    variable = situation.slots[index].variable
    return [code for code in range(1, len(variable.values)) if change_to(situation, index, [code]).answers]


def _ticked(variable: Variable, sets: Sequence[Answer], given: Answer) -> list[Answer]:
    """Sets of the options that conditions look at, with the other options as they are; nearest to ``given`` first."""
    looked_at = {key for value in variable.values[1:] for found in value.answers for key in _keys(found)}
    ticked = set(_keys(given))
    near = sorted((_keys(found) for found in sets), key=lambda found: len(ticked & looked_at ^ set(found)))
    keys = [option.key for option in variable.question.options]
    # The answer given may have its options in any order; the same set is the same answer.
    whole = [tuple(key for key in keys if key in found or key in ticked - looked_at) for found in near]
    return [found for found in whole if given is None or set(found) != ticked]


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
