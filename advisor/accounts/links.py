"""Links that let somebody in: to set a forgotten password, and to confirm the address when registering."""

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor import identity, visitor
from advisor.accounts import keeping, limits, operations, passwords
from advisor.accounts.forms import ConfirmForm, ForgottenForm, ResetForm
from advisor.accounts.views import arrive, bp, open_sign_in, wait_page
from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models.mail import post
from advisor.replies import form_page, unsaved_page


@bp.route("/forgotten-password", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    """Ask for the address, and send a link to it; without mail, say who can make one."""
    form = ForgottenForm()
    if not current_app.config["MAIL_URL"]:
        return form_page("accounts/forgotten_without_mail.html", None)
    if not form.validate_on_submit():
        return form_page("accounts/forgotten.html", form)
    email = str(form.email.data)
    if wait := limits.count_reset(email):
        return wait_page("accounts/forgotten.html", form, wait)
    try:
        with database().write() as session:
            # Whether there is such an account is found out when the letter is written, not here (S12).
            post(session, email, "reset")
    except DatabaseUnavailable as error:
        return unsaved_page("accounts/forgotten.html", form, error)
    return redirect(url_for(".letter_sent"), 303)


@bp.route("/set-password", methods=["GET", "POST"])
def reset() -> ResponseReturnValue:
    """Set a password through a link; then sign in with it."""
    form = ResetForm()
    if request.method == "GET":
        form.token.data = request.args.get("token", "")
    lifetime = current_app.config["RESET_LINK_LIFETIME"]
    with database().read() as session:
        found = operations.link(session, str(form.token.data or ""), "reset", lifetime)
    if found is None:
        return form_page("accounts/link_ended.html", None, 410)
    form.email = found.account.email_shown
    if not form.validate_on_submit():
        return form_page("accounts/reset.html", form, email=form.email)
    password_hash = passwords.hash_password(str(form.new_password.data))
    try:
        with database().write() as session:
            mine = operations.locked(session, found.account_id) or abort(404)
            if operations.link(session, str(form.token.data), "reset", lifetime) is None:
                abort(409)
            operations.reset_password(session, mine, password_hash, identity.from_where())
    except DatabaseUnavailable as error:
        return unsaved_page("accounts/reset.html", form, error, email=form.email)
    if identity.current().is_signed_in:
        visitor.empty()
    return redirect(url_for(".sign_in", set=1), 303)


@bp.route("/confirm-address", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    """Finish a registration: the link shows that the address is theirs, the password that they asked for it."""
    form = ConfirmForm()
    if request.method == "GET":
        form.token.data = request.args.get("token", "")
        form.next.data = keeping.local_path(request.args.get("next")) or ""
    lifetime = current_app.config["RESET_LINK_LIFETIME"]
    with database().read() as session:
        found = operations.link(session, str(form.token.data or ""), "confirm", lifetime)
    if found is None:
        return form_page("accounts/link_ended.html", None, 410)
    email = found.account.email_shown
    if not form.validate_on_submit():
        return form_page("accounts/confirm.html", form, email=email)
    if wait := limits.count_sign_in(email):
        return wait_page("accounts/confirm.html", form, wait, email=email)
    if not passwords.is_right(found.account.password_hash, str(form.password.data)):
        form.password.errors = [_("This is not the password you chose when you registered")]
        return form_page("accounts/confirm.html", form, email=email)
    with database().write() as session:
        mine = operations.locked(session, found.account_id) or abort(404)
        if operations.link(session, str(form.token.data), "confirm", lifetime) is None:
            abort(409)
        operations.confirm(session, mine, identity.from_where())
        signed_in = open_sign_in(mine, session, by="registration")
    return arrive(signed_in, next_path=form.next.data)
