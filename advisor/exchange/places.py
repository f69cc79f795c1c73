"""Where the things of a document stand in the file that it came from, and all that is wrong with it at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from advisor.engine.check import check
from advisor.engine.document import from_plain
from advisor.engine.errors import Problem, RuleSetError, item_place

_LEAVES = frozenset({"rules", "disagreements", "tensions", "guidance", "cases", "limits", "leave", "kind"})
"""Lists on whose things no other thing rests, so that the others can be checked without one that is broken."""

_PLACE = re.compile(r"sheet ([^,]*)(?:, row (\d+)|, cell ([A-Z]+)(\d+))?")


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


@dataclass(frozen=True)
class Found:
    """What a file says: a plain document, where its things stand, and what could not be read. ``sheets`` in order."""

    document: Any
    places: Places = field(default_factory=Places)
    problems: Sequence[Problem] = ()
    sheets: Sequence[str] = ()

    def in_order(self, faults: Sequence[Problem], checked: Iterable[Problem]) -> list[Problem]:
        """Faults of form, and what the checks found elsewhere than in a row that has one; by sheet, row and column."""
        missing = {problem for problem in faults if problem.text.endswith("is missing.")}
        told = {problem.place for problem in faults if problem not in missing}
        # What could not be read is missing in the document as well, and is told once.
        kept = [problem for problem in faults if problem not in missing or problem.place not in told]
        rows = {self._position(problem)[:2] for problem in kept}
        blocking = (problem for problem in checked if problem.blocks)
        kept += [it for it in blocking if not self.sheets or self._position(it)[:2] not in rows]
        return sorted(dict.fromkeys(kept), key=self._position)

    def _position(self, problem: Problem) -> tuple[int, int, int, str]:
        found = _PLACE.fullmatch(problem.place)
        if found is None or found[1] not in self.sheets:
            return -1, 0, 0, ""
        name, row, letters, number = found.groups()
        return self.sheets.index(name), int(row or number or 0), len(letters or ""), letters or ""


def checked_rest(document: Any, error: RuleSetError) -> list[Problem]:
    """What the checks find in a document without the things whose form is at fault.

    Nothing, where others rest on one of these. Of the policy nothing is said: what it reaches, all rules decide.
    """
    broken = {tuple(problem.place.split("/")[:2]) for problem in error.problems}
    if not isinstance(document, Mapping) or any(len(it) < 2 or it[0] not in _LEAVES for it in broken):
        return []
    rest = {
        name: [thing for index, thing in enumerate(things) if _name(name, index, thing) not in broken]
        if name in _LEAVES and isinstance(things, list)
        else things
        for name, things in document.items()
    }
    try:
        found = check(from_plain(rest))
    except RuleSetError:
        return []
    return [problem for problem in found if problem.place.split("/")[0] not in {"leave", "kind"}]


def _name(in_list: str, index: int, thing: Any) -> tuple[str, ...]:
    key = thing.get("key", thing.get("id")) if isinstance(thing, Mapping) else None
    return tuple(item_place(in_list, index, key).split("/")[:2])
