"""What the page of an item shows, as plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext as _
from markupsafe import escape

from advisor.engine.document.document import NUMBERED, items_of, options_of
from advisor.engine.document.edit import users_of_question
from advisor.engine.document.merge import MergedItem
from advisor.engine.document.quotes import quotes
from advisor.engine.document.references import cases_that_answer, users_of_claim
from advisor.engine.document.text import whole_number
from advisor.engine.model.evidence import Claim, Source
from advisor.engine.model.questions import Option, Question
from advisor.engine.model.row_sentences import sentence_of
from advisor.engine.model.rules import Rule, RuleSet
from advisor.links import address
from advisor.rule_sets.checks.trial_notice import trial_notice
from advisor.rule_sets.editor.inputs.field_text import differences
from advisor.rule_sets.editor.inputs.kinds import Context, Raw
from advisor.rule_sets.editor.item_editors import ItemEditor, item_or_none
from advisor.rule_sets.editor.item_lists import case_rows, item_rows
from advisor.rule_sets.editor.list_state import carried_state, carried_values
from advisor.rule_sets.editor.operations import LastSaved
from advisor.rule_sets.editor.order import ItemPlaces, places_of
from advisor.rule_sets.editor.rule_effect import no_effect_sentence, rule_effect_view
from advisor.rule_sets.editor.ways_on import ways_on
from advisor.rule_sets.forms import ItemForm
from advisor.rule_sets.impact.rule_counts import answer_count
from advisor.rule_sets.item_urls import add_url, item_url, list_url
from advisor.rule_sets.points_plot.plot import points_plot
from advisor.rule_sets.presenter import problem_lines
from advisor.rule_sets.test_cases.coverage import failure_reasons
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.web.filters import isolate
from advisor.web.moments import moment
from advisor.wording.items import item_name, item_text, noun_of, subject_of, what_it_does
from advisor.wording.rule_set_vocabulary import ADD_LABELS, FIELDS, LISTS, NOUNS

LISTED = 20
"""Items that are listed by their names and links; of more it says how many."""

_LINKED = 60
"""Items that are linked where all may be looked at; a page of all of them is asked for where there are more."""


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
    """The editor of one item: what stands in the draft, None for a new one, and what its form shows (``raw``)."""
    collection, key = editor.collection, editor.context.key
    subject = subject_of(collection)
    users = users_of(workspace, collection, item)
    has_sentence = subject in {"rules", "leave", "kind"}
    problems = workspace.problems_by_item.get((collection, key), ())
    is_as_stored = item is not None and not problems and raw == editor.to_form_data(item)
    read = (item if is_as_stored else editor.preview(raw)) if has_sentence else None
    return {
        "subject": subject,
        "noun": NOUNS[subject],
        "add_label": ADD_LABELS[subject],
        "add_option_label": ADD_LABELS["options"],
        "key": key,
        "is_new": item is None,
        "name": item_name(workspace.rules, collection, key) if item is not None else "",
        "small_key": key if item is not None and collection not in NUMBERED else "",
        "form_inputs": editor.render_context(form, raw),
        "focus": focus,
        "ways_on": ways_on(item, used=bool(users)),
        "is_gone": is_gone,
        "clash": None,
        "done": None,
        "added": None,
        "commented": None,
        "has_sentence": has_sentence,
        "reads_as": _reads_as(workspace.rules, collection, key, read) if read is not None and has_sentence else "",
        "problems": problem_lines(workspace.rules, problems if item is not None else (), workspace.base),
        "options": item_rows(workspace, options_of(key), carried_values()) if isinstance(item, Question) else [],
        "options_url": _move_url(options_of(key)) if isinstance(item, Question) else "",
        "add_option_url": add_url(options_of(key)) if isinstance(item, Question) else "",
        "preview_url": url_for("rule_sets.preview_question", key=key) if isinstance(item, Question) else "",
        "users": user_links(workspace.rules, users[:LISTED]),
        "all_users": len(users) if len(users) > LISTED else 0,
        "users_list": _more_users(subject, key),
        "quoted": user_links(workspace.rules, _quoting_items(workspace, collection, key, item)),
        "shows_effect": subject == "rules" and not is_gone,
        "rests_on": _claims(workspace.rules, read) if subject == "rules" else None,
        "old_weighing": _old_weighing(workspace, key, read),
        "decides": _what_a_row_decides(workspace, collection, key) if item is not None and not is_gone else "",
        **(_effect(workspace, key, read) if subject == "rules" and not is_gone else {}),
        "result": case_rows(workspace).get(key) if subject == "cases" else None,
        "reasons": failure_reasons(workspace, key) if subject == "cases" else None,
        "back_url": _back_url(collection, key),
        "places": places_of(workspace.rules, collection, key) if item is not None else None,
        "move_url": _move_url(collection),
        "options_places": _option_places(workspace, key) if isinstance(item, Question) else None,
        "moving": request.args.get("move", ""),
        "back": _back_label(workspace, collection),
        "add_url": add_url(collection),
        "copy_url": add_url(collection, copy=key, **carried_values()) if item is not None else "",
        "remove_url": item_url(collection, key, page="remove_item", **carried_values()) if item is not None else "",
        "history_url": item_url(collection, key, page="item_history") if item is not None else "",
    }  # fmt: skip


def _effect(workspace: DraftWorkspace, key: str, read: Rule | None) -> dict[str, Any]:
    """What the rule that is typed does, or why that is not shown."""
    effect = rule_effect_view(workspace, key, read)
    missing = no_effect_sentence(workspace, read) if effect is None and workspace.trial is not None else ""
    return {"effect": effect, "no_effect": missing, "trial_notice": trial_notice(workspace, with_cases=True)}


def _back_url(collection: str, key: str) -> str:
    """The list, as it was left; from an answer, its question."""
    if "/" in collection:
        return item_url("questions", collection.split("/")[1], anchor="options", **carried_values())
    state = carried_state()
    return list_url(collection, anchor=f"thing-{key}" if state and key else None, **state)


def _move_url(collection: str) -> str:
    if "/" in collection:
        return address("rule_sets.move_option", key=collection.split("/")[1], **carried_values())
    return list_url(collection, **carried_values())


def _option_places(workspace: DraftWorkspace, question: str) -> ItemPlaces | None:
    return places_of(workspace.rules, options_of(question), request.args.get("move", ""))


def look_up(workspace: DraftWorkspace, collection: str, key: str) -> tuple[Any, Context]:
    """The item, None where it is new or gone meanwhile, and what its form is made for."""
    question = workspace.rules.question(collection.split("/")[1]) if "/" in collection else None
    item = item_or_none(workspace.rules, collection, key) if key else None
    if ("/" in collection and question is None) or (key and item is None and _must_be_there()):
        abort(404)
    is_published = collection not in NUMBERED and item_or_none(workspace.base, collection, key) is not None
    return item, Context(
        rules=workspace.rules,
        collection=collection,
        question=item if collection == "questions" else question,
        key=key,
        key_is_fixed=bool(key) and is_published,
    )


def _must_be_there() -> bool:
    """Whether nothing is left to show where the item is gone: nothing that was typed is sent, or asked for."""
    return request.method == "GET" and "typed" not in request.args


def users_of(workspace: DraftWorkspace, collection: str, item: Any) -> list[tuple[str, str]]:
    """What looks at a question or an answer, or rests on a claim or a source: the collection and the key of each."""
    rules = workspace.rules
    match item:
        case Question():
            return users_of_question(rules, item.key)
        case Option():
            return users_of_question(rules, collection.split("/")[1], item.key)
        case Claim():
            return users_of_claim(rules, item.id)
        case Source():
            return [("claims", claim.id) for claim in rules.claims if claim.source == item.key]
    return []


def _reads_as(rules: RuleSet, collection: str, key: str, read: Any) -> str:
    """A rule or a row of the policy in a sentence, and what the row says of itself where a bound gives it a number."""
    if isinstance(read, Rule):
        return what_it_does(rules, read)
    title = item_text(rules, read)
    rows = list(items_of(rules, collection))
    number = whole_number(key, most=len(rows) - 1)
    at = max(0, len(rows) - 1) if number is None else number
    rows[at : at + bool(key)] = [read]
    sentence = sentence_of(rows, at)
    return title if sentence == read.says else f"{title}. {sentence}"


def _claims(rules: RuleSet, rule: Any) -> list[dict[str, str]]:
    """The claims that a rule rests on, as it is typed."""
    found = [rules.claim(key) for key in rule.sources] if isinstance(rule, Rule) else []
    return [{"id": claim.id, "text": claim.text, "url": item_url("claims", claim.id)} for claim in found if claim]


def _old_weighing(workspace: DraftWorkspace, key: str, read: Any) -> str:
    """That a rule, as it is typed, has other points than in force, and says the same why; "" else."""
    published = workspace.in_force.rule(key) if isinstance(read, Rule) else None
    if published is None or not published.weighed or published.weighed != read.weighed:
        return ""
    if published.push.points == read.push.points:
        return ""
    return str(
        _(
            "“Why this many points” still says what it said when the rule added %(was)s points: “%(why)s” "
            "Now it adds %(now)s.",
            was=published.push.points,
            now=read.push.points,
            why=published.weighed,
        )
    )


def _what_a_row_decides(workspace: DraftWorkspace, collection: str, key: str) -> str:
    """How much a row of a policy table decides as it stands in the draft; "" where that is not known."""
    plot = points_plot(workspace, collection) if collection in {"leave", "kind"} else None
    legend = plot.legend_of(whole_number(key)) if plot is not None else None
    return legend.decides if legend is not None else ""


def wording_of(item: Any) -> str:
    """What a question or an answer reads, which sentences may quote; "" of anything else."""
    return item.text if isinstance(item, Question) else item.label if isinstance(item, Option) else ""


def _quoting_items(workspace: DraftWorkspace, collection: str, key: str, item: Any) -> list[tuple[str, str]]:
    """Items with a sentence that quotes what a question or an answer read before the draft changed it.

    Where its meaning changed, it was another item then, which the address names.
    """
    was = item_or_none(workspace.base, collection, key) or item_or_none(
        workspace.base, collection, request.args.get("was", "")
    )
    before, now = wording_of(was), wording_of(item)
    return quotes(workspace.rules, {before}, (collection, key)) if before and now and before != now else []


def _more_users(subject: str, key: str) -> tuple[str, str]:
    """Where the rest of what uses an item is listed, and what that link says; "" where no one list holds it."""
    match subject:
        case "questions":
            return list_url("rules", question=key), str(_("All rules that look at it"))
        case "claims":
            return list_url("rules", claim=key), str(_("All rules that rest on it"))
        case "sources":
            return list_url("claims", source=key), str(_("All of its claims"))
    return "", ""


def user_links(rules: RuleSet, users: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Each of them with what it is called, its key and a link."""
    return [
        {
            "noun": noun_of(collection),
            "name": item_name(rules, collection, key),
            "key": "" if collection in NUMBERED else key,
            "url": item_url(collection, key),
        }
        for collection, key in users
    ]


@dataclass(frozen=True, slots=True)
class ItemLinks:
    """Links to items, of which there are ``number``; ``all_url`` shows all of them, "" where these are all."""

    links: list[dict[str, Any]]
    number: int
    all_url: str


def item_links(rules: RuleSet, users: Sequence[tuple[str, str]]) -> ItemLinks:
    """Links to these items; to the first of very many, unless the address asks for all of them."""
    if len(users) <= _LINKED or "all" in request.args:
        return ItemLinks(user_links(rules, users), len(users), "")
    everything = {**request.args, **(request.view_args or {}), "all": "1"}
    return ItemLinks(
        user_links(rules, users[:_LINKED]), len(users), url_for(request.endpoint or "rule_sets.home", **everything)
    )


def breaks_without(workspace: DraftWorkspace, collection: str, key: str, item: Any) -> dict[str, Any]:
    """What else is lost or to be mended where a question or an answer goes: test cases, sentences, saved answers."""
    if not isinstance(item, (Question, Option)):
        nothing = item_links(workspace.rules, ())
        return {"cases": nothing, "quoting": nothing, "saved": None}
    question, option = (item.key, None) if isinstance(item, Question) else (collection.split("/")[1], item.key)
    cases = cases_that_answer(workspace.rules, question, option)
    quoting = quotes(workspace.rules, {wording_of(item)}, (collection, key))
    if option is None:
        quoting = [place for place in quoting if place[0] != options_of(question)]
    counted = answer_count(workspace, question, option) if option is not None else None
    return {
        "cases": item_links(workspace.rules, cases),
        "quoting": item_links(workspace.rules, quoting),
        "saved": counted,
    }


def clash_of(
    rules: RuleSet,
    collection: str,
    mine: Any,
    present: Any,
    saved: LastSaved | None,
    merged: MergedItem | None,
    claims: Sequence[Claim],
) -> dict[str, Any]:
    """What somebody saved after the item was opened, and what was sent now, in the fields that both changed.

    ``claims`` are those that were to come with what was sent.
    Where it cannot be told who changed what (``merged`` is None), in all fields that differ.
    """
    who, at = (saved and saved.by) or _("Somebody"), moment(saved.at, "d MMMM, HH:mm") if saved else ""
    if present is None:
        sentence = _("%(who)s removed this after you opened it. Save to add yours again.", who=who)
    else:
        sentence = _("%(who)s saved this at %(at)s, after you opened it. You both changed the same.")
        sentence = escape(sentence) % {"who": isolate(who), "at": at}
    both = merged.both if merged else None
    return {
        "sentence": sentence,
        "fields": differences(rules, replace(rules, claims=(*rules.claims, *claims)), present, mine, both),
        "both": both or (),
        "kept": [FIELDS[name] for name in merged.theirs] if merged else [],
        "list_url": list_url(collection),
        "is_gone": present is None,
    }


def _back_label(workspace: DraftWorkspace, collection: str) -> str:
    if "/" in collection:
        question = workspace.rules.question(collection.split("/")[1])
        return question.text if question else ""
    return str(LISTS[collection])
