"""Where the things of a document stand in the file that it came from."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from advisor.engine.errors import Problem


class Places:
    """Places of the document ("rules/steps-set/when/0") and of the file ("sheet Rules, cell F5")."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._known = dict(known or {})

    def note(self, place: str, stands_at: str) -> None:
        """Remember where something stands; of two that have one name, the first."""
        self._known.setdefault(place, stands_at)

    def named(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems, each at the nearest place of the file that is known."""
        return [replace(problem, place=self._nearest(problem.place)) for problem in problems]

    def _nearest(self, place: str) -> str:
        steps = place.split("/")
        for length in range(len(steps), 0, -1):
            if (found := self._known.get("/".join(steps[:length]))) is not None:
                return found
        return place
