"""The plane of points as numbers to draw a picture from, and the same facts in words for the table beside it.

Places are percentages of the picture, so that it stretches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from math import sqrt

from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.engine.analysis.plane import Density, Plane, PlaneCell, density, plane, rows_of
from advisor.engine.analysis.processes import processes_of
from advisor.engine.analysis.space import SpaceTooLarge
from advisor.engine.checks.trial import RuleSetTrial
from advisor.engine.document.document import dumps
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Leave, Outcome
from advisor.extensions import database
from advisor.models.rule_sets.proof import trial_of_document
from advisor.models.rule_sets.rule_set_version import rules_of
from advisor.rule_sets.checks.proof_status import proof_status_of
from advisor.rule_sets.impact.disclosure import (
    FEWEST,
    approximate_count,
    basis_sentence,
    disclosed_share,
    enough_to_disclose,
    short_count,
)
from advisor.rule_sets.impact.saved_answers import SavedSample, sample
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording.items import row_advice
from advisor.wording.values import percent


@dataclass(frozen=True, slots=True)
class DensitySquare:
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
    squares: tuple[DensitySquare, ...] = ()
    table: SavedTable | None = None
    rows: tuple[str, ...] = ()
    side: int = 0


def saved_density(rules: RuleSet, collection: str, cells: Sequence[Sequence[PlaneCell]]) -> SavedDensity | None:
    """Where they lie on the cells of the "kind" or the "leave" table; None where that cannot be worked out."""
    with database().read() as session:
        saved = sample(session)
    if not enough_to_disclose(saved):
        return SavedDensity(basis_sentence(saved))
    try:
        processes = processes_of(rules, saved.tables)
    except SpaceTooLarge:
        return None
    found = density(processes, cells, fewest=FEWEST)
    rows = rows_of(processes, getattr(rules, collection))
    return SavedDensity(
        basis=basis_sentence(saved),
        squares=tuple(_squares(saved, found, len(cells), len(cells[0]))),
        table=_table(saved, found, cells),
        rows=tuple(approximate_count(saved, count) for count in rows),
        side=found.side * (cells[0][0].high[0] - cells[0][0].low[0] + 1),
    )


def points(cells: Sequence[PlaneCell], axis: int) -> str:
    """The points of cells beside each other along an axis (0: across, 1: down)."""
    low, high = cells[0].low[axis], cells[-1].high[axis]
    return str(low) if low == high else f"{low}–{high}"


def _squares(saved: SavedSample, found: Density, lines: int, columns: int) -> list[DensitySquare]:
    side = found.side
    return [
        DensitySquare(x * side, min((x + 1) * side, columns), y * side, min((y + 1) * side, lines), share)
        for y, line in enumerate(found.counts)
        for x, count in enumerate(line)
        if (share := disclosed_share(saved, count))
    ]


def _table(saved: SavedSample, found: Density, cells: Sequence[Sequence[PlaneCell]]) -> SavedTable:
    firsts = range(0, len(cells[0]), found.side)
    lines = [
        (points([line[0] for line in cells[y * found.side : (y + 1) * found.side]], 1), counts)
        for y, counts in enumerate(found.counts)
    ]
    return SavedTable(
        columns=[points(cells[0][first : first + found.side], 0) for first in firsts],
        lines=[(name, [short_count(saved, count) for count in counts]) for name, counts in reversed(lines)],
    )


_LEFT, _WIDTH = 7.0, 92.0
_PLANE_HEIGHT, _STRIP_HEIGHT = 92.0, 60.0
_LARGEST_DOT = 7.0
"""Pixels from the middle of the largest dot to its edge, for each cell that it stands for."""

_LARGEST_OF_ALL = 24.0

ALL_ANSWERS = "all"
"""What the address says for the dots of all answers."""

_BAND = 0.3
"""How much of a cell such a band takes."""

_NAMED_EVERY = 3
"""Lines from one number of a row to the next: one on each would be all that there is to see."""


@dataclass(frozen=True, slots=True)
class CellRun:
    """Cells beside each other that one row decides. ``kind`` gives the colour; ``name`` may be left out."""

    x: float
    y: float
    width: float
    height: float
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Dot:
    """How many of all answers lie in a cell, or of the saved in a square, by the size of a dot."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class PlotLine:
    """A line of the table: its points, and for each cell the rows, what they were, and whether answers lie there."""

    points: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LegendRow:
    """A row of the policy table: its number, what it advises, and how much it decides, in a sentence.

    ``kind`` gives the colour.
    """

    name: str
    kind: str
    advice: str
    decides: str
    row: int | None
    """Its number from 0 in the draft; None of the row that closes a gap."""


@dataclass(frozen=True, slots=True)
class PointsPlot:
    """Everything that the page shows of one policy table."""

    runs: list[CellRun]
    changed: list[CellRun]
    with_both: list[CellRun]
    """Along the top of cells in which other rows decide where there are points for both, by the first of them."""
    dots: list[Dot]
    ticks: list[tuple[float, str]]
    side_ticks: list[tuple[float, str]]
    """Beside some cells, the points at which they begin: a range of large numbers does not fit on a phone."""
    bottom: float
    columns: list[str]
    lines: list[PlotLine]
    legend: list[LegendRow]
    step: int
    number_changed: int
    is_changed: bool
    """Whether the draft changes the table, be it in words alone."""
    is_strip: bool
    needs_plane: bool
    needs_both: bool
    sampled: int
    shares_note: str
    """How the shares of the rows were found, and of what they are shares, where they are not those of the advice."""
    density_shown: SavedDensity | None
    shows_saved: bool
    """Whether the dots are those of the saved, not of all answers."""

    def legend_of(self, row: int | None) -> LegendRow | None:
        """What the legend says of a row of the draft by its number from 0; None of one that is left out."""
        return next((it for it in self.legend if row is not None and it.row == row), None)


def points_plot(workspace: DraftWorkspace, collection: str, dots: str = "") -> PointsPlot | None:
    """The plane for the kind table ("kind"), the strip for the leave table ("leave"); None where nothing can be tried.

    What blocks is left out, as wherever the draft is tried. The dots are those of the saved processes, or where there
    are few, or ``dots`` is "all", those of all answers.
    """
    if workspace.trial is None:
        return None
    found = _plane(workspace.document, _document(workspace.in_force))
    cells = [found.strip] if collection == "leave" else found.cells
    density_shown = saved_density(workspace.trial.rules, collection, cells)
    return _plot(
        workspace,
        workspace.trial,
        cells,
        collection,
        found,
        density_shown,
        shows_saved=bool(density_shown and density_shown.squares) and dots != ALL_ANSWERS,
    )


_document = cached_per_rule_set(dumps)
"""It takes longer to write than all that is drawn from it."""


@lru_cache(maxsize=8)
def _plane(document: str, in_force: str) -> Plane:
    trial = trial_of_document(document)
    return plane(trial.rules if isinstance(trial, RuleSetTrial) else rules_of(document), rules_of(in_force))


def _plot(
    workspace: DraftWorkspace,
    trial: RuleSetTrial,
    cells: Sequence[Sequence[PlaneCell]],
    table: str,
    found: Plane,
    density_shown: SavedDensity | None,
    *,
    shows_saved: bool,
) -> PointsPlot:
    rows = getattr(trial.rules, table)
    names = _row_names(trial, table)
    kinds = [str(getattr(row, table)) for row in rows]
    count, lines = len(cells[0]), len(cells)
    bottom = _PLANE_HEIGHT if lines > 1 else _STRIP_HEIGHT
    width, height = _WIDTH / count, bottom / lines

    def at(x: int, y: int) -> tuple[float, float]:
        return round(_LEFT + x * width, 2), round(bottom - (y + 1) * height, 2)

    runs, changed, with_both = [], [], []
    named: dict[int, int] = {}
    for y, line in enumerate(cells):
        for row, group in groupby(enumerate(line), lambda pair: pair[1].rows[0]):
            mine = list(group)
            left, top = at(mine[0][0], y)
            name = "" if y - named.get(row, -_NAMED_EVERY) < _NAMED_EVERY else names[row]
            if name:
                named[row] = y
            runs.append(CellRun(left, top, round(width * len(mine), 2), round(height, 2), name, kinds[row]))
        for rows_with_both, group in groupby(enumerate(line), lambda pair: pair[1].with_both[:1]):
            mine = list(group)
            if rows_with_both:
                left, top = at(mine[0][0], y)
                band = round(width * len(mine), 2), round(height * _BAND, 2)
                with_both.append(CellRun(left, top, *band, "", kinds[rows_with_both[0]]))
        for x, cell in enumerate(line):
            left, top = at(x, y)
            if cell.was:
                changed.append(CellRun(left, top, round(width, 2), round(height, 2), "", ""))
    step = cells[0][0].high[0] - cells[0][0].low[0] + 1
    counted = _counted_leaves(workspace) if table == "leave" else None
    shares = counted or (found.kind_shares if table == "kind" else found.leave_shares)
    every = range(0, count, max(1, count // 6))
    return PointsPlot(
        runs=runs,
        changed=changed,
        with_both=with_both,
        dots=[
            Dot(
                x=round(_LEFT + (square.left + square.right) / 2 * width, 2),
                y=round(bottom - (square.low + square.high) / 2 * height, 2),
                radius=radius,
            )
            for square, radius in _square_radii(
                density_shown.squares if density_shown and shows_saved else _cells_with_answers(cells)
            )
        ],
        ticks=[(round(_LEFT + (x + 0.5) * width, 2), str(cells[0][x].low[0])) for x in every],
        side_ticks=[(round(bottom - (y + 0.5) * height, 2), str(cells[y][0].low[1])) for y in every if lines > 1],
        bottom=bottom,
        columns=[points([cell], 0) for cell in cells[0]],
        lines=[PlotLine(points(line[:1], 1), [_cell_text(cell, names) for cell in line]) for line in reversed(cells)],
        legend=[
            LegendRow(
                name=names[number],
                kind=kinds[number],
                advice=row_advice(row),
                decides=_decides(
                    shares[number] if shares else None,
                    is_counted=counted is not None,
                    saved=density_shown.rows[number] if density_shown and density_shown.rows else "",
                ),
                row=trial.number_of(table, number),
            )
            for number, row in enumerate(rows)
        ],
        step=step,
        number_changed=len(changed),
        is_changed=getattr(workspace.rules, table) != getattr(workspace.in_force, table),
        is_strip=table == "leave",
        needs_plane=found.leave_needs_plane,
        needs_both=table == "kind" and found.kind_needs_both,
        sampled=found.sampled,
        shares_note="" if counted or not shares else _shares_note(found.sampled, table),
        density_shown=density_shown,
        shows_saved=shows_saved,
    )


def _counted_leaves(workspace: DraftWorkspace) -> tuple[float, ...] | None:
    """The share of each row of the first table where all is counted, and no two rows say the same; else None."""
    rows = workspace.rules.leave
    if len(rows) != 2 or {row.leave for row in rows} != set(Leave):
        return None
    with database().read() as session:
        counted = proof_status_of(session, workspace.document).counted
    if counted is None or not counted.is_exact:
        return None
    kept = counted.whole.share(Outcome.KEEP)
    return tuple(kept if row.leave is Leave.KEEP else 1 - kept for row in rows)


def _shares_note(sampled: int, table: str) -> str:
    estimate = _("The shares of the rows are estimates from %(n)s sets of answers.", n=format_decimal(sampled))
    if table == "leave":
        return str(estimate)
    kept = _(
        "This table also names the kind of work that the first table keeps in-house, "
        "so they are not the shares in which each advice comes out."
    )
    return f"{estimate} {kept}"


def _decides(share: float | None, *, is_counted: bool, saved: str) -> str:
    """What a row decides: its share of all complete answers, and about how many of the saved ("" where not told)."""
    shown = percent(share) if share is not None else ""
    shown = shown if is_counted or not share else str(_("about %(share)s", share=shown))
    of_answers = _("%(share)s of all complete sets of answers", share=shown) if shown else ""
    of_saved = _("%(amount)s of the saved processes", amount=saved) if saved else ""
    amounts = [str(amount) for amount in (of_answers, of_saved) if amount]
    return str(_("It decides %(amounts)s.", amounts=str(_(" and ")).join(amounts))) if amounts else ""


def _cells_with_answers(cells: Sequence[Sequence[PlaneCell]]) -> list[DensitySquare]:
    """The cells in which some of all answers lie."""
    return [
        DensitySquare(x, x + 1, y, y + 1, cell.share)
        for y, line in enumerate(cells)
        for x, cell in enumerate(line)
        if cell.share
    ]


def _square_radii(squares: Sequence[DensitySquare]) -> Iterator[tuple[DensitySquare, float]]:
    """Each square with the radius of its dot, in pixels."""
    most = max((square.share for square in squares), default=0.0)
    largest = _LARGEST_DOT * max((square.right - square.left for square in squares), default=1)
    for square in squares:
        yield square, round(max(1.0, min(largest, _LARGEST_OF_ALL) * sqrt(square.share / most)), 1)


def _row_names(trial: RuleSetTrial, table: str) -> list[str]:
    """What the rows that are tried are called: by their numbers in the draft, "–" where no row of it fits."""
    numbers = (trial.number_of(table, row) for row in range(len(getattr(trial.rules, table))))
    return ["–" if number is None else str(number + 1) for number in numbers]


def _cell_text(cell: PlaneCell, names: Sequence[str]) -> tuple[str, str]:
    """The rows of a cell by their names, in brackets those with points for both; and what was before."""
    rows = "/".join(names[row] for row in cell.rows)
    if cell.with_both:
        rows = f"{rows} ({'/'.join(names[row] for row in cell.with_both)})"
    was = "/".join(str(row + 1) for row in cell.was)
    return rows, str(_("was %(rows)s", rows=was)) if was else ""
