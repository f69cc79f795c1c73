"""The pages of a quick pass: which processes, then a few questions of many of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.context import find_own
from advisor.assessments.operations import in_transaction
from advisor.assessments.progress import Progress
from advisor.engine.document.text import LINE_LIMIT, match_key, normalize_line, text_fault, whole_number
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import NOT_SURE, Question, Section
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.extensions import database
from advisor.models import Owner
from advisor.models import rule_set_version as versions
from advisor.models.assessment import own_recommendations
from advisor.models.idempotency import idempotent
from advisor.models.process_list import part_names, process_lines
from advisor.processes.quick_pass import operations
from advisor.processes.quick_pass.forms import AnswersForm, NamesForm
from advisor.processes.quick_pass.questions import open_questions
from advisor.processes.views import bp, request_owner
from advisor.web.forms import add_form_error, attempt, form_page, save_form
from advisor.web.security import may_repeat, may_send_many_fields
from advisor.wording.first_advice import first_advice
from advisor.wording.verdict import strength_words, verdict_words

AT_A_TIME = 20
"""Processes on one page of questions."""

BEGUN_LIMIT = 50
"""Processes that can be named at a time: all of them stand in the address of the next page."""


@dataclass(frozen=True, slots=True)
class UsualProcess:
    """A usual process: its option, and whether one of that name is in the list already."""

    key: str
    label: str
    is_there: bool
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of one process; ``chosen`` is what was sent before the page came back."""

    name: str
    question: Question
    chosen: str
    fault: str


@dataclass(frozen=True, slots=True)
class PassRow:
    """One process: the advice that there is ("" for none), how much it rests on, and what is asked next."""

    name: str
    url: str
    outcome: str
    verdict: str
    strength: str
    first: str
    asked: list[AskedQuestion]


# ---- which processes


@bp.route("/processes/quick-pass", methods=["GET", "POST"])
@may_repeat("usual")
@may_send_many_fields
def quick_pass() -> ResponseReturnValue:
    """Take the names of processes, begin those that are not there yet, and lead to the questions."""
    owner, form = request_owner(), NamesForm()
    with database().read() as session:
        rule_set = versions.rule_set(session, versions.in_force(session).number)
        present = operations.present_names(session, owner)
        waiting = len(_without_advice(session, owner))
    ticked = request.form.getlist("usual")
    page: dict[str, Any] = {
        "usual": [
            UsualProcess(option.key, option.label, match_key(option.label) in present, option.key in ticked)
            for question in rule_set.section(Section.NAME)
            for option in question.options
            if option.filed_under
        ],
        "waiting": waiting,
        "waiting_url": url_for(".quick_answers"),
        "back_url": url_for(".index"),
    }
    if not form.validate_on_submit():
        return form_page("processes/quick_pass/names.html", form, **page)
    items = _items(form, rule_set, ticked)
    if form.errors:
        return form_page("processes/quick_pass/names.html", form, 422, **page)
    limit = current_app.config["ASSESSMENTS_PER_OWNER"]

    def save(session: Session) -> str:
        def act() -> str:
            return url_for(".quick_answers", of=operations.begin(session, owner, items, limit))

        return idempotent(session, attempt(owner.hash), act)

    return save_form("processes/quick_pass/names.html", form, page, lambda: in_transaction(database(), save))


def _items(form: NamesForm, rule_set: RuleSet, ticked: Sequence[str]) -> list[WorkItem]:
    """What was ticked and typed; where something is wrong with it, the form says what."""
    items = [
        WorkItem(option.label, {question.key: option.key})
        for question in rule_set.section(Section.NAME)
        for option in question.options
        if option.key in ticked and option.filed_under
    ]
    typed = [normalize_line(" ".join(line.split())) for line in str(form.names.data or "").splitlines()]
    faults = []
    for number, name in enumerate(typed, start=1):
        if name and (fault := text_fault(name, LINE_LIMIT, one_line=True)) is not None:
            faults.append(_("Line %(n)d %(fault)s", n=number, fault=fault))
        elif name:
            items.append(WorkItem(name, {}))
    if faults:
        form.names.errors = faults
    elif not items:
        form.names.errors = [_("Tick a process, or enter a name")]
    elif len(items) > BEGUN_LIMIT:
        words = {"most": BEGUN_LIMIT, "n": len(items)}
        form.names.errors = [_("%(n)d are chosen. Choose at most %(most)d at a time", **words)]
    return items


# ---- the questions


@bp.route("/processes/quick-pass/answers", methods=["GET", "POST"])
@may_repeat("of")
@may_send_many_fields
def quick_answers() -> ResponseReturnValue:
    """Ask a few questions of each process of the page, and show the advice that there is on it."""
    owner, form = request_owner(), AnswersForm()
    ids = _ids(request.args.getlist("of"))
    first = (whole_number(request.args.get("start"), 0, 9999) or 0) if ids else 0
    with database().read() as session:
        every = ids or _without_advice(session, owner)
        shown = every[first : first + AT_A_TIME]
        progresses = {key: _progress(session, owner, key) for key in shown}
        is_sent = form.validate_on_submit()
        answers, faults = _read(progresses) if is_sent else ({}, {})
        if is_sent and not answers and not faults:
            add_form_error(form, _("Choose at least one answer"))
        if faults:
            add_form_error(form, _("Choose from the answers that are listed here"))
        rows = [_row(session, owner, key, progress, faults) for key, progress in progresses.items()]
    page = _page(rows, every, first, ids)
    if not is_sent or form.form_errors:
        return form_page("processes/quick_pass/answers.html", form, 422 if form.form_errors else 0, **page)

    def save(session: Session) -> str:
        left = operations.record_answers(session, owner, answers)
        return url_for(".quick_answers", of=shown, saved=len(answers), left=left or None)

    return save_form("processes/quick_pass/answers.html", form, page, lambda: in_transaction(database(), save))


def _page(rows: list[PassRow], every: Sequence[UUID], first: int, ids: Sequence[UUID]) -> dict[str, Any]:
    last = first + len(rows)
    asked = [row for row in rows if row.asked]
    following = url_for(".quick_answers", of=ids, start=last) if ids and last < len(every) else ""
    return {
        "rows": rows,
        "asked": len(asked),
        "unclear": sum(row.outcome == Outcome.UNCLEAR for row in rows),
        "first": first + 1,
        "last": last,
        "total": len(every),
        "saved": whole_number(request.args.get("saved"), 0, 9999) or 0,
        "left": whole_number(request.args.get("left"), 0, 9999) or 0,
        "next_url": following,
        "rest_url": url_for(".quick_answers") if ids else "",
        "list_url": url_for(".index"),
        "back_url": url_for(".quick_pass"),
    }


def _ids(sent: Sequence[str]) -> list[UUID]:
    try:
        return list(dict.fromkeys(UUID(text) for text in sent))
    except ValueError:
        abort(404)


def _without_advice(session: Session, owner: Owner) -> list[UUID]:
    """The processes in one piece that have no advice yet, by their numbers."""
    parts = part_names(session, owner)
    return [line.id for line in process_lines(session, owner) if line.outcome is None and line.id not in parts]


def _progress(session: Session, owner: Owner, key: UUID) -> Progress:
    mine = find_own(session, owner, key)
    return Progress.of(versions.rule_set(session, mine.version_number), mine)


def _field(key: UUID, question: Question) -> str:
    return f"{key}.{question.key}"


def _read(progresses: dict[UUID, Progress]) -> tuple[dict[UUID, dict[str, Answer]], dict[str, str]]:
    """The answers that were sent, process by process, and what is none of those that are offered, by its field."""
    answers: dict[UUID, dict[str, Answer]] = {}
    faults: dict[str, str] = {}
    for key, progress in progresses.items():
        for question in progress.rule_set.section(Section.CORE):
            sent = request.form.get(_field(key, question), "")
            if not sent:
                continue
            if sent != NOT_SURE and not question.allows(sent):
                faults[_field(key, question)] = _("Choose from the answers that are listed here")
                continue
            answers.setdefault(key, {})[question.key] = None if sent == NOT_SURE else sent
    return answers, faults


def _row(session: Session, owner: Owner, key: UUID, progress: Progress, faults: dict[str, str]) -> PassRow:
    latest = session.scalars(own_recommendations(owner, key).limit(1)).first()
    first = first_advice(versions.rule_set(session, latest.version_number), latest.given) if latest else None
    return PassRow(
        name=progress.process,
        url=url_for("assessments.go_on", assessment_id=key),
        outcome=latest.result["outcome"] if latest else "",
        verdict=verdict_words(latest.result) if latest else "",
        strength=strength_words(latest.result) if latest else "",
        first=first.words if first else "",
        asked=[
            AskedQuestion(name, question, request.form.get(name, ""), faults.get(name, ""))
            for question in open_questions(progress)
            for name in [_field(key, question)]
        ],
    )
