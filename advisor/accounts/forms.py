"""The forms of an account. Every form names the fields it accepts; no space is taken off a password."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, RadioField, StringField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from advisor.accounts import passwords
from advisor.accounts.this_browser import adoption
from advisor.engine.document.text import LINE_LIMIT, normalize_line, text_fault
from advisor.models.accounts.address import NotAnAddress, parse_address
from advisor.models.idempotency import new_key
from advisor.web.access import identity


def _strip(text: str | None) -> str:
    return (text or "").strip()


def _name(text: str | None) -> str:
    return normalize_line(text or "")


def require(missing: Any) -> Callable[[BaseForm, Field], None]:
    """A validator that refuses a field that was left empty, in these words."""

    def check(_form: BaseForm, field: Field) -> None:
        if not field.data:
            raise ValidationError(str(missing))

    return check


def storable_line(_form: BaseForm, field: Field) -> None:
    """Refuse a line that could not be stored, in a field that is only looked up. Raises ValidationError."""
    if fault := text_fault(field.data or "", one_line=True):
        raise ValidationError(_("“%(name)s” %(fault)s", name=field.label.text, fault=fault))


class CodeField(StringField):
    """A code that was refused is not shown again: it may be good for another try, or on another page."""

    def _value(self) -> str:
        return ""


def email_address(_form: BaseForm, field: Field) -> None:
    """Refuse what is no e-mail address, or could be taken for another one. Raises ValidationError."""
    if not field.data:
        raise ValidationError(_("Enter an e-mail address"))
    try:
        parse_address(field.data)
    except NotAnAddress as error:
        raise ValidationError(_("The address %(fault)s", fault=error)) from error


def hard_to_guess(form: BaseForm, field: Field) -> None:
    """Refuse a password that is too short, too long, or tried first by those who guess. Raises ValidationError.

    ``email`` is the form's field of the address, or a text that the form carries under that name.
    """
    if not field.data:
        raise ValidationError(_("Choose a password"))
    email = getattr(form, "email", "")
    if fault := passwords.password_fault(field.data, email if isinstance(email, str) else str(email.data or "")):
        raise ValidationError(fault)


_EMAIL_ATTRIBUTES = {
    "autocomplete": "username",
    "inputmode": "email",
    "spellcheck": "false",
    "autocapitalize": "none",
}


def email_field(label: Any) -> StringField:
    """A field for an e-mail address."""
    return StringField(label, [email_address], filters=[_strip], render_kw=_EMAIL_ATTRIBUTES)


def known_password(label: Any = "") -> PasswordField:
    """A field for a password that is there already."""
    return PasswordField(
        label or _l("Your password"),
        [require(_l("Enter your password"))],
        render_kw={"autocomplete": "current-password"},
    )


def new_password(label: Any) -> PasswordField:
    """A field for a password that is chosen."""
    hint = _l("At least 15 characters. Several words in a row are easy to remember and hard to guess.")
    attributes = {"autocomplete": "new-password"}
    return PasswordField(label, [hard_to_guess], description=hint, render_kw=attributes)


def code_field(label: Any, hint: Any = "") -> StringField:
    """A field for a code of the second factor."""
    attributes = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}
    missing = require(_l("Enter the code"))
    return CodeField(label, [missing, storable_line], description=hint, filters=[_strip], render_kw=attributes)


class OnwardForm(FlaskForm):
    """What travels through a form: where to go on afterwards, and what was posted when the sign-in had ended."""

    next = HiddenField()
    kept = HiddenField()


def _where_they_were() -> str:
    """What is in the browser of somebody whose sign-in has ended was left there by it."""
    return adoption.ACCOUNT if identity.signed_out_account() is None else adoption.BROWSER


class AdoptionField(RadioField):
    """Where the processes of this browser shall be after the sign-in. It is drawn only where there are some."""

    def __init__(self, label: Any, **more: Any) -> None:
        choices = {adoption.ACCOUNT: _("In my account"), adoption.BROWSER: _("Here, in this browser")}
        super().__init__(label, choices=choices, default=_where_they_were, **more)
        self.type = "RadioField"
        self.option_hints = {
            adoption.BROWSER: _("Choose this if it is somebody else's. It is here again when you sign out.")
        }

    @property
    def choice(self) -> str:
        """What was picked; "" where the page did not ask."""
        return str(self.raw_data[0]) if self.raw_data else ""


class RegisterForm(OnwardForm):
    """E-mail and password, and what becomes of the processes in this browser."""

    email = email_field(_l("E-mail address"))
    password = new_password(_l("Password"))
    along = AdoptionField(_l("Where should this be kept?"))


class SignInForm(OnwardForm):
    """Who, and the password. What is wrong is said of both together."""

    email = StringField(
        _l("E-mail address"),
        [require(_l("Enter your e-mail address")), storable_line],
        filters=[_strip],
        render_kw=_EMAIL_ATTRIBUTES,
    )
    password = known_password(_l("Password"))
    along = AdoptionField(_l("Where should this be kept?"))


class SecondStepForm(OnwardForm):
    """The code after the password. ``step`` is the proof that the password was right."""

    step = HiddenField()
    along = HiddenField()
    code = code_field(_l("Code"), _l("Six digits from your app, or one of your recovery codes"))


class PasswordAgainForm(OnwardForm):
    """The password once more, before something grave."""

    password = known_password()


class ChangePasswordForm(FlaskForm):
    """The old password and a new one."""

    email: str = ""
    password = known_password(_l("Your present password"))
    new_password = new_password(_l("New password"))


class ChangeEmailForm(FlaskForm):
    """Another address."""

    email = email_field(_l("New e-mail address"))
    password = known_password()


class ForgottenForm(FlaskForm):
    """The address to which a link is to be sent."""

    email = email_field(_l("E-mail address"))


class ResetForm(FlaskForm):
    """A new password, for the account that a link stands for."""

    email: str = ""
    token = HiddenField()
    new_password = new_password(_l("New password"))


class ConfirmForm(FlaskForm):
    """The password chosen when registering, typed again beside the link that came by mail."""

    token = HiddenField()
    next = HiddenField()
    password = known_password(_l("The password you chose"))
    along = AdoptionField(_l("Where should this be kept?"))


class ConfirmAddressForm(FlaskForm):
    """The password, beside the link that came to a new address."""

    token = HiddenField()
    password = known_password()


class TokenForm(FlaskForm):
    """The name of a token for a program."""

    name = StringField(_l("What is it for?"), description=_l("Such as “monthly report”"), filters=[_name])
    once = HiddenField(default=new_key)

    def validate_name(self, field: StringField) -> None:
        """Ask for a name that can be stored."""
        if not field.data:
            raise ValidationError(_("Say what the token is for"))
        if fault := text_fault(field.data, LINE_LIMIT, one_line=True):
            raise ValidationError(_("The name %(fault)s", fault=fault))


class FactorForm(FlaskForm):
    """The first code of a second factor, which shows that the app holds the secret."""

    code = code_field(_l("Code from your app"), _l("Six digits"))


class DeleteForm(FlaskForm):
    """The password, before everything goes."""

    password = known_password()
