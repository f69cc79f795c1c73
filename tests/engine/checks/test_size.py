"""A rule set holds at most so much, whatever way it comes in, so that no check of it takes minutes."""

from dataclasses import fields, replace

import pytest

from advisor import starter
from advisor.engine.checks.check import CONDITIONS_LIMIT, ITEMS_LIMIT, OPTIONS_LIMIT, check
from advisor.engine.model.errors import Problem
from advisor.engine.model.questions import Condition, Option
from advisor.engine.model.rules import RuleSet
from tests.benchmarks.rule_generator import generate_rules

STARTER = starter.rule_set()


def of_size(name: str, number: int) -> RuleSet:
    """The starter set with so many things in this list."""
    things = getattr(STARTER, name)
    return replace(STARTER, **{name: (things * (number // len(things) + 1))[:number]})


def too_large(rules: RuleSet) -> tuple[Problem, ...]:
    return tuple(problem for problem in check(rules) if problem.text.endswith("is the most."))


def test_every_list_of_the_document_has_a_limit() -> None:
    assert set(ITEMS_LIMIT) == {field.name for field in fields(RuleSet)}


@pytest.mark.parametrize("name", [name for name, most in ITEMS_LIMIT.items() if most <= 500])
def test_a_list_that_is_full_is_no_problem_and_one_that_is_longer_is_the_only_one(name: str) -> None:
    assert not too_large(of_size(name, ITEMS_LIMIT[name]))
    (found,) = check(of_size(name, ITEMS_LIMIT[name] + 1))
    assert found.blocks
    assert found.place == name
    assert f"{ITEMS_LIMIT[name] + 1:,} " in found.text
    assert f"{ITEMS_LIMIT[name]:,} is the most." in found.text


@pytest.mark.parametrize("name", [name for name, most in ITEMS_LIMIT.items() if most > 500])
def test_so_is_one_of_thousands(name: str) -> None:
    (found,) = check(of_size(name, ITEMS_LIMIT[name] + 1))
    assert found.text == f"The rule set has 5,001 {'test cases' if name == 'cases' else name}; 5,000 is the most."


def test_the_largest_rule_sets_that_the_product_is_measured_with_are_within_the_limits() -> None:
    assert not [problem for problem in check(generate_rules(4_000)) if problem.blocks]


def test_a_question_has_at_most_so_many_options_and_a_thing_so_many_conditions() -> None:
    question, rule = STARTER.questions[-1], STARTER.rules[0]
    options = tuple(Option(f"o{at}", f"Option {at}") for at in range(OPTIONS_LIMIT + 1))
    many = (rule.when[0],) * (CONDITIONS_LIMIT + 1)
    waits = (Condition(STARTER.questions[1].key, "any_of", (STARTER.questions[1].options[0].key,)),) * len(many)
    full = replace(question, options=options[:-1], asked_when=waits[:-1])
    fits = replace(
        STARTER, questions=(*STARTER.questions[:-1], full), rules=(replace(rule, when=many[:-1]), *STARTER.rules[1:])
    )
    assert not too_large(fits)
    over = replace(
        STARTER,
        questions=(*STARTER.questions[:-1], replace(question, options=options, asked_when=waits)),
        rules=(replace(rule, when=many), *STARTER.rules[1:]),
    )
    assert [problem.text for problem in check(over)] == [
        f"Question “{question.key}” has 201 options; 200 is the most.",
        f"Question “{question.key}” has 51 conditions; 50 is the most.",
        f"Rule “{rule.key}” has 51 conditions; 50 is the most.",
    ]
