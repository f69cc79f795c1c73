"""Who uses an item of a rule set: what looks at a question, rests on a claim, or expects a risk."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from advisor.engine.document.document import KINDS, NUMBERED, items_of, key_of, options_of, own_part_of
from advisor.engine.model.evidence import Claim
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Condition, Question
from advisor.engine.model.rules import RuleSet, TestCase

Place: TypeAlias = tuple[str, str]
"""A list, and the key of an item in it, or its number."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An item that names another, which may not be there."""

    holder: Place
    target: Place


def references(rules: RuleSet, held_by: Container[Place] | None = None) -> Iterator[Reference]:
    """Everything in which an item names another one, in the order of the document; some more than once.

    ``held_by`` are the items that are looked at, where not all of them.
    """
    for holder, item in _holders(rules):
        if held_by is None or holder in held_by:
            for target in _named_by(item):
                yield Reference(holder, target)


def users_of_claim(rules: RuleSet, claim: str) -> list[Place]:
    """What rests on a claim."""
    found = [("rules", rule.key) for rule in rules.rules if claim in rule.sources]
    found += [("disagreements", d.key) for d in rules.disagreements if any(claim in view.sources for view in d.views)]
    found += [("guidance", guidance.key) for guidance in rules.guidance if claim in guidance.sources]
    found += [("risks", risk.key) for risk in rules.risks if claim in risk.sources]
    found += [(options_of(q.key), o.key) for q in rules.questions for o in q.options if claim in o.sources]
    return found + [("cases", case.key) for case in rules.cases if claim in case.sources]


def cases_that_answer(rules: RuleSet, question: str, option: str | None = None) -> list[Place]:
    """The test cases that answer a question, or that answer it with this option."""
    return [("cases", case.key) for case in rules.cases if _answers(case, question, option)]


def _answers(case: TestCase, question: str, option: str | None) -> bool:
    for answers in (case.answers, *(part.answers for part in case.parts)):
        given = answers.get(question)
        if given is not None and (option is None or option in (given if isinstance(given, tuple) else (given,))):
            return True
    return False


def _holders(rules: RuleSet) -> Iterator[tuple[Place, Any]]:
    for name in KINDS:
        for at, item in enumerate(items_of(rules, name)):
            yield (name, str(at) if name in NUMBERED else key_of(item)), own_part_of(item)
            if isinstance(item, Question):
                yield from (((options_of(item.key), option.key), option) for option in item.options)


def _named_by(item: Any) -> Iterator[Place]:
    """What an item names: questions, options, claims, a source, risks."""
    if isinstance(item, Claim):
        yield "sources", item.source
    else:
        for claim in getattr(item, "sources", ()):
            yield "claims", claim
    for view in getattr(item, "views", ()):
        yield from (("claims", claim) for claim in view.sources)
    groups = [getattr(item, name, ()) for name in ("when", "asked_when")]
    groups += [group for name in ("shows", "more", "unless") for group in getattr(item, name, ())]
    for condition in (condition for group in groups for condition in group if isinstance(condition, Condition)):
        yield from _answer_places(condition.question, condition.values)
    if isinstance(item, TestCase):
        for answers in (item.answers, *(part.answers for part in item.parts)):
            for question, answer in answers.items():
                yield from _answer_places(question, answer if isinstance(answer, tuple) else (answer,))
        yield from (("risks", risk) for risk in (*item.risks, *item.no_risks))


def _answer_places(question: str, values: tuple[Any, ...]) -> Iterator[Place]:
    yield "questions", question
    for value in values:
        if isinstance(value, str) and value not in {NOT_SURE, NONE_OF_THESE}:
            yield options_of(question), value
