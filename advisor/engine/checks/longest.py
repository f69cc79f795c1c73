"""The longest way through the core questions, exactly."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from advisor.engine.checks.conditions import at_odds, meets_all, paths, telling_answers
from advisor.engine.operators import Answer, AnswerType
from advisor.engine.questions import Condition, Question, Section
from advisor.engine.rules import RuleSet

CORE_LIMIT = 9
"""Core questions on any path for one part."""

STATE_LIMIT = 20_000
"""Sets of conditions held that are followed side by side; beyond it the length is no longer exact."""

OPTION_LIMIT = 10
"""Options of a several-choice question whose combinations are all tried."""

Held = frozenset[Condition]


@dataclass(frozen=True, slots=True)
class Path:
    """Keys of the core questions that are asked on a path. Where it is not ``exact``, no path is longer."""

    questions: tuple[str, ...]
    exact: bool = True


def longest_path(rule_set: RuleSet) -> Path:
    """Find a longest path: the most core questions that the answers for one part can lead to.

    What follows depends only on which conditions of later questions hold, so answers that agree on those are followed
    together, and only the longest of them is kept.
    """
    ways = paths(rule_set)
    core = [question for question in rule_set.section(Section.CORE) if ways[question.key] is not None]
    exact = True
    states: dict[Held, tuple[str, ...]] = {frozenset(): ()}
    for position, question in enumerate(core):
        needed = {condition for later in core[position + 1 :] for condition in later.asked_when}
        own = [condition for condition in sorted(needed, key=repr) if condition.question == question.key]
        outcomes, all_tried = _outcomes(question, own)
        exact = exact and all_tried
        following: dict[Held, tuple[str, ...]] = {}
        for held, path in states.items():
            asked = held.issuperset(question.asked_when)
            for added in outcomes if asked else (frozenset[Condition](),):
                state = (held | added) & needed
                reached = (*path, question.key) if asked else path
                if state not in following or len(reached) > len(following[state]):
                    following[state] = reached
        if len(following) > STATE_LIMIT:
            return Path(tuple(q.key for q in core if not at_odds(rule_set, ways[q.key] or ())), exact=False)
        states = following
    return Path(max(states.values(), key=len), exact)


def _outcomes(question: Question, conditions: list[Condition]) -> tuple[list[Held], bool]:
    """Which of ``conditions`` can hold together, the unknown answer included, and whether that is exact.

    A follow-up never asks for a condition to fail, so a set that is part of another need not be followed.
    """
    if not conditions:
        return [frozenset()], True
    answers: Iterable[Answer]
    mentioned = sorted({str(value) for condition in conditions for value in condition.values})
    if question.type is not AnswerType.CHOICES:
        answers = telling_answers(question, conditions)
    elif len(mentioned) <= OPTION_LIMIT:
        answers = (chosen for size in range(len(mentioned) + 1) for chosen in combinations(mentioned, size))
    else:
        return [frozenset(conditions)], False
    sets = dict.fromkeys(frozenset(c for c in conditions if meets_all(answer, [c])) for answer in answers)
    return [held for held in sets if not any(held < other for other in sets)], True
