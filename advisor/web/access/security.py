"""What every request must be like before a view sees it, and what every reply carries."""

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.middleware.proxy_fix import ProxyFix

from advisor.engine.document.text import text_fault
from advisor.web.access.bodies import Request, check_charset, unstorable
from advisor.web.filters import content_hash
from advisor.web.logs import log

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)

_REFUSED_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture",
    "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
    "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial",
    "storage-access", "usb", "xr-spatial-tracking",
)  # fmt: skip

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _REFUSED_FEATURES),
}

_FOR_OTHER_SITES = {
    "Access-Control-Allow-Origin": "*",  # which by itself excludes cookies; tokens are left out below
    "Access-Control-Expose-Headers": "ETag, Retry-After, X-Request-ID",
}
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match",
    "Access-Control-Max-Age": "7200",
}

SECRET_ADDRESS_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "private, no-store",
}
"""What a reply carries whose address is all that is needed to read it."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})

View = TypeVar("View", bound=Callable[..., object])


def init_app(app: Flask) -> None:
    """Guard every request and reply of ``app``."""
    app.request_class = Request
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = TrustedProxies(app.wsgi_app, hops)  # type: ignore[method-assign]
    for check in (_check_size, _check_address, _check_origin, _check_body, _check_repeats):
        app.before_request(check)
    app.after_request(_add_headers)


def may_repeat(*names: str) -> Callable[[View], View]:
    """Let the fields of these names (``*`` stands for anything) come several times to a view; others may not."""

    def allow(view: View) -> View:
        view.may_repeat = names  # type: ignore[attr-defined]
        return view

    return allow


def open_to_other_sites(view: View) -> View:
    """Let the pages of every other site send to a view and read what it answers: it knows nobody and keeps nothing."""
    view.open_to_other_sites = True  # type: ignore[attr-defined]
    return view


def has_a_secret_address(view: View) -> View:
    """Let a view be read by whoever has its address: no browser passes that on, and no search engine lists it."""
    view.has_a_secret_address = True  # type: ignore[attr-defined]
    return view


def takes_a_file(view: View) -> View:
    """Let a view be sent a file, which may be larger than a form."""
    view.takes_a_file = True  # type: ignore[attr-defined]
    return view


def may_send_many_fields(view: View) -> View:
    """Let a view be sent a form with some fields for each of an owner's processes."""
    view.may_send_many_fields = True  # type: ignore[attr-defined]
    return view


def _check_size() -> None:
    if _view_may("may_send_many_fields"):
        request.max_form_parts = current_app.config["MAX_LONG_FORM_PARTS"]
    limit = current_app.config["MAX_CONTENT_LENGTH"]
    if _view_may("takes_a_file"):
        limit = request.max_content_length = limit + current_app.config["UPLOAD_LIMIT"]
    if (request.content_length or 0) > limit:
        abort(413)
    # A body of unsaid length is cut off at the limit without a word, and half a form is no form.
    if request.content_length is None and _has_body() and len(request.get_data()) >= limit:
        abort(413)
    if len(request.environ.get("PATH_INFO", "")) + len(request.query_string) > current_app.config["MAX_URL_LENGTH"]:
        abort(414)


def _check_address() -> None:
    """Refuse a path or query that is not plain text: some databases could not store it, and logs could be forged."""
    path = request.environ.get("PATH_INFO", "").encode("latin-1", "replace")
    query = unquote_to_bytes(request.query_string.replace(b"+", b" "))
    if not (_is_plain_text(path) and _is_plain_text(query)):
        abort(400, description=_("The address contains characters that cannot be stored."))


def _check_origin() -> None:
    """Refuse what another site makes a browser send. Programs that are no browsers send neither header."""
    if request.method in _READING or _view_may("open_to_other_sites"):
        return
    if site := request.headers.get("Sec-Fetch-Site"):
        if site not in {"same-origin", "none"}:
            abort(403, description=_("This was sent from another site."))
    elif (origin := request.headers.get("Origin")) and not _is_ours(origin) and not _is_withheld(origin):
        abort(403, description=_("This was sent from another site."))


def _is_ours(origin: str) -> bool:
    try:
        return urlsplit(origin)[:2] == (request.scheme, request.host)
    except ValueError:  # it is no address at all
        return False


def _is_withheld(origin: str) -> bool:
    """Whether the browser does not say where a form came from since its page has a secret address.

    Whoever could send to that address knows it, and so may.
    """
    return origin == "null" and _view_may("has_a_secret_address")


def _check_body() -> None:
    """Refuse a body that broke off, and a form of the wrong type, in the wrong encoding, or with too many fields."""
    if request.method in _READING or not _has_body():
        return
    if not _view_may("takes_a_file"):
        request.get_data()  # whether anything looks at it or not; a file is read as its form is
    check_charset(request.mimetype_params.get("charset", "utf-8"))
    if request.path.startswith("/api/"):
        return
    if request.mimetype not in _FORMS:
        abort(415)
    if request.mimetype == "application/x-www-form-urlencoded":
        body = request.get_data()
        if len(body) > current_app.config["MAX_FORM_MEMORY_SIZE"] or body.count(b"&") >= (request.max_form_parts or 0):
            abort(413)
        if not _is_utf8(body) or not _is_utf8(unquote_to_bytes(body)):
            raise unstorable()
    names = [*request.form, *request.files, *(file.filename or "" for file in request.files.values())]
    if any(text_fault(name, one_line=True) for name in names):
        raise unstorable()


def _view_may(what: str) -> bool:
    view = current_app.view_functions[request.endpoint] if request.endpoint else None
    return getattr(view, what, False)


def _check_repeats() -> None:
    if request.query_string.count(b"&") >= current_app.config["MAX_FORM_PARTS"]:
        abort(413)
    if request.endpoint is None:
        return
    allowed = getattr(current_app.view_functions[request.endpoint], "may_repeat", ())
    _refuse_repeats(request.args, allowed)
    if request.method not in _READING and request.mimetype in _FORMS and not request.path.startswith("/api/"):
        _refuse_repeats(request.form, allowed)


def _refuse_repeats(values: MultiDict[str, str], allowed: tuple[str, ...]) -> None:
    for name, several in values.lists():
        if len(several) > 1 and not any(fnmatchcase(name, pattern) for pattern in allowed):
            abort(400, description=_("One field was sent more than once."))


def _has_body() -> bool:
    return bool(request.content_length) or "chunked" in request.headers.get("Transfer-Encoding", "").lower()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_plain_text(data: bytes) -> bool:
    return _is_utf8(data) and text_fault(data.decode(), len(data), one_line=True) is None


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.is_secure:
        seconds = int(current_app.config["HSTS_LIFETIME"].total_seconds())
        response.headers["Strict-Transport-Security"] = f"max-age={seconds}; includeSubDomains"
    response.headers["Cache-Control"] = _cache_control(response)
    if _view_may("open_to_other_sites"):
        response.headers.update(_FOR_OTHER_SITES)
        if request.method == "OPTIONS":
            response.headers.update(_PREFLIGHT)
            response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
    if _view_may("has_a_secret_address"):
        response.headers.update(SECRET_ADDRESS_HEADERS)
    return response


def _cache_control(response: Response) -> str:
    if response.cache_control.public and response.status_code < 400:
        return str(response.cache_control)  # the view knows that nothing in it is about a person
    if request.endpoint != "static" or response.status_code >= 400:
        return "no-store"
    filename = (request.view_args or {}).get("filename", "")
    if request.args.get("v") and request.args["v"] == content_hash(filename):
        return f"public, max-age={int(current_app.config['STATIC_LIFETIME'].total_seconds())}, immutable"
    return "no-cache"


_PEER = "advisor.peer"
"""Where the connection itself came from: the nearest proxy."""

_PROBES = frozenset({"/healthz", "/readyz"})
"""Asked by watchers beside the proxy, who say nothing of themselves."""


class TrustedProxies:
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


def _address(written: str) -> str:
    """The network address in what a proxy wrote, without port, brackets and zone; "" where there is none."""
    text = written.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return ""
