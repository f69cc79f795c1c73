"""What the form of a new item begins with, and where one goes on from a form: to a missing source, to what follows."""

from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advisor.engine.document.document import NoSuchItem
from advisor.engine.document.edit import find
from advisor.engine.model.evidence import Claim, Source
from advisor.rule_sets import unsaved_forms
from advisor.rule_sets.editor.inputs.kinds import Raw
from advisor.rule_sets.editor.item_editors import ItemEditor
from advisor.rule_sets.item_urls import add_url
from advisor.rule_sets.unsaved_forms import LEFT, LEFT_AT
from advisor.rule_sets.workspace import DraftWorkspace

ADD_SOURCE = "add-source"
"""The button that leads from a new claim to a new source."""

NOT_KEPT = _l("What you typed here could not be kept, so you are still here. Save it first, then add the source.")

_FROM_ADDRESS = {"claims": ("source",), "rules": ("sources",)}
"""What the address may say of a new item; of a test case all."""

WayOn = tuple[str, str]
"""What a link says, and where it leads."""


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


def ways_on(item: Any, *, used: bool) -> list[WayOn]:
    """The ways on from an item: back to the form that was left for it, and where it was saved just now to what follows.

    ``used`` says whether anything rests on it.
    """
    left = unsaved_forms.left_for_source(item.key if isinstance(item, Source) else "")
    ways = [(_("Go on with the %(noun)s that you were writing", noun=left.noun), left.url)] if left else []
    if "saved" not in request.args:
        return ways
    match item:
        case Source():
            ways.append((_("Add a claim from this source"), add_url("claims", source=item.key)))
        case Claim(withdrawn="") if not used:
            ways.append((_("Add a rule that rests on it"), add_url("rules", sources=item.id)))
    return ways


def carried_left() -> dict[str, str]:
    """The form that was left, for the address of what was saved in the meantime."""
    return {name: request.args[name] for name in (LEFT, LEFT_AT) if name in request.args}
