"""The page that finds items of the draft by their words; where there is no draft, of the version in force."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.engine.document.document import NUMBERED
from advisor.engine.document.edit import find
from advisor.engine.document.text import LINE_LIMIT, search_key
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.links import link_to
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.editor.presenter import user_links
from advisor.rule_sets.item_urls import item_url
from advisor.rule_sets.search.index import IndexEntry, conditions_of, found_by_subject, texts_of
from advisor.rule_sets.search.recent_items import recent_items
from advisor.rule_sets.search.snippets import SnippetPart, mark_words, snippet
from advisor.rule_sets.search.spelling import probably_meant
from advisor.rule_sets.workspace import DraftWorkspace, load_workspace
from advisor.web.paging import paginate
from advisor.wording.items import item_name
from advisor.wording.rule_set_vocabulary import FIELDS, LISTS
from advisor.wording.rules import condition_sentence

FIRST_OF_A_KIND = 8
"""Items of each kind that are shown where all kinds are; the rest has a page of its own."""

ON_A_PAGE = 40
"""Items on a page of one kind."""

_SNIPPETS = 2
"""Texts of an item that are quoted at most, beside its name."""


@dataclass(frozen=True, slots=True)
class FoundText:
    """What was found in a text of an item other than its name. ``label`` is that of the field."""

    label: str
    parts: list[SnippetPart]


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item with the words marked for which it was found. ``url`` is "" where it has no page."""

    name: list[SnippetPart]
    url: str
    key: list[SnippetPart]
    texts: list[FoundText] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FoundKind:
    """What was found of one kind, as far as it is shown here. ``more_url`` leads to all of it, "" where this is all."""

    subject: str
    heading: str
    number: int
    items: list[FoundItem]
    more_url: str


@bp.get("/admin/rules/search")
def search() -> ResponseReturnValue:
    """Show what has the words that were asked for, by kind; of one kind all of it, page by page."""
    query = request.args.get("q", "").strip()
    is_too_long = len(query) > LINE_LIMIT
    workspace = load_workspace()
    found = found_by_subject(workspace.rules, "" if is_too_long else query)
    asked = request.args.get("of", "")
    if asked in found:
        of_one = _page_of_kind(workspace, found[asked], query, asked)
    else:
        asked, of_one = "", {"page": None}
    kinds = of_one.get("kinds") or [
        _kind(workspace, subject, found[subject], query) for subject in _subjects() if subject in found
    ]
    return render_template(
        "rule_sets/search/search.html",
        recent=[] if query or not workspace.has_draft else _recent(workspace),
        query=query,
        rules_search=query,
        is_too_long=is_too_long,
        most=LINE_LIMIT,
        workspace=workspace,
        number=sum(map(len, found.values())),
        looking=sum(not entry.has(search_key(query).split()) for entries in found.values() for entry in entries),
        meant="" if found or is_too_long else probably_meant(workspace.rules, query),
        kinds=kinds,
        of=asked,
        page=of_one["page"],
    )


def _recent(workspace: DraftWorkspace) -> list[dict[str, Any]]:
    with database().read() as session:
        return user_links(workspace.rules, recent_items(session, workspace.rules))


def _subjects() -> list[str]:
    """The kinds of items in the order in which they are shown."""
    at = [*LISTS].index("questions") + 1
    return [*[*LISTS][:at], "options", *[*LISTS][at:]]


def _heading(subject: str) -> str:
    return str(_("Answers")) if subject == "options" else str(LISTS[subject])


def _kind(workspace: DraftWorkspace, subject: str, entries: Sequence[IndexEntry], query: str) -> FoundKind:
    first = [_item(workspace, entry, query) for entry in entries[:FIRST_OF_A_KIND]]
    more = url_for(".search", q=query, of=subject) if len(entries) > FIRST_OF_A_KIND else ""
    return FoundKind(subject, _heading(subject), len(entries), first, more)


def _page_of_kind(workspace: DraftWorkspace, entries: Sequence[IndexEntry], query: str, subject: str) -> dict[str, Any]:
    def url(number: int) -> str:
        return url_for(".search", q=query, of=subject, page=number)

    page = paginate(entries, request.args.get("page", ""), ON_A_PAGE, url)
    items = [_item(workspace, entry, query) for entry in page.items]
    return {"kinds": [FoundKind(subject, _heading(subject), len(entries), items, "")], "page": page}


def _item(workspace: DraftWorkspace, entry: IndexEntry, query: str) -> FoundItem:
    words = search_key(query).split()
    name = item_name(workspace.rules, entry.collection, entry.key)
    return FoundItem(
        name=mark_words(name, words),
        url=_url(workspace, entry),
        key=[] if entry.collection in NUMBERED else mark_words(entry.key, words),
        texts=_found_texts(workspace.rules, entry, name, words),
    )


def _found_texts(rules: RuleSet, entry: IndexEntry, name: str, words: Sequence[str]) -> list[FoundText]:
    """Texts with the words that the name does not have, the first ones that have them; then what it looks at."""
    missing = [word for word in words if word not in search_key(name)]
    item = find(rules, entry.collection, entry.key)
    texts: list[FoundText] = []

    def look(label: str, text: str) -> None:
        nonlocal missing
        held = [word for word in missing if word in search_key(text)]
        if held and len(texts) < _SNIPPETS:
            texts.append(FoundText(label, snippet(text, held)))
            missing = [word for word in missing if word not in held]

    for field_name, text in texts_of(item):
        look(str(FIELDS[field_name]), text)
    if not entry.has(words):
        for condition in conditions_of(item):
            look(str(_("Looks at")), condition_sentence(rules, condition))
    return texts


def _url(workspace: DraftWorkspace, entry: IndexEntry) -> str:
    """Its page in the draft; where there is none, the page on which everybody reads it, if there is one."""
    if workspace.has_draft:
        return item_url(entry.collection, entry.key)
    match entry.collection:
        case "rules":
            return link_to("rule", key=entry.key)
        case "claims":
            return link_to("claim", claim_id=entry.key)
        case "leave" | "kind":
            return link_to("sum")
    return ""
