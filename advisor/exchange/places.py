"""Where the items of a document stand in the file that it came from, and all that is wrong with it at once."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from advisor.engine.checks import texts
from advisor.engine.checks.causes import ambiguous_names, root_problems
from advisor.engine.checks.check import check
from advisor.engine.document.document import FORMAT, from_plain
from advisor.engine.document.text import whole_number
from advisor.engine.model.errors import Problem, RuleSetError, item_place
from advisor.engine.model.rules import RuleSet

Plain = dict[str, Any]

_LISTS = frozenset(field.name for field in fields(RuleSet))

_RESTED_ON = frozenset({"questions", "claims", "sources"})
"""Lists on whose items others rest."""

_PLACE = re.compile(r"sheet ([^,]*)(?:, row (\d+)|, cell ([A-Z]+)(\d+))?")


class Places:
    """Places of the document ("rules/steps-set/when/0") and of the file ("sheet Rules, cell F5")."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._known = dict(known or {})

    def note(self, place: str, stands_at: str) -> None:
        """Remember where something stands; of two that have one name, the first."""
        self._known.setdefault(place, stands_at)

    def at_nearest_places(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems, each at the nearest place of the file that is known."""
        return [replace(problem, place=self._nearest(problem.place)) for problem in problems]

    def _nearest(self, place: str) -> str:
        steps = place.split("/")
        for length in range(len(steps), 0, -1):
            if (found := self._known.get("/".join(steps[:length]))) is not None:
                return found
        return place


@dataclass(frozen=True)
class ParsedDocument:
    """What a file says: a plain document, where its items stand, and what could not be read.

    ``sheets`` are its own in their order. ``lost`` are names of items that could not be put in the document, and
    ``lost_lists`` lists of it that could not be read.
    """

    document: Any
    places: Places = field(default_factory=Places)
    problems: Sequence[Problem] = ()
    sheets: Sequence[str] = ()
    lost: frozenset[str] = frozenset()
    lost_lists: frozenset[str] = frozenset()

    def all_problems(self, faults: Sequence[Problem]) -> list[Problem]:
        """What could not be read, the faults of form, and what the checks find in the rest; where each stands."""
        rest = self.places.at_nearest_places(check_rest(self, faults))
        return self._in_order([*self.problems, *self.places.at_nearest_places(faults)], rest)

    def _in_order(self, faults: Sequence[Problem], checked: Iterable[Problem]) -> list[Problem]:
        """Faults of form, and what the checks found elsewhere than in a row that has one; by sheet, row and column."""
        missing = {problem for problem in faults if problem.text.endswith("is missing.")}
        named = {problem.place for problem in faults if problem not in missing}
        # What could not be read is missing in the document as well, and is told once.
        kept = [problem for problem in faults if problem not in missing or problem.place not in named]
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


def check_rest(found: ParsedDocument, faults: Sequence[Problem]) -> list[Problem]:
    """What the checks find in a document without the items whose form is at fault, and not because of them.

    Of the policy nothing is said: what it reaches, all rules decide.
    """
    if not isinstance(found.document, Mapping):
        return []
    broken = {_item_of(problem.place) for problem in faults}
    rest, kept = _remove_broken(found.document, broken)
    try:
        problems = [replace(problem, place=_as_before(problem.place, kept)) for problem in check(from_plain(rest))]
    except RuleSetError:
        return []
    lists = {it[0] for it in broken if len(it) == 1 or whole_number(it[1]) is not None} | found.lost_lists
    names = {it[-1] for it in broken if len(it) > 1 and it[0] in _RESTED_ON} | found.lost
    if "options" in found.lost_lists:
        names |= {str(_key(question)) for question in found.document["questions"]}
    names |= ambiguous_names(found.document, lists)
    of_keys = [problem for problem in problems if problem.place.endswith(texts.ENDS)]
    others = (problem for problem in problems if not problem.place.endswith(texts.ENDS))
    named = (it for it in others if not (broken and it.place.split("/")[0] in {"leave", "kind"}))
    return [*of_keys, *root_problems(found.document, named, names)]


def _item_of(place: str) -> tuple[str, ...]:
    """The item that is left out for a fault: an option, else the item of a list, else the whole list."""
    steps = tuple(place.split("/"))
    return steps[: 4 if steps[0] == "questions" and steps[2:3] == ("options",) and len(steps) > 3 else 2]


def _remove_broken(
    document: Mapping[str, Any], broken: Collection[tuple[str, ...]]
) -> tuple[Plain, dict[str, list[int]]]:
    """A document without what is broken, and for each list the numbers that the items which stayed in it had."""
    kept: dict[str, list[int]] = {}

    def rest(collection: str, items: Any) -> Any:
        if not isinstance(items, list):
            return items
        places = [item_place(collection, index, _key(item)) for index, item in enumerate(items)]
        stays = [index for index, place in enumerate(places) if tuple(place.split("/")) not in broken]
        kept[collection] = stays
        if collection != "questions":
            return [items[index] for index in stays]
        return [
            {**items[index], "options": rest(f"{places[index]}/options", items[index]["options"])}
            if isinstance(items[index], Mapping) and "options" in items[index]
            else items[index]
            for index in stays
        ]

    whole = {it[0] for it in broken if len(it) == 1}
    present = {name: items for name, items in document.items() if name not in whole}
    needed: Plain = {name: [] for name in whole if name in _LISTS}
    return {**{name: rest(name, items) for name, items in present.items()}, **needed, "format": FORMAT}, kept


def _as_before(place: str, kept: Mapping[str, Sequence[int]]) -> str:
    """The same place with the numbers that items had before others were left out."""
    steps = place.split("/")
    for at in range(1, len(steps)):
        stays = kept.get("/".join(steps[:at]))
        if stays is not None and (number := whole_number(steps[at], most=len(stays) - 1)) is not None:
            steps[at] = str(stays[number])
    return "/".join(steps)


def _key(item: Any) -> object:
    return item.get("key", item.get("id")) if isinstance(item, Mapping) else None
