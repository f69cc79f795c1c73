"""The list of an owner's processes as its page and its sheet show it: plain values, computed once."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advisor.assessments.result.sidebar import NewerRulesStatus
from advisor.engine.model.vocabulary import Outcome, Strength
from advisor.models.process_list import ProcessLine
from advisor.processes.list.map import NARROW, WIDE, process_map
from advisor.processes.list.query import UNFINISHED, ListQuery, ListRow, Page
from advisor.web.paging import page_links
from advisor.wording.verdict import advice_words
from advisor.wording.vocabulary import DECISIONS, OUTCOMES, STRENGTHS, OutcomeWords

_COLUMNS = (
    ("name", _l("Process")),
    ("advice", _l("Advice")),
    ("clear", _l("How clear")),
    ("version", _l("Rules version")),
    ("decided", _l("Decided")),
    ("used", _l("Last used")),
)


SHEETS = ("xlsx", "csv")

_NEWEST_FIRST = frozenset({"used", "version", "decided"})
"""Columns that begin with the highest when they are sorted by."""


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One line of the list. ``rules_status`` is a tag about newer rules, "" where there is nothing to say.

    ``first_advice`` is the share of answers of a first advice, "" of any other. ``points`` are those of BPO and KPO in
    words, as the map has them; "" where there is no advice.
    """

    key: str
    number: int
    name: str
    parts: str
    url: str
    outcome: str
    advice: str
    strength: str
    first_advice: str
    points: str
    version: int
    rules_status: str
    rules_status_url: str
    decision: str
    decided_on: date | None
    decided_before: str
    """The advice that is younger than the decision, in words; "" where the decision is on the advice as it stands."""
    touched: datetime


@dataclass(frozen=True, slots=True)
class ListColumn:
    """The head of a column: a link that sorts by it, and how it is sorted now ("", "ascending", "descending")."""

    name: str
    url: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str
    selected: bool


_RULES_STATUS_WORDS = {NewerRulesStatus.DIFFERS: _l("would differ"), NewerRulesStatus.ASKS: _l("asks again")}


def list_page(page: Page, query: ListQuery) -> dict[str, Any]:
    """One page of the list, with what can be asked of it."""
    advices: dict[str, str] = {outcome.value: str(OUTCOMES[outcome].name) for outcome in Outcome}
    advices[UNFINISHED] = str(_("Not finished"))
    return {
        "rows": [process_row(row) for row in page.rows],
        "maps": {name: process_map(page.every, lines) for name, lines in (("wide", WIDE), ("narrow", NARROW))},
        "columns": [_column(key, str(name), query) for key, name in _COLUMNS],
        "total": page.total,
        "found": page.found,
        "query": query,
        "filters": {
            "advice": _choices(_("Any advice"), advices, query.advice),
            "decided": _choices(_("Decided or not"), {"yes": _("Decided"), "no": _("Not decided yet")}, query.decided),
            "rules": _choices(_("Any rules"), {"changed": _("Newer rules would differ")}, query.rules),
        },
        "page": page_links(page.number, page.pages, partial(_page_url, query)),
        "version_in_force": page.version_in_force,
        "clear_url": url_for("processes.index"),
        "add_url": url_for("assessments.new"),
        "copy_url": url_for("processes.copy"),
        "bin_url": url_for("processes.bin_page"),
        "chosen_url": url_for("processes.act_on_chosen", **query.address()),
        "kept": query.address(),
        "sheet_urls": {kind: url_for("processes.sheet", kind=kind, **query.address(page=1)) for kind in SHEETS},
    }


def _advice_words(line: ProcessLine) -> OutcomeWords:
    """The words for the advice of a line, which knows as much of it as they need."""
    unanswered = [line.open_question] if line.open_question else []
    return advice_words({"outcome": line.outcome, "unanswered": unanswered, "done_by": line.done_by})


def process_row(row: ListRow) -> ProcessRow:
    """One process, in words."""
    line = row.line
    is_kind = line.outcome not in {None, Outcome.KEEP, Outcome.UNCLEAR}
    has_news = row.rules_status is not None and row.rules_status in _RULES_STATUS_WORDS
    return ProcessRow(
        key=str(line.id),
        number=row.number,
        name=line.name,
        parts=", ".join(row.parts),
        url=url_for("assessments.go_on", assessment_id=line.id),
        outcome=line.outcome or "",
        advice=str(_advice_words(line).name if line.outcome else _("Not finished")),
        strength=str(STRENGTHS[Strength(line.strength)]) if is_kind and line.strength else "",
        first_advice=row.first.share if row.first else "",
        points=points_words(row),
        version=line.version,
        rules_status=str(_RULES_STATUS_WORDS[row.rules_status]) if has_news and row.rules_status else "",
        rules_status_url=url_for("processes.newer_rules", assessment_id=line.id) if has_news else "",
        decision=str(DECISIONS.get(line.decision, line.decision)) if line.decision else "",
        decided_on=line.decided_on,
        decided_before=row.later.words if row.later else "",
        touched=line.touched_at,
    )


def points_words(row: ListRow) -> str:
    """The points that speak for either kind, all parts together; "" where there is no advice."""
    if row.line.bpo is None or row.line.kpo is None:
        return ""
    words = {"bpo": row.line.bpo, "kpo": row.line.kpo}
    if len(row.parts) > 1:
        return str(_("BPO %(bpo)d, KPO %(kpo)d in %(n)d parts", n=len(row.parts), **words))
    return str(_("BPO %(bpo)d, KPO %(kpo)d", **words))


def _column(key: str, name: str, query: ListQuery) -> ListColumn:
    orders = ("descending", "ascending") if key in _NEWEST_FIRST else ("ascending", "descending")
    state = dict(zip((key, f"-{key}"), orders, strict=True)).get(query.sort, "")
    other = f"-{key}" if query.sort == key else key
    address = query.address(sort="" if other == "used" else other, page=1)
    return ListColumn(name, url_for("processes.index", **address), state)


def _page_url(query: ListQuery, number: int) -> str:
    return url_for("processes.index", **query.address(page=number))


def _choices(every: str, known: dict[str, str], chosen: str) -> list[Choice]:
    return [
        Choice("", str(every), not chosen),
        *(Choice(value, str(label), value == chosen) for value, label in known.items()),
    ]
