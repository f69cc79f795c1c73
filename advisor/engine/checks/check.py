"""Everything that can be seen to be wrong with a rule set by reading it, all at once."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, fields

from advisor.engine.checks import (
    cases,
    conditions,
    evidence,
    follow_ups,
    keys,
    policy,
    questions,
    rules,
    size,
    texts,
    unused,
)
from advisor.engine.checks.causes import independent, names_in_doubt
from advisor.engine.checks.subjects import NOUNS, subjects
from advisor.engine.document.document import to_plain
from advisor.engine.evaluation.cases import CaseResult
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import quoted_advice

_EACH_BY_ITSELF = (keys.problems, texts.problems)

_TOGETHER = (
    questions.problems,
    conditions.problems,
    follow_ups.problems,
    rules.problems,
    policy.problems,
    evidence.problems,
    unused.problems,
    cases.problems,
)


def check(rule_set: RuleSet) -> tuple[Problem, ...]:
    """Give every problem of a rule set that can be read, in the order of the document; none where it is sound.

    A rule set without a problem that blocks can be evaluated with any answers. What only follows from a key that is
    missing or there twice is left out. Where it holds too much, that is all that is said: looking at the rest could
    take minutes.
    """
    if too_large := tuple(size.problems(rule_set)):
        return in_order(rule_set, too_large)
    found = [problem for problems in _EACH_BY_ITSELF for problem in problems(rule_set)]
    more = [problem for problems in _TOGETHER for problem in problems(rule_set)]
    if any(problem.place.endswith(keys.ENDS) for problem in found):
        document = to_plain(rule_set)
        more = list(independent(document, more, names_in_doubt(document)))
    return in_order(rule_set, dict.fromkeys([*found, *more]))


def in_order(rule_set: RuleSet, found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in the order of the document."""
    problems = list(found)
    order = _order(rule_set, {problem.place.split("/")[0] for problem in problems})
    return tuple(sorted(problems, key=lambda problem: order.get("/".join(problem.place.split("/")[:2]), len(order))))


def _order(rule_set: RuleSet, wanted: Set[str]) -> dict[str, int]:
    """The position of each list that is wanted, and of each thing in it, by its place."""
    places: dict[str, None] = {}
    for field in fields(RuleSet):
        if field.name not in wanted:
            continue
        items = getattr(rule_set, field.name)
        places[field.name] = None
        keyed = subjects(items, field.name) if field.name in NOUNS else ()
        places.update((subject.place, None) for subject in keyed)
        places.update((f"{field.name}/{index}", None) for index in range(len(items)))
    return {place: position for position, place in enumerate(places)}


# ---- What keeps a rule set from being published


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that is wrong with a rule set and with what it gives; it can be published where nothing blocks.

    ``results`` is None where something else blocks: test cases cannot be run then.
    """

    problems: tuple[Problem, ...]
    results: tuple[CaseResult, ...] | None


def examine(rule_set: RuleSet) -> Examination:
    """Check a rule set, and where nothing blocks, run its test cases once."""
    problems = check(rule_set)
    if any(problem.blocks for problem in problems):
        return Examination(problems, None)
    from advisor.engine.evaluation.cases_batch import run_together  # it loads NumPy, which most commands do without

    results = run_together(rule_set)
    return Examination((*problems, *(_failed(result) for result in results if not result.passed)), results)


def faults(rule_set: RuleSet) -> tuple[Problem, ...]:
    """Everything that is wrong with a rule set and with what it gives."""
    return examine(rule_set).problems


def _failed(result: CaseResult) -> Problem:
    case = result.case
    wanted, given = quoted_advice(case.outcome), quoted_advice(result.outcome)
    if case.kind is not None:
        wanted, given = (
            f"{wanted} with kind {quoted_advice(case.kind)}",
            f"{given} with kind {quoted_advice(result.kind)}",
        )
    return Problem(
        f"cases/{case.key}",
        f"“{case.process}” should come out as {wanted}, and comes out as {given}.",
        "Mend the rules, or the expectation.",
    )
