"""The list of an owner's processes: what is asked of it, and the rows that answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from advisor.assessments.result.sidebar import LaterAdvice, NewerRulesStatus, later_advice, newer_rules_status
from advisor.engine.document.text import normalize_line, search_key, sort_key, whole_number
from advisor.engine.model.vocabulary import Outcome, Strength
from advisor.models import process_list
from advisor.models import rule_set_version as versions
from advisor.models.assessment import Owner
from advisor.models.process_list import ProcessLine
from advisor.web.paging import page_bounds
from advisor.wording.first_advice import FirstAdvice, first_advice

PAGE_SIZE = 100

UNFINISHED = "unfinished"

ADVICES = (*Outcome, UNFINISHED)
DECIDED = ("yes", "no")
RULES = ("changed",)
SORTS = ("used", "name", "advice", "clear", "version", "decided")
"""What the list can be sorted by; a hyphen before it turns the order round."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What is asked of the list. What makes no sense is as if it were not said."""

    words: str = ""
    advice: str = ""
    decided: str = ""
    rules: str = ""
    sort: str = "used"
    page: int = 1

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> "ListQuery":
        """Read it from the address."""
        return cls(
            words=normalize_line(" ".join(sent.get("q", "").split())),
            advice=_one_of(ADVICES, sent.get("advice")),
            decided=_one_of(DECIDED, sent.get("decided")),
            rules=_one_of(RULES, sent.get("rules")),
            sort=_one_of([*SORTS, *(f"-{key}" for key in SORTS)], sent.get("sort")) or "used",
            page=whole_number(sent.get("page"), 1, 9999) or 1,
        )

    def address(self, **more: str | int) -> dict[str, Any]:
        """The same as the parts of an address, with ``more`` in place of what they name; defaults are left out."""
        values = {
            "q": self.words,
            "advice": self.advice,
            "decided": self.decided,
            "rules": self.rules,
            "sort": self.sort if self.sort != "used" else "",
            "page": self.page if self.page > 1 else "",
            **more,
        }
        return {name: value for name, value in values.items() if value not in ("", 1)}

    @property
    def is_filter(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.words or self.advice or self.decided or self.rules)


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
    def number(self) -> int:
        """By which its owner knows it, however the list is sorted and whatever is deleted."""
        return self.line.number


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list. ``total`` counts all processes, ``found`` those that are asked for.

    ``every`` are the processes of all pages, in their order, without a word on newer rules.
    """

    rows: list[ListRow]
    every: list[ListRow]
    total: int
    found: int
    number: int
    pages: int
    version_in_force: int


def page_of(session: Session, owner: Owner, query: ListQuery, size: int = PAGE_SIZE) -> Page:
    """Read the page that is asked for; where there are fewer, the last one."""
    in_force = versions.in_force(session).number
    parts = process_list.part_names(session, owner)
    lines = process_list.process_lines(session, owner)
    first = _first_advices(session, owner, lines)
    rows = [ListRow(line, parts.get(line.id, ()), first=first.get(line.id)) for line in lines]
    found = [row for row in rows if _fits(row, query)]
    if query.rules:
        found = [row for row in _with_rules_status(session, owner, found, in_force) if _differs_or_asks(row)]
    found.sort(key=lambda row: row.number)
    found.sort(key=_SORT_KEYS[query.sort.removeprefix("-")], reverse=query.sort.startswith("-"))
    bounds = page_bounds(len(found), query.page, size)
    shown = found[bounds.start : bounds.stop]
    if not query.rules:
        shown = _with_rules_status(session, owner, shown, in_force)
    shown = _with_later(session, owner, shown)
    return Page(shown, found, len(rows), len(found), bounds.number, bounds.pages, in_force)


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


def _fits(row: ListRow, query: ListQuery) -> bool:
    line = row.line
    names = search_key(" ".join([line.name, *row.parts]))
    return (
        all(word in names for word in search_key(query.words).split())
        and query.advice in ("", line.outcome or UNFINISHED)
        and query.decided in ("", "yes" if line.decision else "no")
    )


def _differs_or_asks(row: ListRow) -> bool:
    return row.rules_status in {NewerRulesStatus.DIFFERS, NewerRulesStatus.ASKS}


def _with_rules_status(session: Session, owner: Owner, rows: list[ListRow], in_force: int) -> list[ListRow]:
    """Say of each how it stands to the rules in force, where its owner has not chosen to keep it as it is."""
    older = {row.line.id for row in rows if _is_older(row.line, in_force)}
    if not older:
        return rows
    given = process_list.judged_answers(session, owner, older)
    current = versions.rule_set(session, in_force)
    return [
        replace(
            row,
            rules_status=newer_rules_status(
                current, versions.rule_set(session, row.line.advised_by), given[row.line.id]
            ),
        )
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
    if row.line.outcome in {None, Outcome.KEEP, Outcome.UNCLEAR}:
        return len(_CLEARNESS)  # the strength describes the kind, so these have none
    return _CLEARNESS[Strength(row.line.strength or "")]


def _advice(row: ListRow) -> int:
    return len(_ADVICE_ORDER) if row.line.outcome is None else _ADVICE_ORDER[Outcome(row.line.outcome)]


_SORT_KEYS: dict[str, Callable[[ListRow], Any]] = {
    "used": lambda row: -row.line.touched_at.timestamp(),
    "name": lambda row: sort_key(row.line.name),
    "advice": _advice,
    "clear": _how_clear,
    "version": lambda row: -row.line.version,
    "decided": lambda row: (
        row.line.decision is None,
        -(row.line.decided_on.toordinal() if row.line.decided_on else 0),
    ),
}
