"""Boolean gates under construction, and numbers made of them: sums, differences and comparisons over bit planes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from typing import TypeAlias

Wire: TypeAlias = int
"""The number of a gate, or of an input: it carries one bitmap."""

Planes: TypeAlias = list[Wire]
"""A number per item, as one wire for each binary digit, the lowest first."""


class Op(IntEnum):
    """What a gate does with its two wires; NOT looks at the first alone. A number, since it is looked up often."""

    AND = 0
    OR = 1
    XOR = 2
    NOT = 3


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
        low, high = (one, other) if one < other else (other, one)
        if low == NEVER:
            return NEVER
        return high if low in (ALWAYS, high) else self._gate(Op.AND, low, high)

    def any_of(self, one: Wire, other: Wire) -> Wire:
        """One of the two, or both."""
        low, high = (one, other) if one < other else (other, one)
        if low == ALWAYS:
            return ALWAYS
        return high if low in (NEVER, high) else self._gate(Op.OR, low, high)

    def differ(self, one: Wire, other: Wire) -> Wire:
        """One of the two, and not both."""
        low, high = (one, other) if one < other else (other, one)
        if low == high:
            return NEVER
        if low == ALWAYS:
            return self.negate(high)
        return high if low == NEVER else self._gate(Op.XOR, low, high)

    def negate(self, one: Wire) -> Wire:
        """Not this one."""
        return ALWAYS - one if one <= ALWAYS else self._gate(Op.NOT, one, one)

    def _gate(self, op: Op, low: Wire, high: Wire) -> Wire:
        gate = (op, low, high)
        wire = self._known.get(gate)
        if wire is None:
            wire = self._known[gate] = 2 + self.inputs + len(self.gates)
            self.gates.append(gate)
        return wire

    # ---- numbers ------------------------------------------------------------------------------------------------

    def add(self, one: Wire, other: Wire, third: Wire) -> tuple[Wire, Wire]:
        """The sum of three digits, and what is carried to the next."""
        differ = self.differ(one, other)
        if third == NEVER:
            return differ, self.all_of(one, other)
        carry = self.differ(one, self.all_of(differ, self.differ(one, third)))
        return self.differ(differ, third), carry

    def total(self, weighted: Iterable[tuple[Wire, int]]) -> Planes:
        """The sum of the weights (1 or more) of the wires that are true.

        Wires of a weight with several binary digits are counted first, and their number is added at each digit.
        """
        whole, counts = _Sum(self), dict[int, _Sum]()
        for wire, weight in weighted:
            if weight.bit_count() == 1:
                whole.put(wire, weight.bit_length() - 1)
            else:
                counts.setdefault(weight, _Sum(self)).put(wire, 0)
        for weight, count in counts.items():
            for place, wire in enumerate(count.planes()):
                for digit in range(weight.bit_length()):
                    if weight >> digit & 1:
                        whole.put(wire, place + digit)
        return whole.planes()

    def minus(self, one: Planes, other: Planes) -> Planes:
        """The difference of two numbers, in two's complement: the last plane is the sign."""
        width = max(len(one), len(other)) + 1
        carry, planes = ALWAYS, []
        for digit in range(width):
            taken = self.negate(other[digit]) if digit < len(other) else ALWAYS
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
            planes, number = [*planes[:-1], self.negate(planes[-1])], number + half
        if number <= 0:
            return ALWAYS
        if number >> len(planes):
            return NEVER
        reached = ALWAYS
        for digit, plane in enumerate(planes):
            reached = self.all_of(plane, reached) if number >> digit & 1 else self.any_of(plane, reached)
        return reached


class _Sum:
    """A sum under construction. Wires are added as they come, and at most two wait for a third at each digit: few are
    needed at once.
    """

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self._waiting: list[list[Wire]] = []

    def put(self, wire: Wire, digit: int) -> None:
        """Add ``2 ** digit`` where the wire is true."""
        if wire == NEVER:
            return
        self._waiting.extend([] for _ in range(digit + 1 - len(self._waiting)))
        self._waiting[digit].append(wire)
        if len(self._waiting[digit]) == 3:
            self._add(digit)

    def planes(self) -> Planes:
        """The sum. Nothing can be put to it afterwards."""
        digit = 0
        while digit < len(self._waiting):
            if len(self._waiting[digit]) == 2:
                self._waiting[digit].append(NEVER)
                self._add(digit)
            digit += 1
        return [wires[0] if wires else NEVER for wires in self._waiting]

    def _add(self, digit: int) -> None:
        one, other, third = self._waiting[digit]
        digit_sum, carry = self._gates.add(one, other, third)
        self._waiting[digit] = [digit_sum]
        self.put(carry, digit + 1)


@dataclass(frozen=True, slots=True)
class GateStep:
    """One gate of a program: what it does to two registers, and the register that takes what comes of it."""

    op: Op
    one: int
    other: int
    into: int


class RegisterProgram:
    """Gates in an order in which each comes after what it needs, on few registers, each used again once it is free."""

    def __init__(self, gates: Gates, results: Sequence[Planes]) -> None:
        first_gate = 2 + gates.inputs
        uses = [0] * (first_gate + len(gates.gates))
        for wire in chain.from_iterable(results):
            uses[wire] += 1
        for wire in range(len(uses) - 1, first_gate - 1, -1):  # those that need a gate come after it
            if uses[wire]:
                for needed in _sources(gates.gates[wire - first_gate]):
                    uses[needed] += 1
        self.registers = first_gate
        self.steps: list[GateStep] = []
        self._register = list(range(len(uses)))
        free: list[int] = []
        for wire, gate in enumerate(gates.gates, start=first_gate):
            if not uses[wire]:
                continue
            op, one, other = gate
            sources = self._register[one], self._register[other]
            for needed in _sources(gate):
                uses[needed] -= 1
                if not uses[needed] and needed >= first_gate:
                    free.append(self._register[needed])
            if not free:
                free.append(self.registers)
                self.registers += 1
            self._register[wire] = free.pop()
            self.steps.append(GateStep(op, *sources, self._register[wire]))

    def places(self, planes: Planes) -> tuple[int, ...]:
        """The registers in which a result stands at the end."""
        return tuple(self._register[wire] for wire in planes)


def _sources(gate: tuple[Op, Wire, Wire]) -> tuple[Wire, ...]:
    _, one, other = gate
    return (one,) if one == other else (one, other)
