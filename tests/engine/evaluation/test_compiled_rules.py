"""The quick way to the matched rules is the plain one, whatever comes as an answer and in whatever order."""

import subprocess
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from decimal import Decimal
from enum import IntEnum
from itertools import pairwise, permutations, product
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.document.document import from_plain, to_plain
from advisor.engine.evaluation.compiled_rules import FEW, compiled_rules
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.policy import Points
from advisor.engine.model.questions import Condition
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import State
from tests.benchmarks.rule_generator import complete_answers, generate_rules
from tests.engine import oracle
from tests.engine.documents import clean_document, clean_rule_set
from tests.engine.strategies import JUNK, PROPERTY, any_answers, rule_sets


class Ten(IntEnum):
    """A whole number that is not quite an int."""

    TEN = 10


SAME_AS_A_NUMBER: tuple[Any, ...] = (1, True, 1.0, Decimal(1), 0, False, 0.0, -0.0, Ten.TEN, 10, 10.0, "1", (1,))


def advice_fields(rule_set: RuleSet, answers: Mapping[str, Any]) -> dict[str, Any]:
    got = evaluate(rule_set, answers)
    return {
        "outcome": got.outcome,
        "kind": got.kind,
        "strength": got.strength,
        "points": asdict(got.points),
        "states": {finding.rule.key: finding.state for finding in got.findings},
        "unanswered": list(got.unanswered_keys),
    }


def told_keys(rule_set: RuleSet, answers: Mapping[str, Any]) -> list[str]:
    return [rule.key for rule in evaluate(rule_set, answers).matched_rules]


@PROPERTY
@given(rule_sets(), st.data())
def test_what_was_answered_before_leaves_no_trace(rule_set: RuleSet, data: st.DataObject) -> None:
    """One rule set advises on many sets of answers, among them such as are equal without being the same."""
    document = to_plain(rule_set)
    values = st.sampled_from([*JUNK, *SAME_AS_A_NUMBER])
    for _ in range(8):
        answers = data.draw(any_answers(rule_set))
        for key in data.draw(st.sets(st.sampled_from([question.key for question in rule_set.questions]))):
            answers[key] = data.draw(values)
        expected = oracle.advise(document, {key: _plain(answer) for key, answer in answers.items()})
        assert advice_fields(rule_set, answers) == expected
        matched = [rule for rule in rule_set.rules if expected["states"][rule.key] == "matched"]
        strongest_first = sorted(matched, key=lambda rule: -rule.push.points)
        assert told_keys(rule_set, answers) == [rule.key for rule in strongest_first]


def _plain(answer: Any) -> Any:
    return int(answer) if isinstance(answer, IntEnum) else answer


@pytest.mark.parametrize("number", [-1, 0, 1, 99, 100, 101, 249, 250, 251, 999, 1000, 1001, 10**30])
def test_numbers_count_to_the_edges_of_their_bands(number: int) -> None:
    document = clean_document()
    document["rules"] += [
        {**document["rules"][4], "key": key, "when": [{"question": "volume", "test": test, "values": values}]}
        for key, test, values in [("few", "at_most", [100]), ("some", "between", [101, 250]), ("all", "at_least", [0])]
    ]
    rule_set = from_plain(document)
    for known in ({}, {"steps": "same"}):
        answers = {**known, "volume": number}
        assert advice_fields(rule_set, answers) == oracle.advise(document, answers)


@pytest.mark.parametrize("order", list(permutations([1, True, 1.0, Decimal(1)])))
def test_what_equals_a_number_is_not_that_number(order: tuple[Any, ...]) -> None:
    document = clean_document()
    document["rules"][4]["when"][0]["values"] = [1]
    rule_set = from_plain(document)
    for value in order:
        assert ("many" in told_keys(rule_set, {"volume": value})) is (type(value) is int)


def test_a_chain_of_follow_ups_falls_away_together() -> None:
    """More follow-ups than are looked up in one step, each asked after a yes to the one before."""
    document = clean_document()
    yes = [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}]
    keys = ["edge", *(f"more{number}" for number in range(6))]
    for before, key in pairwise(keys):
        asked_when = [{"question": before, "test": "any_of", "values": ["yes"]}]
        question = {**document["questions"][1], "key": key, "options": yes, "asked_when": asked_when}
        document["questions"].append(question)
        condition = {"question": key, "test": "any_of", "values": ["yes", "no"]}
        document["rules"].append({**document["rules"][0], "key": f"of-{key}", "when": [condition]})
    rule_set = from_plain(document)
    answers: dict[str, Any] = dict.fromkeys(keys, "yes")
    turns: list[Any] = ["no", None, "junk", []]
    for key, answer in product(keys, turns):
        changed = {**answers, key: answer}
        assert advice_fields(rule_set, changed) == oracle.advise(document, changed)
    assert advice_fields(rule_set, answers) == oracle.advise(document, answers)


@pytest.mark.parametrize(
    "kind", [dict, OrderedDict, MappingProxyType, lambda answers: defaultdict(lambda: "yes", answers)]
)
def test_any_mapping_will_do_and_none_is_changed(kind: Any) -> None:
    answers = {"steps": "same", "needs": ("law",)}
    mapping = kind(answers)
    assert told_keys(clean_rule_set(), mapping) == ["routine", "expert"]
    assert mapping == answers


@pytest.mark.parametrize("size", [8 * FEW - 1, 8 * FEW, 8 * FEW + 1, 400])
def test_few_rules_and_many_are_told_in_the_same_order(size: int) -> None:
    rule_set = generate_rules(size)
    strongest_first = sorted(rule_set.rules, key=lambda rule: -rule.push.points)
    for answers in complete_answers(rule_set, 20):
        matched = [rule for rule in strongest_first if rule.state(answers) is State.MATCHED]
        assert told_keys(rule_set, answers) == [rule.key for rule in matched]


def test_a_rule_that_asks_for_what_is_no_question_never_matches() -> None:
    rule_set = clean_rule_set()
    beside = Condition("gone", "none_of", ("x",))
    lost = [replace(rule_set.rules[0], key=f"lost{n}", when=(beside, *rule_set.rules[0].when)) for n in range(2)]
    assert told_keys(replace(rule_set, rules=(*lost, rule_set.rules[0])), {"steps": "same", "gone": "y"}) == ["routine"]


def test_without_rules_nothing_matches() -> None:
    got = evaluate(replace(clean_rule_set(), rules=()), {"steps": "same"})
    assert (got.matched_rules, got.findings, got.points) == ((), (), Points())


def test_what_is_remembered_stays_within_bounds() -> None:
    """Neither many sets of answers nor answers of no use fill the memory."""
    document = clean_document()
    keys = [f"o{number}" for number in range(12)]
    document["questions"][4]["options"] = [{"key": key, "label": key} for key in ("speech", "law", "research", *keys)]
    rule_set = from_plain(document)
    for number in range(3000):
        answers = {
            "needs": tuple(key for place, key in enumerate(keys) if number >> place & 1),
            "volume": number,
            "steps": "same",
        }
        assert "routine" in told_keys(rule_set, answers)
    assert told_keys(rule_set, {}) == []
    filled = [len(step) for _, step in compiled_rules(rule_set)._steps]
    assert all(0 < size <= 1024 for size in filled)
    for number in range(3000):
        assert told_keys(rule_set, {"edge": f"junk {number}", "volume": number * 10_000}) == []
    assert [len(step) for _, step in compiled_rules(rule_set)._steps] == filled


def test_threads_that_evaluate_at_once_agree() -> None:
    rule_set = generate_rules(60)
    sheets = complete_answers(rule_set, 3000)
    quiet = generate_rules(60)
    expected = [(evaluate(quiet, sheet).outcome, told_keys(quiet, sheet)) for sheet in sheets]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            runs = [
                pool.submit(
                    lambda: [(evaluate(rule_set, sheet).outcome, told_keys(rule_set, sheet)) for sheet in sheets]
                )
                for _ in range(4)
            ]
            assert all(run.result() == expected for run in runs)
    finally:
        sys.setswitchinterval(interval)


def test_generated_rule_sets_are_advised_as_the_design_says() -> None:
    for size in (1, 7, 8, 9, 64, 200):
        rule_set = generate_rules(size)
        document = to_plain(rule_set)
        for answers in complete_answers(rule_set, 30):
            assert advice_fields(rule_set, answers) == oracle.advise(document, answers)


def test_evaluation_needs_the_standard_library_alone() -> None:
    program = (
        "import sys; from advisor import starter; from advisor.engine.evaluation.evaluate import evaluate;"
        "evaluate(starter.rule_set(), {}).findings;"
        "print(*sorted({name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names))"
    )
    shown = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True)
    assert set(shown.stdout.split()) <= {"advisor", "__main__"}
