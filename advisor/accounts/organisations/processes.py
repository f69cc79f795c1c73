"""Processes go into an organisation and, where an owner wants that, out of it again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.accounts import moves
from advisor.accounts.moves import NoRoom, NotTheirs
from advisor.accounts.organisations.forms import ToOrganisationForm
from advisor.accounts.organisations.views import bp
from advisor.extensions import database
from advisor.links import link_to
from advisor.models import AccountOwner, Assessment, DatabaseUnavailable, Owner
from advisor.models.accounts.organisation import Member, lock_organisation, member_of
from advisor.models.processes.assessment import own_assessments
from advisor.web.access import identity, spaces
from advisor.web.access.rights import refuse
from advisor.web.access.security import may_repeat
from advisor.web.forms import ButtonForm, add_form_error, form_page, unsaved_page


@bp.route("/organisations/move", methods=["GET", "POST"])
@may_repeat("of")
def move() -> ResponseReturnValue:
    """Say what moving means; then let processes of one's own belong to an organisation."""
    account_id, ids = identity.own_account_id(), _ids()
    if request.method == "POST" and (there := _moved_before(ids)):  # sent twice, or from a second window
        return redirect(url_for(".show_move", organisation_id=there, of=ids), 303)
    names = _names(AccountOwner(account_id), ids)
    form = ToOrganisationForm()
    targets = [it for it in spaces.own_organisations() if it.may_edit]
    form.to.choices = {str(it.organisation_id): it.name for it in targets}
    form.offered = tuple(str(it.organisation_id) for it in targets)
    if len(targets) == 1 and not form.to.data:
        form.to.data = str(targets[0].organisation_id)
    page: dict[str, Any] = {
        "names": names,
        "has_any": bool(targets),
        "form_url": url_for(".move", of=ids),
        "organisations_url": url_for(".index"),
        "back_url": link_to("processes"),
    }
    template = "accounts/organisations/move.html"
    if not form.validate_on_submit():
        return form_page(template, form, **page)
    target = UUID(str(form.to.data))
    try:
        with database().write() as session:
            moves.move_in(session, ids, account_id, _editor(session, target), identity.actor())
    except NoRoom:
        add_form_error(form, _("The organisation has no room for all of these, so none was moved."))
        return form_page(template, form, **page)
    except DatabaseUnavailable as error:
        return unsaved_page(template, form, error, **page)
    return redirect(url_for(".show_move", organisation_id=target, of=ids), 303)


def _moved_before(ids: Sequence[UUID]) -> UUID | None:
    """The organisation of whoever asks in which all of these are already."""
    with database().read() as session:
        found = session.scalars(select(Assessment.organisation_id).where(Assessment.id.in_(ids)).distinct()).all()
    return next((one.organisation_id for one in spaces.own_organisations() if [one.organisation_id] == found), None)


def _editor(session: Session, organisation_id: UUID) -> Member:
    """Whoever asks, as a member who may edit there until the transaction ends."""
    lock_organisation(session, organisation_id)
    member = member_of(session, identity.own_account_id(), organisation_id)
    return member if member is not None and member.may_edit else abort(404)


@bp.get("/organisations/<uuid:organisation_id>/moved")
@may_repeat("of")
def show_move(organisation_id: UUID) -> ResponseReturnValue:
    """Say what has moved, and offer to undo it."""
    member, ids = _member(), _ids()
    return form_page(
        "accounts/organisations/moved.html",
        ButtonForm(),
        name=member.name,
        names=_names(member.owner, ids),
        undo_url=url_for(".move_out", organisation_id=organisation_id, of=ids),
        processes_url=link_to("processes"),
    )


@bp.route("/organisations/<uuid:organisation_id>/move-out", methods=["GET", "POST"])
@may_repeat("of")
def move_out(organisation_id: UUID) -> ResponseReturnValue:
    """Say what moving means; then let processes of an organisation be one's own."""
    member, ids, account_id = _member(), _ids(), identity.own_account_id()
    if request.method == "POST" and _are_all(AccountOwner(account_id), ids):  # sent twice, or from a second window
        return redirect(link_to("processes", organisation_id=None), 303)
    form = ButtonForm()
    page: dict[str, Any] = {
        "name": member.name,
        "names": _names(member.owner, ids),
        "form_url": url_for(".move_out", organisation_id=organisation_id, of=ids),
        "back_url": link_to("processes"),
    }
    template = "accounts/organisations/move_out.html"
    if request.method == "GET" and member.role != "owner":
        _refuse(member)
    if not form.validate_on_submit():
        return form_page(template, form, **page)
    try:
        with database().write() as session:
            moves.move_out(session, ids, account_id, _editor(session, organisation_id), identity.actor())
    except NotTheirs:
        _refuse(member)
    except NoRoom:
        add_form_error(form, _("You have no room for all of these, so none was moved."))
        return form_page(template, form, **page)
    except DatabaseUnavailable as error:
        return unsaved_page(template, form, error, **page)
    return redirect(link_to("processes", organisation_id=None), 303)


def _refuse(member: Member) -> None:
    refuse(_("What belongs to “%(name)s” stays there: moving it out is for owners.", name=member.name))


def _member() -> Member:
    return spaces.current() or abort(404)


def _names(owner: Owner, ids: Sequence[UUID]) -> list[str]:
    """The names of these processes, if each is the owner's; 404 where one is not, or none is named."""
    names = _own_names(owner, ids)
    if not ids or set(names) != set(ids):
        abort(404)
    return [names[key] for key in ids]


def _are_all(owner: Owner, ids: Sequence[UUID]) -> bool:
    return bool(ids) and set(_own_names(owner, ids)) == set(ids)


def _own_names(owner: Owner, ids: Sequence[UUID]) -> dict[UUID, str]:
    with database().read() as session:
        found = session.scalars(own_assessments(owner).where(Assessment.id.in_(ids)))
        return {one.id: one.process_name for one in found}


def _ids() -> list[UUID]:
    """The processes that the address names, each once; 404 for what cannot be one."""
    try:
        return list(dict.fromkeys(UUID(text) for text in request.args.getlist("of")))
    except ValueError:
        abort(404)
