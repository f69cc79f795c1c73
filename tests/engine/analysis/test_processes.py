"""In how many processes a rule fires is what the plain evaluator finds, one process at a time."""

from collections import Counter
from dataclasses import astuple, replace
from random import Random

import numpy as np
import pytest

from advisor import starter
from advisor.engine.analysis.processes import Processes, matching_alike, processes_of
from advisor.engine.analysis.space import space_of
from advisor.engine.evaluation.batch import table_of
from advisor.engine.evaluation.evaluate import evaluate, evaluate_parts
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Answers, Condition, Option
from advisor.engine.model.rules import RuleSet
from tests.rule_sets.crowded_rules import crowded_rules

STARTER = starter.rule_set()
AS_ONE = ""
"""The name of the only part of a process in one piece."""


def random_answers(random: Random, rules: RuleSet) -> dict[str, Answer]:
    """Random answers, some unknown, some left out, and some that no question can have."""
    answers: dict[str, Answer] = {"never-asked": "yes"}
    for question in rules.questions:
        match random.randint(0, 9):
            case 0:
                answers[question.key] = None
            case 1:
                pass
            case 2:
                answers[question.key] = "of another version"
            case _ if question.type is AnswerType.NUMBER:
                answers[question.key] = random.randint(question.minimum or 0, 5_000)
            case _ if question.type is AnswerType.CHOICES:
                answers[question.key] = tuple(o.key for o in question.options if random.random() < 0.4)
            case _:
                answers[question.key] = random.choice(question.options).key
    return answers


def random_processes(rules: RuleSet, number: int) -> list[list[Answers]]:
    """Processes by the answers of their parts."""
    random = Random(number)
    return [[random_answers(random, rules) for _ in range(random.choice((1, 1, 2, 3)))] for _ in range(number)]


def processes_with(rules: RuleSet, *groups: list[list[Answers]]) -> Processes:
    """The processes as tables, one for each group."""
    sizes = [np.array([len(parts) for parts in group]) for group in groups]
    starts = [np.concatenate(([0], np.cumsum(size)[:-1])) for size in sizes]
    tables = [table_of(part for parts in group for part in parts) for group in groups]
    return processes_of(rules, list(zip(tables, starts, strict=True)))


@pytest.mark.parametrize("rules", [STARTER, crowded_rules()], ids=["starter", "crowded"])
def test_a_rule_fires_in_as_many_processes_as_one_by_one(rules: RuleSet) -> None:
    all_of_them = random_processes(rules, 200)
    expected: Counter[str] = Counter()
    for parts in all_of_them:
        got = evaluate_parts(rules, {}, [(AS_ONE, answers) for answers in parts])
        expected.update({rule.key for rule in got.matched_rules})
    found = processes_with(rules, all_of_them[:60], all_of_them[60:])
    assert found.size == 200
    counts = {rule.key: found.fires_in(tests) for rule, tests in zip(rules.rules, space_of(rules).rules, strict=True)}
    assert counts == {rule.key: expected[rule.key] for rule in rules.rules}
    assert sum(count > 0 for count in counts.values()) > len(counts) / 2


def test_the_points_of_every_part_are_those_of_its_own_advice() -> None:
    some = random_processes(STARTER, 40)
    sums = processes_with(STARTER, some).sums
    points = [evaluate(STARTER, answers).points for parts in some for answers in parts]
    assert [astuple(each) for each in points] == list(zip(*sums, strict=True))


def test_a_process_counts_once_for_a_group_however_many_parts_it_has_there() -> None:
    answers: Answers = {"edge": "vital"}
    found = processes_with(STARTER, [[answers, answers, answers], [answers], [answers, answers]])
    assert found.count_by_group(np.array([0, 0, 2, 2, 0, 1]), 4).tolist() == [2, 1, 2, 0]


def test_of_nothing_at_all_nothing_fires() -> None:
    found = processes_of(STARTER, [])
    assert found.size == 0
    assert found.fires_in(space_of(STARTER).rules[0]) == 0


def test_a_rule_matches_alike_until_it_or_a_question_that_decides_about_it_differs() -> None:
    rule, other = STARTER.rules[0], next(rule for rule in STARTER.rules if rule.when[0].question == "steps")
    question = next(q for q in STARTER.questions if q.key == rule.when[0].question)

    def with_question(**changed: object) -> RuleSet:
        new = replace(question, **changed)  # type: ignore[arg-type]
        return replace(STARTER, questions=tuple(new if q is question else q for q in STARTER.questions))

    def with_rule(**changed: object) -> RuleSet:
        return replace(STARTER, rules=(replace(rule, **changed), *STARTER.rules[1:]))  # type: ignore[arg-type]

    all_of_them = frozenset(rule.key for rule in STARTER.rules)
    for same in (STARTER, with_question(text="In other words?"), with_rule(because="In other words.")):
        assert matching_alike(same, STARTER) == matching_alike(STARTER, same) == all_of_them
    for changed in (
        with_question(options=(*question.options, Option("new", "A new one"))),
        with_question(asked_when=(Condition("name", "any_of", ("x",)),)),
        with_rule(when=(*rule.when, *other.when)),
        with_rule(key="quite-new"),
        replace(STARTER, rules=STARTER.rules[1:]),
    ):
        for found in (matching_alike(changed, STARTER), matching_alike(STARTER, changed)):
            assert rule.key not in found
            assert other.key in found


def test_a_rule_on_a_follow_up_matches_alike_only_while_all_that_leads_to_it_is_asked_alike() -> None:
    steps = next(question for question in STARTER.questions if question.key == "steps")
    rule = next(rule for rule in STARTER.rules if rule.when[0].question == "contact")

    def led_to_by(**changed: object) -> RuleSet:
        new = replace(steps, **changed)  # type: ignore[arg-type]
        after = Condition("steps", "any_of", (steps.options[0].key,))
        return replace(
            STARTER,
            questions=tuple(
                new if q is steps else replace(q, asked_when=(after,)) if q.key == "contact" else q
                for q in STARTER.questions
            ),
        )

    assert rule.key in matching_alike(led_to_by(), led_to_by(text="Otherwise?"))
    assert rule.key not in matching_alike(led_to_by(), led_to_by(options=steps.options[:2]))
