"""What the pages of an owner's processes show: plain values with their addresses, computed once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advisor.assessments.loading import Opened
from advisor.assessments.newer_rules import NewerRules, Standing
from advisor.engine.changes import rules_that_decide
from advisor.engine.vocabulary import Outcome, Strength
from advisor.models import Assessment, Recommendation, RuleSetVersion
from advisor.presenter.difference import Advice, Difference, difference
from advisor.presenter.words import ADVICES, DECISIONS, STRENGTHS
from advisor.processes.listing import UNFINISHED, Page, Row, Wish

_COLUMNS = (
    ("name", _l("Process")),
    ("advice", _l("Advice")),
    ("clear", _l("How clear")),
    ("version", _l("Rules")),
    ("decided", _l("Decided")),
    ("used", _l("Last used")),
)


_NEWEST_FIRST = frozenset({"used", "version", "decided"})
"""Columns that begin with the highest when they are sorted by."""


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One line of the list. ``standing`` is a tag about newer rules, "" where there is nothing to say."""

    number: int
    name: str
    parts: str
    url: str
    outcome: str
    advice: str
    strength: str
    version: int
    standing: str
    standing_url: str
    decision: str
    decided_on: date | None
    touched: datetime


@dataclass(frozen=True, slots=True)
class Column:
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


_STANDINGS = {Standing.DIFFERS: _l("would differ"), Standing.ASKS: _l("asks again")}


def list_page(page: Page, wish: Wish) -> dict[str, Any]:
    """One page of the list, with what can be asked of it."""
    advices: dict[str, str] = {outcome.value: str(ADVICES[outcome]) for outcome in Outcome}
    advices[UNFINISHED] = str(_("Not finished"))
    return {
        "rows": [_row(row) for row in page.rows],
        "columns": [_column(key, str(name), wish) for key, name in _COLUMNS],
        "held": page.held,
        "found": page.found,
        "wish": wish,
        "filters": {
            "advice": _choices(_("Any advice"), advices, wish.advice),
            "decided": _choices(_("Decided or not"), {"yes": _("Decided"), "no": _("Not decided yet")}, wish.decided),
            "rules": _choices(_("Any rules"), {"changed": _("Newer rules would differ")}, wish.rules),
        },
        "page_number": page.number,
        "pages": page.pages,
        "previous_url": _page_url(wish, page.number - 1) if page.number > 1 else None,
        "next_url": _page_url(wish, page.number + 1) if page.number < page.pages else None,
        "version_in_force": page.version_in_force,
        "clear_url": url_for("processes.index"),
        "add_url": url_for("assessments.new"),
        "copy_url": url_for("processes.copy"),
        "bin_url": url_for("processes.binned"),
    }


def _row(row: Row) -> ProcessRow:
    line = row.line
    is_kind = line.outcome not in {None, Outcome.KEEP, Outcome.UNCLEAR}
    told = row.standing is not None and row.standing in _STANDINGS
    return ProcessRow(
        number=row.number,
        name=line.name,
        parts=", ".join(row.parts),
        url=url_for("assessments.go_on", assessment_id=line.id),
        outcome=line.outcome or "",
        advice=str(ADVICES[Outcome(line.outcome)] if line.outcome else _("Not finished")),
        strength=str(STRENGTHS[Strength(line.strength)]) if is_kind and line.strength else "",
        version=line.version,
        standing=str(_STANDINGS[row.standing]) if told and row.standing else "",
        standing_url=url_for("processes.newer_rules", assessment_id=line.id) if told else "",
        decision=str(DECISIONS.get(line.decision, line.decision)) if line.decision else "",
        decided_on=line.decided_on,
        touched=line.touched_at,
    )


def _column(key: str, name: str, wish: Wish) -> Column:
    orders = ("descending", "ascending") if key in _NEWEST_FIRST else ("ascending", "descending")
    state = dict(zip((key, f"-{key}"), orders, strict=True)).get(wish.sort, "")
    other = f"-{key}" if wish.sort == key else key
    address = wish.address(sort="" if other == "used" else other, page=1)
    return Column(name, url_for("processes.index", **address), state)


def _page_url(wish: Wish, number: int) -> str:
    return url_for("processes.index", **wish.address(page=number))


def _choices(every: str, known: dict[str, str], chosen: str) -> list[Choice]:
    return [
        Choice("", str(every), not chosen),
        *(Choice(value, str(label), value == chosen) for value, label in known.items()),
    ]


# ---- the bin -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BinRow:
    """A process in the bin, and when it goes for good."""

    name: str
    deleted: datetime
    gone_on: datetime
    restore_url: str
    remove_url: str


def bin_row(assessment: Assessment) -> BinRow:
    """One line of the bin."""
    assert assessment.deleted_at is not None  # noqa: S101 - it is in the bin
    kept: timedelta = current_app.config["BIN_LIFETIME"]
    return BinRow(
        name=assessment.process_name,
        deleted=assessment.deleted_at,
        gone_on=assessment.deleted_at + kept,
        restore_url=url_for("processes.put_back", assessment_id=assessment.id),
        remove_url=url_for("processes.remove_for_good", assessment_id=assessment.id),
    )


# ---- history -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Revision:
    """One advice in the history of a process, and in what it differs from the one before."""

    number: int
    given: datetime
    version: int
    outcome: str
    verdict: str
    strength: str
    changes: str
    url: str
    is_latest: bool


def history_page(opened: Opened, revisions: Sequence[tuple[Recommendation, Advice]]) -> dict[str, Any]:
    """Every advice on a process, newest first."""
    rows = []
    for index, (recommendation, advice) in enumerate(revisions):
        earlier = revisions[index + 1][1] if index + 1 < len(revisions) else None
        found = difference(earlier or advice, advice)
        rows.append(
            Revision(
                number=recommendation.sequence,
                given=recommendation.created_at,
                version=recommendation.version_number,
                outcome=found.after.outcome,
                verdict=found.after.words,
                strength=found.after.strength,
                changes=_in_short(found) if earlier else str(_("The first advice.")),
                url=url_for("processes.revision", assessment_id=opened.id, number=recommendation.sequence),
                is_latest=index == 0,
            )
        )
    return {
        "process_name": opened.progress.process,
        "revisions": rows,
        "compare_url": url_for("processes.compare", assessment_id=opened.id),
        "back_url": result_url(opened.id),
    }


def _in_short(found: Difference) -> str:
    """What changed since the advice before, in a line."""
    said = []
    if found.before.version != found.after.version:
        versions = {"before": found.before.version, "after": found.after.version}
        said.append(_("Rules %(before)d to %(after)d.", **versions))
    if found.name:
        said.append(_("Was called “%(name)s”.", name=found.name.before))
    for pair in found.answers[:_TOLD]:
        before, after = pair.before or _("not answered"), pair.after or _("left out")
        said.append(_("%(question)s %(before)s → %(after)s.", question=pair.name, before=before, after=after))
    if len(found.answers) > _TOLD:
        said.append(_("And %(n)d more answers.", n=len(found.answers) - _TOLD))
    if found.parts and not found.answers:
        said.append(_("Other parts."))
    return " ".join(str(sentence) for sentence in said) or str(_("Worked out again."))


_TOLD = 3


def compare_page(opened: Opened, one: Recommendation, other: Recommendation, found: Difference) -> dict[str, Any]:
    """Two advices on one process, side by side: only what differs."""
    return {
        "process_name": opened.progress.process,
        "found": found,
        "one": one,
        "other": other,
        "one_url": url_for("processes.revision", assessment_id=opened.id, number=one.sequence),
        "other_url": url_for("processes.revision", assessment_id=opened.id, number=other.sequence),
        "back_url": url_for("processes.history", assessment_id=opened.id),
    }


# ---- newer rules -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AdminNote:
    """What the admins wrote when they published a version."""

    number: int
    published: datetime
    text: str


def newer_rules_page(opened: Opened, newer: NewerRules, notes: Sequence[RuleSetVersion]) -> dict[str, Any]:
    """The saved advice, what newer rules say, and which of them make the difference."""
    assert opened.latest is not None  # noqa: S101 - the view sends whoever has no advice away
    before = Advice(opened.latest.result, opened.latest.given, opened.advice_edition)
    after = Advice(dict(newer.document), newer.given, newer.edition)
    item = newer.progress.work_item()
    alone = rules_that_decide(opened.advice_edition.rule_set, newer.edition.rule_set, item.answers, item.parts)
    return {
        "process_name": opened.progress.process,
        "published": newer.edition.version.published,
        "found": difference(before, after, alone),
        "open_questions": [
            {"text": place.question.text, "part": place.piece.name if place.piece else ""}
            for place in newer.open_places
        ],
        "notes": [AdminNote(row.number, row.published_at, row.note) for row in notes],
        "keeps": (opened.assessment.kept_version or 0) >= newer.edition.number,
        "back_url": result_url(opened.id),
        "keep_url": url_for("processes.keep_rules", assessment_id=opened.id),
        "update_url": url_for("processes.update_rules", assessment_id=opened.id),
    }


def result_url(assessment_id: UUID) -> str:
    """Where the latest advice is."""
    return url_for("assessments.result", assessment_id=assessment_id)
