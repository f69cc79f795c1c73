"""Pages that are the same for everybody are answered with the bytes that they were answered with before.

A view says of itself ``@cached_per_version``, or ``@cached_per_release`` where it shows nothing of the rules. Its page
is kept, and sent again, only for requests that say nothing of who sends them: without cookie, token, query and body.
Everybody else gets a page that is made for them, and that one is never kept. What else a page depends on is in its key
or looked at each time: the scheme, the prefix of the address, the host, and the version of the rules in force.
"""

import hashlib
from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import SecurityError
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wsgi import get_host

from advisor.extensions import database
from advisor.models.database import Database, DatabaseUnavailable
from advisor.models.rule_sets.rule_set_version import VersionStamp, stamp_in_force
from advisor.web import logs
from advisor.web.access import cookies
from advisor.web.page_cache import CachedPage, Key, PageCache
from advisor.web.request_metrics import count_reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., object])

PUBLIC = "public, max-age=0, must-revalidate"
"""Anybody may keep it, and asks each time whether it still holds."""

_KEY = "advisor.page_key"
_WHO_ASKS = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")
_WHAT_COMES_ALONG = ("QUERY_STRING", "HTTP_TRANSFER_ENCODING")
_OF_ONE_REPLY = frozenset({logs.REFERENCE_HEADER.lower(), "content-length", "etag"})


def cached_per_version(view: View) -> View:
    """Let what a view shows to nobody in particular be kept until the next version of the rules."""
    view.cached_per = "version"  # type: ignore[attr-defined]
    return view


def cached_per_release(view: View) -> View:
    """The same for a view that shows nothing of the rules: for as long as the process lives."""
    view.cached_per = "release"  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    """Answer for ``app`` what is kept. Call it before all other parts, so that what they add to a reply is kept too."""
    app.wsgi_app = app.extensions["known_pages"] = KnownPages(app)  # type: ignore[method-assign]
    app.before_request(_note_version)
    app.after_request(_keep)


class KnownPages:
    """Stands before the application, and answers what that has answered already."""

    def __init__(self, app: Flask) -> None:
        self._flask = app
        self._app: WSGIApplication = app.wsgi_app
        self._read_from: Database | None = None
        self._cache = PageCache(0)

    @property
    def cache(self) -> PageCache:
        """What is kept, all of it from the database to which the application is bound."""
        bound = self._flask.extensions["database"]
        if bound is not self._read_from:
            self._cache = PageCache(self._flask.config["PAGE_CACHE_SIZE"])
            self._read_from = bound
        return self._cache

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer with what is kept, or let the application answer."""
        started = monotonic()
        key = _key(environ)
        if key is None or self._flask.debug:  # in development, templates and style sheets change under the server
            return self._app(environ, start_response)
        environ[_KEY] = key
        page = self._page(key, environ)
        if page is None:
            return self._app(environ, start_response)
        method = environ["REQUEST_METHOD"]
        status, headers, body = page.reply(
            environ.get("HTTP_IF_NONE_MATCH", ""), environ.get("HTTP_ACCEPT_ENCODING", "")
        )
        reference = logs.new_reference()
        headers.append((logs.REFERENCE_HEADER, reference))
        seconds = monotonic() - started
        logs.log_request(reference, method, page.rule, status, seconds)
        count_reply(page.rule, status, seconds)
        start_response(f"{status} {HTTP_STATUS_CODES[status].upper()}", headers)
        return [] if method == "HEAD" or status == 304 else [body]

    def _page(self, key: Key, environ: "WSGIEnvironment") -> CachedPage | None:
        page = self.cache.get(key)
        if page is None:
            return None
        try:
            get_host(environ, self._flask.config["TRUSTED_HOSTS"])
        except SecurityError:  # the application says so
            return None
        if page.stamp is not None and page.stamp != _present_stamp(self._flask.extensions["database"]):
            self.cache.remove(key)
            return None
        return page


def page_cache(app: Flask) -> PageCache:
    """What is kept for ``app``."""
    return cast(KnownPages, app.extensions["known_pages"]).cache


def _key(environ: "WSGIEnvironment") -> Key | None:
    """What a page is kept under; None for a request that says more than which page it wants."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return None
    if any(environ.get(name) for name in (*_WHO_ASKS, *_WHAT_COMES_ALONG)):
        return None
    if environ.get("CONTENT_LENGTH") not in {None, "", "0"}:
        return None
    return environ["wsgi.url_scheme"], environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")


def _present_stamp(found: Database) -> VersionStamp | None:
    try:
        return stamp_in_force(found)
    except (DatabaseUnavailable, SQLAlchemyError):  # the application says so
        return None


def _cached_per() -> str:
    view = current_app.view_functions[request.endpoint] if request.endpoint else None
    return getattr(view, "cached_per", "")


def _note_version() -> None:
    # Before the page is made: where somebody publishes meanwhile, it is newer than noted, and made again next time.
    if _KEY in request.environ and _cached_per() == "version":
        g.stamp_in_force = _present_stamp(database())


def _keep(response: Response) -> Response:
    """Keep the reply of a view that said so, if nobody in particular was answered, and send it as it will be sent."""
    if not (cached_per := _cached_per()) or response.status_code != 200:
        return response
    key = cast("Key | None", request.environ.get(_KEY))
    if key is None or not _is_for_anybody(response):
        response.vary.add("Cookie")
        return response
    stamp = g.get("stamp_in_force")
    if cached_per == "version" and stamp is None:
        return response
    if not response.cache_control.public:  # a view that says more about it has its way
        response.headers["Cache-Control"] = PUBLIC
    response.vary.update(("Cookie", "Accept-Encoding"))
    body = response.get_data()
    page = CachedPage(
        rule=request.url_rule.rule if request.url_rule else "",
        stamp=stamp,
        headers=[pair for pair in response.headers if pair[0].lower() not in _OF_ONE_REPLY],
        etag=response.get_etag()[0] or hashlib.sha256(body).hexdigest()[:32],
        body=body,
    )
    page_cache(current_app).put(key, page)
    # All of it this once, whatever the sender has: the log says 200 already.
    status, headers, body = page.reply("", request.headers.get("Accept-Encoding", ""))
    reference = response.headers[logs.REFERENCE_HEADER]
    return current_app.response_class(body, status, [*headers, (logs.REFERENCE_HEADER, reference)])


def _is_for_anybody(response: Response) -> bool:
    """Whether nothing that could tell people apart was touched while the reply was made."""
    return not (cookies.is_used() or "Set-Cookie" in response.headers or "csrf_token" in g or "member" in g)
