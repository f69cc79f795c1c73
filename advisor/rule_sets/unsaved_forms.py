"""What was typed into a form of the workshop and not saved: kept while it is typed, offered when its author returns.

It never comes into the draft, nor into a form, by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from advisor.extensions import database
from advisor.models.rule_sets.unsaved_form import UnsavedForm, forget_form, has_unsaved, keep_form, unsaved_forms
from advisor.rule_sets.item_urls import add_url, item_url
from advisor.rule_sets.workspace import key_owner, write
from advisor.web.access import identity
from advisor.web.forms import attempt, pressed_or_400
from advisor.wording.items import shorten, subject_of
from advisor.wording.rule_set_vocabulary import FORM_NOUNS, NOUNS

Form = TypeVar("Form", bound=FlaskForm)

_TITLES = ("text", "because", "title", "label", "topic", "process", "happens")
"""Fields by which a new item is called before it is saved, the first that says something."""

_NOT_TYPED = frozenset({"csrf_token", "do"})

LEFT = "left"
"""What the address calls the form that was left to add a source, on the pages of that."""

LEFT_AT = "left_at"
"""What it calls the claims of that form among which a new one was made."""

NEW_CLAIM = "-new-"
"""What stands between the name of a field of claims and that of a field of a new one among them."""

COMMENTS = "comments/"
"""With what the collection of a comment begins; the collection of its item follows."""

NOTE, PUBLISHING, ANSWER = "note", "publish", "answer"
"""What stands in place of a collection where a form is about no item: two pages, and the answer in a thread."""


@dataclass(frozen=True, slots=True)
class FormPlace:
    """Of what a form is: a list and the key of an item in it, "" for a new one; or one of the words above.

    ``title`` is what that is called, "" for a new item.
    """

    collection: str
    key: str = ""
    title: str = ""

    def url(self, **more: Any) -> str:
        """The page of the form."""
        if self.collection in {NOTE, PUBLISHING}:
            return url_for(f"rule_sets.{self.collection}", **more)
        if self.collection == ANSWER:
            return url_for("rule_sets.thread", thread_id=self.key, **more)
        if self.collection.startswith(COMMENTS):
            return item_url(self.collection.removeprefix(COMMENTS), self.key, page="item_comments", **more)
        return item_url(self.collection, self.key, **more) if self.key else add_url(self.collection, **more)

    @property
    def noun(self) -> str:
        """What a form of that kind is for."""
        kind = self.collection.partition("/")[0]
        return str(FORM_NOUNS[kind] if kind in FORM_NOUNS else NOUNS[subject_of(self.collection)])


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


def is_pressed() -> bool:
    """Whether this request is no save, but has the form kept, or what was kept of it thrown away."""
    return request.method == "POST" and request.form.get("do") in {"keep", "forget"}


def press(
    place: FormPlace, fields: Mapping[str, list[str]] | None = None, *, is_gone: bool = False
) -> ResponseReturnValue:
    """Keep what stands in the form ("keep"), for which the script asks, or keep it no longer ("forget").

    ``fields`` are all that were sent, where it is not said otherwise. What ``is_gone`` has no page to go back to.
    """
    pressed_or_400()
    mine = identity.own_account_id()
    if request.form.get("do") == "forget":
        write(lambda session: forget_form(session, mine, request.form.get("typed", "")))
        return redirect(url_for("rule_sets.home") if is_gone or "list" in request.args else place.url(), 303)
    return "", 204 if keep(place, dict(request.form.lists()) if fields is None else fields) else 409


def keep(place: FormPlace, fields: Mapping[str, list[str]]) -> str:
    """Keep what stands in the form that was sent, and give by what it is found again; "" where it cannot be kept."""
    typed = {name: values for name, values in fields.items() if name not in _NOT_TYPED}
    most, form = current_app.config["UNSAVED_FORMS"], attempt(key_owner())
    of = {"collection": place.collection, "key": place.key, "title": place.title}

    def act(session: Session) -> bool:
        return keep_form(session, identity.own_account_id(), form, **of, fields=typed, most=most)

    return form.key_hash if request.form.get("once") and write(act) else ""


def typed_title(fields: Mapping[str, list[str]]) -> str:
    """What a new item may be called by what was typed into its form so far; "" where that is nothing."""
    typed = (value for name in _TITLES for value in fields.get(name, ()))
    return next((shorten(value) for value in typed if value.strip()), "")


def leave_for_source(place: FormPlace, fields: Mapping[str, list[str]], claims: str = "") -> ResponseReturnValue | None:
    """Keep what stands in the form and lead to the form of a source, and from there back; None where it cannot be kept.

    It is the way of a button, so that nothing is lost without a script either.
    """
    pressed_or_400()
    kept = keep(place, fields)
    at = {LEFT_AT: claims} if claims else {}
    return redirect(add_url("sources", **{LEFT: kept}, **at), 303) if kept else None


def forget_saved(session: Session) -> None:
    """What the form of this request said is saved now."""
    forget_form(session, identity.own_account_id(), attempt(key_owner()).key_hash)


def find_typed(collection: str) -> UnsavedForm | None:
    """The form of this collection that the address asks to show, where it is one's own."""
    asked = request.args.get("typed", "")
    found = _find_forms(UnsavedForm.key_hash == asked, UnsavedForm.collection == collection) if asked else []
    return next(iter(found), None)


def left_for_source(source: str = "") -> UnsavedView | None:
    """The form that was left to add a source, as the address says; None where there is none, or it was saved since.

    With the key of a ``source`` it is shown where it was left, with that source chosen for the new claim.
    """
    asked, claims = request.args.get(LEFT, ""), request.args.get(LEFT_AT, "")
    found = _find_forms(UnsavedForm.key_hash == asked) if asked else []
    if not found:
        return None
    view, form = view_of(found[0]), found[0]
    field = f"{claims}{NEW_CLAIM}source"
    if not source or field not in form.fields:
        return view
    place = FormPlace(form.collection, form.key)
    url = place.url(typed=form.key_hash, source=source, **{LEFT_AT: claims})
    return replace(view, url=f"{url}#{claims}{NEW_CLAIM.rstrip('-')}")


def fields_of(form: UnsavedForm) -> MultiDict[str, str]:
    """The fields of such a form as a browser would send them."""
    fields = MultiDict((name, value) for name, values in form.fields.items() for value in values)
    field = f"{request.args.get(LEFT_AT, '')}{NEW_CLAIM}source"
    if request.method == "GET" and field in fields and "source" in request.args and not fields[field]:
        fields[field] = request.args["source"]
    return fields


def open_form(form: type[Form], typed: UnsavedForm | None, **data: str) -> Form:
    """The form of a page: sent, or with what was typed there and not saved, or with this data."""
    is_shown = typed is not None and request.method == "GET"
    made: Form = form(formdata=fields_of(typed), **data) if typed and is_shown else form(**data)
    return made


def offers(place: FormPlace, typed: UnsavedForm | None = None, comments: FormPlace | None = None) -> dict[str, Any]:
    """What a page says of its forms that were not saved; ``typed`` is the one whose text it shows.

    A form that was just sent is on its way, and nothing else is offered beside it. ``comments`` is the form below it.
    """
    if typed is not None or request.method == "POST":
        return {"unsaved": [view_of(typed)] if typed else [], "unsaved_comments": [], "typed": typed}
    here = UnsavedForm.collection.in_([each.collection for each in (place, comments) if each])
    found = _find_forms(here, UnsavedForm.key == place.key)
    return {
        "unsaved": [view_of(one) for one in found if one.collection == place.collection],
        "unsaved_comments": [view_of(one) for one in found if one.collection != place.collection],
        "typed": None,
    }


def unsaved_of_list(collection: str) -> list[UnsavedView]:
    """The forms of the items of a list that were not saved; the answers belong to the list of the questions."""
    of_list = UnsavedForm.collection == collection
    is_below = UnsavedForm.collection.startswith(f"{collection}/")
    return [view_of(one, list="1") for one in _find_forms(or_(of_list, is_below))]


def every_unsaved(session: Session) -> list[UnsavedView]:
    """All that was typed and not saved by whoever is asking."""
    return [view_of(one, list="1") for one in session.scalars(unsaved_forms(identity.own_account_id()))]


def view_of(form: UnsavedForm, **more: str) -> UnsavedView:
    """A form as pages offer it."""
    place = FormPlace(form.collection, form.key, form.title)
    return UnsavedView(
        noun=place.noun,
        title=form.title,
        at=form.typed_at,
        key_hash=form.key_hash,
        url=place.url(typed=form.key_hash),
        forget_url=place.url(**more),
    )


def _find_forms(*wanted: ColumnElement[bool]) -> list[UnsavedForm]:
    with database().read() as session:
        mine = identity.own_account_id()
        return list(session.scalars(unsaved_forms(mine).where(*wanted))) if has_unsaved(session, mine) else []
