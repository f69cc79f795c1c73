"""The problems of the draft with their proofs, the shares of the outcomes, and the answers that show them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.engine.document.text import whole_number
from advisor.engine.model.errors import Problem
from advisor.extensions import database
from advisor.models.idempotency import new_key
from advisor.models.job import JobState
from advisor.models.rule_sets import proof as proofs
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.draft import find_draft
from advisor.models.rule_sets.rule_set_version import fingerprint
from advisor.rule_sets.audit.draft_history import latest_act
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.checks.acceptance import accepted_lines
from advisor.rule_sets.checks.blocking_causes import FailingCases, blocking_causes
from advisor.rule_sets.checks.missing_items import MissingItem
from advisor.rule_sets.checks.proof_status import ProofStatus, ask, cancel, new_warnings, proof_status_of
from advisor.rule_sets.checks.shares import SharesChart, shares_chart, shift_tables
from advisor.rule_sets.forms import RunForm
from advisor.rule_sets.job_report import JobReport, job_report
from advisor.rule_sets.presenter import ProblemLine, problem_lines
from advisor.rule_sets.workspace import DraftWorkspace, workspace_or_home, write
from advisor.web.access import identity
from advisor.web.forms import ButtonForm, form_page
from advisor.web.paging import paginate
from advisor.wording.case_run import CaseRun
from advisor.wording.vocabulary import OUTCOMES, names

PROBLEMS_ON_A_PAGE = 40


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems under a heading, "" where there is but one group."""

    heading: str
    lines: list[ProblemLine]
    is_old: bool = False
    """Whether the version in force has them too."""


@bp.get("/admin/rules/draft/problems")
def problems() -> ResponseReturnValue:
    """List what is wrong with the draft, what blocks first, and show the shares of the outcomes."""
    workspace = workspace_or_home()
    with database().read() as session:
        status = proof_status_of(session, workspace.document)
        chart = _chart(session, status)
        new = new_warnings(session, status)
        accepted = accepted_lines(session, workspace, status.acceptances.present)
    first = frozenset(new or ())

    def url(number: int) -> str:
        return url_for("rule_sets.problems", page=number)

    warning = sorted(status.warning, key=lambda problem: problem not in first)
    causes = blocking_causes(workspace, status.blocking_problems)
    entries = [*causes.entries, *warning]
    page = paginate(entries, request.args.get("page", ""), PROBLEMS_ON_A_PAGE, url)
    shown = [entry for entry in page.items if isinstance(entry, Problem)]
    return form_page(
        "rule_sets/checks/problems.html",
        ButtonForm(),
        number_blocking=causes.number,
        missing=[entry for entry in page.items if isinstance(entry, MissingItem)],
        failing=[entry for entry in page.items if isinstance(entry, FailingCases)],
        blocking=problem_lines(workspace.rules, (problem for problem in shown if problem.blocks), workspace.base),
        warning=_groups(workspace, [problem for problem in shown if not problem.blocks], new),
        page=page,
        proof_status=status,
        job=check_report(status),
        once_key=new_key(),
        chart=chart,
        accepted=accepted,
        case_run=CaseRun.of(workspace.trial),
        done=latest_act(workspace),
    )


@bp.get("/admin/rules/draft/shares")
def shares() -> ResponseReturnValue:
    """Show how far each answer shifts the share of each outcome."""
    workspace = workspace_or_home()
    with database().read() as session:
        status = proof_status_of(session, workspace.document)
        chart = _chart(session, status)
    if chart is None or status.shares is None:
        return redirect(url_for("rule_sets.problems"))
    return render_template(
        "rule_sets/checks/shares.html",
        chart=chart,
        outcomes=list(names(OUTCOMES).values()),
        tables=shift_tables(workspace.rules, status.shares),
    )


@bp.post("/admin/rules/check")
def check_all() -> ResponseReturnValue:
    """Ask for the check of every combination of answers of the draft, or of a version; or cancel the one shown."""
    form = RunForm()
    if not form.validate_on_submit():
        abort(400)
    of = request.form.get("of", "draft")
    number = whole_number(of)
    if of != "draft" and number is None:
        abort(400)

    def act(session: Session) -> str:
        if number is None:
            draft = find_draft(session)
            if draft is None:
                return url_for("rule_sets.home", gone=1)
            document, what, back = draft.document, "draft", url_for("rule_sets.problems")
        else:
            row = versions.version(session, number) or abort(404)
            document, what = row.document, f"version {row.number}"
            back = url_for("rule_sets.bring_back", number=row.number)
        if request.form.get("do") == "cancel":
            cancel(session, identity.actor(), form.number, what)
        elif proof_status_of(session, document).can_be_checked:
            ask(session, identity.actor(), document, what)
        return back

    return redirect(write(act), 303)


def _groups(workspace: DraftWorkspace, found: Iterable[Problem], new: Collection[Problem] | None) -> list[ProblemGroup]:
    """Those that came with the draft, and those that the version in force has too, while both are known."""
    if new is None:
        return [ProblemGroup("", problem_lines(workspace.rules, found))]
    groups: dict[str, list[Problem]] = {
        str(_("New with the draft")): [],
        str(_("As in version %(n)s", n=workspace.in_force_number)): [],
    }
    came, were = groups.values()
    for problem in found:
        (came if problem in new else were).append(problem)
    return [
        ProblemGroup(heading, problem_lines(workspace.rules, some), is_old=some is were)
        for heading, some in groups.items()
        if some
    ]


def check_report(status: ProofStatus) -> JobReport | None:
    """How far the check is; None where none is needed, and none was asked for. What a program asked for is its own."""
    job = status.job
    if job is None and not status.waits:
        return None
    if job is not None and job.state == JobState.DONE and status.waits:
        job = None  # an earlier release proved less, or what was found is not kept any more
    return job_report(job, fingerprint(status.document), can_stop=job is not None and job.kind == proofs.KIND)


def _chart(session: Session, status: ProofStatus) -> SharesChart | None:
    if status.shares is None:
        return None
    in_force = versions.in_force(session)
    before = proof_status_of(session, in_force.document).shares
    return shares_chart(before, status.shares, in_force.number) if before is not None else None
