"""What if some answers were others: all of them in one form, and what comes of it. Nothing is stored by trying."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from advisor.assessments.progress import Piece, Progress
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
    piece_id: UUID | None
    piece_name: str = ""

    @property
    def name(self) -> str:
        """The name of the field: the piece and the question."""
        return f"answer-{self.piece_id.hex if self.piece_id else _WHOLE}-{self.question.key}"

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
        piece, _, rest = change.partition(".")
        key, _, raw = rest.partition(".")
        slot = given.get(f"answer-{piece}-{key}")
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


def change_text(piece_id: UUID | None, question: Question, answer: Answer) -> str:
    """One change as an address carries it: the way back of what ``try_saved`` reads."""
    return f"{piece_id.hex if piece_id else _WHOLE}.{question.key}.{answer_text(answer, '+')}"


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
        piece = progress.pieces[0]
        return tuple(TrialField(q, piece.id if q.scope is Scope.PART else None) for q in questions)
    whole = [TrialField(q, None) for q in questions if q.scope is Scope.PROCESS]
    own = [TrialField(q, piece.id, piece.name) for piece in progress.pieces for q in questions if q.scope is Scope.PART]
    return (*whole, *own)


def _asked(progress: Progress) -> tuple[TrialField, ...]:
    return tuple(slot for slot in _slots(progress) if _pieces_asked(progress, slot))


def _pieces_asked(progress: Progress, slot: TrialField) -> list[Piece]:
    """The pieces that get the question of a slot."""
    of = [piece for piece in progress.pieces if slot.piece_id in {None, piece.id}]
    return [piece for piece in of if slot.question in progress.reached[piece.id].questions]


def _holder(progress: Progress, slot: TrialField) -> Answers:
    """The saved answers among which the one of a slot is."""
    if slot.piece_id is None:
        return progress.answers
    return next(piece.answers for piece in progress.pieces if piece.id == slot.piece_id)


def _counted(progress: Progress, slot: TrialField) -> Given:
    """Whether a slot has an answer that counts, and which: "I'm not sure" is one, too."""
    for piece in _pieces_asked(progress, slot):
        answers = progress.reached[piece.id].answers
        if slot.question.key in answers:
            return True, answers[slot.question.key]
    return False, None


def _with(saved: Progress, answers: Mapping[str, Answer], left_out: frozenset[str]) -> Progress:
    """The saved answers with others in their place, by the name of the field, and some left out."""

    def of(piece_id: UUID | None, held: Answers) -> Answers:
        found = dict(held)
        for slot in _slots(saved):
            if slot.piece_id == piece_id and slot.name in answers:
                found[slot.question.key] = answers[slot.name]
            elif slot.piece_id == piece_id and slot.name in left_out:
                found.pop(slot.question.key, None)
        return found

    pieces = tuple(replace(piece, answers=of(piece.id, piece.answers)) for piece in saved.pieces)
    return replace(saved, answers=of(None, saved.answers), pieces=pieces)


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
