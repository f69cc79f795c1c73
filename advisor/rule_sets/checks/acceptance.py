"""Warnings of the draft that admins accept with a reason, and take back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.engine.checks.basis import basis_fingerprint
from advisor.engine.model.errors import Problem
from advisor.extensions import database
from advisor.models import AcceptedWarning, Account
from advisor.models.rule_sets.accepted_warning import TooManyAcceptedError, accept, warning_fingerprint, withdraw
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.checks.proof_status import proof_status_of
from advisor.rule_sets.forms import AcceptWarningForm
from advisor.rule_sets.presenter import ProblemLine, problem_lines
from advisor.rule_sets.workspace import DraftWorkspace, workspace_or_home, write
from advisor.web.access import identity
from advisor.web.forms import Refusal, form_page, pressed_or_400, save_form


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """A warning that was accepted: why, by whom, "" where the account is gone, and when."""

    line: ProblemLine
    reason: str
    by: str
    at: datetime
    about: str


def accepted_lines(
    session: Session, workspace: DraftWorkspace, accepted: Mapping[Problem, AcceptedWarning]
) -> list[AcceptedLine]:
    """Accepted warnings, each with why, by whom and when."""
    people = {row.accepted_by for row in accepted.values()}
    found = session.execute(select(Account.id, Account.email).where(Account.id.in_(people)))
    emails: dict[UUID | None, str] = {row.id: row.email for row in found}
    return [
        AcceptedLine(line, row.reason, emails.get(row.accepted_by, ""), row.accepted_at, row.about)
        for line, row in zip(problem_lines(workspace.rules, accepted), accepted.values(), strict=True)
    ]


@bp.route("/admin/rules/draft/problems/accept", methods=["GET", "POST"])
def accept_warning() -> ResponseReturnValue:
    """Accept a warning with a reason, or take that back."""
    about = request.args.get("warning", "")
    if request.form.get("do") == "withdraw":
        pressed_or_400()
        write(lambda session: withdraw(session, identity.actor(), about))
        return redirect(url_for("rule_sets.problems"), 303)
    form = AcceptWarningForm()
    workspace = workspace_or_home(over_a_form=request.method == "POST")
    with database().read() as session:
        found = _warning(session, workspace, about)
        if found is None:
            abort(404)
        earlier = accepted_lines(session, workspace, found[1])
    if request.method == "GET":
        form.rests_on.data = basis_fingerprint(workspace.rules, found[0])
    page: dict[str, Any] = {"line": problem_lines(workspace.rules, [found[0]])[0], "earlier": earlier}
    if not form.validate_on_submit():
        return form_page("rule_sets/checks/accept.html", form, **page)
    return save_form(
        "rule_sets/checks/accept.html", form, page, lambda: write(lambda session: _accept(session, form, about))
    )


def _accept(session: Session, form: AcceptWarningForm, about: str) -> str:
    workspace = DraftWorkspace.load(session)
    found = _warning(session, workspace, about)
    basis = basis_fingerprint(workspace.rules, found[0]) if found is not None else ""
    if found is None or basis != form.rests_on.data:
        form.rests_on.data = basis
        raise Refusal(_("What this rests on was changed after you opened the page. Look again, then send it."))
    try:
        most = current_app.config["ACCEPTED_WARNINGS"]
        accept(session, identity.actor(), workspace.rules, found[0], form.reason.data or "", most=most)
    except TooManyAcceptedError as error:
        text = _("%(most)d warnings are accepted, which is as many as may be. Take one back first", most=error.most)
        raise Refusal(text) from None
    return url_for("rule_sets.problems")


def _warning(
    session: Session, workspace: DraftWorkspace, about: str
) -> tuple[Problem, dict[Problem, AcceptedWarning]] | None:
    """The warning of the draft that is meant, and what was accepted of it when it rested on something else."""
    status = proof_status_of(session, workspace.document)
    for problem in (*status.warning, *status.accepted_problems):
        if warning_fingerprint(problem) == about:
            return problem, {key: row for key, row in status.acceptances.outdated.items() if key == problem}
    return None
