"""The map of an owner's processes: where each stands by its BPO and KPO points, as numbers to draw a picture from.

Places are percentages of the picture, so that it stretches. A mark that nothing is near stands exactly where its points
are. Where marks would cover each other the picture is cut into cells of whole points, and those in one cell are one
mark, which leads to the list of just these.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, product
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.model.vocabulary import Outcome
from advisor.links import address
from advisor.processes.list.overview import Link
from advisor.processes.list.query import ListRow, MapPoint, map_point
from advisor.wording.vocabulary import OUTCOMES


class Frame(NamedTuple):
    """The pixels of a picture at its smallest, between the first and the last place of either axis, and how many marks
    can still be told apart in it.
    """

    across: int
    down: int
    marks: int


WIDE, NARROW = Frame(520, 426, 60), Frame(216, 426, 40)
APART = 26
"""Pixels from one mark to the next, at least, so that they do not touch."""

_LEAST = 10
"""The scale never ends below ten points, or a weak case would lie as far out as a strong one."""
_LEFT, _WIDTH = 8.0, 86.0
_TOP, _HEIGHT = 4.0, 86.0
_EDGE = 0.04
"""How much of the frame lies beyond the first and the last place, so that no mark touches it."""
_TICKS = (1, 2, 5, 10, 20, 50, 100)
_MOST_TICKS = 10
_SHAPES = 3
_COARSER = 1.15
"""How many times larger cells are tried where there are too many marks."""


@dataclass(frozen=True, slots=True)
class MapMark:
    """A process by its number, or a crowd by how many they are (``is_crowd``).

    ``outcomes`` are the advice in it, the most frequent first, at most three. ``x`` and ``y`` are percentages of the
    picture. ``url`` is the process, or the list of the crowd; "" for readers who have no list.
    """

    number: int
    is_crowd: bool
    outcomes: list[str]
    x: float
    y: float
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on both axes."""

    points: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """The whole picture. ``left_out`` counts processes without advice."""

    marks: list[MapMark]
    ticks: list[Tick]
    outcomes: list[str]
    left_out: int

    @property
    def has_crowds(self) -> bool:
        """Whether any mark stands for several."""
        return any(mark.is_crowd for mark in self.marks)


def process_map(rows: Sequence[ListRow], frame: Frame = WIDE, link: Link | None = None) -> ProcessMap | None:
    """Place the processes in the frame; None where none of them has advice. Without ``link`` no mark leads anywhere."""
    spots: dict[MapPoint, list[ListRow]] = {}
    for row in sorted(rows, key=lambda row: row.number):
        if point := map_point(row):
            spots.setdefault(point, []).append(row)
    if not spots:
        return None
    most = max(_LEAST, *(points for spot in spots for points in spot))
    for step in count():
        axes = _Axis.of(most, frame.across, _COARSER**step), _Axis.of(most, frame.down, _COARSER**step)
        groups = _groups(spots, axes)
        if len(groups) <= frame.marks:
            break
    placed = sorted(_move_to_spots(groups, axes), key=lambda group: (-group.y, group.x))  # as one reads
    found = {row.line.outcome for group in placed for row in group.rows}
    return ProcessMap(
        marks=[_mark(group, most, link) for group in placed],
        ticks=[Tick(points, _x(points, most), _y(points, most)) for points in _ticks(most)],
        outcomes=[outcome.value for outcome in Outcome if outcome in found],
        left_out=len(rows) - sum(len(group.rows) for group in placed),
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """The processes of one mark, in the order of their numbers; ``x`` and ``y`` are where it stands, in points.

    ``first`` and ``last`` bound their points.
    """

    rows: list[ListRow]
    x: float
    y: float
    first: MapPoint
    last: MapPoint


@dataclass(frozen=True, slots=True)
class _Axis:
    """An axis from 0 to ``most`` points, cut into so many cells of one size; ``apart`` is APART in points."""

    most: int
    cells: int
    apart: float

    @classmethod
    def of(cls, most: int, pixels: int, coarse: float) -> "_Axis":
        """The finest whose cells are not smaller than a mark or, the larger ``coarse``, a coarser one."""
        apart = APART * most / pixels
        return cls(most, max(1, min(most + 1, int((most + 1) / apart / coarse))), apart)

    @property
    def far(self) -> float:
        """How far a point must be from another to be alone in its cell, and not near the middle of the other's."""
        reach = max(abs(points - self.middle(self.cell(points))) for points in range(self.most + 1))
        return max((self.most + 1) / self.cells, self.apart + reach)

    def cell(self, points: int) -> int:
        return int((points + 0.5) * self.cells / (self.most + 1))

    def middle(self, cell: int) -> float:
        return (cell + 0.5) * (self.most + 1) / self.cells - 0.5


_Axes = tuple[_Axis, _Axis]


def _groups(spots: Mapping[MapPoint, list[ListRow]], axes: _Axes) -> list[_Group]:
    """One for each spot that no other is near, and one for each cell with others."""
    cells: dict[tuple[int, ...], list[MapPoint]] = {}
    for spot in spots:
        cells.setdefault(tuple(axis.cell(points) for axis, points in zip(axes, spot, strict=True)), []).append(spot)
    far = axes[0].far, axes[1].far
    groups = []
    for cell, members in cells.items():
        around = [
            spot
            for neighbour in product(*(range(place - 2, place + 3) for place in cell))
            for spot in cells.get(neighbour, ())
        ]
        alone = [spot for spot in members if not any(spot != other and _is_near(spot, other, far) for other in around)]
        groups += [_Group(spots[spot], *spot, first=spot, last=spot) for spot in alone]
        if crowd := [spot for spot in members if spot not in alone]:
            bpo, kpo = zip(*crowd, strict=True)
            rows = sorted((row for spot in crowd for row in spots[spot]), key=lambda row: row.number)
            x, y = (axis.middle(place) for axis, place in zip(axes, cell, strict=True))
            groups.append(_Group(rows, x, y, MapPoint(min(bpo), min(kpo)), MapPoint(max(bpo), max(kpo))))
    return groups


def _is_near(one: tuple[float, float], other: tuple[float, float], apart: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < apart[0] and abs(one[1] - other[1]) < apart[1]


def _move_to_spots(groups: Sequence[_Group], axes: _Axes) -> list[_Group]:
    """The same, each that has one spot alone moved there from the middle of its cell, if it touches none there."""
    apart = axes[0].apart, axes[1].apart
    settled = list(groups)
    for place, group in enumerate(groups):
        if group.first == group.last != (group.x, group.y):
            others = (other for other in settled if other is not group)
            if not any(_is_near(group.first, (other.x, other.y), apart) for other in others):
                settled[place] = replace(group, x=group.first.bpo, y=group.first.kpo)
    return settled


def _mark(group: _Group, most: int, link: Link | None) -> MapMark:
    one = group.rows[0]
    is_crowd = len(group.rows) > 1
    found = [str(row.line.outcome) for row in group.rows]
    outcomes = [outcome for outcome, _n in Counter(found).most_common()] if is_crowd else found
    url = ""
    if link:
        ranges = {
            "bpo": f"{group.first.bpo}-{group.last.bpo}",
            "kpo": f"{group.first.kpo}-{group.last.kpo}",
        }
        url = link(**ranges) if is_crowd else address("assessments.go_on", assessment_id=one.line.id)
    return MapMark(
        number=len(group.rows) if is_crowd else one.number,
        is_crowd=is_crowd,
        outcomes=outcomes[:_SHAPES],
        x=_x(group.x, most),
        y=_y(group.y, most),
        label=_crowd_label(group) if is_crowd else _label(one, group.first),
        url=url,
    )


def _label(row: ListRow, point: MapPoint) -> str:
    words = {"number": row.number, "name": row.line.name, "advice": OUTCOMES[Outcome(row.line.outcome or "")].name}
    return str(_("%(number)d %(name)s: %(advice)s, BPO %(bpo)d, KPO %(kpo)d", bpo=point.bpo, kpo=point.kpo, **words))


def _crowd_label(group: _Group) -> str:
    found = Counter(Outcome(row.line.outcome or "") for row in group.rows)
    advice = ", ".join(f"{OUTCOMES[outcome].name} {n}" for outcome, n in found.most_common())
    return str(ngettext("%(num)d process: %(advice)s", "%(num)d processes: %(advice)s", len(group.rows), advice=advice))


def _ticks(most: int) -> range:
    step = next((step for step in _TICKS if most / step <= _MOST_TICKS), _TICKS[-1])
    return range(0, most + 1, step)


def _x(points: float, most: int) -> float:
    return round(_LEFT + _WIDTH * (_EDGE + (1 - 2 * _EDGE) * points / most), 1)


def _y(points: float, most: int) -> float:
    return round(_TOP + _HEIGHT * (1 - _EDGE - (1 - 2 * _EDGE) * points / most), 1)
