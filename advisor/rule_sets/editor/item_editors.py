"""What each kind of item is edited with, from one list of inputs: its form, and the item that the form holds."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from advisor.engine.document.document import (
    NUMBERED,
    NoSuchItem,
    fingerprint_of,
    item_from_plain,
    items_of,
    kind_of,
    own_fingerprint_of,
    own_part_of,
    to_plain,
)
from advisor.engine.document.edit import find, free_key
from advisor.engine.document.merge import MergedItem, merge_items
from advisor.engine.document.new_claims import next_claim_id
from advisor.engine.document.reading import load_json
from advisor.engine.document.text import whole_number
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.rules import RuleSet
from advisor.rule_sets.editor.inputs.item_inputs import DONE_BY, EDITORS, OF_NAME_OPTIONS
from advisor.rule_sets.editor.inputs.kinds import (
    LEFT_OUT,
    Context,
    FormInput,
    KeyInput,
    MeaningInput,
    Raw,
    RenderContext,
    belongs_to,
    rows_of,
    with_rows,
)
from advisor.rule_sets.forms import ItemForm
from advisor.wording.items import subject_of, with_names

_NAMED_AFTER = {
    "rules": "because",
    "questions": "short",
    "options": "label",
    "sources": "title",
    "disagreements": "topic",
    "guidance": "title",
    "risks": "title",
    "tensions": "text",
    "cases": "process",
}


@dataclass(frozen=True)
class ItemEditor:
    """The inputs of one item, for one view of it."""

    inputs: tuple[FormInput, ...]
    context: Context

    @property
    def collection(self) -> str:
        """The list that the item belongs to."""
        return self.context.collection

    def to_form_data(self, item: Any) -> Raw:
        """A stored item as the fields that a browser would send; None is a new one."""
        plain = {"text": item} if isinstance(item, str) else {} if item is None else to_plain(item)
        return MultiDict(pair for each in self.inputs for pair in each.to_form_data(plain.get(each.name)))

    def with_fields_of(self, item: Any, raw: Raw, names: Collection[str]) -> Raw:
        """What was sent, but with these fields of a stored item."""
        taken = replace(self, inputs=tuple(each for each in self.inputs if each.name in names))
        sent = {name for each in taken.inputs for name in each.fields(raw, self.context)}
        kept: Raw = MultiDict((name, value) for name, value in raw.items(multi=True) if name not in sent)
        kept.update(taken.to_form_data(item))
        return kept

    def form(self, raw: Raw, **more: Any) -> ItemForm:
        """A form of what was sent, what it says of the item that was opened included."""
        fields: dict[str, Any] = {}
        for each in self.inputs:
            fields |= each.fields(raw, self.context)
        form_class: type[ItemForm] = type("EditedItemForm", (ItemForm,), fields)
        return form_class(formdata=MultiDict(raw), **more)

    def form_over(self, item: Any, raw: Raw) -> ItemForm:
        """A form of these fields, opened on the item as it stands in the draft; None is a new one."""
        opened: Raw = MultiDict(raw)
        opened.setlist("opened", [opened_fingerprint(item)])
        base = [to_plain(own_part_of(item)), self._neighbours(self.context.rules)]
        opened.setlist("base", ["" if item is None else json.dumps(base, ensure_ascii=False)])
        return self.form(opened)

    def base(self, form: ItemForm) -> Any:
        """The item as the form was opened on it, None where the form does not say."""
        return self._read_base(form)[0]

    def merge(self, rules: RuleSet, form: ItemForm, mine: Any, theirs: Any) -> MergedItem | None:
        """What was typed into the form, together with what somebody else saved since it was opened.

        None where that cannot be told: the form does not say what it was opened on, or, in a list without keys, it is
        not certain that ``theirs`` is the same row.
        """
        base, neighbours = self._read_base(form)
        if base is None or neighbours != self._neighbours(rules):
            return None
        return merge_items(base, mine, own_part_of(theirs), self.preview(self.to_form_data(base)))

    def _read_base(self, form: ItemForm) -> tuple[Any, str]:
        try:
            sent: Any = load_json(str(form.base.data))
            plain, neighbours = sent
            item = item_from_plain(kind_of(self.collection), plain)
        except (RuleSetError, TypeError, ValueError):
            return None, ""
        return (item, str(neighbours)) if opened_fingerprint(item) == form.opened.data else (None, "")

    def _neighbours(self, rules: RuleSet) -> str:
        """The fingerprint of all other rows of a list without keys; while it stays, each keeps its number."""
        if self.collection not in NUMBERED:
            return ""
        return fingerprint_of(
            [to_plain(it) for at, it in enumerate(items_of(rules, self.collection)) if str(at) != self.context.key]
        )

    def compact(self, raw: Raw) -> Raw:
        """What was sent, with the rows numbered from 0 without a gap."""
        for each in self.inputs:
            if each.has_rows:
                raw = with_rows(raw, each.name, rows_of(raw, each.name))
        return raw

    def press(self, raw: Raw, button: str) -> tuple[Raw, str]:
        """What was sent, after the button of a row was pressed ("when:up:2"), and the field or button to go on with."""
        name, _colon, rest = button.partition(":")
        act, _colon, at = rest.partition(":")
        for each in self.inputs:
            if each.name == name and each.has_rows:
                return each.press(raw, act, whole_number(at, most=999))
        return raw, button

    def enter_button(self, raw: Raw) -> str:
        """The button that Enter stands for: where words to look for were typed, the one that looks for them."""
        for key, wanted in raw.items():
            name = key.removesuffix("-words")
            if name != key and wanted.strip() and wanted != raw.get(f"{name}-found"):
                return f"{name}:find"
        return "save"

    def read(self, form: ItemForm, raw: Raw) -> Any:
        """The item that a valid form holds, None where it is none: the form then says why."""
        plain: dict[str, Any] = {each.name: each.read(form, raw, self.context) for each in self.inputs}
        if any(field.errors for field in form):
            return None
        plain = {name: value for name, value in plain.items() if value is not LEFT_OUT}
        stored = plain.get("text", "") if kind_of(self.collection) is str else self._give_key(plain)
        try:
            return item_from_plain(kind_of(self.collection), stored)
        except RuleSetError as error:
            rules = self.context.rules
            found = (with_names(rules, f"{problem.text} {problem.mend}") for problem in error.problems)
            form.form_errors = [*form.form_errors, *found]
            return None

    def preview(self, raw: Raw) -> Any:
        """The item as far as it was filled in, None where that is none yet; nothing is said to be wrong."""
        form = self.form(raw, meta={"csrf": False})
        return self.read(form, raw) if form.validate() else None

    def render_context(self, form: ItemForm, raw: Raw) -> list[RenderContext]:
        """The inputs in their order, as the template draws them."""
        return [each.render_context(form, raw, self.context) for each in self.inputs]

    def _give_key(self, plain: dict[str, Any]) -> dict[str, Any]:
        """With a key: the one that was typed, that it has already, or one made from its text."""
        if self.collection in NUMBERED:
            return plain
        name = "id" if self.collection == "claims" else "key"
        return plain | {name: plain.get(name) or self.context.key or self._new_key(plain)}

    def _new_key(self, plain: Mapping[str, Any]) -> str:
        rules = self.context.rules
        if self.collection == "claims":
            return next_claim_id(rules, plain.get("source", ""))
        if self.collection == "sources":
            taken = {source.key for source in rules.sources}
            return next(key for number in count(1) if (key := f"D{number}") not in taken)
        wanted = " ".join(str(plain.get(_NAMED_AFTER[subject_of(self.collection)], "")).split()[:6])
        key = free_key(rules, self.collection, wanted)
        return key if key not in self.context.kept_keys else free_key(rules, self.collection, f"{wanted} answer")


def item_or_none(rules: RuleSet, collection: str, key: str) -> Any:
    """The item of this key, or number; None where nothing stands there."""
    try:
        return find(rules, collection, key)
    except NoSuchItem:
        return None


def editor_of(context: Context) -> ItemEditor:
    """The inputs for an item of the list; a key that is fixed is left away."""
    collection = context.collection
    subject = subject_of(collection)
    inputs = EDITORS[subject]
    if subject == "options" and context.question is not None:
        more = OF_NAME_OPTIONS if context.question.section is Section.NAME else (DONE_BY,)
        inputs = (*inputs[:-1], *more, inputs[-1])
    if subject == "questions" and context.question is not None:
        inputs = tuple(each for each in inputs if belongs_to(each.name, context.question))
    if context.key_is_fixed:
        inputs = tuple(each for each in inputs if not isinstance(each, KeyInput))
        if subject in {"questions", "options"}:
            about = _l("Needed only where it reads otherwise.")
            inputs = (*inputs, MeaningInput("meaning", _l("What have you changed?"), about))
    return ItemEditor(inputs, context)


def with_hidden_fields(item: Any, present: Any) -> Any:
    """An item as it was read, with what its page does not show: its fixed key, and the options of a question."""
    if present is None or isinstance(item, str):
        return item
    if isinstance(item, Question) and isinstance(present, Question):
        return replace(item, options=present.options)
    return item


def opened_fingerprint(item: Any) -> str:
    """The fingerprint that a page sends along to say what it opened."""
    return "" if item is None else own_fingerprint_of(item)
