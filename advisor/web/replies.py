"""How a page with a form answers: opened, refused, or not saved because the database could not."""

from flask import current_app, make_response, render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from advisor.models import DatabaseUnavailable
from advisor.web.errors import unsaved_message


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
