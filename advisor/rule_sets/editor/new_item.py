"""What the form of a new item begins with."""

from flask import abort, request

from advisor.engine.document.document import NoSuchItem
from advisor.engine.document.edit import find
from advisor.rule_sets.editor.inputs import Raw
from advisor.rule_sets.editor.item_editors import ItemEditor
from advisor.rule_sets.workspace import DraftWorkspace

_FROM_ADDRESS = {"claims": ("source",), "rules": ("sources",)}
"""What the address may say of a new item; of a test case all."""


def fields_of_new(workspace: DraftWorkspace, editor: ItemEditor) -> Raw:
    """The fields of a new item: empty, from a copy, or with what the address carries."""
    copied = request.args.get("copy", "")
    try:
        item = find(workspace.rules, editor.collection, copied) if copied else None
    except NoSuchItem:
        abort(404)
    raw = editor.to_form_data(item)
    raw.poplist("id" if editor.collection == "claims" else "key")
    if not copied:
        for name, values in request.args.lists():
            if name in _FROM_ADDRESS.get(editor.collection, (name,) if editor.collection == "cases" else ()):
                raw.setlist(name, values)
    if editor.collection in {"rules", "tensions"} and item is None:
        raw, _focus = editor.press(raw, "when:add")
    return raw
