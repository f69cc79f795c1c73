"""Acts on several items of the draft at once, recorded as one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Side
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.checks.trial_notice import trial_notice
from advisor.rule_sets.editor.item_lists import collection_page, filters_of, item_rows, matching_rows
from advisor.rule_sets.forms import DraftForm, bulk_edit_form
from advisor.rule_sets.impact.change_effect import change_effect
from advisor.rule_sets.impact.rule_counts import rule_counts
from advisor.rule_sets.item_urls import item_url, list_url
from advisor.rule_sets.workspace import DraftWorkspace, workspace_or_home, write_or_show_again
from advisor.web.access import identity
from advisor.web.access.security import may_repeat
from advisor.web.forms import add_form_error, form_page
from advisor.wording.items import item_name, shorten
from advisor.wording.rules import push_words

ADDED, CHANGED = "draft added several", "draft changed several"
"""The kinds of these acts in the record."""


def change(
    session: Session,
    act: Callable[[RuleSet], RuleSet],
    *,
    kind: str,
    what: str,
    opened: str,
    url: Callable[[int], str],
) -> str:
    """Change the draft of that fingerprint, and give the address where that is shown.

    It is made from the number of the act in the record, 0 where nothing differs. Raises NoDraft and ChangedDraft; then
    nothing has changed.
    """
    if not drafts.edit(session, identity.actor(), act, kind=kind, what=what, expected=opened):
        return url(0)
    return url(drafts.last_act(session, kind))


# ---- Several rules changed at once: other points, another side, a claim more or less; shown, then done in one act


FEWEST, MOST = 1, 5
"""Points that a rule may add."""

_TEMPLATE = "rule_sets/editor/bulk_edit.html"

_LISTING = {"list", "page", "every"}
"""Buttons that show rules to tick: what is looked for, another page of it, and all rules."""


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """The change to make to each rule; "" leaves what it names as it is. ``points`` may be "+1", "-1" or a number."""

    points: str = ""
    side: str = ""
    add_claim: str = ""
    drop_claim: str = ""

    def of(self, rule: Rule) -> Rule:
        """The rule as it would be; points stay from 1 to 5."""
        points = rule.push.points
        if self.points:
            points = points + int(self.points) if self.points in {"+1", "-1"} else int(self.points)
        push = Push(Side(self.side) if self.side else rule.push.side, min(max(points, FEWEST), MOST))
        sources = tuple(claim for claim in rule.sources if claim != self.drop_claim)
        if self.add_claim and self.add_claim not in sources:
            sources = (*sources, self.add_claim)
        return replace(rule, push=push, sources=sources)

    def edit(self, rules: RuleSet, keys: Iterable[str]) -> RuleSet:
        """The rule set with these rules changed."""
        ticked = set(keys)
        return replace(rules, rules=tuple(self.of(rule) if rule.key in ticked else rule for rule in rules.rules))


@dataclass(frozen=True, slots=True)
class TickedRule:
    """A rule that is ticked: what it adds now, what it would add ("" where that stays), and which claims come or go."""

    key: str
    url: str
    title: str
    now: str
    becomes: str
    claims: list[str]


@bp.post("/admin/rules/draft/several")
@may_repeat("tick")
def bulk_edit() -> ResponseReturnValue:
    """Show the rules that are ticked, then what a change of them does, then do it."""
    workspace = workspace_or_home(over_a_form=True)
    form = bulk_edit_form(formdata=MultiDict(request.form))
    keys = _ticked_keys(workspace)
    is_valid = form.validate_on_submit()
    if "csrf_token" in form.errors:
        abort(400)
    do = request.form.get("do")
    if do in _LISTING:
        return _list_with_ticks(workspace, keys)
    if not keys:
        return _list_again(workspace, form)
    if do == "choose":
        return form_page(_TEMPLATE, bulk_edit_form(formdata=None), **_page(workspace, keys, BulkEdit()))
    edit = BulkEdit(*(form[name].data or "" for name in ("to_points", "to_side", "add_claim", "drop_claim")))
    if not is_valid or not _makes_sense(workspace, form, keys, edit):
        return form_page(_TEMPLATE, form, **_page(workspace, keys, BulkEdit()))
    if do != "apply":
        form.mark.data = workspace.fingerprint
        return form_page(_TEMPLATE, form, **_page(workspace, keys, edit))
    return _apply(workspace, form, keys, edit)


def _apply(workspace: DraftWorkspace, form: DraftForm, keys: Sequence[str], edit: BulkEdit) -> Response:
    return write_or_show_again(
        _TEMPLATE,
        form,
        workspace,
        lambda present: _page(present, keys, edit),
        lambda session: change(
            session,
            lambda rules: edit.edit(rules, keys),
            kind=CHANGED,
            what="rules",
            opened=str(form.mark.data) or "-",
            url=lambda sequence: list_url("rules", done=sequence),
        ),
        changed=_("The draft was changed after this was shown. This is what the change does to it now."),
    )


def _list_again(workspace: DraftWorkspace, form: DraftForm) -> Response:
    """The list of rules, where something can be ticked."""
    add_form_error(form, _("Tick the rules to change."))
    return _list(workspace, form, request.args, ())


def _list_with_ticks(workspace: DraftWorkspace, keys: Sequence[str]) -> ResponseReturnValue:
    """Rules to tick, as the button asks for them; what is ticked already stays so, on whatever page it is."""
    do = request.form.get("do")
    query: Mapping[str, str] = request.form if do == "list" else request.args if do == "page" else {}
    if keys:
        return _list(workspace, bulk_edit_form(formdata=None), query, keys)
    names = ("q", "changed", *filters_of(workspace, "rules"), *(("page",) if do == "page" else ()))
    return redirect(list_url("rules", **{name: query[name] for name in names if query.get(name)}), 303)


def _list(workspace: DraftWorkspace, form: DraftForm, query: Mapping[str, str], keys: Sequence[str]) -> Response:
    page = collection_page(workspace, "rules", query, ticked=keys)
    page |= {"done": None, "action": list_url("rules", **page["asked"])}
    return form_page("rule_sets/editor/collection.html", form, **page, unsaved=[])


def _ticked_keys(workspace: DraftWorkspace) -> list[str]:
    """The keys of the rules that are ticked, or of all that the filter of the list finds."""
    rows = item_rows(workspace, "rules")
    if request.form.get("all"):
        names = ("q", "changed", *filters_of(workspace, "rules"))
        asked = {name: request.args[name] for name in names if request.args.get(name)}
        never = rule_counts(workspace).never_firing if asked.get("fires") else frozenset()
        return [row.key for row in matching_rows(workspace, "rules", rows, asked, never)]
    ticked = set(request.form.getlist("tick"))
    return [row.key for row in rows if row.key in ticked]


def _makes_sense(workspace: DraftWorkspace, form: DraftForm, keys: Sequence[str], edit: BulkEdit) -> bool:
    if edit == BulkEdit():
        add_form_error(form, _("Choose what to change in them."))
    if form.add_claim.data and workspace.rules.claim(form.add_claim.data) is None:
        form.add_claim.errors = [_("No claim has the id “%(id)s”", id=form.add_claim.data)]
    if form.drop_claim.data and not any(form.drop_claim.data in rule.sources for rule in _rules(workspace.rules, keys)):
        form.drop_claim.errors = [_("None of these rules rests on “%(id)s”", id=form.drop_claim.data)]
    return not form.errors


def _rules(rules: RuleSet, keys: Iterable[str]) -> list[Rule]:
    ticked = set(keys)
    return [rule for rule in rules.rules if rule.key in ticked]


def _page(workspace: DraftWorkspace, keys: Sequence[str], edit: BulkEdit) -> dict[str, Any]:
    rules, after = workspace.rules, edit.edit(workspace.rules, keys)
    rows = [
        _row(rules, after, was, is_now) for was, is_now in zip(_rules(rules, keys), _rules(after, keys), strict=True)
    ]
    changes = [row for row in rows if row.becomes or row.claims]
    return {
        "rows": rows,
        "number": len(changes),
        "is_previewed": edit != BulkEdit(),
        "bare": [item_name(after, "rules", rule.key) for rule in _rules(after, keys) if not rule.sources],
        "back_url": list_url("rules"),
        **(_effect(workspace, edit, keys) if changes else {}),
    }


def _row(rules: RuleSet, after: RuleSet, was: Rule, is_now: Rule) -> TickedRule:
    more = [
        _("it rests on “%(claim)s” as well", claim=_claim(after, key))
        for key in is_now.sources
        if key not in was.sources
    ]
    fewer = [
        _("it rests on “%(claim)s” no more", claim=_claim(rules, key))
        for key in was.sources
        if key not in is_now.sources
    ]
    return TickedRule(
        key=was.key,
        url=item_url("rules", was.key),
        title=item_name(rules, "rules", was.key),
        now=push_words(was.push),
        becomes=push_words(is_now.push) if is_now.push != was.push else "",
        claims=[str(sentence) for sentence in (*more, *fewer)],
    )


def _claim(rules: RuleSet, key: str) -> str:
    claim = rules.claim(key)
    return shorten(claim.text) if claim else key


def _effect(workspace: DraftWorkspace, edit: BulkEdit, keys: Sequence[str]) -> dict[str, Any]:
    """The shares of the outcomes before and after, and the test cases that turn, of what of the draft can be tried."""
    trial, notice = workspace.trial, trial_notice(workspace, with_cases=True)
    if trial is None:
        return {"effect": None, "trial_notice": notice}
    after = edit.edit(trial.rules, keys)
    return {"effect": change_effect(trial.rules, after, trial.results), "trial_notice": notice}
