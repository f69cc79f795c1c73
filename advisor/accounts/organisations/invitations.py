"""The link by which somebody comes into an organisation: who invites, to what, and the button to accept."""

from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from advisor.accounts.organisations import operations, presenter
from advisor.accounts.organisations.views import bp
from advisor.extensions import database
from advisor.links import link_to
from advisor.models.accounts.organisation import invitation_by_token, member_of
from advisor.web.access import identity
from advisor.web.access.security import has_a_secret_address
from advisor.web.forms import ButtonForm, form_page, save_form


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@has_a_secret_address
def invitation(token: str) -> ResponseReturnValue:
    """Say who invites to what; then make whoever is signed in a member."""
    who = identity.current()
    if who.lacks_factor:
        return redirect(link_to("second_factor"), 302 if request.method == "GET" else 303)
    with database().read() as session:
        found = session.scalars(invitation_by_token(token)).first()
        page: dict[str, Any] = presenter.invitation_page(session, found) if found else {}
        member = member_of(session, who.account_id, found.organisation_id) if found and who.account_id else None
    if found is None:
        return form_page("accounts/organisations/ended.html", None, 404)
    here = url_for(".invitation", token=token)
    page |= {
        "is_member": member is not None,
        "organisation_url": url_for(".organisation", organisation_id=found.organisation_id) if member else "",
        "sign_in_url": link_to("sign_in", next=here),
        "register_url": link_to("register", next=here),
    }
    if who.account_id is None:
        return form_page("accounts/organisations/invitation.html", None, **page)
    form, account_id = ButtonForm(), who.account_id
    if not form.validate_on_submit():
        return form_page("accounts/organisations/invitation.html", form, **page)

    def save() -> str:
        most = current_app.config["MEMBERS_PER_ORGANISATION"], current_app.config["ORGANISATIONS_PER_ACCOUNT"]
        with database().write() as session:
            joined = operations.accept(session, token, account_id, *most, identity.actor())
        if joined is None:
            return here
        return url_for(".organisation", organisation_id=joined, done="joined")

    return save_form("accounts/organisations/invitation.html", form, page, save)
