"""What of a list is to be brought in: rows that are ticked, and what becomes of several rows of one name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from advisor.engine.document.text import match_key
from advisor.engine.model.answers import PARTS_LIMIT, WorkItem, read_work_item
from advisor.engine.model.errors import Problem
from advisor.engine.model.questions import Scope
from advisor.engine.model.rules import RuleSet

EACH, PARTS, FIRST, NONE = "each", "parts", "first", "none"
"""What can become of several rows of one name: a process each, one process in parts, the first alone, nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One process that a list could give, without the answers of which ``faults`` tell."""

    index: int
    where: str
    process: str
    answers: Mapping[str, Any]
    parts: Sequence[tuple[str, Mapping[str, Any]]]
    groups: Sequence[str]
    faults: Sequence[Mapping[str, str]]

    @property
    def key(self) -> str:
        """By which names are one."""
        return match_key(self.process)

    def item(self, rule_set: RuleSet) -> tuple[WorkItem, list[Problem]]:
        """What it is under these rules, and what does not fit them."""
        return read_work_item(rule_set, self.process, self.answers, self.parts)


def candidates_of(preview: Mapping[str, Any]) -> list[Candidate]:
    """Every process that a list could give."""
    return [
        Candidate(
            index,
            found["where"],
            found["process"],
            found["answers"],
            [(name, own) for name, own in found["parts"]],
            found["groups"],
            found["faults"],
        )
        for index, found in enumerate(preview["candidates"])
    ]


@dataclass(frozen=True, slots=True)
class SameName:
    """Several rows of one name. ``parts`` is the one process that they could be; None where that does not fit."""

    rows: Sequence[Candidate]
    parts: Candidate | None

    @property
    def ways(self) -> list[str]:
        """What can become of them."""
        return [EACH, *([PARTS] if self.parts else []), FIRST, NONE]


def same_names(rule_set: RuleSet, candidates: Sequence[Candidate]) -> list[SameName]:
    """Names that stand in several rows, in the order of their first rows."""
    found: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        found.setdefault(candidate.key, []).append(candidate)
    return [SameName(rows, _as_parts(rule_set, rows)) for rows in found.values() if len(rows) > 1]


def _as_parts(rule_set: RuleSet, rows: Sequence[Candidate]) -> Candidate | None:
    """The rows as the parts of one process, where they agree on all that is asked of the whole."""
    if len(rows) > PARTS_LIMIT or any(row.parts or row.faults for row in rows):
        return None
    of_part = {question.key for question in rule_set.questions if question.scope is Scope.PART}
    answers: dict[str, Any] = {}
    for row in rows:
        for key in row.answers.keys() - of_part:
            if answers.setdefault(key, row.answers[key]) != row.answers[key]:
                return None
    parts = [
        (f"Part {number}", {key: answer for key, answer in row.answers.items() if key in of_part})
        for number, row in enumerate(rows, start=1)
    ]
    groups = list({match_key(name): name for row in rows for name in row.groups}.values())
    one = Candidate(rows[0].index, rows[0].where, rows[0].process, answers, parts, groups, ())
    return None if one.item(rule_set)[1] else one


@dataclass(frozen=True, slots=True)
class Selection:
    """What is ticked, by the number of the row, and what shall become of each name that several rows have.

    ``same`` says so by the first row of the name; ``for_all`` where nothing is said of it.
    """

    ticked: frozenset[int]
    same: Mapping[int, str] = field(default_factory=dict)
    for_all: str = ""

    def way(self, name: SameName) -> str:
        """What shall become of a name; "" where that is still open."""
        chosen = self.same.get(name.rows[0].index) or self.for_all
        return chosen if chosen in name.ways else ""

    def chosen_candidates(
        self, candidates: Sequence[Candidate], names: Sequence[SameName], *, with_groups: bool
    ) -> list[Candidate]:
        """What would be brought in, in the order of the rows."""
        of_names = {row.index for name in names for row in name.rows}
        found = [it for it in candidates if it.index in self.ticked and it.index not in of_names]
        for name in names:
            match self.way(name):
                case "each":
                    found += name.rows
                case "parts" if name.parts:
                    found.append(name.parts)
                case "first":
                    found.append(name.rows[0])
        found.sort(key=lambda it: it.index)
        return found if with_groups else [_without_groups(it) for it in found]

    def undecided_names(self, names: Sequence[SameName]) -> list[SameName]:
        """Names of which is not said what shall become of them."""
        return [name for name in names if not self.way(name)]


def _without_groups(it: Candidate) -> Candidate:
    return Candidate(it.index, it.where, it.process, it.answers, it.parts, (), it.faults)


def first_selection(candidates: Sequence[Candidate], present: Collection[str]) -> Selection:
    """What is ticked when the page is opened: what was understood and is not in the owner's list already."""
    return Selection(frozenset(it.index for it in candidates if not it.faults and it.key not in present))
