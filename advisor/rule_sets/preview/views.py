"""The draft as a visitor would see it: every page on the way to the advice, for admins.

Nothing is kept: the name and the answers travel in the address, so there is nothing that could be counted, listed or
left over, and the preview ends with the page. The pages are the visitor's own templates, under addresses of their own.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from advisor.assessments.context import PREVIEW, AssessmentContext
from advisor.assessments.parts import views
from advisor.assessments.parts.forms import name_form, parts_form
from advisor.assessments.presenter import (
    answers_page,
    apart_url,
    onward_url,
    part_names,
    parts_page,
    pull_apart_page,
    question_page,
    settled_page,
)
from advisor.assessments.progress import Progress, plain_answers, saved_mark
from advisor.assessments.questions.contradictions import PulledApart, contradiction_shown
from advisor.assessments.questions.forms import OnceForm, question_form
from advisor.assessments.result.explanation import is_settled
from advisor.assessments.result.presenter import result_page, ways_page
from advisor.assessments.what_if import views as trying
from advisor.assessments.what_if.trial import try_saved, try_sent
from advisor.engine.evaluation.advice import contradictions
from advisor.engine.model.questions import Section
from advisor.engine.model.rules import RuleSet
from advisor.exchange.recommendation import recommend
from advisor.extensions import database
from advisor.models import Assessment, Part, RecommendationRecord
from advisor.models.base import now
from advisor.models.draft import NoDraft
from advisor.models.idempotency import idempotent
from advisor.rule_sets.item_urls import item_url
from advisor.rule_sets.preview.preview_state import PreviewState
from advisor.rule_sets.test_cases import coverage
from advisor.rule_sets.versions.views import draft_view
from advisor.rule_sets.workspace import DraftWorkspace, who, write
from advisor.web import identity
from advisor.web.forms import ButtonForm, add_form_error, attempt, form_page, pressed_or_400
from advisor.web.security import may_repeat
from advisor.wording.claims import VersionView

bp = Blueprint(PREVIEW, __name__, url_prefix="/admin/rules/draft/preview")

_NOBODYS = UUID(int=0)
"""The id of what has no row."""


@bp.context_processor
def _marked() -> dict[str, Any]:
    """Every page of the preview says that it is one."""
    begin = url_for(".rename", process=None)
    shown = {"draft_url": url_for("rule_sets.home"), "again_url": begin, "case_url": url_for(".make_case")}
    return {"preview": shown | {"found_at": url_for("rule_sets.problems") if "found" in request.args else ""}}


@bp.url_defaults
def _carry(_endpoint: str, values: dict[str, Any]) -> None:
    """Let every address within the preview carry along what it knows."""
    values.pop("assessment_id", None)
    if values.get("part_id") is None:
        values.pop("part_id", None)
    state: PreviewState | None = g.get("carried")
    if state is not None and "process" not in values:  # with process=None the way begins again
        for name, value in state.values():
            values.setdefault(name, value)


# ---- the pages -----------------------------------------------------------------------------------------------------


@bp.route("/name", methods=["GET", "POST"])
def rename() -> ResponseReturnValue:
    """Name the process, and pick the usual one that it is closest to."""
    opened = _open()
    questions = opened.progress.rule_set.section(Section.NAME)
    form = name_form(questions, opened.progress.process, opened.progress.answers)
    if form.validate_on_submit():
        kept = {key: answer for key, answer in g.carried.answers.items() if key not in {q.key for q in questions}}
        named = replace(g.carried, process=form.process_name.data, answers={**form.given_answers(), **kept})
        if _can_carry(named, form):
            return redirect(onward_url(_NOBODYS, _open().progress), 303)
    is_new = not opened.progress.process
    back = url_for("rule_sets.home") if is_new else onward_url(_NOBODYS, opened.progress)
    examples = [str(example) for example in views.EXAMPLES] if is_new else []
    return form_page("assessments/parts/name.html", form, is_new=is_new, back_url=back, examples=examples)


@bp.get("/go-on")
def go_on() -> ResponseReturnValue:
    """Go to the first question that is open, else to the result."""
    return redirect(onward_url(_NOBODYS, _open().progress))


@bp.route("/parts", methods=["GET", "POST"])
def parts() -> ResponseReturnValue:
    """Break the process into parts, or rename, add and remove parts."""
    opened = _open()
    form = parts_form(part_names(opened.assessment), "")
    if form.validate_on_submit() and _can_carry(g.carried.with_names(form.names()), form):
        return redirect(onward_url(_NOBODYS, _open().progress), 303)
    page = parts_page(opened) | {"whole_form": ButtonForm()}
    return form_page("assessments/parts/parts.html", form, **page)


@bp.post("/parts/together")
def put_together() -> ResponseReturnValue:
    """Make it one piece again."""
    _open()
    pressed_or_400()
    _now_carry(replace(g.carried, parts=(), early=False))
    return redirect(onward_url(_NOBODYS, _open().progress), 303)


@bp.route("/questions/<key>", methods=["GET", "POST"])
@bp.route("/parts/<uuid:part_id>/questions/<key>", methods=["GET", "POST"])
@may_repeat("answer")
def answer_question(key: str, part_id: UUID | None = None) -> ResponseReturnValue:
    """Ask one question."""
    opened = _open()
    place = opened.progress.place(key, part_id)
    if place is None:
        return redirect(onward_url(_NOBODYS, opened.progress), 302 if request.method == "GET" else 303)
    answers = opened.progress.answers_at(place)
    form = question_form(place.question, answers, saved_mark(answers, key))
    at = opened.progress.pieces.index(place.piece) if place.piece and opened.progress.in_parts else None
    if form.validate_on_submit() and _can_carry(g.carried.with_answer(key, form.given, at), form):
        return redirect(_after(_open(), _pulled_apart(opened.progress)), 303)
    page = question_page(opened, place)
    return form_page("assessments/questions/question.html", form, **page, resumed=False, notice="")


def _after(opened: AssessmentContext, told_of: Mapping[tuple[str, UUID], PulledApart]) -> str:
    progress = opened.progress
    for mark, apart in _pulled_apart(progress).items():
        if mark not in told_of:
            return apart_url(_NOBODYS, progress, apart)
    goes_on = "settled" in request.args
    if progress.next is not None and opened.latest is None and not goes_on and is_settled(progress):
        return url_for(".settled")
    return onward_url(_NOBODYS, progress, settled=1 if goes_on else None)


def _pulled_apart(progress: Progress) -> dict[tuple[str, UUID], PulledApart]:
    """The answers that pull apart, piece by piece."""
    return {
        (tension.key, piece.id): PulledApart(tension, piece)
        for piece in progress.pieces
        for tension in contradictions(progress.rule_set, progress.reached[piece.id].answers)
    }


@bp.route("/pull-apart/<key>", methods=["GET", "POST"])
@bp.route("/parts/<uuid:part_id>/pull-apart/<key>", methods=["GET", "POST"])
def pull_apart(key: str, part_id: UUID | None = None) -> ResponseReturnValue:
    """Tell of two answers that pull apart."""
    opened = _open()
    apart = contradiction_shown(opened.progress, key, part_id)
    form = ButtonForm()
    if apart is None or form.validate_on_submit():
        return redirect(onward_url(_NOBODYS, opened.progress), 302 if request.method == "GET" else 303)
    return form_page("assessments/questions/contradiction.html", form, **pull_apart_page(opened, apart))


@bp.get("/answers")
def answers() -> ResponseReturnValue:
    """Show all answers so far."""
    return form_page("assessments/questions/answers.html", OnceForm(), **answers_page(_open()))


@bp.route("/settled", methods=["GET", "POST"])
def settled() -> ResponseReturnValue:
    """Say that no answer left can change the advice."""
    opened = _open()
    following = opened.progress.next
    form = OnceForm()
    if following is None or form.validate_on_submit():
        _now_carry(replace(g.carried, early=True))
        return redirect(url_for(".result"), 302 if request.method == "GET" else 303)
    return form_page("assessments/questions/settled.html", form, **settled_page(opened, following))


@bp.route("/result", methods=["GET", "POST"])
def result() -> ResponseReturnValue:
    """Show the advice that the draft gives."""
    opened = _open()
    if opened.latest is None or request.method == "POST":
        return redirect(onward_url(_NOBODYS, opened.progress), 302 if request.method == "GET" else 303)
    page = result_page(opened, opened.latest)
    return form_page("assessments/result/result.html", OnceForm(), **page, notice="")


@bp.get("/other-ways")
def other_ways() -> ResponseReturnValue:
    """List the ways to each other advice that the draft gives."""
    opened = _open()
    if opened.latest is None:
        return redirect(onward_url(_NOBODYS, opened.progress))
    return render_template("assessments/result/other_ways.html", **ways_page(opened, opened.latest))


@bp.post("/case")
def make_case() -> ResponseReturnValue:
    """Make a test case of these answers, which expects the advice that they get now."""
    opened, form = _open(), OnceForm()
    if not form.validate_on_submit():
        abort(400)
    item = opened.progress.work_item()

    def act(session: Session) -> str:
        def do() -> str:
            return item_url("cases", coverage.make_case(session, identity.actor(), item), made="1")

        return idempotent(session, attempt(who()), do)

    try:
        return redirect(write(act), 303)
    except NoDraft:
        return redirect(url_for("rule_sets.home", gone=1), 303)


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
            _now_carry(g.carried.answered(trial.tried.work_item(), opened.progress.rule_set))
            return redirect(onward_url(_NOBODYS, _open().progress), 303)
    return form_page(trying.TEMPLATE, trial.form, **trying.what_if_page(opened, trial))


# ---- what the address carries --------------------------------------------------------------------------------------


def _open() -> AssessmentContext:
    """The draft, and what the address carries, as the pages of a visitor take it."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        edition = draft_view(session, workspace)
    if not workspace.has_draft:
        abort(redirect(url_for("rule_sets.home", gone=1), 302 if request.method == "GET" else 303))
    if workspace.results is None:
        abort(redirect(url_for("rule_sets.problems"), 302 if request.method == "GET" else 303))
    if "carried" not in g:
        _now_carry(_sent(workspace.rules))
    state: PreviewState = g.carried
    assessment = _assessment(workspace.rules, state)
    progress = Progress.of(workspace.rules, assessment)
    latest = _advice(progress, edition) if progress.next is None or state.early else None
    return AssessmentContext(assessment, progress, edition, latest, edition)


def _sent(rules: RuleSet) -> PreviewState:
    return PreviewState.read(request.args, rules) or abort(400)


def _now_carry(state: PreviewState) -> None:
    g.carried = state


def _can_carry(state: PreviewState, form: FlaskForm) -> bool:
    """Carry this from now on; where no address could hold it, say so on the form, which keeps what was typed."""
    if state.fits():
        _now_carry(state)
        return True
    said = _("A preview is kept in its address, and these names are too long for one. Shorten the names.")
    add_form_error(form, said)
    return False


def _assessment(rules: RuleSet, state: PreviewState) -> Assessment:
    """What would be stored of a visitor's answers. It belongs to nobody, and is never added to a session."""
    parts = [
        Part(
            id=UUID(int=at),
            position=at,
            name=name,
            answers=plain_answers(answers),
            answered_at=dict.fromkeys(own, ""),
        )
        for at, (name, answers, own) in enumerate(state.pieces(rules))
    ]
    whole = plain_answers(state.whole(rules))
    return Assessment(id=_NOBODYS, process_name=state.process, answers=whole, parts=parts)


def _advice(progress: Progress, edition: VersionView) -> RecommendationRecord:
    document = recommend(edition.rule_set, edition.number, progress.work_item())
    return RecommendationRecord(
        sequence=1,
        version_number=edition.number,
        process_name=progress.process,
        given=progress.given(),
        result=dict(document),
        created_at=now(),
    )
