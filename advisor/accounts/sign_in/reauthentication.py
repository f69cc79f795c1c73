"""Who asks for a page without being signed in is asked who they are, and loses nothing that was typed (F16)."""

from flask import Flask, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from advisor.accounts.account import views as managing
from advisor.accounts.second_factor import views as second_factor
from advisor.accounts.sign_in import form_preservation, links, views
from advisor.accounts.this_browser import views as browser_page
from advisor.web import errors, identity
from advisor.web.rights import PUBLIC

BESIDE_VIEWS = (browser_page, links, managing, second_factor)
"""The other modules whose pages belong to the same blueprint."""


def init_app(app: Flask) -> None:
    """Provide the pages that ask, and answer a form whose sign-in has ended with one of them, not with a refusal."""
    app.extensions["ask_for"] = {"sign-in": _sign_in, "password": _password}
    app.register_error_handler(CSRFError, _form_of_former_sign_in)


def _sign_in() -> Response:
    account_id = identity.signed_out_account()
    if account_id is None:
        return redirect(url_for("accounts.sign_in"), 303)
    packed = form_preservation.pack(account_id)
    return views.sign_in_page(kept=packed, status=401, notice=_kept_words(is_kept=bool(packed)))


def _password() -> Response:
    who = identity.current()
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("accounts.confirm_password", next=request.path))
    packed = form_preservation.pack(who.account_id) if who.account_id else ""
    return views.password_again_page(request.path, packed)


def _form_of_former_sign_in(error: CSRFError) -> Response:
    """Signing out in one window empties the cookie; a form in another still says whose it was."""
    right = current_app.extensions["rights"].get(request.endpoint)
    if right in {None, PUBLIC} or identity.current().is_signed_in:
        return errors.form_too_old(error)
    account_id = form_preservation.whose_form()
    if account_id is None:
        return errors.form_too_old(error)
    packed = form_preservation.pack(account_id)
    return views.sign_in_page(kept=packed, status=401, notice=_kept_words(is_kept=bool(packed)))


def _kept_words(*, is_kept: bool) -> str:
    if is_kept:
        return str(_("You were signed out. Sign in to go on; what you just typed has been kept."))
    return str(_("You were signed out, and what you typed is too long to be kept. Go back, copy it, then sign in."))
