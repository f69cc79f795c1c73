"""How often an account takes data out or brings it in. Every page that does either counts here first (S11)."""

from datetime import timedelta

from flask import current_app
from werkzeug.wrappers import Response

from advisor.extensions import database
from advisor.models.limits import hit
from advisor.web import identity
from advisor.web.errors import reply_too_often


def too_often() -> Response | None:
    """Count an export of the account that is asking, or a check of rules by a program.

    None while it may; else the reply that says wait.
    """
    return _counted("transfer", current_app.config["TRANSFERS"], current_app.config["TRANSFER_WINDOW"])


def uploaded_too_often() -> Response | None:
    """The same for a file that is brought in: often one is sent again and again until nothing is wrong with it."""
    return _counted("upload", current_app.config["UPLOADS"], current_app.config["UPLOAD_WINDOW"])


def _counted(bucket: str, tries: int, window: timedelta) -> Response | None:
    with database().write() as session:
        wait = hit(session, bucket, str(identity.current().account_id), tries, window)
    return reply_too_often(wait.seconds) if wait else None
