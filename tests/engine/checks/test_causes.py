"""A key that is missing or there twice is told once, and not by everything that names it."""

from advisor.engine.checks.check import check
from advisor.engine.document.document import from_plain
from tests.effort import limit_processor_time
from tests.engine.document_edits import add, change_document, condition, put, rule


def test_a_key_that_is_there_twice_hides_what_only_follows_from_it() -> None:
    problems = check(
        from_plain(
            change_document(
                put("questions/edge/key", "steps"),
                put("rules/many/because", ""),
                put("rules/many/when/0/values", [-5]),
                put("claims/D1.04/source", "D9"),
            )
        )
    )
    assert [problem.place for problem in problems if problem.blocks] == [
        "questions/2/key",
        "rules/many/because",
        "rules/many/when/0/values",
        "claims/D1.04/source",
    ]


def test_a_claim_without_an_id_is_told_once_and_not_by_what_rests_on_it() -> None:
    problems = check(from_plain(change_document(put("claims/D1.02/id", ""))))
    assert [(it.place, it.text) for it in problems if it.blocks] == [("claims/1/id", "Claim number 2 has no key.")]


def test_options_with_one_key_hide_what_names_the_one_that_is_lost() -> None:
    problems = check(from_plain(change_document(put("questions/steps/options/same/key", "each"))))
    assert [problem.place for problem in problems] == ["questions/steps/options/2/key"]


def test_a_question_without_options_is_the_only_thing_to_mend() -> None:
    problems = check(from_plain(change_document(put("questions/steps/options", []))))
    assert [problem.place for problem in problems] == ["questions/steps/options"]


def test_thousands_of_problems_beside_a_key_that_is_there_twice_take_no_time_of_their_own() -> None:
    bad = [rule(f"r{number}", condition("volume", "at_least", -5)) for number in range(4_000)]
    rules = from_plain(change_document(put("questions/edge/key", "steps"), add("rules", *bad)))
    with limit_processor_time(4):
        assert len(check(rules)) > 4_000
