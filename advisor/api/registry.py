"""Operations of the API: registering one makes its route and its place in the OpenAPI document, from one source."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.api.description import reference
from advisor.engine.document import load_json
from advisor.engine.errors import Problem, RuleSetError
from advisor.exchange.shown import shown

View = Callable[..., ResponseReturnValue]
Schema = Mapping[str, Any]

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"

_WHAT_WENT_WRONG = {
    400: "The request cannot be read: its JSON is malformed, or a parameter is not known.",
    404: "There is nothing at this address.",
    413: "The body is too large.",
    415: "The body is not JSON by its type.",
    422: "The JSON can be read, but not used as it is. `errors` names every place.",
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
    gives: Schema
    takes: Schema | None
    parameters: Sequence[Schema]
    problems: Sequence[int]

    def described(self) -> dict[str, Any]:
        """This operation as OpenAPI has it."""
        given = {"description": "As asked.", "content": {JSON: {"schema": self.gives}}}
        failures = {
            str(status): {
                "description": _WHAT_WENT_WRONG[status],
                "content": {PROBLEM_JSON: {"schema": reference("ProblemDocument")}},
            }
            for status in sorted({400, 503, *self.problems})
        }
        taken = {"requestBody": {"required": True, "content": {JSON: {"schema": self.takes}}}} if self.takes else {}
        return {
            "operationId": self.name,
            "summary": self.summary,
            **({"parameters": list(self.parameters)} if self.parameters else {}),
            **taken,
            "responses": {"200": given, **failures},
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
        gives: Schema,
        takes: Schema | None = None,
        parameters: Sequence[Schema] = (),
        problems: Sequence[int] = (),
    ) -> Callable[[View], View]:
        """Register a view for ``path``, which is written as Flask writes it: ``/rules/<int:number>``."""

        def register(view: View) -> View:
            @wraps(view)
            def checked(**arguments: Any) -> ResponseReturnValue:
                for name in request.args:  # no operation has any yet
                    abort(400, description=_("There is no parameter %(name)s here.", name=shown(name)))
                return view(**arguments)

            name = view.__name__
            self.bp.add_url_rule(path, name, checked, methods=[method])
            described = path.replace("<int:", "{").replace(">", "}")
            self.operations.append(
                Operation(name, method.lower(), described, summary, gives, takes, parameters, problems)
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
        return load_json(request.get_data(cache=False))
    except RuleSetError as error:
        raise Malformed(error.problems[0]) from None
