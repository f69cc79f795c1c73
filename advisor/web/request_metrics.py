"""Counts requests by the rule of their address, how long they took, and what was refused: where metrics are on."""

from time import perf_counter

from flask import Flask, Response, g, request

from advisor import metrics

UNKNOWN = "(no such page)"
"""The route of every address that leads nowhere: there is no end of them."""

REASONS = {
    400: "validation",
    401: "rights",
    403: "rights",
    409: "conflict",
    412: "conflict",
    413: "validation",
    414: "validation",
    415: "validation",
    422: "validation",
    428: "validation",
    429: "rate limit",
    503: "not available",
}
"""Why a reply of that status refuses."""


def init_app(app: Flask) -> None:
    """Count what ``app`` answers, from before anything else looks at a request until everything else has."""
    counted = metrics.current()
    if counted is None:
        return

    def begin() -> None:
        g.metrics_began = perf_counter()
        counted.in_progress.inc()

    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else UNKNOWN
        began = g.get("metrics_began")
        count_reply(route, response.status_code, None if began is None else perf_counter() - began)
        if reason := REASONS.get(response.status_code):
            counted.refusals.labels(reason).inc()
        return response

    def leave(_error: BaseException | None) -> None:
        if "metrics_began" in g:
            counted.in_progress.dec()

    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(leave)


def count_reply(route: str, status: int, seconds: float | None) -> None:
    """Count a reply, and how long it took where that is known; nothing where metrics are off."""
    if (counted := metrics.current()) is None:
        return
    counted.requests.labels(route, f"{status // 100}xx").inc()
    if seconds is not None:
        counted.request_seconds.labels(route).observe(seconds)
