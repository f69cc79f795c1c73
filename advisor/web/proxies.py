"""What the proxies in front of the server say of a request: who is calling, and by which scheme."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from advisor.web.logs import log

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PEER = "advisor.peer"
"""Where the connection itself came from: the nearest proxy."""

_PROBES = frozenset({"/healthz", "/readyz"})
"""Asked by watchers beside the proxy, who say nothing of themselves."""


class BelievedProxies:
    """Takes an address and a scheme from the last so many proxies, and nothing else for one of them.

    They are known to speak TLS, so whatever does not say “http” means HTTPS: a cookie for HTTPS alone is lost on plain
    HTTP, which is noticed; the other way round nobody would notice.
    """

    def __init__(self, app: "WSGIApplication", hops: int) -> None:
        self._app = app
        self._fix = ProxyFix(self._check, x_for=hops, x_proto=hops, x_host=0, x_port=0)
        self._has_warned = False

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request with what the proxies say of it."""
        environ[_PEER] = environ.get("REMOTE_ADDR", "")
        environ["REMOTE_ADDR"] = environ["wsgi.url_scheme"] = ""  # what is empty afterwards was not said
        return self._fix(environ, start_response)

    def _check(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        address, scheme = _address(environ["REMOTE_ADDR"]), environ["wsgi.url_scheme"].lower()
        environ["REMOTE_ADDR"] = address or environ[_PEER]
        environ["wsgi.url_scheme"] = "http" if scheme == "http" else "https"
        unsaid = ["X-Forwarded-For"] if not address else []
        unsaid += ["X-Forwarded-Proto"] if scheme not in {"http", "https"} else []
        if unsaid and not self._has_warned and environ.get("PATH_INFO") not in _PROBES:
            self._has_warned = True
            log.warning("a proxy does not say who calls, or by which scheme", unsaid=unsaid, taken_for="https")
        return self._app(environ, start_response)


def _address(said: str) -> str:
    """The network address in what a proxy wrote, without port, brackets and zone; "" where there is none."""
    text = said.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return ""
