"""What ``evaluate`` promises, on random rule sets and answers of every sort."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.document.document import to_plain
from advisor.engine.evaluation.evaluate import Recommendation, evaluate, evaluate_parts
from advisor.engine.model.policy import Points
from advisor.engine.model.questions import asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, Side, State, Strength
from tests.engine import oracle
from tests.engine.documents import clean_rule_set
from tests.engine.random_rule_sets import Sheet
from tests.engine.strategies import PROPERTY, any_answers, fit_items, rule_sets

WITH_DATA = (rule_sets(), st.data())


def states(recommendation: Recommendation) -> dict[str, State]:
    return {finding.rule.key: finding.state for finding in recommendation.findings}


@PROPERTY
@given(*WITH_DATA)
def test_any_answers_give_exactly_one_recommendation(rule_set: RuleSet, data: st.DataObject) -> None:
    answers = data.draw(any_answers(rule_set))
    before = dict(answers)
    given = evaluate(rule_set, answers)
    assert given == evaluate(rule_set, answers)
    assert given.outcome in set(Outcome)
    assert given.kind in set(Kind)
    assert given.strength in set(Strength)
    assert [finding.rule for finding in given.findings] == list(rule_set.rules)
    assert answers == before


@PROPERTY
@given(*WITH_DATA)
def test_the_recommendation_is_what_the_design_says(rule_set: RuleSet, data: st.DataObject) -> None:
    answers = data.draw(any_answers(rule_set))
    given, expected = evaluate(rule_set, answers), oracle.advise(to_plain(rule_set), answers)
    points = {side.value: getattr(given.points, side.value) for side in Side}
    assert (given.outcome, given.kind, given.strength) == (expected["outcome"], expected["kind"], expected["strength"])
    assert points == expected["points"]
    assert states(given) == expected["states"]
    assert list(given.unanswered_keys) == expected["unanswered"]


@PROPERTY
@given(*WITH_DATA)
def test_only_asked_and_fit_answers_count(rule_set: RuleSet, data: st.DataObject) -> None:
    answers = data.draw(any_answers(rule_set))
    keys, known = oracle.counted_answers(to_plain(rule_set), answers)
    reached = asked_questions(rule_set.questions, answers)
    assert [question.key for question in reached.questions] == keys
    assert reached.answers == known == evaluate(rule_set, answers).answers


@PROPERTY
@given(*WITH_DATA)
def test_the_order_of_the_rules_does_not_matter(rule_set: RuleSet, data: st.DataObject) -> None:
    answers = data.draw(any_answers(rule_set))
    one = evaluate(rule_set, answers)
    other = evaluate(replace(rule_set, rules=tuple(data.draw(st.permutations(rule_set.rules)))), answers)
    assert (other.outcome, other.kind, other.strength) == (one.outcome, one.kind, one.strength)
    assert (other.points, other.leave, other.row) == (one.points, one.leave, one.row)
    assert states(other) == states(one)


@PROPERTY
@given(*WITH_DATA)
def test_an_unknown_answer_never_counts_as_a_no(rule_set: RuleSet, data: st.DataObject) -> None:
    given = evaluate(rule_set, data.draw(any_answers(rule_set)))
    for finding in given.findings:
        known = [c for c in finding.rule.when if given.answers.get(c.question) is not None]
        if finding.state is State.NOT_MATCHED:
            assert any(c.state(given.answers) is State.NOT_MATCHED for c in known)
        else:
            assert all(c.state(given.answers) is State.MATCHED for c in known)
            assert (finding.state is State.MATCHED) is (len(known) == len(finding.rule.when))


@PROPERTY
@given(*WITH_DATA)
def test_an_answer_that_becomes_unknown_turns_nothing_round(rule_set: RuleSet, data: st.DataObject) -> None:
    answers = data.draw(any_answers(rule_set))
    fewer = dict(answers)
    for key in data.draw(st.sets(st.sampled_from([question.key for question in rule_set.questions]), min_size=1)):
        if data.draw(st.booleans()):
            fewer[key] = None
        else:
            fewer.pop(key, None)
    before, after = states(evaluate(rule_set, answers)), states(evaluate(rule_set, fewer))
    for key, state in after.items():
        assert state in {State.UNKNOWN, before[key]}


@PROPERTY
@given(*WITH_DATA)
def test_not_answered_and_not_sure_are_the_same_to_the_rules(rule_set: RuleSet, data: st.DataObject) -> None:
    answers = data.draw(any_answers(rule_set))
    without = {key: answer for key, answer in answers.items() if answer is not None}
    one, other = evaluate(rule_set, answers), evaluate(rule_set, without)
    assert (one.outcome, one.kind, one.strength, one.points) == (
        other.outcome,
        other.kind,
        other.strength,
        other.points,
    )
    assert one.unanswered_keys == other.unanswered_keys
    assert states(one) == states(other)


@PROPERTY
@given(*WITH_DATA)
def test_the_points_shown_are_the_sum_of_the_reasons_shown(rule_set: RuleSet, data: st.DataObject) -> None:
    answers, parts = data.draw(fit_items(rule_set))
    given = evaluate_parts(rule_set, answers, parts)
    for piece in (given, *given.parts):
        sums: Counter[Side] = Counter()
        for reason in piece.reasons():
            assert reason.state is State.MATCHED
            sums[reason.rule.push.side] += reason.rule.push.points
        assert piece.points == Points(*(sums[side] for side in Side))
        assert (piece.points.lean, piece.points.evidence) == (
            sums[Side.BPO] - sums[Side.KPO],
            sums[Side.BPO] + sums[Side.KPO],
        )


@PROPERTY
@given(*WITH_DATA)
def test_reasons_come_strongest_first_and_equals_keep_their_order(rule_set: RuleSet, data: st.DataObject) -> None:
    given = evaluate(rule_set, data.draw(any_answers(rule_set)))
    order = [(-finding.rule.push.points, rule_set.rules.index(finding.rule)) for finding in given.reasons()]
    assert order == sorted(order)


@PROPERTY
@given(*WITH_DATA)
def test_the_matched_rules_are_those_of_the_reasons(rule_set: RuleSet, data: st.DataObject) -> None:
    answers, parts = data.draw(fit_items(rule_set))
    given = evaluate_parts(rule_set, answers, parts)
    for piece in (given, *given.parts):
        assert piece.matched_rules == tuple(reason.rule for reason in piece.reasons())
        matched = Counter(finding.rule.key for finding in piece.findings if finding.state is State.MATCHED)
        assert Counter(rule.key for rule in piece.matched_rules) == matched


@PROPERTY
@given(*WITH_DATA)
def test_a_recommendation_stays_as_it_was_given(rule_set: RuleSet, data: st.DataObject) -> None:
    answers = data.draw(any_answers(rule_set))
    given, again = evaluate(rule_set, answers), evaluate(rule_set, dict(answers))
    answers.clear()
    assert given == again
    assert given != evaluate(rule_set, {}, "another part")


@PROPERTY
@given(*WITH_DATA)
def test_a_finding_shows_only_the_answers_that_its_rule_looked_at(rule_set: RuleSet, data: st.DataObject) -> None:
    given = evaluate(rule_set, data.draw(any_answers(rule_set)))
    for finding in given.findings:
        looked_at = {condition.question for condition in finding.rule.when}
        assert finding.answers == {key: answer for key, answer in given.answers.items() if key in looked_at}


@PROPERTY
@given(*WITH_DATA)
def test_parts_share_the_answers_of_the_process_and_keep_their_own(rule_set: RuleSet, data: st.DataObject) -> None:
    answers, parts = data.draw(fit_items(rule_set))
    given = evaluate_parts(rule_set, answers, parts)
    if not parts:
        assert given == evaluate(rule_set, answers)
        return
    assert [piece.part for piece in given.all_parts] == [name for name, _ in parts]
    for piece, (name, own) in zip(given.all_parts, parts, strict=True):
        assert piece == evaluate(rule_set, {**answers, **own}, name)
    for key, answer in given.answers.items():
        assert all(piece.answers[key] == answer for piece in given.all_parts)
    for key in answers:
        if all(key in piece.answers for piece in given.all_parts):
            assert key in given.answers


def test_the_first_policy_row_that_fits_decides_and_is_shown() -> None:
    rule_set = clean_rule_set()
    answers: Sheet = {"edge": "yes", "steps": "same"}
    given = evaluate(rule_set, answers)
    assert (given.leave, given.row) == (rule_set.leave[0], rule_set.kind[1])
    assert (given.outcome, given.kind) == (Outcome.KEEP, Kind.BPO)


def test_nothing_answered_is_unclear_and_every_rule_unknown() -> None:
    given = evaluate(clean_rule_set(), {})
    assert (given.outcome, given.points) == (Outcome.UNCLEAR, Points())
    assert set(states(given).values()) == {State.UNKNOWN}
    assert given.unanswered_keys == ("edge", "steps", "needs")


def test_a_follow_up_that_fell_away_takes_its_answer_along() -> None:
    rule_set = clean_rule_set()
    answers: Sheet = {"steps": "same", "written": "yes"}
    assert states(evaluate(rule_set, answers))["written-down"] is State.MATCHED
    assert states(evaluate(rule_set, {**answers, "steps": "each"}))["written-down"] is State.UNKNOWN


def test_none_of_these_is_an_answer_and_not_an_unknown() -> None:
    given = evaluate(clean_rule_set(), {"needs": ()})
    assert states(given)["expert"] is State.NOT_MATCHED
    assert "needs" not in given.unanswered_keys
