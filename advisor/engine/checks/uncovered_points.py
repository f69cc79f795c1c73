"""Sums of points that no row of a policy table fits: exactly, whatever the rows before leave to the last."""

from collections.abc import Mapping, Sequence
from itertools import product
from math import inf
from typing import TypeAlias

from advisor.engine.model.policy import Bound, KindRow, LeaveRow, Points
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Measure, Side

Region: TypeAlias = Mapping[Measure, tuple[float, float]]
"""For each measure the least and the greatest number that is allowed; sums lie in it where all six are met."""

_PIECES_LIMIT = 5_000
"""Regions that are cut out of what is left to a table; no table that people write comes near."""


class NotSettled(Exception):  # noqa: N818 - it says what is the case
    """The rows cut what they leave into too many regions to follow."""


def reachable_region(rule_set: RuleSet) -> Region:
    """All sums that the points of the rules can add up to: for each side from 0 to the points of all its rules."""
    most = {side: sum(rule.push.points for rule in rule_set.rules if rule.push.side is side) for side in Side}
    return {
        Measure.BPO: (0, most[Side.BPO]),
        Measure.KPO: (0, most[Side.KPO]),
        Measure.KEEP: (0, most[Side.KEEP]),
        Measure.BOTH: (0, most[Side.BOTH]),
        Measure.LEAN: (-inf, inf),
        Measure.EVIDENCE: (-inf, inf),
    }


def uncovered_points(rows: Sequence[LeaveRow | KindRow], within: Region) -> Points | None:
    """Sums in the region that no row fits, None where each has a row. Raises NotSettled."""
    if any(not row.when for row in rows):
        return None
    left = [within]
    tried = 0
    for row in rows:
        after: list[Region] = []
        for region in left:
            pieces = _outside(region, row.when)
            tried += len(pieces)
            if tried > _PIECES_LIMIT:
                raise NotSettled
            after += pieces
        left = after
    return points_in(left[0]) if left else None


def points_in(region: Region) -> Points | None:
    """The smallest keep and both, and some sums for BPO and KPO, that lie in a region; None where it holds no sums.

    BPO is looked for where the range that it leaves to KPO may be widest: at the ends, and where two limits meet.
    """
    bpo, kpo, keep, both, lean, evidence = (region[measure] for measure in _MEASURES)
    if keep[0] > keep[1] or both[0] > both[1]:
        return None
    meet = {bpo[0], bpo[1]}
    for (of_lean, of_evidence), number in product(((lean[1], evidence[0]), (lean[0], evidence[1])), kpo):
        meet |= {number + of_lean, of_evidence - number, (of_lean + of_evidence) / 2}
    for x in sorted({around for number in meet if abs(number) != inf for around in (number // 1, -(-number // 1))}):
        least, most = max(kpo[0], x - lean[1], evidence[0] - x), min(kpo[1], x - lean[0], evidence[1] - x)
        if bpo[0] <= x <= bpo[1] and least <= most:
            return Points(int(x), int(least), int(keep[0]), int(both[0]))
    return None


_MEASURES = (Measure.BPO, Measure.KPO, Measure.KEEP, Measure.BOTH, Measure.LEAN, Measure.EVIDENCE)


def _outside(region: Region, bounds: Sequence[Bound]) -> list[Region]:
    """The region without what all ``bounds`` include, as regions that do not overlap and hold sums each."""
    found: list[Region] = []
    inside = region
    for bound in bounds:
        least, most = inside[bound.measure]
        begins = -inf if bound.at_least is None else bound.at_least
        ends = inf if bound.at_most is None else bound.at_most
        if begins > ends:
            return [region]
        found += [{**inside, bound.measure: (least, min(most, begins - 1))}] if begins > least else []
        found += [{**inside, bound.measure: (max(least, ends + 1), most)}] if ends < most else []
        inside = {**inside, bound.measure: (max(least, begins), min(most, ends))}
    return [piece for piece in found if points_in(piece) is not None]
