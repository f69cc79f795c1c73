"""What if some answers were others: all of them in one form, and what comes of it. Nothing is stored by trying."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from advisor.assessments.progress import AnsweredPart, Progress
from advisor.assessments.questions.forms import TrialForm, answer_field, field_value, read_field
from advisor.engine.document.text import whole_number
from advisor.engine.model.answers import plain_answer, read_answer
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Answers, Question, Scope, Section

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
        """The name of the field: the piece and the question."""
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
    slots: tuple[TrialField, ...]
    """The questions that are asked with the answers that are tried, in their order."""

    @property
    def every(self) -> tuple[TrialField, ...]:
        """Every question on the content, asked or not."""
        return _slots(self.saved)

    def changed(self) -> Iterator[tuple[TrialField, Given, Given]]:
        """The questions that count another answer than before: what counted, and what counts now."""
        for slot in _slots(self.saved):
            was, is_now = _counted(self.saved, slot), _counted(self.tried, slot)
            if was != is_now:
                yield slot, was, is_now


def try_saved(saved: Progress, changes: Sequence[str]) -> Trial:
    """Open the form on the saved answers, with some changed: each as "piece.question.answer", several joined by "+"."""
    given = {slot.name: slot for slot in _slots(saved)}
    answers: dict[str, Answer] = {}
    for change in changes:
        part, _, rest = change.partition(".")
        key, _, raw = rest.partition(".")
        slot = given.get(f"answer-{part}-{key}")
        if slot is not None:
            answer, fault = read_answer(slot.question, raw_answer(slot.question, raw))
            if not fault:
                answers[slot.name] = answer
    tried = _with(saved, answers, frozenset())
    form = _form(tried, formdata=None, opened=saved.fingerprint)
    return Trial(saved, tried, form, _asked(tried))


def try_sent(saved: Progress, sent: MultiDict[str, str]) -> Trial:
    """Read the form that was sent. ``form.errors`` says what cannot be read; that answer stays as it is saved."""
    every = _slots(saved)
    whole = _form_class(every)(formdata=sent)
    answers: dict[str, Answer] = {}
    left_out: set[str] = set()
    faults: dict[str, str] = {}
    for slot in every:
        if f"shown-{slot.name}" not in sent:
            continue
        field = cast("Any", whole[slot.name])
        answer, fault = read_field(slot.question, field, getattr(whole, slot.not_sure, None))
        if fault == slot.question.missing and slot.question.key not in _holder(saved, slot):
            left_out.add(slot.name)
        elif fault:
            faults[slot.name] = fault
        else:
            answers[slot.name] = answer
    tried = _with(saved, answers, frozenset(left_out))
    form = _form(tried, formdata=sent, opened="")
    form.validate()
    for name, fault in faults.items():
        if name in form:
            form[name].errors = [fault]
    return Trial(saved, tried, form, _asked(tried))


def change_text(part_id: UUID | None, question: Question, answer: Answer) -> str:
    """One change as an address carries it: the way back of what ``try_saved`` reads."""
    return f"{part_id.hex if part_id else _WHOLE}.{question.key}.{answer_text(answer)}"


def answer_text(answer: Answer) -> str:
    """An answer as an address carries it."""
    raw = plain_answer(answer)
    return NOT_SURE if raw is None else "+".join(map(str, raw if isinstance(raw, list) else [raw])) or NONE_OF_THESE


def raw_answer(question: Question, text: str) -> object:
    """The way back, as ``read_answer`` takes it."""
    match question.type:
        case AnswerType.CHOICES:
            return text.split("+")
        case AnswerType.NUMBER if (number := whole_number(text, most=_MOST)) is not None:
            return number
    return text


def _slots(progress: Progress) -> tuple[TrialField, ...]:
    """Every question on the content, asked or not: in the order of the rule set, or of the process and then by part."""
    questions = [q for section in (Section.CORE, Section.SHARPEN) for q in progress.rule_set.section(section)]
    if not progress.in_parts:
        part = progress.parts[0]
        return tuple(TrialField(q, part.id if q.scope is Scope.PART else None) for q in questions)
    whole = [TrialField(q, None) for q in questions if q.scope is Scope.PROCESS]
    own = [TrialField(q, part.id, part.name) for part in progress.parts for q in questions if q.scope is Scope.PART]
    return (*whole, *own)


def _asked(progress: Progress) -> tuple[TrialField, ...]:
    return tuple(slot for slot in _slots(progress) if _parts_asked(progress, slot))


def _parts_asked(progress: Progress, slot: TrialField) -> list[AnsweredPart]:
    """The pieces that get the question of a slot."""
    of = [part for part in progress.parts if slot.part_id in {None, part.id}]
    return [part for part in of if slot.question in progress.reached[part.id].questions]


def _holder(progress: Progress, slot: TrialField) -> Answers:
    """The saved answers among which the one of a slot is."""
    if slot.part_id is None:
        return progress.answers
    return next(part.answers for part in progress.parts if part.id == slot.part_id)


def _counted(progress: Progress, slot: TrialField) -> Given:
    """Whether a slot has an answer that counts, and which: "I'm not sure" is one, too."""
    for part in _parts_asked(progress, slot):
        answers = progress.reached[part.id].answers
        if slot.question.key in answers:
            return True, answers[slot.question.key]
    return False, None


def _with(saved: Progress, answers: Mapping[str, Answer], left_out: frozenset[str]) -> Progress:
    """The saved answers with others in their place, by the name of the field, and some left out."""

    def of(part_id: UUID | None, held: Answers) -> Answers:
        found = dict(held)
        for slot in _slots(saved):
            if slot.part_id == part_id and slot.name in answers:
                found[slot.question.key] = answers[slot.name]
            elif slot.part_id == part_id and slot.name in left_out:
                found.pop(slot.question.key, None)
        return found

    parts = tuple(replace(part, answers=of(part.id, part.answers)) for part in saved.parts)
    return replace(saved, answers=of(None, saved.answers), parts=parts)


def _form_class(slots: Sequence[TrialField]) -> type[TrialForm]:
    fields: dict[str, Any] = {}
    for slot in slots:
        fields[slot.name] = answer_field(slot.question)
        if slot.question.type is AnswerType.NUMBER:
            fields[slot.not_sure] = BooleanField(_l("I'm not sure"))
    return type("TrialForm", (TrialForm,), fields)


def _form(tried: Progress, formdata: MultiDict[str, str] | None, opened: str) -> TrialForm:
    """The form of what is asked, filled in with the answers that are tried."""
    slots = _asked(tried)
    data: dict[str, Any] = {"opened": opened}
    for slot in slots:
        held = _holder(tried, slot)
        if slot.question.key in held and slot.question.allows(held[slot.question.key]):
            data[slot.name] = field_value(slot.question, held[slot.question.key])
            data[slot.not_sure] = held[slot.question.key] is None
    return _form_class(slots)(formdata=formdata, data=data)
