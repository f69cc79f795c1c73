"""The forms beside a note."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField
from wtforms.validators import ValidationError

from advisor.engine.model.vocabulary import Outcome
from advisor.models.idempotency import new_key
from advisor.wording.vocabulary import OUTCOMES


class SettleForm(FlaskForm):
    """Mark a note as settled ("yes"), or as open again."""

    done = HiddenField()


def _outcomes() -> list[tuple[str, str]]:
    return [("", str(_("Choose one"))), *((outcome.value, str(OUTCOMES[outcome].name)) for outcome in Outcome)]


class CaseForm(FlaskForm):
    """Make a note a test case: its answers, and what the rules should say to them."""

    outcome = SelectField(_l("What should the advice be?"), choices=_outcomes)
    once = HiddenField(default=new_key)

    def validate_outcome(self, field: Field) -> None:
        """Ask for an outcome where none is chosen."""
        if not field.data:
            raise ValidationError(_("Choose what the advice should be"))
