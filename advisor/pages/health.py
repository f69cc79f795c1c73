"""Whether the process lives, and whether it can work: for whoever watches over the server."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from advisor.extensions import readiness
from advisor.models.readiness import NOT_KNOWN, WELL
from advisor.web.logs import log

bp = Blueprint("health", __name__)

PAGES_DO_WITHOUT = frozenset({"worker"})
"""A proxy takes out a server that is not ready; for long jobs that wait, it would take out all of them."""


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return {"status": "alive"}


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say of each part whether it is well, in a line; 503 where pages or saves would fail."""
    state = readiness().state()
    faults = {part: line for part, line in state.items() if line not in {WELL, NOT_KNOWN}}
    if faults:
        log.error("not well", parts=list(faults))
    grave = [line for part, line in faults.items() if part not in PAGES_DO_WITHOUT]
    if not grave:
        return {"status": "ready", **state}
    return {"status": "not ready", "reason": grave[0], **state}, 503
