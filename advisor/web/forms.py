"""The form that any page may have: a button."""

from flask import abort
from flask_wtf import FlaskForm


class ButtonForm(FlaskForm):
    """A button that changes something, and needs no more than the proof that the page was ours."""


def pressed_or_400() -> ButtonForm:
    """The form of such a button, which was pressed; nothing else is accepted."""
    form = ButtonForm()
    if not form.validate_on_submit():
        abort(400)
    return form
