"""Naming a process and its parts."""

from typing import Any
from uuid import UUID

from flask import current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from advisor.assessments import operations
from advisor.assessments import presenter as present
from advisor.assessments.blueprint import bp
from advisor.assessments.context import find_mine, load_context
from advisor.assessments.operations import ChangedElsewhere, TooMany
from advisor.assessments.parts import operations as dividing
from advisor.assessments.parts.forms import NameForm, PartsForm, name_form, parts_form
from advisor.assessments.progress import Progress
from advisor.engine.document.text import isolated
from advisor.engine.model.questions import Section
from advisor.extensions import database
from advisor.links import link_to
from advisor.models import DatabaseUnavailable, Owner
from advisor.models import rule_set_version as versions
from advisor.models.idempotency import idempotent
from advisor.web import identity
from advisor.web.forms import ButtonForm, add_form_error, attempt, form_page, pressed_or_400, unsaved_page

EXAMPLES = (_l("paying invoices"), _l("answering support calls"), _l("market research for a new product"))


@bp.route("/assessments/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Name a process and begin; here, and not before, the browser gets its cookie."""
    owner = identity.ensure_owner()
    with database().read() as session:
        form = name_form(versions.rule_set(session).section(Section.NAME))
    examples = [str(example) for example in EXAMPLES]
    page: dict[str, Any] = {"is_new": True, "back_url": link_to("start"), "examples": examples}
    if not form.validate_on_submit():
        return form_page("assessments/parts/name.html", form, **page)
    try:
        return redirect(operations.in_transaction(database(), lambda session: _begin(session, owner, form)), 303)
    except TooMany:
        add_form_error(form, _too_many())
        return form_page("assessments/parts/name.html", form, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("assessments/parts/name.html", form, error, **page)


def _too_many() -> str:
    if identity.current().is_signed_in:
        most = current_app.config["ASSESSMENTS_PER_OWNER"]
        return str(_("You have %(most)d processes, which is as many as we keep. Delete some first.", most=most))
    return str(_("You have as many processes as we keep for one browser. Delete some on “Your data” first."))


def _begin(session: Session, owner: Owner, form: NameForm) -> str:
    name, answers = str(form.process_name.data), form.given_answers()

    def create() -> str:
        limit = current_app.config["ASSESSMENTS_PER_OWNER"]
        return url_for(".go_on", assessment_id=operations.create(session, owner, name, answers, limit).id)

    return idempotent(session, attempt(owner.mark), create)


@bp.route("/assessments/<uuid:assessment_id>/name", methods=["GET", "POST"])
def rename(assessment_id: UUID) -> ResponseReturnValue:
    """Change the name, and the usual process it is closest to."""
    opened = load_context(assessment_id)
    questions = opened.progress.rule_set.section(Section.NAME)
    form = name_form(questions, opened.progress.process, opened.progress.answers)
    onward = present.onward_url(assessment_id, opened.progress)
    page: dict[str, Any] = {"is_new": False, "back_url": onward, "examples": []}
    if not form.validate_on_submit():
        return form_page("assessments/parts/name.html", form, **page)
    try:
        operations.in_transaction(database(), lambda session: _rename(session, assessment_id, form))
    except ChangedElsewhere:
        add_form_error(
            form, _changed_sentence(_("The name is now “%(name)s”.", name=isolated(opened.progress.process)))
        )
        form.opened.data = form.opened.object_data
        return form_page("assessments/parts/name.html", form, 409, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("assessments/parts/name.html", form, error, **page)
    return redirect(onward, 303)


def _rename(session: Session, assessment_id: UUID, form: NameForm) -> None:
    mine = find_mine(session, assessment_id)
    asked = [question.key for question in versions.rule_set(session, mine.version_number).section(Section.NAME)]
    name, opened = str(form.process_name.data), str(form.opened.data)
    operations.rename(session, mine, name, form.given_answers(), asked=asked, opened=opened)


def _changed_sentence(now: str) -> str:
    return " ".join(
        [_("This was changed in another window after you opened it."), now, _("Send the form again to use yours.")]
    )


@bp.route("/assessments/<uuid:assessment_id>/parts", methods=["GET", "POST"])
def parts(assessment_id: UUID) -> ResponseReturnValue:
    """Break the process into parts, or rename, add and remove parts."""
    opened = load_context(assessment_id)
    form = parts_form(present.part_names(opened.assessment), dividing.parts_mark(opened.assessment))
    page = present.parts_page(opened) | {"whole_form": ButtonForm()}
    if not form.validate_on_submit():
        return form_page("assessments/parts/parts.html", form, **page)
    try:
        progress = operations.in_transaction(database(), lambda session: _name_parts(session, assessment_id, form))
    except ChangedElsewhere:
        names = ", ".join(map(isolated, present.part_names(opened.assessment))) or _("one piece")
        add_form_error(form, _changed_sentence(_("It is now: %(names)s.", names=names)))
        form.opened.data = form.opened.object_data
        return form_page("assessments/parts/parts.html", form, 409, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("assessments/parts/parts.html", form, error, **page)
    return redirect(present.onward_url(assessment_id, progress), 303)


def _name_parts(session: Session, assessment_id: UUID, form: PartsForm) -> Progress:
    mine = find_mine(session, assessment_id)
    return dividing.name_parts(session, mine, form.names(), str(form.opened.data or ""))


@bp.post("/assessments/<uuid:assessment_id>/parts/together")
def put_together(assessment_id: UUID) -> ResponseReturnValue:
    """Make it one piece again."""
    load_context(assessment_id)
    pressed_or_400()

    def act(session: Session) -> Progress:
        return dividing.put_together(session, find_mine(session, assessment_id))

    return redirect(present.onward_url(assessment_id, operations.in_transaction(database(), act)), 303)
