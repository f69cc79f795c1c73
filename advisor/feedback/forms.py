"""The form beside a note."""

from flask_wtf import FlaskForm
from wtforms import HiddenField


class SettleForm(FlaskForm):
    """Mark a note as settled ("yes"), or as open again."""

    done = HiddenField()
