"""Policy rows and outcomes that no answers lead to, and complete answers that get a kind without a matched rule."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

import numpy as np

from advisor.engine.analysis.limits import PROOF_LIMITS, TOO_MANY
from advisor.engine.analysis.policy_ranges import (
    BARE,
    SIDES,
    both_levels,
    by_ground,
    by_outcome,
    by_rows,
    possible,
    pushes_of,
)
from advisor.engine.analysis.proofs.states import AnswerSample, MergeTask, any_sample, merge_states, with_sums
from advisor.engine.analysis.space import Codes, Space
from advisor.engine.evaluation.batch import OUTCOMES
from advisor.engine.model.errors import TABLES, Problem
from advisor.engine.model.policy import KindRow, LeaveRow, Policy, PolicyDecision
from advisor.engine.model.questions import Scope
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Leave, Outcome, Side, quoted_advice

_PROCESSES = 32
"""Answers on a process with KPO as its outcome for which other parts, with BPO, are looked for."""

_PARTS = 1_024
"""Other parts that are drawn for each."""


@dataclass(frozen=True, slots=True)
class PolicyReach:
    """Answers for one part that lead to each outcome and to each row of the two tables, by their positions.

    Where ``is_settled``, no answers at all lead to what is missing here; else none were found.
    """

    outcomes: Mapping[Outcome, Codes]
    leave: Mapping[int, Codes]
    kind: Mapping[int, Codes]
    is_settled: bool


def reach(rule_set: RuleSet, space: Space, sample: AnswerSample, limit: int = PROOF_LIMITS.states) -> PolicyReach:
    """Find what some answers lead to, unknown ones included: in the sample, else among all of them."""
    judge = by_rows(rule_set)
    different, firsts = np.unique(judge(sample.sums, sample.sums), return_index=True)
    examples = {int(one): sample.at(int(first)) for one, first in zip(different, firsts, strict=True)}
    found = _policy_reach(rule_set, examples, is_settled=False)
    if _has_all(rule_set, found):
        return found
    pushes = pushes_of(rule_set, space)
    states = merge_states(MergeTask(space, pushes, judge, unknown=True, limit=limit))
    if states is None:
        return found
    for end in np.unique(states.ends):
        codes = states.example(int(end))
        if codes is not None:
            examples.setdefault(int(end), codes)
    return _policy_reach(rule_set, examples, is_settled=True)


def problems(
    rule_set: RuleSet, found: PolicyReach, *, elsewhere: Mapping[Outcome, bool], known_places: Set[str]
) -> Iterator[Problem]:
    """Find outcomes that nothing leads to, which block, and rows that no answers lead to, which do not.

    ``elsewhere`` are outcomes that are known to be reached otherwise (True), or may be (False); of ``known_places``
    there are problems already, which need not be repeated.
    """
    outcomes, leave, kind = possible(rule_set)
    missing = [one for one in OUTCOMES if one not in found.outcomes and not elsewhere.get(one)]
    for outcome in missing:
        is_settled = (found.is_settled or outcome not in outcomes) and outcome not in elsewhere
        yield _outcome_missed(rule_set, outcome, is_settled=is_settled)
    for index, row in enumerate(rule_set.leave):
        if index not in found.leave and not (row.leave is Leave.KEEP and Outcome.KEEP in missing):
            yield from _row_missed("leave", index, known_places, is_settled=found.is_settled or index not in leave)
    for index, kind_row in enumerate(rule_set.kind):
        if index not in found.kind and kind_row.outcome not in missing:
            yield from _row_missed("kind", index, known_places, is_settled=found.is_settled or index not in kind)


def both_of_parts(rule_set: RuleSet, space: Space, found: PolicyReach) -> bool | None:
    """Whether two parts of one process can come out as BPO and as KPO, which makes Both; None where that is open."""
    if not {Outcome.BPO, Outcome.KPO} <= found.outcomes.keys():
        return False if found.is_settled else None
    whole = [index for index, variable in enumerate(space.variables) if variable.question.scope is Scope.PROCESS]
    if len(whole) == len(space.variables):
        return False
    judge = by_outcome(rule_set)
    for outcome, other in ((Outcome.KPO, Outcome.BPO), (Outcome.BPO, Outcome.KPO)):
        start = found.outcomes[outcome]
        parts = any_sample(rule_set, space, _PARTS, {index: {start[index]} for index in whole})
        if (judge(parts.sums, parts.sums) == OUTCOMES.index(other)).any():
            return True
    everything = any_sample(rule_set, space, _PROCESSES)
    for index in range(_PROCESSES):
        start = everything.at(index)
        parts = any_sample(rule_set, space, _PARTS, {place: {start[place]} for place in whole})
        given = set(judge(parts.sums, parts.sums).tolist())
        if {OUTCOMES.index(Outcome.BPO), OUTCOMES.index(Outcome.KPO)} <= given:
            return True
    return None


def kind_without_rule(
    rule_set: RuleSet, space: Space, sample: AnswerSample | None, limit: int = PROOF_LIMITS.states
) -> Iterator[Problem]:
    """Find complete answers that get BPO, KPO or both as their kind though no rule that speaks for one of them matches.

    ``sample`` are complete answers, if any could be drawn.
    """
    levels = both_levels(rule_set)  # that there are parts of both kinds is no ground for a kind by itself
    decisions = Policy(rule_set.leave, rule_set.kind).decisions
    bare = [decisions[0, 0, 0, level][1] for level in levels]
    has_kind = [decision.kind is not Kind.UNCLEAR for decision in bare]
    if not any(has_kind):
        return
    judge = by_ground(levels, has_kind)
    codes = None
    if sample is not None:
        without = np.flatnonzero(judge(sample.sums, sample.sums) == BARE)
        codes = sample.at(int(without[0])) if len(without) else None
    if codes is None:
        sides = {Side.BPO, Side.KPO} | ({Side.BOTH} if len(levels) > 1 else set())
        pushes = pushes_of(rule_set, space)
        speaking = [push for push, rule in zip(pushes, rule_set.rules, strict=True) if rule.push.side in sides]
        states = merge_states(MergeTask(space, speaking, judge, limit=limit))
        if states is None:
            decision = bare[has_kind.index(True)]
            given = quoted_advice(decision.kind)
            text = f"It is not settled whether complete answers can get the kind {given} without any rule for it."
            yield Problem(_row_place(rule_set, decision), text, TOO_MANY, blocks=False)
            return
        codes = states.example(BARE)
    if codes is not None:
        both = int(with_sums(rule_set, [np.array([code]) for code in codes]).sums[SIDES.index(Side.BOTH)][0])
        decision = decisions[0, 0, 0, both][1]
        given = quoted_advice(decision.kind)
        text = f"Complete answers can get the kind {given} though no rule that pushes to BPO or KPO fires."
        mend = "Let the rows that give a kind ask for points, or add rules for such answers."
        yield Problem(_row_place(rule_set, decision), text, mend, witness=space.answers(codes))


def _row_place(rule_set: RuleSet, decision: PolicyDecision) -> str:
    return f"kind/{next(index for index, row in enumerate(rule_set.kind) if row is decision.row)}"


def _outcome_missed(rule_set: RuleSet, outcome: Outcome, *, is_settled: bool) -> Problem:
    place = "leave" if outcome is Outcome.KEEP else "kind"
    rows = [_gives(row) for row in rule_set.leave] + [_gives(row) for row in rule_set.kind]
    if not is_settled:
        text = f"It is not settled whether any answers lead to the advice {quoted_advice(outcome)}."
        return Problem(place, text, TOO_MANY, blocks=False)
    if outcome not in rows:
        return Problem(
            place, f"No row gives the advice {quoted_advice(outcome)}, so nobody can get it.", "Add a row for it."
        )
    text = f"No answers lead to the advice {quoted_advice(outcome)}."
    return Problem(place, text, "Change the bounds of the rows that give it, or the points of the rules.")


def _row_missed(table: str, index: int, known_places: Set[str], *, is_settled: bool) -> Iterator[Problem]:
    place = f"{table}/{index}"
    if any(f"{other}/".startswith(f"{place}/") for other in known_places):
        return
    name = f"row {index + 1} of the {TABLES[table]}"
    if is_settled:
        yield Problem(place, f"No answers lead to {name}.", "Change its bounds, or take it out.", blocks=False)
    else:
        yield Problem(place, f"It is not settled whether any answers lead to {name}.", TOO_MANY, blocks=False)


def _policy_reach(rule_set: RuleSet, examples: Mapping[int, Codes], *, is_settled: bool) -> PolicyReach:
    outcomes: dict[Outcome, Codes] = {}
    leaves: dict[int, Codes] = {}
    kinds: dict[int, Codes] = {}
    for one, codes in examples.items():
        leave, kind = divmod(one, len(rule_set.kind))
        outcomes.setdefault(_gives(rule_set.leave[leave]) or rule_set.kind[kind].outcome, codes)
        leaves.setdefault(leave, codes)
        kinds.setdefault(kind, codes)
    return PolicyReach(outcomes, leaves, kinds, is_settled)


def _has_all(rule_set: RuleSet, found: PolicyReach) -> bool:
    has_rows = len(found.leave) == len(rule_set.leave) and len(found.kind) == len(rule_set.kind)
    return has_rows and len(found.outcomes) == len(OUTCOMES)


def _gives(row: LeaveRow | KindRow) -> Outcome | None:
    """The outcome that a row gives by itself; None where the leave table says go."""
    if isinstance(row, KindRow):
        return row.outcome
    return Outcome.KEEP if row.leave is Leave.KEEP else None
