"""What a request sends, so that it is known again when it comes twice (F9).

The fingerprint of a form is taken here, of everything in it, before any view reads it: none can leave a field out.
"""

import hashlib
import json

from flask import Flask, g, request

from advisor.models.base import now
from advisor.models.idempotency import Attempt, new_key

KEY_FIELD = "once"
"""The hidden field with the one-time key of a form."""

_NOT_CONTENT = frozenset({"csrf_token", KEY_FIELD})


def init_app(app: Flask) -> None:
    """Take the fingerprint of every form that carries a key."""
    app.before_request(_note_form)


def attempt(owner: str) -> Attempt:
    """This sending of a form by ``owner``. A form without a key is like no other."""
    key, fingerprint, arrived_at = g.get("sent_form") or (new_key(), "", now())
    return Attempt(owner, key, fingerprint, arrived_at)


def call_attempt(owner: str, key: str) -> Attempt:
    """This call by a program of ``owner`` under the key of its own making."""
    body = hashlib.sha256(request.get_data()).hexdigest()
    return Attempt(owner, f"api {key}", _fingerprint([request.method, request.full_path, body]), now())


def _note_form() -> None:
    if request.method != "POST" or request.path.startswith("/api/"):
        return
    if key := request.form.get(KEY_FIELD):
        g.sent_form = (key, _fingerprint([request.full_path, _fields(), _files()]), now())


def _fields() -> list[tuple[str, list[str]]]:
    return sorted((name, values) for name, values in request.form.lists() if name not in _NOT_CONTENT)


def _files() -> list[tuple[str, str, str]]:
    files = []
    for name, file in request.files.items(multi=True):
        content = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
        file.stream.seek(0)
        files.append((name, file.filename or "", content))
    return files


def _fingerprint(sent: list[object]) -> str:
    return hashlib.sha256(json.dumps(sent).encode()).hexdigest()
