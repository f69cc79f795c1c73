"""One line of JSON per event. No answers, names, query strings, cookies or keys are ever in it."""

import json
import logging
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO

import structlog
from flask import Flask, Response, g, has_request_context, request

Event = MutableMapping[str, Any]

REFERENCE_HEADER = "X-Request-ID"

log = structlog.stdlib.get_logger("advisor")
_requests = logging.getLogger("advisor")


def configure(stream: TextIO | None = None) -> None:
    """Send every log line of this process to ``stream`` (standard error), our own and those of libraries alike."""
    shared: list[structlog.typing.Processor] = [
        _of_request,
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
        _Formatter(
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
    return secrets.token_hex(8)


def log_request(reference: str, method: str, rule: str, status: int, seconds: float) -> None:
    """Write down that a request was answered. The rule, not the path: somebody may have pasted anything into that."""
    level = logging.ERROR if status >= 500 else logging.INFO
    if _requests.isEnabledFor(level):
        _requests.handle(_RequestLine(level, reference, method[:20], rule, status, round(seconds * 1000, 1)))


def _begin() -> None:
    g.started = time.monotonic()


def _end(response: Response) -> Response:
    response.headers[REFERENCE_HEADER] = reference()
    started = g.get("started", time.monotonic())
    rule = request.url_rule.rule if request.url_rule else "(no such page)"
    log_request(reference(), request.method, rule, response.status_code, time.monotonic() - started)
    return response


class _RequestLine(logging.LogRecord):
    """The line that every request writes, which is therefore made at once, without a step for each of its fields."""

    def __init__(self, level: int, reference: str, method: str, rule: str, status: int, ms: float) -> None:
        super().__init__(_requests.name, level, "", 0, "request", None, None)
        moment = datetime.fromtimestamp(self.created, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        self.line = (
            f'{{"request": "{reference}", "method": {_json(method)}, "rule": {_json(rule)}, "status": {status}, '
            f'"ms": {ms}, "event": "request", "level": "{self.levelname.lower()}", "timestamp": "{moment}"}}'
        )


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Writes the lines of requests as they are, and all others field by field."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        return record.line if isinstance(record, _RequestLine) else super().format(record)


@lru_cache(maxsize=1024)
def _json(text: str) -> str:
    return json.dumps(text)


def _of_request(_logger: object, _method: str, event: Event) -> Event:
    """Say which request it was, if any."""
    if has_request_context():
        event.setdefault("request", reference())
    return event


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
