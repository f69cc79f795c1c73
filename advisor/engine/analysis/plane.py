"""The plane of BPO and KPO points: which row of the kind table decides where, and the same for keep points."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.engine.analysis.policy_ranges import SIDES, Ints, Sums, both_levels, row_at
from advisor.engine.analysis.processes import Processes
from advisor.engine.analysis.proofs.states import AnswerSample, complete_sample, complete_states
from advisor.engine.analysis.space import SpaceTooLarge, space_of
from advisor.engine.model.policy import KindRow, LeaveRow
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Measure

CELLS = 25
"""Cells along an axis, at most; where the points go further, a cell holds several."""

_LEAST = 10
"""The axes never end below that many points."""

_SAMPLE = 16_384

_NONE = np.zeros(1, np.int64)

_SIDES = (1, 2, 3, 4, 5)
"""How many cells each way the squares of a density may have."""

_SHOWN_SHARE = 0.75
"""The squares are large enough where so much of what lies in them lies where there are enough to be told."""


@dataclass(frozen=True, slots=True)
class PlaneCell:
    """The BPO and KPO points of a cell, both ends included, and the rows that decide there, most points first.

    ``rows`` hold for no points for both, part by part; ``with_both`` are other rows that decide where there are some.
    ``was`` are the rows of the other rule set where it says another thing somewhere in the cell, else none. ``share``
    is that of the complete answers that lie there, from 0.0 to 1.0.
    """

    low: tuple[int, int]
    high: tuple[int, int]
    rows: tuple[int, ...]
    with_both: tuple[int, ...] = ()
    was: tuple[int, ...] = ()
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Plane:
    """Cells by KPO points, then by BPO points, both from 0; and a strip of cells by keep points alone.

    ``kind_shares`` and ``leave_shares`` are the shares of the complete answers for which each row decides, in a sample
    of ``sampled`` of them; none where no sample can be drawn. ``leave_needs_plane`` says that the leave table looks at
    more than keep points; its strip then holds for no other points. ``kind_needs_both``: the kind table looks at
    points for both.
    """

    cells: tuple[tuple[PlaneCell, ...], ...]
    strip: tuple[PlaneCell, ...]
    kind_shares: tuple[float, ...]
    leave_shares: tuple[float, ...]
    sampled: int
    leave_needs_plane: bool
    kind_needs_both: bool


@dataclass(frozen=True, slots=True)
class Density:
    """Where processes lie: in how many a part lies in each square, by lines and columns from 0 as the cells are.

    A square is ``side`` cells wide, and as high where there is more than one line. What has more points than the last
    cell lies in the last square.
    """

    side: int
    counts: tuple[tuple[int, ...], ...]


def density(processes: Processes, cells: Sequence[Sequence[PlaneCell]], *, fewest: int) -> Density:
    """Where processes lie on the cells of a plane or a strip, in the smallest squares most of which hold ``fewest``."""
    bpo, kpo, keep, _ = processes.sums
    lines, columns = len(cells), len(cells[0])
    step = cells[0][0].high[0] - cells[0][0].low[0] + 1
    x = np.minimum((bpo if lines > 1 else keep) // step, columns - 1)
    y = np.minimum(kpo // step, lines - 1) if lines > 1 else np.zeros_like(x)
    found = Density(1, ())
    for side in _SIDES:
        down, across = -(-lines // side), -(-columns // side)
        counts = processes.count_by_group(y // side * across + x // side, down * across)
        found = Density(side, tuple(map(tuple, counts.reshape(down, across).tolist())))
        if counts[counts >= fewest].sum() >= _SHOWN_SHARE * counts.sum():
            break
    return found


def rows_of(processes: Processes, rows: Sequence[KindRow | LeaveRow]) -> list[int]:
    """For how many processes each row of a policy table decides about a part."""
    counts: list[int] = processes.count_by_group(row_at(rows, processes.sums), len(rows)).tolist()
    return counts


def plane(rule_set: RuleSet, other: RuleSet) -> Plane:
    """The plane of a rule set that ``check`` does not block, and where it differs from another."""
    sample = _sample(rule_set)
    sums: Sums = sample.sums if sample is not None else (_NONE,) * len(SIDES)
    kinds, kinds_were = ([(row.kind, row.strength) for row in rules.kind] for rules in (rule_set, other))
    leaves, leaves_were = ([row.leave for row in rules.leave] for rules in (rule_set, other))
    step, count = _axis(max(int(sums[0].max()), int(sums[1].max())))
    levels = sorted({*both_levels(rule_set), *both_levels(other)})
    kpo, bpo, both = np.meshgrid(np.arange(step * count), np.arange(step * count), levels, indexing="ij")
    points = bpo, kpo, np.zeros_like(bpo), both
    shares = _shares_of_cells(sums[0] // step, sums[1] // step, (count, count), is_drawn=sample is not None)
    cells = _cells(
        *_compare(kinds, row_at(rule_set.kind, points), kinds_were, row_at(other.kind, points)), shares, step, step
    )
    step, count = _axis(int(sums[2].max()))
    keep = np.arange(step * count)[None, :]
    none = np.zeros_like(keep)
    points = none, none, keep, none
    shares = _shares_of_cells(sums[2] // step, np.zeros_like(sums[2]), (1, count), is_drawn=sample is not None)
    now, before, differs = _compare(leaves, row_at(rule_set.leave, points), leaves_were, row_at(other.leave, points))
    strip = _cells(now[..., None], before[..., None], differs[..., None], shares, step, 1)
    return Plane(
        cells=cells,
        strip=strip[0],
        kind_shares=() if sample is None else _shares(row_at(rule_set.kind, sums), len(rule_set.kind)),
        leave_shares=() if sample is None else _shares(row_at(rule_set.leave, sums), len(rule_set.leave)),
        sampled=0 if sample is None else _SAMPLE,
        leave_needs_plane=any(bound.measure is not Measure.KEEP for row in rule_set.leave for bound in row.when),
        kind_needs_both=len(both_levels(rule_set)) > 1,
    )


def _sample(rule_set: RuleSet) -> AnswerSample | None:
    try:
        space = space_of(rule_set)
    except SpaceTooLarge:
        return None
    states = complete_states(space) if space.variables else None
    return None if states is None else complete_sample(rule_set, states, _SAMPLE)


def _axis(most: int) -> tuple[int, int]:
    """How many points a cell holds along an axis that goes that far, and how many cells there are."""
    step = -(-(max(most, _LEAST) + 1) // CELLS)
    return step, -(-(max(most, _LEAST) + 1) // step)


def _shares_of_cells(across: Ints, down: Ints, shape: tuple[int, int], *, is_drawn: bool) -> Ints:
    """The share of the sample that lies in each cell."""
    counts = np.bincount(down * shape[1] + across, minlength=shape[0] * shape[1]).reshape(shape)
    return counts / len(across) if is_drawn else np.zeros(shape)


def _compare(says: Sequence[object], now: Ints, said_before: Sequence[object], before: Ints) -> tuple[Ints, Ints, Ints]:
    """The rows now and before, and whether they say another thing, not only stand elsewhere."""
    names = {name: number for number, name in enumerate(dict.fromkeys([*says, *said_before]))}
    one, other = (np.array([names[name] for name in every]) for every in (says, said_before))
    return now, before, np.not_equal(one[now], other[before])


def _cells(
    now: Ints, before: Ints, differs: Ints, shares: Ints, across: int, down: int
) -> tuple[tuple[PlaneCell, ...], ...]:
    """Rows at points, for each sum for both, as cells of ``across`` by ``down`` points."""

    def cell(x: int, y: int) -> PlaneCell:
        here = slice(y * down, (y + 1) * down), slice(x * across, (x + 1) * across)
        low, high = (x * across, y * down), ((x + 1) * across - 1, (y + 1) * down - 1)
        rows = _by_number(now[here][..., 0])
        with_both = tuple(row for row in _by_number(now[here]) if row not in rows)
        was = _by_number(before[here][differs[here]])
        return PlaneCell(low, high, rows, with_both, was, share=float(shares[y, x]))

    return tuple(tuple(cell(x, y) for x in range(shares.shape[1])) for y in range(shares.shape[0]))


def _by_number(rows: Ints) -> tuple[int, ...]:
    different, counts = np.unique(rows, return_counts=True)
    return tuple(int(different[at]) for at in np.argsort(-counts, kind="stable"))


def _shares(rows: Ints, number: int) -> tuple[float, ...]:
    return tuple(float(count) / len(rows) for count in np.bincount(rows, minlength=number))
