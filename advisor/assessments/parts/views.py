"""Naming a process and its parts."""

from typing import Any
from uuid import UUID

from flask import current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments import presenter as present
from advisor.assessments.blueprint import bp
from advisor.assessments.operations import ChangedElsewhere, create, in_transaction, parts_fingerprint
from advisor.assessments.parts.forms import NameForm, name_form, parts_form
from advisor.assessments.store import store
from advisor.engine.document.text import isolate_text
from advisor.engine.model.questions import Section
from advisor.extensions import database
from advisor.links import link_to
from advisor.models import Owner
from advisor.models.idempotency import idempotent
from advisor.models.rule_sets import rule_set_version as versions
from advisor.web.access import identity
from advisor.web.forms import ButtonForm, add_form_error, attempt, form_page, pressed_or_400, save_form

NAME, PARTS = "assessments/parts/name.html", "assessments/parts/parts.html"


@bp.route("/assessments/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Name a process and begin; here, and not before, the browser gets its cookie."""
    owner = identity.ensure_owner()
    with database().read() as session:
        form = name_form(versions.rule_set(session).section(Section.NAME))
    shown: dict[str, Any] = {"is_new": True, "back_url": link_to("start"), "examples": _examples()}
    if not form.validate_on_submit():
        return form_page(NAME, form, **shown)
    return save_form(
        NAME, form, shown, lambda: in_transaction(database(), lambda session: _begin(session, owner, form))
    )


def _examples() -> list[str]:
    return [_("paying invoices"), _("answering support calls"), _("market research for a new product")]


def _begin(session: Session, owner: Owner, form: NameForm) -> str:
    name, answers = str(form.process_name.data), form.given_answers()

    def act() -> str:
        limit = current_app.config["ASSESSMENTS_PER_OWNER"]
        return url_for(".go_on", assessment_id=create(session, owner, name, answers, limit).id)

    return idempotent(session, attempt(owner.hash), act)


@bp.page("/name", methods=("GET", "POST"))
def rename(assessment_id: UUID) -> ResponseReturnValue:
    """Change the name, and the usual process it is closest to."""
    context = store().load(assessment_id)
    form = name_form(
        context.progress.rule_set.section(Section.NAME), context.progress.process, context.progress.answers
    )
    is_new = not context.progress.process  # a preview begins here
    shown: dict[str, Any] = {
        "is_new": is_new,
        "back_url": link_to("draft") if is_new else present.named_url(context, context.progress),
        "examples": _examples() if is_new else [],
    }
    if not form.validate_on_submit():
        return form_page(NAME, form, **shown)

    def save() -> str:
        name, answers = str(form.process_name.data), form.given_answers()
        progress = store().rename(assessment_id, name, answers, str(form.opened.data))
        return present.named_url(context, progress)

    try:
        return save_form(NAME, form, shown, save)
    except ChangedElsewhere:
        add_form_error(
            form, _changed_sentence(_("The name is now “%(name)s”.", name=isolate_text(context.progress.process)))
        )
        form.opened.data = form.opened.object_data
        return form_page(NAME, form, 409, **shown)


def _changed_sentence(now: str) -> str:
    return " ".join(
        [_("This was changed in another window after you opened it."), now, _("Send the form again to use yours.")]
    )


@bp.page("/parts", methods=("GET", "POST"))
def parts(assessment_id: UUID) -> ResponseReturnValue:
    """Break the process into parts, or rename, add and remove parts."""
    context = store().load(assessment_id)
    form = parts_form(present.part_names(context.assessment), parts_fingerprint(context.assessment))
    shown = present.parts_page(context) | {"whole_form": ButtonForm()}
    if not form.validate_on_submit():
        return form_page(PARTS, form, **shown)

    def save() -> str:
        progress = store().name_parts(assessment_id, form.names(), str(form.opened.data or ""))
        return present.named_url(context, progress)

    try:
        return save_form(PARTS, form, shown, save)
    except ChangedElsewhere:
        names = ", ".join(map(isolate_text, present.part_names(context.assessment))) or _("one piece")
        add_form_error(form, _changed_sentence(_("It is now: %(names)s.", names=names)))
        form.opened.data = form.opened.object_data
        return form_page(PARTS, form, 409, **shown)


@bp.page("/parts/together", methods=("POST",))
def put_together(assessment_id: UUID) -> ResponseReturnValue:
    """Make it one piece again."""
    context = store().load(assessment_id)
    pressed_or_400()
    progress = store().put_together(assessment_id)
    return redirect(present.onward_url(assessment_id, progress, since=present.advice_before(context)), 303)
