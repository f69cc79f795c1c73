"""Risks: each can show, says what to do, and is one of its own; test cases expect those that there are."""

from collections.abc import Iterator
from itertools import islice, product

from advisor.engine.checks.conditions import is_usable, meets_all, representative_answers
from advisor.engine.checks.subjects import RISK_GROUPS, Subject, subjects
from advisor.engine.model.caching import cached_per
from advisor.engine.model.errors import Problem, nearest, quotable
from advisor.engine.model.evidence import Risk
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Condition, Question, all_hold
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import State

_TRIES = 5_000
"""Sets of answers that are tried for one group before it is taken for one that can show the risk."""


@cached_per("questions", "risks", "cases")
def risk_problems(rule_set: RuleSet) -> tuple[Problem, ...]:
    """Find risks that can never show or leave people with nothing to do, and cases that expect risks there are not."""
    return tuple(_problems(rule_set))


def _problems(rule_set: RuleSet) -> Iterator[Problem]:
    firsts: dict[object, str] = {}
    for risk in subjects(rule_set.risks, "risks"):
        for field in RISK_GROUPS:
            for index, group in enumerate(getattr(risk.item, field)):
                if not group:
                    text = f"Group {index + 1} of what {RISK_GROUPS[field]} {risk.name} has no conditions."
                    yield Problem(f"{risk.place}/{field}/{index}", text, "Say when it holds, or take it out.")
        yield from _never_shown(rule_set, risk)
        if not risk.item.actions:
            yield Problem(f"{risk.place}/actions", f"{risk.start} says nothing to do.", "Add two or three actions.")
        reads = (frozenset(map(frozenset, risk.item.shows)), frozenset(risk.item.outcomes))
        if any(reads) and (first := firsts.setdefault(reads, risk.key)) != risk.key:
            text = f"{risk.start} shows exactly when risk “{quotable(first)}” does, but for what rules them out."
            yield Problem(f"{risk.place}/shows", text, "Make one risk of the two, or tell them apart.", blocks=False)
    yield from _expectation_problems(rule_set)


def _never_shown(rule_set: RuleSet, risk: Subject[Risk]) -> Iterator[Problem]:
    groups = [group for group in risk.item.shows if group]
    if not groups and not risk.item.outcomes:
        yield Problem(f"{risk.place}/shows", f"{risk.start} can never show.", "Say when it shows.")
    elif not risk.item.outcomes and all(_ruled_out(rule_set, risk.item, group) for group in groups):
        text = f"{risk.start} can never show: whatever shows it also rules it out."
        yield Problem(f"{risk.place}/unless", text, "Change what shows it or what rules it out.")


def _ruled_out(rule_set: RuleSet, risk: Risk, group: tuple[Condition, ...]) -> bool:
    """Whether all answers with which ``group`` holds rule the risk out, nothing else being known."""
    if not all(is_usable(rule_set, condition) for condition in (*group, *(c for g in risk.unless for c in g))):
        return False  # that is the problem
    looked_at = {key: rule_set.question(key) for key in dict.fromkeys(condition.question for condition in group)}
    tests = [*group, *(condition for unless in risk.unless for condition in unless)]
    each = [_answers(question, tests, group) for question in looked_at.values() if question is not None]
    tried = [dict(zip(looked_at, answers, strict=True)) for answers in islice(product(*each), _TRIES)]
    return bool(tried) and all(
        any(unless and all_hold(unless, answers) is State.MATCHED for unless in risk.unless) for answers in tried
    )


def _answers(question: Question, tests: list[Condition], group: tuple[Condition, ...]) -> list[Answer]:
    """Answers to a question that meet what ``group`` asks of it, one for each set of ``tests`` that can hold."""
    own = [condition for condition in group if condition.question == question.key]
    found: list[Answer]
    if question.type is AnswerType.CHOICES:
        named = {value for test in tests if test.question == question.key for value in test.values}
        chosen: list[tuple[str, ...]] = [()]
        for option in question.options:
            if option.key in named and len(chosen) < _TRIES:
                chosen += [(*before, option.key) for before in chosen]
        found = [*chosen]
    else:
        found = representative_answers(question, [test for test in tests if test.question == question.key])
    return [answer for answer in found if meets_all(answer, own)]


def _expectation_problems(rule_set: RuleSet) -> Iterator[Problem]:
    keys = [risk.key for risk in rule_set.risks]
    for case in subjects(rule_set.cases, "cases"):
        for field in ("risks", "no_risks"):
            for index, key in enumerate(getattr(case.item, field)):
                if key not in keys:
                    text = f"{case.start} names “{quotable(key)}”, which is not a risk."
                    mend = nearest(key, keys, "risk") or "Name a risk."
                    yield Problem(f"{case.place}/{field}/{index}", text, mend, missing=f"risks/{key}")
        for key in sorted(set(case.item.risks) & set(case.item.no_risks)):
            text = f"{case.start} expects risk “{quotable(key)}” and its absence."
            yield Problem(f"{case.place}/no_risks", text, "Take one of the two out.")
