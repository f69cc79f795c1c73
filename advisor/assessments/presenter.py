"""What the pages of an assessment show: plain values with their addresses, computed once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from advisor.assessments.blueprint import page_url
from advisor.assessments.context import AssessmentContext, lifetime
from advisor.assessments.operations import named_parts
from advisor.assessments.progress import PartContradiction, Progress, QuestionRef, judged_answers, stored_answers
from advisor.engine.model.questions import Question, Scope, Section
from advisor.links import link_to
from advisor.models import Assessment, RecommendationRecord
from advisor.wording.advice.verdict import verdict_words
from advisor.wording.values import answer_label


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question and what was answered ("" where nothing was), with the address where it can be changed."""

    question: str
    answer: str
    is_not_sure: bool
    url: str


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The answers about the process (no name) or about one part."""

    name: str
    rows: list[AnswerRow]


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """One assessment in the list of all."""

    name: str
    status: str
    touched: datetime
    deleted_on: datetime
    open_url: str
    delete_url: str


# ---- addresses ---------------------------------------------------------------------------------------------------


def place_url(assessment_id: UUID, progress: Progress, place: QuestionRef, **more: Any) -> str:
    """Where a question is asked."""
    part = place.part if progress.in_parts else None
    return question_url(assessment_id, place.question, part.id if part else None, **more)


def question_url(assessment_id: UUID, question: Question, part_id: UUID | str | None, **more: Any) -> str:
    """Where a question is asked; those of the section "name" stand on the page of the name."""
    if question.section is Section.NAME:
        return page_url("rename", assessment_id=assessment_id)
    return page_url("answer_question", assessment_id=assessment_id, part_id=part_id, key=question.key, **more)


def advice_before(context: AssessmentContext) -> int | None:
    """The place in the history of the advice before an act, for the page that says what the act did to it."""
    return context.latest.sequence if context.latest else None


def onward_url(assessment_id: UUID, progress: Progress, **more: Any) -> str:
    """Where to go next: the first open question, else the result."""
    if progress.next is not None:
        return place_url(assessment_id, progress, progress.next, **more)
    return page_url("result", assessment_id=assessment_id, **more)


def named_url(context: AssessmentContext, progress: Progress) -> str:
    """Where to go after a change of names: back to the advice that there was on the same answers, else onward."""
    if context.latest is not None and judged_answers(context.latest.given) == judged_answers(progress.as_plain()):
        return page_url("result", assessment_id=context.id, since=advice_before(context))
    return onward_url(context.id, progress, since=advice_before(context))


def contradiction_url(assessment_id: UUID, progress: Progress, found: PartContradiction, **more: Any) -> str:
    """Where a visitor is told of two answers that contradict each other."""
    part_id = found.part.id if progress.in_parts else None
    return page_url("contradiction", assessment_id=assessment_id, part_id=part_id, key=found.contradiction.key, **more)


def has_advice(context: AssessmentContext) -> bool:
    """Whether there is advice on the answers as they are, by the rules that judge them."""
    return (
        context.latest is not None and not context.is_stale and context.advice_edition.number == context.edition.number
    )


def standing_url(context: AssessmentContext, **more: Any) -> str:
    """Where somebody stands: at the advice, though questions may be open that do not change it; else at those."""
    if has_advice(context):
        return page_url("result", assessment_id=context.id)
    return onward_url(context.id, context.progress, **more)


def back_url(context: AssessmentContext, place: QuestionRef) -> str:
    """What came before: the result where the answer is being changed, else the question before, or the name."""
    progress = context.progress
    before = progress.before(place)
    if place.part is not None and progress.in_parts and progress.is_open(place) and (not before or not before.part):
        return page_url("parts", assessment_id=context.id)
    if context.latest is not None and (before is None or not progress.is_open(place)):
        return page_url("result", assessment_id=context.id)
    if before is not None:
        return place_url(context.id, progress, before)
    return page_url("rename", assessment_id=context.id)


# ---- one question ------------------------------------------------------------------------------------------------


def question_page(context: AssessmentContext, place: QuestionRef) -> dict[str, Any]:
    """What surrounds a question."""
    number, total = context.progress.number(place)
    part = place.part if context.progress.in_parts else None
    return {
        "process_name": context.progress.process,
        "part_name": part.name if part else "",
        "number": number,
        "total": total,
        "question": place.question.text,
        "why": place.question.why,
        "back_url": back_url(context, place),
        "answers_url": page_url("answers", assessment_id=context.id),
        "returns": context.latest is not None and context.progress.is_complete_but_for(place),
        "copied": part is not None and place.question.key in part.answers and context.progress.is_open(place),
    }


def settled_page(context: AssessmentContext, following: QuestionRef) -> dict[str, Any]:
    """That the advice is settled before the last question, and where the next one is."""
    progress = context.progress
    left = sum(progress.is_open(place) for place in progress.route())
    return {
        "process_name": progress.process,
        "back_url": back_url(context, following),
        "left": left,
        "on_url": place_url(context.id, progress, following, settled=1),
    }


def contradiction_page(context: AssessmentContext, found: PartContradiction) -> dict[str, Any]:
    """Two answers that contradict each other, each with the address where it can be changed."""
    progress, part = context.progress, found.part
    answers = progress.asked_by_part[part.id].answers
    questions = [progress.rule_set.question(condition.question) for condition in found.contradiction.when]
    return {
        "process_name": progress.process,
        "part_name": part.name,
        "text": found.contradiction.text,
        "answers": [
            {
                "question": question.text,
                "answer": answer_label(question, answers[question.key]),
                "url": place_url(
                    context.id, progress, QuestionRef(question, part if question.scope is Scope.PART else None)
                ),
            }
            for question in questions
            if question is not None
        ],
        "back_url": page_url("answers", assessment_id=context.id),
    }


@dataclass(frozen=True, slots=True)
class PulledApart:
    """Two answers of an advice that contradict each other: each in words, its question in short, and its address."""

    part: str
    answers: list[tuple[str, str, str]]


def pulled_apart(context: AssessmentContext, latest: RecommendationRecord) -> list[PulledApart]:
    """The pairs of answers of this advice that contradict each other; one that all parts share is told once."""
    progress = Progress.of_given(context.advice_edition.rule_set, latest.given)
    found: dict[tuple[str, UUID | None], PulledApart] = {}
    for pair in progress.contradictions():
        questions = [progress.rule_set.question(condition.question) for condition in pair.contradiction.when]
        places = [
            QuestionRef(question, pair.part if question.scope is Scope.PART else None)
            for question in questions
            if question is not None
        ]
        part = pair.part if progress.in_parts and any(place.part for place in places) else None
        answers = progress.asked_by_part[pair.part.id].answers
        found[pair.contradiction.key, part.id if part else None] = PulledApart(
            part.name if part else "",
            [
                (
                    answer_label(place.question, answers[place.question.key]),
                    place.question.short,
                    place_url(context.id, progress, place),
                )
                for place in places
            ],
        )
    return list(found.values())


def parts_page(context: AssessmentContext) -> dict[str, Any]:
    """What surrounds the names of the parts."""
    is_new = not context.progress.in_parts
    return {
        "process_name": context.progress.process,
        "is_new": is_new,
        "suggestion": "",
        "together_url": page_url("put_together", assessment_id=context.id),
        "back_url": page_url("result", assessment_id=context.id)
        if context.latest is not None
        else onward_url(context.id, context.progress),
    }


# ---- all answers -------------------------------------------------------------------------------------------------


def answers_page(context: AssessmentContext) -> dict[str, Any]:
    """All answers so far, and where to go on."""
    following = context.progress.next
    return {
        "process_name": context.progress.process,
        "rename_url": page_url("rename", assessment_id=context.id),
        "groups": present_answers(context),
        "next_url": place_url(context.id, context.progress, following) if following else None,
        "result_url": page_url("result", assessment_id=context.id),
        "opinions_url": link_to("opinions", assessment_id=context.id) if context.assessment.is_saved else "",
        "has_advice": has_advice(context),
        "can_finish": following is None,
        "back_url": standing_url(context),
    }


def present_answers(context: AssessmentContext) -> list[AnswerGroup]:
    """The present answers, with the questions that are still open, in the order in which they are asked."""
    progress = context.progress
    names = [
        QuestionRef(question, None)
        for question in progress.rule_set.section(Section.NAME)
        if question.key in progress.answers
    ]
    sharpened = [place for place in progress.route(Section.SHARPEN) if not progress.is_open(place)]
    places = [*names, *progress.route(), *sharpened]
    groups = {None: AnswerGroup("", [])} | {
        part.id: AnswerGroup(part.name, []) for part in progress.parts if progress.in_parts
    }
    for place in places:
        group = groups[place.part.id if place.part and progress.in_parts else None]
        answers = progress.answers_at(place)
        copied = place.part is not None and place.question.key not in place.part.confirmed
        group.rows.append(answer_row(place.question, answers, place_url(context.id, progress, place), known=not copied))
    return list(groups.values())


def answer_row(question: Question, answers: Any, url: str, *, known: bool = True) -> AnswerRow:
    """One question with its answer among ``answers``; one that is not ``known`` counts as not answered."""
    answered = known and question.key in answers
    answer = answers[question.key] if answered else None
    return AnswerRow(
        question=question.text,
        answer=answer_label(question, answer) if answered else "",
        is_not_sure=answered and answer is None,
        url=url,
    )


# ---- the rest ----------------------------------------------------------------------------------------------------


def process_row(assessment: Assessment, latest: RecommendationRecord | None, *, is_first: bool) -> AssessmentRow:
    """One assessment in the list of all; ``is_first`` says that its latest advice is first advice."""
    return AssessmentRow(
        name=assessment.process_name,
        status=_status(latest, is_first=is_first),
        touched=assessment.touched_at,
        deleted_on=assessment.touched_at + lifetime(),
        open_url=url_for("assessments.go_on", assessment_id=assessment.id),
        delete_url=url_for("assessments.delete", assessment_id=assessment.id),
    )


def _status(latest: RecommendationRecord | None, *, is_first: bool) -> str:
    if latest is None:
        return str(_("Not finished"))
    words = verdict_words(latest.result)
    return str(_("First advice: %(verdict)s", verdict=words)) if is_first else words


def part_names(assessment: Assessment) -> list[str]:
    """The names of the parts, none while it is in one piece."""
    return [part.name for part in named_parts(assessment)]


def download(
    assessment: Assessment, edition_questions: dict[str, Question], given: list[RecommendationRecord]
) -> dict[str, Any]:
    """Everything that is held about one assessment, as plain values with their questions in words."""

    def answered_rows(answers: dict[str, Any], times: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "question": key,
                "text": question.text if (question := edition_questions.get(key)) else key,
                "answer": answer,
                "label": answer_label(question, stored_answers({key: answer})[key]) if question else None,
                "answered_at": times.get(key),
            }
            for key, answer in answers.items()
        ]

    return {
        "process": assessment.process_name,
        "created_at": assessment.created_at.isoformat(),
        "last_opened_at": assessment.touched_at.isoformat(),
        "deleted_at": assessment.deleted_at.isoformat() if assessment.deleted_at else None,
        "rules_version": assessment.version_number,
        "decision": assessment.decision,
        "decided_on": assessment.decided_on.isoformat() if assessment.decided_on else None,
        "notes": assessment.notes,
        "answers": answered_rows(assessment.answers, assessment.answered_at),
        "parts": [
            {"part": part.name, "answers": answered_rows(part.answers, part.answered_at)} for part in assessment.parts
        ],
        "results": [
            {"given_at": earlier.created_at.isoformat(), "answers": earlier.given, "advice": earlier.result}
            for earlier in given
        ],
    }
