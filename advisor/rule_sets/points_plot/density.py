"""Where the saved processes lie among the points, as dots to draw, and the same in words. No number of it is exact."""

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.engine.analysis.plane import Density, PlaneCell, density, rows_of
from advisor.engine.analysis.processes import processes_of
from advisor.engine.analysis.space import SpaceTooLarge
from advisor.extensions import database
from advisor.rule_sets.impact.disclosure import FEWEST, approximate_count, basis, can_tell, disclosed_share, short_count
from advisor.rule_sets.impact.saved_answers import SavedSample, sample
from advisor.rule_sets.workspace import DraftWorkspace


@dataclass(frozen=True, slots=True)
class Square:
    """A square of cells with the share of the saved that is drawn for it, above 0.0 and up to 1.0.

    ``left`` and ``low`` are its first column and line of cells, ``right`` and ``high`` those after its last.
    """

    left: int
    right: int
    low: int
    high: int
    share: float


@dataclass(frozen=True, slots=True)
class SavedTable:
    """The squares as a table, most KPO points first; a cell is "" where fewer lie there than is told."""

    columns: list[str]
    lines: list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class SavedDensity:
    """Where the saved processes lie. ``rows`` says for each row of the policy table about how many it decides.

    ``side`` is how many points a square has each way. Without squares ``basis`` says why.
    """

    basis: str
    squares: tuple[Square, ...] = ()
    table: SavedTable | None = None
    rows: tuple[str, ...] = ()
    side: int = 0


def saved_density(
    workspace: DraftWorkspace, collection: str, cells: Sequence[Sequence[PlaneCell]]
) -> SavedDensity | None:
    """Where they lie on the cells of the "kind" or the "leave" table; None where that cannot be worked out."""
    with database().read() as session:
        drawn = sample(session)
    if not can_tell(drawn):
        return SavedDensity(basis(drawn))
    try:
        processes = processes_of(workspace.rules, drawn.tables)
    except SpaceTooLarge:
        return None
    found = density(processes, cells, fewest=FEWEST)
    rows = rows_of(processes, getattr(workspace.rules, collection))
    return SavedDensity(
        basis=basis(drawn),
        squares=tuple(_squares(drawn, found, len(cells), len(cells[0]))),
        table=_table(drawn, found, cells),
        rows=tuple(approximate_count(drawn, count) for count in rows),
        side=found.side * (cells[0][0].high[0] - cells[0][0].low[0] + 1),
    )


def points(cells: Sequence[PlaneCell], axis: int) -> str:
    """The points of cells beside each other along an axis (0: across, 1: down)."""
    low, high = cells[0].low[axis], cells[-1].high[axis]
    return str(low) if low == high else f"{low}–{high}"


def _squares(drawn: SavedSample, found: Density, lines: int, columns: int) -> list[Square]:
    side = found.side
    return [
        Square(x * side, min((x + 1) * side, columns), y * side, min((y + 1) * side, lines), share)
        for y, line in enumerate(found.counts)
        for x, count in enumerate(line)
        if (share := disclosed_share(drawn, count))
    ]


def _table(drawn: SavedSample, found: Density, cells: Sequence[Sequence[PlaneCell]]) -> SavedTable:
    firsts = range(0, len(cells[0]), found.side)
    lines = [
        (points([line[0] for line in cells[y * found.side : (y + 1) * found.side]], 1), counts)
        for y, counts in enumerate(found.counts)
    ]
    return SavedTable(
        columns=[points(cells[0][first : first + found.side], 0) for first in firsts],
        lines=[(name, [short_count(drawn, count) for count in counts]) for name, counts in reversed(lines)],
    )
