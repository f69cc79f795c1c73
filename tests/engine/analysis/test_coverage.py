"""What the test cases do not try is found, and the proposed cases try it."""

from dataclasses import replace

import pytest

from advisor import starter
from advisor.engine.analysis.coverage import Coverage, Proposal, coverage
from advisor.engine.evaluation.cases import advise, case_difference, run_cases
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.answers import plain_answer
from advisor.engine.model.questions import Condition, asked_questions
from advisor.engine.model.rules import Push, Rule, RuleSet, TestCase
from advisor.engine.model.vocabulary import Kind, Side
from tests.rule_sets.crowded_rules import crowded_rules

STARTER = starter.rule_set()


def with_cases(rules: RuleSet, proposals: tuple[Proposal, ...]) -> RuleSet:
    cases = [
        TestCase(f"proposed-{at}", f"Proposed {at}", dict(it.answers), it.outcome, "Proposed.", kind=it.kind)
        for at, it in enumerate(proposals)
    ]
    return replace(rules, cases=(*rules.cases, *cases))


def tries_place(rules: RuleSet, proposal: Proposal, place: str) -> bool:
    """Whether single evaluation, which knows nothing of coverage, says that the answers try a place."""
    got = evaluate(rules, proposal.answers)
    match place.split("/"):
        case ["rules", key]:
            return key in {rule.key for rule in got.matched_rules}
        case ["leave", index]:
            return got.leave == rules.leave[int(index)]
        case ["kind", index]:
            return got.row == rules.kind[int(index)]
        case ["outcomes", outcome]:
            return got.outcome == outcome
        case _:
            _, question, _, option = place.split("/")
            answer = asked_questions(rules.questions, proposal.answers).answers.get(question)
            return answer == option or (isinstance(answer, tuple) and option in answer)


@pytest.mark.parametrize(
    "rules", [STARTER, replace(STARTER, cases=()), crowded_rules()], ids=["starter", "without cases", "crowded"]
)
def test_the_proposed_cases_try_all_that_none_tries_and_pass(rules: RuleSet) -> None:
    found = coverage(rules)
    assert found.missing
    assert found.not_found == ()
    wanted = [place for place in found.missing if not place.startswith("risks/")]
    assert sorted(place for proposal in found.proposals for place in proposal.tries) == sorted(wanted)
    for proposal in found.proposals:
        assert all(tries_place(rules, proposal, place) for place in proposal.tries)
    grown = with_cases(rules, found.proposals)
    assert all(result.passed for result in run_cases(grown)[len(rules.cases) :])
    assert [place for place in coverage(grown).missing if not place.startswith("risks/")] == []


def test_proposed_cases_are_few_and_have_every_answer_that_is_asked_for() -> None:
    found = coverage(replace(STARTER, cases=()))
    assert len(found.proposals) <= len(found.missing) // 8
    for proposal in found.proposals:
        if proposal.kind is not Kind.UNCLEAR:
            wanted = [
                q.key for q in asked_questions(STARTER.questions, proposal.answers).questions if q.section != "name"
            ]
            assert set(wanted) <= set(proposal.answers)


def test_a_risk_is_tried_by_a_case_that_expects_it_and_by_no_other() -> None:
    without = replace(STARTER, cases=tuple(replace(case, risks=()) for case in STARTER.cases))
    places = {f"risks/{risk.key}" for risk in STARTER.risks}
    assert places <= set(coverage(STARTER).places)
    assert not places & set(coverage(STARTER).missing)
    assert places <= set(coverage(without).missing)
    assert coverage(without).not_found == ()


def test_what_no_answers_lead_to_is_said_not_to_be_found() -> None:
    twice = (Condition("steps", "any_of", ("set",)), Condition("steps", "any_of", ("case-by-case",)))
    never = Rule("never", twice, Push(Side.BPO, 1), "It cannot fire.", ("D1.23",))
    found = coverage(replace(STARTER, rules=(*STARTER.rules, never)))
    assert found.not_found == ("rules/never",)


def test_a_rule_that_fires_in_one_part_only_is_tried() -> None:
    parts = [case for case in STARTER.cases if case.parts]
    alone = coverage(replace(STARTER, cases=tuple(parts)))
    fired = {rule.key for case in parts for rule in advise(STARTER, case).matched_rules}
    assert fired
    assert not {f"rules/{key}" for key in fired} & set(alone.missing)


def test_the_same_rules_get_the_same_proposals() -> None:
    first: Coverage = coverage(replace(STARTER))
    assert coverage(replace(STARTER)) == first


def test_the_difference_of_a_case_names_what_fires_now_what_no_more_and_what_weighs_otherwise() -> None:
    case = next(case for case in STARTER.cases if case.key == "data-entry")
    fires = [rule for rule in STARTER.rules if rule in evaluate(STARTER, case.answers).matched_rules]
    gone, heavier = fires[0], replace(fires[1], push=replace(fires[1].push, points=6 - fires[1].push.points))
    assert heavier.push != fires[1].push
    (question, answer), *_ = ((key, plain_answer(it)) for key, it in case.answers.items() if isinstance(it, str))
    new = Rule("new", (Condition(question, "any_of", (str(answer),)),), Push(Side.KPO, 2), "New.", ("D1.23",))
    rules = [heavier if rule.key == heavier.key else rule for rule in STARTER.rules if rule.key != gone.key]
    differs = case_difference(STARTER, replace(STARTER, rules=(*rules, new)), case)
    assert differs is not None
    assert [rule.key for rule in differs.came] == ["new"]
    assert [rule.key for rule in differs.went] == [gone.key]
    assert differs.other == ((fires[1], heavier),)
    assert differs.after.points.kpo >= 2


def test_a_case_with_a_question_that_the_old_rules_do_not_ask_is_not_held_against_them() -> None:
    case = next(case for case in STARTER.cases if "contact" in case.answers)
    old = replace(STARTER, questions=tuple(q for q in STARTER.questions if q.key != "contact"))
    assert case_difference(old, STARTER, case) is None


@pytest.mark.parametrize("rules", [STARTER, crowded_rules()], ids=["starter", "crowded"])
def test_proposed_cases_differ_from_one_that_people_wrote_in_few_answers(rules: RuleSet) -> None:
    whole = [case.answers for case in rules.cases if len(case.answers) >= 8]
    differ = [
        min(sum(proposal.answers.get(key) != answer for key, answer in given.items()) for given in whole)
        for proposal in coverage(rules).proposals
    ]
    assert sum(differ) / len(differ) <= 3
    assert max(differ) <= 5
