"""The policy tables of a rule set, in which the first row that fits decides, as tables in which just one row fits.

Engines warn where rows overlap and their order decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import inf
from typing import TypeAlias

from advisor.engine.model.policy import Bound, KindRow, LeaveRow
from advisor.engine.model.vocabulary import Measure
from advisor.exchange.dmn import feel

Ranges: TypeAlias = Mapping[Measure, tuple[float, float]]
"""For each measure the least number, and the one just above the greatest; what is not in it can be any."""

_TILES_LIMIT = 500
"""The most rows that a table is cut into. Beyond it nobody could read them, and the first row that fits decides."""

PolicyRow: TypeAlias = LeaveRow | KindRow
"""A row of either table."""


def looked_at(rows: Iterable[PolicyRow]) -> list[Measure]:
    """The measures that rows look at, in their order, and one where they look at none: a table has a column."""
    found = {bound.measure for row in rows for bound in row.when}
    return [measure for measure in Measure if measure in found] or [Measure.EVIDENCE]


def policy_table(
    rows: Sequence[PolicyRow], measures: Sequence[Measure]
) -> tuple[str, list[tuple[list[str], PolicyRow]]]:
    """The hit policy of a policy table, and its rows, each with a cell for each of ``measures``."""
    hit_policy, found = "UNIQUE", _tiles(rows)
    if found is None:
        hit_policy, found = "FIRST", [(_own_ranges(row.when), row) for row in rows]
    return hit_policy, [([_cell(ranges, measure) for measure in measures], row) for ranges, row in found]


def _tiles(rows: Sequence[PolicyRow]) -> list[tuple[Ranges, PolicyRow]] | None:
    """Cut what each row decides into ranges of which just one holds for any points; None where they are too many.

    What no row fits is left out: no points lie there.
    """
    found: list[tuple[int, Ranges]] = []
    waiting: list[tuple[Ranges, int]] = [({}, 0)]
    while waiting:
        ranges, at = waiting.pop()
        if at == len(rows):
            continue
        if _misses(ranges, rows[at]):
            waiting.append((ranges, at + 1))
        elif cuts := _cuts(ranges, rows[at]):
            measure, edge = cuts[-1]  # rows often end with the lean, which the others look at too
            least, below = _range(ranges, measure)
            waiting += [({**ranges, measure: (edge, below)}, at), ({**ranges, measure: (least, edge)}, at)]
        else:
            found.append((at, ranges))
        if len(found) + len(waiting) > _TILES_LIMIT:
            return None
    return [(ranges, rows[at]) for at, ranges in sorted(_join_ranges(found), key=lambda tile: tile[0])]


def _misses(ranges: Ranges, row: PolicyRow) -> bool:
    """Whether the row fits nowhere in the ranges."""
    for bound in row.when:
        (begins, ends), (least, below) = _ends(bound), _range(ranges, bound.measure)
        if begins >= below or ends <= least:
            return True
    return False


def _cuts(ranges: Ranges, row: PolicyRow) -> list[tuple[Measure, float]]:
    """Where the row begins or ceases to fit within the ranges."""
    found = []
    for bound in row.when:
        least, below = _range(ranges, bound.measure)
        found += [(bound.measure, edge) for edge in _ends(bound) if least < edge < below]
    return found


def _ends(bound: Bound) -> tuple[float, float]:
    begins = -inf if bound.at_least is None else bound.at_least
    return begins, inf if bound.at_most is None else bound.at_most + 1


def _range(ranges: Ranges, measure: Measure) -> tuple[float, float]:
    return ranges.get(measure, (-inf if measure is Measure.LEAN else 0, inf))


def _own_ranges(bounds: Iterable[Bound]) -> Ranges:
    found: dict[Measure, tuple[float, float]] = {}
    for bound in bounds:
        (begins, ends), (least, below) = _ends(bound), _range(found, bound.measure)
        found[bound.measure] = (max(begins, least), min(ends, below))
    return found


def _join_ranges(found: list[tuple[int, Ranges]]) -> list[tuple[int, Ranges]]:
    """Put ranges of one row together that meet at an edge and are otherwise equal."""
    for measure in Measure:
        groups: dict[tuple[int, tuple[tuple[Measure, tuple[float, float]], ...]], list[tuple[float, float]]] = {}
        for at, ranges in found:
            rest = tuple((other, _range(ranges, other)) for other in Measure if other is not measure)
            groups.setdefault((at, rest), []).append(_range(ranges, measure))
        found = [
            (at, {**dict(rest), measure: span}) for (at, rest), spans in groups.items() for span in _merge_spans(spans)
        ]
    return found


def _merge_spans(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for least, below in sorted(spans):
        if merged and merged[-1][1] == least:
            merged[-1] = (merged[-1][0], below)
        else:
            merged.append((least, below))
    return merged


def _cell(ranges: Ranges, measure: Measure) -> str:
    """The cell of a range. Only the lean goes below 0; a cell for the rest is open there, so that nothing is missed."""
    least, below = _range(ranges, measure)
    begins = None if least == _range({}, measure)[0] else int(least)
    return feel.half_open(begins, None if below == inf else int(below))
