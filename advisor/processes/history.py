"""The history of a process, and what newer rules would say of it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.advice import has_first_advice
from advisor.assessments.context import AssessmentContext, find_of_requester, load_context
from advisor.assessments.operations import in_transaction
from advisor.assessments.presenter import onward_url
from advisor.assessments.progress import Progress
from advisor.assessments.result.comments import section_comments
from advisor.assessments.result.presenter import SHOW_ALL, SHOW_SOURCES, judged_answers, report_urls, stored_result
from advisor.assessments.result.sidebar import NewerRules, apply_rules_in_force
from advisor.assessments.result.views import sources_page
from advisor.engine.document.text import whole_number
from advisor.extensions import database
from advisor.models import DatabaseUnavailable, RecommendationRecord
from advisor.models.processes.assessment import own_recommendations
from advisor.models.processes.opinion import agreements_of
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.rule_set_version import RuleSetVersion
from advisor.processes import operations
from advisor.processes import presenter as present
from advisor.processes.acts import act_rows
from advisor.processes.forms import NewerRulesForm
from advisor.processes.operations import RulesMovedOn
from advisor.processes.views import bp
from advisor.web.access import identity, spaces
from advisor.web.forms import ButtonForm, add_form_error, form_page, unsaved_page
from advisor.wording.advice.difference import AdviceView, difference
from advisor.wording.claims import VersionView

SHOWN_LIMIT = 100
"""Revisions on the page of the history; the newest."""


# ---- history -----------------------------------------------------------------------------------------------------


@bp.get("/assessments/<uuid:assessment_id>/history")
def history(assessment_id: UUID) -> ResponseReturnValue:
    """List every advice on a process, with its version and what changed."""
    context = load_context(assessment_id)
    with database().read() as session:
        found = list(_find_records(session, assessment_id, limit=SHOWN_LIMIT))
        advices = [(one, _advice(session, one)) for one in found]
        agreements = list(session.scalars(agreements_of(context.id)))
        acts, by = act_rows(session, assessment_id) if spaces.current() else ([], {})
    comments = [one for found in section_comments(context).values() for one in found.comments]
    page = present.history_page(context, advices, agreements, comments)
    return form_page("processes/history.html", ButtonForm(), acts=acts, by=by, **page)


@bp.get("/assessments/<uuid:assessment_id>/history/<int:number>")
def revision(assessment_id: UUID, number: int) -> ResponseReturnValue:
    """Show an earlier advice word for word, with the answers it was given on."""
    context = load_context(assessment_id)
    with database().read() as session:
        found = _find_record(session, assessment_id, str(number))
        edition = VersionView.of(session, found.version_number)
    urls = report_urls(partial(url_for, "processes.revision", assessment_id=assessment_id, number=number))
    result = replace(stored_result(context, found, edition), unanswered=[])
    if request.args.get("show") == SHOW_SOURCES:
        return sources_page(result, urls.brief)
    return form_page(
        "processes/revision.html",
        ButtonForm(),
        result=result,
        answers=judged_answers(context, found, edition),
        number=found.sequence,
        is_latest=context.latest is not None and context.latest.id == found.id,
        latest_url=present.result_url(assessment_id),
        back_url=url_for("processes.history", assessment_id=assessment_id),
        show_all=request.args.get("show") == SHOW_ALL,
        urls=urls,
    )


@bp.get("/assessments/<uuid:assessment_id>/history/compare")
def compare(assessment_id: UUID) -> ResponseReturnValue:
    """Hold two advices on one process against each other."""
    context = load_context(assessment_id)
    with database().read() as session:
        one, other = (_find_record(session, assessment_id, request.args.get(name, "")) for name in ("one", "other"))
        if one.sequence > other.sequence:
            one, other = other, one
        found = difference(_advice(session, one), _advice(session, other))
    return form_page("processes/compare.html", ButtonForm(), **present.compare_page(context, one, other, found))


def _find_records(session: Session, assessment_id: UUID, limit: int) -> list[RecommendationRecord]:
    owner = identity.owner() or abort(404)
    return list(session.scalars(own_recommendations(owner, assessment_id).limit(limit)))


def _find_record(session: Session, assessment_id: UUID, number: str) -> RecommendationRecord:
    """The advice of that number; 404 where there is none."""
    owner = identity.owner() or abort(404)
    sequence = whole_number(number)
    if sequence is None:
        abort(404)
    chosen = own_recommendations(owner, assessment_id).where(RecommendationRecord.sequence == sequence)
    return session.scalars(chosen).first() or abort(404)


def _advice(session: Session, one: RecommendationRecord) -> AdviceView:
    return AdviceView(one.result, one.given, VersionView.of(session, one.version_number))


# ---- newer rules -------------------------------------------------------------------------------------------------


@bp.get("/assessments/<uuid:assessment_id>/newer-rules")
def newer_rules(assessment_id: UUID) -> ResponseReturnValue:
    """Show the saved advice beside what the rules in force say."""
    context, newer = _against_rules_in_force(assessment_id)
    if newer is None:
        return redirect(onward_url(assessment_id, context.progress))
    return _newer_rules_page(context, newer, NewerRulesForm(data={"version": newer.edition.number}))


@bp.post("/assessments/<uuid:assessment_id>/newer-rules/keep")
def keep_rules(assessment_id: UUID) -> ResponseReturnValue:
    """Keep the advice as it is; the owner is not asked again before there are newer rules still."""

    def act(session: Session, number: int) -> str:
        operations.keep_older_rules(session, find_of_requester(session, assessment_id), number)
        return present.result_url(assessment_id)

    return _choose(assessment_id, act)


@bp.post("/assessments/<uuid:assessment_id>/newer-rules/update")
def update_rules(assessment_id: UUID) -> ResponseReturnValue:
    """Move to the rules in force; what changed its meaning is asked first, and the advice comes then."""

    def act(session: Session, number: int) -> str:
        mine = find_of_requester(session, assessment_id)
        progress: Progress = operations.update_to_newer_rules(session, mine, number)
        is_first = progress.has_begun and has_first_advice(session, mine)
        return present.result_url(assessment_id) if is_first else onward_url(assessment_id, progress)

    return _choose(assessment_id, act)


def _choose(assessment_id: UUID, act: Callable[[Session, int], str]) -> ResponseReturnValue:
    context, newer = _against_rules_in_force(assessment_id)
    form = NewerRulesForm()
    if not form.validate_on_submit():
        abort(400)
    if newer is None:  # updated already: this was sent twice, or from a second window
        return redirect(onward_url(assessment_id, context.progress), 303)
    try:
        return redirect(in_transaction(database(), lambda session: act(session, form.number)), 303)
    except RulesMovedOn:
        form = NewerRulesForm(formdata=None, data={"version": newer.edition.number})
        add_form_error(
            form, _("The rules have changed once more since you opened this page. This is how it stands now.")
        )
        return _newer_rules_page(context, newer, form, 409)
    except DatabaseUnavailable as error:
        return unsaved_page("processes/newer_rules.html", form, error, **_newer_rules_context(context, newer))


def _newer_rules_page(
    context: AssessmentContext, newer: NewerRules, form: NewerRulesForm, status: int = 0
) -> ResponseReturnValue:
    return form_page("processes/newer_rules.html", form, status, **_newer_rules_context(context, newer))


def _newer_rules_context(context: AssessmentContext, newer: NewerRules) -> dict[str, Any]:
    with database().read() as session:
        since = versions.versions().where(RuleSetVersion.number > context.advice_edition.number)
        return present.newer_rules_page(context, newer, list(session.scalars(since)))


def _against_rules_in_force(assessment_id: UUID) -> tuple[AssessmentContext, NewerRules | None]:
    context = load_context(assessment_id)
    if context.latest is None:
        return context, None
    return context, apply_rules_in_force(context.assessment, context.edition, context.latest, context.advice_edition)
