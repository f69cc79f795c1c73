"""What every form shares: the button, how its page answers, and how a sending is known again when it comes twice (F9).

The fingerprint of a form is taken here, of everything in it, before any view reads it: none can leave a field out.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, abort, current_app, g, make_response, redirect, render_template, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response

from advisor.models import DatabaseUnavailable
from advisor.models.base import utc_now
from advisor.models.idempotency import Attempt, new_key
from advisor.models.limits import Wait
from advisor.web.errors import unsaved_message, wait_message


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


def add_form_error(form: FlaskForm, sentence: str, at: str = "") -> None:
    """Say on top of the form why it was not accepted, with a link to the id of what that is about, where one has it."""
    form.form_errors = [*form.form_errors, Markup('<a href="#{}">{}</a>').format(at, sentence) if at else sentence]


def unsaved_page(template: str, form: FlaskForm, error: DatabaseUnavailable, **context: object) -> Response:
    """Show a form that could not be saved just now, with everything that was typed still in it."""
    add_form_error(form, unsaved_message(error.reason))
    response = form_page(template, form, 503, **context)
    response.headers["Retry-After"] = str(current_app.config["RETRY_AFTER"])
    return response


class Refusal(Exception):  # noqa: N818
    """What a form sent cannot be kept; the message says why, to whoever sent it."""


def save_form(template: str, form: FlaskForm, context: Mapping[str, Any], save: Callable[[], str]) -> Response:
    """Save what a form sent, and go where ``save`` says; where that cannot be, show the form with all of it."""
    try:
        return redirect(save(), 303)
    except Refusal as refused:
        add_form_error(form, str(refused))
        return form_page(template, form, **context)
    except DatabaseUnavailable as error:
        return unsaved_page(template, form, error, **context)


def wait_page(template: str, form: FlaskForm, wait: Wait, **context: object) -> Response:
    """Show a form that was sent too often, with what was typed still in it."""
    add_form_error(form, wait_message(wait.seconds))
    response = form_page(template, form, 429, **context)
    response.headers["Retry-After"] = str(wait.seconds)
    return response


KEY_FIELD = "once"
"""The hidden field with the one-time key of a form."""

_NOT_CONTENT = frozenset({"csrf_token", KEY_FIELD})


# ---- What is sent twice


def init_app(app: Flask) -> None:
    """Take the fingerprint of every form that carries a key."""
    app.before_request(_note_form)


def attempt(owner: str) -> Attempt:
    """This sending of a form by ``owner``. A form without a key is like no other."""
    key, fingerprint, arrived_at = g.get("sent_form") or (new_key(), "", utc_now())
    return Attempt(owner, key, fingerprint, arrived_at)


def call_attempt(owner: str, key: str) -> Attempt:
    """This call by a program of ``owner`` under the key of its own making."""
    body = hashlib.sha256(request.get_data()).hexdigest()
    return Attempt(owner, f"api {key}", _fingerprint([request.method, request.full_path, body]), utc_now())


def _note_form() -> None:
    if request.method != "POST" or request.path.startswith("/api/"):
        return
    if key := request.form.get(KEY_FIELD):
        g.sent_form = (key, _fingerprint([request.full_path, _fields(), _files()]), utc_now())


def _fields() -> list[tuple[str, list[str]]]:
    return sorted((name, values) for name, values in request.form.lists() if name not in _NOT_CONTENT)


def _files() -> list[tuple[str, str, str]]:
    files = []
    for name, file in request.files.items(multi=True):
        content = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
        file.stream.seek(0)
        files.append((name, file.filename or "", content))
    return files


def _fingerprint(sent: list[object]) -> str:
    return hashlib.sha256(json.dumps(sent).encode()).hexdigest()
