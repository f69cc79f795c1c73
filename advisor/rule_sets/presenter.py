"""What the pages of the draft show, as plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from advisor.engine.document.diff import Change, ChangeType
from advisor.engine.document.document import KINDS, NUMBERED, key_of, options_of
from advisor.engine.document.edit import users_of_question
from advisor.engine.document.text import whole_number
from advisor.engine.model.errors import Problem
from advisor.engine.model.evidence import Claim
from advisor.engine.model.questions import Option, Question
from advisor.engine.model.rules import RuleSet
from advisor.rule_sets.editor.field_text import FieldDifference, differences, title_of
from advisor.rule_sets.editor.inputs import Raw
from advisor.rule_sets.editor.item_editors import ItemEditor, subject_of
from advisor.rule_sets.editor.item_lists import case_rows, filters_of, item_rows, matching_rows
from advisor.rule_sets.editor.operations import LastSaved
from advisor.rule_sets.editor.rule_effect import effect_shown
from advisor.rule_sets.forms import ItemForm
from advisor.rule_sets.impact.disclosure import FEWEST
from advisor.rule_sets.impact.rule_counts import RuleCounts, rule_counts
from advisor.rule_sets.item_urls import add_url, item_url, list_url, problem_url
from advisor.rule_sets.points_plot.plot import picture
from advisor.rule_sets.test_cases.coverage import reasons_of, untried_count
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.web.paging import Paged, paged
from advisor.wording import vocabulary

THINGS_ON_A_PAGE = 55
CHANGES_ON_A_PAGE = 60


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A problem, and where it is mended."""

    text: str
    mend: str
    url: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What happened to one thing."""

    happened: str
    moved: bool
    name: str
    title: str
    url: str
    fields: list[FieldDifference]


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The changes of one list."""

    heading: str
    lines: list[ChangeLine]


def problem_lines(problems: Iterable[Problem]) -> list[ProblemLine]:
    """Problems with their links."""
    return [ProblemLine(p.text, p.mend, problem_url(p.place), p.blocks) for p in problems]


def listing_page(workspace: DraftWorkspace, collection: str, wish: Mapping[str, str]) -> dict[str, Any]:
    """A list of the draft, with its filters."""
    rows = item_rows(workspace, collection)
    filters = filters_of(workspace, collection)
    asked = {name: wish[name] for name in ("q", "changed", *filters) if wish.get(name)}
    counts = rule_counts(workspace) if collection == "rules" else RuleCounts()
    found = matching_rows(workspace, collection, rows, asked, counts.never)

    def page_url(number: int) -> str:
        more: dict[str, Any] = {**asked, "page": number}
        return url_for("rule_sets.listing", things=collection, **more)

    page = paged(found, wish.get("page", ""), THINGS_ON_A_PAGE, page_url)
    return {
        "things": collection,
        "heading": vocabulary.LISTS[collection],
        "noun": vocabulary.NOUNS[collection],
        "rows": page.items,
        "page": page,
        "found": len(found),
        "total": len(rows),
        "filters": filters,
        "labels": {
            "side": _("Side"),
            "question": _("Question"),
            "claim": _("Claim"),
            "fires": _("Fires"),
            "source": _("Source"),
            "expected": _("Expected advice"),
            "result": _("Result"),
        },
        "asked": asked,
        "can_move": not asked and len(rows) > 1,
        "add_url": add_url(collection),
        "cases": case_rows(workspace) if collection == "cases" else {},
        "counts": counts,
        "fewest": FEWEST,
        "plane": picture(workspace, collection, wish.get("dots", "")) if collection in {"leave", "kind"} else None,
        "untried": untried_count(workspace) if collection == "cases" else 0,
        "problems": problem_lines(p for p in workspace.problems if p.place == collection),
        "tabs": tabs(workspace, collection),
    }  # fmt: skip


def tabs(workspace: DraftWorkspace, present: str) -> list[dict[str, Any]]:
    """The lists of the draft, with how many each holds."""
    return [
        {
            "label": label,
            "url": list_url(name),
            "number": len(getattr(workspace.rules, name)),
            "is_present": name == present,
        }
        for name, label in vocabulary.LISTS.items()
    ]


def item_page(
    workspace: DraftWorkspace,
    editor: ItemEditor,
    form: ItemForm,
    raw: Raw,
    item: Any,
    *,
    focus: str = "",
    is_gone: bool = False,
) -> dict[str, Any]:
    """The editor of one thing. ``item`` is what stands in the draft, None for a new one."""
    collection, key = editor.collection, editor.context.key
    subject = subject_of(collection)
    question = editor.context.question
    has_sentence = subject in {"rules", "leave", "kind"}
    read = editor.preview(raw) if has_sentence or subject in {"disagreements", "guidance", "tensions"} else None
    users: list[tuple[str, str]] = []
    if isinstance(item, Question):
        users = users_of_question(workspace.rules, item.key)
    elif isinstance(item, Option) and question is not None:
        users = users_of_question(workspace.rules, question.key, item.key)
    return {
        "subject": subject,
        "noun": vocabulary.NOUNS[subject],
        "key": key,
        "is_new": item is None,
        "name": _name(collection, key, item),
        "parent": question if subject == "options" else None,
        "drawn": editor.render_context(form, raw),
        "focus": focus,
        "is_gone": is_gone,
        "clash": None,
        "gone": None,
        "has_sentence": has_sentence,
        "reads_as": title_of(workspace.rules, read) if read is not None and has_sentence else "",
        "problems": problem_lines(workspace.problems_by_thing.get((collection, key), ())) if item is not None else [],
        "options": item_rows(workspace, options_of(key)) if isinstance(item, Question) else [],
        "options_url": url_for("rule_sets.option_order", key=key) if isinstance(item, Question) else "",
        "add_option_url": add_url(options_of(key)) if isinstance(item, Question) else "",
        "preview_url": url_for("rule_sets.preview", key=key) if isinstance(item, Question) else "",
        "users": users_with_links(workspace, collection, item, users) if item is not None else [],
        "shows_effect": subject == "rules",
        "effect": effect_shown(workspace, key, read) if subject == "rules" and not is_gone else None,
        "result": case_rows(workspace).get(key) if subject == "cases" else None,
        "reasons": reasons_of(workspace, key) if subject == "cases" else None,
        "back_url": list_url(collection),
        "back": _back(workspace, collection),
        "copy_url": add_url(collection, copy=key) if item is not None else "",
        "remove_url": item_url(collection, key, act="remove") if item is not None else "",
        "history_url": item_url(collection, key, act="history") if item is not None else "",
    }  # fmt: skip


def users_with_links(
    workspace: DraftWorkspace, collection: str, item: Any, users: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    """What looks at a question or an answer, or rests on a claim: with a link to each."""
    found = [*users]
    if isinstance(item, Claim):
        found += _resting_on(workspace.rules, item.id)
    if collection == "sources":
        found += [("claims", claim.id) for claim in workspace.rules.claims if claim.source == key_of(item)]
    return [
        {"noun": vocabulary.NOUNS[subject_of(name)], "name": key, "url": item_url(name, key), "fails": False}
        for name, key in found
    ]


def _resting_on(rules: RuleSet, claim: str) -> list[tuple[str, str]]:
    found = [("rules", rule.key) for rule in rules.rules if claim in rule.sources]
    found += [("disagreements", d.key) for d in rules.disagreements if any(claim in view.sources for view in d.views)]
    found += [("guidance", guidance.key) for guidance in rules.guidance if claim in guidance.sources]
    found += [(options_of(q.key), o.key) for q in rules.questions for o in q.options if claim in o.sources]
    return found + [("cases", case.key) for case in rules.cases if claim in case.sources]


def clash_of(
    workspace: DraftWorkspace, collection: str, key: str, mine: Any, present: Any, saved: LastSaved | None
) -> dict[str, Any]:
    """Two texts of one thing: what somebody saved after it was opened, and what was sent now."""
    by, at = (saved.by if saved else ""), (format_datetime(saved.at, "d MMMM, HH:mm") if saved else "")
    who = by or _("Somebody")
    if present is None:
        sentence = _("%(who)s removed this after you opened it. Save to add yours again.", who=who)
    else:
        sentence = _("%(who)s saved this at %(at)s UTC, after you opened it. Here are both versions.", who=who, at=at)
    return {
        "sentence": sentence,
        "fields": differences(workspace.rules, workspace.rules, present, mine),
        "theirs_url": item_url(collection, key) if present is not None else list_url(collection),
        "is_gone": present is None,
    }


def change_groups(before: RuleSet, after: RuleSet, changes: Sequence[Change], *, linked: bool) -> list[ChangeGroup]:
    """Differences by list, in the order in which the draft shows its lists; answers stand with the questions."""
    groups = []
    for name in [*vocabulary.LISTS, *(name for name in KINDS if name not in vocabulary.LISTS)]:
        mine = [change for change in changes if change.collection.split("/")[0] == name]
        if mine:
            lines = [_change_line(before, after, change, linked=linked) for change in mine]
            groups.append(ChangeGroup(str(vocabulary.LISTS[name]), lines))
    return groups


def changes_page(
    before: RuleSet, after: RuleSet, changes: Sequence[Change], wanted_page: str, *, linked: bool
) -> dict[str, Any]:
    """One page of differences, and where the others are. Only what is shown is worked out word by word."""
    order = {name: at for at, name in enumerate(vocabulary.LISTS)}
    ordered = sorted(changes, key=lambda change: order[change.collection.split("/")[0]])

    def url(number: int) -> str:
        shown: dict[str, Any] = {**(request.view_args or {}), **request.args, "page": number}
        return url_for(request.endpoint or "rule_sets.home", **shown)

    page: Paged[Change] = paged(ordered, wanted_page, CHANGES_ON_A_PAGE, url)
    groups = change_groups(before, after, page.items, linked=linked)
    return {"groups": groups, "page": page, "number": len(changes)}


def _change_line(before: RuleSet, after: RuleSet, change: Change, *, linked: bool) -> ChangeLine:
    whole = change.happened in {ChangeType.ADDED, ChangeType.REMOVED}
    fields = () if change.happened is ChangeType.MOVED else None if whole else change.fields
    item, rules = (change.old, before) if change.new is None else (change.new, after)
    at = change.old_at if change.new is None else change.new_at
    numbered = change.collection in NUMBERED
    return ChangeLine(
        happened=change.happened.value,
        moved=change.moved,
        name=f"{vocabulary.NOUNS[subject_of(change.collection)]} {(at or 0) + 1 if numbered else change.key}",
        title=title_of(rules, item),
        url=item_url(change.collection, change.key) if linked and change.new is not None else "",
        fields=differences(before, after, change.old, change.new, fields),
    )


def _name(collection: str, key: str, item: Any) -> str:
    if item is None:
        return ""
    if collection in NUMBERED:
        number = whole_number(key)
        return key if number is None else str(number + 1)
    return key


def _back(workspace: DraftWorkspace, collection: str) -> str:
    if "/" in collection:
        question = workspace.rules.question(collection.split("/")[1])
        return question.text if question else ""
    return str(vocabulary.LISTS[collection])
