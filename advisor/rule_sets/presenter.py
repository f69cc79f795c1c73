"""What several pages of the draft show, as plain values: its collections, its problems, and what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.engine.document.inverse import is_there
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.models import Account
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.accepted_warning import warning_fingerprint
from advisor.rule_sets.item_urls import list_url, path_of, problem_url
from advisor.rule_sets.preview.preview_state import found_url
from advisor.rule_sets.test_cases.coverage import answer_lines
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording.items import item_label, item_name, key_or_number, noun_of, with_names
from advisor.wording.rule_set_vocabulary import LISTS


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A problem, where it is mended, the other items it is about, and the answers that show it.

    ``url`` is "" where it is mended at those other items, which ``also_words`` introduces. ``answers`` are these in
    words, None where there are none to show; ``see_url`` shows the advice on them, and ``case_url`` makes a test case
    of them, ``accept_url`` lets somebody accept what blocks nothing.
    """

    text: str
    mend: str
    url: str
    blocks: bool
    also: list[tuple[str, str]]
    answers: list[tuple[str, str]] | None
    see_url: str
    case_url: str
    also_words: str
    accept_url: str = ""


def problem_lines(rules: RuleSet, problems: Iterable[Problem], *earlier: RuleSet) -> list[ProblemLine]:
    """Problems with their links and their witnesses. What is gone is called by what it said in ``earlier`` rules."""

    def line(problem: Problem) -> ProblemLine:
        also, is_of_list = problem.also, path_of(problem.place) is None
        if is_of_list:  # of a whole list, those are to blame that came with the draft
            also = tuple(place for place in also if earlier and not any(_is_there(held, place) for held in earlier))
        return ProblemLine(
            text=_problem_text(rules, problem, earlier),
            mend=str(_("Name another one.")) if problem.missing else with_names(rules, problem.mend, *earlier),
            url="" if is_of_list and also else problem_url(problem.place),
            blocks=problem.blocks,
            also=_other_items(rules, problem, also),
            also_words=str(_("Added in the draft:") if is_of_list else _("See also:")),
            answers=None if problem.witness is None else list(answer_lines(rules, problem.witness)),
            see_url="" if problem.witness is None else found_url("result", problem.witness),
            case_url="" if problem.witness is None else found_url("make_case", problem.witness),
            accept_url="" if problem.blocks else url_for(".accept_warning", warning=warning_fingerprint(problem)),
        )

    return [line(problem) for problem in problems]


def _other_items(rules: RuleSet, problem: Problem, places: Sequence[str]) -> list[tuple[str, str]]:
    """The other items that a problem is about; what its text names already is not named in full again."""
    text, found = with_names(rules, problem.text), []
    for place in places:
        name, path = _place_name(rules, place), path_of(place)
        if path is not None and f"“{name}”" in text:
            name = str(_("the other %(noun)s", noun=noun_of(path.collection)))
            name = name if len(places) == 1 else f"{name} ({key_or_number(path.collection, path.key)})"
        found.append((name, problem_url(place)))
    return found


def _is_there(rules: RuleSet, place: str) -> bool:
    path = path_of(place)
    return path is not None and is_there(rules, path.collection, path.key)


def _problem_text(rules: RuleSet, problem: Problem, earlier: Sequence[RuleSet]) -> str:
    """What a problem says, after the item that it is about, which stands there once."""
    text, path = with_names(rules, problem.text, *earlier), path_of(problem.place)
    if path is None or not text.startswith("“"):
        return text
    label = item_label(rules, path.collection, path.key, *earlier)
    label = f"{label[0].upper()}{label[1:]}"
    quoted = f"“{item_name(rules, path.collection, path.key, *earlier)}”"
    return f"{label}{text.removeprefix(quoted)}" if text.startswith(f"{quoted} ") else f"{label}: {text}"


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


def version_rows(session: Session) -> list[dict[str, Any]]:
    """Every version, newest first, with when it was live.

    Who published it and who approved it are named while the accounts are there; "copy_of" is the first version that
    says the same, 0 where there is none.
    """
    admins = select(Account.id, Account.email).where(Account.role == "admin")
    emails = {str(key): email for key, email in session.execute(admins)}
    lifetimes = list(versions.lifetimes(session))
    first_of: dict[str, int] = {}
    for one in reversed(lifetimes):
        first_of.setdefault(one.row.sha256, one.row.number)
    return [
        {
            "number": one.row.number,
            "note": one.row.note,
            "since": one.since,
            "until": one.until,
            "by": emails.get(one.row.published_by or "", ""),
            "approved_by": emails.get(one.row.approved_by or "", ""),
            "approved_at": one.row.approved_at,
            "url": url_for("rule_sets.version", number=one.row.number),
            "copy_of": first if (first := first_of[one.row.sha256]) < one.row.number else 0,
        }
        for one in lifetimes
    ]
