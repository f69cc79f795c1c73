"""What a box of the starter set's answer space can give is the same by each method."""

from dataclasses import replace
from random import Random

from advisor import starter
from advisor.engine.analysis.explain.boxes import Box, box_around, outcomes_in
from advisor.engine.analysis.explain.situation import Situation, situation_of
from advisor.engine.analysis.limits import EXPLANATION_LIMITS
from advisor.engine.model.policy import Bound, KindRow, LeaveRow
from advisor.engine.model.rules import Push
from advisor.engine.model.vocabulary import Kind, Leave, Measure, Outcome, Side, Strength

BY_POINTS = replace(EXPLANATION_LIMITS, score_states=0, leaf=10**6, box_points=10**7, samples=1)
BY_BOUNDS = replace(BY_POINTS, leaf=1, boxes=10**6)


def test_sums_and_bounds_find_what_looking_at_every_point_finds() -> None:
    random = Random(1)
    seen = set()
    for parts in (0, 1, 2, 3):
        situation = situation_of(starter.rule_set(), {}, [(str(part), {}) for part in range(parts)])
        for _ in range(30):
            box = drawn_box(random, situation)
            expected = outcomes_in(situation, box, BY_POINTS)
            assert expected.is_complete
            for limits in (EXPLANATION_LIMITS, BY_BOUNDS):
                found = outcomes_in(situation, box, limits)
                assert found.is_complete
                assert found.points.keys() == expected.points.keys()
                for outcome, codes in found.points.items():
                    assert all(code in values for code, values in zip(codes, box, strict=True))
                    assert outcomes_in(situation, tuple((code,) for code in codes), BY_POINTS).points == {
                        outcome: codes
                    }
            seen.add(frozenset(expected.points))
    assert len(seen) > 8, "the boxes are all alike"


def test_an_answer_of_the_process_may_matter_to_one_part_alone() -> None:
    rule_set = starter.rule_set()
    (tied,) = (rule for rule in rule_set.rules if {it.question for it in rule.when} == {"edge", "exposure"})
    met = {condition.question: condition.values[0] for condition in tied.when}
    rule_set = replace(
        rule_set,
        rules=(replace(tied, push=Push(Side.KPO, 1)),),
        leave=(LeaveRow((), Leave.GO, "Go."),),
        kind=(
            KindRow((Bound(Measure.KPO, at_least=1),), Kind.KPO, Strength.CLEAR, "KPO."),
            KindRow((), Kind.BPO, Strength.CLEAR, "BPO."),
        ),
    )
    situation = situation_of(rule_set, {}, [("without", {}), ("with", {"edge": met["edge"]})])
    box = box_around(
        situation, [at for at, variable in enumerate(situation.variables) if variable.question.key == "exposure"]
    )
    assert outcomes_in(situation, box, EXPLANATION_LIMITS).points.keys() == {Outcome.BPO, Outcome.BOTH}


def drawn_box(random: Random, situation: Situation) -> Box:
    """One value for most slots, two for up to six of them."""
    free = random.sample(range(len(situation.variables)), 6)
    return tuple(
        tuple(sorted(random.sample(range(len(variable.base.values)), 2 if index in free else 1)))
        for index, variable in enumerate(situation.variables)
    )
