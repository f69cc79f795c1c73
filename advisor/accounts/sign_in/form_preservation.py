"""What was posted after the sign-in had ended travels through the sign-in form, and is there afterwards (F16).

It is signed, for one account, and good for half an hour. It never holds a password or a code.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from advisor.extensions import database
from advisor.models import LoginSession
from advisor.models.base import hash_of
from advisor.web.errors import SECRET_FIELDS

KEPT_LIMIT = 300_000
"""Characters that a form may have in this disguise; a longer one is not kept, and the page says so."""

_NEVER = SECRET_FIELDS | {"csrf_token", "kept"}


@dataclass(frozen=True, slots=True)
class PreservedForm:
    """A form on its way: where it belongs, its fields, and what it does, "" where that is not known."""

    path: str
    fields: list[tuple[str, str]]
    act: str = ""


def pack(account_id: UUID, act: str = "") -> str:
    """The form of this request, which does ``act``, signed for that account; "" where it is too long."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER]
    path = request.full_path.rstrip("?")
    packed = _signer().dumps({"account": str(account_id), "path": path, "fields": fields, "act": act})
    text = packed if isinstance(packed, str) else packed.decode()
    return text if len(text) <= KEPT_LIMIT else ""


def unpack(packed: str, account_id: UUID) -> PreservedForm | None:
    """The form that was packed for this account not long ago; None for any other."""
    try:
        held: dict[str, Any] = _signer().loads(packed, max_age=current_app.config["KEPT_FOR"].total_seconds())
    except BadData:
        return None
    if held.get("account") != str(account_id):
        return None
    return PreservedForm(held["path"], [(name, value) for name, value in held["fields"]], held.get("act", ""))


def local_path(asked: str | None) -> str | None:
    """A page of ours that may be gone on to, None for everything else (S18).

    No scheme, no host, nothing that a browser could read as one: only a path that one of our pages answers.
    """
    if not asked or not asked.startswith("/") or asked[1:2] in {"/", "\\"} or len(asked) > 500:
        return None
    if any(ord(char) <= 32 or char in "\\\x7f" for char in asked) or not asked.isascii():
        return None
    parts = urlsplit(asked)
    if parts.scheme or parts.netloc or parts.query or parts.fragment or "//" in parts.path:
        return None
    try:
        endpoint, _arguments = current_app.create_url_adapter(request).match(parts.path, method="GET")  # type: ignore[union-attr]
    except (RequestRedirect, HTTPException):
        return None
    return None if endpoint in {"static", "accounts.sign_in", "accounts.register"} else parts.path


def form_account() -> UUID | None:
    """The account for whose sign-in the form of this request was made, whatever the cookie says by now."""
    token = request.form.get("csrf_token", "")
    try:
        secret = URLSafeTimedSerializer(signing_keys(), salt="wtf-csrf-token").loads(token)
    except BadData:
        return None
    if not isinstance(secret, str):
        return None
    with database().read() as session:
        found = select(LoginSession.account_id).where(LoginSession.form_hash == hash_of(secret))
        return session.scalars(found).first()


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(signing_keys(), salt="kept form")


def signing_keys() -> list[str]:
    """What signs, and what still reads."""
    # The newest last: that one signs, the others still read.
    return [*current_app.config.get("SECRET_KEY_FALLBACKS", []), current_app.config["SECRET_KEY"]]
