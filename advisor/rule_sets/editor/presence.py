"""Who else has the item of a page open: its script tells every half minute, and reads who else does."""

from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from advisor.extensions import database
from advisor.models.item_comment import stored_key
from advisor.models.open_item import is_noted, note_open, others_with
from advisor.rule_sets.editor.item_editors import ItemEditor
from advisor.rule_sets.workspace import DraftWorkspace, write
from advisor.web import identity
from advisor.web.forms import pressed_or_400


def on_page(workspace: DraftWorkspace, editor: ItemEditor, item: Any) -> dict[str, Any]:
    """Who else has the item of this page open; nothing is written."""
    if item is None:
        return {"others": []}
    with database().read() as session:
        return {"others": others_with(session, identity.own_account_id(), *_place(workspace, editor))}


def press(workspace: DraftWorkspace, editor: ItemEditor, item: Any) -> ResponseReturnValue:
    """Note that whoever is asking has it open, and say who else does."""
    pressed_or_400()
    if item is None:
        abort(404)
    mine, place = identity.own_account_id(), _place(workspace, editor)
    with database().read() as session:
        is_new = not is_noted(session, mine, *place)
        others = others_with(session, mine, *place)
    if is_new:
        write(lambda session: note_open(session, mine, *place))
    return render_template("rule_sets/editor/_others.html", others=others)


def _place(workspace: DraftWorkspace, editor: ItemEditor) -> tuple[str, str]:
    return editor.collection, stored_key(workspace.rules, editor.collection, editor.context.key)
