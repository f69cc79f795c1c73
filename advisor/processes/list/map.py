"""The map of an owner's processes: where each stands by its BPO and KPO points, as numbers to draw a picture from.

Places are percentages of the picture, so that it stretches; what lies together is moved apart by pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import fmean

from advisor.engine.model.vocabulary import Outcome
from advisor.processes.list.query import ListRow

MARKS_LIMIT = 100
"""Marks that can still be told apart; where there were more, those that lie close together are drawn as one."""

WIDE, NARROW = 20, 10
"""Places side by side along an axis, at most, so that marks side by side do not cover each other."""
_LEAST = 10
"""The scale never ends below ten points, or a weak case would lie as far out as a strong one."""
_LEFT, _WIDTH = 8.0, 86.0
_TOP, _HEIGHT = 4.0, 86.0
_EDGE = 0.04
"""How much of the frame lies beyond the first and the last place, so that no mark touches it."""
_ACROSS, _DOWN = 30, 23
"""Pixels between marks at one place: side by side, or, where the picture is narrow, one below the other."""
_TICKS = (2, 5, 10, 20, 50, 100)
_ORDER = list(Outcome)


@dataclass(frozen=True, slots=True)
class Mark:
    """A process, or several with the same advice at one place: the number of the first, and how many more there are.

    ``x`` and ``y`` are percentages of the picture, ``right`` and ``down`` are pixels from there.
    """

    outcome: str
    number: int
    more: int
    x: float
    y: float
    right: int
    down: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on both axes."""

    points: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """The whole picture. ``left_out`` counts processes without advice."""

    marks: list[Mark]
    ticks: list[Tick]
    outcomes: list[str]
    left_out: int

    @property
    def has_more(self) -> bool:
        """Whether any mark stands for several."""
        return any(mark.more for mark in self.marks)


@dataclass(frozen=True, slots=True)
class _Position:
    number: int
    outcome: Outcome
    bpo: int
    kpo: int


def process_map(rows: Sequence[ListRow], lines: int = WIDE) -> ProcessMap | None:
    """Place the processes for a picture with so many places along an axis; None where none of them has advice."""
    positions = [position for row in rows if (position := _position(row)) is not None]
    if not positions:
        return None
    most = max([_LEAST, *(points for position in positions for points in (position.bpo, position.kpo))])
    step = -(-most // lines)
    while len(groups := _grouped(positions, step)) > MARKS_LIMIT:
        step += 1
    most = -(-(most + 1) // step) * step - 1  # so that the last place lies within the frame
    found = {position.outcome for position in positions}
    return ProcessMap(
        marks=list(_marks(groups, step, most, is_narrow=lines <= NARROW)),
        ticks=[Tick(points, _x(points, most), _y(points, most)) for points in _ticks(most)],
        outcomes=[outcome.value for outcome in _ORDER if outcome in found],
        left_out=len(rows) - len(positions),
    )


def _position(row: ListRow) -> _Position | None:
    line = row.line
    if line.outcome is None or line.bpo is None or line.kpo is None:
        return None
    pieces = max(1, len(row.parts))  # a process in parts stands where its parts do on average
    return _Position(row.number, Outcome(line.outcome), round(line.bpo / pieces), round(line.kpo / pieces))


def _grouped(positions: Sequence[_Position], step: int) -> dict[tuple[int, int, Outcome], list[_Position]]:
    """The processes of each place and advice; a place is ``step`` points wide and high."""
    groups: dict[tuple[int, int, Outcome], list[_Position]] = {}
    for position in sorted(positions, key=lambda position: position.number):
        groups.setdefault((position.bpo // step, position.kpo // step, position.outcome), []).append(position)
    return groups


def _marks(
    groups: dict[tuple[int, int, Outcome], list[_Position]], step: int, most: int, *, is_narrow: bool
) -> Iterator[Mark]:
    """The marks, the larger groups last, so that they lie on top.

    Each stands where its points put it, on average; in the middle of its place where others are beside it.
    """
    middle = (step - 1) / 2
    at: dict[tuple[int, int], list[Outcome]] = {}
    for bpo, kpo, outcome in groups:
        at.setdefault((bpo, kpo), []).append(outcome)
    for (bpo, kpo, outcome), positions in sorted(groups.items(), key=lambda item: len(item[1])):
        neighbours = sorted(at[bpo, kpo], key=_ORDER.index)
        along = neighbours.index(outcome) - (len(neighbours) - 1) / 2
        x, y = bpo * step + middle, kpo * step + middle
        around = product(range(bpo - 1, bpo + 2), range(kpo - 1, kpo + 2))
        if sum(len(at.get(place, ())) for place in around) == 1:
            x, y = fmean(position.bpo for position in positions), fmean(position.kpo for position in positions)
        yield Mark(
            outcome=outcome.value,
            number=positions[0].number,
            more=len(positions) - 1,
            x=_x(x, most),
            y=_y(y, most),
            right=0 if is_narrow else round(along * _ACROSS),
            down=round(along * _DOWN) if is_narrow else 0,
        )


def _ticks(most: int) -> range:
    step = next((step for step in _TICKS if most / step <= len(_TICKS)), _TICKS[-1])
    return range(0, most + 1, step)


def _x(points: float, most: int) -> float:
    return round(_LEFT + _WIDTH * (_EDGE + (1 - 2 * _EDGE) * points / most), 2)


def _y(points: float, most: int) -> float:
    return round(_TOP + _HEIGHT * (1 - _EDGE - (1 - 2 * _EDGE) * points / most), 2)
