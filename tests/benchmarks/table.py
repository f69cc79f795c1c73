"""What was measured, against what it may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number. ``budget`` is the most that it may be, None where it is only for the record."""

    what: str
    value: float
    unit: str
    budget: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether it is more than it may be."""
        return self.budget is not None and self.value > self.budget

    def cells(self) -> tuple[str, ...]:
        """The line of the table."""
        if self.budget is None:
            return self.what, "", self._format(self.value), "", "for the record"
        ratio = f"{self.value / self.budget:.2f}" if self.budget else ""
        return self.what, self._format(self.budget), self._format(self.value), ratio, "OVER" if self.is_over else "ok"

    def _format(self, value: float) -> str:
        number = (
            f"{value:,.0f}"
            if value >= 100 or value == int(value)
            else f"{value:.2f}"
            if value >= 0.01
            else f"{value:.2g}"
        )
        return f"{number} {self.unit}".rstrip()


def table(rows: Iterable[Measurement]) -> str:
    """The rows as text in columns."""
    lines = [("what", "budget", "measured", "ratio", ""), *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join(_align(line, widths) for line in lines)


def _align(line: Sequence[str], widths: Sequence[int]) -> str:
    what, *numbers, verdict = line
    cells = [f"{number:>{width}}" for number, width in zip(numbers, widths[1:4], strict=True)]
    return "  ".join([f"{what:<{widths[0]}}", *cells, verdict]).rstrip()
