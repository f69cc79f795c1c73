"""A version of a brief is shared by a link: what they will see, and then the link."""

from typing import Any
from uuid import UUID

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from advisor.assessments.context import AssessmentContext, load_context
from advisor.assessments.operations import ChangedElsewhere
from advisor.assessments.presenter import onward_url
from advisor.engine.document.text import whole_number
from advisor.engine.evaluation.brief import LEAVES
from advisor.models import Assessment, Owner
from advisor.processes.brief.composition import compose_brief
from advisor.processes.brief.opened_brief import as_paper, open_brief
from advisor.processes.brief.operations import save_version
from advisor.processes.forms import NewLinkForm
from advisor.processes.sharing.operations import LinkTerms, make_link
from advisor.processes.sharing.views import answer_new_link
from advisor.processes.views import bp, request_owner
from advisor.web.access import identity
from advisor.web.forms import form_page

_TEMPLATE = "processes/brief/share.html"


@bp.route("/assessments/<uuid:assessment_id>/brief/share", methods=["GET", "POST"])
def new_brief_link(assessment_id: UUID) -> ResponseReturnValue:
    """Show what a link to the newest version would show; then make it. A brief that is not saved is saved with it."""
    context = load_context(assessment_id)
    latest = context.latest
    if latest is None:
        return redirect(onward_url(assessment_id, context.progress), 302 if request.method == "GET" else 303)
    owner, back_url = request_owner(), url_for(".brief", assessment_id=assessment_id)
    asked = request.args.get("version")  # of the page whose form is sent; 0 where nothing was saved then
    opened = open_brief(context, latest, owner, whole_number(asked) or None)
    if opened.version is None and latest.result["outcome"] not in LEAVES:
        return redirect(back_url, 302 if request.method == "GET" else 303)
    form = NewLinkForm()
    shown = as_paper(opened, latest)
    form_url = url_for(".new_brief_link", assessment_id=assessment_id, version=shown.number)
    page: dict[str, Any] = {"paper": shown, "until": None, "back_url": back_url, "form_url": form_url}
    if not form.validate_on_submit():
        return form_page(_TEMPLATE, form, **page)

    def make(session: Session, mine: Assessment) -> str:
        number = whole_number(asked) or _first_version(session, owner, mine, context)
        terms = LinkTerms(form.days_chosen, with_name=True, note=str(form.note.data or ""), brief_number=number)
        return make_link(session, owner, mine, terms, current_app.config["LINKS_PER_ACCOUNT"], identity.actor())

    try:
        return answer_new_link(context, form, _TEMPLATE, page, make)
    except ChangedElsewhere:
        return redirect(url_for(".new_brief_link", assessment_id=assessment_id), 303)


def _first_version(session: Session, owner: Owner, mine: Assessment, context: AssessmentContext) -> int:
    """Save the brief that follows from the advice. Raises ChangedElsewhere where another one was saved meanwhile."""
    latest = context.latest
    assert latest is not None  # noqa: S101 - its page was shown
    brief = compose_brief(latest, context.advice_edition, mine, ())
    return save_version(session, owner, mine, brief, latest.sequence, 0)
