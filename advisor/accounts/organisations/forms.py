"""The forms of organisations."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, StringField
from wtforms.validators import ValidationError

from advisor.assessments.questions.forms import HintedRadio
from advisor.engine.document.text import normalize_line, text_fault
from advisor.models.accounts.address import NotAnAddress, parse_address
from advisor.models.accounts.organisation import MEMBER_ROLES
from advisor.models.idempotency import new_key

NAME_LIMIT = 80
"""Characters in the name of an organisation: it stands in every header, and in letters."""

ROLE_WORDS = {"owner": _l("Owner"), "editor": _l("Editor"), "reader": _l("Reader")}

ROLE_HINTS = {
    "owner": _l("Also invites people, changes what they may do, and deletes the organisation"),
    "editor": _l("Describes, changes, decides, shares and deletes"),
    "reader": _l("Sees everything and changes nothing"),
}


def _line(typed: str | None) -> str:
    return normalize_line(typed or "")


def _check_line(text: str, limit: int) -> None:
    if fault := text_fault(text, limit, one_line=True):
        raise ValidationError(_("The name %(fault)s", fault=fault))


class RoleField(HintedRadio):
    """What somebody may do."""

    def __init__(self, label: str, **more: object) -> None:
        hints = {role: str(words) for role, words in ROLE_HINTS.items()}
        super().__init__(
            label, choices={role: str(words) for role, words in ROLE_WORDS.items()}, option_hints=hints, **more
        )


class _RoleForm(FlaskForm):
    role = RoleField(_l("What may they do?"), default="editor")

    def validate_role(self, field: Field) -> None:
        """Take what is offered, and nothing else."""
        if field.data not in MEMBER_ROLES:
            raise ValidationError(_("Select what they may do"))


class RenameForm(FlaskForm):
    """The name of an organisation."""

    name = StringField(_l("Name of the organisation"), filters=[_line])

    def validate_name(self, field: StringField) -> None:
        """Ask for a name that can be stored."""
        if not field.data:
            raise ValidationError(_("Enter a name"))
        _check_line(field.data, NAME_LIMIT)


class OrganisationForm(RenameForm):
    """A new organisation."""

    once = HiddenField(default=new_key)


class InviteForm(_RoleForm):
    """Who is invited, and as what."""

    whom = StringField(
        _l("Who is it for?"),
        description=_l("A name or an e-mail address, so that you know the invitation again."),
        filters=[_line],
    )
    by_mail = BooleanField(_l("Send the link to this e-mail address"))
    once = HiddenField(default=new_key)

    def validate_whom(self, field: StringField) -> None:
        """Ask for something that can be stored; for an address, where a letter shall go there."""
        if not field.data:
            raise ValidationError(_("Say who it is for"))
        _check_line(field.data, 200)
        if self.by_mail.data:
            try:
                parse_address(field.data)
            except NotAnAddress as error:
                raise ValidationError(_("The address %(fault)s", fault=error)) from error

    @property
    def address(self) -> str:
        """Where a letter goes; "" where none does."""
        return parse_address(str(self.whom.data)) if self.by_mail.data else ""


class MemberForm(_RoleForm):
    """What a member shall be from now on."""


class ToOrganisationForm(FlaskForm):
    """Where processes go."""

    to = HintedRadio(_l("Which organisation?"))

    offered: tuple[str, ...] = ()
    """The ids of those to which something can go."""

    def validate_to(self, field: Field) -> None:
        """Take what is offered, and nothing else."""
        if field.data not in self.offered:
            raise ValidationError(_("Select an organisation"))
