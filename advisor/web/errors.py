"""What a visitor or a program sees when something fails: an honest page, or an RFC 9457 problem under /api/."""

from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from advisor.models.database import BelongsToNothing, DatabaseUnavailable, Reason, Unstorable
from advisor.web.logs import log, reference
from advisor.web.problems import problem, usual_type

SECRET_FIELDS = frozenset({"password", "new_password", "code", "step", "token"})
"""Fields of forms that let somebody in. What they held is shown by no other page, and kept by none."""

_WORDS = {
    400: (
        _l("We could not read that"),
        _l("What was sent is not something this page understands. Nothing was changed."),
    ),
    401: (_l("Sign in first"), _l("This page needs to know who you are.")),
    403: (_l("That is not allowed"), _l("This request was refused. Nothing was changed.")),
    404: (
        _l("Page not found"),
        _l("There is no page at this address, or it is not yours, or its answers were deleted. Check the address."),
    ),
    405: (_l("That does not work here"), _l("This address exists, but it cannot be used in this way.")),
    409: (
        _l("Somebody else saved first"),
        _l("This was changed in another window after you opened it. Nothing was overwritten. Go back and look again."),
    ),
    413: (
        _l("That is too large"),
        _l("More was sent than this page takes. Nothing was stored. Shorten it, and send it again."),
    ),
    414: (_l("That address is too long"), _l("Check the address.")),
    415: (
        _l("That is the wrong type of file or form"),
        _l("What was sent is of a type that this address does not take."),
    ),
    417: (_l("We could not read that"), _l("What your program expects of this server is nothing it does.")),
    422: (
        _l("Something in it does not fit"),
        _l("What was sent can be read, but not used as it is. Nothing was stored."),
    ),
    429: (_l("That was too often"), _l("Wait a little, then try again.")),
    431: (
        _l("Too much comes along with the request"),
        _l("Your browser sends more beside the address than this server takes. Delete its cookies for this site."),
    ),
    500: (
        _l("Something went wrong on our side"),
        _l("This is a mistake of ours, not of yours. What was saved before is safe. Try again in a moment."),
    ),
    501: (_l("We could not read that"), _l("It was sent in a way that this server does not know.")),
    503: (_l("Not available just now"), _l("Nothing was changed. Go back, wait a few seconds, and try again.")),
    505: (_l("We could not read that"), _l("It was sent in a version of HTTP that this server does not speak.")),
}

_UNAVAILABLE: dict[Reason, Any] = {
    "busy": _l(
        "We could not do that just now because the system is busy. Nothing was changed. Go back, and try again soon."
    ),
    "full": _l("That could not be saved because the server is out of space. Nothing already saved is affected."),
    "down": _l(
        "We cannot reach our database just now. Nothing already saved is affected. Go back, and try again in a moment."
    ),
}

_UNSAVED: dict[Reason, Any] = {
    "busy": _l(
        "We could not save that just now because the system is busy. What you entered is still on this page. "
        "Send it again in a few seconds."
    ),
    "full": _l(
        "That could not be saved because the server is out of space. Nothing already saved is affected. "
        "What you entered is still on this page: try again later."
    ),
    "down": _l(
        "We could not save that because we cannot reach our database just now. Nothing already saved is affected. "
        "What you entered is still on this page. Send it again in a moment."
    ),
}

_UNDONE: dict[Reason, Any] = {
    **_UNAVAILABLE,
    "busy": _l(
        "We could not do that just now because the system is busy. Nothing was changed. Try again in a few seconds."
    ),
    "down": _l("We cannot reach our database just now. Nothing already saved is affected. Try again in a moment."),
}

_OF_BUTTONS = frozenset({"csrf_token", "once", "do"})
"""Fields of a form that is nothing but a button."""


def init_app(app: Flask) -> None:
    """Answer every failure of ``app``."""
    app.register_error_handler(CSRFError, form_too_old)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StaleDataError, _saved_elsewhere)
    app.register_error_handler(BelongsToNothing, _deleted_elsewhere)
    app.register_error_handler(DatabaseUnavailable, _database_unavailable)
    app.register_error_handler(Unstorable, _unstorable)
    app.register_error_handler(Exception, _our_mistake)


def reply_too_often(seconds: int, message: str = "") -> Response:
    """Tell somebody to wait. ``message`` replaces the usual words."""
    response = _reply(429, str(_WORDS[429][0]), message or wait_message(seconds))
    response.headers["Retry-After"] = str(seconds)
    return response


def wait_message(seconds: int) -> str:
    """How long to wait, in words."""
    if seconds < 90:
        return str(_("That was too often in a short time. Wait %(seconds)d seconds, then try again.", seconds=seconds))
    minutes = -(-seconds // 60)
    return str(_("That was too often in a short time. Wait %(minutes)d minutes, then try again.", minutes=minutes))


def unavailable_message(reason: Reason) -> str:
    """What to tell a person whose save or page failed because the database is busy, full or down."""
    return str(_UNAVAILABLE[reason])


def unsaved_message(reason: Reason) -> str:
    """What to tell a person whose form could not be saved, on a page that still holds what was typed."""
    return str(_UNSAVED[reason])


def form_too_old(_error: CSRFError) -> Response:
    """Answer a form whose token is missing, or belongs to an earlier visit."""
    return _reply(
        400,
        _("This form is too old"),
        _("It belongs to an earlier visit, or your browser keeps no cookies. Open the page again, then send it."),
    )


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    title, message = _WORDS.get(status) or _WORDS[500 if status >= 500 else 400]
    if error.description and error.description != type(error).description:
        message = error.description
    response = _reply(status, str(title), str(message))
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _saved_elsewhere(_error: StaleDataError) -> Response:
    title, message = _WORDS[409]
    return _reply(409, str(title), str(message))


def _deleted_elsewhere(error: BelongsToNothing) -> Response:
    log.warning("belongs to nothing", exc_info=error)
    return _reply(
        409,
        _("It was deleted meanwhile"),
        _("What this belongs to was deleted in another window, perhaps with the account. Nothing was stored."),
        "deleted-meanwhile",
    )


def _unstorable(_error: Unstorable) -> Response:
    return _reply(400, str(_WORDS[400][0]), _("It contains characters that cannot be stored. Nothing was stored."))


def _database_unavailable(error: DatabaseUnavailable) -> Response:
    log.error("database unavailable", reason=error.reason, exc_info=error)
    is_form = request.method == "POST" and not request.path.startswith("/api/")
    if is_form and SECRET_FIELDS.isdisjoint(request.form):
        response = make_response(_unsaved_page(error.reason), 503)
    else:
        response = _reply(503, str(_WORDS[503][0]), unavailable_message(error.reason))
    response.headers["Retry-After"] = str(current_app.config["RETRY_AFTER"])
    return response


def _unsaved_page(reason: Reason) -> str:
    """Carry what was typed to the next try (P2), where not even the page it came from can be read.

    A form with a password or the like is typed again: what it held would lie open in the page.
    """
    is_typed = not _OF_BUTTONS.issuperset(request.form)
    return render_template(
        "errors/unsaved.html",
        is_typed=is_typed,
        message=unsaved_message(reason) if is_typed else str(_UNDONE[reason]),
        action=request.full_path.rstrip("?"),
        fields=list(request.form.items(multi=True)),
    )


def _our_mistake(error: Exception) -> Response:
    log.error("mistake", exc_info=error)
    title, message = _WORDS[500]
    return _reply(500, str(title), str(message))


def _reply(status: int, title: str, message: str, problem_type: str = "") -> Response:
    if request.path.startswith("/api/"):
        return problem(problem_type or usual_type(status), message, status)
    return make_response(_page(status, title, message), status)


def _page(status: int, title: str, message: str) -> str:
    try:
        return render_template(
            "errors/error.html", code=status, title=title, message=message, reference=reference(), action=None
        )
    except Exception as error:  # noqa: BLE001 - an error page that fails must not hide the error
        log.error("error page failed", exc_info=error)
        return (
            f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
            f"<h1>{escape(title)}</h1><p>{escape(message)}</p><p>{escape(reference())}</p></html>"
        )
