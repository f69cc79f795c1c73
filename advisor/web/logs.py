"""One line of JSON per event. No answers, names, query strings, cookies or keys are ever in it."""

import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

Event = MutableMapping[str, Any]

REFERENCE_HEADER = "X-Request-ID"

log = structlog.stdlib.get_logger("advisor")


def configure(stream: TextIO | None = None) -> None:
    """Send every log line of this process to ``stream`` (standard error), our own and those of libraries alike."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _frames_instead_of_message,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # json.dumps escapes whatever is not plain ASCII, control characters and line ends included.
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("advisor").setLevel(logging.INFO)


def init_app(app: Flask) -> None:
    """Log each request of ``app`` under a random id, which error pages show as their reference."""
    if not structlog.is_configured():
        configure()
    app.before_request(_begin)
    app.after_request(_end)


def reference() -> str:
    """The id of this request."""
    if "reference" not in g:
        g.reference = new_reference()
    return str(g.reference)


def new_reference() -> str:
    """A random id for a request."""
    return uuid4().hex[:16]


def log_request(reference: str, method: str, rule: str, status: int, seconds: float) -> None:
    """Write down that a request was answered. The rule, not the path: somebody may have pasted anything into that."""
    level = logging.ERROR if status >= 500 else logging.INFO
    log.log(
        level,
        "request",
        request=reference,
        method=method[:20],
        rule=rule,
        status=status,
        ms=round(seconds * 1000, 1),
    )


def _begin() -> None:
    g.started = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=reference())


def _end(response: Response) -> Response:
    response.headers[REFERENCE_HEADER] = reference()
    started = g.get("started", time.monotonic())
    rule = request.url_rule.rule if request.url_rule else "(no such page)"
    log_request(reference(), request.method, rule, response.status_code, time.monotonic() - started)
    return response


def _frames_instead_of_message(_logger: object, _method: str, event: Event) -> Event:
    """Say where an exception came from, and of which kinds it was: its message may hold what a visitor typed."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        kinds: list[str] = []
        cause: BaseException | None = error
        while cause is not None and len(kinds) < 10:
            kinds.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
            cause = cause.__cause__ or cause.__context__
        event["error"] = " from ".join(kinds)
        frames = traceback.extract_tb(error.__traceback__)[-20:]
        event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    event.pop("exception", None)
    event.pop("stack_info", None)
    return event
