"""The forms of a quick pass: which processes, and a few answers for each of them."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField

from advisor.models.idempotency import new_key


class NamesForm(FlaskForm):
    """Which processes: usual ones that are ticked, and names."""

    names = TextAreaField(_l("Others"), description=_l("One on each line, in your own words"))
    once = HiddenField(default=new_key)


class AnswersForm(FlaskForm):
    """Answers to the questions of the page, a field for each question of each process."""
