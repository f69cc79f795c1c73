"""Many processes on a few sheets: the summary, the table and the map of the list, for whoever reads them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask_babel import format_date
from flask_babel import gettext as _

from advisor.models.processes.groups import write_groups
from advisor.processes.list.map import NARROW, WIDE, ProcessMap, process_map
from advisor.processes.list.overview import Overview, overview
from advisor.processes.list.presenter import process_row
from advisor.processes.list.query import ListRow

NUMBERS_LIMIT = 3_000
"""Characters of an address that name processes."""

_NUMBERS = re.compile(r"[0-9]{1,6}(?:-[0-9]{1,6})?(?:\.[0-9]{1,6}(?:-[0-9]{1,6})?)*")


@dataclass(frozen=True, slots=True)
class PortfolioLine:
    """One process in the table. What a stranger is not told is ""."""

    number: int
    name: str
    parts: str
    groups: str
    outcome: str
    advice: str
    strength: str
    points: str
    first_advice: str
    decision: str
    look_again: str


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The whole paper."""

    overview: Overview | None
    lines: list[PortfolioLine]
    maps: dict[str, ProcessMap]
    """The picture for a desk, which is the one on paper, and for a phone; none where nothing has advice."""
    has_decisions: bool
    has_days: bool
    printed: str


def portfolio(rows: Sequence[ListRow], version_in_force: int) -> Portfolio:
    """These processes as their owner sees them."""
    return _portfolio(rows, [_line(row) for row in rows], version_in_force)


def shared_portfolio(rows: Sequence[ListRow], version_in_force: int, *, with_names: bool) -> Portfolio:
    """The same for a stranger: no groups, decisions, days or newer rules; and no names where they are left out."""
    # As if decided, so that nothing is counted of decisions.
    told = [replace(row, line=row.line._replace(decision="told"), rules_status=None, later=None) for row in rows]
    lines = [replace(_line(row), groups="", decision="", look_again="") for row in told]
    if not with_names:
        told = [replace(row, line=row.line._replace(name=_nameless(row.number)), parts=()) for row in told]
        lines = [replace(line, name=_nameless(line.number), parts="") for line in lines]
    return _portfolio(told, lines, version_in_force)


def _nameless(number: int) -> str:
    return str(_("Process %(n)d", n=number))


def _portfolio(rows: Sequence[ListRow], lines: list[PortfolioLine], version_in_force: int) -> Portfolio:
    today = format_date(datetime.now(UTC), "d MMMM yyyy")
    return Portfolio(
        overview=overview(rows),
        lines=lines,
        maps={
            name: found for name, frame in (("wide", WIDE), ("narrow", NARROW)) if (found := process_map(rows, frame))
        },
        has_decisions=any(line.decision for line in lines),
        has_days=any(line.look_again for line in lines),
        printed=str(_("On %(today)s, with rules version %(n)d in force.", today=today, n=version_in_force)),
    )


def _line(row: ListRow) -> PortfolioLine:
    words = process_row(row)
    return PortfolioLine(
        number=words.number,
        name=words.name,
        parts=words.parts,
        groups=write_groups(row.line.groups),
        outcome=words.outcome,
        advice=words.advice,
        strength=words.strength,
        points=words.points,
        first_advice=words.first_advice,
        decision=words.decision,
        look_again=format_date(row.line.look_again_on, "d MMM yyyy") if row.line.look_again_on else "",
    )


def write_numbers(numbers: Iterable[int]) -> str:
    """Numbers of processes for an address: "1-3.7"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][-1] == number - 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return ".".join("-".join(map(str, run)) for run in runs)


def read_numbers(text: str) -> Callable[[int], bool] | None:
    """The way back, as what says whether a number is among them; None where it names none, or makes no sense."""
    if len(text) > NUMBERS_LIMIT or not _NUMBERS.fullmatch(text):
        return None
    ends = [[int(end) for end in run.split("-")] for run in text.split(".")]
    return lambda number: any(run[0] <= number <= run[-1] for run in ends)
