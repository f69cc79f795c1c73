"""Organisations: one's own, who is in them, how others come in, and how one leaves."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.accounts.organisations import operations, presenter
from advisor.accounts.organisations.forms import InviteForm, MemberForm, OrganisationForm, RenameForm
from advisor.accounts.organisations.operations import MembershipTerms, NotOwner
from advisor.extensions import database
from advisor.models import AccountOwner, DatabaseUnavailable
from advisor.models.accounts.organisation import Member, MemberRole
from advisor.models.idempotency import idempotent
from advisor.web.access import identity, rate_limits, spaces
from advisor.web.access.rights import refuse
from advisor.web.forms import (
    ButtonForm,
    Refusal,
    add_form_error,
    attempt,
    form_page,
    pressed_or_400,
    save_form,
    unsaved_page,
    wait_page,
)

bp = Blueprint("organisations", __name__)

Done = TypeVar("Done")


@bp.route("/organisations", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """List one's organisations, and make another one."""
    form, account_id = OrganisationForm(), identity.own_account_id()
    with database().read() as session:
        page: dict[str, Any] = {"rows": presenter.organisation_rows(session, account_id), "notice": _gone_words()}
    if not form.validate_on_submit():
        return form_page("accounts/organisations/index.html", form, **page)

    def make(session: Session) -> str:
        most = current_app.config["ORGANISATIONS_PER_ACCOUNT"]
        made = operations.make(session, account_id, str(form.name.data), most, identity.actor())
        return url_for(".organisation", organisation_id=made.id, done="made")

    def save() -> str:
        with database().write() as session:
            return idempotent(session, attempt(AccountOwner(account_id).hash), lambda: make(session))

    return save_form("accounts/organisations/index.html", form, page, save)


def _gone_words() -> str:
    words = {"left": _("You have left the organisation."), "deleted": _("The organisation is deleted.")}
    return str(words.get(request.args.get("done", ""), ""))


@bp.get("/organisations/<uuid:organisation_id>")
def organisation(organisation_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - it is in the address
    """Show who is in an organisation."""
    return _organisation_page(ButtonForm())


def _organisation_page(form: ButtonForm, status: int = 0) -> ResponseReturnValue:
    with database().read() as session:
        page = presenter.organisation_page(session, _member(), identity.own_account_id())
    return form_page("accounts/organisations/organisation.html", form, status, notice=_done_words(), **page)


def _done_words() -> str:
    words = {
        "made": _("The organisation is there. Invite others, or move processes into it from your own list."),
        "renamed": _("It has another name now."),
        "revoked": _("The invitation is revoked: its link leads nowhere any more."),
        "removed": _("They are no member any more. What they did stays."),
        "role": _("What they may do is changed."),
        "joined": _("You are a member now."),
        "sent": _("The invitation is on its way by mail."),
        "invited": _(
            "You made that invitation already, and its link was shown that once. If you do not have it, revoke it "
            "below and make another."
        ),
    }
    return str(words.get(request.args.get("done", ""), ""))


# ---- inviting ----------------------------------------------------------------------------------------------------


@bp.route("/organisations/<uuid:organisation_id>/invite", methods=["GET", "POST"])
def invite(organisation_id: UUID) -> ResponseReturnValue:
    """Make an invitation: a link that is shown once, or goes out by mail."""
    _check_owner()
    form = InviteForm()
    has_mail = bool(current_app.config["MAIL_URL"])
    if not has_mail:
        form.by_mail.data = False
    page: dict[str, Any] = {
        "name": _member().name,
        "link": "",
        "has_mail": has_mail,
        "days": current_app.config["INVITATION_LIFETIME"].days,
        "back_url": url_for(".organisation", organisation_id=organisation_id),
    }
    template = "accounts/organisations/invite.html"
    if not form.validate_on_submit():
        return form_page(template, form, **page)
    if form.address and (wait := rate_limits.count_invitation()):
        return wait_page(template, form, wait, **page)
    try:
        token, location = _invite(organisation_id, form)
    except Refusal as refused:
        add_form_error(form, str(refused))
        return form_page(template, form, **page)
    except DatabaseUnavailable as error:
        return unsaved_page(template, form, error, **page)
    if not token:
        return redirect(location, 303)
    link = current_app.config["BASE_URL"] + url_for(".invitation", token=token)
    return form_page(template, InviteForm(formdata=None), **page | {"link": link, "whom": form.whom.data})


def _invite(organisation_id: UUID, form: InviteForm) -> tuple[str, str]:
    """The secret of a new invitation, "" where there is none to show; and where to go then. Raises Refused."""
    made: list[str] = []
    role, lifetime = cast(MemberRole, form.role.data), current_app.config["INVITATION_LIFETIME"]
    terms = MembershipTerms(role, str(form.whom.data), form.address, lifetime)

    def make(session: Session) -> str:
        most = current_app.config["INVITATIONS_PER_ORGANISATION"]
        made.append(operations.invite(session, organisation_id, terms, most, identity.actor()))
        done = "sent" if terms.address else "invited"
        return url_for(".organisation", organisation_id=organisation_id, done=done)

    location = _as_owner(
        lambda session: idempotent(session, attempt(_member().owner.hash), lambda: make(session)),
    )
    return (made[0] if made else ""), location


@bp.post("/organisations/<uuid:organisation_id>/invitations/<uuid:invitation_id>/revoke")
def revoke_invitation(organisation_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """End an invitation at once."""
    pressed_or_400()
    _check_owner()
    who = identity.actor()
    if not _as_owner(lambda session: operations.revoke_invitation(session, organisation_id, invitation_id, who)):
        abort(404)
    return redirect(url_for(".organisation", organisation_id=organisation_id, done="revoked"), 303)


# ---- members -----------------------------------------------------------------------------------------------------


@bp.route("/organisations/<uuid:organisation_id>/members/<uuid:account_id>", methods=["GET", "POST"])
def member(organisation_id: UUID, account_id: UUID) -> ResponseReturnValue:
    """Let a member do more, or less."""
    _check_owner()
    row = _member_row(account_id)
    form = MemberForm(data={"role": row.role})
    page: dict[str, Any] = {
        "name": _member().name,
        "row": row,
        "back_url": url_for(".organisation", organisation_id=organisation_id),
    }
    if not form.validate_on_submit():
        return form_page("accounts/organisations/member.html", form, **page)
    role, who = cast(MemberRole, form.role.data), identity.actor()

    def save() -> str:
        if not _as_owner(lambda session: operations.set_role(session, organisation_id, account_id, role, who)):
            abort(404)
        return url_for(".organisation", organisation_id=organisation_id, done="role")

    return save_form("accounts/organisations/member.html", form, page, save)


@bp.route("/organisations/<uuid:organisation_id>/members/<uuid:account_id>/remove", methods=["GET", "POST"])
def remove(organisation_id: UUID, account_id: UUID) -> ResponseReturnValue:
    """Ask once, then end a membership."""
    _check_owner()
    row, form = _member_row(account_id), ButtonForm()
    page: dict[str, Any] = {
        "name": _member().name,
        "row": row,
        "back_url": url_for(".organisation", organisation_id=organisation_id),
    }
    if not form.validate_on_submit():
        return form_page("accounts/organisations/remove.html", form, **page)
    who = identity.actor()

    def save() -> str:
        _as_owner(lambda session: operations.remove(session, organisation_id, account_id, who))
        if account_id == who.account_id:
            return url_for(".index", done="left")
        return url_for(".organisation", organisation_id=organisation_id, done="removed")

    return save_form("accounts/organisations/remove.html", form, page, save)


def _member_row(account_id: UUID) -> presenter.MemberRow:
    with database().read() as session:
        page = presenter.organisation_page(session, _member(), account_id)
    rows: list[presenter.MemberRow] = page["members"]
    return next((row for row in rows if row.is_self), None) or abort(404)


@bp.route("/organisations/<uuid:organisation_id>/leave", methods=["GET", "POST"])
def leave(organisation_id: UUID) -> ResponseReturnValue:
    """Ask once, then end one's own membership."""
    form, account_id = ButtonForm(), identity.own_account_id()
    page: dict[str, Any] = {
        "name": _member().name,
        "back_url": url_for(".organisation", organisation_id=organisation_id),
    }
    if not form.validate_on_submit():
        return form_page("accounts/organisations/leave.html", form, **page)

    def save() -> str:
        _as_owner(lambda session: operations.remove(session, organisation_id, account_id, identity.actor()))
        return url_for(".index", done="left")

    return save_form("accounts/organisations/leave.html", form, page, save)


# ---- the organisation itself -------------------------------------------------------------------------------------


@bp.route("/organisations/<uuid:organisation_id>/rename", methods=["GET", "POST"])
def rename(organisation_id: UUID) -> ResponseReturnValue:
    """Give it another name."""
    _check_owner()
    form = RenameForm(data={"name": _member().name})
    page: dict[str, Any] = {
        "name": _member().name,
        "back_url": url_for(".organisation", organisation_id=organisation_id),
    }
    if not form.validate_on_submit():
        return form_page("accounts/organisations/rename.html", form, **page)

    def save() -> str:
        name, who = str(form.name.data), identity.actor()
        _as_owner(lambda session: operations.rename(session, organisation_id, name, who))
        return url_for(".organisation", organisation_id=organisation_id, done="renamed")

    return save_form("accounts/organisations/rename.html", form, page, save)


@bp.route("/organisations/<uuid:organisation_id>/delete", methods=["GET", "POST"])
def delete(organisation_id: UUID) -> ResponseReturnValue:
    """Say what goes; then delete the organisation with everything in it."""
    _check_owner()
    form = ButtonForm()
    with database().read() as session:
        page: dict[str, Any] = {
            "name": _member().name,
            "processes": presenter.everything_of(session, _member()),
            "members": len(presenter.organisation_page(session, _member(), identity.own_account_id())["members"]),
            "back_url": url_for(".organisation", organisation_id=organisation_id),
        }
    if not form.validate_on_submit():
        return form_page("accounts/organisations/delete.html", form, **page)
    if ask := identity.requires_password_again(_("Delete the organisation")):
        return ask

    def save() -> str:
        _as_owner(lambda session: operations.delete(session, organisation_id, identity.actor()))
        return url_for(".index", done="deleted")

    return save_form("accounts/organisations/delete.html", form, page, save)


def _member() -> Member:
    return spaces.current() or abort(404)


def _check_owner() -> None:
    if _member().role != "owner":
        _refuse()


def _refuse() -> None:
    refuse(_("This is for owners of “%(name)s”, who look after its people.", name=_member().name))


def _as_owner(act: Callable[[Session], Done]) -> Done:
    """Do it in one transaction, or say why somebody may not do it any more."""
    try:
        with database().write() as session:
            return act(session)
    except NotOwner:
        _refuse()
        raise
