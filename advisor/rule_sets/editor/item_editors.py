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
from advisor.engine.document.reading import load_json
from advisor.engine.document.text import whole_number
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.policy import KIND_MEASURES
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Measure
from advisor.rule_sets.editor.case_inputs import AnswersInput, PartsInput, RisksInput
from advisor.rule_sets.editor.inputs import (
    LEFT_OUT,
    REASON_HELP,
    ChoiceInput,
    Context,
    FormInput,
    IntegerInput,
    KeyInput,
    LineInput,
    LinesInput,
    MeaningInput,
    MultiChoiceInput,
    NameOfProcess,
    PushInput,
    Raw,
    RenderContext,
    TextInput,
    belongs_to,
    rows_of,
    with_rows,
)
from advisor.rule_sets.editor.row_inputs import (
    BoundsInput,
    ClaimsInput,
    ConditionGroupsInput,
    ConditionsInput,
    SourceOfClaim,
    ViewsInput,
)
from advisor.rule_sets.forms import ItemForm
from advisor.wording import vocabulary
from advisor.wording.items import subject_of, with_names
from advisor.wording.vocabulary import names

_KEY = KeyInput(
    "key", about=_l("What addresses and saved answers name it by. Leave it empty, and we make one from the text.")
)
_SHOWN_WHEN = (
    ConditionsInput(
        "when", _l("Told when"), _l("All must hold. Without any, it is always told."), on_name=True, optional=True
    ),
    MultiChoiceInput("outcomes", about=_l("Without any, whatever the advice is."), choices=names(vocabulary.OUTCOMES)),
)

_SENTENCE = _l(
    "The row in one sentence. {keep} or {lean} there is the number of its bound, or of that of a row above; "
    "{lean - 1} is one less, and {lean before} the number of the row before."
)

EDITORS: dict[str, tuple[FormInput, ...]] = {
    "rules": (
        TextInput("because", _l("Reason shown to people"), REASON_HELP),
        PushInput("push"),
        ConditionsInput("when", about=_l("All of these must hold.")),
        ClaimsInput("sources", _l("Claims it rests on"), _l("At least one.")),
        LineInput("says", about=_l("A clause such as “each case ends with something done”."), optional=True),
        TextInput("weighed", about=_l("For colleagues, and for whoever asks."), optional=True),
        _KEY,
    ),
    "questions": (
        TextInput("text", _l("Question"), _l("As people read it.")),
        LineInput("short", about=_l("A few words for lists, such as “How core it is”.")),
        TextInput("hint", optional=True),
        TextInput("missing", about=_l("Such as “Select how core the process is”.")),
        TextInput("why", optional=True),
        ChoiceInput("type", choices=vocabulary.TYPES),
        ChoiceInput("scope", choices=vocabulary.SCOPES, default="part"),
        ChoiceInput("section", choices=names(vocabulary.SECTIONS), default="core"),
        ConditionsInput(
            "asked_when",
            about=_l("All must hold, on questions that come before it. Without any, it is asked of everybody."),
            earlier_only=True,
            optional=True,
        ),
        IntegerInput("minimum", about=_l("For a number only.")),
        IntegerInput("maximum", about=_l("For a number only.")),
        LineInput("unit", _l("Unit, such as “cases”"), _l("For a number only."), optional=True, is_short=True),
        IntegerInput("most", about=_l("For several choices only. Without it, any number.")),
        LineInput("none", about=_l("For several choices only, in place of “None of these”."), optional=True),
        LineInput("none_hint", about=_l("For several choices only."), optional=True),
        _KEY,
    ),
    "options": (
        TextInput("label"),
        TextInput("hint", optional=True),
        _KEY,
    ),
    "leave": (
        BoundsInput("when", about=_l("All of these must fit. A row without any always fits.")),
        ChoiceInput("leave", choices=names(vocabulary.LEAVES)),
        TextInput("says", about=_SENTENCE),
    ),
    "kind": (
        BoundsInput(
            "when",
            about=_l("All of these must fit. A row without any always fits."),
            measures=tuple(measure for measure in Measure if measure in KIND_MEASURES),
        ),
        ChoiceInput("kind", choices=names(vocabulary.KINDS)),
        ChoiceInput("strength", choices=vocabulary.STRENGTHS),
        TextInput("says", about=_SENTENCE),
    ),
    "claims": (
        SourceOfClaim("source"),
        LineInput("place", about=_l("Heading, paragraph or table in the source.")),
        TextInput("text", _l("What it says"), _l("In our own words.")),
        MultiChoiceInput("pull", choices=names(vocabulary.PULLS), optional=False),
        ChoiceInput("firmness", choices=names(vocabulary.FIRMNESS)),
        TextInput("note", about=_l("What a reader must know of its wording or reading."), optional=True),
        TextInput("withdrawn", about=_l("With a reason here it counts no more."), optional=True),
        LinesInput("links", about=_l("Where it can be read, one to a line."), optional=True),
        KeyInput("id", about=_l("Such as D2.04. Leave it empty, and we give it the next number of its source.")),
    ),
    "sources": (
        LineInput("title"),
        ChoiceInput("kind", _l("What it is"), choices=vocabulary.SOURCE_KINDS),
        TextInput("about", about=_l("What a reader gets, and whether we hold a copy.")),
        LinesInput("links", about=_l("Where it can be read, one to a line."), optional=True),
        KeyInput("key", about=_l("The ids of its claims begin with it, such as D3. Leave it empty, and we make one.")),
    ),
    "disagreements": (
        LineInput("topic"),
        ViewsInput("views", about=_l("Two at least.")),
        TextInput("settled"),
        *_SHOWN_WHEN,
        _KEY,
    ),
    "guidance": (
        LineInput("title"),
        TextInput("text"),
        ClaimsInput("sources", _l("Claims it rests on")),
        *_SHOWN_WHEN,
        ChoiceInput("brief", no_choice=_l("Not a line of the brief"), choices=vocabulary.BRIEF_SECTIONS),
        _KEY,
    ),
    "risks": (
        LineInput("title", about=_l("A short clause, such as “The know-how leaves with the work”.")),
        TextInput("happens", about=_l("Two sentences at most.")),
        ConditionGroupsInput("shows", about=_l("All conditions of a group must hold; one group is enough.")),
        MultiChoiceInput(
            "outcomes", _l("Shows with"), _l("This advice shows it too."), choices=names(vocabulary.OUTCOMES)
        ),
        ConditionGroupsInput("more", about=_l("Each group that holds adds weight."), optional=True),
        ConditionGroupsInput("unless", about=_l("One group that holds is enough."), optional=True),
        LinesInput("actions", about=_l("Two or three, one to a line.")),
        LinesInput("asks", about=_l("For the brief to providers, one to a line."), optional=True),
        ChoiceInput("grade", choices=vocabulary.GRADES, optional=False),
        ClaimsInput("sources", _l("Claims it rests on"), _l("At least one.")),
        _KEY,
    ),
    "tensions": (
        ConditionsInput("when", about=_l("Exactly two, on different questions.")),
        TextInput("text", about=_l("Names both answers, and says when both can be true.")),
        _KEY,
    ),
    "limits": (TextInput("text", _l("Sentence")),),
    "cases": (
        NameOfProcess("process", _l("Name of the process")),
        ChoiceInput("outcome", choices=names(vocabulary.OUTCOMES)),
        ChoiceInput("kind", _l("Expected kind"), no_choice=_l("Not checked"), choices=names(vocabulary.KINDS)),
        TextInput("because", _l("Where the expectation comes from")),
        AnswersInput("answers", about=_l("What is not answered counts as unknown.")),
        PartsInput("parts", about=_l("For a process in one piece, none.")),
        RisksInput("risks", about=_l("They must be among those that are told.")),
        RisksInput("no_risks"),
        ClaimsInput("sources", _l("Claims that say so"), optional=True),
        _KEY,
    ),
}  # fmt: skip

_DONE_BY = ChoiceInput(
    "done_by",
    about=_l("The advice then does not speak of keeping what your own people do. It adds no points."),
    no_choice=_l("It says nothing of that, or own people do"),
    choices=vocabulary.DONE_BY,
)

_OF_NAME_OPTIONS: tuple[FormInput, ...] = (
    LinesInput("words", about=_l("One to a line. They are looked for in the name of a process.")),
    ChoiceInput(
        "filed_under",
        no_choice=_l("Nowhere"),
        choices={k: v for k, v in names(vocabulary.KINDS).items() if k != "unclear"},
    ),
    ClaimsInput("sources", _l("Claims that say so"), optional=True),
)

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

    def entered(self, raw: Raw) -> str:
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
        stored = plain.get("text", "") if kind_of(self.collection) is str else self._keyed(plain)
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

    def _keyed(self, plain: dict[str, Any]) -> dict[str, Any]:
        """With a key: the one that was typed, that it has already, or one made from its text."""
        if self.collection in NUMBERED:
            return plain
        name = "id" if self.collection == "claims" else "key"
        return plain | {name: plain.get(name) or self.context.key or self._new_key(plain)}

    def _new_key(self, plain: Mapping[str, Any]) -> str:
        rules = self.context.rules
        if self.collection == "claims":
            source = plain.get("source") or "C"
            number = sum(claim.source == source for claim in rules.claims) + 1
            while rules.claim(f"{source}.{number:02}"):
                number += 1
            return f"{source}.{number:02}"
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
        more = _OF_NAME_OPTIONS if context.question.section is Section.NAME else (_DONE_BY,)
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
