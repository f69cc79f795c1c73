"""Every combination of answers to a small rule set, tried one by one: what the proofs must agree with."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations
from math import prod

from hypothesis import assume
from hypothesis import strategies as st

from advisor.engine.analysis.space import space_of
from advisor.engine.evaluation.evaluate import Recommendation, evaluate
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Answers, Question, Section, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome, State
from tests.engine.random_rule_sets import Sheet
from tests.engine.strategies import rule_sets

MOST = 1_500
"""Combinations that are tried for one rule set."""


@dataclass(frozen=True)
class TriedRules:
    """Every combination, with the advice on it. ``complete`` are those in which all that is asked is answered."""

    rule_set: RuleSet
    advice: tuple[tuple[Sheet, Recommendation], ...]

    @property
    def complete(self) -> list[tuple[Sheet, Recommendation]]:
        return [(sheet, given) for sheet, given in self.advice if is_complete(self.rule_set, sheet)]

    def matching_sheets(self, key: str) -> frozenset[int]:
        """The combinations that a rule matches."""
        return frozenset(index for index, (_, given) in enumerate(self.advice) if key in matched_keys(given))


def matched_keys(given: Recommendation) -> set[str]:
    return {finding.rule.key for finding in given.findings if finding.state is State.MATCHED}


def is_complete(rule_set: RuleSet, sheet: Sheet) -> bool:
    content = [
        question
        for question in asked_questions(rule_set.questions, sheet).questions
        if question.section != Section.NAME
    ]
    return all(sheet.get(question.key) is not None for question in content)


def remove_rule(rule_set: RuleSet, key: str) -> RuleSet:
    return replace(rule_set, rules=tuple(rule for rule in rule_set.rules if rule.key != key))


def outcome_without(rule_set: RuleSet, key: str, sheet: Answers) -> Outcome:
    return evaluate(remove_rule(rule_set, key), sheet).outcome


def possible_answers(rule_set: RuleSet, question: Question) -> list[Answer]:
    """Every answer; of numbers, the lowest of each band: those of one band meet the same conditions."""
    keys = [option.key for option in question.options]
    match question.type:
        case AnswerType.CHOICE:
            return [*keys]
        case AnswerType.CHOICES:
            most = len(keys) if question.most is None else question.most
            return list(chain.from_iterable(combinations(keys, size) for size in range(most + 1)))
        case AnswerType.NUMBER:
            variable = next(v for v in space_of(rule_set).variables if v.question is question)
            return [answer for value in variable.values[1:] for answer in value.answers]


def combinations_of(rule_set: RuleSet) -> Iterator[Sheet]:
    content = [question for question in rule_set.questions if question.section != Section.NAME]

    def next_sheets(position: int, sheet: Sheet) -> Iterator[Sheet]:
        if position == len(content):
            yield sheet
            return
        question = content[position]
        yield from next_sheets(position + 1, sheet)
        if question in asked_questions(rule_set.questions, sheet).questions:
            for answer in possible_answers(rule_set, question):
                yield from next_sheets(position + 1, {**sheet, question.key: answer})

    return next_sheets(0, {})


@st.composite
def try_rules(draw: st.DrawFn) -> TriedRules:
    """A random rule set with few combinations, and all of them."""
    rule_set = draw(rule_sets())
    sizes = (sum(value.weight for value in variable.values) for variable in space_of(rule_set).variables)
    assume(prod(sizes) <= MOST)
    return TriedRules(rule_set, tuple((sheet, evaluate(rule_set, sheet)) for sheet in combinations_of(rule_set)))
