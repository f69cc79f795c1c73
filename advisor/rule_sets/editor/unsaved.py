"""What was typed into the form of an item and not saved: kept while it is typed, and offered when its author returns.

It never comes into the draft, nor into a form, by itself.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from advisor.extensions import database
from advisor.models.unsaved_form import UnsavedForm, forget_form, keep_form, unsaved_forms
from advisor.rule_sets.editor.inputs import Raw
from advisor.rule_sets.editor.item_editors import ItemEditor
from advisor.rule_sets.forms import ItemForm
from advisor.rule_sets.item_urls import add_url, item_url
from advisor.rule_sets.workspace import DraftWorkspace, key_owner, write
from advisor.web import identity
from advisor.web.forms import attempt, pressed_or_400
from advisor.wording.items import item_name, subject_of
from advisor.wording.vocabulary import NOUNS

_NOT_TYPED = frozenset({"csrf_token", "do", "both"})

_BEFORE = "before-"
"""How fields of a form that clashed begin which say what it was opened on, before the clash was shown."""


@dataclass(frozen=True, slots=True)
class UnsavedView:
    """A form that was not saved. ``title`` is "" for a new item."""

    noun: str
    title: str
    at: datetime
    key_hash: str
    url: str
    """The page that shows what was typed."""
    forget_url: str


def press(workspace: DraftWorkspace, editor: ItemEditor, item: Any, button: str) -> ResponseReturnValue:
    """Keep what stands in the form ("keep"), for which the script asks, or keep it no longer ("forget")."""
    pressed_or_400()
    collection, key = editor.collection, editor.context.key
    mine = identity.own_account_id()
    if button == "forget":
        write(lambda session: forget_form(session, mine, request.form.get("typed", "")))
        home = "list" in request.args or (item is None and key)
        return redirect(url_for("rule_sets.home") if home else _url(collection, key), 303)
    raw = editor.compact(MultiDict(request.form))
    fields = {name: values for name, values in raw.lists() if name not in _NOT_TYPED and not name.startswith(_BEFORE)}
    # A clash that was shown and not settled by a save is asked about again.
    fields |= {name.removeprefix(_BEFORE): values for name, values in raw.lists() if name.startswith(_BEFORE)}
    title = item_name(workspace.rules, collection, key) if item is not None else ""

    def keep(session: Session) -> bool:
        most, form = current_app.config["UNSAVED_FORMS"], attempt(key_owner())
        place = {"collection": collection, "key": key, "title": title}
        return keep_form(session, mine, form, **place, fields=fields, most=most)

    return "", 204 if request.form.get("once") and write(keep) else 409


def opened_on(form: ItemForm) -> dict[str, str]:
    """What a form was opened on, whatever clash it was shown with since."""
    return {name: request.form.get(f"{_BEFORE}{name}") or str(form[name].data or "") for name in ("opened", "base")}


def saved(session: Session) -> None:
    """The form of this request is in the draft now."""
    forget_form(session, identity.own_account_id(), attempt(key_owner()).key_hash)


def find_typed() -> UnsavedForm | None:
    """The form that the address asks to show, where it is one's own."""
    asked = request.args.get("typed", "")
    if not asked:
        return None
    with database().read() as session:
        mine = unsaved_forms(identity.own_account_id()).where(UnsavedForm.key_hash == asked)
        return session.scalars(mine).first()


def raw_of(form: UnsavedForm) -> Raw:
    """The fields of such a form as a browser would send them."""
    return MultiDict((name, value) for name, values in form.fields.items() for value in values)


def on_page(editor: ItemEditor, typed: UnsavedForm | None) -> dict[str, Any]:
    """What the page of an item says of what was typed there and not saved; ``typed`` is what its form shows of that.

    A form that was just sent is on its way, and nothing else is offered beside it.
    """
    if typed is not None or request.method == "POST":
        return {"unsaved": [view_of(typed)] if typed else [], "typed": typed}
    is_here = (UnsavedForm.collection == editor.collection, UnsavedForm.key == editor.context.key)
    with database().read() as session:
        found = session.scalars(unsaved_forms(identity.own_account_id()).where(*is_here))
        return {"unsaved": [view_of(one) for one in found], "typed": None}


def every_unsaved(session: Session) -> list[UnsavedView]:
    """All that was typed and not saved by whoever is asking."""
    return [view_of(one, list="1") for one in session.scalars(unsaved_forms(identity.own_account_id()))]


def view_of(form: UnsavedForm, **more: str) -> UnsavedView:
    """A form as pages offer it."""
    return UnsavedView(
        noun=str(NOUNS[subject_of(form.collection)]),
        title=form.title,
        at=form.typed_at,
        key_hash=form.key_hash,
        url=_url(form.collection, form.key, typed=form.key_hash),
        forget_url=_url(form.collection, form.key, **more),
    )


def _url(collection: str, key: str, **more: str) -> str:
    return item_url(collection, key, **more) if key else add_url(collection, **more)
