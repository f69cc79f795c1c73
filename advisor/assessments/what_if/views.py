"""The page on which all answers can be changed at once, to see what comes of it before anything is kept."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import Field

from advisor.assessments.blueprint import bp, page_url
from advisor.assessments.context import AssessmentContext
from advisor.assessments.operations import ChangedElsewhere
from advisor.assessments.progress import Progress
from advisor.assessments.store import store
from advisor.assessments.what_if.trial import Given, Trial, TrialField, try_saved, try_sent
from advisor.engine.document.text import isolate_text
from advisor.engine.model.questions import Section
from advisor.engine.model.vocabulary import Outcome
from advisor.exchange.recommendation import advised_parts, verdict_document
from advisor.web.access import spaces
from advisor.web.access.rights import refuse
from advisor.web.access.security import may_repeat
from advisor.web.forms import add_form_error, form_page, save_form
from advisor.wording.advice.result import Balance, balance_of, points_scale
from advisor.wording.advice.verdict import advice_words, verdict_words
from advisor.wording.values import answer_label

TEMPLATE = "assessments/what_if/what_if.html"


@dataclass(frozen=True, slots=True)
class TrialQuestion:
    """One question on the page, with the name of its field, which is drawn by itself or a field of the form."""

    name: str
    is_asked: bool
    drawn: Markup | None
    field: Field | None
    not_sure: Field | None
    follows: str | None
    """How the name of the field ends that this question follows up, "" where there are several; None: always asked."""
    is_changed: bool
    """Whether it counts another answer than the saved one."""


@dataclass(slots=True)
class AskedGroup:
    """The questions about the process (no name) or about one part; those beyond the nine are folded."""

    name: str
    core: list[TrialQuestion] = field(default_factory=list)
    further: list[TrialQuestion] = field(default_factory=list)
    is_open: bool = False
    """Whether one of the further questions was changed, or is wrong, so that they are not to be folded."""

    @property
    def further_count(self) -> int:
        """How many further questions are asked now."""
        return sum(asked.is_asked for asked in self.further)


@dataclass(frozen=True, slots=True)
class PartVerdict:
    """The advice on one part in brief; ``name`` is "" where the process is in one piece."""

    name: str
    verdict: str
    balance: Balance


@dataclass(frozen=True, slots=True)
class TrialVerdict:
    """An advice in brief."""

    outcome: Outcome
    words: str
    parts: list[PartVerdict]


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """A question with the answer that is saved and the one that is tried."""

    question: str
    part: str
    was: str
    is_now: str


@bp.page("/what-if", methods=("GET", "POST"))
@may_repeat("answer-*", "change")
def what_if(assessment_id: UUID) -> ResponseReturnValue:
    """Show what other answers would give, and keep them where that is asked for."""
    context = store().load(assessment_id)
    if request.method == "GET":
        trial = try_saved(context.progress, request.args.getlist("change"))
        return form_page(TEMPLATE, trial.form, **what_if_page(context, trial))
    trial = try_sent(context.progress, request.form)
    shown = what_if_page(context, trial)
    do = request.form.get("do")
    if trial.form.errors or do not in {"keep", "copy"}:
        return form_page(TEMPLATE, trial.form, **shown)
    if (member := spaces.current()) and not member.may_edit:
        refuse(spaces.reader_words(member))
    try:
        return save_form(
            TEMPLATE, trial.form, shown, lambda: store().keep_trial(assessment_id, trial, as_copy=do == "copy")
        )
    except ChangedElsewhere:
        trial.form.opened.data = context.progress.fingerprint
        add_form_error(
            trial.form, _("Your answers were changed in another window meanwhile. “Now” shows them as they are.")
        )
        return form_page(TEMPLATE, trial.form, 409, **shown)


# ---- what the page shows -------------------------------------------------------------------------------------------


def what_if_page(context: AssessmentContext, trial: Trial) -> dict[str, Any]:
    """What the page shows: the advice that is saved beside the one that is tried, and every question."""
    changed = list(trial.changes())
    saved = _verdict(context, trial.saved)
    tried = _verdict(context, trial.tried) if changed else saved
    return {
        "process_name": trial.saved.process,
        "saved": saved,
        "tried": tried,
        "changed": [_changed_answer(*change) for change in changed],
        "groups": _groups(trial, {trial_field.name for trial_field, *_answers in changed}),
        "says": _spoken_summary(saved, tried, len(changed)),
        "refused": " ".join(_refusals(trial)),
        "what_if_url": page_url("what_if", assessment_id=context.id),
        "back_url": page_url("go_on", assessment_id=context.id),
    }


def _verdict(context: AssessmentContext, progress: Progress) -> TrialVerdict:
    """The advice on these answers."""
    rules = context.edition.rule_set
    document, most = verdict_document(rules, progress.work_item()), points_scale(rules)
    parts = [
        PartVerdict(part.get("part", ""), str(advice_words(part).part_verdict), balance_of(part, most, rules))
        for part in advised_parts(document)
    ]
    return TrialVerdict(document["outcome"], verdict_words(document), parts)


def _spoken_summary(saved: TrialVerdict, tried: TrialVerdict, changes: int) -> str:
    """What the answers that are tried give, in one short sentence for the ear."""
    if not changes:
        return str(_("Nothing is changed yet."))
    if saved.words == tried.words:
        return str(_("With these answers the advice stays “%(now)s”.", now=tried.words))
    return str(_("With these answers: %(now)s. Now: %(was)s.", now=tried.words, was=saved.words))


def _refusals(trial: Trial) -> Iterator[str]:
    """Why answers that were sent are not among those that are tried, each in a sentence or two."""
    for trial_field in trial.asked_fields:
        for error in trial.form.errors.get(trial_field.name, ())[:1]:
            words = {"question": trial_field.question.short, "part": isolate_text(trial_field.part_name), "why": error}
            if trial_field.part_name:
                yield str(_("Not tried (%(question)s, “%(part)s”): %(why)s.", **words))
            else:
                yield str(_("Not tried (%(question)s): %(why)s.", **words))


def _changed_answer(trial_field: TrialField, was: Given, is_now: Given) -> ChangedAnswer:
    return ChangedAnswer(
        trial_field.question.text,
        trial_field.part_name,
        _given_words(trial_field, was),
        _given_words(trial_field, is_now),
    )


def _given_words(trial_field: TrialField, given: Given) -> str:
    is_there, answer = given
    return answer_label(trial_field.question, answer) if is_there else str(_("not answered"))


def _groups(trial: Trial, changed: Container[str]) -> list[AskedGroup]:
    """All questions in their order; a follow-up keeps its place while it is not asked, so that it can appear there."""
    groups: dict[str, AskedGroup] = {}
    asked_names = {trial_field.name for trial_field in trial.asked_fields}
    for trial_field in trial.all_fields:
        name = trial_field.name
        is_asked, is_changed = name in asked_names, name in changed
        field = getattr(trial.form, name, None)
        if not is_asked and not trial_field.question.asked_when:
            continue
        group = groups.setdefault(trial_field.part_name, AskedGroup(trial_field.part_name))
        asked = TrialQuestion(
            name=name,
            is_asked=is_asked,
            drawn=trial.draw(trial_field) if is_asked and field is None else None,
            field=field,
            not_sure=getattr(trial.form, trial_field.not_sure, None),
            follows=_follows(trial_field),
            is_changed=is_changed,
        )
        if trial_field.question.section is Section.CORE:
            group.core.append(asked)
            continue
        group.further.append(asked)
        group.is_open |= is_changed or bool(field and field.errors)
    return list(groups.values())


def _follows(trial_field: TrialField) -> str | None:
    if not trial_field.question.asked_when:
        return None
    looked_at = {condition.question for condition in trial_field.question.asked_when}
    return f"-{looked_at.pop()}" if len(looked_at) == 1 else ""
