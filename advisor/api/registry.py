"""Operations of the API: registering one makes its route and its place in the OpenAPI document, from one source."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.api.description import reference
from advisor.engine.document.reading import load_json
from advisor.engine.model.errors import Problem, RuleSetError
from advisor.exchange.file_input import quote
from advisor.extensions import csrf
from advisor.web.errors import problem

View = Callable[..., ResponseReturnValue]
Schema = Mapping[str, Any]

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"

_WHAT_WENT_WRONG = {
    400: "The request cannot be read: its JSON is malformed, or a parameter is not known.",
    401: "There is no token, or it is not known, was revoked, or has expired.",
    403: "It is for admins.",
    404: "There is nothing at this address.",
    409: "It cannot be done as things stand now; `detail` says why.",
    412: "It was changed since the version that was named. `current` holds it as it is now; nothing was overwritten.",
    413: "The body is too large.",
    415: "The body is not JSON by its type.",
    422: "The JSON can be read, but not used as it is: `errors` names every place. Or, where `errors` is missing, the "
    "`Idempotency-Key` came with another request before: `detail` says so, and nothing was changed.",
    428: "Nothing was said of the version that the change is based on: send `If-Match`, or `row_version` in the body.",
    429: "That was too often. Try again after `Retry-After` seconds.",
    503: "The database is busy or cannot be reached. Try again after `Retry-After` seconds.",
}


class MalformedBody(Exception):  # noqa: N818 - it is what the sender is told, not a mistake of ours
    """A body that is not JSON."""


@dataclass(frozen=True)
class Operation:
    """One thing that a program can ask for, at a path as Flask writes it: ``/rules/<int:number>``.

    ``later`` are the headers of a 202 where the reply may still have to be worked out. ``name`` is that of its view.
    """

    method: str
    path: str
    summary: str
    gives: Schema | None
    takes: Schema | None = None
    parameters: Sequence[Schema] = ()
    problems: Sequence[int] = ()
    status: int = 200
    headers: Mapping[str, Schema] = field(default_factory=dict)
    needs_token: bool = False
    later: Mapping[str, Schema] | None = None
    name: str = ""

    def to_openapi(self) -> dict[str, Any]:
        """This operation as OpenAPI has it."""
        success: dict[str, Any] = {"description": "As asked."}
        if self.gives is not None:
            success["content"] = {JSON: {"schema": self.gives}}
        if self.headers:
            success["headers"] = dict(self.headers)
        problems = {400, 503, *self.problems, *({401, 429} if self.needs_token else ())}
        failures = {
            str(status): {
                "description": _WHAT_WENT_WRONG[status],
                "content": {PROBLEM_JSON: {"schema": reference("ProblemDocument")}},
            }
            for status in sorted(problems)
        }
        later = {
            "description": "It is under way.",
            "content": success.get("content", {}),
            "headers": dict(self.later or {}),
        }
        taken = {"requestBody": {"required": True, "content": {JSON: {"schema": self.takes}}}} if self.takes else {}
        return {
            "operationId": self.name,
            "summary": self.summary,
            **({"parameters": list(self.parameters)} if self.parameters else {}),
            **taken,
            **({"security": [{"token": []}]} if self.needs_token else {}),
            "responses": {str(self.status): success, **({"202": later} if self.later else {}), **failures},
        }


class Registry:
    """The operations under one prefix, each bound to ``bp`` as it is registered."""

    def __init__(self, bp: Blueprint) -> None:
        self.bp = bp
        self.operations: list[Operation] = []

    def operation(self, method: str, path: str, **details: Any) -> Callable[[View], View]:
        """Register a view as an ``Operation``. A query parameter that it does not name is refused with 400."""
        operation = Operation(method, path, **details)
        known = {parameter["name"] for parameter in operation.parameters if parameter["in"] == "query"}

        def register(view: View) -> View:
            @wraps(view)
            def checked(**arguments: Any) -> ResponseReturnValue:
                for name in request.args.keys() - known:
                    abort(400, description=_("There is no parameter %(name)s here.", name=quote(name)))
                return view(**arguments)

            self.bp.add_url_rule(operation.path, view.__name__, checked, methods=[operation.method])
            self.operations.append(replace(operation, name=view.__name__))
            return view

        return register

    def paths(self) -> dict[str, dict[str, Any]]:
        """The ``paths`` of the OpenAPI document."""
        paths: dict[str, dict[str, Any]] = {}
        for operation in self.operations:
            path = re.sub(r"<\w+:(\w+)>", r"{\1}", operation.path)
            paths.setdefault(f"{self.bp.url_prefix}{path}", {})[operation.method.lower()] = operation.to_openapi()
        return paths


bp = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)  # there is no cookie that another site could make a browser send along
api = Registry(bp)


def json_body() -> object:
    """The body of this request, read as JSON. Refused with 415 for another type, 413, or MalformedBody."""
    if request.mimetype != JSON:
        abort(415, description=_("Send JSON, with the header Content-Type: application/json."))
    if request.content_encoding:
        abort(415, description=_("Send the body as it is, without a content encoding."))
    try:
        return load_json(request.get_data())
    except RuleSetError as error:
        raise MalformedBody(error.problems[0].text) from None


def json_reply(value: Any, status: int = 200) -> Response:
    """Answer with a value as JSON."""
    return text_reply(json.dumps(value, ensure_ascii=False), status)


def text_reply(text: str | bytes, status: int = 200) -> Response:
    """Answer with JSON that is text already."""
    return Response(text, status, content_type=JSON)


def unusable(problems: Sequence[Problem], detail: str) -> Response:
    """Answer what can be read and does not fit, with every place."""
    errors = [
        {"place": f"/{it.place}" if it.place else "", "text": it.text, **({"mend": it.mend} if it.mend else {})}
        for it in problems
    ]
    return problem(422, _("Something in it does not fit"), detail, errors=errors)
