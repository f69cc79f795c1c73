"""The pages of the brief: it is read, edited, and its versions are opened again."""

from typing import Any
from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.context import AssessmentContext, find_of_requester, load_context
from advisor.assessments.operations import ChangedElsewhere, in_transaction
from advisor.assessments.presenter import onward_url
from advisor.engine.document.text import whole_number
from advisor.engine.evaluation.brief import LEAVES
from advisor.engine.model.vocabulary import Outcome
from advisor.exchange.docx_files import MEDIA_TYPE, make_docx
from advisor.extensions import database
from advisor.models import RecommendationRecord
from advisor.models.idempotency import idempotent
from advisor.processes.brief.composition import compose_brief
from advisor.processes.brief.files import brief_paper, brief_text
from advisor.processes.brief.forms import BriefForm, brief_form
from advisor.processes.brief.opened_brief import OpenedBrief, as_paper, open_brief
from advisor.processes.brief.operations import VERSIONS_KEPT, save_version
from advisor.processes.brief.presenter import BriefVersionRow
from advisor.processes.papers.reply import file_name, pdf_reply
from advisor.processes.presenter import result_url
from advisor.processes.views import bp, request_owner
from advisor.web.access.security import may_repeat
from advisor.web.forms import add_form_error, attempt, form_page, save_form
from advisor.wording.brief import Brief, apply_edits, left_out, put_back
from advisor.wording.claims import VersionView

_EDIT = "processes/brief/edit.html"


@bp.get("/assessments/<uuid:assessment_id>/brief")
def brief(assessment_id: UUID) -> ResponseReturnValue:
    """Show the brief as providers read it, and what can be done with it."""
    context = load_context(assessment_id)
    latest = context.latest
    if latest is None:
        return redirect(onward_url(assessment_id, context.progress))
    number = _version_asked()
    opened = open_brief(context, latest, request_owner(), number)
    page: dict[str, Any] = {
        "process_name": context.progress.process,
        "back_url": result_url(assessment_id),
        "versions": _version_rows(context, opened),
        "kept": VERSIONS_KEPT,
    }
    if latest.result["outcome"] not in LEAVES and number is None:
        return form_page("processes/brief/nothing.html", None, reason=_reason(latest), **page)
    edit_url = url_for(".edit_brief", assessment_id=assessment_id)
    page |= {
        "paper": as_paper(opened, latest),
        "is_newest": opened.version is None or opened.version.number == opened.newest,
        "is_outdated": opened.is_outdated and number is None,
        "is_stale": context.is_stale,
        "edit_url": edit_url,
        "anew_url": url_for(".edit_brief", assessment_id=assessment_id, anew=1),
        "newest_url": url_for(".brief", assessment_id=assessment_id),
        "share_url": url_for(".new_brief_link", assessment_id=assessment_id),
        "file_urls": {
            kind: url_for(".brief_file", assessment_id=assessment_id, kind=kind, version=number)
            for kind in ("docx", "pdf", "txt")
        },
        "extras": opened.brief.extras,
        "notice": _("Saved.") if "saved" in request.args else "",
    }
    page["text"] = brief_text(page["paper"])
    if opened.version is not None and opened.version.number != opened.newest:
        page["edit_url"] = url_for(".edit_brief", assessment_id=assessment_id, version=opened.version.number)
    return form_page("processes/brief/brief.html", None, **page)


@bp.get("/assessments/<uuid:assessment_id>/brief/brief.<any(docx, pdf, txt):kind>")
def brief_file(assessment_id: UUID, kind: str) -> ResponseReturnValue:
    """Give the brief, the newest version or another, as a file to be sent, edited or pasted."""
    context = load_context(assessment_id)
    latest = context.latest or abort(404)
    opened = open_brief(context, latest, request_owner(), _version_asked())
    if opened.version is None and latest.result["outcome"] not in LEAVES:
        abort(404)
    page = as_paper(opened, latest)
    if kind == "pdf":
        return pdf_reply(brief_paper(page), "brief", page.title)
    if kind == "txt":
        reply = Response(brief_text(page), content_type="text/plain; charset=utf-8")
    else:
        reply = Response(make_docx(brief_paper(page), page.at), content_type=MEDIA_TYPE)
    reply.headers["Content-Disposition"] = f'attachment; filename="{file_name("brief", page.title)}.{kind}"'
    return reply


def _version_asked() -> int | None:
    asked = request.args.get("version")
    return None if asked is None else whole_number(asked, 1) or abort(404)


def _version_rows(context: AssessmentContext, opened: OpenedBrief) -> list[BriefVersionRow]:
    return [
        BriefVersionRow(
            number=it.number,
            saved=it.created_at,
            url=url_for(".brief", assessment_id=context.id, version=it.number),
        )
        for it in opened.versions
    ]


def _reason(latest: RecommendationRecord) -> str:
    if latest.result["outcome"] == Outcome.KEEP:
        return str(
            _(
                "The advice is to keep this work in-house for now, so there is nothing to hand over: "
                "see under “Before you act” what to do instead."
            )
        )
    return str(
        _("We can't say yet which help suits this work: answer the questions that are open, and then look here.")
    )


@bp.route("/assessments/<uuid:assessment_id>/brief/edit", methods=["GET", "POST"])
@may_repeat("with_extras", "back")
def edit_brief(assessment_id: UUID) -> ResponseReturnValue:
    """Edit the brief: the newest version, an older one to bring it back, or the newest composed anew."""
    context = load_context(assessment_id)
    latest = context.latest
    if latest is None:
        return redirect(onward_url(assessment_id, context.progress), 302 if request.method == "GET" else 303)
    opened = open_brief(context, latest, request_owner(), _version_asked())
    before, was, record = opened.brief, opened.was, opened.record
    if "anew" in request.args and opened.version is not None:
        extras = before.extras
        before, record = opened.anew, latest
        was = compose_brief(latest, context.advice_edition, context.assessment, extras)
    if latest.result["outcome"] not in LEAVES and opened.version is None:
        return redirect(url_for(".brief", assessment_id=assessment_id), 302 if request.method == "GET" else 303)
    missing = left_out(before, was)
    form = brief_form(before, missing, opened.newest, record.sequence)
    page: dict[str, Any] = {
        "process_name": context.progress.process,
        "sections": before.sections,
        "missing": missing,
        "number": opened.version.number if opened.version and "version" in request.args else 0,
        "is_anew": "anew" in request.args,
        "back_url": url_for(".brief", assessment_id=assessment_id),
        "clash_url": "",
    }
    if not form.validate_on_submit():
        return form_page(_EDIT, form, **page)

    def read(session: Session) -> str:
        return _save(session, context, form, before, was, record)

    try:
        return save_form(_EDIT, form, page, lambda: in_transaction(database(), read))
    except ChangedElsewhere:
        form.opened.data = str(opened.newest)
        add_form_error(form, _("Another window saved version %(n)d after you opened this.", n=opened.newest))
        clash_url = url_for(".brief", assessment_id=assessment_id, version=opened.newest)
        return form_page(_EDIT, form, 409, **page | {"clash_url": clash_url, "clash": opened.newest})


def _save(
    session: Session,
    context: AssessmentContext,
    form: BriefForm,
    before: Brief,
    was: Brief,
    record: RecommendationRecord,
) -> str:
    owner = request_owner()

    def act() -> str:
        mine = find_of_requester(session, context.id)
        texts = {section: str(form.text_of(section).data or "") for section in before.sections}
        typed = apply_edits(before, was, str(form.title.data), texts)
        typed = put_back(typed, was, form.back.data or ())
        save_version(
            session, owner, mine, _with_extras(typed, form, context, record), record.sequence, form.opened_number
        )
        return url_for(".brief", assessment_id=context.id, saved=1)

    return idempotent(session, attempt(owner.hash), act)


def _with_extras(typed: Brief, form: BriefForm, context: AssessmentContext, record: RecommendationRecord) -> Brief:
    """With the sections that were ticked just now as they are composed, and without those that are ticked no more."""
    edition = context.advice_edition
    if record.version_number != edition.number:
        with database().read() as session:
            edition = VersionView.of(session, record.version_number)
    fresh = compose_brief(record, edition, context.assessment, form.extras)
    lines = dict(typed.lines)
    for extra in form.extras:
        if extra not in typed.extras:
            lines[extra] = fresh.of(extra)
    return Brief(typed.title, {it: lines.get(it, ()) for it in fresh.sections}, form.extras)
