"""The pages on which the draft is edited: its lists, and one page for each thing of every kind."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from advisor import identity
from advisor.engine.edit import ChangedSince, KeyTaken, find, users_of_question
from advisor.engine.questions import Option
from advisor.engine.things import NUMBERED, NoSuchThing, key_of, mark_of, options_of, things
from advisor.extensions import database
from advisor.models import AccountOwner, DatabaseUnavailable
from advisor.models import draft as drafts
from advisor.models.draft import NoDraft
from advisor.models.once import new_key, once
from advisor.replies import form_page, refuse, unsaved_page
from advisor.rule_sets import operations, words
from advisor.rule_sets.desk import Desk
from advisor.rule_sets.forms import ButtonForm, RemoveForm, ThingForm
from advisor.rule_sets.inputs import Context
from advisor.rule_sets.pages import clash_of, listing_page, thing_page, users_shown
from advisor.rule_sets.places import DRAFT_LISTS, list_url, thing_url
from advisor.rule_sets.rows import Raw
from advisor.rule_sets.saying import title_of
from advisor.rule_sets.sheets import Sheet, opened_mark, sheet_of
from advisor.security import may_repeat

Done = TypeVar("Done")

THINGS = f"any({', '.join(DRAFT_LISTS)})"

_SEVERAL = ("sources", "*-sources", "*-values", "pull", "outcomes", "answers-*", "parts-*-answers-*")


def add_to(bp: Blueprint) -> None:
    """Add these pages to the activity."""
    draft, both = "/admin/rules/draft", ["GET", "POST"]
    bp.add_url_rule(f"{draft}/<{THINGS}:things>", view_func=listing, methods=both)
    bp.add_url_rule(f"{draft}/add/<{THINGS}:things>", view_func=add, methods=both)
    bp.add_url_rule(f"{draft}/<{THINGS}:things>/<key>", view_func=thing, methods=both)
    bp.add_url_rule(f"{draft}/<{THINGS}:things>/<key>/remove", view_func=remove, methods=both)
    options = f"{draft}/questions/<key>/answers"
    bp.add_url_rule(options, view_func=option_order, methods=["POST"])
    bp.add_url_rule(f"{draft}/add/questions/<key>/answer", view_func=add_option, methods=both)
    bp.add_url_rule(f"{options}/<option>", view_func=option_thing, methods=both)
    bp.add_url_rule(f"{options}/<option>/remove", view_func=option_remove, methods=both)


# ---- lists ---------------------------------------------------------------------------------------------------------


def listing(things: str) -> ResponseReturnValue:
    """Show a list of the draft, and move what is in it."""
    desk = desk_or_home()
    form = ButtonForm()
    if form.validate_on_submit():
        return _order(things)
    return form_page("rule_sets/listing.html", form, **listing_page(desk, things, request.args))


def option_order(key: str) -> ResponseReturnValue:
    """Move an answer of a question."""
    if not ButtonForm().validate_on_submit():
        abort(400)
    return _order(options_of(key))


def _order(in_list: str) -> ResponseReturnValue:
    """Do what the button says: "up steps-set 0f3a…" (the key, then the mark of the thing)."""
    match (request.form.get("do") or "").split(" "):
        case [("up" | "down") as way, key, mark]:
            by = -1 if way == "up" else 1
        case _:
            abort(400)
    try:
        stored = write(lambda session: operations.move(session, identity.actor(), in_list, key, by, opened=mark))
    except NoDraft:
        return redirect(url_for(".home", gone=1), 303)
    except (ChangedSince, NoSuchThing):
        return redirect(list_url(in_list), 303)
    if "/" in in_list:
        return redirect(list_url(in_list), 303)
    shown = {"page": request.args["page"]} if "page" in request.args else {}
    return redirect(list_url(in_list, anchor=f"thing-{stored}", **shown), 303)


# ---- one thing -----------------------------------------------------------------------------------------------------


@may_repeat(*_SEVERAL)
def add(things: str) -> ResponseReturnValue:
    """Add a thing to a list, from nothing or from a copy."""
    return _page_of(things, "")


@may_repeat(*_SEVERAL)
def thing(things: str, key: str) -> ResponseReturnValue:
    """Edit one thing."""
    return _page_of(things, key)


@may_repeat(*_SEVERAL)
def add_option(key: str) -> ResponseReturnValue:
    """Add an answer to a question."""
    return _page_of(options_of(key), "")


@may_repeat(*_SEVERAL)
def option_thing(key: str, option: str) -> ResponseReturnValue:
    """Edit an answer of a question."""
    return _page_of(options_of(key), option)


def _page_of(in_list: str, key: str) -> ResponseReturnValue:
    desk = desk_or_home(over_a_form=request.method == "POST")
    item, context = _look_up(desk, in_list, key)
    sheet = sheet_of(context)
    if request.method == "GET":
        raw = sheet.spread(item) if key else _new(desk, sheet)
        form = sheet.form(raw, opened_mark(item))
        notice = _("Saved in the draft.") if "saved" in request.args else ""
        return _show(desk, sheet, form, raw, item, notice=notice)
    raw = sheet.compact(MultiDict(request.form))
    button = request.form.get("do") or "save"
    if button not in {"save", "start"}:
        raw, focus = sheet.press(raw, button)
        return _show(desk, sheet, sheet.form(raw), raw, item, focus=focus)
    form = sheet.form(raw)
    read = sheet.read(form, raw) if form.validate_on_submit() else None
    if read is None or not _says_what_changed(form, item, read):
        return _show(desk, sheet, form, raw, item)
    return _save(desk, sheet, form, raw, item, read)


def _save(desk: Desk, sheet: Sheet, form: ThingForm, raw: Raw, item: Any, read: Any) -> ResponseReturnValue:
    in_list, key = sheet.in_list, sheet.context.key

    def act(session: Session) -> str:
        if request.form.get("do") == "start":
            drafts.start(session, identity.actor())
        return once(session, form.once.data or new_key(), who(), lambda: _store(session, in_list, key, form, read))

    try:
        return redirect(write(act), 303)
    except KeyTaken as taken:
        refuse(form, _("Another one has the key “%(key)s” already. Choose another.", key=taken.key))
        return _show(desk, sheet, form, raw, item)
    except NoDraft as gone:
        refuse(
            form,
            _(
                "There is no draft any more: it was published or discarded, and version %(n)s is in force.",
                n=gone.in_force,
            ),
        )
        return _show(desk, sheet, form, raw, item, status=409, is_gone=True)
    except (ChangedSince, NoSuchThing) as clash:
        present = getattr(clash, "present", None)
        return _show_clash(sheet, raw, read, present)
    except DatabaseUnavailable as error:
        page = thing_page(desk, sheet, form, raw, item)
        return unsaved_page("rule_sets/thing.html", form, error, **page)


def _store(session: Session, in_list: str, key: str, form: ThingForm, read: Any) -> str:
    changed = "meaning" in form and form["meaning"].data == "meaning"
    actor, opened = identity.actor(), str(form.opened.data or "")
    stored = operations.save(session, actor, in_list, key, read, opened=opened, meaning_changed=changed)
    return thing_url(in_list, stored, saved="1")


def _show(
    desk: Desk,
    sheet: Sheet,
    form: ThingForm,
    raw: Raw,
    item: Any,
    *,
    status: int = 0,
    focus: str = "",
    notice: str = "",
    is_gone: bool = False,
) -> Response:
    page = thing_page(desk, sheet, form, raw, item, focus=focus, is_gone=is_gone)
    return form_page("rule_sets/thing.html", form, status, notice=notice, **page)


def _show_clash(sheet: Sheet, raw: Raw, mine: Any, present: Any) -> Response:
    """Show what stands there now beside what was typed; sent again, that takes its place."""
    with database().read() as session:
        desk = Desk.load(session)
        saved = operations.last_saved(session, sheet.in_list, sheet.context.key)
    form = sheet.form(raw, opened_mark(present))
    page = thing_page(desk, sheet, form, raw, present)
    page["clash"] = clash_of(desk, sheet.in_list, sheet.context.key, mine, present, saved)
    return form_page("rule_sets/thing.html", form, 409, notice="", **page)


def _look_up(desk: Desk, in_list: str, key: str) -> tuple[Any, Context]:
    """The thing, None where it is new or gone meanwhile, and what its form is made for."""
    try:
        things(desk.rules, in_list)
        item = find(desk.rules, in_list, key) if key else None
    except NoSuchThing:
        if request.method == "GET" or "/" in in_list:
            abort(404)
        item = None
    question = None
    if "/" in in_list:
        question = desk.rules.question(in_list.split("/")[1])
    elif in_list == "questions":
        question = item
    return item, Context(
        rules=desk.rules,
        in_list=in_list,
        question=question,
        key=key,
        key_is_fixed=bool(key) and in_list not in NUMBERED and _is_published(desk, in_list, key),
    )


def _is_published(desk: Desk, in_list: str, key: str) -> bool:
    try:
        return any(key_of(found) == key for found in things(desk.base, in_list))
    except NoSuchThing:
        return False


def _new(desk: Desk, sheet: Sheet) -> Raw:
    """The fields of a new thing: empty, from a copy, or for a test case from what the address carries."""
    copied = request.args.get("copy", "")
    try:
        item = find(desk.rules, sheet.in_list, copied) if copied else None
    except NoSuchThing:
        abort(404)
    raw = sheet.spread(item)
    raw.poplist("id" if sheet.in_list == "claims" else "key")
    if sheet.in_list == "cases" and not copied:
        for name, value in request.args.items():
            raw.setlist(name, [value])
    if sheet.in_list in {"rules", "tensions"} and item is None:
        raw, _focus = sheet.press(raw, "when:add")
    return raw


def _says_what_changed(form: ThingForm, item: Any, read: Any) -> bool:
    """Whether an answer that owners have given says if its meaning changed with its words."""
    if "meaning" not in form or not isinstance(item, Option) or form["meaning"].data or item.label == read.label:
        return True
    form["meaning"].errors = [_("Say whether only the wording has changed, or the meaning")]
    return False


# ---- taking out ----------------------------------------------------------------------------------------------------


def remove(things: str, key: str) -> ResponseReturnValue:
    """Take a thing out, after saying what would miss it."""
    return _remove(things, key)


def option_remove(key: str, option: str) -> ResponseReturnValue:
    """Take an answer of a question out."""
    return _remove(options_of(key), option)


def _remove(in_list: str, key: str) -> ResponseReturnValue:
    desk = desk_or_home()
    item, context = _look_up(desk, in_list, key)
    if item is None:
        return redirect(list_url(in_list), 303)
    form = RemoveForm(opened=mark_of(item))
    question = (
        context.question.key if context.question is not None and ("/" in in_list or in_list == "questions") else ""
    )
    users = users_of_question(desk.rules, question, key if "/" in in_list else None) if question else []
    page = {
        "noun": words.NOUNS["options" if "/" in in_list else in_list],
        "title": title_of(desk.rules, item),
        "users": users_shown(desk, in_list, item, users),
        "can_take_users": in_list == "questions" and any(name != "questions" for name, _key in users),
        "back_url": thing_url(in_list, key),
    }
    if not form.validate_on_submit():
        return form_page("rule_sets/remove.html", form, **page)
    actor, opened, with_users = identity.actor(), str(form.opened.data), bool(form.with_users.data)
    try:
        write(lambda s: operations.remove(s, actor, in_list, key, opened=opened, with_users=with_users))
    except NoDraft:
        return redirect(url_for(".home", gone=1), 303)
    except (ChangedSince, NoSuchThing) as clash:
        if getattr(clash, "present", None) is None:
            return redirect(list_url(in_list), 303)
        refuse(form, _("This was changed after you opened it. Here it is as it is now; remove it all the same?"))
        with database().read() as session:
            present = find(Desk.load(session).rules, in_list, key)
        form.opened.data = mark_of(present)
        page["title"] = title_of(desk.rules, present)
        return form_page("rule_sets/remove.html", form, 409, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("rule_sets/remove.html", form, error, **page)
    return redirect(list_url(in_list), 303)


# ---- shared with the other pages -----------------------------------------------------------------------------------


def desk_or_home(*, over_a_form: bool = False) -> Desk:
    """The draft; where there is none, the reply is the way home, unless a form was sent that must not be lost."""
    with database().read() as session:
        desk = Desk.load(session)
    if not desk.has_draft and not over_a_form:
        abort(redirect(url_for(".home", gone=1), 302 if request.method == "GET" else 303))
    return desk


def write(act: Callable[[Session], Done]) -> Done:
    """Do one act in a transaction of its own."""
    with database().write() as session:
        return act(session)


def page(template: str, status: int = 200, **context: object) -> Response:
    """A page without a form."""
    return make_response(render_template(template, **context), status)


def who() -> str:
    """The owner of one-time keys who is asking."""
    account = identity.current().account_id
    return AccountOwner(account).mark if account else ""
