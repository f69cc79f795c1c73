"""How often an account takes data out or brings it in. Every page that does either counts here first (S11)."""

from flask import current_app
from werkzeug.wrappers import Response

from advisor import identity
from advisor.errors import reply_too_often
from advisor.extensions import database
from advisor.models.rate_limit import hit


def too_often() -> Response | None:
    """Count an export or import of the account that is asking. None while it may; else the reply that says wait."""
    config = current_app.config
    account = str(identity.current().account_id)
    with database().write() as session:
        wait = hit(session, "transfer", account, config["TRANSFERS"], config["TRANSFER_WINDOW"])
    return reply_too_often(wait.seconds) if wait else None
