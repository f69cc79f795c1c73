"""Test cases of a rule set: run as a person's answers would be, expected against got."""

from hypothesis import given

from advisor.engine.document.document import from_plain
from advisor.engine.evaluation.cases import advise, run_cases
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome
from tests.engine.document_edits import change_document, put
from tests.engine.documents import clean_rule_set
from tests.engine.strategies import PROPERTY, rule_sets


def test_each_case_is_run_in_its_order_and_shows_what_it_got() -> None:
    one, other = run_cases(clean_rule_set())
    assert (one.case.key, one.passed, one.outcome) == ("hours", True, Outcome.BPO)
    assert (other.case.key, other.passed, other.outcome) == ("pay-office", True, Outcome.BOTH)
    assert [piece.part for piece in advise(clean_rule_set(), other.case).all_parts] == ["Keying", "Advice"]


def test_a_case_that_comes_out_differently_fails() -> None:
    one, other = run_cases(from_plain(change_document(put("cases/hours/outcome", "kpo"))))
    assert (one.passed, one.outcome) == (False, Outcome.BPO)
    assert other.passed


def test_a_case_that_names_a_kind_fails_on_another_kind() -> None:
    (one, _) = run_cases(from_plain(change_document(put("cases/hours/kind", "kpo"))))
    assert (one.passed, one.kind) == (False, Kind.BPO)


def test_a_case_that_names_no_kind_is_content_with_any() -> None:
    kept = change_document(put("cases/hours/answers/edge", "yes"), put("cases/hours/outcome", "keep"))
    assert run_cases(from_plain(kept))[0].passed
    del kept["cases"][0]["kind"]
    assert run_cases(from_plain(kept))[0].passed


def test_what_one_part_answers_for_the_process_counts_in_all_parts() -> None:
    document = change_document(
        put("cases/pay-office/answers", {}),
        put("cases/pay-office/parts/1/answers/edge", "yes"),
        put("cases/pay-office/outcome", "keep"),
        put("cases/pay-office/risks", []),
    )
    _, other = run_cases(from_plain(document))
    assert other.passed


@PROPERTY
@given(rule_sets())
def test_cases_made_from_recommendations_pass(rule_set: RuleSet) -> None:
    results = run_cases(rule_set)
    assert [result.case for result in results] == list(rule_set.cases)
    assert all(result.passed for result in results)
