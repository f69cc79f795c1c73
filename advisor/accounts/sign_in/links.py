"""Links in letters: to set a forgotten password, and to confirm an address, when registering or later."""

from typing import Any, cast
from uuid import UUID

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.accounts import operations, passwords
from advisor.accounts.forms import ConfirmAddressForm, ConfirmForm, ForgottenForm, ResetForm
from advisor.accounts.operations import AddressTaken, LinkKind
from advisor.accounts.sign_in import form_preservation
from advisor.accounts.sign_in.views import bp, go_on_signed_in, open_sign_in
from advisor.accounts.this_browser import adoption
from advisor.extensions import database
from advisor.models import Account, DatabaseUnavailable, ResetToken
from advisor.models.accounts.account import request_letter
from advisor.models.accounts.address import canonical_email
from advisor.models.audit import Actor, audit
from advisor.web.access import cookies, identity, rate_limits
from advisor.web.forms import form_page, unsaved_page, wait_page


@bp.route("/forgotten-password", methods=["GET", "POST"])
def forgotten_password() -> ResponseReturnValue:
    """Ask for the address, and send a link to it; without mail, say who can make one."""
    form = ForgottenForm()
    if not current_app.config["MAIL_URL"]:
        return form_page("accounts/sign_in/forgotten_without_mail.html", None)
    if not form.validate_on_submit():
        return form_page("accounts/sign_in/forgotten.html", form)
    email = str(form.email.data)
    if wait := rate_limits.count_reset(email):
        return wait_page("accounts/sign_in/forgotten.html", form, wait)
    try:
        with database().write() as session:
            # Whether there is such an account is found out when the letter is written, not here (S12).
            request_letter(session, canonical_email(email), "reset")
    except DatabaseUnavailable as error:
        return unsaved_page("accounts/sign_in/forgotten.html", form, error)
    return redirect(url_for(".letter_sent"), 303)


@bp.route("/set-password", methods=["GET", "POST"])
def reset() -> ResponseReturnValue:
    """Set a password through a link; then sign in with it."""
    form = ResetForm()
    found = _opened_link(form, "reset")
    if found is None:
        return _link_ended(url_for(".forgotten_password"))
    form.email = found.account.email
    if not form.validate_on_submit():
        return form_page("accounts/sign_in/reset.html", form, email=form.email)
    password_hash = passwords.hash_password(str(form.new_password.data))
    try:
        with database().write() as session:
            mine = _account_of(session, found, str(form.token.data))
            operations.reset_password(session, mine, password_hash, identity.client_address())
    except _LinkEnded:
        return _link_ended(url_for(".forgotten_password"))
    except DatabaseUnavailable as error:
        return unsaved_page("accounts/sign_in/reset.html", form, error, email=form.email)
    if identity.current().is_signed_in:
        cookies.clear()
    return redirect(url_for(".sign_in", set="password"), 303)


@bp.route("/confirm-address", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    """Finish a registration: the link shows that the address is theirs, the password that they asked for it."""
    form = ConfirmForm()
    if request.method == "GET":
        form.next.data = form_preservation.local_path(request.args.get("next")) or ""
    found = _opened_link(form, "confirm")
    if found is None:
        return _link_ended(url_for(".register"))
    email = found.account.email
    page: dict[str, Any] = {"email": email, "processes": adoption.process_names()}
    if not form.validate_on_submit():
        return form_page("accounts/sign_in/confirm.html", form, **page)
    if wait := rate_limits.count_sign_in(email):
        return wait_page("accounts/sign_in/confirm.html", form, wait, **page)
    if not passwords.is_right(found.account.password_hash, str(form.password.data)):
        _record_refusal(found.account_id)
        form.password.errors = [_("This is not the password you chose when you registered")]
        return form_page("accounts/sign_in/confirm.html", form, **page)
    try:
        with database().write() as session:
            mine = _account_of(session, found, str(form.token.data))
            operations.confirm(session, mine, identity.client_address())
            signed_in = open_sign_in(mine, session, by="registration", along=form.along.choice)
    except _LinkEnded:
        return _link_ended(url_for(".register"))
    return go_on_signed_in(signed_in, next_path=form.next.data)


@bp.route("/confirm-new-address", methods=["GET", "POST"])
def confirm_new_address() -> ResponseReturnValue:
    """Change the address of an account: the link shows that the letter arrived, the password whose account it is.

    Without the password, an address with a slip in it would give the account to whoever has that address.
    """
    form = ConfirmAddressForm()
    found = _opened_link(form, "address")
    if found is None:
        return _link_ended(url_for(".change_email"))
    page: dict[str, Any] = {"email": found.account.email, "address": canonical_email(str(found.address))}
    template = "accounts/sign_in/confirm_address.html"
    if not form.validate_on_submit():
        return form_page(template, form, **page)
    if wait := rate_limits.count_password_again(found.account_id):
        return wait_page(template, form, wait, **page)
    if not passwords.is_right(found.account.password_hash, str(form.password.data)):
        _record_refusal(found.account_id)
        form.password.errors = [_("This is not the password of your account")]
        return form_page(template, form, **page)
    try:
        with database().write() as session:
            mine = _account_of(session, found, str(form.token.data))
            who = operations.own_actor(mine, identity.client_address())
            operations.change_email(session, mine, page["address"], who=who)
    except _LinkEnded:
        return _link_ended(url_for(".change_email"))
    except AddressTaken:
        form.password.errors = [_("This address has got an account meanwhile. Choose another one")]
        return form_page(template, form, **page)
    except DatabaseUnavailable as error:
        return unsaved_page(template, form, error, **page)
    if identity.current().account_id == found.account_id:
        return redirect(url_for(".account", done="email"), 303)
    return redirect(url_for(".sign_in", set="address"), 303)


class _LinkEnded(Exception):  # noqa: N818
    """Another window used the link since the page was opened, or the password is another one."""


def _opened_link(form: ResetForm | ConfirmForm | ConfirmAddressForm, kind: LinkKind) -> ResetToken | None:
    """The link whose secret is in the address, or in the form to which it led; None where it cannot be used."""
    if request.method == "GET":
        form.token.data = request.args.get("token", "")
    with database().read() as session:
        return operations.find_link(
            session, str(form.token.data or ""), kind, current_app.config["RESET_LINK_LIFETIME"]
        )


def _account_of(session: Session, found: ResetToken, token: str) -> Account:
    """The account of a link, locked, while the link can be used. Raises _LinkEnded."""
    mine = operations.lock_account(session, found.account_id)
    lifetime = current_app.config["RESET_LINK_LIFETIME"]
    if mine is None or operations.find_link(session, token, cast(LinkKind, found.kind), lifetime) is None:
        raise _LinkEnded
    if mine.password_hash != found.account.password_hash:
        raise _LinkEnded
    return mine


def _link_ended(again_url: str) -> ResponseReturnValue:
    return form_page("accounts/sign_in/link_ended.html", None, 410, again_url=again_url)


def _record_refusal(account_id: UUID) -> None:
    with database().write() as session:
        who = Actor("anonymous", None, identity.client_address())
        audit(session, "password refused", who=who, what=f"account {account_id}", why=request.endpoint or "")
