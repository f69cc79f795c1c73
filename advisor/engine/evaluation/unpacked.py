"""Packed answers as a table: the way back of ``packed`` for many at once."""

import numpy as np

from advisor.engine.evaluation.batch import AnswerColumn, AnswerTable, Ints
from advisor.engine.evaluation.packed import NO_NUMBER, FieldSlot, layout_of
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.rules import RuleSet


def unpack(rule_set: RuleSet, packed: bytes) -> AnswerTable:
    """The table of answers that were packed in the layout of this rule set; no loop per item."""
    layout = layout_of(rule_set)
    rows = np.frombuffer(packed, np.uint8).reshape(-1, layout.width)
    return AnswerTable(len(rows), {place.question.key: _column(place, rows) for place in layout.places})


def _column(place: FieldSlot, rows: Ints) -> AnswerColumn:
    own = rows[:, place.start : place.start + place.size]
    keys = [option.key for option in place.question.options]
    if place.question.type is AnswerType.CHOICE:
        places = own[:, 0].copy() if place.size == 1 else own.copy().view("<u2")[:, 0]
        return AnswerColumn((None, *keys), places)
    if place.question.type is AnswerType.NUMBER:
        different, numbers = np.unique(own.copy().view("<i8")[:, 0], return_inverse=True)
        given = [None if number == NO_NUMBER else number for number in different.tolist()]
        return AnswerColumn(tuple(given), numbers.astype(np.int32))
    sets, numbers = np.unique(own.copy().view(f"V{place.size}")[:, 0], return_inverse=True)
    bits = [int.from_bytes(each.tobytes(), "little") for each in sets]
    chosen = [tuple(key for at, key in enumerate(keys, start=1) if each >> at & 1) if each else None for each in bits]
    return AnswerColumn(tuple(chosen), numbers.astype(np.int32))
