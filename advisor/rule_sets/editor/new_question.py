"""A new question on one page: its texts, its answers, and for each answer a rule, if wanted; added in one act."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from advisor.assessments.questions.forms import question_form
from advisor.engine.checks.questions import CORE_LIMIT, longest_path
from advisor.engine.document import edit
from advisor.engine.document.document import NoSuchItem, item_from_plain, items_of
from advisor.engine.document.edit import KeyTaken, place_parts
from advisor.engine.document.new_claims import with_new_claims
from advisor.engine.model.evidence import Claim
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Condition, Option, Question, Section
from advisor.engine.model.rules import Rule, RuleSet
from advisor.models import DatabaseUnavailable
from advisor.models.audit import Actor
from advisor.models.idempotency import idempotent
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.draft import NoDraft
from advisor.models.rule_sets.unsaved_form import UnsavedForm
from advisor.rule_sets import forms, unsaved_forms
from advisor.rule_sets.audit.draft_history import DraftAct
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.editor.bulk_edit import ADDED
from advisor.rule_sets.editor.inputs.answer_rows import AnswerRowsInput, RuleOfAnswer
from advisor.rule_sets.editor.inputs.claim_inputs import new_claims
from advisor.rule_sets.editor.inputs.item_inputs import EDITORS
from advisor.rule_sets.editor.inputs.kinds import (
    BELONGS_TO,
    LEFT_OUT,
    ChoiceInput,
    Context,
    FormInput,
    Raw,
    fields_of_kind,
)
from advisor.rule_sets.editor.item_editors import ItemEditor, item_or_none
from advisor.rule_sets.editor.list_state import carried_state, carried_values
from advisor.rule_sets.editor.presenter import user_links
from advisor.rule_sets.editor.ways_on import ADD_SOURCE, NOT_KEPT
from advisor.rule_sets.forms import ItemForm
from advisor.rule_sets.item_urls import item_url, list_url
from advisor.rule_sets.unsaved_forms import FormPlace
from advisor.rule_sets.workspace import DraftWorkspace, key_owner, workspace_or_home, write
from advisor.web.access import identity
from advisor.web.access.security import may_repeat
from advisor.web.forms import add_form_error, attempt, form_page, unsaved_page
from advisor.wording.vocabulary import TYPES

_TEMPLATE = "rule_sets/editor/new_question.html"

ANSWERS = AnswerRowsInput("options")

_WORDS = {
    "text": _l("Write the question"),
    "short": _l("Write a short name for lists"),
    "missing": _l("Write the error message when no answer is chosen"),
}
"""What is said of a text that is not there."""

_LAST = "-"

_PLACE_OF_FORM = FormPlace("questions")


@dataclass(frozen=True)
class KindInput(ChoiceInput):
    """How the question is answered, all ways in view."""

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        return {self.name: forms.radios(self.title, self.choices)}


@dataclass(frozen=True)
class PlaceInput(FormInput):
    """After which question it is asked. It is no part of the question."""

    def to_form_data(self, value: Any) -> list[tuple[str, str]]:  # noqa: ARG002, D102
        return [(self.name, _LAST)]

    def fields(self, raw: Raw, context: Context) -> dict[str, Any]:  # noqa: ARG002, D102
        after = {q.key: _("After “%(name)s”", name=q.short or q.text) for q in context.rules.questions}
        return {self.name: forms.select(self.title, {_LAST: _("Last"), "": _("First"), **after})}

    def read(self, form: FlaskForm, raw: Raw, context: Context) -> Any:  # noqa: ARG002, D102
        return LEFT_OUT


_KIND = KindInput("type", choices=TYPES)

_PLACE = PlaceInput("place", _l("Place among the questions"), is_short=True)


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question that is to be added, with its rules. Without a key it gets one made from its short name."""

    question: Question
    rules: Sequence[RuleOfAnswer]
    claims: Sequence[Claim]
    """Those that the rules rest on and that are not there yet."""
    place: str

    def added_to(self, rules: RuleSet, key: str) -> RuleSet:
        """The rule set with the question, under this key, and what comes with it. Raises KeyTaken and NoSuchItem."""
        at = None if self.place == _LAST else 0
        if at is not None and self.place:
            at = items_of(rules, "questions").index(edit.find(rules, "questions", self.place)) + 1
        rules = edit.add(rules, "questions", replace(self.question, key=key), at)
        test = "includes_any" if self.question.type is AnswerType.CHOICES else "any_of"
        for each in self.rules:
            condition = Condition(key, test, (each.option,))
            named = edit.free_key(rules, "rules", " ".join(str(each.says["because"]).split()[:6]))
            plain = {"key": named, "when": [], **each.says}
            rule: Rule = item_from_plain(Rule, plain)
            rules = edit.add(rules, "rules", replace(rule, when=(condition,)))
        return with_new_claims(rules, self.claims)


def add_new_question(session: Session, who: Actor, new: NewQuestion) -> tuple[str, int]:
    """Add a question with its answers and rules to the draft, in one act; give its key and the number of the act.

    Raises NoDraft, KeyTaken and NoSuchItem; then nothing has changed.
    """
    drafts.current_fingerprint(session)  # from here on nobody else changes the draft
    draft = drafts.find_draft(session)
    key = new.question.key or (_free_key(draft.rule_set, new.question) if draft is not None else "")
    drafts.edit(session, who, lambda rules: new.added_to(rules, key), kind=ADDED, what=f"questions/{key}")
    return key, drafts.last_act(session, ADDED)


def _free_key(rules: RuleSet, question: Question) -> str:
    wanted = " ".join(question.short.split()[:6])
    key = edit.free_key(rules, "questions", wanted)
    is_kept = key in Context(rules, "questions").kept_keys
    return edit.free_key(rules, "questions", f"{wanted} answer") if is_kept else key


# ---- the pages


@bp.route("/admin/rules/draft/add/questions", methods=["GET", "POST"])
@may_repeat("*-sources", "*-values", "*-pull")
def add_question() -> ResponseReturnValue:
    """Add a question with its answers and, if wanted, a rule for each, from nothing or from a copy."""
    workspace = workspace_or_home(over_a_form=request.method == "POST")
    if request.method == "GET":
        typed = unsaved_forms.find_typed("questions")
        raw = _fresh(workspace) if typed is None else unsaved_forms.fields_of(typed)
        return _show(_editor(workspace, raw), raw, typed=typed)
    raw = MultiDict(request.form)
    editor = _editor(workspace, raw)
    raw = editor.compact(raw)
    if unsaved_forms.is_pressed():
        return unsaved_forms.press(_place_of(raw), dict(raw.lists()))
    button = request.form.get("do") or "save"
    if button == "enter":
        button = editor.enter_button(raw)
    if button.partition(":")[0] == ADD_SOURCE:
        return _leave_for_source(editor, raw, button.partition(":")[2])
    is_other_kind = raw.get("shown", raw.get("type")) != raw.get("type")
    if button not in {"save", "start"}:
        raw, focus = editor.press(raw, button)
        return _show(editor, raw, focus=focus)
    form = editor.form(raw)
    if is_other_kind:
        form.validate()
        form["type"].errors = [_("What belongs to this way of answering is shown now. Fill it in, and save again.")]
        return _show(editor, raw, form)
    new = _read(editor, form, raw)
    return _show(editor, raw, form) if new is None else _save(editor, form, raw, new)


def _editor(workspace: DraftWorkspace, raw: Raw) -> ItemEditor:
    """The inputs of a question that is answered as was chosen."""
    inputs = {each.name: each for each in EDITORS["questions"]} | {"type": _KIND, "options": ANSWERS, "place": _PLACE}
    first = (
        "text",
        "short",
        "hint",
        "missing",
        "why",
        "type",
        *fields_of_kind(_kind(raw)),
        "section",
        "scope",
        "place",
    )
    rest = [name for name in inputs if name not in {*first, *BELONGS_TO}]
    return ItemEditor(tuple(inputs[name] for name in (*first, *rest)), Context(workspace.rules, "questions"))


def _kind(raw: Raw) -> AnswerType:
    sent = raw.get("type", "")
    return AnswerType(sent) if sent in set(AnswerType) else AnswerType.CHOICE


def _fresh(workspace: DraftWorkspace) -> Raw:
    """The fields of a new question: empty, or from a copy."""
    copied = request.args.get("copy", "")
    item = item_or_none(workspace.rules, "questions", copied) if copied else None
    if copied and item is None:
        abort(404)
    kind: Raw = MultiDict({"type": str(item.type)} if item else {})
    raw = _editor(workspace, kind).to_form_data(item)
    raw.poplist("key")
    if item is None and len(longest_path(workspace.rules).questions) >= CORE_LIMIT:
        raw["section"] = str(Section.SHARPEN)  # one more on the way to the advice would block publishing
    return raw


def _read(editor: ItemEditor, form: ItemForm, raw: Raw) -> NewQuestion | None:
    """What a form holds, None where something is wrong with it: then each field says what."""
    is_valid = form.validate_on_submit()
    for name, sentence in _WORDS.items():
        if not form[name].data:
            form[name].errors = [sentence]
    for name in {"minimum", "maximum"} & set(fields_of_kind(_kind(raw))):
        if not form[name].data:
            form[name].errors = [_("Enter a whole number")]
    has_answers = "options" in fields_of_kind(_kind(raw))
    rules = ANSWERS.rules(form, raw, editor.context) if has_answers else []
    if not is_valid:
        if has_answers:
            ANSWERS.read(form, raw, editor.context)
        return None
    typed = form.key.data
    question = editor.read(form, raw)
    if question is None:
        return None
    return NewQuestion(
        replace(question, key=typed or ""), rules, new_claims(form, editor.context), str(form.place.data)
    )


def _save(editor: ItemEditor, form: ItemForm, raw: Raw, new: NewQuestion) -> ResponseReturnValue:
    def add(session: Session) -> str:
        if request.form.get("do") == "start":
            drafts.start(session, identity.actor())
        key, sequence = add_new_question(session, identity.actor(), new)
        unsaved_forms.forget_saved(session)
        return item_url("questions", key, done=sequence, **carried_values())

    try:
        return redirect(write(lambda session: idempotent(session, attempt(key_owner()), lambda: add(session))), 303)
    except KeyTaken as taken:
        form.key.errors = [_("Another one has the key “%(key)s” already. Choose another.", key=taken.key)]
        return _show(editor, raw, form)
    except NoSuchItem:
        form.place.errors = [_("That question has been removed since. Choose another place.")]
        return _show(editor, raw, form, status=409)
    except NoDraft as gone:
        sentence = _(
            "There is no draft any more: it was published or discarded, and version %(n)s is in force.", n=gone.in_force
        )
        add_form_error(form, sentence)
        return _show(editor, raw, form, status=409, is_gone=True)
    except DatabaseUnavailable as error:
        return unsaved_page(_TEMPLATE, form, error, **_page(editor, raw, form), unsaved=[], typed=None)


def _place_of(raw: Raw) -> FormPlace:
    """The form, called by the question as far as it was typed."""
    return replace(_PLACE_OF_FORM, title=unsaved_forms.typed_title(dict(raw.lists())))


def _leave_for_source(editor: ItemEditor, raw: Raw, claims: str) -> ResponseReturnValue:
    form = editor.form(raw)
    try:
        left = unsaved_forms.leave_for_source(_place_of(raw), dict(raw.lists()), claims)
    except DatabaseUnavailable as error:
        return unsaved_page(_TEMPLATE, form, error, **_page(editor, raw, form), unsaved=[], typed=None)
    if left is None:
        add_form_error(form, NOT_KEPT)
        return _show(editor, raw, form, status=409)
    return left


def _show(
    editor: ItemEditor,
    raw: Raw,
    form: ItemForm | None = None,
    *,
    status: int = 0,
    focus: str = "",
    is_gone: bool = False,
    typed: UnsavedForm | None = None,
) -> Response:
    if form is None:
        raw = ANSWERS.add_rows(raw)
        form = editor.form(raw)
    page = _page(editor, raw, form) | unsaved_forms.offers(_PLACE_OF_FORM, typed)
    return form_page(_TEMPLATE, form, status, **page, focus=focus, is_gone=is_gone)


def _page(editor: ItemEditor, raw: Raw, form: ItemForm) -> dict[str, Any]:
    kind = _kind(raw)
    shown = {each.name: each for each in editor.render_context(form, raw)}
    of_kind = [shown.pop(name) for name in fields_of_kind(kind)]
    drawn = question_form(_preview(form, kind), {}, "", meta={"csrf": False}, formdata=None)
    return {
        "form_inputs": shown,
        "of_kind": of_kind,
        "kind": str(kind),
        "not_shown": _not_shown(raw, editor),
        "preview_field": drawn.answer,
        "preview_not_sure": drawn["not_sure"] if kind is AnswerType.NUMBER else None,
        "back_url": list_url("questions", **carried_state()),
    }  # fmt: skip


def _not_shown(raw: Raw, editor: ItemEditor) -> list[tuple[str, str]]:
    """What was typed that belongs to another way of answering: it stays in the form, in case that is chosen again."""
    shown = {each.name for each in editor.inputs}
    others = set(BELONGS_TO) - shown
    return [(name, sent) for name, sent in raw.items(multi=True) if sent and name.partition("-")[0] in others]


def _preview(form: ItemForm, kind: AnswerType) -> Question:
    """The question as far as it was filled in, for a look at it."""
    options: tuple[Option, ...] = ()
    if "options" in fields_of_kind(kind):
        labels = [(form[f"options-{at}-label"].data, form[f"options-{at}-hint"].data) for at in _numbers(form)]
        options = tuple(Option(str(at), label, hint or "") for at, (label, hint) in enumerate(labels) if label)
    unit = form.unit.data if "unit" in form else ""
    none, none_hint = (form[name].data if name in form else "" for name in ("none", "none_hint"))
    return Question(
        key="preview",
        text=form["text"].data or str(_("Your question")),
        short="",
        missing="",
        hint=form.hint.data or "",
        type=kind,
        options=options,
        unit=unit or "",
        none=none or "",
        none_hint=none_hint or "",
    )


def _numbers(form: ItemForm) -> range:
    return range(sum(field.name.startswith("options-") and field.name.endswith("-label") for field in form))


def added_rules(workspace: DraftWorkspace, done: DraftAct) -> list[dict[str, Any]]:
    """Links to the rules that came with a question, which this act added."""
    places = [place_parts(place) for place in done.places]
    rules = [(name, key) for name, key in places if name == "rules" and workspace.rules.rule(key) is not None]
    return user_links(workspace.rules, rules)
