"""How many calls a program has left, in the headers ``RateLimit`` and ``RateLimit-Policy`` of every reply to it.

They are written as draft-ietf-httpapi-ratelimit-headers has them: lists of structured fields, an item for each policy.
"""

from flask import Flask, Response, g, request

from advisor.models.limits import Limit, TriesLeft


def init_app(app: Flask) -> None:
    """Tell the programs that call ``app``."""
    app.after_request(_add_headers)


def note_quota(policy: str, limit: Limit, left: TriesLeft) -> None:
    """Say in the reply to this request what is left of a limit; pages say nothing of it."""
    if request.path.startswith("/api/"):
        g.setdefault("quotas", {})[policy] = (limit, left)


def _add_headers(response: Response) -> Response:
    quotas: dict[str, tuple[Limit, TriesLeft]] = g.get("quotas", {})
    if quotas:
        response.headers["RateLimit-Policy"] = ", ".join(
            f'"{policy}";q={limit.tries};w={int(limit.window.total_seconds())}' for policy, (limit, _) in quotas.items()
        )
        response.headers["RateLimit"] = ", ".join(
            f'"{policy}";r={left.tries};t={left.seconds}' for policy, (_, left) in quotas.items()
        )
    return response
