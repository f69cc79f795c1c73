"""Rules that never change an outcome, and rules that decide it alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import TypeVar

import numpy as np

from advisor.engine.analysis.limits import PROOF_LIMITS, TOO_MANY
from advisor.engine.analysis.policy_ranges import CHANGED, SIDES, Ints, Judge, by_change, by_outcome, pushes_of
from advisor.engine.analysis.proofs.rule_pairs import Box, corner_of, rules_named
from advisor.engine.analysis.proofs.states import AnswerSample, MergeTask, any_sample, merge_states
from advisor.engine.analysis.space import UNKNOWN, Codes, Space
from advisor.engine.checks.subjects import subjects
from advisor.engine.evaluation.batch import OUTCOMES
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome, quoted_advice

_TRIED = 2_048
"""Combinations of the sample that are tried for each rule."""

_FEW, _MANY = 2_048, 65_536
"""Combinations that are drawn for a rule for which the sample shows nothing: before merging, and where that fails."""

_ALONE = 4_096
"""Combinations of the answers that a rule needs that are tried."""

_PER_RULE = 8
"""States that merging counts for each rule that there is: even where few are needed, it looks at all of them."""

_DRAWN_WORK = 4 * 10**9
"""How often a rule is held against a drawn combination, for all rules together; beyond it, nothing more is drawn."""

_ALONE_WORK = 10**7
"""How often a rule is held against answers under which another may decide alone, for all rules together."""

_NAMED = 5
"""Rules that are named as not settled; the rest are counted."""


Item = TypeVar("Item")


@dataclass
class Influence:
    """For each rule: answers whose outcome it changes, or a place among those that never do, or are not settled."""

    changes: dict[int, Codes] = field(default_factory=dict)
    never: list[int] = field(default_factory=list)
    open: list[int] = field(default_factory=list)


def influence(
    rule_set: RuleSet,
    space: Space,
    boxes: Sequence[Box | None],
    sample: AnswerSample,
    limit: int = PROOF_LIMITS.states,
    between: Callable[[], None] = lambda: None,
) -> Influence:
    """Settle for each rule that can match whether the outcome is ever another one without it.

    A witness is looked for in the sample, then among combinations that the rule matches; else all of those are merged,
    while all rules together need no more states than about twice the ``limit``; else many more are drawn, while that
    takes no more than ``_DRAWN_WORK``. ``between`` two rules that is called, which may end it by raising.
    """
    found = Influence()
    left = _DRAWN_WORK
    pushes = pushes_of(rule_set, space)
    for index, (rule, box) in enumerate(zip(rule_set.rules, boxes, strict=True)):
        between()
        if box is None:
            continue
        judge = by_change(rule_set, rule.push)
        codes = _first_changed(sample, sample.all_hold(space.rules[index]).nonzero()[0][:_TRIED], judge)
        if codes is None and left > 0:
            codes, left = _random_example(rule_set, space, index, box, _FEW), left - _FEW * len(pushes)
        if codes is None:
            states = (
                merge_states(MergeTask(space, pushes, judge, unknown=True, only=box, limit=limit))
                if limit > 0
                else None
            )
            limit = limit // 2 if states is None else limit - sum(layer.to.size for layer in states.layers)
            limit -= _PER_RULE * len(pushes)
            if states is not None:
                codes = states.example(CHANGED)
            elif left > 0:
                codes, left = _random_example(rule_set, space, index, box, _MANY), left - _MANY * len(pushes)
            if states is None and codes is None:
                found.open.append(index)
                continue
        if codes is None:
            found.never.append(index)
        else:
            found.changes[index] = codes
    return found


def problems(rule_set: RuleSet, space: Space, boxes: Sequence[Box | None], found: Influence) -> Iterator[Problem]:
    """Find rules that never change the outcome, and rules that decide it alone. None of them blocks."""
    rules = list(subjects(rule_set.rules, "rules"))
    for index in found.never:
        text = f"{rules[index].start} never changes the advice: whatever the answers, it is the same without this rule."
        witness = space.answers(corner_of(space, boxes[index] or {}))
        yield Problem(rules[index].place, text, "Give it more points, or take it out.", blocks=False, witness=witness)
    budget = _Budget(_ALONE_WORK)
    for index, rule in enumerate(rules):
        alone = _find_sole_match(rule_set, space, boxes[index], index, budget)
        if alone is not None:
            codes, outcome = alone
            given = quoted_advice(outcome)
            text = f"{rule.start} decides alone: where it is the only one that fires, the advice is {given}."
            mend = "Give it fewer points, or let the policy ask for more."
            yield Problem(f"{rule.place}/push", text, mend, blocks=False, witness=space.answers(codes))
    if found.open:
        named = rules_named(rule_set.rules, found.open, most=_NAMED)
        text = f"It is not settled whether these rules ever change the advice: {named}."
        yield Problem("rules", text, TOO_MANY, blocks=False)


def _random_example(rule_set: RuleSet, space: Space, index: int, box: Box, size: int) -> Codes | None:
    """Answers that the rule matches and whose outcome it changes, if there are any among ``size`` random ones."""
    own = any_sample(rule_set, space, size, box)
    return _first_changed(
        own, own.all_hold(space.rules[index]).nonzero()[0], by_change(rule_set, rule_set.rules[index].push)
    )


def _first_changed(sample: AnswerSample, matched: Ints, judge: Judge) -> Codes | None:
    sums = tuple(number[matched] for number in sample.sums)
    changed = matched[judge(sums, sums) == CHANGED]
    return sample.at(int(changed[0])) if len(changed) else None


@dataclass
class _Budget:
    """How much may still be looked at."""

    left: int

    def spend(self, items: Iterable[Item]) -> Iterator[Item]:
        """Give the items one by one, and count them."""
        for item in items:
            self.left -= 1
            yield item


def _find_sole_match(
    rule_set: RuleSet, space: Space, box: Box | None, index: int, budget: _Budget
) -> tuple[Codes, Outcome] | None:
    """Answers under which this rule matches and no other does, and the outcome if it is not that of no rule at all."""
    push = rule_set.rules[index].push
    none, own = (
        _outcome(rule_set, [points if side is push.side else 0 for side in SIDES]) for points in (0, push.points)
    )
    if box is None or own in {none, Outcome.UNCLEAR}:
        return None
    variables = sorted(box)
    for values in islice(product(*(sorted(box[variable]) for variable in variables)), _ALONE):
        codes = [UNKNOWN] * len(space.variables)
        for variable, value in zip(variables, values, strict=True):
            codes[variable] = value
        if budget.left <= 0:
            return None
        rules = budget.spend(enumerate(space.rules))
        matched = (i for i, tests in rules if all(codes[t.variable] in t.accepted for t in tests))
        if list(islice(matched, 2)) == [index]:
            return tuple(codes), own
    return None


def _outcome(rule_set: RuleSet, points: Sequence[int]) -> Outcome:
    sums = tuple(np.array([number]) for number in points)
    return OUTCOMES[int(by_outcome(rule_set)(sums, sums)[0])]
