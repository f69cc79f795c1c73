"""Plain tables: two simple readers and Drools decide the same with them, as far as they promise it."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Answers, Condition
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.exchange.dmn.elements import MODEL_1_1
from advisor.exchange.dmn.plain import LOST, write_plain_dmn
from tests.dmn.drools import Drools
from tests.dmn.engine import Decided, own_decision, plainly_decided, random_answers, read_simply, sent_plainly
from tests.dmn.large import large_rule_set
from tests.engine.strategies import PROPERTY, rule_sets

RULE_SETS = {"starter": starter.rule_set(), "100 rules": large_rule_set(100)}


def inputs_of(model: bytes) -> set[str]:
    """The names of the inputs."""
    return set(re.findall(r'<inputData id="[^"]*" name="([^"]*)"', model.decode()))


def own_decisions(rule_set: RuleSet, answers: Sequence[Answers]) -> list[Decided]:
    """What we decide, without the rules that matched."""
    return [(*own_decision(rule_set, it)[:-1], ()) for it in answers]


def test_a_simple_reader_decides_the_same_on_random_answers(simple_reader: list[str]) -> None:
    answers = [random_answers(rule_set, 40, 3) for rule_set in RULE_SETS.values()]
    asked = []
    for rule_set, sets in zip(RULE_SETS.values(), answers, strict=True):
        model = write_plain_dmn(rule_set)
        known = inputs_of(model)
        # dmn-eval-js fails where it compares null with a number, as the file says: what is unknown is left out there.
        has_numbers = any(question.type is AnswerType.NUMBER for question in rule_set.questions)
        forms = [1 if has_numbers and "node" in simple_reader else number for number in range(len(sets))]
        as_sent = [sent_plainly(rule_set, it, form) for it, form in zip(sets, forms, strict=True)]
        asked.append((model, [{name: it for name, it in one.items() if name in known} for one in as_sent]))
    found = read_simply(simple_reader, asked)
    for rule_set, sets, by_reader in zip(RULE_SETS.values(), answers, found, strict=True):
        assert by_reader.complaints == []
        assert by_reader.decided == own_decisions(rule_set, sets)
    assert len({decided[0] for by_reader in found for decided in by_reader.decided}) == len(Outcome)


@pytest.mark.parametrize("name", RULE_SETS)
def test_drools_takes_the_plain_tables_too(name: str, drools: Drools) -> None:
    rule_set = RULE_SETS[name]
    model, answers = write_plain_dmn(rule_set), [{}, *random_answers(rule_set, 6, 4)]
    for known, expected in zip(answers, own_decisions(rule_set, answers), strict=True):
        found = drools.raw(model.decode(), sent_plainly(rule_set, known))
        assert (found["messages"], plainly_decided(found["dmnContext"])) == ([], expected)
    # It finds what simple readers want odd, such as a name for an output that is the only one; but it is DMN 1.1.
    assert not [it for it in drools.complaints(model) if "XML validation" in it or "rror" in it]


@settings(PROPERTY, max_examples=6)
@given(rule_set=rule_sets(), seed=st.integers(0, 10**6))
def test_so_it_does_with_rules_of_any_shape(drools: Drools, rule_set: RuleSet, seed: int) -> None:
    model, answers = write_plain_dmn(rule_set), random_answers(rule_set, 5, seed)
    for known, expected in zip(answers, own_decisions(rule_set, answers), strict=True):
        found = drools.raw(model.decode(), sent_plainly(rule_set, known))
        assert (found["messages"], plainly_decided(found["dmnContext"])) == ([], expected)


def test_they_hold_nothing_but_tables_of_plain_cells_and_say_what_is_lost() -> None:
    model = write_plain_dmn(starter.rule_set(), [("These rules", "version 3")]).decode()
    assert "These rules: version 3" in model
    assert LOST in model
    cells = re.findall("<text>(.*)</text>", model)
    assert not any(word in cell for word in ("contains", "if ", " and ", "?") for cell in cells)
    assert not any(word in model for word in ("literalExpression", "annotation", "allowedValues", "dmndi"))
    assert f'xmlns="{MODEL_1_1}"' in model


def test_a_rule_that_would_be_too_many_rows_is_refused_in_words() -> None:
    rule_set = starter.rule_set()
    several = [question for question in rule_set.questions if question.type is AnswerType.CHOICES]
    when = tuple(
        Condition(question.key, "includes_any", tuple(option.key for option in question.options))
        for question in several
    )
    rules = (replace(rule_set.rules[0], when=when), *rule_set.rules[1:])
    with pytest.raises(RuleSetError, match="would be more than 200 rows of a plain table"):
        write_plain_dmn(replace(rule_set, rules=rules))
