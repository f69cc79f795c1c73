"""What somebody who is signed in does with the account: password, address, sign-ins, tokens, data, the end."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.accounts import operations, passwords
from advisor.accounts.account import data_export, presenter
from advisor.accounts.forms import ChangeEmailForm, ChangePasswordForm, DeleteForm, TokenForm
from advisor.accounts.operations import AddressTaken, TooManyTokens
from advisor.accounts.organisations.operations import LastOwner
from advisor.accounts.sign_in.reauthentication import check_password
from advisor.accounts.sign_in.views import bp
from advisor.accounts.this_browser import adoption
from advisor.extensions import database
from advisor.models import AccountOwner, DatabaseUnavailable
from advisor.models.accounts.account import OnlyAdmin, lock_admins, own_logins, own_tokens
from advisor.models.audit import audit
from advisor.models.idempotency import idempotent
from advisor.web.access import cookies, identity, rate_limits
from advisor.web.forms import ButtonForm, add_form_error, attempt, form_page, pressed_or_400, unsaved_page, wait_page


@bp.get("/account")
def account() -> ResponseReturnValue:
    """Show what there is to look after."""
    with database().read() as session:
        page = presenter.account_page(
            session, identity.own_account(session), identity.own_login_id(), adoption.browser_owner()
        )
    return form_page("accounts/account/account.html", ButtonForm(), notice=_done_words(), **page)


def _done_words() -> str:
    words = {
        "password": _("Your password is changed. Everywhere else you were signed out."),
        "email": _("Your e-mail address is changed."),
        "factor": _("The second factor is removed."),
    }
    return str(words.get(request.args.get("done", ""), ""))


@bp.route("/account/password", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    """Change the password; every other sign-in ends."""
    form = ChangePasswordForm()
    form.email = identity.current().email
    if not form.validate_on_submit():
        return form_page("accounts/account/change_password.html", form)
    check = check_password(form)
    if check.status:
        return form_page("accounts/account/change_password.html", form, check.status)
    password_hash = passwords.hash_password(str(form.new_password.data))
    try:
        with database().write() as session:
            mine = operations.lock_account_if_unchanged(
                session, identity.own_account_id(), check.password_hash
            ) or abort(409)
            token = operations.change_password(
                session, mine, password_hash, who=identity.actor(), login_id=identity.own_login_id()
            )
    except DatabaseUnavailable as error:
        return unsaved_page("accounts/account/change_password.html", form, error)
    cookies.set_login(token)
    return redirect(url_for(".account", done="password"), 303)


@bp.route("/account/email", methods=["GET", "POST"])
def change_email() -> ResponseReturnValue:
    """Change the address: at once where no mail is set up, else when the link in a letter to it was opened."""
    form = ChangeEmailForm()
    by_mail = bool(current_app.config["MAIL_URL"])
    if not form.validate_on_submit():
        return form_page("accounts/account/change_email.html", form, by_mail=by_mail)
    check = check_password(form)
    if check.status:
        return form_page("accounts/account/change_email.html", form, check.status, by_mail=by_mail)
    if wait := rate_limits.count_registration():
        return wait_page("accounts/account/change_email.html", form, wait, by_mail=by_mail)
    try:
        with database().write() as session:
            mine = operations.lock_account_if_unchanged(
                session, identity.own_account_id(), check.password_hash
            ) or abort(409)
            change = operations.ask_to_change_email if by_mail else operations.change_email
            change(session, mine, str(form.email.data), who=identity.actor())
            token = operations.renew_login(session, identity.own_login_id())
    except AddressTaken:
        form.email.errors = [_("This address cannot be used here. Choose another one")]
        return form_page("accounts/account/change_email.html", form, by_mail=by_mail)
    except DatabaseUnavailable as error:
        return unsaved_page("accounts/account/change_email.html", form, error, by_mail=by_mail)
    cookies.set_login(token)
    return redirect(url_for(".account", done=None if by_mail else "email"), 303)


# ---- sign-ins ----------------------------------------------------------------------------------------------------


@bp.get("/account/sign-ins")
def sign_ins() -> ResponseReturnValue:
    """List where the account is signed in."""
    with database().read() as session:
        alive = [login for login in session.scalars(own_logins(identity.own_account_id())) if identity.is_alive(login)]
    rows = [presenter.login_row(login, is_this=login.id == identity.own_login_id()) for login in alive]
    rows.sort(key=lambda row: not row.is_this)
    return form_page("accounts/account/sign_ins.html", ButtonForm(), rows=rows, notice=_ended_words())


def _ended_words() -> str:
    words = {"1": _("That sign-in has ended."), "others": _("Every other sign-in has ended.")}
    return str(words.get(request.args.get("ended", ""), ""))


@bp.post("/account/sign-ins/<uuid:sign_in_id>/end")
def end_sign_in(sign_in_id: UUID) -> ResponseReturnValue:
    """End one sign-in, in whatever browser it is."""
    pressed_or_400()
    with database().write() as session:
        if not operations.end_login(session, identity.own_account_id(), sign_in_id, identity.actor()):
            abort(404)
    return redirect(url_for(".sign_ins", ended=1), 303)


@bp.post("/account/sign-ins/end-others")
def end_other_sign_ins() -> ResponseReturnValue:
    """End every sign-in but this one."""
    pressed_or_400()
    with database().write() as session:
        ended = operations.end_logins(session, identity.own_account_id(), but=identity.own_login_id())
        about = f"account {identity.own_account_id()}"
        audit(session, "other sign-ins ended", who=identity.actor(), what=about, after={"ended": ended})
    return redirect(url_for(".sign_ins", ended="others"), 303)


# ---- tokens ------------------------------------------------------------------------------------------------------


@bp.route("/account/tokens", methods=["GET", "POST"])
def tokens() -> ResponseReturnValue:
    """List the tokens of programs, and make one, which is shown once."""
    form = TokenForm()
    if not form.validate_on_submit():
        return form_page("accounts/account/tokens.html", form, **_tokens_page(""))
    if ask := identity.requires_password_again(_("Make the token")):
        return ask
    most = current_app.config["TOKENS_PER_ACCOUNT"]
    try:
        token = _make_token(str(form.name.data), most)
    except TooManyTokens:
        add_form_error(form, _("You have %(most)d tokens, which is as many as one may. Revoke one first", most=most))
        return form_page("accounts/account/tokens.html", form, **_tokens_page(""))
    except DatabaseUnavailable as error:
        return unsaved_page("accounts/account/tokens.html", form, error, **_tokens_page(""))
    if not token:
        return redirect(url_for(".tokens", made=1), 303)
    return form_page("accounts/account/tokens.html", TokenForm(formdata=None), **_tokens_page(token))


def _make_token(name: str, most: int) -> str:
    """A token of that name; "" where this form made it before, since a token is shown once. Raises TooManyTokens."""
    made: list[str] = []

    def make() -> str:
        lifetime = current_app.config["TOKEN_LIFETIME"]
        made.append(operations.create_token(session, identity.own_account_id(), name, lifetime, most, identity.actor()))
        return url_for(".tokens", made=1)

    with database().write() as session:
        idempotent(session, attempt(AccountOwner(identity.own_account_id()).hash), make)
    return made[0] if made else ""


def _tokens_page(token: str) -> dict[str, Any]:
    with database().read() as session:
        mine = list(session.scalars(own_tokens(identity.own_account_id())))
    return {
        "rows": [presenter.token_row(token) for token in mine],
        "new_token": token,
        "was_shown": "made" in request.args and not token,
        "was_revoked": "revoked" in request.args,
        "revoke_form": ButtonForm(),
    }


@bp.post("/account/tokens/<uuid:token_id>/revoke")
def revoke_token(token_id: UUID) -> ResponseReturnValue:
    """End a token at once."""
    pressed_or_400()
    with database().write() as session:
        if not operations.revoke_token(session, identity.own_account_id(), token_id, identity.actor()):
            abort(404)
    return redirect(url_for(".tokens", revoked=1), 303)


# ---- all of it, and the end --------------------------------------------------------------------------------------


@bp.post("/account/download")
def download() -> ResponseReturnValue:
    """Give everything that is held about the account as one JSON file."""
    pressed_or_400()
    if reply := rate_limits.transferred_too_often():
        return reply
    with database().write() as session:
        document = data_export.account_data(session, identity.own_account(session))
        audit(session, "data downloaded", who=identity.actor(), what=f"account {identity.own_account_id()}")
    reply = jsonify(document)
    reply.headers["Content-Disposition"] = 'attachment; filename="your-account.json"'
    return reply


@bp.route("/account/delete", methods=["GET", "POST"])
def delete() -> ResponseReturnValue:
    """Say what goes and what stays; then delete the account with everything in it."""
    form = DeleteForm()
    with database().read() as session:
        page = presenter.delete_page(session, identity.own_account(session))
    if not form.validate_on_submit():
        return form_page("accounts/account/delete.html", form, **page)
    check = check_password(form)
    if check.status:
        return form_page("accounts/account/delete.html", form, check.status, **page)
    try:
        with database().write() as session:
            lock_admins(session)
            if (
                mine := operations.lock_account(session, identity.own_account_id())
            ) is not None:  # else another window was first
                operations.delete_account(session, mine, identity.actor())
    except OnlyAdmin:
        return form_page("accounts/account/delete.html", form, 409, **page | {"is_only_admin": True})
    except LastOwner as refused:
        add_form_error(form, str(refused))
        return form_page("accounts/account/delete.html", form, 409, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("accounts/account/delete.html", form, error, **page)
    cookies.clear()
    return redirect(url_for(".account_deleted"), 303)


@bp.get("/account-deleted")
def account_deleted() -> ResponseReturnValue:
    """Say that it is done."""
    return form_page("accounts/account/deleted.html", None)
