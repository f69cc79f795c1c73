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
from advisor.engine.model.vocabulary import DoneBy, Kind, Strength
from advisor.exchange.recommendation import recommend
from advisor.wording.advice.lead import lead_of
from advisor.wording.advice.verdict import advice_words, verdict_words
from tests.assessments.walker import CORE, EXPERT, MIXED, ROUTINE
from tests.small import read_small, who_does_it

Answers = dict[str, Any]


def words(key: str, answer: Any) -> str:
    return f"“{answer}” ({key})"


def advice(rules: RuleSet, answers: Answers, *parts: tuple[str, Answers]) -> dict[str, Any]:
    return dict(recommend(rules, 1, WorkItem("Payroll", answers, parts)))


@pytest.fixture
def small() -> RuleSet:
    return read_small()


def undecided_rules(rules: RuleSet) -> RuleSet:
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


def test_one_clause_is_not_said_for_and_against(app: Flask) -> None:
    """A reason of the starter rules for keeping core work says of it what one for KPO says, too."""
    rules = starter.rule_set()
    shared = {rule.says for rule in rules.rules if sum(it.says == rule.says for it in rules.rules) > 1}
    assert "it is what customers come to you for" in shared
    with app.test_request_context():
        core = lead_of(advice(rules, {"edge": "core", "in_house": "one-person"}), words)
        for case in rules.cases:
            lead = lead_of(advice(rules, case.answers), words)
            for clause in shared:
                assert clause not in lead.against or clause not in " ".join(lead.sentences), case.key
    assert "it is what customers come to you for" in " ".join(core.sentences)
    assert core.against.startswith("For KPO: Customers come to you because of it, and core work that is handed out")


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
        document = advice(undecided_rules(small), MIXED)
        assert verdict_words(document) == "It could be either: BPO or KPO"
        assert str(advice_words(document).name) == "It could be either"
        assert "“Payroll” could be either" in lead_of(document, words).sentences[0]
        open_still = advice(undecided_rules(small), {**MIXED, "skill": None})
        assert verdict_words(open_still) == "We can't say yet"
        assert verdict_words({"parts": (), "outcome": "unclear"}) == "We can't say yet", "who does not know says less"


def test_what_nobody_does_or_another_firm_is_not_kept(app: Flask, small: RuleSet) -> None:
    who = ("skill", dict(zip(["basic", "expert"], DoneBy, strict=True)))
    rules = who_does_it(small, *who)
    new, elsewhere = {**CORE, "skill": "basic"}, {**CORE, "skill": "expert"}
    with app.test_request_context():
        nobodys, others = advice(rules, new), advice(rules, elsewhere)
        assert (nobodys["done_by"], others["done_by"]) == ("nobody", "another-firm")
        assert verdict_words(nobodys) == "Build it up yourselves, or find an expert partner"
        assert lead_of(nobodys, words).sentences[0].startswith("Nobody here does “Payroll” yet")
        assert verdict_words(others) == "This process is better in your own hands"
        assert lead_of(others, words).sentences[0].startswith("Another firm does “Payroll” today")
        leaves = advice(rules, {**EXPERT, "skill": "expert"})
        assert lead_of(leaves, words).sentences[-1] == "Another firm does it already."
        assert verdict_words(advice(rules, {**ROUTINE, "skill": "basic"})) == "BPO suits this process"
        for answers in (new, elsewhere):  # rules that do not ask it say what is true of either
            plain = advice(small, answers)
            assert "done_by" not in plain
            assert verdict_words(plain) == "Keep this process in-house for now"
            assert "is better done by your own people than by a provider" in lead_of(plain, words).sentences[0]


def test_who_does_the_parts_is_said_of_the_whole_where_it_is_the_same(app: Flask, small: RuleSet) -> None:
    rules = who_does_it(small, "skill", {"basic": DoneBy.NOBODY, "expert": None})
    stays = {"edge": "yes", "steps": "open"}
    with app.test_request_context():
        same = advice(rules, stays, ("One", {"skill": "basic"}), ("Two", {"skill": "basic"}))
        apart = advice(rules, stays, ("One", {"skill": "basic"}), ("Two", {"skill": "expert"}))
        assert verdict_words(same) == "Build it up yourselves, or find an expert partner"
        assert verdict_words(apart) == "Keep this process in-house for now"
        assert [str(advice_words(part).part_verdict) for part in apart["parts"]] == [
            "Build it up, or find an expert partner",
            "Keep this part in-house for now",
        ]
