"""The list of an owner's processes as its page and its sheet show it: plain values, computed once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advisor.assessments.result.sidebar import NewerRulesStatus
from advisor.engine.document.text import match_key, sort_key
from advisor.engine.model.vocabulary import Outcome, Strength
from advisor.links import address
from advisor.models import Assessment
from advisor.models.processes.process_list import ProcessLine
from advisor.processes.list.acts import MovePlan, TickedProcesses
from advisor.processes.list.map import NARROW, WIDE, process_map
from advisor.processes.list.overview import overview
from advisor.processes.list.query import IN_NO_GROUP, UNFINISHED, ListQuery, ListRow, Page
from advisor.web.paging import page_links
from advisor.wording.advice.verdict import advice_words
from advisor.wording.vocabulary import DECISIONS, OUTCOMES, STRENGTHS, OutcomeWords

_COLUMNS = {
    "name": _l("Process"),
    "group": _l("Groups"),
    "advice": _l("Advice"),
    "clear": _l("How clear"),
    "version": _l("Rules version"),
    "decided": _l("Decided"),
    "again": _l("Look again"),
    "used": _l("Last used"),
}

SHEETS = ("xlsx", "csv")

NAMED_LIMIT = 10
"""Processes that a page names before something is done with many."""

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
    groups: list[str]
    version: int
    rules_status: str
    rules_status_url: str
    decision: str
    decided_on: date | None
    decided_before: str
    """The advice that is younger than the decision, in words; "" where the decision is on the advice as it stands."""
    again: date | None
    is_due: bool
    touched: datetime


@dataclass(frozen=True, slots=True)
class ListColumn:
    """The head of a column: a link that sorts by it, and how it is sorted now ("", "ascending", "descending")."""

    key: str
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


def _is_due(line: ProcessLine) -> bool:
    return line.look_again_on is not None and line.look_again_on <= datetime.now(UTC).date()


def list_page(page: Page, query: ListQuery) -> dict[str, Any]:
    """One page of the list, with what can be asked of it. The first has the summary and the map of all of them."""
    rows = [process_row(row) for row in page.rows]
    alike = _alike(page)
    columns = [_column(key, str(name), query) for key, name in _COLUMNS.items() if key not in alike]
    pictured = page.every if page.number == 1 else []
    return {
        "rows": rows,
        "overview": overview(pictured, partial(_filtered_url, query)),
        "maps": {
            name: process_map(pictured, frame, partial(_filtered_url, query))
            for name, frame in (("wide", WIDE), ("narrow", NARROW))
        },
        "columns": columns,
        "heads": {column.key: column.name for column in columns},
        "alike": [sentence for sentence in alike.values() if sentence],
        "total": page.total,
        "found": page.found,
        "query": query,
        "only": _link_filters(page, query),
        "linked": query.link_filters,
        "pictures_url": _page_url(query, 1) if page.number > 1 else "",
        "filters": _filters(page, query),
        "groups": page.groups,
        "page": page_links(page.number, page.pages, partial(_page_url, query)),
        "version_in_force": page.version_in_force,
        "clear_url": address("processes.index"),
        "add_url": address("assessments.new"),
        "copy_url": address("processes.copy"),
        "bring_in_url": address("processes.bring_in"),
        "bin_url": address("processes.bin_page"),
        "days_url": address("processes.look_again"),
        "due": sum(_is_due(row.line) for row in page.every),
        "groups_url": address("processes.groups"),
        "chosen_url": address("processes.act_on_chosen", **query.address()),
        "tick_urls": {
            tick: address("processes.index", **query.address(tick=tick), _anchor="list") for tick in ("", "page", "all")
        },
        "kept": query.address(),
        "paper_url": address("processes.portfolio_sheet", **query.address(page=1)),
        "sheet_urls": {kind: address("processes.sheet", kind=kind, **query.address(page=1)) for kind in SHEETS},
    }


def _filters(page: Page, query: ListQuery) -> dict[str, list[Choice]]:
    advices: dict[str, str] = {outcome.value: str(OUTCOMES[outcome].name) for outcome in Outcome}
    groups = {name: name for name in page.groups}
    asked = next((name for name in page.groups if match_key(name) == match_key(query.group)), query.group)
    if asked not in {"", IN_NO_GROUP}:
        groups.setdefault(asked, asked)
    offered: dict[str, tuple[str, dict[str, str], str]] = {
        "group": (_("Any group"), {**groups, IN_NO_GROUP: _("In no group")} if groups else {}, asked),
        "advice": (_("Any advice"), {**advices, UNFINISHED: _("Not finished")}, query.advice),
        "clear": (_("However clear"), {it.value: str(words) for it, words in STRENGTHS.items()}, query.clear),
        "decided": (
            _("Decided or not"),
            {"yes": _("Decided"), "no": _("Not decided yet"), **{key: str(it) for key, it in DECISIONS.items()}},
            query.decided,
        ),
        "again": (
            _("Any day or none"),
            {"due": _("Due now"), "set": _("With a day"), "no": _("Without a day")},
            query.again,
        ),
        "rules": (_("Any rules"), {"changed": _("Newer rules would differ")}, query.rules),
    }
    return {name: _choices(*choices) for name, choices in offered.items()}


def _alike(page: Page) -> dict[str, str]:
    """The columns in which every process that is found says the same, with a sentence that says it; "" for nothing."""
    lines = [row.line for row in page.every]
    alike: dict[str, str] = {}
    if not any(line.groups for line in lines):
        alike["group"] = ""
    if {line.version for line in lines} == {page.version_in_force}:
        alike["version"] = str(_("Rules version %(n)d, which is in force.", n=page.version_in_force))
    if not any(line.decision for line in lines):
        alike["decided"] = str(_("Nothing is decided yet."))
    if not any(line.look_again_on for line in lines):
        alike["again"] = ""
    return alike


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
        url=address("assessments.go_on", assessment_id=line.id),
        outcome=line.outcome or "",
        advice=str(_advice_words(line).name if line.outcome else _("Not finished")),
        strength=str(STRENGTHS[Strength(line.strength)]) if is_kind and line.strength else "",
        first_advice=row.first.share if row.first else "",
        points=points_words(row),
        groups=sorted(line.groups, key=sort_key),
        version=line.version,
        rules_status=str(_RULES_STATUS_WORDS[row.rules_status]) if has_news and row.rules_status else "",
        rules_status_url=address("processes.newer_rules", assessment_id=line.id) if has_news else "",
        decision=str(DECISIONS.get(line.decision, line.decision)) if line.decision else "",
        decided_on=line.decided_on,
        decided_before=row.later.words if row.later else "",
        again=line.look_again_on,
        is_due=_is_due(line),
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
    sorted_by = query.address(sort="" if other == "used" else other, page=1)
    return ListColumn(key, name, address("processes.index", **sorted_by), state)


def _link_filters(page: Page, query: ListQuery) -> str:
    """What links of the summary and of the map ask for, and no field of the form; "" where nothing."""
    if risk := next((row.line.risks[query.risk] for row in page.every if query.risk), ""):
        return str(_("Only those with the risk “%(risk)s”.", risk=risk))
    if query.bpo and query.kpo:
        return str(
            _("Only those with %(bpo)s BPO and %(kpo)s KPO points.", bpo=_range(query.bpo), kpo=_range(query.kpo))
        )
    return ""


def _range(asked: str) -> str:
    first, _dash, last = asked.partition("-")
    return first if first == last else str(_("%(first)s to %(last)s", first=first, last=last))


def _filtered_url(query: ListQuery, **more: str) -> str:
    return address("processes.index", **query.address(page=1, **more))


def _page_url(query: ListQuery, number: int) -> str:
    return address("processes.index", **query.address(page=number))


def _choices(every: str, known: dict[str, str], chosen: str) -> list[Choice]:
    return [
        Choice("", str(every), not chosen),
        *(Choice(value, str(label), value == chosen) for value, label in known.items()),
    ]


# ---- what is asked before something is done with many


def decisions_page(selection: TickedProcesses, query: ListQuery) -> dict[str, Any]:
    """What the page of one decision on several processes shows beside its form."""
    decided = [one for one in selection.processes if one.decision]
    return {
        **_selection(selection, query),
        "named": _name_processes(selection.processes),
        "decided": _name_processes(decided, lambda one: str(DECISIONS.get(one.decision or "", one.decision or ""))),
        "has_notes": any(one.notes for one in selection.processes),
    }


def move_page(plan: MovePlan, selection: TickedProcesses, query: ListQuery) -> dict[str, Any]:
    """What becomes of each process that is moved to the rules in force."""
    return {
        **_selection(selection, query),
        "number": plan.number,
        "same": _name_processes(plan.same),
        "differs": _name_processes(
            plan.differs, url=lambda one: address("processes.newer_rules", assessment_id=one.id)
        ),
        "asks": _name_processes(plan.asks, url=lambda one: address("processes.newer_rules", assessment_id=one.id)),
        "stays": _name_processes(plan.stays),
    }


@dataclass(frozen=True, slots=True)
class NamedProcess:
    """A process by its name, with what is said of it and where that stands; "" for nothing."""

    name: str
    words: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class NamedProcesses:
    """Some processes: the first by name, how many more there are, and how many in all."""

    first: list[NamedProcess]
    more: int
    total: int


def _name_processes(
    processes: Sequence[Assessment],
    words: Callable[[Assessment], str] = lambda _one: "",
    url: Callable[[Assessment], str] = lambda _one: "",
) -> NamedProcesses:
    first = [NamedProcess(one.process_name, words(one), url(one)) for one in processes[:NAMED_LIMIT]]
    return NamedProcesses(first, len(processes) - len(first), len(processes))


def _selection(selection: TickedProcesses, query: ListQuery) -> dict[str, Any]:
    return {
        "total": len(selection.processes),
        "binned": _name_processes(selection.binned),
        "absent": selection.absent,
        "kept": query.address(),
        "back_url": address("processes.index", **query.address()),
    }
