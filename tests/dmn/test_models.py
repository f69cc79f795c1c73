"""Exported DMN models: another engine decides the same with them, and a modeller opens them without a warning."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from advisor import starter
from advisor.engine.document.document import from_plain
from advisor.engine.model.operators import Answer
from advisor.engine.model.policy import Bound, KindRow
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Kind, Measure, Outcome, Side, Strength
from advisor.exchange.dmn.model import write_dmn
from tests.dmn.drools import Drools
from tests.dmn.engine import Evaluation, evaluate_model, model_input, own_decision, random_answers
from tests.dmn.large import FOLLOW_UPS, large_rule_set
from tests.engine.documents import clean_document, clean_rule_set
from tests.engine.strategies import PROPERTY, rule_sets

ANSWER_SETS = 1_000


@cache
def rules_named(name: str) -> RuleSet:
    return starter.rule_set() if name == "starter" else large_rule_set(int(name.split(maxsplit=1)[0]))


def assert_the_same(rule_set: RuleSet, answers: Sequence[Answers], found: Evaluation) -> Counter[str]:
    """Hold what another engine decided against our own, and count the outcomes."""
    assert found.complaints == []
    wanted = [own_decision(rule_set, it) for it in answers]
    differing = [pair for pair in zip(answers, wanted, found.decided, strict=True) if pair[1] != pair[2]]
    assert differing == []
    return Counter(decided[0] for decided in wanted)


def in_every_form(rule_set: RuleSet, answers: Sequence[Answers]) -> list[dict[str, Any]]:
    """The answers as the model takes them, what is unknown null in one set and left out of the next."""
    return [model_input(rule_set, it, number) for number, it in enumerate(answers)]


@pytest.mark.parametrize("name", ["starter", "100 rules"])
def test_drools_decides_the_same_on_random_answers_unknown_ones_null_or_left_out(name: str, drools: Drools) -> None:
    rule_set = rules_named(name)
    model, answers = write_dmn(rule_set), random_answers(rule_set, ANSWER_SETS, 1)
    outcomes = assert_the_same(rule_set, answers, drools.evaluate(model, in_every_form(rule_set, answers)))
    assert set(outcomes) == set(Outcome)
    # Of tables with lists in them it says that it does not analyse them; the policy tables it finds without a fault.
    assert [it.split(" because")[0] for it in drools.complaints(model)] == [
        "Skipped Decision Table Analysis of table 'matched_rules'"
    ]


def test_drools_takes_the_model_just_as_it_is(drools: Drools) -> None:
    rule_set = starter.rule_set()
    model, answers = write_dmn(rule_set), [{}, *random_answers(rule_set, 3, 2)]
    for number, known in enumerate(answers):
        found = drools.evaluated_alone(model, {"answers": model_input(rule_set, known, number)})
        assert_the_same(rule_set, [known], found)


def test_drools_refuses_an_answer_that_a_question_cannot_have(drools: Drools) -> None:
    model = write_dmn(starter.rule_set())
    for wrong in ({"steps": "sett"}, {"aims": ["cots"]}):
        found = drools.evaluate(model, [wrong])
        assert "does not match any of the valid values" in found.complaints[0]
        assert found.decided == []


@pytest.mark.usefixtures("modules")
@pytest.mark.parametrize("name", ["starter", "400 rules"])
def test_feelin_decides_the_same_on_random_answers_unknown_ones_null_or_left_out(name: str) -> None:
    rule_set = rules_named(name)
    answers = random_answers(rule_set, ANSWER_SETS, 1)
    found = evaluate_model(write_dmn(rule_set), in_every_form(rule_set, answers))
    assert set(assert_the_same(rule_set, answers, found)) == set(Outcome)


@settings(PROPERTY, max_examples=8)
@given(rule_set=rule_sets(), seed=st.integers(0, 10**6))
def test_so_they_do_with_rules_of_any_shape(drools: Drools, rule_set: RuleSet, seed: int) -> None:
    model, answers = write_dmn(rule_set), random_answers(rule_set, 40, seed)
    for found in (
        evaluate_model(model, in_every_form(rule_set, answers)),
        drools.evaluate(model, in_every_form(rule_set, answers)),
    ):
        assert_the_same(rule_set, answers, found)


def test_none_of_several_choices_is_an_answer_and_more_than_may_be_chosen_is_none(drools: Drools) -> None:
    rule_set = starter.rule_set()
    aims: list[Answer] = [(), ("cost", "time"), ("cost", "time", "cover"), None]
    answers: list[dict[str, Answer]] = [{"in_house": "well", "aims": it} for it in aims]
    model, asked = write_dmn(rule_set), [model_input(rule_set, it) for it in answers]
    for found in (evaluate_model(model, asked), drools.evaluate(model, asked)):
        assert_the_same(rule_set, answers, found)
    none, two, three, unknown = (set(own_decision(rule_set, it)[-1]) for it in answers)
    assert "nothing-needs-to-change" in none
    assert {"aim-cost", "aim-time"} <= two
    assert three == unknown == none & two


def test_policy_tables_of_too_many_ranges_keep_their_order(drools: Drools) -> None:
    chance = Random(1)
    rows = []
    for number in range(40):
        least = {measure: chance.randint(0, 9) for measure in (Measure.BPO, Measure.KPO, Measure.BOTH)}
        when = tuple(Bound(measure, at_least, at_least + 3) for measure, at_least in least.items())
        rows.append(KindRow(when, list(Kind)[number % 4], list(Strength)[number % 3], f"Row {number}."))
    rule_set = rules_named("100 rules")
    rule_set = replace(rule_set, kind=(*rows, *rule_set.kind))
    model, answers = write_dmn(rule_set), random_answers(rule_set, 200, 5)
    assert b'id="kind_advice.table" hitPolicy="FIRST"' in model
    assert b'id="leave_advice.table" hitPolicy="UNIQUE"' in model
    asked = in_every_form(rule_set, answers)
    for found in (evaluate_model(model, asked), drools.evaluate(model, asked)):
        assert_the_same(rule_set, answers, found)


@pytest.mark.usefixtures("modules")
def test_an_answer_to_a_question_that_is_not_asked_counts_for_nothing() -> None:
    rule_set = clean_rule_set()
    answers: list[dict[str, Answer]] = [
        {"steps": "each", "written": "yes"},
        {"steps": None, "written": "yes"},
        {"written": "yes"},
    ]
    found = evaluate_model(write_dmn(rule_set), [model_input(rule_set, it) for it in answers])
    assert [decided[-1] for decided in found.decided] == [(), (), ()]
    led: dict[str, Answer] = {"steps": "same", "written": "yes"}
    assert evaluate_model(write_dmn(rule_set), [model_input(rule_set, led)]).decided[0][-1] == (
        "routine",
        "written-down",
    )


def test_keys_that_the_language_reads_as_something_else_do_no_harm(drools: Drools) -> None:
    document = clean_document()
    renamed = {"steps": "if", "written": "date", "needs": "bpo", "volume": "1st-year.total", "edge": "recommendation"}
    for question in document["questions"]:
        question["key"] = renamed.get(question["key"], question["key"])
        for condition in question.get("asked_when", []):
            condition["question"] = renamed[condition["question"]]
    for rule in document["rules"]:
        for condition in rule["when"]:
            condition["question"] = renamed[condition["question"]]
    document |= {"cases": [], "tensions": [], "disagreements": []}
    document["rules"][0]["because"] = "Text that XML cannot hold: \ufffe"
    rule_set = from_plain(document)
    given: dict[str, Answer] = {
        "if": "same",
        "date": "yes",
        "bpo": ("law",),
        "1st-year.total": 500,
        "recommendation": "yes",
    }
    names = {"if": "if_", "date": "date_", "1st-year.total": "q_1st_year_total"}
    answers = {names.get(key, key): list(it) if isinstance(it, tuple) else it for key, it in given.items()}
    model = write_dmn(rule_set)
    for found in (evaluate_model(model, [answers]), drools.evaluate(model, [answers])):
        assert_the_same(rule_set, [given], found)
    assert len(own_decision(rule_set, given)[-1]) == 5


def test_the_large_rule_set_has_what_a_model_must_carry() -> None:
    rule_set = rules_named("400 rules")
    assert len(rule_set.rules) == 400
    looked_at = {condition.question for rule in rule_set.rules for condition in rule.when}
    assert {f"q-{number}" for number in FOLLOW_UPS} <= looked_at
    assert len({condition.test for rule in rule_set.rules for condition in rule.when}) == 7
    assert {rule.push.side for rule in rule_set.rules} == set(Side)


@pytest.mark.parametrize("name", ["starter", "400 rules"])
def test_a_modeller_opens_it_without_a_warning_and_saves_the_same_decisions(
    name: str, modules: Path, browser: Browser
) -> None:
    rule_set = rules_named(name)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    said: list[str] = []
    # The modeller's own parts announce that they were built for development.
    page.on("console", lambda message: None if "Inferno" in message.text else said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.set_content('<!DOCTYPE html><div id="model"></div>')
    page.add_script_tag(path=modules / "dmn-js" / "dist" / "dmn-modeler.production.min.js")
    opened = page.evaluate(
        """async (xml) => {
          const modeller = new DmnJS({ container: '#model' });
          const warnings = (await modeller.importXML(xml)).warnings.map(({ message }) => message);
          const views = [];
          for (const view of modeller.getViews()) {
            // The diagram is open already; opened twice, it would be drawn twice.
            const found = view === modeller.getActiveView() ? {} : await modeller.open(view);
            warnings.push(...(found.warnings ?? []).map(({ message }) => message));
            views.push([view.type, view.element.id, document.querySelectorAll('#model tbody tr').length]);
          }
          return { warnings, views, xml: (await modeller.saveXML()).xml };
        }""",
        write_dmn(rule_set).decode(),
    )
    context.close()
    assert (opened["warnings"], said) == ([], [])
    tables = {element: rows for kind, element, rows in opened["views"] if kind == "decisionTable"}
    assert tables["matched_rules.decision"] >= len(rule_set.rules)
    assert ["drd", "rule.set"] in [view[:2] for view in opened["views"]]
    answers = random_answers(rule_set, 20, 7)
    again = evaluate_model(opened["xml"].encode(), [model_input(rule_set, it) for it in answers])
    assert (again.complaints, again.decided) == ([], [own_decision(rule_set, it) for it in answers])


@pytest.mark.usefixtures("modules")
def test_this_comparison_notices_a_rule_that_says_something_else() -> None:
    rule_set = starter.rule_set()
    first = rule_set.rules[0]
    other = replace(rule_set, rules=(replace(first, push=replace(first.push, points=5)), *rule_set.rules[1:]))
    answers = random_answers(rule_set, 50, 1)
    found = evaluate_model(write_dmn(other), [model_input(rule_set, it) for it in answers])
    assert found.decided != [own_decision(rule_set, it) for it in answers]


def test_a_model_knows_of_parts_of_both_kinds_only_where_the_rules_do() -> None:
    rule_set = clean_rule_set()
    assert b'name="both"' not in write_dmn(rule_set)
    rules = (replace(rule_set.rules[0], push=Push(Side.BOTH, 1)), *rule_set.rules[1:])
    assert b'name="both"' in write_dmn(replace(rule_set, rules=rules))


def test_the_model_says_that_the_risks_are_left_out() -> None:
    rule_set = clean_rule_set()
    assert rule_set.risks
    for about in ([], [("These rules", "version 3")]):
        model = write_dmn(rule_set, about).decode()
        said = "This model gives the advice and its points. The risks, the guidance and the claims are left out."
        assert said in model
        assert rule_set.risks[0].title not in model
    assert write_dmn(rule_set) == write_dmn(replace(rule_set, risks=()))
