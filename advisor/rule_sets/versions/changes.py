"""What differs between two rule sets, item by item, as the pages of a draft and of its versions show it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import ngettext

from advisor.engine.document.causes import CausedChange
from advisor.engine.document.diff import Change, ChangeType
from advisor.engine.document.document import NUMBERED
from advisor.engine.document.put_back import StandsInTheWay, put_back
from advisor.engine.document.quotes import quotes
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.models.audit import draft_acts
from advisor.rule_sets.audit.draft_history import actor_name, people_of
from advisor.rule_sets.editor.inputs.field_text import FieldDifference, differences, with_removed
from advisor.rule_sets.editor.presenter import user_links, wording_of
from advisor.rule_sets.item_urls import item_url
from advisor.rule_sets.workspace import DraftWorkspace, differences_between
from advisor.web.paging import PageOfItems, paginate
from advisor.wording.items import item_name, key_or_number, noun_of, subject_of
from advisor.wording.rule_set_vocabulary import LISTS

CHANGES_ON_A_PAGE = 18

_LISTED = 20
"""Items that are named among what goes along with a change; the others are counted."""


@dataclass(frozen=True, slots=True)
class ChangeAct:
    """When somebody last changed an item."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What happened to one item.

    ``happened`` is that in a word, ``of`` the question of an answer. ``along`` says what was rewritten along with it,
    and ``first_along`` names the first of that. ``quoting`` are links to what quotes the words that it had. ``mark`` is
    what the button that puts it back sends, "" where there is none.
    """

    happened: str
    moved: bool
    name: str
    title: str
    of: str
    url: str
    fields: list[FieldDifference]
    along: str
    first_along: list[dict[str, Any]]
    more_along: int
    quoting: list[dict[str, Any]]
    mark: str
    acts: Sequence[ChangeAct] = ()
    """Who changed it in the draft, the latest first."""
    holders: Sequence[dict[str, Any]] = ()
    """Links to what rests on an item that was added, so that it cannot be taken out."""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The changes of one collection."""

    heading: str
    lines: list[ChangeLine]


def change_groups(
    before: RuleSet, after: RuleSet, changes: Iterable[CausedChange], *, editable: bool = False
) -> list[ChangeGroup]:
    """Differences by collection, in the order in which the draft shows them; answers stand with the questions.

    What went is told in the words of ``before``, in which all that it names is still there.
    """
    found = list(changes)
    bases = {id(caused.base): caused.base for caused in found}
    words = {mark: with_removed(base, before) for mark, base in bases.items()}
    quoting = _links_of_quotes(after, found) if editable else {}
    acts = _acts_by_place() if editable else {}
    lines: dict[str, list[ChangeLine]] = {name: [] for name in LISTS}
    for caused in found:
        links = quoting.get((caused.change.collection, caused.change.key), [])
        line = _change_line(words[id(caused.base)], after, caused, links, editable)
        if editable:
            line = replace(line, acts=_acts_on(acts, caused), holders=_holders(after, caused))
        lines[caused.change.collection.split("/")[0]].append(line)
    return [ChangeGroup(str(LISTS[name]), mine) for name, mine in lines.items() if mine]


def ordered_changes(before: RuleSet, after: RuleSet) -> list[CausedChange]:
    """Every difference in the order of the pages."""
    order = {name: at for at, name in enumerate(LISTS)}
    return sorted(differences_between(before, after), key=lambda one: order[one.change.collection.split("/")[0]])


def changes_page(before: RuleSet, after: RuleSet, wanted_page: str, *, editable: bool = False) -> dict[str, Any]:
    """One page of differences, and where the others are. Only what is shown is worked out word by word.

    What is ``editable``, as in the draft, is linked to where it is edited, and can be put back.
    """
    ordered = ordered_changes(before, after)

    def url(number: int) -> str:
        shown: dict[str, Any] = {**(request.view_args or {}), **request.args, "page": number}
        for name in ("back", "at"):
            shown.pop(name, None)
        return url_for(request.endpoint or "rule_sets.home", **shown)

    page: PageOfItems[CausedChange] = paginate(ordered, wanted_page, CHANGES_ON_A_PAGE, url)
    groups = change_groups(before, after, page.items, editable=editable)
    return {
        "groups": groups,
        "page": page,
        "number": len(ordered),
        "along": sum(len(caused.along) for caused in ordered),
    }


def difference_url(workspace: DraftWorkspace, collection: str, key: str) -> str:
    """Where an item that the draft has not stands among its differences, "" if nowhere."""
    for number, caused in enumerate(ordered_changes(workspace.in_force, workspace.rules)):
        change = caused.change
        known = {change.key, caused.old_key} if change.old is not None else set()
        if change.collection == collection and key in known:
            page = number // CHANGES_ON_A_PAGE + 1
            return url_for("rule_sets.differences", page=page if page > 1 else None, _anchor=f"change-{number + 1}")
    return ""


def _change_line(
    before: RuleSet,
    after: RuleSet,
    caused: CausedChange,
    quoting: list[dict[str, Any]],
    editable: bool,  # noqa: FBT001
) -> ChangeLine:
    change = caused.change
    rules = before if change.new is None else after
    key = _key_of(change)
    shown = [(each.collection, _key_of(each)) for each in caused.along[:_LISTED]]
    return ChangeLine(
        happened=_change_word(caused),
        moved=change.moved,
        name=f"{noun_of(change.collection)} {key_or_number(change.collection, key)}",
        title=item_name(rules, change.collection, key),
        of=_question_text(rules, change.collection),
        url=item_url(change.collection, change.key) if editable and change.new is not None else "",
        fields=differences(before, after, change.old, change.new, _fields(caused)),
        along=_along_text(caused),
        first_along=user_links(after, shown),
        more_along=max(0, len(caused.along) - _LISTED),
        quoting=quoting,
        mark=caused.mark if editable else "",
    )


def _acts_by_place() -> dict[str, list[ChangeAct]]:
    """Who changed each place of the draft, the latest first, everybody once."""
    with database().read() as session:
        acts = session.scalars(draft_acts()).all()
        people = people_of(session, acts)
    found: dict[str, list[ChangeAct]] = {}
    for act in acts:
        who = actor_name(act, people)
        for place in {str(change["place"]) for change in act.changes or ()}:
            mine = found.setdefault(place, [])
            if all(known.who != who for known in mine):
                mine.append(ChangeAct(who, act.at))
    return found


def _acts_on(acts: Mapping[str, list[ChangeAct]], caused: CausedChange) -> list[ChangeAct]:
    keys = dict.fromkeys(key for key in (caused.change.key, caused.old_key) if key)
    return [act for key in keys for act in acts.get(f"{caused.change.collection}/{key}", ())]


def _holders(after: RuleSet, caused: CausedChange) -> list[dict[str, Any]]:
    """What refers to an item that was added, so that it cannot be taken out before that."""
    if caused.change.happened is not ChangeType.ADDED:
        return []
    try:
        put_back(after, caused)
    except StandsInTheWay as refused:
        holders = list(dict.fromkeys(reference.holder for reference in refused.references))
        return user_links(after, holders[:_LISTED])
    return []


def _key_of(change: Change) -> str:
    at = change.old_at if change.new is None else change.new_at
    return str(at or 0) if change.collection in NUMBERED else change.key


def _fields(caused: CausedChange) -> Sequence[str] | None:
    """The names of the fields to show, None for all of them."""
    change = caused.change
    if caused.old_key:
        return ("id" if change.collection == "claims" else "key", *change.fields)
    if change.happened in {ChangeType.ADDED, ChangeType.REMOVED}:
        return None
    return () if change.happened is ChangeType.MOVED else change.fields


def _change_word(caused: CausedChange) -> str:
    if not caused.old_key:
        return caused.change.happened.value
    return "meaning" if subject_of(caused.change.collection) in {"questions", "options"} else "key"


def _along_text(caused: CausedChange) -> str:
    number = len(caused.along)
    if not number:
        return ""
    if all(change.collection == "cases" for change in caused.along):
        return str(ngettext("and %(num)d test case along with it", "and %(num)d test cases along with it", number))
    return str(ngettext("and %(num)d other item along with it", "and %(num)d other items along with it", number))


def _question_text(rules: RuleSet, collection: str) -> str:
    question = rules.question(collection.split("/")[1]) if "/" in collection else None
    return question.text if question is not None else ""


def _links_of_quotes(after: RuleSet, changes: Sequence[CausedChange]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Links to what quotes the words that a question or an answer had, for each that went or whose words changed."""
    present = {wording_of(item) for question in after.questions for item in (question, *question.options)}
    former = {
        (caused.change.collection, caused.change.key): words
        for caused in changes
        if (words := _former_wordings(caused.change, present))
    }
    if not former or not quotes(after, set().union(*former.values()), ("", "")):
        return {}
    found = {place: quotes(after, words, place) for place, words in former.items()}
    return {place: user_links(after, quoting) for place, quoting in found.items() if quoting}


def _former_wordings(change: Change, present: Set[str]) -> set[str]:
    """The words that a question or an answer had; of what went, those that nothing else reads now."""
    old = wording_of(change.old)
    if not old or old == wording_of(change.new):
        return set()
    if change.new is not None:
        return {old}
    answers = change.old.options if isinstance(change.old, Question) else ()
    return {old, *map(wording_of, answers)} - present
