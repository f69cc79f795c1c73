"""Register, sign in and sign out."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from advisor.accounts import operations, passwords
from advisor.accounts.forms import RegisterForm, SecondStepForm, SignInForm
from advisor.accounts.mail import link_minutes
from advisor.accounts.operations import AddressTaken
from advisor.accounts.second_factor import codes
from advisor.accounts.sign_in import form_preservation
from advisor.accounts.this_browser import adoption
from advisor.extensions import database
from advisor.links import leads_to, link_to
from advisor.models import Account, DatabaseUnavailable
from advisor.models.accounts.account import account_by_email
from advisor.models.base import hash_of, utc_now
from advisor.web.access import cookies, identity, rate_limits
from advisor.web.forms import ButtonForm, add_form_error, form_page, pressed_or_400, unsaved_page, wait_page

bp = Blueprint("accounts", __name__)


# ---- registering -------------------------------------------------------------------------------------------------


@bp.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Make an account from an address and a password, and take along what was answered so far."""
    if identity.current().is_signed_in:
        return redirect(url_for(".account"), 302 if request.method == "GET" else 303)
    form = RegisterForm()
    if request.method == "GET":
        form.next.data = form_preservation.local_path(request.args.get("next")) or ""
    page: dict[str, Any] = {
        "processes": adoption.process_names(),
        "is_asked_later": bool(current_app.config["MAIL_URL"]),
        "next": form_preservation.local_path(form.next.data) or "",
    }
    page["to_share"] = leads_to(page["next"], "share")
    if not form.validate_on_submit():
        return form_page("accounts/sign_in/register.html", form, **page)
    if wait := rate_limits.count_registration():
        return wait_page("accounts/sign_in/register.html", form, wait, **page)
    email, password_hash = str(form.email.data), passwords.hash_password(str(form.password.data))
    try:
        if current_app.config["MAIL_URL"]:
            return _register_by_mail(email, password_hash, page["next"])
        with database().write() as session:
            account = operations.register(session, email, password_hash, identity.client_address())
            signed_in = open_sign_in(account, session, by="registration", along=form.along.choice)
    except AddressTaken:
        form.email.errors = [_("There is an account with this address already. Sign in to it")]
        return form_page("accounts/sign_in/register.html", form, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("accounts/sign_in/register.html", form, error, **page)
    return go_on_signed_in(signed_in, next_path=form.next.data, packed=form.kept.data)


def _register_by_mail(email: str, password_hash: str, next_path: str) -> ResponseReturnValue:
    """The same reply whether the address has an account or not: who it belongs to reads which (S12)."""
    with database().write() as session:
        operations.ask_to_confirm(session, email, password_hash, next_path)
    return redirect(url_for(".letter_sent", kind="registration"), 303)


# ---- signing in --------------------------------------------------------------------------------------------------


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for address and password; then for a code, where there is a second factor."""
    form = SignInForm()
    if request.method == "GET":
        if identity.current().is_signed_in:
            return redirect(form_preservation.local_path(request.args.get("next")) or home_url())
        return sign_in_page(notice=_signed_out_words())
    if not form.validate_on_submit():
        return _sign_in_form(form)
    email, typed = str(form.email.data), str(form.password.data)
    if wait := rate_limits.count_sign_in(email):
        return wait_page("accounts/sign_in/sign_in.html", form, wait, **_sign_in_context(form))
    with database().read() as session:
        account = session.scalars(account_by_email(email)).first()
    is_right = passwords.is_right(account.password_hash if account else None, typed)
    may_come_in = account is not None and account.confirmed_at is not None and account.disabled_at is None
    if account is None or not (is_right and may_come_in):
        return _wrong(form, account)
    renewed = passwords.renewed_hash(account.password_hash, typed)
    with database().write() as session:
        mine = operations.lock_account_if_unchanged(session, account.id, account.password_hash)
        if mine is not None:
            mine.password_hash = renewed or mine.password_hash
        opens = mine is not None and not mine.has_factor
        signed_in = open_sign_in(mine, session, by="password", along=form.along.choice) if mine and opens else None
    if mine is None:
        return _wrong(form, account)
    if signed_in is None:
        return _second_step_page(_step_form(mine, form))
    return go_on_signed_in(signed_in, next_path=form.next.data, packed=form.kept.data)


def sign_in_page(*, kept: str = "", status: int = 0, notice: str = "") -> Response:
    """The empty form of the sign-in; ``kept`` is what travels through it."""
    back = form_preservation.local_path(request.args.get("next")) if request.method == "GET" else None
    form = SignInForm(formdata=None, data={"kept": kept, "next": back or ""})
    return _sign_in_form(form, status, notice)


def _sign_in_form(form: SignInForm, status: int = 0, notice: str = "") -> Response:
    return form_page("accounts/sign_in/sign_in.html", form, status, notice=notice, **_sign_in_context(form))


def _sign_in_context(form: SignInForm) -> dict[str, Any]:
    return {
        "processes": adoption.process_names(),
        "next": form_preservation.local_path(form.next.data) or "",
        "has_ended": identity.signed_out_account() is not None,
        "leave_form": ButtonForm(formdata=None),
    }


def _signed_out_words() -> str:
    done = {
        "password": _("Your password is set. Sign in with it."),
        "address": _("Your e-mail address is changed. Sign in with the new one."),
    }
    if words := done.get(request.args.get("set", "")):
        return str(words)
    return str(_("You were signed out. Sign in to go on.")) if identity.signed_out_account() else ""


def _wrong(form: SignInForm, account: Account | None) -> Response:
    with database().write() as session:
        operations.refuse_sign_in(session, account, identity.client_address(), "password")
    add_form_error(form, _("That address and that password do not belong together. Check both"))
    return _sign_in_form(form)


@bp.route("/sign-in/code", methods=["GET", "POST"])
def second_step() -> ResponseReturnValue:
    """Ask for the code of the second factor, after the password was right."""
    form = SecondStepForm()
    step = _read_step(form.step.data)
    if request.method == "GET" or step is None:
        return redirect(url_for(".sign_in"), 302 if request.method == "GET" else 303)
    if not form.validate_on_submit():
        return _second_step_page(form)
    if wait := rate_limits.count_code(step.account_id):
        return wait_page("accounts/sign_in/second_step.html", form, wait)
    with database().write() as session:
        account = operations.lock_account(session, step.account_id)
        by = codes.use_code(account, str(form.code.data)) if account and step.fits(account) else None
        if account is None or by is None:
            operations.refuse_sign_in(session, account, identity.client_address(), "second factor")
            signed_in = None
        else:
            signed_in = open_sign_in(account, session, by=by, along=form.along.data)
    if signed_in is None:
        form.code.errors = [_("That code is not right, or was used already. Wait for the next one, and enter that")]
        return _second_step_page(form)
    return go_on_signed_in(signed_in, next_path=form.next.data, packed=form.kept.data)


def _step_form(account: Account, came_from: SignInForm) -> SecondStepForm:
    step = _step_signer().dumps({"account": str(account.id), "password": hash_of(account.password_hash)})
    data = {"step": step, "next": came_from.next.data, "kept": came_from.kept.data, "along": came_from.along.choice}
    return SecondStepForm(formdata=None, data=data)


def _second_step_page(form: SecondStepForm) -> Response:
    return form_page("accounts/sign_in/second_step.html", form)


@dataclass(frozen=True, slots=True)
class _Step:
    """The proof that the password was right a few minutes ago."""

    account_id: UUID
    password: str

    def fits(self, account: Account) -> bool:
        """Whether the password is still the same, and lets in."""
        return hash_of(account.password_hash) == self.password and account.disabled_at is None


def _read_step(step: str | None) -> _Step | None:
    try:
        within = current_app.config["SECOND_STEP_WITHIN"].total_seconds()
        held: dict[str, str] = _step_signer().loads(step or "", max_age=within)
    except BadData:
        return None
    read = _Step(UUID(held["account"]), held["password"])
    with database().read() as session:
        account = session.get(Account, read.account_id)
    return read if account and read.fits(account) else None


def _step_signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(form_preservation.signing_keys(), salt="second step")


# ---- having come in ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """A new sign-in: what goes into the cookie, and what became of the processes in this browser."""

    token: str
    account_id: UUID
    left: adoption.WhyLeft


def open_sign_in(account: Account, session: Session, *, by: str, along: str | None) -> NewSignIn:
    """Open a sign-in for this browser; what it holds as a visitor comes along where ``along`` says so."""
    token, login = operations.sign_in(
        session,
        account,
        user_agent=identity.browser_name(),
        from_where=identity.client_address(),
        at_once=current_app.config["SIGN_INS_AT_ONCE"],
        by=by,
    )
    return NewSignIn(token, account.id, adoption.adopt_at_sign_in(session, account, login, along))


def go_on_signed_in(signed_in: NewSignIn, *, next_path: str | None, packed: str | None = None) -> ResponseReturnValue:
    """Put the sign-in into the cookie, and go on where the person was; first to what stays in the browser, if any."""
    if signed_in.left == "nothing":
        cookies.forget_visitor()
    cookies.set_login(signed_in.token)
    identity.clear_cache()
    if packed and (kept := form_preservation.unpack(packed, signed_in.account_id)):
        return preserved_form_page(kept, _left_words(signed_in.left))
    onward = form_preservation.local_path(next_path)
    if signed_in.left != "nothing":
        return redirect(url_for(".this_browser", next=onward, left=signed_in.left), 303)
    return redirect(onward or home_url(), 303)


def _left_words(left: adoption.WhyLeft) -> str:
    return "" if left in {"nothing", "chosen"} else str(_("Processes stay in this browser: see “Your account”."))


def preserved_form_page(kept: form_preservation.PreservedForm, notice: str = "") -> Response:
    """What was typed before the sign-in had ended, to be sent with one press."""
    return form_page("accounts/sign_in/preserved_form.html", None, kept=kept, notice=notice)


def home_url() -> str:
    """Where somebody who is signed in begins."""
    return link_to("processes")


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the sign-in on the server, and empty the cookie."""
    pressed_or_400()
    if token := cookies.login_token():
        with database().write() as session:
            operations.sign_out(session, token, identity.client_address())
    cookies.clear()
    return redirect(url_for("pages.start"), 303)


@bp.get("/letter-sent")
def letter_sent() -> ResponseReturnValue:
    """Say that a letter is on its way, if there is somebody to whom it goes."""
    is_registration = request.args.get("kind") == "registration"
    return render_template(
        "accounts/sign_in/letter_sent.html",
        is_registration=is_registration,
        minutes=link_minutes(current_app.config),
        at=utc_now(),
    )
