"""The form that any page may have: a button."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, current_app, make_response, redirect, render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from advisor.models import DatabaseUnavailable
from advisor.web.errors import unsaved_message


class ButtonForm(FlaskForm):
    """A button that changes something, and needs no more than the proof that the page was ours."""


def pressed_or_400() -> ButtonForm:
    """The form of such a button, which was pressed; nothing else is accepted."""
    form = ButtonForm()
    if not form.validate_on_submit():
        abort(400)
    return form


# ---- How a page with a form answers: opened, refused, or not saved because the database could not


def form_page(template: str, form: FlaskForm | None, status: int = 0, **context: object) -> Response:
    """Show a form: with what was typed and what is wrong with it (422 unless ``status`` says otherwise), or fresh.

    A page without a form has None: making one would already give the browser a cookie.
    """
    page = render_template(template, form=form, **context)
    return make_response(page, status or (422 if form is not None and form.errors else 200))


def refuse(form: FlaskForm, sentence: str) -> None:
    """Say on top of the form why it was not accepted."""
    form.form_errors = [*form.form_errors, sentence]


def unsaved_page(template: str, form: FlaskForm, error: DatabaseUnavailable, **context: object) -> Response:
    """Show a form that could not be saved just now, with everything that was typed still in it."""
    refuse(form, unsaved_message(error.reason))
    response = form_page(template, form, 503, **context)
    response.headers["Retry-After"] = str(current_app.config["RETRY_AFTER"])
    return response


class Refused(Exception):  # noqa: N818
    """What a form sent cannot be kept; the message says why, to whoever sent it."""


def save_form(template: str, form: FlaskForm, context: Mapping[str, Any], save: Callable[[], str]) -> Response:
    """Save what a form sent, and go where ``save`` says; where that cannot be, show the form with all of it."""
    try:
        return redirect(save(), 303)
    except Refused as refused:
        refuse(form, str(refused))
        return form_page(template, form, **context)
    except DatabaseUnavailable as error:
        return unsaved_page(template, form, error, **context)
