"""Test cases that nobody could answer so, or that are there twice."""

from collections.abc import Iterator
from dataclasses import replace

from advisor.engine.cases import read_case
from advisor.engine.checks.conditions import optionless, paths
from advisor.engine.checks.subjects import subjects
from advisor.engine.errors import Problem, shown
from advisor.engine.rules import RuleSet


def problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find answers that would be refused from a person too, and cases that repeat another."""
    # A follow-up whose conditions cannot be used is a problem of its own, and none of the cases.
    ways = paths(rule_set)
    questions = tuple(q if ways[q.key] is not None else replace(q, asked_when=()) for q in rule_set.questions)
    readable = replace(rule_set, questions=questions)
    without_options = optionless(rule_set)
    found: dict[object, str] = {}
    for case in subjects(rule_set.cases, "cases"):
        _, refused = read_case(readable, case.item, case.place)
        for problem in refused:
            if problem.place.rsplit("/", 1)[-1] in without_options:
                continue
            yield replace(problem, text=f"{case.start}: {problem.text[0].lower()}{problem.text[1:]}")
        parts = tuple((part.part, frozenset(part.answers.items())) for part in case.item.parts)
        first = found.setdefault((case.item.process, frozenset(case.item.answers.items()), parts), case.key)
        if first != case.key:
            text = f"{case.start} is the same as test case “{shown(first)}”."
            yield Problem(case.place, text, "Take one of them out.", blocks=False)
