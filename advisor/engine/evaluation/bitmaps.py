"""A rule set's circuit over bitmaps that are whole numbers of Python: bit i belongs to item i.

Where there are few items, and their bitmaps are at hand, a gate costs a tenth of what it costs in ``batch``; with half
a million items it costs as much. See docs/decisions/0008-two-evaluators-with-one-meaning.md.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_, or_

from advisor.engine.evaluation.circuit import circuit_of
from advisor.engine.evaluation.gates import Op
from advisor.engine.model.rules import RuleSet, cached_per_rule_set
from advisor.engine.model.vocabulary import Outcome

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
