"""Many sets of answers at once: columns of answers in, outcomes and points out, with no loop per item."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, TypeAlias

import numpy as np

from advisor.engine.analysis.space import Variable, space_of
from advisor.engine.evaluation.circuit import Circuit, RuleChange, circuit_of, circuit_with_changes, has_many
from advisor.engine.evaluation.gates import Op
from advisor.engine.evaluation.packed_answers import NO_NUMBER, FieldSlot, layout_of
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, Side, Strength

OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
KINDS: tuple[Kind, ...] = tuple(Kind)
STRENGTHS: tuple[Strength, ...] = tuple(Strength)
"""What the numbers of a batch stand for."""

DIGITS = (len(OUTCOMES) - 1).bit_length()
"""Binary digits of a position in OUTCOMES."""

Ints: TypeAlias = Any
"""An array of whole numbers, one for each item."""

BLOCK = 1 << 19
"""Items that go through the circuit together: enough for a step to outweigh its call, few enough for the memory."""

_LOOKED_UP_FROM = 64
"""Columns with more different answers than this are mapped to values item by item."""


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """The answers of many items to one question: each item has one of the different ``answers``, by its number."""

    answers: tuple[Answer, ...]
    numbers: Ints


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """Answers of ``size`` items by question. A question without a column is not answered by any of them."""

    size: int
    columns: Mapping[str, AnswerColumn]


@dataclass(frozen=True)
class Batch:
    """The advice for ``size`` items: arrays with one number each, made when they are asked for."""

    size: int
    _circuit: Circuit
    _planes: Mapping[int, Ints]
    """For each register that holds a result, its bitmap over all items."""

    @cached_property
    def outcomes(self) -> Ints:
        """Positions in OUTCOMES."""
        return self._numbers(self._circuit.outcomes)

    @cached_property
    def kinds(self) -> Ints:
        """Positions in KINDS."""
        return self._numbers(self._circuit.kinds)

    @cached_property
    def strengths(self) -> Ints:
        """Positions in STRENGTHS."""
        return self._numbers(self._circuit.strengths)

    @cached_property
    def bpo(self) -> Ints:
        """Points for BPO."""
        return self._numbers(self._circuit.points[Side.BPO])

    @cached_property
    def kpo(self) -> Ints:
        """Points for KPO."""
        return self._numbers(self._circuit.points[Side.KPO])

    @cached_property
    def keep(self) -> Ints:
        """Points for keeping the work."""
        return self._numbers(self._circuit.points[Side.KEEP])

    @cached_property
    def both(self) -> Ints:
        """Points for both, part by part."""
        return self._numbers(self._circuit.points[Side.BOTH])

    @property
    def sums(self) -> tuple[Ints, ...]:
        """The points for each side, in the order of ``Side``."""
        return self.bpo, self.kpo, self.keep, self.both

    def outcomes_with(self, change: int) -> Ints:
        """Positions in OUTCOMES where that change, by its number, were made alone."""
        return self._numbers(self._circuit.changes[change])

    def outcome_digits(self, change: int | None = None) -> Ints:
        """The same, with a change or without, as bitmaps: a row of 64-bit words for each binary digit, lowest first."""
        return self._bitmaps(self._circuit.outcomes if change is None else self._circuit.changes[change], DIGITS)

    def detail_digits(self) -> list[Ints]:
        """Kinds, strengths and the points for each side in the same form, with as many digits as each takes."""
        circuit = self._circuit
        return [self._bitmaps(at, len(at)) for at in (circuit.kinds, circuit.strengths, *circuit.points.values())]

    def _bitmaps(self, places: Sequence[int], width: int) -> Ints:
        digits = np.zeros((width, -(-self.size // 64)), np.uint64)
        for row, place in zip(digits, places, strict=False):
            row[:] = self._planes[place]
        if self.size % 64:
            digits[:, -1] &= np.uint64((1 << self.size % 64) - 1)
        return digits

    def _numbers(self, digits: Sequence[int]) -> Ints:
        dtype = np.uint8 if len(digits) <= 8 else np.int32
        found: Ints = np.zeros(self.size, dtype)
        for place in reversed(digits):
            found += found
            found |= np.unpackbits(self._planes[place].view(np.uint8), count=self.size, bitorder="little")
        return found


class _Numbers(dict[Answer, int]):
    """A number for each different answer, in the order in which they are met."""

    def __missing__(self, answer: Answer) -> int:
        number = self[answer] = len(self)
        return number


def table_of(items: Iterable[Answers]) -> AnswerTable:
    """Answers as columns. This loops over the items, once: keep the table, or its columns, with the answers."""
    rows = list(items)
    keys = dict.fromkeys(chain.from_iterable(rows))
    columns = {}
    for key in keys:
        numbers = _Numbers({None: 0})
        values = [numbers[row.get(key)] for row in rows]
        columns[key] = AnswerColumn(tuple(numbers), np.array(values, dtype=np.min_scalar_type(len(numbers))))
    return AnswerTable(len(rows), columns)


Packed: TypeAlias = dict[tuple[int, int, tuple[int, ...]], tuple[Ints, Ints]]
"""Which items of a block have one of some numbers: by the column's identity, which is kept so that it stays its own."""


def evaluate_many(
    rule_set: RuleSet, table: AnswerTable, changes: Sequence[RuleChange] = (), packed: Packed | None = None
) -> Batch:
    """The advice for every item of a table, also where each of the changes were made alone. Raises SpaceTooLarge.

    Calls on the same table may share one ``packed``, which spares the later ones a part of the work.
    """
    circuit = circuit_with_changes(rule_set, changes) if changes else circuit_of(rule_set)
    columns = [_column(variable, table) for variable in circuit.space.variables]
    return _run(circuit, columns, table.size, packed)


def evaluate_codes(rule_set: RuleSet, codes: Sequence[Ints]) -> Batch:
    """The advice for many points of the space: for each of its questions an array of values.

    Values of questions that the others do not lead to count as unknown. Raises SpaceTooLarge.
    """
    columns = [
        (values, [[code] for code in range(len(variable.values))])
        for variable, values in zip(space_of(rule_set).variables, codes, strict=True)
    ]
    return _run(circuit_of(rule_set), columns, len(codes[0]) if codes else 0)


Numbered: TypeAlias = tuple[Ints, Sequence[Sequence[int]]]
"""A number for each item, and for each value of a question the numbers that stand for it: the value's own, of many."""


def _column(variable: Variable, table: AnswerTable) -> Numbered:
    column = table.columns.get(variable.question.key, AnswerColumn((None,), np.zeros(table.size, np.uint8)))
    codes = [variable.code(answer) for answer in column.answers]
    if len(codes) > _LOOKED_UP_FROM or has_many(variable):
        return np.array(codes, np.min_scalar_type(len(variable.values)))[column.numbers], [
            [code] for code in range(len(variable.values))
        ]
    return column.numbers, [
        [number for number, code in enumerate(codes) if code == value] for value in range(len(variable.values))
    ]


def _run(circuit: Circuit, columns: Sequence[Numbered], size: int, packed: Packed | None = None) -> Batch:
    """Send the items through the circuit, a block at a time."""
    words = min(-(-size // 64), BLOCK // 64)
    registers = np.empty((circuit.registers, words), np.uint64)
    registers[0], registers[1] = 0, ~np.uint64(0)
    as_bytes = registers.view(np.uint8)
    rows = list(registers)
    program = [(_UFUNCS[step.op], rows[step.one], rows[step.other], rows[step.into]) for step in circuit.steps]
    planes = {place: np.empty(-(-size // 64), np.uint64) for place in circuit.results}
    for start in range(0, size, BLOCK):
        for place, found in enumerate(circuit.inputs, start=2):
            numbers, standing_for = columns[found.variable]
            if found.accepts is None:
                (code,) = found.codes
                bits = _bits(numbers, start, tuple(standing_for[code]), packed)
            else:
                bits = np.packbits(
                    np.frombuffer(found.accepts, bool)[numbers[start : start + BLOCK]], bitorder="little"
                )
            as_bytes[place, : len(bits)] = bits
        for ufunc, one, other, into in program:
            ufunc(one, other, into)
        for place, plane in planes.items():
            block = plane[start // 64 : start // 64 + words]
            block[:] = rows[place][: len(block)]
    return Batch(size, circuit, planes)


def _bits(numbers: Ints, start: int, wanted: tuple[int, ...], packed: Packed | None) -> Ints:
    place = id(numbers), start, wanted
    if packed is not None and place in packed:
        return packed[place][1]
    bits: Ints = np.packbits(_any_of(numbers[start : start + BLOCK], wanted), bitorder="little")
    if packed is not None:
        packed[place] = numbers, bits
    return bits


def _any_of(numbers: Ints, wanted: Sequence[int]) -> Ints:
    if not wanted:
        return np.zeros(len(numbers), bool)
    found = numbers == wanted[0]
    for number in wanted[1:]:
        found |= numbers == number
    return found


_UFUNCS: Mapping[Op, Any] = {
    Op.AND: np.bitwise_and,
    Op.OR: np.bitwise_or,
    Op.XOR: np.bitwise_xor,
    Op.NOT: lambda one, _, into: np.bitwise_not(one, into),
}


def unpack(rule_set: RuleSet, packed: bytes) -> AnswerTable:
    """The table of answers that were packed in the layout of this rule set; no loop per item."""
    layout = layout_of(rule_set)
    rows = np.frombuffer(packed, np.uint8).reshape(-1, layout.width)
    return AnswerTable(len(rows), {place.question.key: _unpacked_column(place, rows) for place in layout.places})


def _unpacked_column(place: FieldSlot, rows: Ints) -> AnswerColumn:
    own = rows[:, place.start : place.start + place.size]
    keys = [option.key for option in place.question.options]
    if place.question.type is AnswerType.CHOICE:
        places = own[:, 0].copy() if place.size == 1 else own.copy().view("<u2")[:, 0]
        return AnswerColumn((None, *keys), places)
    if place.question.type is AnswerType.NUMBER:
        different, numbers = np.unique(own.copy().view("<i8")[:, 0], return_inverse=True)
        values = [None if number == NO_NUMBER else number for number in different.tolist()]
        return AnswerColumn(tuple(values), numbers.astype(np.int32))
    sets, numbers = np.unique(own.copy().view(f"V{place.size}")[:, 0], return_inverse=True)
    bits = [int.from_bytes(each.tobytes(), "little") for each in sets]
    chosen = [tuple(key for at, key in enumerate(keys, start=1) if each >> at & 1) if each else None for each in bits]
    return AnswerColumn(tuple(chosen), numbers.astype(np.int32))
