"""All test cases at once come out as one after the other, and the same rules fire in them."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.analysis.processes import cases_of, run_together, unexpected_risks_kept
from advisor.engine.analysis.space import SpaceTooLarge, space_of
from advisor.engine.checks.check import case_problems, check, examine
from advisor.engine.document.document import from_plain, to_plain
from advisor.engine.evaluation.cases import advise, read_case, run_cases
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Condition, Option
from advisor.engine.model.rules import CasePart, Push, RuleSet, TestCase
from advisor.engine.model.vocabulary import Outcome, Side
from tests.engine.analysis import test_processes as firing
from tests.engine.strategies import PROPERTY, rule_sets
from tests.rule_sets.crowded_rules import crowded_rules

STARTER = starter.rule_set()


def with_any_cases(rules: RuleSet, number: int) -> RuleSet:
    """The rules with their own cases and others: in parts or not, with unknown answers and with some of no question."""
    random = Random(number)

    def answers() -> dict[str, Answer]:
        drawn = firing.random_answers(random, rules)
        asked = ((key, rules.question(key), answer) for key, answer in drawn.items())
        return drawn if at % 3 == 0 else {key: answer for key, q, answer in asked if q and q.allows(answer)}

    cases = []
    for at in range(30):
        parts = tuple(CasePart(f"Part {place}", answers()) for place in range(random.choice((0, 0, 2, 3))))
        cases.append(TestCase(f"any-{at}", f"Any {at}", answers(), Outcome.BPO, "Drawn.", parts=parts))
        if parts and at % 2:  # nothing is answered for the whole but in the parts
            cases[-1] = replace(cases[-1], answers={})
    return replace(rules, cases=(*rules.cases, *cases))


@PROPERTY
@given(rule_sets(), st.integers(0, 1_000))
def test_all_at_once_is_as_one_after_the_other(drawn: RuleSet, number: int) -> None:
    rules = with_any_cases(drawn, number)
    assert run_together(rules) == run_cases(rules)
    fires = [{rule.key for rule in advise(rules, case).matched_rules} for case in rules.cases]
    for rule, tests in zip(rules.rules, space_of(rules).rules, strict=True):
        assert cases_of(rules).fires(tests).tolist() == [rule.key in fired for fired in fires]


@pytest.mark.parametrize(
    "rules", [STARTER, with_any_cases(STARTER, 7), crowded_rules()], ids=["starter", "any", "crowded"]
)
def test_the_cases_that_people_have_come_out_the_same(rules: RuleSet) -> None:
    assert run_together(rules) == run_cases(rules)
    assert len({result.outcome for result in run_together(rules)}) == len(Outcome)


def test_an_edit_of_a_rule_looks_at_the_risks_of_those_cases_alone_that_come_out_otherwise() -> None:
    rules = crowded_rules()
    expecting = [case for case in rules.cases if case.risks or case.no_risks]
    before = run_together(rules)
    kept = unexpected_risks_kept(rules)
    rule, known = rules.rule("output-transactions"), len(kept)
    assert rule is not None
    assert known >= len(expecting) > 1000
    reworded = replace(rule, because="Other words.")
    changed = replace(rule, push=Push(Side.KEEP, 5))
    for edited, moves in ((reworded, False), (changed, True)):
        after = replace(rules, rules=tuple(edited if it is rule else it for it in rules.rules))
        results = run_together(after)
        assert results == run_cases(after)
        assert unexpected_risks_kept(after) is kept
        others = sum(
            (one.case.risks or one.case.no_risks) != () and one.outcome is not other.outcome
            for one, other in zip(before, results, strict=True)
        )
        assert (len(kept) > known, others > 0) == (moves, moves)
        assert len(kept) <= known + others
    again = replace(rules, risks=rules.risks[:-1])
    assert unexpected_risks_kept(again) is not kept
    assert run_together(again) == run_cases(again)


def test_no_cases_come_out_as_none() -> None:
    assert run_together(replace(STARTER, cases=())) == ()


def test_cases_whose_answers_are_too_many_to_tell_apart_come_out_too() -> None:
    options = tuple(Option(f"o{number}", f"Option {number}") for number in range(20))
    wide = replace(STARTER.questions[1], key="wide", type=AnswerType.CHOICES, options=options)
    when = tuple(Condition("wide", "includes_any", (option.key,)) for option in options)
    rules = [replace(STARTER.rules[0], key=f"r{at}", when=(one,)) for at, one in enumerate(when)]
    grown = replace(STARTER, questions=(*STARTER.questions, wide), rules=(*STARTER.rules, *rules))
    grown = with_any_cases(grown, 11)
    with pytest.raises(SpaceTooLarge):
        cases_of(grown)
    assert run_together(grown) == run_cases(grown)


@PROPERTY
@given(rule_sets(), st.integers(0, 1_000))
def test_what_is_seen_at_a_glance_is_what_reading_every_case_tells(drawn: RuleSet, number: int) -> None:
    rules = with_any_cases(drawn, number)
    read = {problem.place for case in rules.cases for problem in read_case(rules, case, f"cases/{case.key}")[1]}
    assert {problem.place for problem in case_problems(rules) if problem.blocks} == read
    assert read, "some of the answers are to no question"


def edits(rules: RuleSet) -> Iterator[RuleSet]:
    """The rules without one of their things, of every kind, and with others that concern test cases."""
    for name in ("questions", "rules", "sources", "claims", "disagreements", "guidance", "tensions", "cases"):
        items = getattr(rules, name)
        for at in range(0, len(items), 4):
            yield replace(rules, **{name: (*items[:at], *items[at + 1 :])})
    for question in rules.questions:
        fewer = replace(question, options=question.options[1:])
        yield replace(rules, questions=tuple(fewer if q is question else q for q in rules.questions))
    yield replace(rules, claims=tuple(replace(claim, withdrawn="It was wrong.") for claim in rules.claims))
    yield replace(rules, cases=(*rules.cases, rules.cases[0], replace(rules.cases[1], key="again")))
    yield replace(rules, cases=(replace(rules.cases[0], process=" ", because=""), *rules.cases[1:]))


def test_what_is_kept_of_the_lists_that_stay_tells_nothing_else_than_checking_all_anew() -> None:
    check(STARTER)
    for edited in edits(STARTER):
        assert check(edited) == check(from_plain(to_plain(edited)))
        assert examine(edited).results == examine(from_plain(to_plain(edited))).results
