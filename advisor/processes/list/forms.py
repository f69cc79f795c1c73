"""The forms of the list: the ticks, and what is asked before something is done with all that is ticked."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from advisor.assessments.questions.forms import HintedRadio
from advisor.engine.document.text import whole_number
from advisor.models.idempotency import new_key
from advisor.models.processes.groups import SEPARATOR, groups_fault, read_groups
from advisor.processes.forms import DecisionForm
from advisor.wording.vocabulary import DECISIONS


class ChosenForm(FlaskForm):
    """The ticks in the list. What was ticked is looked up by its owner, so the form itself knows no choices."""

    of = SelectMultipleField(validate_choice=False)
    elsewhere = HiddenField()
    """The fingerprint of what the other pages list, where all of that is ticked as well; "" where it is not."""
    group = StringField(_l("Group"))

    @property
    def groups(self) -> list[str]:
        """The groups that were typed."""
        return read_groups(self.group.data or "")

    @property
    def group_fault(self) -> str:
        """What is wrong with the groups that were typed; "" where nothing is."""
        if not self.groups:
            return str(_("Enter a group"))
        fault = groups_fault(self.groups)
        return str(_("Enter another group: %(fault)s", fault=fault)) if fault else ""


class DecisionsForm(DecisionForm):
    """What was decided on several processes."""

    of = SelectMultipleField(validate_choice=False)
    elsewhere = HiddenField()
    made = HintedRadio(
        _l("What did you decide?"), choices=lambda: {made: str(words) for made, words in DECISIONS.items()}
    )
    others = HintedRadio(
        _l("What about those that have another decision?"),
        choices=lambda: {"leave": str(_("Leave them as they are")), "replace": str(_("Replace it with this one"))},
        default="leave",
    )
    once = HiddenField(default=new_key)

    def validate_made(self, field: Field) -> None:
        """Take what is offered, and nothing else."""
        if field.data not in DECISIONS:
            raise ValidationError(_("Select what you decided"))

    def validate_others(self, field: Field) -> None:
        """Take what is offered, and nothing else."""
        if field.data not in {"leave", "replace"}:
            raise ValidationError(_("Select what becomes of the other decisions"))


class MoveForm(FlaskForm):
    """Move to newer rules; ``version`` is the one that the page told of."""

    of = SelectMultipleField(validate_choice=False)
    elsewhere = HiddenField()
    version = HiddenField()

    @property
    def number(self) -> int:
        """The version, 0 where what was sent is no number."""
        return whole_number(self.version.data) or 0


class GroupNameForm(FlaskForm):
    """Another name for a group. ``merge`` says that it may be that of a group that there is."""

    group = HiddenField()
    name = StringField(_l("New name"))
    merge = HiddenField()

    def validate_name(self, field: Field) -> None:
        """Take one name that a group can have."""
        names = read_groups(field.data or "")
        if not names:
            raise ValidationError(_("Enter a name for the group"))
        if SEPARATOR in field.data:
            raise ValidationError(_("Enter one name, without a semicolon"))
        if fault := groups_fault(names):
            raise ValidationError(_("Enter another name: %(fault)s", fault=fault))

    @property
    def new_name(self) -> str:
        """The name, once the form is valid."""
        return read_groups(self.name.data or "")[0]
