"""The form of a comment."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, TextAreaField
from wtforms.validators import ValidationError

from advisor.engine.document.text import is_blank
from advisor.models.idempotency import new_key
from advisor.processes.forms import StorableText, stored_text


class CommentForm(FlaskForm):
    """What somebody writes on a section. ``opened`` is the row version of a comment that is changed."""

    text = TextAreaField(
        _l("Your comment"),
        [StorableText()],
        description=_l("Private: links and papers that you hand on do not show it."),
        filters=[stored_text],
    )
    opened = HiddenField()
    once = HiddenField(default=new_key)

    def validate_text(self, field: Field) -> None:
        """Ask for a word where there is none."""
        if is_blank(field.data or ""):
            raise ValidationError(_("Write your comment"))
