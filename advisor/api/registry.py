"""Operations of the API: registering one makes its route and its place in the OpenAPI document, from one source."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.api.description import reference
from advisor.engine.document.reading import load_json
from advisor.engine.model.errors import Problem, RuleSetError
from advisor.exchange.file_input import quoted

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


class Malformed(Exception):  # noqa: N818 - it is what the sender is told, not a mistake of ours
    """A body that is not JSON."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.text)


@dataclass(frozen=True)
class Operation:
    """One thing that a program can ask for."""

    name: str
    method: str
    path: str
    summary: str
    gives: Schema | None
    takes: Schema | None
    parameters: Sequence[Schema]
    problems: Sequence[int]
    status: int = 200
    headers: Mapping[str, Schema] = field(default_factory=dict)
    needs_token: bool = False
    later: Mapping[str, Schema] | None = None

    def described(self) -> dict[str, Any]:
        """This operation as OpenAPI has it."""
        given: dict[str, Any] = {"description": "As asked."}
        if self.gives is not None:
            given["content"] = {JSON: {"schema": self.gives}}
        if self.headers:
            given["headers"] = dict(self.headers)
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
            "content": given.get("content", {}),
            "headers": dict(self.later or {}),
        }
        taken = {"requestBody": {"required": True, "content": {JSON: {"schema": self.takes}}}} if self.takes else {}
        return {
            "operationId": self.name,
            "summary": self.summary,
            **({"parameters": list(self.parameters)} if self.parameters else {}),
            **taken,
            **({"security": [{"token": []}]} if self.needs_token else {}),
            "responses": {str(self.status): given, **({"202": later} if self.later else {}), **failures},
        }


class Registry:
    """The operations under one prefix, each bound to ``bp`` as it is registered."""

    def __init__(self, bp: Blueprint) -> None:
        self.bp = bp
        self.operations: list[Operation] = []

    def operation(
        self,
        method: str,
        path: str,
        *,
        summary: str,
        gives: Schema | None,
        takes: Schema | None = None,
        parameters: Sequence[Schema] = (),
        problems: Sequence[int] = (),
        status: int = 200,
        headers: Mapping[str, Schema] | None = None,
        needs_token: bool = False,
        later: Mapping[str, Schema] | None = None,
    ) -> Callable[[View], View]:
        """Register a view for ``path``, which is written as Flask writes it: ``/rules/<int:number>``.

        ``later`` are the headers of a 202 where the reply may still have to be worked out.
        """

        def register(view: View) -> View:
            known = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}

            @wraps(view)
            def checked(**arguments: Any) -> ResponseReturnValue:
                for name in request.args.keys() - known:
                    abort(400, description=_("There is no parameter %(name)s here.", name=quoted(name)))
                return view(**arguments)

            name = view.__name__
            self.bp.add_url_rule(path, name, checked, methods=[method])
            described = re.sub(r"<\w+:(\w+)>", r"{\1}", path)
            self.operations.append(
                Operation(
                    name=name,
                    method=method.lower(),
                    path=described,
                    summary=summary,
                    gives=gives,
                    takes=takes,
                    parameters=parameters,
                    problems=problems,
                    status=status,
                    headers=headers or {},
                    needs_token=needs_token,
                    later=later,
                )
            )
            return view

        return register

    def paths(self, prefix: str) -> dict[str, dict[str, Any]]:
        """The ``paths`` of the OpenAPI document."""
        paths: dict[str, dict[str, Any]] = {}
        for operation in self.operations:
            paths.setdefault(prefix + operation.path, {})[operation.method] = operation.described()
        return paths


def json_body() -> object:
    """The body of this request, read as JSON. Refused with 415 for another type, 413, or Malformed."""
    if request.mimetype != JSON:
        abort(415, description=_("Send JSON, with the header Content-Type: application/json."))
    if request.content_encoding:
        abort(415, description=_("Send the body as it is, without a content encoding."))
    try:
        return load_json(request.get_data())
    except RuleSetError as error:
        raise Malformed(error.problems[0]) from None
