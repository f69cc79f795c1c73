"""The pages of a quick pass: which processes, then a few questions of many of them at once."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
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
from advisor.engine.model.questions import NOT_SURE, Option, Question, Section
from advisor.engine.model.vocabulary import Outcome
from advisor.extensions import database
from advisor.models import Assessment, Owner
from advisor.models.idempotency import idempotent
from advisor.models.processes.assessment import find_latest_recommendation, own_assessments
from advisor.models.processes.process_import import SavedOwner
from advisor.models.processes.process_list import part_names, present_names, process_lines
from advisor.models.rule_sets import rule_set_version as versions
from advisor.processes.bring_in.presenter import ImportRow, import_notice
from advisor.processes.quick_pass import operations
from advisor.processes.quick_pass.forms import AnswersForm, NamesForm
from advisor.processes.quick_pass.questions import open_questions
from advisor.processes.views import bp, request_owner
from advisor.web.access import identity
from advisor.web.access.security import may_repeat, may_send_many_fields
from advisor.web.forms import add_form_error, attempt, form_page, save_form
from advisor.wording.advice.first_advice import first_advice
from advisor.wording.advice.verdict import strength_words, verdict_words

AT_A_TIME = 20
"""Processes on one page of questions."""

BEGUN_LIMIT = 50
"""Processes that can be named at a time: all of them stand in the address of the next page."""


@dataclass(frozen=True, slots=True)
class UsualProcess:
    """A usual process: its option, what the owner calls it, and whether one of its name is in the list already."""

    key: str
    label: str
    is_there: bool
    is_ticked: bool
    field: str
    """The name and id of the field with the owner's name for it."""
    name: str
    fault: str
    item: WorkItem


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
    owner, form = _saved_owner(), NamesForm()
    with database().read() as session:
        rule_set = versions.rule_set(session, versions.in_force(session).number)
        present = present_names(session, owner)
        waiting = len(_without_advice(session, owner))
    usual = [
        _usual(question, option, present)
        for question in rule_set.section(Section.NAME)
        for option in question.options
        if option.filed_under
    ]
    page: dict[str, Any] = {
        "usual": usual,
        "waiting": waiting,
        "waiting_url": url_for(".quick_answers"),
        "back_url": url_for(".index"),
    }
    if not form.validate_on_submit():
        return form_page("processes/quick_pass/names.html", form, **page)
    items = _items(form, usual)
    if form.errors:
        return form_page("processes/quick_pass/names.html", form, 422, **page)
    limit = current_app.config["ASSESSMENTS_PER_OWNER"]
    account_id, who = identity.own_account_id(), identity.actor()

    def save(session: Session) -> str:
        def act() -> str:
            ids, begun = operations.begin(session, owner, items, limit, account_id, who)
            return url_for(".quick_answers", of=ids, begun=begun)

        return idempotent(session, attempt(owner.hash), act)

    return save_form("processes/quick_pass/names.html", form, page, lambda: in_transaction(database(), save))


def _saved_owner() -> SavedOwner:
    owner = request_owner()
    return owner if isinstance(owner, SavedOwner) else abort(404)


def _usual(question: Question, option: Option, present: Container[str]) -> UsualProcess:
    field = f"name-{option.key}"
    is_ticked = option.key in request.form.getlist("usual")
    name = normalize_line(" ".join(request.form.get(field, "").split())) or option.label
    fault = text_fault(name, LINE_LIMIT, one_line=True) if is_ticked else None
    return UsualProcess(
        key=option.key,
        label=option.label,
        is_there=match_key(option.label) in present,
        is_ticked=is_ticked,
        field=field,
        name=name,
        fault=_("The name %(fault)s", fault=fault) if fault else "",
        item=WorkItem(name, {question.key: option.key}),
    )


def _items(form: NamesForm, usual: list[UsualProcess]) -> list[WorkItem]:
    """What was ticked and typed; what is wrong with it stands in the form, and in ``usual``."""
    items: list[WorkItem] = []
    for place, process in enumerate(usual):
        if not process.is_ticked:
            continue
        fault = process.fault
        if match_key(process.name) in {match_key(item.process) for item in items}:
            fault = str(_("Two of those that are ticked have this name. Give one another name"))
        if fault:
            usual[place] = replace(process, fault=fault)
            add_form_error(form, f"{process.label}: {fault}", process.field)
        items.append(process.item)
    typed = [normalize_line(" ".join(line.split())) for line in str(form.names.data or "").splitlines()]
    faults = []
    for number, name in enumerate(typed, start=1):
        if name and (wrong := text_fault(name, LINE_LIMIT, one_line=True)) is not None:
            faults.append(_("Line %(n)d %(fault)s", n=number, fault=wrong))
        elif name:
            items.append(WorkItem(name, {}))
    if faults:
        form.names.errors = faults
    elif not items and not form.errors:
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
    owner, form = _saved_owner(), AnswersForm()
    ids = _ids(request.args.getlist("of"))
    first = (whole_number(request.args.get("start"), 0, 9999) or 0) if ids else 0
    with database().read() as session:
        every = _still_there(session, owner, ids) or _without_advice(session, owner)
        shown = every[first : first + AT_A_TIME]
        progresses = {key: _progress(session, owner, key) for key in shown}
        is_sent = form.validate_on_submit()
        answers, faults = _read(progresses) if is_sent else ({}, {})
        if is_sent and not answers and not faults:
            add_form_error(form, _("Choose at least one answer"))
        for name, fault in faults.items():
            add_form_error(form, fault, name)
        rows = [_row(session, owner, key, progress, faults) for key, progress in progresses.items()]
        begun = import_notice(session, owner, request.args.get("begun", ""))
    page = _page(rows, every, first, ids, begun)
    if not is_sent or form.form_errors:
        return form_page("processes/quick_pass/answers.html", form, 422 if form.form_errors else 0, **page)

    def save(session: Session) -> str:
        left = operations.record_answers(session, owner, answers, UUID(begun.key) if begun else None)
        return url_for(".quick_answers", of=shown, **page["kept"], saved=len(answers), left=left or None)

    return save_form("processes/quick_pass/answers.html", form, page, lambda: in_transaction(database(), save))


def _page(
    rows: list[PassRow], every: Sequence[UUID], first: int, ids: Sequence[UUID], begun: ImportRow | None
) -> dict[str, Any]:
    last = first + len(rows)
    asked = [row for row in rows if row.asked]
    kept: dict[str, Any] = {"begun": begun.key} if begun else {}
    following = url_for(".quick_answers", of=ids, start=last, **kept) if ids and last < len(every) else ""
    return {
        "rows": rows,
        "kept": kept,
        "begun": begun if begun and not begun.is_undone else None,
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


def _still_there(session: Session, owner: Owner, ids: Sequence[UUID]) -> list[UUID]:
    """Those that are not in the bin; 404 where there are none of several, as nothing is known of them."""
    own = set(session.scalars(own_assessments(owner).with_only_columns(Assessment.id).order_by(None)))
    found = [key for key in ids if key in own]
    return found if found or not ids else abort(404)


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
    latest = find_latest_recommendation(session, owner, key)
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
