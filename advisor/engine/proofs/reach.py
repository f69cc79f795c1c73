"""Policy rows and outcomes that no answers lead to, and complete answers that get a kind without a matched rule."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

import numpy as np

from advisor.engine.errors import Problem
from advisor.engine.proofs.judging import NONE, OUTCOMES, by_matches, by_rows, possible
from advisor.engine.proofs.limits import LIMITS
from advisor.engine.proofs.sampling import Sample
from advisor.engine.proofs.states import Task, merged
from advisor.engine.rules import KindRow, LeaveRow, Points, RuleSet
from advisor.engine.space import Codes, Space
from advisor.engine.vocabulary import Kind, Leave, Outcome, Side

ADVICE = {
    Outcome.BPO: "BPO",
    Outcome.KPO: "KPO",
    Outcome.BOTH: "Both",
    Outcome.KEEP: "Keep it in-house for now",
    Outcome.UNCLEAR: "We can't say yet",
}
"""The outcomes as problems name them."""

_TOO_MANY = "There are too many combinations to check them all."


@dataclass(frozen=True, slots=True)
class Reach:
    """Answers that lead to each outcome and to each row of the two tables, by their positions.

    Where ``is_settled``, no answers at all lead to what is missing here; else none were found.
    """

    outcomes: Mapping[Outcome, Codes]
    leave: Mapping[int, Codes]
    kind: Mapping[int, Codes]
    is_settled: bool


def reach(rule_set: RuleSet, space: Space, sample: Sample, limit: int = LIMITS.states) -> Reach:
    """Find what some answers lead to, unknown ones included: in the sample, else among all of them."""
    judge = by_rows(rule_set)
    classes = judge(sample.sums, sample.sums)
    different, firsts = np.unique(classes, return_index=True)
    examples = {int(one): sample.at(int(first)) for one, first in zip(different, firsts, strict=True)}
    found = _reached(rule_set, examples, is_settled=False)
    if not _is_missing(rule_set, found):
        return _reached(rule_set, examples, is_settled=True)
    pushes = [(tests, rule.push) for tests, rule in zip(space.rules, rule_set.rules, strict=True)]
    states = merged(Task(space, pushes, judge, unknown=True, limit=limit))
    if states is None:
        return found
    for end in np.unique(states.ends):
        codes = states.example(int(end))
        if codes is not None:
            examples.setdefault(int(end), codes)
    return _reached(rule_set, examples, is_settled=True)


def problems(
    rule_set: RuleSet, space: Space, found: Reach, *, counted: Set[Outcome], said: Set[str]
) -> Iterator[Problem]:
    """Find outcomes that no answers lead to, which block, and rows that no answers lead to, which do not.

    ``counted`` are outcomes that are known to be reached from a count, ``said`` the places of problems already named.
    """
    outcomes, leave, kind = possible(rule_set)
    missing = [outcome for outcome in OUTCOMES if outcome not in found.outcomes and outcome not in counted]
    for outcome in missing:
        yield from _outcome_missed(rule_set, outcome, is_settled=found.is_settled or outcome not in outcomes)
    for table, rows, reached, may in (
        ("leave", rule_set.leave, found.leave, leave),
        ("kind", rule_set.kind, found.kind, kind),
    ):
        for index, row in enumerate(rows):
            place = f"{table}/{index}"
            is_said = any(f"{other}/".startswith(f"{place}/") for other in said)
            if index in reached or is_said or _gives(row) in missing:
                continue
            name = f"row {index + 1} of the {table} table"
            if found.is_settled or index not in may:
                text = f"No answers lead to {name}, unknown ones included."
                yield Problem(place, text, "Change its bounds, or take it out.", blocks=False)
            else:
                yield Problem(place, f"It is not settled whether any answers lead to {name}.", _TOO_MANY, blocks=False)


def _outcome_missed(rule_set: RuleSet, outcome: Outcome, *, is_settled: bool) -> Iterator[Problem]:
    place = "leave" if outcome is Outcome.KEEP else "kind"
    if not any(_gives(row) is outcome for row in (*rule_set.leave, *rule_set.kind)):
        yield Problem(place, f"No row gives the advice “{ADVICE[outcome]}”, so nobody can get it.", "Add a row for it.")
    elif is_settled:
        text = f"No answers lead to the advice “{ADVICE[outcome]}”, unknown ones included."
        yield Problem(place, text, "Change the bounds of the rows that give it, or the points of the rules.")
    else:
        text = f"It is not settled whether any answers lead to the advice “{ADVICE[outcome]}”."
        yield Problem(place, text, _TOO_MANY, blocks=False)


def kind_without_rule(
    rule_set: RuleSet, space: Space, sample: Sample | None, limit: int = LIMITS.states
) -> Iterator[Problem]:
    """Find complete answers that get BPO, KPO or both as their kind though no rule that speaks for one of them matches.

    ``sample`` are complete answers, if any could be drawn.
    """
    row = next(i for i, row in enumerate(rule_set.kind) if all(bound.holds(Points()) for bound in row.when))
    kind = rule_set.kind[row].kind
    if kind is Kind.UNCLEAR:
        return
    place = f"kind/{row}"
    matchless = np.flatnonzero(sample.sums[0] + sample.sums[1] == 0) if sample else ()
    codes = sample.at(int(matchless[0])) if sample and len(matchless) else None
    if codes is None:
        pushes = [
            (tests, rule.push)
            for tests, rule in zip(space.rules, rule_set.rules, strict=True)
            if rule.push.side is not Side.KEEP
        ]
        states = merged(Task(space, pushes, by_matches(), limit=limit))
        if states is None:
            text = f"It is not settled whether complete answers can get the kind “{ADVICE[Outcome(kind.value)]}” by no rule."
            yield Problem(place, text, _TOO_MANY, blocks=False)
            return
        codes = states.example(NONE)
    if codes is not None:
        text = (
            f"Complete answers can get the kind “{ADVICE[Outcome(kind.value)]}” though no rule that pushes to BPO or KPO"
            " fires."
        )
        mend = "Let the rows that give a kind ask for points, or add rules for such answers."
        yield Problem(place, text, mend, witness=space.answers(codes))


def _reached(rule_set: RuleSet, examples: Mapping[int, Codes], *, is_settled: bool) -> Reach:
    outcomes: dict[Outcome, Codes] = {}
    leaves: dict[int, Codes] = {}
    kinds: dict[int, Codes] = {}
    for one, codes in examples.items():
        leave, kind = divmod(one, len(rule_set.kind))
        stays = rule_set.leave[leave].leave is Leave.KEEP
        outcomes.setdefault(Outcome.KEEP if stays else Outcome(rule_set.kind[kind].kind.value), codes)
        leaves.setdefault(leave, codes)
        kinds.setdefault(kind, codes)
    return Reach(outcomes, leaves, kinds, is_settled)


def _is_missing(rule_set: RuleSet, found: Reach) -> bool:
    return (
        len(found.outcomes) < len(OUTCOMES)
        or len(found.leave) < len(rule_set.leave)
        or len(found.kind) < len(rule_set.kind)
    )


def _gives(row: LeaveRow | KindRow) -> Outcome | None:
    if isinstance(row, KindRow):
        return Outcome(row.kind.value)
    return Outcome.KEEP if row.leave is Leave.KEEP else None
