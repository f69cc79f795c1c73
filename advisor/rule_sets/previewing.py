"""The draft as a visitor would see it: every page on the way to the advice, for admins.

Nothing is kept: the name and the answers travel in the address, so there is nothing that could be counted, listed or
left over, and the preview ends with the page. The pages are the visitor's own templates, under addresses of their own.
"""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from advisor.assessments import naming
from advisor.assessments import what_if as trying
from advisor.assessments.addresses import PREVIEW
from advisor.assessments.explaining import is_settled
from advisor.assessments.forms import ButtonForm, OnceForm, question_form
from advisor.assessments.loading import Opened
from advisor.assessments.naming_forms import name_form
from advisor.assessments.operations import PulledApart, pulling_apart
from advisor.assessments.presenter import (
    answers_page,
    apart_url,
    onward_url,
    pull_apart_page,
    question_page,
    settled_page,
)
from advisor.assessments.progress import Progress, plain_answers, saved_mark
from advisor.assessments.result_presenter import result_page
from advisor.assessments.trying import try_saved, try_sent
from advisor.engine.advice import tensions
from advisor.engine.operators import Answer
from advisor.engine.questions import Scope, Section
from advisor.engine.rules import RuleSet
from advisor.engine.text import LINE_LIMIT, text_fault
from advisor.exchange.recommendation import recommend
from advisor.extensions import database
from advisor.models import Assessment, Part, Recommendation
from advisor.models.base import now
from advisor.presenter.claims import Edition
from advisor.replies import form_page
from advisor.rule_sets.carried import carried, read_carried
from advisor.rule_sets.desk import Desk
from advisor.rule_sets.editions import draft_edition
from advisor.security import may_repeat

bp = Blueprint(PREVIEW, __name__, url_prefix="/admin/rules/draft/preview")

_NOBODYS = UUID(int=0)
"""The id of what has no row."""


@dataclass(frozen=True, slots=True)
class Carried:
    """All that a preview knows. ``early``: the advice is wanted though questions are open."""

    process: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    early: bool = False


@bp.context_processor
def _marked() -> dict[str, Any]:
    """Every page of the preview says that it is one."""
    begin = url_for(".rename", process=None, given=None, early=None)
    return {"preview": {"draft_url": url_for("rule_sets.home"), "again_url": begin}}


@bp.url_defaults
def _carry(_endpoint: str, values: dict[str, Any]) -> None:
    """Let every address within the preview carry along what it knows."""
    values.pop("assessment_id", None)
    values.pop("part_id", None)
    state: Carried | None = g.get("carried")
    if state is not None:
        values.setdefault("process", state.process or None)
        values.setdefault("given", carried(state.answers) or None)
        values.setdefault("early", 1 if state.early else None)


# ---- the pages -----------------------------------------------------------------------------------------------------


@bp.route("/name", methods=["GET", "POST"])
def rename() -> ResponseReturnValue:
    """Name the process, and pick the usual one that it is closest to."""
    opened = _open()
    questions = opened.progress.rule_set.section(Section.NAME)
    form = name_form(questions, opened.progress.process, opened.progress.answers)
    if form.validate_on_submit():
        kept = {key: answer for key, answer in g.carried.answers.items() if key not in {q.key for q in questions}}
        _now_carry(replace(g.carried, process=form.process_name.data, answers={**form.given_answers(), **kept}))
        return redirect(onward_url(_NOBODYS, _open().progress), 303)
    is_new = not opened.progress.process
    back = url_for("rule_sets.home") if is_new else onward_url(_NOBODYS, opened.progress)
    examples = [str(example) for example in naming.EXAMPLES] if is_new else []
    return form_page("assessments/name.html", form, is_new=is_new, back_url=back, examples=examples)


@bp.get("/go-on")
def go_on() -> ResponseReturnValue:
    """Go to the first question that is open, else to the result."""
    return redirect(onward_url(_NOBODYS, _open().progress))


@bp.route("/questions/<key>", methods=["GET", "POST"])
@may_repeat("answer")
def answer_question(key: str) -> ResponseReturnValue:
    """Ask one question."""
    opened = _open()
    place = opened.progress.place(key, None)
    if place is None:
        return redirect(onward_url(_NOBODYS, opened.progress), 302 if request.method == "GET" else 303)
    answers = opened.progress.answers_at(place)
    form = question_form(place.question, answers, saved_mark(answers, key))
    if not form.validate_on_submit():
        page = question_page(opened, place)
        return form_page("assessments/question.html", form, **page, resumed=False, notice="")
    before = {tension.key for tension in tensions(opened.progress.rule_set, g.carried.answers)}
    _now_carry(replace(g.carried, answers={**g.carried.answers, key: form.given}))
    return redirect(_after(_open(), before), 303)


def _after(opened: Opened, told_of: set[str]) -> str:
    progress = opened.progress
    for tension in tensions(progress.rule_set, g.carried.answers):
        if tension.key not in told_of:
            return apart_url(_NOBODYS, progress, PulledApart(tension, progress.pieces[0]))
    goes_on = "settled" in request.args
    if progress.next is not None and opened.latest is None and not goes_on and is_settled(progress):
        return url_for(".settled")
    return onward_url(_NOBODYS, progress, settled=1 if goes_on else None)


@bp.route("/pull-apart/<key>", methods=["GET", "POST"])
def pull_apart(key: str) -> ResponseReturnValue:
    """Tell of two answers that pull apart."""
    opened = _open()
    apart = pulling_apart(opened.progress, key, None)
    form = ButtonForm()
    if apart is None or form.validate_on_submit():
        return redirect(onward_url(_NOBODYS, opened.progress), 302 if request.method == "GET" else 303)
    return form_page("assessments/pull_apart.html", form, **pull_apart_page(opened, apart))


@bp.get("/answers")
def answers() -> ResponseReturnValue:
    """Show all answers so far."""
    return form_page("assessments/answers.html", OnceForm(), **answers_page(_open()))


@bp.route("/settled", methods=["GET", "POST"])
def settled() -> ResponseReturnValue:
    """Say that no answer left can change the advice."""
    opened = _open()
    following = opened.progress.next
    form = OnceForm()
    if following is None or form.validate_on_submit():
        _now_carry(replace(g.carried, early=True))
        return redirect(url_for(".result"), 302 if request.method == "GET" else 303)
    return form_page("assessments/settled.html", form, **settled_page(opened, following))


@bp.route("/result", methods=["GET", "POST"])
def result() -> ResponseReturnValue:
    """Show the advice that the draft gives."""
    opened = _open()
    if opened.latest is None or request.method == "POST":
        return redirect(onward_url(_NOBODYS, opened.progress), 302 if request.method == "GET" else 303)
    page = result_page(opened, opened.latest) | {"parts_url": None}
    return form_page("assessments/result.html", OnceForm(), **page, notice="")


@bp.route("/what-if", methods=["GET", "POST"])
@may_repeat("answer-*", "change")
def what_if() -> ResponseReturnValue:
    """Show what other answers would give."""
    opened = _open()
    if request.method == "GET":
        trial = try_saved(opened.progress, request.args.getlist("change"))
    else:
        trial = try_sent(opened.progress, request.form)
        if request.form.get("do") == "keep" and not trial.form.errors:
            _now_carry(replace(g.carried, answers={**trial.tried.work_item().answers}))
            return redirect(onward_url(_NOBODYS, _open().progress), 303)
    return form_page(trying.TEMPLATE, trial.form, **trying.what_if_page(opened, trial))


# ---- what the address carries --------------------------------------------------------------------------------------


def _open() -> Opened:
    """The draft, and what the address carries, as the pages of a visitor take it."""
    with database().read() as session:
        desk = Desk.load(session)
        edition = draft_edition(session, desk)
    if not desk.has_draft:
        abort(redirect(url_for("rule_sets.home", gone=1), 302 if request.method == "GET" else 303))
    if desk.results is None:
        abort(redirect(url_for("rule_sets.problems"), 302 if request.method == "GET" else 303))
    if "carried" not in g:
        _now_carry(_sent(desk.rules))
    state: Carried = g.carried
    assessment = _assessment(desk.rules, state)
    progress = Progress.of(desk.rules, assessment)
    latest = _advice(progress, edition) if progress.next is None or state.early else None
    return Opened(assessment, progress, edition, latest, edition)


def _sent(rules: RuleSet) -> Carried:
    process = request.args.get("process", "")
    if text_fault(process, LINE_LIMIT, one_line=True) is not None:
        abort(400)
    return Carried(process, read_carried(request.args.get("given", ""), rules), "early" in request.args)


def _now_carry(state: Carried) -> None:
    g.carried = state


def _assessment(rules: RuleSet, state: Carried) -> Assessment:
    """What would be stored of a visitor's answers. It belongs to nobody, and is never added to a session."""
    of_part = {question.key for question in rules.questions if question.scope is Scope.PART}
    whole = {key: answer for key, answer in state.answers.items() if key not in of_part}
    own = {key: answer for key, answer in state.answers.items() if key in of_part}
    part = Part(id=_NOBODYS, position=0, name="", answers=plain_answers(own), answered_at={})
    return Assessment(id=_NOBODYS, process_name=state.process, answers=plain_answers(whole), parts=[part])


def _advice(progress: Progress, edition: Edition) -> Recommendation:
    document = recommend(edition.rule_set, edition.number, progress.work_item())
    return Recommendation(
        sequence=1,
        version_number=edition.number,
        process_name=progress.process,
        given=progress.given(),
        result=dict(document),
        created_at=now(),
    )
