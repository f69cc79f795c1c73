"""The list of an owner's processes: what is asked of it, and the rows that answer."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from advisor.assessments.result.sidebar import LaterAdvice, NewerRulesStatus, later_advice, newer_rules_status
from advisor.engine.document.text import match_key, normalize_line, search_key, sort_key, whole_number
from advisor.engine.model.vocabulary import Outcome, Strength
from advisor.models.processes import process_list
from advisor.models.processes.assessment import Owner
from advisor.models.processes.groups import SEPARATOR, unite
from advisor.models.processes.process_list import ProcessLine
from advisor.models.rule_sets import rule_set_version as versions
from advisor.web.paging import page_bounds
from advisor.wording.advice.first_advice import FirstAdvice, first_advice
from advisor.wording.vocabulary import DECISIONS

PAGE_SIZE = 80
"""Processes on one page: with groups, decisions, the summary and the map they are what a long list may weigh."""

UNFINISHED = "unfinished"
IN_NO_GROUP = SEPARATOR
"""In place of a group: what is in none. No group can be called so."""

OFFERED: Mapping[str, Sequence[str]] = {
    "advice": (*Outcome, UNFINISHED),
    "clear": tuple(Strength),
    "decided": ("yes", "no", *DECISIONS),
    "again": ("due", "set", "no"),
    "rules": ("changed",),
}
"""What each filter can be set to."""

SORTS = ("used", "name", "group", "advice", "clear", "version", "decided", "again")
"""What the list can be sorted by; a hyphen before it turns the order round."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What is asked of the list. What makes no sense is as if it were not said."""

    words: str = ""
    group: str = ""
    advice: str = ""
    clear: str = ""
    decided: str = ""
    again: str = ""
    rules: str = ""
    risk: str = ""
    """The key of a risk that the advice tells."""
    bpo: str = ""
    """From how many to how many points on the map, such as "4-5"."""
    kpo: str = ""
    sort: str = "used"
    page: int = 1

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> "ListQuery":
        """Read it from the address."""
        return cls(
            words=normalize_line(" ".join(sent.get("q", "").split())),
            group=normalize_line(" ".join(sent.get("group", "").split())),
            risk=normalize_line(sent.get("risk", "")),
            bpo=_range(sent.get("bpo")),
            kpo=_range(sent.get("kpo")),
            sort=_one_of([*SORTS, *(f"-{key}" for key in SORTS)], sent.get("sort")) or "used",
            page=whole_number(sent.get("page"), 1, 9999) or 1,
            **{name: _one_of(values, sent.get(name)) for name, values in OFFERED.items()},
        )

    def address(self, **more: str | int) -> dict[str, Any]:
        """The same as the parts of an address, with ``more`` in place of what they name; defaults are left out."""
        values = {
            "q": self.words,
            "group": self.group,
            **{name: getattr(self, name) for name in OFFERED},
            **self.link_filters,
            "sort": self.sort if self.sort != "used" else "",
            "page": self.page if self.page > 1 else "",
            **more,
        }
        return {name: value for name, value in values.items() if value not in ("", 1)}

    @property
    def is_filter(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.words or self.group or self.link_filters or any(getattr(self, name) for name in OFFERED))

    @property
    def link_filters(self) -> dict[str, str]:
        """The filters that links of the summary and of the map set, and no field of the form."""
        return {name: value for name in ("risk", "bpo", "kpo") if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One process, and how its advice stands to the rules."""

    line: ProcessLine
    parts: Sequence[str]
    rules_status: NewerRulesStatus | None = None
    """None where the rules are those in force, where they are not to be asked about, or where there is no advice."""
    first: FirstAdvice | None = None
    """How much of it is answered where its advice is first advice."""
    later: LaterAdvice | None = None
    """The advice that is younger than the decision, if it is."""

    @property
    def is_news(self) -> bool:
        """Whether newer rules would say another thing, or ask something first."""
        return self.rules_status in {NewerRulesStatus.DIFFERS, NewerRulesStatus.ASKS}

    @property
    def number(self) -> int:
        """By which its owner knows it, however the list is sorted and whatever is deleted."""
        return self.line.number


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list. ``total`` counts all processes, ``found`` those that are asked for.

    ``every`` are the processes of all pages, in their order, without what is younger than their decisions.
    """

    rows: list[ListRow]
    every: list[ListRow]
    total: int
    found: int
    number: int
    pages: int
    version_in_force: int
    groups: list[str]
    """All groups of all processes, in the order of their names."""


def page_of(session: Session, owner: Owner, query: ListQuery, size: int = PAGE_SIZE) -> Page:
    """Read the page that is asked for; where there are fewer, the last one."""
    in_force = versions.number_in_force(session)
    rows, found = _rows_and_found(session, owner, query, in_force)
    if not query.rules:
        found = _with_rules_status(session, owner, found, in_force)
    bounds = page_bounds(len(found), query.page, size)
    shown = _with_later(session, owner, found[bounds.start : bounds.stop])
    groups = sorted(unite(name for row in rows for name in row.line.groups), key=sort_key)
    return Page(shown, found, len(rows), len(found), bounds.number, bounds.pages, in_force, groups)


def ids_elsewhere(session: Session, owner: Owner, query: ListQuery, size: int = PAGE_SIZE) -> list[UUID]:
    """The processes that are asked for and stand on other pages than this one, in their order."""
    _rows, found = _rows_and_found(session, owner, query, versions.number_in_force(session))
    bounds = page_bounds(len(found), query.page, size)
    return [row.line.id for row in (*found[: bounds.start], *found[bounds.stop :])]


def _rows_and_found(
    session: Session, owner: Owner, query: ListQuery, in_force: int
) -> tuple[list[ListRow], list[ListRow]]:
    """All processes of the owner, and those that are asked for, in their order."""
    parts = process_list.part_names(session, owner)
    lines = process_list.process_lines(session, owner)
    first = _first_advices(session, owner, lines)
    rows = [ListRow(line, parts.get(line.id, ()), first=first.get(line.id)) for line in lines]
    found = [row for row in rows if fits(row, query)]
    if query.rules:
        found = [row for row in _with_rules_status(session, owner, found, in_force) if row.is_news]
    found.sort(key=lambda row: row.number)
    found.sort(key=_SORT_KEYS[query.sort.removeprefix("-")], reverse=query.sort.startswith("-"))
    return rows, found


class MapPoint(NamedTuple):
    """Where a process stands on the map: its points or, of a process in parts, those of its parts on average."""

    bpo: int
    kpo: int


def map_point(row: ListRow) -> MapPoint | None:
    """Where it stands; None where there is no advice."""
    bpo, kpo, pieces = row.line.bpo, row.line.kpo, max(1, len(row.parts))
    return None if bpo is None or kpo is None else MapPoint(round(bpo / pieces), round(kpo / pieces))


def _range(sent: str | None) -> str:
    found = re.fullmatch(r"([0-9]{1,4})-([0-9]{1,4})", sent or "")
    return found[0] if found and int(found[1]) <= int(found[2]) else ""


def _is_within(points: int, wanted: str) -> bool:
    first, _dash, last = wanted.partition("-")
    return not wanted or int(first) <= points <= int(last)


def _is_placed(row: ListRow, query: ListQuery) -> bool:
    """Whether it stands where it is asked for on the map, if it is."""
    if not (query.bpo or query.kpo):
        return True
    point = map_point(row)
    return point is not None and _is_within(point.bpo, query.bpo) and _is_within(point.kpo, query.kpo)


def _first_advices(session: Session, owner: Owner, lines: Sequence[ProcessLine]) -> dict[UUID, FirstAdvice]:
    """Of the processes with first advice, how much is answered. Only what leaves a question open is looked at."""
    given_by = {line.id: line.advised_by for line in lines if line.open_question and line.advised_by}
    if not given_by:
        return {}
    given = process_list.judged_answers(session, owner, given_by)
    found = {key: first_advice(versions.rule_set(session, given_by[key]), answers) for key, answers in given.items()}
    return {key: first for key, first in found.items() if first is not None}


def _one_of(known: Sequence[str], sent: str | None) -> str:
    return sent if sent is not None and sent in known else ""


def fits(row: ListRow, query: ListQuery) -> bool:
    """Whether it is asked for, newer rules aside."""
    line = row.line
    names = search_key(" ".join([line.name, *row.parts]))
    return (
        all(word in names for word in search_key(query.words).split())
        and _is_in_group(line.groups, query.group)
        and query.advice in ("", line.outcome or UNFINISHED)
        and query.clear in ("", strength_of(line))
        and query.decided in ("", "yes" if line.decision else "no", line.decision)
        and query.again in ("", *_when_again(line.look_again_on))
        and (not query.risk or query.risk in line.risks)
        and _is_placed(row, query)
    )


def _is_in_group(groups: Sequence[str], wanted: str) -> bool:
    if wanted == IN_NO_GROUP:
        return not groups
    return not wanted or match_key(wanted) in map(match_key, groups)


def strength_of(line: ProcessLine) -> str | None:
    """How clear its kind is; None where there is no kind."""
    return None if line.outcome in {None, Outcome.KEEP, Outcome.UNCLEAR} else line.strength


def _when_again(day: date | None) -> Sequence[str]:
    if day is None:
        return ("no",)
    return ("set", "due") if day <= datetime.now(UTC).date() else ("set",)


def _with_rules_status(session: Session, owner: Owner, rows: list[ListRow], in_force: int) -> list[ListRow]:
    """Say of each how it stands to the rules in force, where its owner has not chosen to keep it as it is."""
    older = {row.line.id for row in rows if _is_older(row.line, in_force)}
    if not older:
        return rows
    given = process_list.judged_answers(session, owner, older)
    advised_by = {row.line.advised_by for row in rows if row.line.id in given}
    rule_sets = {number: versions.rule_set(session, number) for number in advised_by}
    current = versions.rule_set(session, in_force)
    return [
        replace(row, rules_status=newer_rules_status(current, rule_sets[row.line.advised_by], given[row.line.id]))
        if row.line.id in given
        else row
        for row in rows
    ]


def _with_later(session: Session, owner: Owner, rows: list[ListRow]) -> list[ListRow]:
    later = later_advice(session, owner, {row.line.id: row.line.decided_on for row in rows if row.line.decision})
    return [replace(row, later=later.get(row.line.id)) for row in rows]


def _is_older(line: ProcessLine, in_force: int) -> bool:
    kept = line.kept_version or 0
    return line.advised_by is not None and max(line.version, kept) < in_force


_CLEARNESS = {Strength.CLEAR: 0, Strength.SLIGHT: 1, Strength.BALANCED: 2}
_ADVICE_ORDER = {outcome: index for index, outcome in enumerate(Outcome)}


def _how_clear(row: ListRow) -> int:
    strength = strength_of(row.line)  # describes the kind, so that some have none
    return _CLEARNESS[Strength(strength)] if strength else len(_CLEARNESS)


def _advice(row: ListRow) -> int:
    return len(_ADVICE_ORDER) if row.line.outcome is None else _ADVICE_ORDER[Outcome(row.line.outcome)]


_SORT_KEYS: dict[str, Callable[[ListRow], Any]] = {
    "used": lambda row: -row.line.touched_at.timestamp(),
    "name": lambda row: sort_key(row.line.name),
    "group": lambda row: (not row.line.groups, sorted(map(sort_key, row.line.groups))),
    "advice": _advice,
    "clear": _how_clear,
    "version": lambda row: -row.line.version,
    "decided": lambda row: (
        row.line.decision is None,
        -(row.line.decided_on.toordinal() if row.line.decided_on else 0),
    ),
    "again": lambda row: row.line.look_again_on or date.max,
}
