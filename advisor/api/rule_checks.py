"""The check of a rule set over every combination of answers, for programs of admins; what takes long is a job."""

from typing import TYPE_CHECKING, cast

from flask import Response, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.api.description import reference
from advisor.api.own_assessments import LOCATION
from advisor.api.registry import api, json_body, json_reply
from advisor.api.shapes import CheckDocument, CheckedProblem, CheckedShare
from advisor.engine.document.document import dumps, from_plain
from advisor.engine.model.errors import Problem, RuleSetError
from advisor.engine.model.vocabulary import Outcome
from advisor.extensions import database
from advisor.models.job import JobState
from advisor.models.rule_sets import proof as proofs
from advisor.models.rule_sets.draft import find_draft
from advisor.rule_sets.checks.proof_status import ProofStatus, ask, proof_status_of
from advisor.web.access import identity
from advisor.web.access.rate_limits import transferred_too_often
from advisor.web.problems import problem

if TYPE_CHECKING:
    from advisor.engine.analysis.proofs.shares import Shares

PROBLEMS_LIMIT = 1_000
"""Problems that one reply holds; those that block come first."""

_MARK = {
    "name": "mark",
    "in": "path",
    "required": True,
    "description": "The SHA-256 of the rule set, as the `Location` of the check has it.",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}


@api.operation(
    "POST",
    "/rules/check",
    summary="Check a rule set, or the draft, over every combination of answers.",
    takes=reference("CheckRequest"),
    gives=reference("CheckDocument"),
    problems=["no-draft"],
    later=LOCATION,
    needs_token=True,
)
def check_rules() -> ResponseReturnValue:
    """Check what was sent; an empty object is the draft as it stands."""
    raw = json_body()
    if wait := transferred_too_often():
        return wait
    if raw == {}:
        with database().read() as session:
            draft = find_draft(session)
        if draft is None:
            return problem("no-draft", _("There is no draft."))
        return _check_document(draft.document, "draft")
    try:
        document = dumps(from_plain(raw))
    except RuleSetError as error:
        return json_reply(_document(ProofStatus(error.problems, can_prove=False, is_proved=False)))
    return _check_document(document, "rule set sent by a program")


@api.operation(
    "GET",
    "/rules/check/<string:mark>",
    summary="How far a check is, and what it found.",
    gives=reference("CheckDocument"),
    parameters=[_MARK],
    problems=["not-allowed", "nothing-there"],
    later=LOCATION,
    needs_token=True,
)
def checked_rules(mark: str) -> ResponseReturnValue:
    """Say how far the check of that rule set is."""
    with database().read() as session:
        document = proofs.document_of(session, mark)
        status = proof_status_of(session, document) if document is not None else None
    if status is None or (status.waits and status.open_job is None):
        abort(404)
    return _reply(status, mark)


def _check_document(document: str, what: str) -> Response:
    # What is quick is worked out before anything is written, so that nobody waits for it to end.
    with database().read() as session:
        status = proof_status_of(session, document)
    if not status.waits:
        return _reply(status, "")
    with database().write() as session:
        mark = ask(session, identity.actor(), document, what, by_program=True).subject
    with database().read() as session:
        status = proof_status_of(session, document)
    return _reply(status, mark)


def _reply(status: ProofStatus, mark: str) -> Response:
    if not status.waits:
        return json_reply(_document(status))
    response = json_reply(_document(status), 202)
    response.headers["Location"] = url_for("api.checked_rules", mark=mark)
    response.headers["Retry-After"] = "1"
    return response


def _document(status: ProofStatus) -> CheckDocument:
    problems = (*status.blocking_problems, *status.warning, *status.accepted_problems)
    job = status.open_job
    return {
        "state": "done" if not status.waits else "running" if job and job.state == JobState.RUNNING else "waiting",
        "done": job.done if job else 0,
        "total": job.total if job else 0,
        "blocks": bool(status.blocking_problems),
        "found": len(problems),
        "problems": [_problem(problem) for problem in problems[:PROBLEMS_LIMIT]],
        "combinations": status.shares.space if status.shares else None,
        "exact": status.shares.is_exact if status.shares else None,
        "shares": {str(outcome): _share(status.shares, outcome) for outcome in Outcome} if status.shares else None,
    }


def _problem(problem: Problem) -> CheckedProblem:
    from advisor.engine.analysis.prove import plain_problem

    return cast(CheckedProblem, plain_problem(problem))


def _share(shares: "Shares", outcome: Outcome) -> CheckedShare:
    low, high = shares.interval(outcome)
    return {"share": shares.whole.share(outcome), "low": low, "high": high}
