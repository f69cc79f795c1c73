"""What a benchmark is to reach, and whether it does."""

from dataclasses import dataclass

from tests.benchmarks.speed.results import format_number


@dataclass(frozen=True, slots=True)
class Aim:
    """``measured`` is None where nothing could be measured. ``least`` says that it is to be at least ``wanted``."""

    what: str
    measured: float | None
    wanted: float
    least: bool
    unit: str = "times"

    @property
    def is_held(self) -> bool:
        """Whether it is reached."""
        if self.measured is None:
            return False
        return self.measured >= self.wanted if self.least else self.measured < self.wanted

    def line(self) -> str:
        """One line of the list."""
        wanted = f"{'at least' if self.least else 'less than'} {self.wanted:g} {self.unit}"
        measured = "not measured" if self.measured is None else f"{format_number(self.measured)} {self.unit}"
        return f"{'held' if self.is_held else 'NOT HELD':8}  {self.what}: {measured} ({wanted})"
