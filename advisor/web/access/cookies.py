"""The one signed cookie: it holds the CSRF token, and a visitor's random key or a sign-in's random id. Nothing else.

It holds both where somebody signed in and left what is in this browser to whoever uses it next.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from flask import Flask, Request, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

from advisor.models.base import hash_of

_KEY = "visitor"
_LOGIN = "login"

_RENEWED_AFTER = timedelta(hours=1)
"""So old is a cookie when a visit prolongs its life: to sign it anew with each page is not worth the work."""


def init_app(app: Flask) -> None:
    """Make ``app`` use the one cookie."""
    if not app.config.get("SECRET_KEY"):
        raise RuntimeError(
            "There is no key to sign the cookie with. `advisor serve` makes one; else set ADVISOR_SECRET_KEY."
        )
    app.config.from_mapping(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_PATH="/")
    app.session_interface = OneCookie()


class OneCookie(SecureCookieSessionInterface):
    """Flask's signed cookie under the name and with the flags that fit the connection."""

    digest_method = staticmethod(hashlib.sha256)
    _made: tuple[object, URLSafeTimedSerializer | None] | None = None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie; a sign-in in it is noted without counting as use, which would set the cookie again."""
        opened, g.cookie_signed_at = self._read(app, request)
        g.login_token = opened.get(_LOGIN) if opened is not None else None
        g.has_visitor_key = opened is not None and opened.get(_KEY) is not None
        g.opened_cookie = opened
        return opened

    def _read(self, app: Flask, request: Request) -> tuple[SecureCookieSession | None, datetime | None]:
        """What the cookie holds, and when it was signed: nothing and None where there is none, or it is not ours."""
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None, None
        sent = request.cookies.get(self.get_cookie_name(app), "")
        oldest = int(app.permanent_session_lifetime.total_seconds())
        try:
            held, signed_at = signer.loads(sent, oldest, return_timestamp=True)
        except BadSignature:
            return self.session_class(), None
        return self.session_class(held), signed_at

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs and checks, made once for the keys."""
        keys = (app.secret_key, tuple(app.config["SECRET_KEY_FALLBACKS"] or ()))
        if self._made is None or self._made[0] != keys:
            self._made = (keys, super().get_signing_serializer(app))
        return self._made[1]

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002
        """The name, which over HTTPS binds the cookie to this host."""
        # A browser accepts the __Host- name only from this very host, over HTTPS, for every path.
        return "__Host-session" if request.is_secure else "session"

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002
        """Over HTTPS the cookie never travels in the open."""
        return request.is_secure

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime:  # noqa: ARG002
        """The end of its life, counted from now."""
        return datetime.now(UTC) + app.permanent_session_lifetime

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:  # noqa: ARG002
        """Whether this reply carries the cookie."""
        # Renewed where it is used, so that it lives 30 days from the last visit; never sent along with a static file.
        return session.modified or (session.accessed and self._is_due())

    def _is_due(self) -> bool:
        signed_at: datetime | None = g.get("cookie_signed_at")
        return signed_at is None or datetime.now(UTC) - signed_at >= _RENEWED_AFTER


def visitor_hash() -> str | None:
    """The hash under which this visitor's rows are stored, None where the browser has no key yet."""
    key = session.get(_KEY)
    return hash_of(key) if isinstance(key, str) else None


def ensure_visitor_hash() -> str:
    """The same, with a new key where there is none. Call it where a form begins: sent twice, it has one owner."""
    if _KEY not in session:
        session[_KEY] = secrets.token_urlsafe(32)
    return hash_of(session[_KEY])


def has_visitor_key() -> bool:
    """Whether this browser has a key already; asking does not count as use, which would set the cookie again."""
    return bool(g.get("has_visitor_key"))


def is_used() -> bool:
    """Whether anything has looked into the cookie while this request was answered; to ask does not count as use."""
    opened = g.get("opened_cookie")
    return opened is None or opened.accessed or opened.modified


def forget_visitor() -> None:
    """Take the visitor's key away. What was stored under it must be deleted, or somebody's else, before."""
    session.pop(_KEY, None)


def login_token() -> str | None:
    """The sign-in that the cookie names, which may have ended."""
    token = g.get("login_token")
    return token if isinstance(token, str) else None


def new_login_token() -> str:
    """A random id for a sign-in."""
    return secrets.token_urlsafe(32)


def form_secret(token: str) -> str:
    """What marks the forms of that sign-in. It does not lead back to the id."""
    return hash_of(f"forms of {token}")


def set_login(token: str) -> None:
    """Put a sign-in into the cookie, in place of all that was in it but the visitor's key (see ``forget_visitor``)."""
    _clear_session()
    session[_LOGIN] = g.login_token = token
    session["csrf_token"] = form_secret(token)


def clear() -> None:
    """Take everything out of the cookie but the visitor's key: what was left in this browser is there again."""
    _clear_session()
    g.login_token = None


def _clear_session() -> None:
    key = session.get(_KEY)
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps it for the request; it belonged to the former cookie
    if key is not None:
        session[_KEY] = key
