"""What the server itself refuses, before there is a request for the application to answer: in our words and headers."""

import socket
from http import HTTPStatus
from typing import Any, cast

from flask import Flask
from gunicorn import util
from gunicorn.http import errors as faults
from gunicorn.workers.gthread import ThreadWorker
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.wrappers import Response

from advisor.web.logs import log

_STATUS: dict[type[Exception], int] = {
    faults.ForbiddenProxyRequest: 403,
    faults.LimitRequestLine: 414,
    faults.ExpectationFailed: 417,
    faults.LimitRequestHeaders: 431,
    faults.UnsupportedTransferCoding: 501,
    faults.InvalidHTTPVersion: 505,
}
"""What else cannot be read is answered with 400."""

_OURS = (
    faults.ConfigurationProblem,
    faults.InvalidResponseHeader,  # type: ignore[attr-defined]
    faults.InvalidResponseHeaderName,  # type: ignore[attr-defined]
)
"""Faults that only we can have made."""

_PATIENCE = 5
"""Seconds within which the sender must take the answer."""


class Worker(ThreadWorker):
    """Gunicorn's worker, which answers what it cannot read as the application answers everything else."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """Send the error page, and close. Nothing of what was sent is logged: it may hold a cookie or a link."""
        status = status_of(exc)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("mistake", exc_info=exc)
        else:
            log.info("not read", kind=type(exc).__name__, status=status)
        try:
            client.settimeout(_PATIENCE)
            util.write(client, written(error_page(cast(Flask, self.wsgi), status)))
        except OSError:
            log.info("nobody waits for the answer", status=status)


def status_of(error: BaseException) -> int:
    """The status with which an error of the server is answered; 500 for what is no fault of the sender."""
    if not isinstance(error, faults.ParseException) or isinstance(error, _OURS):
        return 500
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)


def error_page(app: Flask, status: int) -> Response:
    """The page of an error, made by the application for an address that it does not have."""
    scheme = "https" if app.config["TRUSTED_PROXIES"] else "http"
    with app.test_request_context("/-", base_url=f"{scheme}://localhost"):
        error: HTTPException = default_exceptions[status]()
        return app.finalize_request(app.handle_user_exception(error), from_error_handler=True)


def written(response: Response) -> bytes:
    """A response as it goes over the wire, on a connection that ends with it."""
    body = response.get_data()
    response.headers["Content-Length"] = str(len(body))
    response.headers["Connection"] = "close"
    return f"HTTP/1.1 {response.status}\r\n{response.headers}".encode("latin-1") + body
