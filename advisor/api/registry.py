"""Operations of the API: registering one makes its route and its place in the OpenAPI document, from one source."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, cast

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.api.description import reference
from advisor.engine.document.reading import load_json
from advisor.engine.model.errors import Problem, RuleSetError
from advisor.exchange.file_input import quote
from advisor.extensions import csrf
from advisor.web.access.security import open_to_other_sites
from advisor.web.problems import PROBLEM_TYPES, problem, type_address

PROBLEMS_LIMIT = 100
"""Problems after which the rest of a list is not read."""

PIECES_PER_ITEM = 2
"""Parts that the work items of a full request may have on average, so that it is answered in time."""

View = Callable[..., ResponseReturnValue]
Schema = Mapping[str, Any]

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
FILE = "application/octet-stream"
FILES = (FILE, "text/csv", "text/tab-separated-values")
_BYTES = {"type": "string", "format": "binary"}

MAY_ALWAYS_HAPPEN = ("unreadable", "too-large", "address-too-long", "our-mistake", "unavailable")
"""Types of problems that every operation may answer with."""

_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}

_HEADERS_OF_PROBLEMS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "Bearer.", "schema": {"type": "string"}}},
    429: _RETRY_AFTER,
    503: _RETRY_AFTER,
}

_RATE_LIMITS: dict[str, Any] = {
    "RateLimit": {
        "description": "Calls that are left (`r`), and after how many seconds there are more again (`t`), by policy.",
        "schema": {"type": "string"},
        "example": '"calls";r=599;t=60',
    },
    "RateLimit-Policy": {
        "description": "How many calls (`q`) may be made within how many seconds (`w`), by policy.",
        "schema": {"type": "string"},
        "example": '"calls";q=600;w=60',
    },
}

_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of the copy that you have: where it still holds, the reply is an empty 304.",
    "schema": {"type": "string"},
}
_ETAG_OF_CONTENT = {"ETag": {"description": "Of this reply, for `If-None-Match`.", "schema": {"type": "string"}}}


class MalformedBody(Exception):  # noqa: N818 - it is what the sender is told, not a mistake of ours
    """A body that is not JSON."""


@dataclass(frozen=True)
class Example:
    """What is sent, under a name for each way to send it, and what comes back."""

    sent: Mapping[str, Any] = field(default_factory=dict)
    given: Any = None


@dataclass(frozen=True)
class Operation:
    """One thing that a program can ask for, at a path as Flask writes it: ``/rules/<int:number>``.

    ``problems`` are the types that it may answer with beside those that any may. ``later`` are the headers of a 202
    where the reply may still have to be worked out. ``revalidates``: a copy that still holds is not sent again.
    ``takes_file``: the body is a file as it is, not JSON. ``name`` is that of its view.
    """

    method: str
    path: str
    summary: str
    gives: Schema | None
    takes: Schema | None = None
    takes_file: bool = False
    parameters: Sequence[Schema] = ()
    problems: Sequence[str] = ()
    status: int = 200
    headers: Mapping[str, Schema] = field(default_factory=dict)
    needs_token: bool = False
    later: Mapping[str, Schema] | None = None
    revalidates: bool = False
    name: str = ""

    @property
    def problem_types(self) -> list[str]:
        """Every type of problem that it may answer with, in the order of the table."""
        found = {*MAY_ALWAYS_HAPPEN, *self.problems}
        if self.needs_token:
            found |= {"no-token", "too-often"}
            if self.method != "GET":
                found |= {"not-allowed", "deleted-meanwhile"}
        if self.takes:
            found |= {"not-json"}
        if self.takes_file:
            found |= {"not-a-file"}
        return [key for key in PROBLEM_TYPES if key in found]

    def to_openapi(self, example: Example) -> dict[str, Any]:
        """This operation as OpenAPI has it."""
        limits = _RATE_LIMITS if self.needs_token else {}
        headers = {**(_ETAG_OF_CONTENT if self.revalidates else {}), **self.headers, **limits}
        success: dict[str, Any] = {"description": "As asked."}
        if self.gives is not None:
            success["content"] = {JSON: {"schema": self.gives, "example": example.given}}
        responses = {str(self.status): {**success, **({"headers": headers} if headers else {})}}
        if self.later is not None:
            later = {"description": "It is under way.", "headers": {**self.later, **limits}}
            responses["202"] = {**success, **later}
        if self.revalidates:
            responses["304"] = {"description": "The copy that you have still holds.", "headers": headers}
        keys = self.problem_types
        for status in sorted({PROBLEM_TYPES[key].status for key in keys}):
            responses[str(status)] = _refusal(status, [key for key in keys if PROBLEM_TYPES[key].status == status])
        parameters = [*self.parameters, *([_IF_NONE_MATCH] if self.revalidates else [])]
        return {
            "operationId": self.name,
            "summary": self.summary,
            **({"parameters": parameters} if parameters else {}),
            **({"requestBody": self._body(example)} if self.takes or self.takes_file else {}),
            "security": [{"token": []}] if self.needs_token else [],
            "responses": responses,
        }

    def _body(self, example: Example) -> dict[str, Any]:
        ways = {name: {"summary": name.capitalize(), "value": sent} for name, sent in example.sent.items()}
        kind, schema = (FILE, _BYTES) if self.takes_file else (JSON, self.takes)
        return {"required": True, "content": {kind: {"schema": schema, "examples": ways}}}


def _refusal(status: int, keys: Sequence[str]) -> dict[str, Any]:
    """The reply of that status, which may be any of these types of problems."""
    examples = {
        key: {
            "value": {
                "type": type_address(key),
                "title": str(PROBLEM_TYPES[key].title),
                "status": status,
                "detail": str(PROBLEM_TYPES[key].meaning),
                "reference": "7c1f4a90d2b8",
            }
        }
        for key in keys
    }
    headers = _HEADERS_OF_PROBLEMS.get(status)
    return {
        "description": " Or: ".join(f"{PROBLEM_TYPES[key].title}. {PROBLEM_TYPES[key].meaning}" for key in keys),
        **({"headers": headers} if headers else {}),
        "content": {PROBLEM_JSON: {"schema": reference("ProblemDocument"), "examples": examples}},
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
            def check_parameters(**arguments: Any) -> ResponseReturnValue:
                for name in request.args.keys() - known:
                    abort(400, description=_("There is no parameter %(name)s here.", name=quote(name)))
                return view(**arguments)

            if not operation.needs_token:
                open_to_other_sites(check_parameters)
            self.bp.add_url_rule(operation.path, view.__name__, check_parameters, methods=[operation.method])
            self.operations.append(replace(operation, name=view.__name__))
            return view

        return register

    def paths(self, examples: Mapping[str, Example]) -> dict[str, dict[str, Any]]:
        """The ``paths`` of the OpenAPI document, with the examples of each operation by its name."""
        paths: dict[str, dict[str, Any]] = {}
        for operation in self.operations:
            path = re.sub(r"<\w+:(\w+)>", r"{\1}", operation.path)
            described = operation.to_openapi(examples.get(operation.name, Example()))
            paths.setdefault(f"{self.bp.url_prefix}{path}", {})[operation.method.lower()] = described
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


def file_body() -> bytes:
    """The body of this request, a file as it is. Refused with 415 for another type, and with 413."""
    if request.mimetype not in FILES or request.content_encoding:
        abort(problem("not-a-file", _("Send it with the header Content-Type: %(type)s.", type=FILE)))
    return request.get_data()


def json_reply(value: Any, status: int = 200) -> Response:
    """Answer with a value as JSON."""
    return text_reply(json.dumps(value, ensure_ascii=False), status)


def revalidated_reply(value: Any) -> Response:
    """Answer with a value as JSON, or with 304 where the copy that the program has is the same."""
    response = json_reply(value)
    response.add_etag()
    return cast(Response, response.make_conditional(request))


def text_reply(text: str | bytes, status: int = 200) -> Response:
    """Answer with JSON that is text already."""
    return Response(text, status, content_type=JSON)


def unusable(problems: Sequence[Problem], detail: str) -> Response:
    """Answer what can be read and does not fit, with every place."""
    errors = [
        {"place": f"/{it.place}" if it.place else "", "text": it.text, **({"mend": it.mend} if it.mend else {})}
        for it in problems
    ]
    return problem("does-not-fit", detail, errors=errors)
