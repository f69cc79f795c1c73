"""What the operations on an account's own processes share: parameters, replies, and what a change is based on."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.api.documents import assessment_document
from advisor.api.registry import JSON
from advisor.api.shapes import AssessmentDocument
from advisor.engine.model.errors import Problem
from advisor.models import Assessment, Owner
from advisor.models.idempotency import Attempt, new_key
from advisor.web import forms, identity
from advisor.web.errors import problem

KEY_LIMIT = 200
"""Characters of an Idempotency-Key."""

ID = {"name": "assessment_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The `ETag` of the copy that this is based on.",
    "schema": {"type": "string"},
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Of your own making, new for each act. For two days the same request with the same key does nothing "
    "more, and is answered as the first was; another method, path or body with that key is refused with 422.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
ETAG = {"ETag": {"description": "Of this state of it, for `If-Match`.", "schema": {"type": "string"}}}
LOCATION = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}


class Changed(Exception):  # noqa: N818
    """It was changed since the version that was named; carries it as it is now."""

    def __init__(self, document: AssessmentDocument) -> None:
        self.document = document
        super().__init__("changed")


class UnusableRequest(Exception):  # noqa: N818
    """What was sent can be read, and does not fit."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("unfit")


def check_version(session: Session, mine: Assessment, named: list[int], *, is_needed: bool) -> None:
    """Refuse what is based on another state than the present one (P3)."""
    header = request.headers.get("If-Match")
    if header is None and not named:
        if is_needed:
            abort(428, description=_("Say which version the change is based on: If-Match, or row_version."))
        return
    fits_header = header is None or header.strip() == "*" or str(mine.row_version) in request.if_match
    if not fits_header or any(number != mine.row_version for number in named):
        raise Changed(assessment_document(session, token_owner(), mine))


def call_attempt(owner: Owner) -> Attempt:
    """This call under the key that it carries; 400 where that is no key. Without one it is like no other call."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= KEY_LIMIT and key.isascii() and key.isprintable() and " " not in key):
        abort(400, description=_("An Idempotency-Key has 1 to 200 visible ASCII characters."))
    return forms.call_attempt(owner.hash, key or new_key())


def unusable(problems: list[Problem]) -> Response:
    """Answer what does not fit, with every place."""
    errors = [
        {"place": f"/{it.place}" if it.place else "", "text": it.text, **({"mend": it.mend} if it.mend else {})}
        for it in problems
    ]
    title = _("Something in it does not fit")
    return problem(422, title, _("Nothing was stored. “errors” names every place."), errors=errors)


def changed_since(document: AssessmentDocument) -> Response:
    """Answer a change that is based on another state than the present one."""
    title, detail = _("Changed meanwhile"), _("“current” holds it as it is now. Nothing was overwritten.")
    response = problem(412, title, detail, current=document)
    response.set_etag(str(document["row_version"]))
    return response


def one_document(document: AssessmentDocument, status: int = 200) -> Response:
    """Answer with one process, and the mark of its present state."""
    response = json_reply(document, status)
    response.set_etag(str(document["row_version"]))
    return response


def json_reply(value: Mapping[str, Any], status: int = 200) -> Response:
    """Answer with a JSON object."""
    return Response(json.dumps(value, ensure_ascii=False), status, content_type=JSON)


def token_owner() -> Owner:
    """Whose token came with the request."""
    return identity.owner() or abort(401)
