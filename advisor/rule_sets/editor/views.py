"""The pages on which the draft is edited: its collections, and one page for each item of every kind."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from advisor.assessments.questions.forms import OnceForm, question_form
from advisor.engine.document.document import NUMBERED, NoSuchItem, options_of
from advisor.engine.document.edit import ChangedSince, KeyTaken, find, find_by_fingerprint
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models.idempotency import idempotent, idempotent_save
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.draft import NoDraft
from advisor.models.rule_sets.unsaved_form import UnsavedForm
from advisor.rule_sets import unsaved_forms
from advisor.rule_sets.audit.draft_history import latest_act
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.comments.views import comments_on_page
from advisor.rule_sets.editor import operations, presence, unsaved_item
from advisor.rule_sets.editor.bulk_edit import ADDED
from advisor.rule_sets.editor.inputs.claim_inputs import new_claims, typed_again
from advisor.rule_sets.editor.inputs.kinds import Raw
from advisor.rule_sets.editor.item_editors import ItemEditor, editor_of, opened_fingerprint
from advisor.rule_sets.editor.item_lists import collection_page
from advisor.rule_sets.editor.list_state import carried_values
from advisor.rule_sets.editor.new_question import added_rules
from advisor.rule_sets.editor.order import move_notice, move_to_place
from advisor.rule_sets.editor.presenter import clash_of, item_page, look_up, wording_of
from advisor.rule_sets.editor.ways_on import ADD_SOURCE, NOT_KEPT, carried_left, fields_of_new
from advisor.rule_sets.forms import ItemForm
from advisor.rule_sets.item_urls import ANY_COLLECTION, item_url
from advisor.rule_sets.search.recent_items import note_opened
from advisor.rule_sets.unsaved_forms import unsaved_of_list
from advisor.rule_sets.workspace import DraftWorkspace, key_owner, workspace_or_home, write
from advisor.web.access import identity
from advisor.web.access.security import may_repeat
from advisor.web.forms import ButtonForm, add_form_error, attempt, form_page, pressed_or_400, unsaved_page
from advisor.wording.rule_set_vocabulary import FIELDS

_WITH_MANY_VALUES = (
    "sources",
    "*-sources",
    "*-values",
    "pull",
    "*-pull",
    "outcomes",
    "answers-*",
    "parts-*-answers-*",
    "kept",
    "both",
)


_FROM_ADDRESS = {"claims": ("source",), "rules": ("sources",)}
"""What the form of a new item may begin with, as the address says; that of a test case with all that it carries."""


# ---- collections ---------------------------------------------------------------------------------------------------


@bp.route(f"/admin/rules/draft/<{ANY_COLLECTION}:collection>", methods=["GET", "POST"])
@may_repeat("tick")
def list_items(collection: str) -> ResponseReturnValue:
    """Show a collection of the draft, and move what is in it."""
    workspace = workspace_or_home()
    form = OnceForm()
    if form.validate_on_submit():
        return _do_with_list(collection)
    page = collection_page(workspace, collection, request.args) | {"unsaved": unsaved_of_list(collection)}
    page |= {"done": latest_act(workspace), "action": ""}
    return form_page("rule_sets/editor/collection.html", form, notice=move_notice(), **page)


@bp.post("/admin/rules/draft/questions/<key>/answers")
def move_option(key: str) -> ResponseReturnValue:
    """Move an answer of a question."""
    pressed_or_400()
    return _do_with_list(options_of(key))


def _do_with_list(collection: str) -> ResponseReturnValue:
    """Do what the button says: "move steps-set", or "move 3 0f3a…" (a number, then a fingerprint)."""
    button, *words = (request.form.get("do") or "").split(" ")
    if button != "move" or not words:
        abort(400)
    return move_to_place(collection, words)


# ---- one item ------------------------------------------------------------------------------------------------------


@bp.route(f"/admin/rules/draft/add/<{ANY_COLLECTION}:collection>", methods=["GET", "POST"])
@bp.route("/admin/rules/draft/add/questions/<question>/answer", methods=["GET", "POST"])
@may_repeat(*_WITH_MANY_VALUES)
def add_item(collection: str = "", question: str = "") -> ResponseReturnValue:
    """Add an item to a collection, or an answer to a question, from nothing or from a copy."""
    return _page_of(collection or options_of(question), "")


@bp.route(f"/admin/rules/draft/<{ANY_COLLECTION}:collection>/<key>", methods=["GET", "POST"])
@bp.route("/admin/rules/draft/questions/<question>/answers/<key>", methods=["GET", "POST"])
@may_repeat(*_WITH_MANY_VALUES)
def edit_item(key: str, collection: str = "", question: str = "") -> ResponseReturnValue:
    """Edit one item, or an answer of a question."""
    return _page_of(collection or options_of(question), key)


@bp.get("/admin/rules/draft/questions/<key>/preview")
def preview_question(key: str) -> ResponseReturnValue:
    """Show a question as a visitor sees it."""
    workspace = workspace_or_home()
    question = workspace.rules.question(key) or abort(404)
    form = question_form(question, {}, "", meta={"csrf": False}, formdata=None)
    not_sure = form["not_sure"] if question.type is AnswerType.NUMBER else None
    return render_template(
        "rule_sets/editor/question_preview.html", question=question, field=form.answer, not_sure=not_sure
    )


def _page_of(collection: str, key: str) -> ResponseReturnValue:
    workspace = workspace_or_home(over_a_form=request.method == "POST")
    item, context = look_up(workspace, collection, key)
    editor = editor_of(context)
    if request.method == "GET":
        if (typed := unsaved_forms.find_typed(collection)) is not None:
            return _show_typed(workspace, editor, item, typed)
        if key:
            note_opened(collection, key, item)
        raw = editor.to_form_data(item) if key else fields_of_new(workspace, editor)
        form = editor.form_over(item, raw)
        return _show(workspace, editor, form, raw, item, notice=_notice())
    button = request.form.get("do") or "save"
    if button in {"open", "leave"}:
        return presence.press(workspace, editor, item, button)
    if unsaved_forms.is_pressed():
        return unsaved_item.press(workspace, editor, item)
    raw = editor.compact(MultiDict(request.form))
    if button == "theirs":
        return _keep_theirs(workspace, editor, raw, item)
    if button == "enter":
        button = editor.enter_button(raw)
    if button.partition(":")[0] == ADD_SOURCE:
        return _leave_for_source(workspace, editor, raw, item, button.partition(":")[2])
    if button not in {"save", "start"}:
        raw, focus = editor.press(raw, button)
        return _show(workspace, editor, editor.form(raw), raw, item, focus=focus)
    form = editor.form(raw)
    read = editor.read(form, raw) if form.validate_on_submit() else None
    if read is None or not _says_what_changed(form, editor.base(form) or item, read):
        return _show(workspace, editor, form, raw, item)
    return _save(workspace, editor, form, raw, item, read)


def _leave_for_source(
    workspace: DraftWorkspace, editor: ItemEditor, raw: Raw, item: Any, claims: str
) -> ResponseReturnValue:
    """Lead to the form of a source, with all that was typed kept; where it cannot be, it stays in the form."""
    form = editor.form(raw)
    try:
        left = unsaved_item.leave_for_source(workspace, editor, item, claims)
    except DatabaseUnavailable as error:
        return _show_unsaved(workspace, editor, form, raw, item, error)
    if left is None:
        add_form_error(form, NOT_KEPT)
        return _show(workspace, editor, form, raw, item, status=409)
    return left


def _notice() -> str:
    """What has just happened to the item that is shown."""
    if "made" in request.args:
        return str(_("It is a test case of the draft now. Give it a name that says what is special about it."))
    if "saved" in request.args:
        kept = _kept_notice(request.args.getlist("kept"))
        return f"{_('Saved in the draft.')} {kept}".rstrip()
    return move_notice()


def _kept_notice(names: Sequence[str]) -> str:
    """Which fields have what somebody else changed; "" for none."""
    fields = ", ".join(str(FIELDS[name]) for name in names if name in FIELDS)
    return str(_("What somebody else changed meanwhile is kept: %(fields)s.", fields=fields)) if fields else ""


def _save(
    workspace: DraftWorkspace, editor: ItemEditor, form: ItemForm, raw: Raw, item: Any, read: Any
) -> ResponseReturnValue:
    try:
        return redirect(write(lambda session: _store(session, editor, form, read)), 303)
    except KeyTaken as taken:
        add_form_error(form, _("Another one has the key “%(key)s” already. Choose another.", key=taken.key))
        return _show(workspace, editor, form, raw, item)
    except NoDraft as gone:
        sentence = _(
            "There is no draft any more: it was published or discarded, and version %(n)s is in force.", n=gone.in_force
        )
        add_form_error(form, sentence)
        return _show(workspace, editor, form, raw, item, status=409, is_gone=True)
    except (ChangedSince, NoSuchItem) as clash:
        present = getattr(clash, "present", None)
        return _show_clash(editor, form, raw, read, present)
    except DatabaseUnavailable as error:
        return _show_unsaved(workspace, editor, form, raw, item, error)


def _store(session: Session, editor: ItemEditor, form: ItemForm, read: Any) -> str:
    """Add what was sent, or save it over what was opened, and give its address."""
    sent = attempt(key_owner())
    if form.opened.data:
        address = idempotent_save(session, sent, lambda left: _save_over(session, editor, form, read, left))
    else:
        address = idempotent(session, sent, lambda: _put(session, editor, form, read, "")[0])
    unsaved_forms.forget_saved(session)
    presence.note_saved(session, editor)
    return address


def _save_over(session: Session, editor: ItemEditor, form: ItemForm, read: Any, left: str) -> tuple[str, str]:
    """Save over what was opened, or over what the same form, with other content, left there since.

    What somebody else saved meanwhile is kept in all fields that were not touched here. Raises ChangedSince where both
    changed the same field.
    """
    try:
        return _put(session, editor, form, read, str(form.opened.data))
    except ChangedSince as changed:
        rules = _draft_rules(session)
        at = find_by_fingerprint(rules, editor.collection, left)
        if at is not None:
            return _put(session, editor, form, read, left, at=at)
        merged = changed.present and editor.merge(rules, form, read, changed.present)
        if not merged or merged.both:
            raise
        opened = opened_fingerprint(changed.present)
        return _put(session, editor, form, merged.item, opened, kept=merged.theirs)


def _put(
    session: Session,
    editor: ItemEditor,
    form: ItemForm,
    read: Any,
    opened: str,
    *,
    at: str | None = None,
    kept: Sequence[str] = (),
) -> tuple[str, str]:
    """Store it, and give its address and its fingerprint. ``kept`` are fields that somebody else changed."""
    if request.form.get("do") == "start":
        drafts.start(session, identity.actor())
    collection, key = editor.collection, editor.context.key if at is None else at
    changed = "meaning" in form and form["meaning"].data == "meaning"
    saved = operations.save(
        session,
        identity.actor(),
        collection,
        key,
        read,
        opened=opened,
        meaning_changed=changed,
        claims=new_claims(form, editor.context),
    )
    was = key if changed else None
    done = {"done": str(saved.act)} if saved.act else {}
    address = item_url(
        collection, saved.key, saved="1", **done, kept=kept or None, was=was, **carried_values(), **carried_left()
    )
    return address, opened_fingerprint(find(_draft_rules(session), collection, saved.key))


def _draft_rules(session: Session) -> RuleSet:
    draft = drafts.find_draft(session)
    assert draft is not None  # noqa: S101 - it was written to just now
    return draft.rule_set


def _show(
    workspace: DraftWorkspace,
    editor: ItemEditor,
    form: ItemForm,
    raw: Raw,
    item: Any,
    *,
    status: int = 0,
    focus: str = "",
    notice: str = "",
    is_gone: bool = False,
    typed: UnsavedForm | None = None,
) -> Response:
    page = item_page(workspace, editor, form, raw, item, focus=focus, is_gone=is_gone)
    page |= unsaved_item.on_page(editor, typed) | presence.on_page(workspace, editor, item)
    done = page["done"] = latest_act(workspace)
    is_added = done is not None and done.kind == ADDED
    key = editor.context.key
    is_saved = done is not None and done.kind in {"draft changed", "draft added to"}
    page["done_on"] = "questions" if is_added else f"{editor.collection} {key}" if is_saved else options_of(key)
    page["done_form"] = ButtonForm()
    page["saved_notice"] = notice if is_saved else ""
    notice = "" if is_saved else notice
    page["added"] = added_rules(workspace, done) if done and is_added else None
    if item is not None and not is_gone:
        page |= comments_on_page(workspace, editor.collection, editor.context.key)
    return form_page("rule_sets/editor/item.html", form, status, notice=notice, **page)


def _show_unsaved(
    workspace: DraftWorkspace, editor: ItemEditor, form: ItemForm, raw: Raw, item: Any, error: DatabaseUnavailable
) -> Response:
    """Show what was typed where the database cannot be written to."""
    page = item_page(workspace, editor, form, raw, item) | unsaved_item.on_page(editor, None) | {"others": []}
    return unsaved_page("rule_sets/editor/item.html", form, error, **page)


def _show_typed(workspace: DraftWorkspace, editor: ItemEditor, item: Any, typed: UnsavedForm) -> ResponseReturnValue:
    """Show what was typed and not saved, as a save of it would find the item now."""
    raw = unsaved_forms.fields_of(typed)
    form = editor.form(raw)
    opened = str(form.opened.data or "")
    if not opened or (item is not None and opened == opened_fingerprint(item)):
        return _show(workspace, editor, form, raw, item, typed=typed)
    at = find_by_fingerprint(workspace.rules, editor.collection, opened) if editor.collection in NUMBERED else None
    if at is not None:
        return redirect(item_url(editor.collection, at, typed=typed.key_hash))
    mine = editor.preview(raw)
    if mine is None:  # something is wrong with it, which saving it says before it looks at anybody else's
        return _show(workspace, editor, form, raw, item, typed=typed)
    merged = None if item is None else editor.merge(workspace.rules, form, mine, item)
    if merged is None or merged.both:
        return _show_clash(editor, form, raw, mine, item, typed=typed)
    raw = typed_again(_with_hidden(editor.to_form_data(merged.item), raw), new_claims(form, editor.context))
    kept = _kept_notice(merged.theirs)
    return _show(workspace, editor, editor.form_over(item, raw), raw, item, notice=kept, typed=typed)


def _with_hidden(fields: Raw, raw: Raw) -> Raw:
    """These fields, with what the form that was sent holds beside those of the item."""
    fields.update({name: raw[name] for name in ("once", "meaning") if name in raw})
    return fields


def _show_clash(
    editor: ItemEditor, form: ItemForm, raw: Raw, mine: Any, present: Any, typed: UnsavedForm | None = None
) -> Response:
    """Show the fields that both changed, as they stand there now and as they were typed.

    The form then has what was typed in these, and in all others what stands there; sent again, it is saved.
    """
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        saved = operations.last_saved(session, editor.collection, editor.context.key)
    merged = None if present is None else editor.merge(workspace.rules, form, mine, present)
    claims = new_claims(form, editor.context)
    if merged is not None:
        raw = typed_again(_with_hidden(editor.to_form_data(merged.item), raw), claims)
    now = replace(editor, context=replace(editor.context, rules=workspace.rules))
    again = now.form_over(present, raw)
    page = item_page(workspace, now, again, raw, present)
    page["clash"] = clash_of(workspace.rules, editor.collection, mine, present, saved, merged, claims)
    page["clash"]["before"] = unsaved_item.opened_on(form)
    page |= unsaved_item.on_page(editor, typed) | presence.on_page(workspace, editor, present)
    if present is not None:
        page |= comments_on_page(workspace, editor.collection, editor.context.key)
    return form_page("rule_sets/editor/item.html", again, 200 if typed else 409, notice="", **page)


def _keep_theirs(workspace: DraftWorkspace, editor: ItemEditor, raw: Raw, item: Any) -> ResponseReturnValue:
    """Settle a clash for the other: only the fields that both changed are given up, and what else was typed stays.

    Where nothing else was typed, or it cannot be told who changed what, nothing is left to save.
    """
    pressed_or_400()
    theirs, names = editor.base(editor.form(raw)), request.form.getlist("both")
    if theirs is not None and names:
        raw = editor.with_fields_of(theirs, raw, names)
    if theirs is None or not names or editor.preview(raw) == editor.preview(editor.to_form_data(theirs)):
        write(unsaved_forms.forget_saved)
        return redirect(item_url(editor.collection, editor.context.key, **carried_values()), 303)
    fields = ", ".join(str(FIELDS[name]) for name in names if name in FIELDS)
    notice = _("What stands there now is kept: %(fields)s. All else that you typed is below. Save it.", fields=fields)
    return _show(workspace, editor, editor.form(raw), raw, item, notice=str(notice))


def _says_what_changed(form: ItemForm, item: Any, read: Any) -> bool:
    """Whether a question or an answer that is published says if its meaning changed with its words."""
    if "meaning" not in form or form["meaning"].data or wording_of(item) == wording_of(read):
        return True
    form["meaning"].errors = [_("Say whether only the wording has changed, or the meaning")]
    return False
