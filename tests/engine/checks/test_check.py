"""What ``check`` promises as a whole: it finds nothing where nothing is wrong, and everything at once where much is."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.checks.check import check
from advisor.engine.document.document import from_plain, to_plain
from advisor.engine.evaluation.advice import contradictions, disagreements_shown, guidance_shown, name_against_content
from advisor.engine.evaluation.cases import run_cases
from advisor.engine.evaluation.evaluate import evaluate, evaluate_parts
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.questions import Condition
from advisor.engine.model.rules import RuleSet
from tests.effort import limit_processor_time
from tests.engine.document_edits import add, change_document, condition, drop, put, question, rule
from tests.engine.documents import clean_document, clean_rule_set
from tests.engine.mutations import mutations
from tests.engine.strategies import PROPERTY, any_answers, rule_sets


def blocking_texts(rule_set: RuleSet) -> list[str]:
    return [str(problem) for problem in check(rule_set) if problem.blocks]


def test_nothing_is_found_in_a_clean_rule_set() -> None:
    assert check(clean_rule_set()) == ()


@PROPERTY
@given(rule_sets())
def test_nothing_blocks_a_random_rule_set_that_is_sound(rule_set: RuleSet) -> None:
    assert blocking_texts(rule_set) == []


def test_all_problems_of_a_document_are_found_at_once_in_its_order() -> None:
    document = change_document(
        put("questions/steps/text", ""),
        drop("questions/edge/options/yes"),
        put("rules/core/when/0/test", "any_of"),
        put("questions/written/asked_when/0", condition("written", "any_of", "yes")),
        drop("questions/volume/maximum"),
        add("questions", question("Odd key")),
        put("rules/routine/because", " "),
        put("rules/expert/sources", []),
        put("rules/many/when/0/question", "volumes"),
        add("rules", rule("always"), rule("name", condition("closest", "any_of", "payrol"))),
        drop("leave/1"),
        add("kind", {"when": [], "kind": "bpo", "strength": "clear", "says": "Late."}),
        put("claims/D1.04/source", "D9"),
        drop("disagreements/pay/views/0"),
        drop("tensions/routine-law/when/0"),
        put("guidance/write/sources", []),
        put("limits/0", ""),
        put("cases/hours/answers/stepz", "each"),
    )
    assert [(problem.place, problem.blocks) for problem in check(from_plain(document))] == [
        ("questions/edge/options", True),
        ("questions/steps/text", True),
        ("questions/written/asked_when/0", True),
        ("questions/volume", True),
        ("questions/volume", False),
        ("questions/Odd key/key", True),
        ("questions/Odd key", False),
        ("rules/routine/because", True),
        ("rules/expert/sources", True),
        ("rules/many/when/0/question", True),
        ("rules/always/when", True),
        ("rules/name/when/0/values", True),
        ("rules/name/when/0/question", True),
        ("leave/0/when", True),
        ("kind/4", False),
        ("claims/D1.04/source", True),
        ("disagreements/pay/views", True),
        ("tensions/routine-law/when", True),
        ("guidance/write/sources", True),
        ("limits/0", True),
        ("cases/hours/answers/stepz", True),
    ]


def test_every_problem_names_its_place_says_what_is_wrong_and_how_to_mend_it() -> None:
    document = change_document(put("rules/routine/sources", []), put("rules/expert/when/0/values", ["lav"]))
    for problem in check(from_plain(document)):
        assert problem.place.startswith("rules/")
        assert problem.text.endswith(".")
        assert problem.mend.endswith((".", "?"))


def test_a_rule_set_that_was_not_read_from_a_document_is_checked_too() -> None:
    rules = clean_rule_set().rules
    broken = [
        Condition("steps", "resembles", ("same",)),
        Condition("steps", "any_of", ()),
        Condition("volume", "between", (1,)),
        Condition("steps", "any_of", (3,)),
    ]
    rule_set = replace(clean_rule_set(), rules=(*rules, replace(rules[0], key="broken", when=tuple(broken))))
    assert [(problem.place, problem.text) for problem in check(rule_set)] == [
        ("rules/broken/when/0/test", "“resembles” is not a test."),
        ("rules/broken/when/1/values", "“is” takes at least one value, not 0."),
        ("rules/broken/when/2/values", "“is between” takes two values, not 1."),
        ("rules/broken/when/3/values", "“is” takes options by their keys."),
    ]


def test_an_empty_rule_set_is_described_and_not_stumbled_over() -> None:
    empty = RuleSet((), (), (), (), (), ())
    assert [problem.place for problem in check(empty)] == ["questions", "rules", "leave", "kind"]


@PROPERTY
@given(rule_sets(), st.data())
def test_what_check_does_not_block_can_be_evaluated_with_any_answers(rule_set: RuleSet, data: st.DataObject) -> None:
    document = data.draw(mutations(to_plain(data.draw(st.sampled_from([rule_set, clean_rule_set()])))))
    try:
        changed_set = from_plain(document)
    except RuleSetError:
        return
    if blocking_texts(changed_set):
        return
    answers = data.draw(any_answers(changed_set))
    for advice in (
        evaluate(changed_set, answers),
        evaluate_parts(changed_set, answers, [("one", {}), ("other", answers)]),
    ):
        disagreements_shown(changed_set, "Payroll", advice)
        for told in guidance_shown(changed_set, "Payroll", advice):
            changed_set.is_general(told.sources)
        name_against_content(changed_set, "Payroll", advice)
    contradictions(changed_set, answers)
    run_cases(changed_set)


def test_checking_takes_well_under_a_second_even_with_many_rules_and_follow_ups() -> None:
    document = clean_document()
    document["questions"] += [
        question(f"f{n}", condition("edge", "any_of", "yes" if n % 2 else "no")) for n in range(60)
    ]
    document["rules"] += [
        rule(f"x{n}", condition(f"f{n % 60}", "any_of", "no" if n % 3 else "yes")) for n in range(400)
    ]
    rule_set = from_plain(document)
    with limit_processor_time(1):
        found = check(rule_set)
    assert [problem.place for problem in found if problem.blocks] == ["questions"]
