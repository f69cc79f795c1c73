"""Whether the process lives, and whether it can work: for whoever watches over the server."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from advisor.extensions import database
from advisor.logs import log
from advisor.models import schema
from advisor.models.database import DatabaseUnavailable

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return {"status": "alive"}


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say whether the database can be reached and has the schema that this code works with."""
    try:
        is_current = schema.present_revision(database()) == schema.expected_revision()
    except DatabaseUnavailable as error:
        log.error("not ready", reason=error.reason)
        return {"status": "not ready", "reason": str(error)}, 503
    if not is_current:
        return {"status": "not ready", "reason": "the schema is not the one this release works with"}, 503
    return {"status": "ready"}
