"""The pages of the second factor: set it up, see it as a picture, renew the recovery codes, remove it."""

from typing import Any

from flask import Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.accounts import operations
from advisor.accounts.forms import FactorForm
from advisor.accounts.second_factor import codes as factor
from advisor.accounts.sign_in.views import bp
from advisor.extensions import database
from advisor.web.access import cookies, identity, rate_limits, rights
from advisor.web.forms import ButtonForm, form_page, pressed_or_400, wait_page


@bp.route("/account/second-factor", methods=["GET", "POST"], endpoint="factor")
def set_up() -> ResponseReturnValue:
    """Say what it is; make a secret; take the first code."""
    if request.method == "POST" and (ask := identity.requires_password_again(_("Set up the second factor"))):
        return ask
    form = FactorForm()
    if request.method == "POST" and request.form.get("do") == "begin":
        return _begin()
    with database().read() as session:
        mine = identity.own_account(session)
    page: dict[str, Any] = {
        "has_factor": mine.has_factor,
        "is_required": mine.is_admin,
        "secret": factor.format_secret(mine.totp_pending) if mine.totp_pending and not mine.has_factor else "",
        "codes_left": len(mine.recovery_codes),
        "button_form": ButtonForm(formdata=None),
    }
    if mine.has_factor or not mine.totp_pending or not form.validate_on_submit():
        return form_page("accounts/second_factor/factor.html", form, **page)
    if wait := rate_limits.count_code(mine.id):
        return wait_page("accounts/second_factor/factor.html", form, wait, **page)
    step = factor.fitting_step(mine.totp_pending, str(form.code.data), None)
    if step is None:
        form.code.errors = [_("That code does not fit. Wait for the next one, and check the clock of your phone")]
        return form_page("accounts/second_factor/factor.html", form, **page)
    codes, hashes = factor.new_recovery_codes(current_app.config["RECOVERY_CODES"])
    with database().write() as session:
        held = operations.lock_account(session, identity.own_account_id()) or abort(404)
        is_pending = held.totp_pending == mine.totp_pending
        if is_pending:
            operations.set_factor(session, held, mine.totp_pending, step, hashes, identity.actor())
            operations.end_logins(session, held.id, but=identity.own_login_id())
            token = operations.renew_login(session, identity.own_login_id())
    if not is_pending:  # another window was first: the page says what it did
        return redirect(url_for(".factor"), 303)
    cookies.set_login(token)
    identity.clear_cache()
    return form_page("accounts/second_factor/recovery_codes.html", None, codes=codes, is_new=True)


def _begin() -> ResponseReturnValue:
    pressed_or_400()
    with database().write() as session:
        mine = operations.lock_account(session, identity.own_account_id()) or abort(404)
        if not mine.has_factor:
            mine.totp_pending = factor.new_secret()
    return redirect(url_for(".factor"), 303)


@bp.get("/account/second-factor/picture.svg")
def factor_picture() -> ResponseReturnValue:
    """The secret that is being set up, to point a camera at."""
    with database().read() as session:
        mine = identity.own_account(session)
    if mine.has_factor or mine.totp_pending is None:
        abort(404)
    return Response(factor.qr_code(mine.totp_pending, mine.email), mimetype="image/svg+xml")


@bp.post("/account/second-factor/recovery-codes")
def recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes, which are shown once; the old ones end."""
    if ask := identity.requires_password_again(_("Make new recovery codes")):
        return ask
    pressed_or_400()
    codes, hashes = factor.new_recovery_codes(current_app.config["RECOVERY_CODES"])
    with database().write() as session:
        mine = operations.lock_account(session, identity.own_account_id()) or abort(404)
        if not mine.has_factor:
            abort(404)
        operations.set_recovery_codes(session, mine, hashes, identity.actor())
    return form_page("accounts/second_factor/recovery_codes.html", None, codes=codes, is_new=False)


@bp.post("/account/second-factor/remove")
def remove_factor() -> ResponseReturnValue:
    """Ask for no code any more. An admin cannot do without."""
    if ask := identity.requires_password_again(_("Remove the second factor")):
        return ask
    pressed_or_400()
    if identity.current().role == "admin":
        rights.refuse(_("An admin cannot sign in without a second factor."))
    with database().write() as session:
        mine = operations.lock_account(session, identity.own_account_id()) or abort(404)
        if mine.is_admin:
            abort(404)
        if mine.has_factor:  # else another window was first
            operations.remove_factor(session, mine, identity.actor())
        token = operations.renew_login(session, identity.own_login_id())
    cookies.set_login(token)
    return redirect(url_for(".account", done="factor"), 303)
