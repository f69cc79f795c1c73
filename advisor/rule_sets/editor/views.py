"""The pages on which the draft is edited: its lists, and one page for each thing of every kind."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from advisor.assessments.questions.forms import OnceForm
from advisor.engine.document.document import NoSuchItem, options_of
from advisor.engine.document.edit import ChangedSince, KeyTaken, find, find_by_fingerprint
from advisor.engine.document.text import whole_number
from advisor.engine.model.questions import Option
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models import draft as drafts
from advisor.models.draft import NoDraft
from advisor.models.idempotency import idempotent, idempotent_save
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.editor import operations
from advisor.rule_sets.editor.bulk_edit import latest_bulk_edit, take_back_and_show
from advisor.rule_sets.editor.inputs import Raw
from advisor.rule_sets.editor.item_editors import ItemEditor, editor_of, opened_fingerprint
from advisor.rule_sets.editor.removal import latest_removal, put_back
from advisor.rule_sets.forms import ItemForm, several_form
from advisor.rule_sets.item_urls import ANY_LIST, item_url, list_url
from advisor.rule_sets.presenter import clash_of, item_page, listing_page
from advisor.rule_sets.workspace import DraftWorkspace, look_up, who, workspace_or_home, write
from advisor.web import identity
from advisor.web.forms import add_form_error, attempt, form_page, pressed_or_400, unsaved_page
from advisor.web.security import may_repeat

_SEVERAL = ("sources", "*-sources", "*-values", "pull", "outcomes", "answers-*", "parts-*-answers-*")


# ---- lists ---------------------------------------------------------------------------------------------------------


@bp.route(f"/admin/rules/draft/<{ANY_LIST}:things>", methods=["GET", "POST"])
@may_repeat("tick")
def listing(things: str) -> ResponseReturnValue:
    """Show a list of the draft, and move what is in it."""
    workspace = workspace_or_home()
    form = OnceForm()
    if form.validate_on_submit():
        return _order(things)
    page = listing_page(workspace, things, request.args)
    if things == "rules":
        page |= {"several": several_form(formdata=None), "several_url": url_for(".several_rules", **page["asked"])}
    return form_page(
        "rule_sets/listing.html", form, gone=latest_removal(workspace), done=latest_bulk_edit(), action="", **page
    )


@bp.post("/admin/rules/draft/questions/<key>/answers")
def option_order(key: str) -> ResponseReturnValue:
    """Move an answer of a question."""
    pressed_or_400()
    return _order(options_of(key))


def _order(collection: str) -> ResponseReturnValue:
    """Do what the button says: "up steps-set", "up 3 0f3a…" (a number, then the mark of the thing), or "back 57 3"."""
    match (request.form.get("do") or "").split(" "):
        case [("up" | "down") as way, key, *mark]:
            by = -1 if way == "up" else 1
        case ["back", first, second]:
            sequence, at = whole_number(first), whole_number(second)
            if sequence is None or at is None:
                abort(400)
            return put_back(collection, sequence, at)
        case ["undo", _sequence]:
            return take_back_and_show(list_url(collection))
        case _:
            abort(400)

    def move(session: Session) -> str:
        stored = operations.move(session, identity.actor(), collection, key, by, opened="".join(mark))
        shown = {"page": request.args["page"]} if "page" in request.args else {}
        return list_url(collection) if "/" in collection else list_url(collection, anchor=f"thing-{stored}", **shown)

    try:
        return redirect(write(lambda session: idempotent(session, attempt(who()), lambda: move(session))), 303)
    except NoDraft:
        return redirect(url_for(".home", gone=1), 303)
    except (ChangedSince, NoSuchItem):
        return redirect(list_url(collection), 303)


# ---- one thing -----------------------------------------------------------------------------------------------------


@bp.route(f"/admin/rules/draft/add/<{ANY_LIST}:things>", methods=["GET", "POST"])
@may_repeat(*_SEVERAL)
def add(things: str) -> ResponseReturnValue:
    """Add a thing to a list, from nothing or from a copy."""
    return _page_of(things, "")


@bp.route(f"/admin/rules/draft/<{ANY_LIST}:things>/<key>", methods=["GET", "POST"])
@may_repeat(*_SEVERAL)
def thing(things: str, key: str) -> ResponseReturnValue:
    """Edit one thing."""
    return _page_of(things, key)


@bp.route("/admin/rules/draft/add/questions/<key>/answer", methods=["GET", "POST"])
@may_repeat(*_SEVERAL)
def add_option(key: str) -> ResponseReturnValue:
    """Add an answer to a question."""
    return _page_of(options_of(key), "")


@bp.route("/admin/rules/draft/questions/<key>/answers/<option>", methods=["GET", "POST"])
@may_repeat(*_SEVERAL)
def option_thing(key: str, option: str) -> ResponseReturnValue:
    """Edit an answer of a question."""
    return _page_of(options_of(key), option)


def _page_of(collection: str, key: str) -> ResponseReturnValue:
    workspace = workspace_or_home(over_a_form=request.method == "POST")
    item, context = look_up(workspace, collection, key)
    editor = editor_of(context)
    if request.method == "GET":
        raw = editor.to_form_data(item) if key else _new(workspace, editor)
        form = editor.form(raw, opened_fingerprint(item))
        return _show(workspace, editor, form, raw, item, notice=_notice())
    raw = editor.compact(MultiDict(request.form))
    button = request.form.get("do") or "save"
    if button == "enter":
        button = editor.entered(raw)
    if button not in {"save", "start"}:
        raw, focus = editor.press(raw, button)
        return _show(workspace, editor, editor.form(raw), raw, item, focus=focus)
    form = editor.form(raw)
    read = editor.read(form, raw) if form.validate_on_submit() else None
    if read is None or not _says_what_changed(form, item, read):
        return _show(workspace, editor, form, raw, item)
    return _save(workspace, editor, form, raw, item, read)


def _notice() -> str:
    """What has just happened to the thing that is shown."""
    if "made" in request.args:
        return str(_("It is a test case of the draft now. Give it a name that says what is special about it."))
    if "saved" in request.args:
        return str(_("Saved in the draft."))
    return str(_("It is back in the draft.")) if "back" in request.args else ""


def _save(
    workspace: DraftWorkspace, editor: ItemEditor, form: ItemForm, raw: Raw, item: Any, read: Any
) -> ResponseReturnValue:
    collection, key = editor.collection, editor.context.key
    try:
        return redirect(write(lambda session: _store(session, collection, key, form, read)), 303)
    except KeyTaken as taken:
        add_form_error(form, _("Another one has the key “%(key)s” already. Choose another.", key=taken.key))
        return _show(workspace, editor, form, raw, item)
    except NoDraft as gone:
        add_form_error(
            form,
            _(
                "There is no draft any more: it was published or discarded, and version %(n)s is in force.",
                n=gone.in_force,
            ),
        )
        return _show(workspace, editor, form, raw, item, status=409, is_gone=True)
    except (ChangedSince, NoSuchItem) as clash:
        present = getattr(clash, "present", None)
        return _show_clash(editor, raw, read, present)
    except DatabaseUnavailable as error:
        page = item_page(workspace, editor, form, raw, item)
        return unsaved_page("rule_sets/thing.html", form, error, **page)


def _store(session: Session, collection: str, key: str, form: ItemForm, read: Any) -> str:
    """Add what was sent, or save it over what was opened, and give its address."""
    sent = attempt(who())
    if form.opened.data:
        return idempotent_save(session, sent, lambda left: _save_over(session, collection, key, form, read, left))
    return idempotent(session, sent, lambda: _put(session, collection, key, form, read, "")[0])


def _save_over(session: Session, collection: str, key: str, form: ItemForm, read: Any, left: str) -> tuple[str, str]:
    """Save over what was opened, or over what the same form, with other content, left there since."""
    try:
        return _put(session, collection, key, form, read, str(form.opened.data))
    except ChangedSince:
        at = find_by_fingerprint(_draft_rules(session), collection, left)
        if at is None:
            raise
        return _put(session, collection, at, form, read, left)


def _put(session: Session, collection: str, key: str, form: ItemForm, read: Any, opened: str) -> tuple[str, str]:
    """Store it, and give its address and its mark."""
    if request.form.get("do") == "start":
        drafts.start(session, identity.actor())
    changed = "meaning" in form and form["meaning"].data == "meaning"
    stored = operations.save(session, identity.actor(), collection, key, read, opened=opened, meaning_changed=changed)
    return item_url(collection, stored, saved="1"), opened_fingerprint(find(_draft_rules(session), collection, stored))


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
) -> Response:
    page = item_page(workspace, editor, form, raw, item, focus=focus, is_gone=is_gone)
    page["gone"] = latest_removal(workspace)
    return form_page("rule_sets/thing.html", form, status, notice=notice, **page)


def _show_clash(editor: ItemEditor, raw: Raw, mine: Any, present: Any) -> Response:
    """Show what stands there now beside what was typed; sent again, that takes its place."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        saved = operations.last_saved(session, editor.collection, editor.context.key)
    form = editor.form(raw, opened_fingerprint(present))
    page = item_page(workspace, editor, form, raw, present)
    page["clash"] = clash_of(workspace, editor.collection, editor.context.key, mine, present, saved)
    return form_page("rule_sets/thing.html", form, 409, notice="", **page)


def _new(workspace: DraftWorkspace, editor: ItemEditor) -> Raw:
    """The fields of a new thing: empty, from a copy, or for a test case from what the address carries."""
    copied = request.args.get("copy", "")
    try:
        item = find(workspace.rules, editor.collection, copied) if copied else None
    except NoSuchItem:
        abort(404)
    raw = editor.to_form_data(item)
    raw.poplist("id" if editor.collection == "claims" else "key")
    if editor.collection == "cases" and not copied:
        for name, values in request.args.lists():
            raw.setlist(name, values)
    if editor.collection in {"rules", "tensions"} and item is None:
        raw, _focus = editor.press(raw, "when:add")
    return raw


def _says_what_changed(form: ItemForm, item: Any, read: Any) -> bool:
    """Whether an answer that owners have given says if its meaning changed with its words."""
    if "meaning" not in form or not isinstance(item, Option) or form["meaning"].data or item.label == read.label:
        return True
    form["meaning"].errors = [_("Say whether only the wording has changed, or the meaning")]
    return False
