"""What the starter rule set promises: its rationale is the documents', and it advises where they place a process."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from advisor import starter
from advisor.engine.checks.check import check
from advisor.engine.document.document import dumps, parse
from advisor.engine.evaluation.advice import disagreements_shown, guidance_shown
from advisor.engine.evaluation.brief import brief_lines
from advisor.engine.evaluation.cases import run_cases
from advisor.engine.evaluation.evaluate import Recommendation, evaluate, evaluate_parts
from advisor.engine.model.evidence import Pull, SourceKind
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.rules import RuleSet, TestCase
from advisor.engine.model.vocabulary import Kind, Measure, Outcome, Side
from tests.starter.verdict_table import verdict_table

RULE_SET = starter.rule_set()
DOCS = Path(__file__).parents[2] / "docs"
PLACED = {  # the services that the documents themselves place
    "D1.08": 2,
    "D1.09": 10,
    "D1.13": 4,
    "D1.16": 4,
    "D1.17": 9,
    "D1.20": 6,
    "D2.05": 3,
    "D2.11": 1,
}


def advise(rule_set: RuleSet, case: TestCase) -> Recommendation:
    return evaluate_parts(rule_set, case.answers, [(part.part, part.answers) for part in case.parts])


def rests_on_a_document(rule_set: RuleSet, claims: tuple[str, ...]) -> bool:
    return not rule_set.is_general(claims)


def without_guidance(rule_set: RuleSet) -> RuleSet:
    return replace(rule_set, rules=tuple(r for r in rule_set.rules if rests_on_a_document(rule_set, r.sources)))


def test_it_has_no_problem_and_no_warning() -> None:
    assert check(RULE_SET) == ()


def test_every_test_case_passes() -> None:
    assert [result for result in run_cases(RULE_SET) if not result.passed] == []


def test_there_are_fifty_test_cases_and_three_for_each_outcome() -> None:
    counts = Counter(case.outcome for case in RULE_SET.cases)
    assert sum(counts.values()) >= 50
    assert all(counts[outcome] >= 3 for outcome in Outcome), counts


@pytest.mark.parametrize(("claim", "services"), PLACED.items())
def test_the_services_that_a_document_places_have_test_cases(claim: str, services: int) -> None:
    assert sum(claim in case.sources for case in RULE_SET.cases) >= services


def test_the_document_survives_the_round_trip() -> None:
    assert parse(starter.text()) == RULE_SET
    assert dumps(parse(starter.text())) == starter.text()


def test_every_claim_of_the_inventory_is_in_the_evidence_library() -> None:
    ids = {claim.id for claim in RULE_SET.claims}
    wanted = [f"D1.{n:02}" for n in range(1, 29)] + [f"D2.{n:02}" for n in range(1, 19)]
    wanted += [f"G.{n:02}" for n in range(1, 64)]
    assert ids == set(wanted)


def test_every_claim_that_pulls_is_used_by_a_rule_a_disagreement_or_the_guidance() -> None:
    used = {claim_id for rule in RULE_SET.rules for claim_id in rule.sources}
    used |= {claim_id for item in RULE_SET.disagreements for view in item.views for claim_id in view.sources}
    used |= {claim_id for item in RULE_SET.guidance for claim_id in item.sources}
    used |= {claim_id for risk in RULE_SET.risks for claim_id in risk.sources}
    pulling = {claim.id for claim in RULE_SET.claims if claim.pull != (Pull.CONTEXT,)}
    assert pulling - used == set()


def test_every_claim_of_the_guidance_is_used() -> None:
    used = {claim_id for rule in RULE_SET.rules for claim_id in rule.sources}
    used |= {claim_id for item in RULE_SET.guidance for claim_id in item.sources}
    used |= {claim_id for risk in RULE_SET.risks for claim_id in risk.sources}
    used |= {claim_id for item in RULE_SET.disagreements for view in item.views for claim_id in view.sources}
    assert {claim.id for claim in RULE_SET.claims if claim.source == "G"} - used == set()


def test_every_rule_towards_bpo_or_kpo_rests_on_a_document() -> None:
    """Hence no kind but "unclear" is ever given without a matched rule on D1 or D2: the sums have no other source."""
    for rule in RULE_SET.rules:
        assert rule.push.side is Side.KEEP or rests_on_a_document(RULE_SET, rule.sources), rule.key


def test_there_is_no_kind_without_a_matched_reason_from_the_documents() -> None:
    for case in RULE_SET.cases:
        for piece in advise(RULE_SET, case).all_parts:
            matched = [rule for rule in piece.matched_rules if rule.push.side is not Side.KEEP]
            assert piece.kind is Kind.UNCLEAR or any(rests_on_a_document(RULE_SET, r.sources) for r in matched)
    nothing_known = evaluate(RULE_SET, {})
    assert nothing_known.kind is Kind.UNCLEAR
    assert nothing_known.points.evidence == 0


def test_guidance_never_decides_the_kind() -> None:
    bare = without_guidance(RULE_SET)
    assert 0 < len(bare.rules) < len(RULE_SET.rules)
    for case in RULE_SET.cases:
        assert advise(bare, case).kind is advise(RULE_SET, case).kind, case.key


def test_the_path_to_the_advice_is_always_the_same_nine_questions() -> None:
    core = RULE_SET.section(Section.CORE)
    assert len(core) == 9
    assert all(question.asked_when == () for question in core)


@pytest.mark.parametrize("question", [question.key for question in RULE_SET.section(Section.CORE)])
def test_every_core_question_drives_the_advice(question: str) -> None:
    """For each there are answers to the others under which its answer alone changes the outcome."""
    assert any(_outcomes_over(question, dict(case.answers)) for case in RULE_SET.cases if not case.parts)


def _outcomes_over(key: str, answers: dict[str, Answer]) -> bool:
    question = RULE_SET.question(key)
    assert question is not None
    outcomes = {evaluate(RULE_SET, {**answers, key: answer}).outcome for answer in _answers(question)}
    return len(outcomes) > 1


def _answers(question: Question) -> list[Answer]:
    """Every option, of several also none, one at a time."""
    keys = [option.key for option in question.options]
    return [(), *((key,) for key in keys)] if question.type is AnswerType.CHOICES else list(keys)


def test_of_every_complete_set_of_answers_enough_is_known() -> None:
    """Points are never negative, so the evidence of a complete set is at least the sum of each question's least."""
    least = 0
    for question in RULE_SET.section(Section.CORE):
        least += min(evaluate(RULE_SET, {question.key: answer}).points.evidence for answer in _answers(question))
    assert evaluate(RULE_SET, {}).kind is Kind.UNCLEAR
    thin = next(row for row in RULE_SET.kind if row.kind is Kind.UNCLEAR)
    assert [bound.measure for bound in thin.when] == [Measure.EVIDENCE]
    assert thin.when[0].at_most is not None
    assert least > thin.when[0].at_most


def test_every_disagreement_can_be_told() -> None:
    told = set()
    for case in RULE_SET.cases:
        told |= {item.key for item in disagreements_shown(RULE_SET, case.process, advise(RULE_SET, case))}
    assert told == {item.key for item in RULE_SET.disagreements}


def test_every_piece_of_guidance_can_be_told() -> None:
    told = set()
    for case in RULE_SET.cases:
        advice = advise(RULE_SET, case)
        told |= {item.key for item in guidance_shown(RULE_SET, case.process, advice)}
        begins = replace(case, answers={**case.answers, "start": "beside"})
        for one in (advice, advise(RULE_SET, begins)):
            told |= {line.key.removeprefix("guidance/") for line in brief_lines(RULE_SET, case.process, one)}
    assert {item.key for item in RULE_SET.guidance} - told == set()


def test_no_question_uses_a_term_of_the_trade() -> None:
    trade = re.compile(r"\b(BPO|KPO|outsourc\w*|offshor\w*|nearshor\w*|provider|SLA|vendor)\b", re.I)
    for question in RULE_SET.questions:
        texts = [question.text, question.hint, question.missing]
        texts += [text for option in question.options for text in (option.label, option.hint)]
        assert not [text for text in texts if trade.search(text)], question.key


def test_the_docs_say_which_question_serves_which_contrast() -> None:
    page = (DOCS / "questions.md").read_text()
    for question in RULE_SET.questions:
        assert f"`{question.key}`" in page
    contrasts = [claim.id for claim in RULE_SET.claims if {Pull.BPO, Pull.KPO} <= set(claim.pull)]
    assert [claim_id for claim_id in contrasts if claim_id not in page] == []
    assert verdict_table() in page
    for element in ("focus", "process", "specialisation", "driving force", "activities", "customer contact"):
        assert f"| {element} |" in page


def test_general_guidance_is_one_source_apart_from_the_documents() -> None:
    kinds = {source.key: source.kind for source in RULE_SET.sources}
    assert kinds == {"D1": SourceKind.DOCUMENT, "D2": SourceKind.DOCUMENT, "G": SourceKind.GUIDANCE}
