"""A rule set as a Boolean circuit over bitmaps: bit i of every bitmap belongs to item i, so one gate serves them all.

A condition is the OR of the bitmaps of its values, a rule the AND of its conditions. Rules of equal weight of which
only one can match are one bitmap, their OR. Points are added by carry-save adders over bit planes (plane j holds bit j
of every sum), and the policy tables are comparisons of those sums with constants. See
docs/decisions/0008-two-evaluators-with-one-meaning.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain
from operator import and_, or_
from typing import TypeAlias

from advisor.engine.analysis.space import Flags, Space, Test, Variable, space_of
from advisor.engine.evaluation.gates import ALWAYS, NEVER, Gates, GateStep, Op, Planes, RegisterProgram, Wire
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.policy import Bound
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Leave, Measure, Outcome, Side, Strength

Tests: TypeAlias = tuple[Test, ...]
"""The tests of a rule, all of which must hold."""

MANY = 64
"""Of a question with more known values than this, an input is what a test accepts; else an input is one value."""

Wires: TypeAlias = Mapping[tuple[int, frozenset[int]], Wire]
"""For a variable and some of its values the wire of the items that have one of these."""


@dataclass(frozen=True, slots=True)
class CircuitInput:
    """Which items have one of these known values of a variable of the space.

    ``accepts`` has whether it is one of these for each value, where the variable has many; else there is one.
    """

    variable: int
    codes: frozenset[int]
    accepts: Flags | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Circuit:
    """A program over registers. Register 0 is false and register 1 true for every item; the inputs come next.

    ``inputs`` belong to the ``space``: the register of each holds which items have one of its values. ``steps`` never
    write to a register below ``2 + len(inputs)``. The rest are the registers where the results stand, as binary digits,
    the lowest first: positions in Outcome, Kind and Strength, points, and for each of some changes the position in
    Outcome that it alone would give.
    """

    space: Space
    inputs: tuple[CircuitInput, ...]
    registers: int
    steps: tuple[GateStep, ...]
    outcomes: tuple[int, ...]
    kinds: tuple[int, ...]
    strengths: tuple[int, ...]
    points: Mapping[Side, tuple[int, ...]]
    changes: tuple[tuple[int, ...], ...]

    @property
    def results(self) -> frozenset[int]:
        """The registers in which results stand."""
        return frozenset(chain(self.outcomes, self.kinds, self.strengths, *self.points.values(), *self.changes))


RuleChange: TypeAlias = tuple[Rule | None, Rule | None]
"""A rule of a rule set, or None where there was none, and what it becomes, or None where it goes."""


@cached_per_rule_set
def circuit_of(rule_set: RuleSet) -> Circuit:
    """Build the circuit of a rule set that ``check`` does not block. Raises SpaceTooLarge."""
    return circuit_with_changes(rule_set, ())


def circuit_with_changes(rule_set: RuleSet, changes: Sequence[RuleChange]) -> Circuit:
    """The same, also for each change of one rule made alone; new rules look at questions there are."""
    newer = [now for _, now in changes if now is not None]
    space = space_of(replace(rule_set, rules=(*rule_set.rules, *newer)) if newer else rule_set)
    inputs = _inputs(space)
    gates = Gates(len(inputs))
    wires = _wires(gates, space, inputs)
    sums = _sums(gates, rule_set, space, wires)
    outcomes, kinds, strengths = _policy(gates, rule_set, sums)
    tests_of = dict(zip(map(id, (*rule_set.rules, *newer)), space.rules, strict=True))
    changed = []
    for change in changes:
        matched = [
            (rule, _all_hold(gates, _sort_tests(tests_of[id(rule)]), wires)) for rule in change if rule is not None
        ]
        changed.append(_policy(gates, rule_set, _change_points(gates, sums, change[0], matched))[0])
    program = RegisterProgram(gates, [outcomes, kinds, strengths, *sums.values(), *changed])
    return Circuit(
        space=space,
        inputs=tuple(inputs),
        registers=program.registers,
        steps=tuple(program.steps),
        outcomes=program.places(outcomes),
        kinds=program.places(kinds),
        strengths=program.places(strengths),
        points={side: program.places(planes) for side, planes in sums.items()},
        changes=tuple(program.places(planes) for planes in changed),
    )


def _change_points(
    gates: Gates, sums: Mapping[Side, Planes], was: Rule | None, matched: Sequence[tuple[Rule, Wire]]
) -> dict[Side, Planes]:
    """The sums where the points of the rule that was are taken away, and those of the one it becomes are added."""
    adds: dict[tuple[Side, Wire], int] = {}  # where the tests stay as they are, only the difference is added
    for rule, wire in matched:
        place = rule.push.side, wire
        adds[place] = adds.get(place, 0) + (-rule.push.points if rule is was else rule.push.points)
    changed = dict(sums)
    for (side, wire), points in adds.items():
        planes = changed[side]
        width = len(planes) + abs(points).bit_length()
        weighted = [(plane, 1 << digit) for digit, plane in enumerate(planes)]
        changed[side] = gates.total([*weighted, (wire, points % (1 << width))])[:width]  # beyond the width is dropped
    return changed


def _inputs(space: Space) -> list[CircuitInput]:
    """Each known value of a question, or each set of values that a test accepts where there are many values."""
    inputs = [
        CircuitInput(index, frozenset([code]))
        for index, variable in enumerate(space.variables)
        if not has_many(variable)
        for code in range(1, len(variable.values))
    ]
    tests = chain(*(variable.asked_when for variable in space.variables), *space.rules)
    for index, accepted in dict.fromkeys((test.variable, test.accepted) for test in tests):
        if has_many(space.variables[index]):
            accepts = bytearray(len(space.variables[index].values))
            for code in accepted:
                accepts[code] = True
            inputs.append(CircuitInput(index, accepted, bytes(accepts)))
    return inputs


def has_many(variable: Variable) -> bool:
    """Whether a variable has so many values that its inputs are what tests accept."""
    return len(variable.values) - 1 > MANY


def _wires(gates: Gates, space: Space, inputs: Sequence[CircuitInput]) -> Wires:
    """The wire of each input, where a question that is not asked has none of its values."""
    wires = {(found.variable, found.codes): 2 + at for at, found in enumerate(inputs)}
    for index, variable in enumerate(space.variables):
        if variable.asked_when:
            is_asked = _all_hold(gates, variable.asked_when, wires)
            for found in inputs:
                if found.variable == index:
                    wires[index, found.codes] = gates.all_of(wires[index, found.codes], is_asked)
    return wires


def _all_hold(gates: Gates, tests: Iterable[Test], wires: Wires) -> Wire:
    held = ALWAYS
    for test in tests:
        one_of = wires.get((test.variable, test.accepted))
        if one_of is None:
            one_of = NEVER
            for code in sorted(test.accepted):
                one_of = gates.any_of(one_of, wires[test.variable, frozenset([code])])
        held = gates.all_of(held, one_of)
    return held


def _sums(gates: Gates, rule_set: RuleSet, space: Space, wires: Wires) -> dict[Side, Planes]:
    # Rules with the same tests are one, and rules that begin alike stand together, so that what they share is at hand.
    weights: dict[Side, dict[Tests, int]] = {side: {} for side in Side}
    for rule, tests in zip(rule_set.rules, space.rules, strict=False):  # changes come behind
        alike = _sort_tests(tests)
        weights[rule.push.side][alike] = weights[rule.push.side].get(alike, 0) + rule.push.points
    return {side: gates.total(_weighted_wires(gates, wires, found)) for side, found in weights.items()}


def _weighted_wires(gates: Gates, wires: Wires, weights: Mapping[Tests, int]) -> Iterator[tuple[Wire, int]]:
    """The wires to add up, with their weights. One wire serves rules of one weight of which only one can match."""
    for weight in sorted(set(weights.values())):
        rules = sorted((tests for tests in weights if weights[tests] == weight), key=_in_order)
        for group in _groups_of_which_one_holds(rules):
            one_of = NEVER
            for tests in group:
                one_of = gates.any_of(one_of, _all_hold(gates, tests, wires))
            yield one_of, weight


def _groups_of_which_one_holds(rules: Sequence[Tests]) -> Iterator[list[Tests]]:
    """Put rules together of which never more than one holds: every two want different values of some question."""
    accepting: dict[tuple[int, int], int] = {}  # for each value, the rules that name it: bit i is rule i
    looking: dict[int, int] = {}
    for number, tests in enumerate(rules):
        for test in tests:
            if len(test.accepted) > MANY:  # looking for what excludes it would take longer than it saves
                continue
            looking[test.variable] = looking.get(test.variable, 0) | 1 << number
            for code in test.accepted:
                accepting[test.variable, code] = accepting.get((test.variable, code), 0) | 1 << number

    def excluded_by(tests: Tests) -> int:
        found = 0
        for test in tests:
            if len(test.accepted) > MANY:
                continue
            others = looking.get(test.variable, 0)
            for code in test.accepted:
                others &= ~accepting[test.variable, code]
            found |= others
        return found

    left = (1 << len(rules)) - 1
    while left:
        group, fitting = [], left
        while fitting:
            number = (fitting & -fitting).bit_length() - 1
            group.append(rules[number])
            left ^= 1 << number
            fitting &= excluded_by(rules[number]) & left  # one that never holds excludes itself too
        yield group


def _sort_tests(tests: Tests) -> Tests:
    return tuple(sorted(tests, key=_sorted_by))


def _sorted_by(test: Test) -> tuple[int, list[int]]:
    return test.variable, sorted(test.accepted)[:MANY]


def _in_order(tests: Tests) -> list[tuple[int, list[int]]]:
    return [_sorted_by(test) for test in tests]


def _policy(gates: Gates, rule_set: RuleSet, sums: Mapping[Side, Planes]) -> tuple[Planes, Planes, Planes]:
    bpo, kpo = sums[Side.BPO], sums[Side.KPO]
    measures = {
        Measure.BPO: bpo,
        Measure.KPO: kpo,
        Measure.KEEP: sums[Side.KEEP],
        Measure.BOTH: sums[Side.BOTH],
        Measure.LEAN: gates.minus(bpo, kpo),
        Measure.EVIDENCE: gates.plus(bpo, kpo),
    }
    outcomes, kinds, strengths = list(Outcome), list(Kind), list(Strength)
    stays = [row.leave is Leave.KEEP for row in rule_set.leave]
    keeps = NEVER
    for row_decides, stay in zip(_decide(gates, [row.when for row in rule_set.leave], measures), stays, strict=True):
        keeps = gates.any_of(keeps, row_decides) if stay else keeps
    leaves = gates.negate(keeps)
    outcome: list[tuple[Wire, int]] = [(keeps, outcomes.index(Outcome.KEEP))]
    kind: list[tuple[Wire, int]] = []
    strength: list[tuple[Wire, int]] = []
    rows = _decide(gates, [row.when for row in rule_set.kind], measures)
    for row, decides in zip(rule_set.kind, rows, strict=True):
        outcome.append((gates.all_of(decides, leaves), outcomes.index(row.outcome)))
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
                fits = gates.all_of(fits, gates.negate(gates.at_least(planes, bound.at_most + 1, signed=signed)))
        found.append(fits)
        left = gates.all_of(left, gates.negate(fits))
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


_AND, _OR, _XOR = Op.AND.value, Op.OR.value, Op.XOR.value


def outcome_bitmaps(rule_set: RuleSet, every: int, has: Callable[[int, int], int]) -> dict[Outcome, int]:
    """For each outcome the items that get it.

    ``every`` is the bitmap of all items, and ``has`` gives that of the items which have some value, other than unknown,
    of some variable of the space. Raises SpaceTooLarge.
    """
    circuit = circuit_of(rule_set)
    inputs = [reduce(or_, (has(found.variable, code) for code in found.codes), 0) for found in circuit.inputs]
    registers = [0, every, *inputs, *[0] * (circuit.registers - 2 - len(inputs))]
    for op, one, other, into in _program(rule_set):
        if op == _AND:
            registers[into] = registers[one] & registers[other]
        elif op == _OR:
            registers[into] = registers[one] | registers[other]
        elif op == _XOR:
            registers[into] = registers[one] ^ registers[other]
        else:
            registers[into] = registers[one] ^ every
    digits = [registers[place] for place in circuit.outcomes]
    return {outcome: _with_number(digits, number, every) for number, outcome in enumerate(Outcome)}


@cached_per_rule_set
def _program(rule_set: RuleSet) -> tuple[tuple[int, int, int, int], ...]:
    return tuple((step.op.value, step.one, step.other, step.into) for step in circuit_of(rule_set).steps)


def _with_number(digits: Sequence[int], number: int, every: int) -> int:
    """The items whose binary digits, the lowest first, are those of this number."""
    if number >> len(digits):
        return 0
    return reduce(and_, (on if number >> place & 1 else on ^ every for place, on in enumerate(digits)), every)
