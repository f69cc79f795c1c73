"""Whether the process lives, and whether it can work: for whoever watches over the server."""

from collections.abc import Mapping

from flask import Blueprint
from flask.typing import ResponseReturnValue

from advisor.extensions import database, save_probe
from advisor.models import schema
from advisor.models.database import DatabaseUnavailable, Reason
from advisor.web.logs import log

bp = Blueprint("health", __name__)

_WHY: Mapping[Reason, str] = {
    "busy": "the database is busy",
    "full": "no space is left",
    "down": "the database cannot be written to",
}


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return {"status": "alive"}


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say whether the database can be reached, has the schema that this code works with, and can be saved to."""
    try:
        if schema.present_revision(database()) != schema.expected_revision():
            return _not_ready("the schema is not the one this release works with")
    except DatabaseUnavailable as error:
        log.error("not ready", reason=error.reason)
        return _not_ready(str(error))
    try:
        save_probe().check()
    except DatabaseUnavailable as error:
        log.error("not ready to save", reason=error.reason)
        return _not_ready(f"nothing can be saved: {_WHY[error.reason]}")
    return {"status": "ready"}


def _not_ready(reason: str) -> ResponseReturnValue:
    return {"status": "not ready", "reason": reason}, 503
