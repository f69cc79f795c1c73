"""The draft as a visitor would see it: the pages of an assessment, over a store that keeps nothing, for admins.

The name and the answers travel in the address, so there is nothing that could be counted, listed or left over, and the
preview ends with the page.
"""

from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from advisor.assessments.blueprint import bp as pages
from advisor.assessments.presenter import onward_url
from advisor.assessments.questions.forms import OnceForm
from advisor.models.idempotency import idempotent
from advisor.models.rule_sets.draft import NoDraft
from advisor.rule_sets.item_urls import item_url
from advisor.rule_sets.preview.store import NOBODYS, PreviewStore
from advisor.rule_sets.test_cases import coverage
from advisor.rule_sets.workspace import key_owner, write
from advisor.web.access import identity
from advisor.web.forms import attempt

bp = Blueprint("preview", __name__, url_prefix="/admin/rules/draft/preview")


@bp.url_value_preprocessor
def _of_nobody(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The pages of a visitor are of an assessment, which has an id."""
    if values is not None and endpoint not in {"preview.go_on", "preview.make_case"}:
        values["assessment_id"] = NOBODYS


@bp.before_request
def _keep_nothing() -> None:
    g.assessment_store = PreviewStore()


@bp.url_defaults
def _carry(_endpoint: str, values: dict[str, Any]) -> None:
    """Let every address within the preview carry along what it knows."""
    values.pop("assessment_id", None)
    if values.get("part_id") is None:
        values.pop("part_id", None)
    store: PreviewStore | None = g.get("assessment_store")
    if store is not None and store.carried is not None and "process" not in values:  # process=None: it begins again
        for name, value in store.carried.values():
            values.setdefault(name, value)


@bp.context_processor
def _preview_values() -> dict[str, Any]:
    """Every page of the preview says that it is one."""
    begin = url_for(".rename", process=None)
    shown: dict[str, Any] = {
        "draft_url": url_for("rule_sets.home"),
        "again_url": begin,
        "case_url": url_for(".make_case"),
    }
    store: PreviewStore | None = g.get("assessment_store")  # none where the request was refused
    shown["trial_notice"] = store.trial_notice if store is not None else None
    shown["problems_url"] = url_for("rule_sets.problems")
    return {"preview": shown | {"shows_problem": "found" in request.args}}


@bp.get("/go-on")
def go_on() -> ResponseReturnValue:
    """Go to the first question that is open, else to the result."""
    return redirect(onward_url(NOBODYS, g.assessment_store.load().progress))


@bp.post("/case")
def make_case() -> ResponseReturnValue:
    """Make a test case of these answers, which expects the advice that they get now."""
    item, form = g.assessment_store.load().progress.work_item(), OnceForm()
    if not form.validate_on_submit():
        abort(400)

    def act(session: Session) -> str:
        def do() -> str:
            return item_url("cases", coverage.make_case(session, identity.actor(), item), made="1")

        return idempotent(session, attempt(key_owner()), do)

    try:
        return redirect(write(act), 303)
    except NoDraft:
        return redirect(url_for("rule_sets.home", gone=1), 303)


pages.show_on(bp)
