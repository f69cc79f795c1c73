"""Rules that something blocks are tried without what cannot stand, and without nothing else."""

from dataclasses import replace
from random import Random

from advisor import starter
from advisor.engine.checks.check import check, examine
from advisor.engine.checks.trial import RuleSetTrial, trial_of
from advisor.engine.document import edit
from advisor.engine.document.document import NUMBERED, items_of, key_of, options_of
from advisor.engine.evaluation.evaluate import evaluate_parts
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import RuleSet, TestCase
from advisor.engine.model.vocabulary import Measure

STARTER = starter.rule_set()


def try_rules(rules: RuleSet) -> RuleSetTrial | None:
    trial = trial_of(rules, examine(rules))
    return trial if isinstance(trial, RuleSetTrial) else None


def why_not(rules: RuleSet) -> str:
    problem = trial_of(rules, examine(rules))
    assert not isinstance(problem, RuleSetTrial)
    return problem.text


def parts(case: TestCase) -> list[tuple[str, Answers]]:
    return [(part.part, part.answers) for part in case.parts]


def places(rules: RuleSet) -> set[str]:
    return {f"{name}/{key_of(item)}" for name in ("rules", "risks", "cases") for item in items_of(rules, name)}


def with_random_removals(dice: Random) -> RuleSet:
    rules = STARTER
    for _ in range(dice.randint(1, 4)):
        lists = ["questions", options_of(dice.choice(rules.questions).key), "claims", "sources", "kind", "risks"]
        collection = dice.choice(lists)
        items = items_of(rules, collection)
        at = dice.randrange(len(items))
        rules = edit.remove(rules, collection, str(at) if collection in NUMBERED else key_of(items[at]))
    return rules


def test_where_nothing_blocks_it_is_the_very_rules_and_their_results() -> None:
    examination = examine(STARTER)
    trial = trial_of(STARTER, examination)
    assert isinstance(trial, RuleSetTrial)
    assert trial.rules is STARTER
    assert trial.results is examination.results
    assert trial.left_out == ()


def test_what_is_left_can_be_evaluated_and_all_that_could_stand_is_in_it() -> None:
    some = 0
    for seed in range(30):
        rules = with_random_removals(Random(seed))
        trial = try_rules(rules)
        if trial is None:
            continue
        some += bool(trial.left_out)
        harmful = [p for p in check(trial.rules) if p.blocks and not p.text.endswith("rests on no claim.")]
        assert not [
            p
            for p in harmful
            if p.place.split("/")[0] not in {"rules", "guidance", "risks", "disagreements", "questions", "claims"}
        ]
        assert len(trial.results) == len(trial.rules.cases)
        again = try_rules(trial.rules)
        assert again is not None
        assert again.left_out == ()
        kept = {
            f"{name}/{key_of(item)}" for name in ("rules", "risks", "cases") for item in items_of(trial.rules, name)
        }
        stood = {f"{name}/{key_of(item)}" for name in ("rules", "risks", "cases") for item in items_of(rules, name)}
        assert kept == stood - set(trial.left_out)
        looking = {condition.question for rule in trial.rules.rules for condition in rule.when}
        assert looking <= {question.key for question in trial.rules.questions}
    assert some > 10


def test_a_rule_goes_only_where_what_it_looks_at_is_gone() -> None:
    rules = edit.remove(STARTER, "questions", "exposure")
    trial = try_rules(rules)
    assert trial is not None
    gone = {place for place in trial.left_out if place.startswith("rules/")}
    assert gone == {f"rules/{key}" for name, key in edit.users_of_question(STARTER, "exposure") if name == "rules"}


def test_a_text_or_a_claim_that_is_missing_leaves_everything_in() -> None:
    rule = STARTER.rules[0]
    rules = edit.put(STARTER, "rules", rule.key, replace(rule, because="", sources=("D9.99",)))
    assert examine(rules).results is None
    trial = try_rules(rules)
    assert trial is not None
    assert trial.left_out == ()
    assert [result.outcome for result in trial.results] == [result.outcome for result in examine(STARTER).results or ()]


def test_without_a_table_or_questions_nothing_can_be_tried() -> None:
    assert why_not(replace(STARTER, kind=())) == "The second table is empty, so there would be no advice."
    assert "question" in why_not(replace(STARTER, questions=()))


def test_points_that_no_row_of_the_second_table_fits_give_that_it_cannot_be_said_yet() -> None:
    rules = replace(STARTER, kind=STARTER.kind[:5])
    trial = try_rules(rules)
    assert trial is not None
    assert trial.gap is not None
    assert trial.gap.text.startswith("No row of the second table fits")
    assert trial.left_out == ()
    assert not trial.is_whole
    assert trial.rules.kind[:-1] == rules.kind
    assert trial.number_of("kind", len(rules.kind) - 1) == len(rules.kind) - 1
    assert trial.number_of("kind", len(rules.kind)) is None
    before = {result.case.key: result for result in examine(STARTER).results or ()}
    changed = {result.case.key for result in trial.results if result.outcome != before[result.case.key].outcome}
    decided_below = {
        case.key
        for case in STARTER.cases
        if {*STARTER.kind[5:]} & {it.row for it in evaluate_parts(STARTER, case.answers, parts(case)).all_parts}
    }
    assert changed
    assert changed <= decided_below


def test_without_a_row_that_says_whether_work_leaves_nothing_is_tried_and_it_says_for_which_points() -> None:
    assert why_not(replace(STARTER, leave=STARTER.leave[:-1])).startswith("No row of the first table fits")


def test_the_row_that_closes_a_gap_changes_nothing_where_another_fits() -> None:
    row = STARTER.kind[1]
    broken = replace(row, when=(replace(row.when[0], measure=Measure.KEEP), *row.when[1:]))
    rules = replace(STARTER, kind=(STARTER.kind[0], broken, *STARTER.kind[2:-1]))
    trial = try_rules(rules)
    assert trial is not None
    assert trial.left_out == ("kind/1",)
    assert trial.gap is not None
    assert [trial.number_of("kind", at) for at in range(3)] == [0, 2, 3]


def test_a_row_that_goes_in_a_later_round_keeps_the_number_it_had() -> None:
    last = STARTER.leave[-1]
    never = replace(next(bound for row in STARTER.leave for bound in row.when), at_least=9, at_most=2)
    quoting = replace(last, says=f"Of {{{never.measure}}}.", when=())
    rules = replace(STARTER, leave=(replace(last, when=(never,)), quoting, *STARTER.leave))
    trial = try_rules(rules)
    assert trial is not None
    assert [place for place in trial.left_out if place.startswith("leave/")] == ["leave/0", "leave/1"]
    assert trial.rules.leave == STARTER.leave
