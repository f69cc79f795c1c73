"""What if some answers were others: all of them in one form, and what comes of it. Nothing is stored by trying."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from advisor.assessments.progress import AnsweredPart, Progress
from advisor.assessments.questions.drawing import draw_field
from advisor.assessments.questions.forms import TrialForm, answer_field, field_value, read_field
from advisor.engine.document.text import whole_number
from advisor.engine.model.answers import read_answer
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Answers, Question, Scope, Section
from advisor.exchange.work_items import answer_text

_WHOLE = "process"
"""How a field is named that asks for the process as a whole."""

_MOST = 10**18 - 1
"""More than any question allows."""


Given: TypeAlias = tuple[bool, Answer]
"""Whether a question has an answer that counts, and which."""


@dataclass(frozen=True, slots=True)
class TrialField:
    """One question where it is asked, and the name of its field."""

    question: Question
    part_id: UUID | None
    part_name: str = ""

    @property
    def name(self) -> str:
        """The name of the field: the part and the question."""
        return f"answer-{self.part_id.hex if self.part_id else _WHOLE}-{self.question.key}"

    @property
    def not_sure(self) -> str:
        """The name of the checkbox beside a number."""
        return f"not-sure-{self.name}"


@dataclass(frozen=True, slots=True)
class Trial:
    """The saved answers, the ones that are tried, and the form that holds them."""

    saved: Progress
    tried: Progress
    form: TrialForm
    """Holds the fields only where they were sent."""
    asked_fields: tuple[TrialField, ...]
    """The questions that are asked with the answers that are tried, in their order."""

    def draw(self, trial_field: TrialField) -> Markup:
        """The field with the answer that is tried."""
        answers = _answers_at(self.tried, trial_field)
        return draw_field(self.tried.rule_set, trial_field.question, answers, trial_field.name, trial_field.not_sure)

    @property
    def all_fields(self) -> tuple[TrialField, ...]:
        """Every question on the content, asked or not."""
        return _all_fields(self.saved)

    def changes(self) -> Iterator[tuple[TrialField, Given, Given]]:
        """The questions that count another answer than before: what counted, and what counts now."""
        for trial_field in _all_fields(self.saved):
            was, is_now = _counted_answer(self.saved, trial_field), _counted_answer(self.tried, trial_field)
            if was != is_now:
                yield trial_field, was, is_now


def try_saved(saved: Progress, changes: Sequence[str]) -> Trial:
    """Open the form on the saved answers, with some changed: each as "part.question.answer", several joined by "+"."""
    given = {trial_field.name: trial_field for trial_field in _all_fields(saved)}
    answers: dict[str, Answer] = {}
    for change in changes:
        part, _, rest = change.partition(".")
        key, _, raw = rest.partition(".")
        trial_field = given.get(f"answer-{part}-{key}")
        if trial_field is not None:
            answer, fault = read_answer(trial_field.question, raw_answer(trial_field.question, raw))
            if not fault:
                answers[trial_field.name] = answer
    tried = _replace_answers(saved, answers, frozenset())
    form = TrialForm(formdata=None, data={"opened": saved.fingerprint})
    return Trial(saved, tried, form, _asked_fields(tried))


def try_sent(saved: Progress, sent: MultiDict[str, str]) -> Trial:
    """Read the form that was sent. ``form.errors`` says what cannot be read; that answer stays as it is saved."""
    every = _all_fields(saved)
    whole = _form_class(every)(formdata=sent)
    answers: dict[str, Answer] = {}
    left_out: set[str] = set()
    faults: dict[str, str] = {}
    for trial_field in every:
        if f"shown-{trial_field.name}" not in sent:
            continue
        field = cast("Any", whole[trial_field.name])
        answer, fault = read_field(trial_field.question, field, getattr(whole, trial_field.not_sure, None))
        if fault == trial_field.question.missing and trial_field.question.key not in _answers_at(saved, trial_field):
            left_out.add(trial_field.name)
        elif fault:
            faults[trial_field.name] = fault
        else:
            answers[trial_field.name] = answer
    tried = _replace_answers(saved, answers, frozenset(left_out))
    form = _form(tried, sent)
    form.validate()
    for name, fault in faults.items():
        if name in form:
            form[name].errors = [fault]
    return Trial(saved, tried, form, _asked_fields(tried))


def change_text(part_id: UUID | None, question: Question, answer: Answer) -> str:
    """One change as an address carries it: the way back of what ``try_saved`` reads."""
    return f"{part_id.hex if part_id else _WHOLE}.{question.key}.{answer_text(answer, '+')}"


def raw_answer(question: Question, text: str) -> object:
    """The way back, as ``read_answer`` takes it."""
    match question.type:
        case AnswerType.CHOICES:
            return text.split("+")
        case AnswerType.NUMBER if (number := whole_number(text, most=_MOST)) is not None:
            return number
    return text


def _all_fields(progress: Progress) -> tuple[TrialField, ...]:
    """Every question on the content, asked or not: in the order of the rule set, or of the process and then by part."""
    questions = [q for section in (Section.CORE, Section.SHARPEN) for q in progress.rule_set.section(section)]
    if not progress.in_parts:
        part = progress.parts[0]
        return tuple(TrialField(q, part.id if q.scope is Scope.PART else None) for q in questions)
    whole = [TrialField(q, None) for q in questions if q.scope is Scope.PROCESS]
    own = [TrialField(q, part.id, part.name) for part in progress.parts for q in questions if q.scope is Scope.PART]
    return (*whole, *own)


def _asked_fields(progress: Progress) -> tuple[TrialField, ...]:
    return tuple(trial_field for trial_field in _all_fields(progress) if _parts_asked(progress, trial_field))


def _parts_asked(progress: Progress, trial_field: TrialField) -> list[AnsweredPart]:
    """The parts that get the question of a field."""
    of = [part for part in progress.parts if trial_field.part_id in {None, part.id}]
    return [part for part in of if trial_field.question.key in progress.reached_keys[part.id]]


def _answers_at(progress: Progress, trial_field: TrialField) -> Answers:
    """The saved answers among which the one of a field is."""
    if trial_field.part_id is None:
        return progress.answers
    return next(part.answers for part in progress.parts if part.id == trial_field.part_id)


def _counted_answer(progress: Progress, trial_field: TrialField) -> Given:
    """Whether a field has an answer that counts, and which: "I'm not sure" is one, too."""
    for part in _parts_asked(progress, trial_field):
        answers = progress.asked_by_part[part.id].answers
        if trial_field.question.key in answers:
            return True, answers[trial_field.question.key]
    return False, None


def _replace_answers(saved: Progress, answers: Mapping[str, Answer], left_out: frozenset[str]) -> Progress:
    """The saved answers with others in their place, by the name of the field, and some left out."""

    def of(part_id: UUID | None, held: Answers) -> Answers:
        found = dict(held)
        for trial_field in _all_fields(saved):
            if trial_field.part_id == part_id and trial_field.name in answers:
                found[trial_field.question.key] = answers[trial_field.name]
            elif trial_field.part_id == part_id and trial_field.name in left_out:
                found.pop(trial_field.question.key, None)
        return found

    parts = tuple(replace(part, answers=of(part.id, part.answers)) for part in saved.parts)
    return replace(saved, answers=of(None, saved.answers), parts=parts)


def _form_class(asked_fields: Sequence[TrialField]) -> type[TrialForm]:
    fields: dict[str, Any] = {}
    for trial_field in asked_fields:
        fields[trial_field.name] = answer_field(trial_field.question)
        if trial_field.question.type is AnswerType.NUMBER:
            fields[trial_field.not_sure] = BooleanField(_l("I'm not sure"))
    return type("TrialForm", (TrialForm,), fields)


def _form(tried: Progress, sent: MultiDict[str, str]) -> TrialForm:
    """The form of what is asked, filled in with what was sent, and else with the answers that are tried."""
    asked_fields = _asked_fields(tried)
    data: dict[str, Any] = {"opened": ""}
    for trial_field in asked_fields:
        held = _answers_at(tried, trial_field)
        if trial_field.question.key in held and trial_field.question.allows(held[trial_field.question.key]):
            data[trial_field.name] = field_value(trial_field.question, held[trial_field.question.key])
            data[trial_field.not_sure] = held[trial_field.question.key] is None
    return _form_class(asked_fields)(formdata=sent, data=data)
