"""What the proofs say holds for every combination of answers, and each witness shows it."""

from dataclasses import replace

import pytest
from hypothesis import given

from advisor import starter
from advisor.engine.analysis.limits import PROOF_LIMITS, ProofLimits
from advisor.engine.analysis.prove import Proofs, prove
from advisor.engine.checks.check import check
from advisor.engine.evaluation.evaluate import evaluate, evaluate_parts
from advisor.engine.model.errors import Problem
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.policy import Bound, KindRow, LeaveRow
from advisor.engine.model.questions import Condition, Option, Scope, Section
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Leave, Measure, Outcome, Side, Strength
from tests.benchmarks.rule_generator import generate_rules
from tests.engine.analysis.proofs.brute_force import TriedRules, is_complete, matched_keys, outcome_without, try_rules
from tests.engine.random_rule_sets import Sheet
from tests.engine.strategies import PROPERTY
from tests.exchange.samples import SMALL

TIGHT = ProofLimits(states=0, work=0, sample=64, tried=1)
SPEAKING = {Kind.BPO, Kind.KPO, Kind.BOTH}
OPPOSITE = {Side.BPO: Side.KPO, Side.KPO: Side.BPO}


def problems_with(proofs: Proofs, words: str) -> list[Problem]:
    return [problem for problem in proofs.problems if words in problem.text]


def keys_of(problems: list[Problem]) -> set[str]:
    return {problem.place.split("/")[1] for problem in problems}


def sheet_of(problem: Problem) -> Sheet:
    assert problem.witness is not None
    return dict(problem.witness)


@PROPERTY
@given(try_rules())
def test_a_witness_leads_to_each_outcome_and_row_that_any_answers_lead_to(case: TriedRules) -> None:
    proofs = prove(case.rule_set)
    rows = case.rule_set
    assert proofs.outcomes.keys() == {got.outcome for _, got in case.advice}
    assert {rows.leave[index] for index in proofs.leave} == {got.leave for _, got in case.advice}
    assert {rows.kind[index] for index in proofs.kind} == {got.row for _, got in case.advice}
    assert all(evaluate(rows, sheet).outcome is outcome for outcome, sheet in proofs.outcomes.items())
    assert all(evaluate(rows, sheet).leave == rows.leave[index] for index, sheet in proofs.leave.items())
    assert all(evaluate(rows, sheet).row == rows.kind[index] for index, sheet in proofs.kind.items())


@PROPERTY
@given(try_rules())
def test_an_outcome_blocks_where_nothing_leads_to_it(case: TriedRules) -> None:
    proofs = prove(case.rule_set)
    blocked = [problem for problem in proofs.problems if problem.blocks and "the advice" in problem.text]
    open_ones = problems_with(proofs, "not settled whether any answers lead to the advice")
    reached = {got.outcome for _, got in case.advice}
    reached |= {Outcome.BOTH} if both_of_parts(case) else set()
    unreached = len(set(Outcome) - reached)
    assert len(blocked) <= unreached <= len(blocked) + len(open_ones)
    assert all("“Both”" in problem.text for problem in open_ones)


def both_of_parts(case: TriedRules) -> bool:
    whole = [question.key for question in case.rule_set.questions if question.scope is Scope.PROCESS]
    given: dict[object, set[Outcome]] = {}
    for sheet, got in case.advice:
        given.setdefault(tuple(sheet.get(key) for key in whole), set()).add(got.outcome)
    return any({Outcome.BPO, Outcome.KPO} <= outcomes for outcomes in given.values())


@PROPERTY
@given(try_rules())
def test_complete_answers_that_get_a_kind_without_a_rule_for_it_block(case: TriedRules) -> None:
    pushing = {rule.key for rule in case.rule_set.rules if rule.push.side in {Side.BPO, Side.KPO}}
    found = [sheet for sheet, got in case.complete if got.kind in SPEAKING and not matched_keys(got) & pushing]
    problems = problems_with(prove(case.rule_set), "though no rule")
    assert bool(problems) == bool(found)
    for problem in problems:
        assert problem.blocks
        sheet = sheet_of(problem)
        assert is_complete(case.rule_set, sheet)
        got = evaluate(case.rule_set, sheet)
        assert got.kind in SPEAKING
        assert not matched_keys(got) & pushing


@PROPERTY
@given(try_rules())
def test_every_rule_that_can_match_has_answers_that_it_matches(case: TriedRules) -> None:
    proofs = prove(case.rule_set)
    can = {rule.key for rule in case.rule_set.rules if case.matching_sheets(rule.key)}
    assert proofs.matches.keys() == can
    assert all(key in matched_keys(evaluate(case.rule_set, sheet)) for key, sheet in proofs.matches.items())


@PROPERTY
@given(try_rules())
def test_a_rule_changes_an_outcome_or_is_named_as_one_that_never_does(case: TriedRules) -> None:
    proofs = prove(case.rule_set)
    changing = {
        rule.key
        for rule in case.rule_set.rules
        if any(got.outcome is not outcome_without(case.rule_set, rule.key, sheet) for sheet, got in case.advice)
    }
    assert proofs.changes.keys() == changing
    assert (
        keys_of(problems_with(proofs, "never changes the advice"))
        == {rule.key for rule in case.rule_set.rules} - changing
    )
    for key, sheet in proofs.changes.items():
        assert evaluate(case.rule_set, sheet).outcome is not outcome_without(case.rule_set, key, sheet)


@PROPERTY
@given(try_rules())
def test_a_rule_decides_alone_where_it_is_the_only_one_and_gives_the_advice(case: TriedRules) -> None:
    none = evaluate(replace(case.rule_set, rules=()), {}).outcome
    alone = {
        key
        for _, got in case.advice
        if len(matched_keys(got)) == 1 and got.outcome not in {none, Outcome.UNCLEAR}
        for key in matched_keys(got)
    }
    problems = problems_with(prove(case.rule_set), "decides alone")
    assert keys_of(problems) == alone
    for problem in problems:
        assert matched_keys(evaluate(case.rule_set, sheet_of(problem))) == {problem.place.split("/")[1]}


@PROPERTY
@given(try_rules())
def test_equal_contained_and_contradicting_rules_are_those_that_match_so(case: TriedRules) -> None:
    problems = prove(case.rule_set).problems
    named_by_check = {p.place for p in check(case.rule_set) if "fires exactly when" in p.text}
    for index, rule in enumerate(case.rule_set.rules):
        place = f"rules/{rule.key}/when"
        for words, others in relations(case, index).items():
            texts = [problem.text for problem in problems if problem.place == place and words in problem.text]
            if not others or (words == EQUAL and place in named_by_check):
                assert len(texts) <= bool(others)
            else:
                assert len(texts) == 1
                named = [key for key in others if f"“{key}”" in texts[0].removeprefix(f"Rule “{rule.key}”")]
                assert len(named) == min(len(others), 3)
                assert texts[0].count("“") == len(named) + 1
                assert (f"and {len(others) - 3} more" in texts[0]) == (len(others) > 3)


EQUAL = "does, and pushes to the same side"


def relations(case: TriedRules, index: int) -> dict[str, list[str]]:
    """The rules of which each kind of problem of this rule must speak, from the combinations that they match."""
    rules = case.rule_set.rules
    mine, own = rules[index], case.matching_sheets(rules[index].key)
    found: dict[str, list[str]] = {
        EQUAL: [],
        "does, and pushes to the opposite side": [],
        "and pushes to the same side: its points always come on top": [],
        "and pushes to the opposite side.": [],
        "some answers fit both": [],
    }
    equal, equal_opposite, contained, contained_opposite, meeting = found.values()
    for position, other in enumerate(rules):
        its = case.matching_sheets(other.key)
        same, opposite = other.push.side is mine.push.side, other.push.side is OPPOSITE.get(mine.push.side)
        if own == its and position < index:
            equal += [other.key] * same
            equal_opposite += [other.key] * opposite
        elif own < its:
            contained += [other.key] * same
            contained_opposite += [other.key] * opposite
        elif (
            own & its
            and not its < own
            and position < index
            and opposite
            and looks_at(case, mine) == looks_at(case, other)
        ):
            meeting.append(other.key)
    return found


def looks_at(case: TriedRules, rule: Rule) -> set[str]:
    """The questions of a rule, and those that lead to them."""
    found: set[str] = set()
    waiting = [condition.question for condition in rule.when]
    while waiting:
        question = case.rule_set.question(waiting.pop())
        assert question is not None
        found.add(question.key)
        waiting += [condition.question for condition in question.asked_when]
    return found


@PROPERTY
@given(try_rules())
def test_the_witness_of_a_pair_matches_both(case: TriedRules) -> None:
    keys = [rule.key for rule in case.rule_set.rules]
    for problem in prove(case.rule_set).problems:
        if problem.place.endswith("/when"):
            named = {key for key in keys if f"“{key}”" in problem.text}
            met = matched_keys(evaluate(case.rule_set, sheet_of(problem)))
            assert len(met & named) >= 2
            assert not problem.blocks


@PROPERTY
@given(try_rules())
def test_what_is_not_settled_never_blocks_and_nothing_false_is_claimed(case: TriedRules) -> None:
    tight, whole = prove(case.rule_set, limits=TIGHT), prove(case.rule_set)
    assert {problem for problem in tight.problems if problem.blocks} <= set(whole.problems)
    assert not problems_with(tight, "never changes the advice")  # nothing is proved without looking at all combinations
    open_rules = " ".join(problem.text for problem in problems_with(tight, "ever change the advice"))
    for rule in case.rule_set.rules:
        assert rule.key in tight.changes or f"“{rule.key}”" in open_rules or "more" in open_rules
    assert tight.shares is not None
    assert not tight.shares.is_exact
    assert problems_with(tight, "an estimate")
    for missing in problems_with(tight, "No answers lead to row"):
        assert missing in whole.problems


@PROPERTY
@given(try_rules())
def test_nothing_is_said_twice(case: TriedRules) -> None:
    proved = [problem.text for problem in prove(case.rule_set).problems]
    assert len(proved) == len(set(proved))
    assert not set(proved) & {problem.text for problem in check(case.rule_set)}


def test_two_parts_can_make_both() -> None:
    bpo, kpo = {"steps": "set"}, {"steps": "open"}
    assert evaluate_parts(SMALL, {}, [("one", bpo), ("other", kpo)]).outcome is Outcome.BOTH
    assert not [problem for problem in prove(SMALL).problems if problem.blocks]


def test_both_is_not_settled_where_no_two_parts_were_found_that_make_it() -> None:
    """Where an answer on the whole process decides alone, all of its parts come out alike."""
    yes = Condition("edge", "any_of", ("yes",))
    whole = replace(
        SMALL.questions[0], key="edge", section=Section.CORE, scope=Scope.PROCESS, asked_when=(), options=YES_OR_NO
    )
    other = replace(whole, key="other", scope=Scope.PART)
    rule = replace(SMALL.rules[0], key="yes", when=(yes,), push=Push(Side.BPO, 5))
    against = replace(rule, key="no", when=(Condition("edge", "any_of", ("no",)),), push=Push(Side.KPO, 5))
    beside = replace(rule, key="beside", when=(Condition("other", "any_of", ("yes",)),), push=Push(Side.KEEP, 1))
    kind = (lean(Bound(Measure.LEAN, at_least=3), Kind.BPO), lean(Bound(Measure.LEAN, at_most=-3), Kind.KPO))
    rule_set = replace(
        SMALL,
        questions=(whole, other),
        rules=(rule, against, beside),
        kind=(*kind, KindRow((), Kind.UNCLEAR, Strength.BALANCED, "No lean.")),
        leave=(LeaveRow((), Leave.GO, "It can go."),),
        disagreements=(),
        tensions=(),
        guidance=(),
        cases=(),
    )
    problems = {problem.text: problem.blocks for problem in prove(rule_set).problems}
    assert problems["It is not settled whether any answers lead to the advice “Both”."] is False
    assert problems["No row gives the advice “Keep in-house for now”, so nobody can get it."] is True


def lean(bound: Bound, kind: Kind) -> KindRow:
    return KindRow((bound,), kind, Strength.CLEAR, "A lean.")


YES_OR_NO = (Option("yes", "Yes"), Option("no", "No"))


def test_a_rule_that_never_fires_without_another_does_not_decide_alone() -> None:
    made = generate_rules(1, questions=3)
    kind = (lean(Bound(Measure.LEAN, at_least=1), Kind.BPO), KindRow((), Kind.UNCLEAR, Strength.BALANCED, "No lean."))
    first, second = (question.key for question in made.questions[:2])
    on_first, on_second = Condition(first, "any_of", ("o0",)), Condition(second, "any_of", ("o0",))
    broad = replace(made.rules[0], key="broad", when=(on_first,), push=Push(Side.BPO, 2))
    narrow = replace(broad, key="narrow", when=(on_first, on_second))
    proofs = prove(replace(made, rules=(broad, narrow), kind=kind))
    assert keys_of(problems_with(proofs, "decides alone")) == {"broad"}


def test_the_starter_set_has_no_problem_that_blocks_and_all_is_settled() -> None:
    rule_set: RuleSet = starter.rule_set()
    proofs = prove(rule_set)
    assert not [problem for problem in proofs.problems if problem.blocks]
    assert not problems_with(proofs, "settled")
    assert proofs.outcomes.keys() == set(Outcome)
    assert len(proofs.leave) == len(rule_set.leave)
    assert len(proofs.kind) == len(rule_set.kind)
    assert proofs.changes.keys() == proofs.matches.keys() == {rule.key for rule in rule_set.rules}
    assert proofs.shares is not None
    assert proofs.shares.is_exact


def test_a_question_that_too_many_conditions_look_at_is_named_and_nothing_is_claimed() -> None:
    made = generate_rules(6, questions=3)
    options = tuple(Option(f"o{number}", f"Option {number}") for number in range(14))
    wide = replace(made.questions[0], key="wide", type=AnswerType.CHOICES, options=options)
    when = tuple(Condition("wide", "includes_any", (option.key,)) for option in options)
    rule = replace(made.rules[0], key="looks", when=when)
    proofs = prove(replace(made, questions=(*made.questions, wide), rules=(*made.rules, rule)))
    assert [problem.place for problem in proofs.problems] == ["questions/wide"]
    assert not proofs.problems[0].blocks
    assert proofs.shares is None


def test_rules_that_are_too_many_to_merge_are_settled_where_a_witness_shows_it() -> None:
    proofs = prove(generate_rules(150, questions=12), limits=replace(PROOF_LIMITS, work=0))
    assert proofs.shares is not None
    assert not proofs.shares.is_exact
    assert proofs.outcomes.keys() == set(Outcome)
    assert not [problem for problem in proofs.problems if problem.blocks]


def test_progress_is_told_between_rules_too_and_ends_the_proof_by_raising() -> None:
    rules = generate_rules(40, questions=8)
    told: list[tuple[int, int]] = []
    prove(rules, lambda done, total: told.append((done, total)))
    assert len(told) >= len(rules.rules)
    assert told == sorted(told)

    def stop(_done: int, _total: int) -> None:
        told.append((0, 0))
        raise InterruptedError

    told.clear()
    with pytest.raises(InterruptedError):
        prove(rules, stop)
    assert len(told) == 1
