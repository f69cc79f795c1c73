"""What was measured of one subject: numbers beside ours, as text for a terminal or as a table for the README."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Subject:
    """A table: a row for each engine, a column for each size. Ratios are to the first row unless a row has none.

    ``more`` says that more is better. A cell is a number, or a word that says why there is none.
    """

    title: str
    columns: Sequence[str]
    more: bool = False
    note: str = ""
    rows: dict[str, dict[str, float | str]] = field(default_factory=dict)
    alone: set[str] = field(default_factory=set)

    def put(self, row: str, column: str, value: float | str, *, compared: bool = True) -> None:
        """Enter a cell. ``compared`` is False for rows that are no rival: they get no ratio."""
        self.rows.setdefault(row, {})[column] = value
        if not compared:
            self.alone.add(row)

    def value(self, row: str, column: str) -> float | None:
        """The number there, or None."""
        found = self.rows.get(row, {}).get(column)
        return found if isinstance(found, float) else None

    def ratio(self, row: str, column: str) -> float | None:
        """How many times worse than ours it is; below 1 it is better."""
        ours, theirs = self.value(next(iter(self.rows)), column), self.value(row, column)
        if not ours or not theirs:
            return None
        return ours / theirs if self.more else theirs / ours

    def best(self, rows: Sequence[str], column: str) -> float | None:
        """The smallest ratio among these rows: what the best of them reaches."""
        found = [ratio for row in rows if (ratio := self.ratio(row, column)) is not None]
        return min(found, default=None)

    def lines(self) -> list[list[str]]:
        """The cells as text, the heads first."""
        return [
            ["", *self.columns],
            *([row, *(self._cell(row, column) for column in self.columns)] for row in self.rows),
        ]

    def _cell(self, row: str, column: str) -> str:
        value = self.rows[row].get(column, "")
        if isinstance(value, str):
            return value
        ratio = self.ratio(row, column)
        if row in self.alone or row == next(iter(self.rows)) or ratio is None:
            return format_number(value)
        return f"{format_number(value)} ({format_number(ratio)} ×)"


def text(subject: Subject) -> str:
    """The subject in columns."""
    lines = subject.lines()
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    body = [
        "  ".join([name.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))])
        for name, *cells in lines
    ]
    return "\n".join([subject.title, *(line.rstrip() for line in body), *filter(None, [subject.note]), ""])


def markdown(subject: Subject) -> str:
    """The subject as a Markdown table."""
    head, *lines = subject.lines()
    rule = ["---", *("---:" for _ in head[1:])]
    body = [f"| {' | '.join(line)} |" for line in (head, rule, *lines)]
    return "\n".join([f"**{subject.title}**", "", *body, "", *([subject.note, ""] if subject.note else [])])


def format_number(number: float) -> str:
    """Three digits, or all before the point."""
    if number >= 99.95:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 9.995 else f"{number:.2g}" if number < 0.0995 else f"{number:.2f}"
