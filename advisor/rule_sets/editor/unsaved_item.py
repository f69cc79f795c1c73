"""What of the form of an item is kept that was typed and not saved, and what such a form was opened on."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from advisor.models.rule_sets.unsaved_form import UnsavedForm
from advisor.rule_sets import unsaved_forms
from advisor.rule_sets.editor.item_editors import ItemEditor
from advisor.rule_sets.forms import ItemForm
from advisor.rule_sets.unsaved_forms import COMMENTS, FormPlace
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording.items import item_name

_OF_CLASH = frozenset({"both"})

_BEFORE = "before-"
"""How fields of a form that clashed begin which say what it was opened on, before the clash was shown."""


def press(workspace: DraftWorkspace, editor: ItemEditor, item: Any) -> ResponseReturnValue:
    """Keep what stands in the form of an item, or keep it no longer."""
    is_gone = item is None and bool(editor.context.key)
    return unsaved_forms.press(*_place_and_fields(workspace, editor, item), is_gone=is_gone)


def leave_for_source(
    workspace: DraftWorkspace, editor: ItemEditor, item: Any, claims: str
) -> ResponseReturnValue | None:
    """Keep what stands in the form of an item and lead to the form of a source; None where it cannot be kept."""
    return unsaved_forms.leave_for_source(*_place_and_fields(workspace, editor, item), claims)


def _place_and_fields(
    workspace: DraftWorkspace, editor: ItemEditor, item: Any
) -> tuple[FormPlace, dict[str, list[str]]]:
    collection, key = editor.collection, editor.context.key
    raw = editor.compact(MultiDict(request.form))
    fields = {name: values for name, values in raw.lists() if name not in _OF_CLASH and not name.startswith(_BEFORE)}
    # A clash that was shown and not settled by a save is asked about again.
    fields |= {name.removeprefix(_BEFORE): values for name, values in raw.lists() if name.startswith(_BEFORE)}
    title = item_name(workspace.rules, collection, key) if item is not None else unsaved_forms.typed_title(fields)
    return FormPlace(collection, key, title), fields


def opened_on(form: ItemForm) -> dict[str, str]:
    """What a form was opened on, whatever clash it was shown with since."""
    return {name: request.form.get(f"{_BEFORE}{name}") or str(form[name].data or "") for name in ("opened", "base")}


def on_page(editor: ItemEditor, typed: UnsavedForm | None) -> dict[str, Any]:
    """What the page of an item says of what was typed there and not saved, into its form or as a comment."""
    key = editor.context.key
    comments = FormPlace(f"{COMMENTS}{editor.collection}", key) if key else None
    return unsaved_forms.offers(FormPlace(editor.collection, key), typed, comments)
