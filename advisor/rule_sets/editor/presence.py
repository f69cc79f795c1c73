"""Who else has the item of a page open: its script tells every half minute, and when the page is left.

Where a browser did not tell that it was left, the next page that is opened from it does.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from advisor.engine.document.document import NUMBERED, options_of
from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models.rule_sets.item_comment import stored_key
from advisor.models.rule_sets.open_item import has_open, is_noted, note_left, note_open, others_with
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.editor.item_editors import ItemEditor
from advisor.rule_sets.workspace import DraftWorkspace, write
from advisor.web.access import identity
from advisor.web.forms import pressed_or_400
from advisor.web.logs import log


def on_page(workspace: DraftWorkspace, editor: ItemEditor, item: Any) -> dict[str, Any]:
    """Who else has the item of this page open; nothing is written."""
    if item is None:
        return {"others": []}
    with database().read() as session:
        return {"others": others_with(session, identity.own_account_id(), *_place(workspace, editor))}


def press(workspace: DraftWorkspace, editor: ItemEditor, item: Any, button: str) -> ResponseReturnValue:
    """Note that whoever is asking has it open ("open"), and say who else does; or that the page was left ("leave")."""
    pressed_or_400()
    if item is None:
        abort(404)
    mine, place = identity.own_account_id(), _place(workspace, editor)
    if button == "leave":
        write(lambda session: note_left(session, mine, *place))
        return "", 204
    with database().read() as session:
        is_new = not is_noted(session, mine, *place)
        others = others_with(session, mine, *place)
    if is_new:
        write(lambda session: note_open(session, mine, *place))
    return render_template("rule_sets/editor/_others.html", others=others)


def note_saved(session: Session, editor: ItemEditor) -> None:
    """What was open in the form of this request is saved now."""
    key = "" if editor.collection in NUMBERED else editor.context.key
    if key or editor.collection in NUMBERED:
        note_left(session, identity.own_account_id(), editor.collection, key)


def _place(workspace: DraftWorkspace, editor: ItemEditor) -> tuple[str, str]:
    return editor.collection, stored_key(workspace.rules, editor.collection, editor.context.key)


@bp.before_request
def _note_page_left() -> None:
    """Who comes from the page of an item to another page has left it, whether or not a script told so."""
    place = _item_of_address(request.referrer or "") if request.method == "GET" else None
    if place is None:
        return
    mine = identity.own_account_id()
    try:
        with database().read() as session:
            if not has_open(session, mine, *place):
                return
        write(lambda session: note_left(session, mine, *place))
    except DatabaseUnavailable:
        log.warning("not noted that an item was left")


def _item_of_address(address: str) -> tuple[str, str] | None:
    """The list and the key of the item whose page this is, "" for the key of a row; None for the page asked for."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.netloc != request.host or parts.path == request.path:
        return None
    try:
        endpoint, values = current_app.create_url_adapter(request).match(parts.path, method="GET")  # type: ignore[union-attr]
    except (RequestRedirect, HTTPException):
        return None
    if endpoint != "rule_sets.edit_item":
        return None
    collection = values.get("collection") or options_of(values["question"])
    return collection, "" if collection in NUMBERED else values["key"]
