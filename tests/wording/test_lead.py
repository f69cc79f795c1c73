"""What opens an advice: it names the work, takes up what is said of it, and its words fit the advice."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from advisor import starter
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.policy import KindRow
from advisor.engine.model.questions import Scope
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Strength
from advisor.exchange.recommendation import recommend
from advisor.wording.lead import lead_of
from advisor.wording.verdict import advice_words, verdict_words, with_answers
from tests.assessments.walker import CORE, EXPERT, MIXED, ROUTINE
from tests.small import read_small

Answers = dict[str, Any]


def words(key: str, answer: Any) -> str:
    return f"“{answer}” ({key})"


def advice(rules: RuleSet, answers: Answers, *parts: tuple[str, Answers]) -> dict[str, Any]:
    return dict(recommend(rules, 1, WorkItem("Payroll", answers, parts)))


@pytest.fixture
def small() -> RuleSet:
    return read_small()


def undecided(rules: RuleSet) -> RuleSet:
    """The same rules, where nothing ever speaks clearly for one kind."""
    return replace(rules, kind=(KindRow((), Kind.UNCLEAR, Strength.BALANCED, "They lie close together."),))


@pytest.mark.parametrize("answers", [ROUTINE, EXPERT, MIXED, CORE, {}])
def test_it_names_the_work_once(app: Flask, small: RuleSet, answers: Answers) -> None:
    with app.test_request_context():
        lead = lead_of(advice(small, answers), words)
    assert " ".join(lead.sentences).count("“Payroll”") == 1
    assert 1 <= len(lead.sentences) <= 3


def test_what_weighs_most_is_quoted_for_and_against(app: Flask, small: RuleSet) -> None:
    with app.test_request_context():
        lead = lead_of(advice(small, {"edge": "no", "steps": "open", "skill": "basic"}), words)
    assert lead.sentences[0].endswith("expert work: “open” (steps).")
    assert lead.against == "For BPO: “basic” (skill)"


def test_what_a_rule_says_of_the_work_stands_in_place_of_the_answers(app: Flask, small: RuleSet) -> None:
    rules = replace(small, rules=tuple(replace(rule, says=f"it is {rule.key}") for rule in small.rules))
    with app.test_request_context():
        lead = lead_of(advice(rules, {"edge": "no", "steps": "open", "skill": "basic"}), words)
    assert "“open”" not in " ".join(lead.sentences)
    assert ": it is " in lead.sentences[0]
    assert lead.against.startswith("For BPO: it is ")


def test_parts_that_leave_and_parts_that_stay_are_said_in_the_first_sentence(app: Flask, small: RuleSet) -> None:
    parts: list[tuple[str, Answers]] = [
        ("Prices", {"edge": "yes", "steps": "open"}),
        ("Paperwork", {"edge": "no", "steps": "set"}),
        ("Rest", {}),
    ]
    rules = replace(small, questions=tuple(replace(it, scope=Scope.PART) for it in small.questions))
    with app.test_request_context():
        document = advice(rules, {}, *parts)
        lead = lead_of(document, words)
        assert verdict_words(document) == "BPO suits the part that can leave"
    assert lead.sentences == [
        "For “Payroll”: hand “Paperwork” to a BPO provider, and keep “Prices” in-house for now.",
        "We can't say yet for “Rest”.",
    ]


def test_both_in_one_piece_says_what_is_for_which_kind_of_provider(app: Flask) -> None:
    rules = starter.rule_set()
    case = next(case for case in rules.cases if case.key == "finance-function")
    without_words = replace(rules, rules=tuple(replace(rule, says="") for rule in rules.rules))
    with app.test_request_context():
        sentences = lead_of(advice(rules, case.answers), words).sentences
        quoted = lead_of(advice(without_words, case.answers), words).sentences
    assert sentences[1:] == [
        "Routine work, for BPO: part of it ends with something done, and part of it follows set steps.",
        "Expert work, for KPO: part of it ends with something thought up, and part of it rests on judgement.",
    ]
    assert len(quoted) == 1, "the same answers for both sides do not say which part goes where"
    assert quoted[0].endswith(": “partly” (steps), and “varies” (complexity).")


def test_where_all_is_answered_it_could_be_either(app: Flask, small: RuleSet) -> None:
    with app.test_request_context():
        document = advice(undecided(small), MIXED)
        assert verdict_words(document) == "It could be either: BPO or KPO"
        assert str(advice_words(document).name) == "It could be either"
        assert "“Payroll” could be either" in lead_of(document, words).sentences[0]
        open_still = advice(undecided(small), {**MIXED, "skill": None})
        assert verdict_words(open_still) == "We can't say yet"
        assert verdict_words({"parts": (), "outcome": "unclear"}) == "We can't say yet", "who does not know says less"


@pytest.mark.parametrize("answer", ["nobody", "not-yet"])
def test_what_nobody_does_is_not_kept(app: Flask, small: RuleSet, answer: str) -> None:
    who = replace(small.questions[1], key="in_house", options=(replace(small.questions[1].options[0], key=answer),))
    rules = replace(small, questions=(*small.questions, who))

    def given(answers: Answers) -> dict[str, Any]:
        return with_answers(advice(rules, answers), {"answers": answers, "parts": []})

    with app.test_request_context():
        document = given({**CORE, "in_house": answer})
        assert verdict_words(document) == "Build it up yourselves, or find an expert partner"
        assert lead_of(document, words).sentences[0].startswith("Nobody here does “Payroll” yet")
        assert verdict_words(given(CORE)) == "Keep this process in-house for now"
        assert verdict_words(given({**ROUTINE, "in_house": answer})) == "BPO suits this process"
