"""A rule may push to both: the work falls into parts of both kinds. Such points are a sum of their own."""

from dataclasses import replace

import pytest

from advisor.engine.analysis.explain import what_settles, what_would_change
from advisor.engine.analysis.explain.sums import sums_of
from advisor.engine.analysis.plane import plane
from advisor.engine.analysis.prove import prove
from advisor.engine.document.document import dumps, parse
from advisor.engine.evaluation.evaluate import evaluate, evaluate_parts
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import Answer
from advisor.engine.model.policy import Bound, KindRow, Points
from advisor.engine.model.questions import Condition
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Measure, Outcome, Side, Strength
from advisor.exchange.recommendation import recommend
from tests.engine.small_rule_set import SMALL, without_some

HALF: dict[str, Answer] = {"edge": "no", "steps": "half", "skill": "basic"}
"""Both sides have points, and an answer says that there are parts."""

LEVEL: dict[str, Answer] = {"edge": "no", "steps": "wild", "written": "yes"}


def rules_that_split() -> RuleSet:
    """The small rules, where both comes out only if an answer says that there are parts."""
    rule = Rule(
        "parts", (Condition("steps", "any_of", ("half",)),), Push(Side.BOTH, 1), "Half of it is another kind.", ("S.1",)
    )
    near = (Bound(Measure.BPO, at_least=3), Bound(Measure.KPO, at_least=3), Bound(Measure.BOTH, at_least=1))
    kind = (
        *SMALL.kind[:-1],
        KindRow(near, Kind.BOTH, Strength.BALANCED, "There are parts of both kinds."),
        KindRow((), Kind.UNCLEAR, Strength.BALANCED, "It could be either."),
    )
    return replace(SMALL, rules=(*SMALL.rules, rule), kind=kind, cases=())


SPLITTING = rules_that_split()


def test_both_comes_out_only_where_an_answer_says_that_there_are_parts() -> None:
    assert evaluate(SPLITTING, HALF).outcome is Outcome.BOTH
    assert evaluate(without_some(SPLITTING, "parts"), HALF).outcome is Outcome.UNCLEAR


def test_such_points_count_for_neither_kind() -> None:
    with_it, without_it = evaluate(SPLITTING, HALF).points, evaluate(without_some(SPLITTING, "parts"), HALF).points
    assert with_it == replace(without_it, both=1)
    assert (with_it.lean, with_it.evidence) == (without_it.lean, without_it.evidence)


def test_the_points_of_several_parts_are_added_up_and_their_kinds_combined_as_ever() -> None:
    parts = [("keying", {"steps": "set", "skill": "basic"}), ("advice", {"steps": "half", "skill": "basic"})]
    found = evaluate_parts(SPLITTING, {"edge": "no"}, parts)
    assert found.points.both == 1
    assert found.outcome is Outcome.BOTH
    alike = [("keying", {"steps": "set"}), ("paying", {"steps": "set"})]
    assert evaluate_parts(SPLITTING, {"edge": "no"}, alike).outcome is Outcome.BPO


def test_a_document_says_the_points_only_where_there_are_some() -> None:
    points = recommend(SPLITTING, 1, WorkItem("Half", HALF))["points"]
    assert points["both"] == 1
    assert "both" not in recommend(SPLITTING, 1, WorkItem("Routine", {**HALF, "steps": "set"}))["points"]


def test_it_is_written_and_read_again() -> None:
    assert parse(dumps(SPLITTING)) == SPLITTING


def test_taking_the_rule_out_is_found_to_change_the_advice() -> None:
    found = prove(SPLITTING)
    assert "parts" in found.changes
    assert evaluate(SPLITTING, found.changes["parts"]).outcome is not (
        evaluate(without_some(SPLITTING, "parts"), found.changes["parts"]).outcome
    )


def test_a_kind_by_such_points_alone_blocks() -> None:
    alone = KindRow((Bound(Measure.BOTH, at_least=1),), Kind.BOTH, Strength.BALANCED, "There are parts.")
    fewer = without_some(SPLITTING, "half-steps-routine", "half-steps-expert", "everyday-skills", "experts")
    bare = replace(fewer, kind=(alone, *SPLITTING.kind))
    (problem,) = [it for it in prove(bare).problems if "though no rule" in it.text]
    assert problem.blocks
    assert problem.place == "kind/0"
    assert problem.witness is not None
    given = evaluate(bare, problem.witness)
    assert (given.points, given.kind) == (Points(keep=given.points.keep, both=1), Kind.BOTH)
    assert not [it for it in prove(SPLITTING).problems if "though no rule" in it.text]


def test_explanations_know_that_it_takes_an_answer_on_parts() -> None:
    near: dict[str, Answer] = {"edge": "no", "steps": "open", "skill": "basic", "touches": (), "cases": 0}
    changes = what_would_change(SPLITTING, near).targets
    (both,) = [target for target in changes if target.outcome is Outcome.BOTH]
    assert {change.question for each in both.sets for change in each.changes} >= {"steps"}
    possible = {found.outcome for found in what_settles(SPLITTING, {"edge": "no"}).possible}
    assert Outcome.BOTH in possible
    lacking = what_settles(without_some(SPLITTING, "parts"), {"edge": "no"}).possible
    assert Outcome.BOTH not in {found.outcome for found in lacking}


def test_score_states_are_as_many_as_answers_can_reach() -> None:
    found, before = sums_of(SPLITTING), sums_of(without_some(SPLITTING, "parts"))
    assert found is not None
    assert before is not None
    assert found.score_states == 2 * before.score_states


def test_the_plane_names_the_rows_with_such_points_beside_those_without() -> None:
    found = plane(SPLITTING, SPLITTING)
    assert found.kind_needs_both
    (cell,) = [cell for line in found.cells for cell in line if cell.low == (4, 4)]
    assert (cell.rows, cell.with_both, cell.was) == ((4,), (3,), ())
    assert not plane(SMALL, SMALL).kind_needs_both


def test_the_plane_says_what_changes_there_though_nothing_changes_without_such_points() -> None:
    stronger = replace(SPLITTING.kind[3], strength=Strength.SLIGHT)
    other = replace(SPLITTING, kind=(*SPLITTING.kind[:3], stronger, SPLITTING.kind[4]))
    (cell,) = [cell for line in plane(SPLITTING, other).cells for cell in line if cell.low == (4, 4)]
    assert cell.was == (3,)


@pytest.mark.parametrize("answers", [HALF, LEVEL])
def test_a_rule_set_without_such_rules_advises_as_before(answers: dict[str, Answer]) -> None:
    found = evaluate(SMALL, answers)
    assert found.points.both == 0
