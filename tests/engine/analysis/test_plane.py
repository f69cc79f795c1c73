"""The picture of the plane says of every point what the policy says of it, and where a draft moves it."""

from dataclasses import replace

import pytest

from advisor import starter
from advisor.engine.analysis.plane import CELLS, Plane, density, plane, rows_of
from advisor.engine.analysis.proofs.states import complete_sample, complete_states
from advisor.engine.analysis.space import space_of
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.policy import Bound, KindRow, LeaveRow, Points
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Measure, Side
from tests.engine.analysis.test_processes import processes_with, random_processes
from tests.engine.random_rule_sets import bounds_hold
from tests.rule_sets.crowded_rules import crowded_rules

STARTER = starter.rule_set()


def row_at(rules: RuleSet, points: Points) -> int:
    """The row that fits first, read one by one."""
    return next(at for at, row in enumerate(rules.kind) if bounds_hold(points, row.when))


def with_bound(rules: RuleSet, at: int, bound: int) -> RuleSet:
    """The second row asks for so many BPO points."""
    row = rules.kind[at]
    changed = replace(row, when=(Bound(Measure.BPO, at_least=bound), *row.when[1:]))
    return replace(rules, kind=(*rules.kind[:at], changed, *rules.kind[at + 1 :]))


@pytest.mark.parametrize("rules", [STARTER, crowded_rules()], ids=["starter", "crowded"])
def test_every_cell_names_the_rows_of_all_of_its_points(rules: RuleSet) -> None:
    most = sum(rule.push.points for rule in rules.rules if rule.push.side is Side.BOTH)
    found = plane(rules, rules)
    assert len(found.cells) <= CELLS
    for line in found.cells:
        for cell in line:
            every, with_both = (
                {
                    row_at(rules, Points(bpo, kpo, both=both))
                    for bpo in range(cell.low[0], cell.high[0] + 1)
                    for kpo in range(cell.low[1], cell.high[1] + 1)
                    for both in levels
                }
                for levels in ((0,), range(1, most + 1))
            )
            assert set(cell.rows) == every
            assert set(cell.with_both) == with_both - every
            assert cell.was == ()


def test_where_the_draft_gives_another_kind_the_cell_says_what_it_was() -> None:
    draft = with_bound(STARTER, 1, 9)
    seen: set[int] = set()
    for line in plane(draft, STARTER).cells:
        for cell in line:
            assert cell.low == cell.high
            differs = set()
            for both in (0, 1):
                points = Points(*cell.low, both=both)
                now, before = row_at(draft, points), row_at(STARTER, points)
                differs |= {before} if draft.kind[now].kind is not STARTER.kind[before].kind else set()
            assert set(cell.was) == differs
            seen |= differs
    assert seen


def test_rows_that_only_change_places_change_no_cell() -> None:
    first, second, third, *rest = STARTER.kind
    moved = replace(STARTER, kind=(first, second, rest[0], third, *rest[1:]))
    assert not any(cell.was for line in plane(moved, STARTER).cells for cell in line)


def test_the_strip_says_from_how_many_keep_points_it_is_kept() -> None:
    found = plane(STARTER, STARTER)
    assert [cell.rows for cell in found.strip[:6]] == [(1,), (1,), (1,), (1,), (0,), (0,)]
    assert not found.leave_needs_plane


def test_the_shares_are_those_of_the_sample_and_sum_up_to_one() -> None:
    found: Plane = plane(STARTER, STARTER)
    for shares in (found.kind_shares, found.leave_shares):
        assert abs(sum(shares) - 1) < 1e-9
    assert abs(sum(cell.share for line in found.cells for cell in line) - 1) < 1e-9
    assert abs(sum(cell.share for cell in found.strip) - 1) < 1e-9
    space = space_of(STARTER)
    states = complete_states(space)
    assert states is not None
    sample = complete_sample(STARTER, states, found.sampled)
    rows = [evaluate(STARTER, space.answers(sample.at(index))).row for index in range(0, found.sampled, 16)]
    for number, row in enumerate(STARTER.kind):
        assert abs(found.kind_shares[number] - rows.count(row) / len(rows)) < 0.05


def test_without_any_question_there_is_a_picture_and_no_shares() -> None:
    bare = replace(STARTER, questions=(), rules=(), cases=())
    found = plane(bare, STARTER)
    assert (found.sampled, found.kind_shares) == (0, ())
    assert found.cells[0][0].rows == (0,)


def test_a_process_lies_in_every_square_in_which_a_part_of_it_does() -> None:
    some = random_processes(STARTER, 150)
    found = plane(STARTER, STARTER)
    lies = density(processes_with(STARTER, some), found.cells, fewest=5)
    assert len(lies.counts) == -(-len(found.cells) // lies.side)
    last = len(found.cells) - 1
    for y, line in enumerate(lies.counts):
        for x, count in enumerate(line):
            there = [
                parts
                for parts in some
                for points in (evaluate(STARTER, answers).points for answers in parts)
                if (min(points.bpo, last) // lies.side, min(points.kpo, last) // lies.side) == (x, y)
            ]
            assert count == len({id(parts) for parts in there})


def test_the_squares_are_as_small_as_leaves_most_of_what_lies_there_to_be_told() -> None:
    found = plane(STARTER, STARTER)
    assert density(processes_with(STARTER, random_processes(STARTER, 40)), found.cells, fewest=5).side > 1
    assert density(processes_with(STARTER, random_processes(STARTER, 40)), found.cells, fewest=1).side == 1
    strip = density(processes_with(STARTER, random_processes(STARTER, 400)), [found.strip], fewest=5)
    assert (strip.side, len(strip.counts), len(strip.counts[0])) == (1, 1, len(found.strip))


def test_each_row_has_the_processes_that_it_decides_about() -> None:
    some = random_processes(STARTER, 150)
    for table, rows in (("kind", STARTER.kind), ("leave", STARTER.leave)):
        decided = [{row_in(table, evaluate(STARTER, answers).points) for answers in parts} for parts in some]
        assert rows_of(processes_with(STARTER, some), rows) == [
            sum(number in each for each in decided) for number in range(len(rows))
        ]


def row_in(table: str, points: Points) -> int:
    """The row of that table that fits first."""
    rows: tuple[KindRow | LeaveRow, ...] = STARTER.kind if table == "kind" else STARTER.leave
    return next(at for at, row in enumerate(rows) if bounds_hold(points, row.when))
