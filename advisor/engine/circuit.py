"""A rule set as a Boolean circuit over bitmaps: bit i of every bitmap belongs to item i, so one gate serves them all.

A condition is the OR of the bitmaps of its values, a rule the AND of its conditions. Points are added by carry-save
adders over bit planes (plane j holds bit j of every sum), and the policy tables are comparisons of those sums with
constants. See docs/decisions/0008-two-evaluators-with-one-meaning.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import TypeAlias

from advisor.engine.rules import Bound, RuleSet, once_per_rule_set
from advisor.engine.space import Space, Test, space_of
from advisor.engine.vocabulary import Kind, Leave, Measure, Outcome, Side, Strength

Wire: TypeAlias = int
"""The number of a gate, or of an input: it carries one bitmap."""

Planes: TypeAlias = list[Wire]
"""A number per item, as one wire for each binary digit, the lowest first."""


class Op(Enum):
    """What a gate does with its two wires; NOT looks at the first alone."""

    AND = "and"
    OR = "or"
    XOR = "xor"
    NOT = "not"


NEVER: Wire = 0
ALWAYS: Wire = 1
"""Wires that are false, and true, for every item."""


class Gates:
    """Gates under construction. A gate that is there already is used again, and constants are folded."""

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.gates: list[tuple[Op, Wire, Wire]] = []
        self._known: dict[tuple[Op, Wire, Wire], Wire] = {}

    def all_of(self, one: Wire, other: Wire) -> Wire:
        """Both."""
        if NEVER in {one, other}:
            return NEVER
        if ALWAYS in {one, other} or one == other:
            return one if other == ALWAYS else other
        return self._gate(Op.AND, one, other)

    def any_of(self, one: Wire, other: Wire) -> Wire:
        """One of the two, or both."""
        if ALWAYS in {one, other}:
            return ALWAYS
        if NEVER in {one, other} or one == other:
            return one if other == NEVER else other
        return self._gate(Op.OR, one, other)

    def differ(self, one: Wire, other: Wire) -> Wire:
        """One of the two, and not both."""
        if one == other:
            return NEVER
        if NEVER in {one, other}:
            return one if other == NEVER else other
        if ALWAYS in {one, other}:
            return self.none(one if other == ALWAYS else other)
        return self._gate(Op.XOR, one, other)

    def none(self, one: Wire) -> Wire:
        """Not this one."""
        if one in {NEVER, ALWAYS}:
            return ALWAYS - one
        return self._gate(Op.NOT, one, one)

    def _gate(self, op: Op, one: Wire, other: Wire) -> Wire:
        gate = (op, min(one, other), max(one, other))
        if gate not in self._known:
            self._known[gate] = 2 + self.inputs + len(self.gates)
            self.gates.append(gate)
        return self._known[gate]

    # ---- numbers ------------------------------------------------------------------------------------------------

    def add(self, one: Wire, other: Wire, third: Wire) -> tuple[Wire, Wire]:
        """The sum of three digits, and what is carried to the next."""
        differ = self.differ(one, other)
        carry = self.differ(one, self.all_of(differ, self.differ(one, third)))
        return self.differ(differ, third), carry

    def total(self, weighted: Iterable[tuple[Wire, int]]) -> Planes:
        """The sum of the weights (1 or more) of the wires that are true.

        Wires are added as they come, and at most two wait for a third at each digit, so that few are needed at once.
        """
        waiting: list[list[Wire]] = []

        def put(wire: Wire, digit: int) -> None:
            waiting.extend([] for _ in range(digit + 1 - len(waiting)))
            waiting[digit].append(wire)
            if len(waiting[digit]) == 3:
                waiting[digit], carry = self._added(waiting[digit])
                put(carry, digit + 1)

        for wire, weight in weighted:
            for digit in range(weight.bit_length()):
                if weight >> digit & 1 and wire != NEVER:
                    put(wire, digit)
        digit = 0
        while digit < len(waiting):
            if len(waiting[digit]) == 2:
                waiting[digit], carry = self._added([*waiting[digit], NEVER])
                put(carry, digit + 1)
            digit += 1
        return [wires[0] if wires else NEVER for wires in waiting]

    def _added(self, wires: Sequence[Wire]) -> tuple[list[Wire], Wire]:
        digit_sum, carry = self.add(*wires)
        return [digit_sum], carry

    def minus(self, one: Planes, other: Planes) -> Planes:
        """The difference of two numbers, in two's complement: the last plane is the sign."""
        width = max(len(one), len(other)) + 1
        carry, planes = ALWAYS, []
        for digit in range(width):
            taken = self.none(other[digit]) if digit < len(other) else ALWAYS
            plane, carry = self.add(one[digit] if digit < len(one) else NEVER, taken, carry)
            planes.append(plane)
        return planes

    def plus(self, one: Planes, other: Planes) -> Planes:
        """The sum of two numbers."""
        return self.total((wire, 1 << digit) for planes in (one, other) for digit, wire in enumerate(planes))

    def at_least(self, planes: Planes, number: int, *, signed: bool = False) -> Wire:
        """Whether a number, in two's complement where it is ``signed``, reaches a constant."""
        if signed:  # adding half of the range to both sides leaves numbers without a sign
            half = 1 << (len(planes) - 1)
            planes, number = [*planes[:-1], self.none(planes[-1])], number + half
        if number <= 0:
            return ALWAYS
        if number >> len(planes):
            return NEVER
        reached = ALWAYS
        for digit, plane in enumerate(planes):
            reached = self.all_of(plane, reached) if number >> digit & 1 else self.any_of(plane, reached)
        return reached


@dataclass(frozen=True, slots=True)
class Step:
    """One gate of a program: what it does to two registers, and the register that takes what comes of it."""

    op: Op
    one: int
    other: int
    into: int


@dataclass(frozen=True, slots=True)
class Circuit:
    """A program over registers. Register 0 is false and register 1 true for every item; the inputs come next.

    ``inputs`` are (variable, value) pairs of the space: the register of the pair holds which items have that value.
    ``steps`` never write to a register below ``2 + len(inputs)``. The rest are the registers where the results stand,
    as binary digits, the lowest first: positions in Outcome, Kind and Strength, and points.
    """

    inputs: tuple[tuple[int, int], ...]
    registers: int
    steps: tuple[Step, ...]
    outcomes: tuple[int, ...]
    kinds: tuple[int, ...]
    strengths: tuple[int, ...]
    points: Mapping[Side, tuple[int, ...]]

    @property
    def results(self) -> frozenset[int]:
        """The registers in which results stand."""
        return frozenset(chain(self.outcomes, self.kinds, self.strengths, *self.points.values()))


@once_per_rule_set
def circuit_of(rule_set: RuleSet) -> Circuit:
    """Build the circuit of a rule set that ``check`` does not block. Raises SpaceTooLarge."""
    space = space_of(rule_set)
    inputs = [
        (index, code) for index, variable in enumerate(space.variables) for code in range(1, len(variable.values))
    ]
    gates = Gates(len(inputs))
    values = _values(gates, space, {pair: 2 + at for at, pair in enumerate(inputs)})
    sums = _sums(gates, rule_set, space, values)
    outcomes, kinds, strengths = _policy(gates, rule_set, sums)
    results = [outcomes, kinds, strengths, *sums.values()]
    program = _Program(gates, results)
    return Circuit(
        inputs=tuple(inputs),
        registers=program.registers,
        steps=tuple(program.steps),
        outcomes=program.places(outcomes),
        kinds=program.places(kinds),
        strengths=program.places(strengths),
        points={side: program.places(planes) for side, planes in sums.items()},
    )


def _values(gates: Gates, space: Space, inputs: Mapping[tuple[int, int], Wire]) -> dict[tuple[int, int], Wire]:
    """The wire of each value of each question, where a question that is not asked has none of them."""
    values = dict(inputs)
    for index, variable in enumerate(space.variables):
        is_asked = _all_hold(gates, variable.asked_when, values)
        for code in range(1, len(variable.values)):
            values[index, code] = gates.all_of(values[index, code], is_asked)
    return values


def _all_hold(gates: Gates, tests: Iterable[Test], values: Mapping[tuple[int, int], Wire]) -> Wire:
    held = ALWAYS
    for test in tests:
        one_of = NEVER
        for code in sorted(test.accepted):
            one_of = gates.any_of(one_of, values[test.variable, code])
        held = gates.all_of(held, one_of)
    return held


def _sums(gates: Gates, rule_set: RuleSet, space: Space, values: Mapping[tuple[int, int], Wire]) -> dict[Side, Planes]:
    # Rules with the same tests are one, and rules that begin alike stand together, so that what they share is at hand.
    weights: dict[Side, dict[tuple[Test, ...], int]] = {side: {} for side in Side}
    for rule, tests in zip(rule_set.rules, space.rules, strict=True):
        alike = tuple(sorted(tests, key=_sorted_by))
        weights[rule.push.side][alike] = weights[rule.push.side].get(alike, 0) + rule.push.points
    return {
        side: gates.total((_all_hold(gates, tests, values), found[tests]) for tests in sorted(found, key=_in_order))
        for side, found in weights.items()
    }


def _sorted_by(test: Test) -> tuple[int, list[int]]:
    return test.variable, sorted(test.accepted)


def _in_order(tests: Sequence[Test]) -> list[tuple[int, list[int]]]:
    return [_sorted_by(test) for test in tests]


def _policy(gates: Gates, rule_set: RuleSet, sums: Mapping[Side, Planes]) -> tuple[Planes, Planes, Planes]:
    bpo, kpo, keep = (sums[side] for side in (Side.BPO, Side.KPO, Side.KEEP))
    measures = {
        Measure.BPO: bpo,
        Measure.KPO: kpo,
        Measure.KEEP: keep,
        Measure.LEAN: gates.minus(bpo, kpo),
        Measure.EVIDENCE: gates.plus(bpo, kpo),
    }
    outcomes, kinds, strengths = list(Outcome), list(Kind), list(Strength)
    stays = [row.leave is Leave.KEEP for row in rule_set.leave]
    keeps = NEVER
    for row_decides, stay in zip(_decide(gates, [row.when for row in rule_set.leave], measures), stays, strict=True):
        keeps = gates.any_of(keeps, row_decides) if stay else keeps
    leaves = gates.none(keeps)
    outcome: list[tuple[Wire, int]] = [(keeps, outcomes.index(Outcome.KEEP))]
    kind: list[tuple[Wire, int]] = []
    strength: list[tuple[Wire, int]] = []
    rows = _decide(gates, [row.when for row in rule_set.kind], measures)
    for row, decides in zip(rule_set.kind, rows, strict=True):
        outcome.append((gates.all_of(decides, leaves), outcomes.index(Outcome(row.kind.value))))
        kind.append((decides, kinds.index(row.kind)))
        strength.append((decides, strengths.index(row.strength)))
    return _digits(gates, outcome), _digits(gates, kind), _digits(gates, strength)


def _decide(gates: Gates, rows: Sequence[Sequence[Bound]], measures: Mapping[Measure, Planes]) -> list[Wire]:
    """For each row of a table, the items for which it is the first that fits."""
    left, found = ALWAYS, []
    for bounds in rows:
        fits = left
        for bound in bounds:
            planes, signed = measures[bound.measure], bound.measure is Measure.LEAN
            if bound.at_least is not None:
                fits = gates.all_of(fits, gates.at_least(planes, bound.at_least, signed=signed))
            if bound.at_most is not None:
                fits = gates.all_of(fits, gates.none(gates.at_least(planes, bound.at_most + 1, signed=signed)))
        found.append(fits)
        left = gates.all_of(left, gates.none(fits))
    return found


def _digits(gates: Gates, numbered: Sequence[tuple[Wire, int]]) -> Planes:
    """Which number an item has, where exactly one of the wires is true for it."""
    width = max((number.bit_length() for _, number in numbered), default=0)
    planes = [NEVER] * width
    for wire, number in numbered:
        for digit in range(width):
            if number >> digit & 1:
                planes[digit] = gates.any_of(planes[digit], wire)
    return planes


class _Program:
    """Gates in an order in which each comes after what it needs, on few registers, each used again once it is free."""

    def __init__(self, gates: Gates, results: Sequence[Planes]) -> None:
        self._first_gate = 2 + gates.inputs
        order = self._order(gates, [wire for planes in results for wire in planes])
        uses: dict[Wire, int] = {}
        for wire in [*(wire for gate in order for wire in self._needs(gates, gate)), *(w for p in results for w in p)]:
            uses[wire] = uses.get(wire, 0) + 1
        self._register: dict[Wire, int] = {wire: wire for wire in range(self._first_gate)}
        self.registers = self._first_gate
        self.steps: list[Step] = []
        free: list[int] = []
        for wire in order:
            op, one, other = gates.gates[wire - self._first_gate]
            sources = self._register[one], self._register[other]
            for needed in self._needs(gates, wire):
                uses[needed] -= 1
                if not uses[needed] and needed >= self._first_gate:
                    free.append(self._register[needed])
            if not free:
                free.append(self.registers)
                self.registers += 1
            self._register[wire] = free.pop()
            self.steps.append(Step(op, *sources, self._register[wire]))

    def places(self, planes: Planes) -> tuple[int, ...]:
        """The registers in which a result stands at the end."""
        return tuple(self._register[wire] for wire in planes)

    def _needs(self, gates: Gates, wire: Wire) -> tuple[Wire, ...]:
        if wire < self._first_gate:
            return ()
        _, one, other = gates.gates[wire - self._first_gate]
        return (one,) if one == other else (one, other)

    def _order(self, gates: Gates, wanted: Iterable[Wire]) -> list[Wire]:
        """The gates that the results need, as they were made."""
        needed: set[Wire] = set()
        waiting = list(wanted)
        while waiting:
            wire = waiting.pop()
            if wire not in needed and wire >= self._first_gate:
                needed.add(wire)
                waiting.extend(self._needs(gates, wire))
        return sorted(needed)
