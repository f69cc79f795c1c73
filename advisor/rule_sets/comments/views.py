"""The pages on which admins comment on the items of the draft, and read what was written before a version."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.engine.document.document import options_of
from advisor.engine.document.edit import find
from advisor.engine.document.text import whole_number
from advisor.extensions import database
from advisor.models import ItemComment, ItemThread
from advisor.models.audit import audit
from advisor.models.base import utc_now
from advisor.models.idempotency import idempotent
from advisor.models.limits import room_left
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.item_comment import open_threads, present_comments, present_key, stored_key, threads
from advisor.models.rule_sets.unsaved_form import UnsavedForm
from advisor.rule_sets import unsaved_forms
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.comments.presenter import comments_of_item, count_of, thread_views
from advisor.rule_sets.editor.item_editors import item_or_none
from advisor.rule_sets.forms import ItemCommentForm
from advisor.rule_sets.item_urls import ANY_COLLECTION, HIGHEST, item_url
from advisor.rule_sets.unsaved_forms import ANSWER, COMMENTS, FormPlace
from advisor.rule_sets.workspace import DraftWorkspace, key_owner, write
from advisor.web.access import identity
from advisor.web.forms import ButtonForm, Refusal, attempt, form_page, pressed_or_400, save_form
from advisor.web.paging import paginate
from advisor.wording.items import item_name, item_text, subject_of
from advisor.wording.rule_set_vocabulary import NOUNS

THREADS_ON_A_PAGE = 30


@bp.get("/admin/rules/comments")
def comments() -> ResponseReturnValue:
    """List the threads that are open, those that were settled in the draft, or those kept with a version."""
    number, settled = whole_number(request.args.get("version"), most=HIGHEST), "settled" in request.args
    done = threads().where(ItemThread.settled_at.is_not(None), ItemThread.version.is_(None))
    wanted = threads().where(ItemThread.version == number) if number else done if settled else open_threads()
    with database().read() as session:
        if number and versions.version(session, number) is None:
            abort(404)
        workspace = DraftWorkspace.load(session)
        found = list(session.scalars(wanted))
        counts = {"open": count_of(session, open_threads()), "settled": count_of(session, done)}

        def url(at: int) -> str:
            asked: dict[str, Any] = {**request.args, "page": at}
            return url_for(".comments", **asked)

        page = paginate(found, request.args.get("page", ""), THREADS_ON_A_PAGE, url)
        shown = thread_views(session, workspace, page.items)
    which = "version" if number else "settled" if settled else "open"
    return form_page(
        "rule_sets/comments/comments.html",
        ButtonForm(),
        which=which,
        version=number,
        threads=shown,
        page=page,
        counts=counts,
        put_back_url=_put_back_url(),
    )


@bp.route(f"/admin/rules/draft/<{ANY_COLLECTION}:collection>/<key>/comments", methods=["GET", "POST"])
@bp.route("/admin/rules/draft/questions/<question>/answers/<key>/comments", methods=["GET", "POST"])
def item_comments(key: str, collection: str = "", question: str = "") -> ResponseReturnValue:
    """Show every comment on one item, those of earlier versions too, and take another one."""
    collection = collection or options_of(question)
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        item = item_or_none(workspace.rules, collection, key)
        about = stored_key(workspace.rules, collection, key) if item is not None else key
        found = list(session.scalars(threads().where(ItemThread.collection == collection, ItemThread.key == about)))
        shown = thread_views(session, workspace, found)
    title = item_name(workspace.rules, collection, key) if item is not None else found[0].title if found else key
    place = FormPlace(f"{COMMENTS}{collection}", key, title)
    if unsaved_forms.is_pressed():
        return unsaved_forms.press(place, is_gone=item is None and not found)
    typed = unsaved_forms.find_typed(place.collection)
    if item is None and not found and request.method == "GET" and typed is None:
        abort(404)
    if typed is not None and (elsewhere := _moved_to(workspace, collection, about, typed)) is not None:
        return redirect(item_url(collection, elsewhere, page="item_comments", typed=typed.key_hash))
    form = unsaved_forms.open_form(ItemCommentForm, typed, about=about)
    page: dict[str, Any] = {
        "noun": NOUNS[subject_of(collection)],
        "title": title,
        "threads": shown,
        "can_write": item is not None or typed is not None or request.method == "POST",
        "back_url": item_url(collection, key) if item is not None and workspace.has_draft else url_for(".comments"),
        "button": ButtonForm(formdata=None),
        **unsaved_forms.offers(place, typed),
    }
    template = "rule_sets/comments/item_comments.html"
    if not form.validate_on_submit():
        return form_page(template, form, **page)
    about = str(form.about.data)
    form.about.data = stored_key(workspace.rules, collection, key) if item is not None else key  # if it comes back
    return save_form(template, form, page, lambda: write(lambda session: _begin(session, collection, about, form)))


def _moved_to(workspace: DraftWorkspace, collection: str, about: str, typed: UnsavedForm) -> str | None:
    """Where the row stands now that a comment was typed on, None where this page is about it, or it is gone."""
    of = (typed.fields.get("about") or [about])[0]
    return None if of == about else present_key(workspace.rules, ItemThread(collection=collection, key=of))


def comments_on_page(workspace: DraftWorkspace, collection: str, key: str) -> dict[str, Any]:
    """What the page of an item of the draft shows of the comments on it."""
    with database().read() as session:
        commented = comments_of_item(session, workspace, collection, key)
    about = stored_key(workspace.rules, collection, key)
    return {
        "commented": commented,
        "comment_form": ItemCommentForm(formdata=None, about=about),
        "comment_button": ButtonForm(formdata=None),
        "put_back_url": _put_back_url(),
    }


def _begin(session: Session, collection: str, about: str, form: ItemCommentForm) -> str:
    def act() -> str:
        workspace = DraftWorkspace.load(session)
        thread = ItemThread(collection=collection, key=about, title="")
        at = present_key(workspace.rules, thread)
        if at is None:
            raise Refusal(_("This was changed or removed after you opened the page. Look again, then send it."))
        thread.title = item_text(workspace.rules, find(workspace.rules, collection, at))
        _require_room(session)
        session.add(thread)
        session.flush()
        return _add(session, "comment written", thread, form)

    return idempotent(session, attempt(key_owner()), act)


@bp.route("/admin/rules/comments/<uuid:thread_id>", methods=["GET", "POST"])
def thread(thread_id: UUID) -> ResponseReturnValue:
    """Show one thread, and answer, settle or reopen it."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        found = session.get(ItemThread, thread_id) or abort(404)
        shown = thread_views(session, workspace, [found])
    place = FormPlace(ANSWER, str(thread_id), shown[0].title)
    if unsaved_forms.is_pressed():
        return unsaved_forms.press(place)
    typed = unsaved_forms.find_typed(ANSWER)
    form = unsaved_forms.open_form(ItemCommentForm, typed)
    page: dict[str, Any] = {"thread": shown[0], "button": ButtonForm(formdata=None), "put_back_url": _put_back_url()}
    page |= unsaved_forms.offers(place, typed)
    if request.method == "POST" and request.form.get("do") in {"settle", "reopen"}:
        pressed_or_400()
        return redirect(write(lambda session: _settle(session, thread_id, request.form["do"] == "settle")), 303)
    if not form.validate_on_submit():
        return form_page("rule_sets/comments/thread.html", form, **page)

    def answer(session: Session) -> str:
        def act() -> str:
            _require_room(session)
            return _add(session, "comment answered", session.get_one(ItemThread, thread_id), form)

        return idempotent(session, attempt(key_owner()), act)

    return save_form("rule_sets/comments/thread.html", form, page, lambda: write(answer))


@bp.post("/admin/rules/comments/of/<uuid:item_comment_id>")
def own_comment(item_comment_id: UUID) -> ResponseReturnValue:
    """Delete a comment of one's own, or put it back."""
    pressed_or_400()
    act = request.form.get("do")
    if act not in {"delete", "put-back"}:
        abort(400)

    def do(session: Session) -> str:
        comment = session.get(ItemComment, item_comment_id, with_for_update=True)
        if comment is None or comment.account_id != identity.own_account_id():
            abort(404)
        if (act == "delete") != (comment.removed_at is not None):
            comment.removed_at = utc_now() if act == "delete" else None
            _record(session, "comment deleted" if act == "delete" else "comment put back", comment)
        gone = {"deleted": str(comment.id)} if act == "delete" else {}
        return _place_of(session, session.get_one(ItemThread, comment.thread_id), **gone)

    return redirect(write(do), 303)


def _settle(session: Session, thread_id: UUID, settle: bool) -> str:  # noqa: FBT001
    found = session.get(ItemThread, thread_id, with_for_update=True) or abort(404)
    if settle != (found.settled_at is not None):
        found.settled_at = utc_now() if settle else None
        found.settled_by = identity.own_account_id() if settle else None
        kind = "comment settled" if settle else "comment reopened"
        audit(session, kind, who=identity.actor(), what=_item_of(session, found), after={"thread": str(found.id)})
    return _place_of(session, found)


def _add(session: Session, kind: str, thread: ItemThread, form: ItemCommentForm) -> str:
    comment = ItemComment(thread_id=thread.id, account_id=identity.own_account_id(), text=str(form.comment.data))
    session.add(comment)
    session.flush()
    unsaved_forms.forget_saved(session)
    _record(session, kind, comment)
    return _place_of(session, thread)


def _record(session: Session, kind: str, comment: ItemComment) -> None:
    """Record an act, without what was written: whoever wrote it can delete that, and the record stays."""
    what = _item_of(session, session.get_one(ItemThread, comment.thread_id))
    after = {"thread": str(comment.thread_id), "comment": str(comment.id)}
    audit(session, kind, who=identity.actor(), what=what, after=after)


def _item_of(session: Session, thread: ItemThread) -> str:
    """What the record names: the item, or where it is not in the draft the list in which it stood."""
    key = present_key(DraftWorkspace.load(session).rules, thread)
    return thread.collection if key is None else f"{thread.collection}/{key}"


def _require_room(session: Session) -> None:
    most = current_app.config["COMMENTS_ON_DRAFT"]
    if not room_left(session, "comments on the draft", present_comments(), most):
        raise Refusal(
            _(
                "The draft has %(most)d comments, which is as many as it may have. Settle or delete some first",
                most=most,
            )
        )


def _place_of(session: Session, thread: ItemThread, **more: Any) -> str:
    """Where somebody goes on who did something with a thread: the list it was done in, its item, or the thread."""
    if "list" in request.args:
        return url_for(".comments", **more)
    workspace = DraftWorkspace.load(session)
    key = present_key(workspace.rules, thread)
    if key is None or not workspace.has_draft:
        return url_for(".thread", thread_id=thread.id, **more)
    return item_url(thread.collection, key, anchor="comments", **more)


def _put_back_url() -> str:
    """Where what was just deleted is put back; "" where nothing was."""
    try:
        gone = UUID(request.args.get("deleted", ""))
    except ValueError:
        return ""
    return url_for("rule_sets.own_comment", item_comment_id=gone)
