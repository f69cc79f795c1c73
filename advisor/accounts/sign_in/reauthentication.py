"""Who asks for a page is asked who they are, or for the password again, and loses nothing that was typed (F16)."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from advisor.accounts import operations, passwords
from advisor.accounts.forms import PasswordAgainForm
from advisor.accounts.sign_in import form_preservation
from advisor.accounts.sign_in.views import bp, home_url, preserved_form_page, sign_in_page
from advisor.extensions import database
from advisor.models import Account
from advisor.models.audit import audit
from advisor.web import errors
from advisor.web.access import cookies, identity, rate_limits
from advisor.web.access.rights import PUBLIC
from advisor.web.forms import form_page


def init_app(app: Flask) -> None:
    """Provide the pages that ask, and answer a form whose sign-in has ended with one of them, not with a refusal."""
    app.extensions["ask_for"] = {"sign-in": _ask_to_sign_in, "password": _ask_for_password}
    app.register_error_handler(CSRFError, _form_of_former_sign_in)


def _ask_to_sign_in(_act: str) -> Response:
    account_id = identity.signed_out_account()
    if account_id is None:
        return redirect(url_for("accounts.sign_in"), 303)
    return _signed_out_page(form_preservation.pack(account_id))


def _form_of_former_sign_in(error: CSRFError) -> Response:
    """Signing out in one window empties the cookie; a form in another still says whose it was."""
    right = current_app.extensions["rights"].get(request.endpoint)
    if right in {None, PUBLIC} or identity.current().is_signed_in:
        return errors.form_too_old(error)
    account_id = form_preservation.form_account()
    if account_id is None:
        return errors.form_too_old(error)
    return _signed_out_page(form_preservation.pack(account_id))


def _signed_out_page(packed: str) -> Response:
    notice = _("You were signed out. Sign in to go on; what you just typed has been kept.")
    if not packed:
        notice = _("You were signed out, and what you typed is too long to be kept. Go back, copy it, then sign in.")
    return sign_in_page(kept=packed, status=401, notice=str(notice))


# ---- the password again, before something grave -------------------------------------------------------------------


def _ask_for_password(act: str) -> Response:
    who = identity.current()
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("accounts.confirm_password", next=request.path))
    return _password_page(request.path, form_preservation.pack(who.account_id, act) if who.account_id else "", act)


@bp.route("/account/password-again", methods=["GET", "POST"])
def confirm_password() -> ResponseReturnValue:
    """Ask for the password once more."""
    form = PasswordAgainForm()
    who = identity.current()
    if request.method == "GET" or who.account_id is None or who.login_id is None:
        return _password_page(request.args.get("next"), "")
    kept = form_preservation.unpack(form.kept.data, who.account_id) if form.kept.data else None
    act = kept.act if kept else ""
    if not form.validate_on_submit():
        return form_page("accounts/sign_in/password_again.html", form, act=act)
    check = check_password(form)
    if check.status:
        return form_page("accounts/sign_in/password_again.html", form, check.status, act=act)
    with database().write() as session:
        if operations.lock_account_if_unchanged(session, who.account_id, check.password_hash) is None:
            abort(409)
        token = operations.renew_login(session, who.login_id)
    cookies.set_login(token)
    if kept:
        return preserved_form_page(kept)
    return redirect(form_preservation.local_path(form.next.data) or home_url(), 303)


def _password_page(next_path: str | None, kept: str, act: str = "") -> Response:
    data = {"next": form_preservation.local_path(next_path) or "", "kept": kept}
    return form_page("accounts/sign_in/password_again.html", PasswordAgainForm(formdata=None, data=data), act=act)


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Whether a password was right: ``status`` is 0, or that of the refusal; ``password_hash`` is what it fits."""

    status: int
    password_hash: str = ""


def check_password(form: Any) -> PasswordCheck:
    """Check the ``password`` of a form of the account that is asking; why it was refused stands beside the field."""
    account_id = identity.own_account_id()
    if wait := rate_limits.count_password_again(account_id):
        form.password.errors = [errors.wait_message(wait.seconds)]
        return PasswordCheck(429)
    with database().read() as session:
        account = session.get(Account, account_id)
    if account is None or not passwords.is_right(account.password_hash, str(form.password.data)):
        with database().write() as session:
            about = f"account {account_id}"
            audit(session, "password refused", who=identity.actor(), what=about, why=request.endpoint or "")
        form.password.errors = [_("This is not your password")]
        return PasswordCheck(422)
    return PasswordCheck(0, account.password_hash)
