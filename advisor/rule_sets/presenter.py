"""What several pages of the draft show, as plain values: its collections, its problems, and what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.engine.document.diff import Change, ChangeType
from advisor.engine.document.document import NUMBERED
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.models import Account
from advisor.models import rule_set_version as versions
from advisor.models.accepted_warning import warning_fingerprint
from advisor.rule_sets.editor.field_text import FieldDifference, differences
from advisor.rule_sets.item_urls import item_url, list_url, path_of, problem_url
from advisor.rule_sets.preview.preview_state import found_url
from advisor.rule_sets.test_cases.coverage import answer_lines
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.web.paging import PageOfItems, paginate
from advisor.wording.items import item_name, key_or_number, noun_of, with_names
from advisor.wording.vocabulary import LISTS

CHANGES_ON_A_PAGE = 60


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A problem, where it is mended, the other items it is about, and the answers that show it.

    ``answers`` are these in words, None where there are none to show; ``see_url`` shows the advice on them, and
    ``case_url`` makes a test case of them, ``accept_url`` lets somebody accept what blocks nothing.
    """

    text: str
    mend: str
    url: str
    blocks: bool
    also: list[tuple[str, str]]
    answers: list[tuple[str, str]] | None
    see_url: str
    case_url: str
    accept_url: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What happened to one item."""

    happened: str
    moved: bool
    name: str
    title: str
    url: str
    fields: list[FieldDifference]


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The changes of one collection."""

    heading: str
    lines: list[ChangeLine]


def problem_lines(rules: RuleSet, problems: Iterable[Problem]) -> list[ProblemLine]:
    """Problems with their links and their witnesses."""
    return [
        ProblemLine(
            text=with_names(rules, problem.text),
            mend=with_names(rules, problem.mend),
            url=problem_url(problem.place),
            blocks=problem.blocks,
            also=[(_place_name(rules, place), problem_url(place)) for place in problem.also],
            answers=None if problem.witness is None else list(answer_lines(rules, problem.witness)),
            see_url="" if problem.witness is None else found_url("result", problem.witness),
            case_url="" if problem.witness is None else found_url("make_case", problem.witness),
            accept_url="" if problem.blocks else url_for(".accept_warning", warning=warning_fingerprint(problem)),
        )
        for problem in problems
    ]


def _place_name(rules: RuleSet, place: str) -> str:
    path = path_of(place)
    return str(LISTS[place.split("/", maxsplit=1)[0]]) if path is None else item_name(rules, path.collection, path.key)


def tabs(workspace: DraftWorkspace, present: str) -> list[dict[str, Any]]:
    """The collections of the draft, with how many each holds."""
    return [
        {
            "label": label,
            "url": list_url(name),
            "number": len(getattr(workspace.rules, name)),
            "is_present": name == present,
        }
        for name, label in LISTS.items()
    ]


def change_groups(before: RuleSet, after: RuleSet, changes: Sequence[Change], *, linked: bool) -> list[ChangeGroup]:
    """Differences by collection, in the order in which the draft shows them; answers stand with the questions."""
    lines: dict[str, list[ChangeLine]] = {name: [] for name in LISTS}
    for change in changes:
        lines[change.collection.split("/")[0]].append(_change_line(before, after, change, linked=linked))
    return [ChangeGroup(str(LISTS[name]), mine) for name, mine in lines.items() if mine]


def changes_page(
    before: RuleSet, after: RuleSet, changes: Sequence[Change], wanted_page: str, *, linked: bool
) -> dict[str, Any]:
    """One page of differences, and where the others are. Only what is shown is worked out word by word."""
    order = {name: at for at, name in enumerate(LISTS)}
    ordered = sorted(changes, key=lambda change: order[change.collection.split("/")[0]])

    def url(number: int) -> str:
        shown: dict[str, Any] = {**(request.view_args or {}), **request.args, "page": number}
        return url_for(request.endpoint or "rule_sets.home", **shown)

    page: PageOfItems[Change] = paginate(ordered, wanted_page, CHANGES_ON_A_PAGE, url)
    groups = change_groups(before, after, page.items, linked=linked)
    return {"groups": groups, "page": page, "number": len(changes)}


def _change_line(before: RuleSet, after: RuleSet, change: Change, *, linked: bool) -> ChangeLine:
    whole = change.happened in {ChangeType.ADDED, ChangeType.REMOVED}
    fields = () if change.happened is ChangeType.MOVED else None if whole else change.fields
    rules = before if change.new is None else after
    at = change.old_at if change.new is None else change.new_at
    key = str(at or 0) if change.collection in NUMBERED else change.key
    return ChangeLine(
        happened=change.happened.value,
        moved=change.moved,
        name=f"{noun_of(change.collection)} {key_or_number(change.collection, key)}",
        title=item_name(rules, change.collection, key),
        url=item_url(change.collection, change.key) if linked and change.new is not None else "",
        fields=differences(before, after, change.old, change.new, fields),
    )


def version_rows(session: Session) -> list[dict[str, Any]]:
    """Every version, newest first, with when it was live. Who published it is named while the account is there."""
    admins = select(Account.id, Account.email).where(Account.role == "admin")
    emails = {str(key): email for key, email in session.execute(admins)}
    return [
        {
            "number": one.row.number,
            "note": one.row.note,
            "since": one.since,
            "until": one.until,
            "by": emails.get(one.row.published_by or "", ""),
            "url": url_for("rule_sets.version", number=one.row.number),
        }
        for one in versions.lifetimes(session)
    ]
