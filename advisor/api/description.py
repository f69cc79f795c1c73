"""The OpenAPI 3.1 document: the operations as registered, and the shapes that the code reads and writes."""

from functools import cache
from typing import Annotated, Any, NamedTuple, NotRequired

from pydantic import TypeAdapter, WithJsonSchema, with_config
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import TypedDict

from advisor._version import __version__
from advisor.api.shapes import (
    AssessmentChange,
    AssessmentDocument,
    AssessmentsDocument,
    CheckDocument,
    HistoryDocument,
    Id,
    NewerRulesDocument,
    RulesChoice,
)
from advisor.engine.document.document import json_schema
from advisor.engine.document.reading import VALUES_LIMIT
from advisor.engine.model.rules import RuleSet
from advisor.exchange.explanation import ExplainedDocument
from advisor.exchange.json_items import WorkItemRequest, answers_schema
from advisor.exchange.recommendation import CLOSED, RecommendationDocument

_ABOUT = f"""\
Advice on whether a business process suits a business process outsourcer (BPO), a knowledge process outsourcer (KPO),
both, or is better kept in-house for now. It is worked out from the answers that are sent and from nothing else.
Beside it stand the `risks`: what tends to go wrong with such work, and what to do before signing. They decide nothing.
`/recommendations` stores nothing of them and needs no account. `/assessments` are an account's own, kept under the
rules that were in force when each was made; they need a token of the account. The shape `Answers` is made from the
rules in force.

A body is UTF-8. It has at most {VALUES_LIMIT:,} values, no key twice in one object, and no number of more
than 20 digits. A field that may be left out has no default: in a change, what is left out stays as it is.

What cannot be done is answered with a problem document (RFC 9457). Its `type` leads to the words on it, and stays the
same; programs can tell problems apart by it. Beside what each operation lists, the server itself answers 405 to a
method that an address does not have, 431 to headers that are too long, and 417, 501 or 505 to what it does not speak.

A token may make %(calls)s calls in %(calls_in)s seconds, and an account %(checks)s checks of rules in %(checks_in)s
seconds. What is left stands in `RateLimit` and `RateLimit-Policy` of every reply to a token, as
draft-ietf-httpapi-ratelimit-headers has them. Operations without a token are not counted.

Pages of every site may call the operations that need no token (`Access-Control-Allow-Origin: *`, without credentials).
No page of another site may call the others: they send no such header. It must send no `Authorization` header to the
open ones either, or the browser refuses the call.

Lists in the examples are cut to their first entry.
"""


@with_config(CLOSED)
class ErrorDocument(TypedDict):
    """One thing to mend: where it is (a JSON pointer into what was sent, or the row and column of a sheet), what is
    wrong, and how to mend it.
    """

    place: str
    text: str
    mend: NotRequired[str]


class ProblemDocument(TypedDict):
    """What went wrong, as RFC 9457 has it. `reference` finds it in the operator's log.

    `current` comes with 412 alone, `deleted` and `present` with 410.
    """

    type: str
    title: str
    status: int
    detail: str
    reference: str
    errors: NotRequired[list[ErrorDocument]]
    current: NotRequired[AssessmentDocument]
    deleted: NotRequired[list[Id]]
    present: NotRequired[list[Id]]


@with_config(CLOSED)
class RulesDocument(TypedDict):
    """A published version of the rules. It never changes."""

    number: int
    sha256: str
    published_at: Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
    note: str
    document: Annotated[dict[str, Any], WithJsonSchema({"$comment": "RuleSet"})]


@with_config(CLOSED)
class SheetDocument(TypedDict):
    """Advice on the processes of a sheet, in its order, and what was understood otherwise than it is written."""

    recommendations: list[RecommendationDocument]
    understood: list[str]


def reference(name: str) -> dict[str, str]:
    """Point to a shape by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


class RequestLimits(NamedTuple):
    """How much one request may hold, and how many there may be: so many tries, within so many seconds."""

    items: int
    explained: int
    begun: int
    parts_each: int
    calls: tuple[int, int]
    checks: tuple[int, int]

    @property
    def words(self) -> dict[str, str]:
        """The numbers of calls as the description has them."""
        return {
            "calls": f"{self.calls[0]:,}", "calls_in": f"{self.calls[1]:,}",
            "checks": f"{self.checks[0]:,}", "checks_in": f"{self.checks[1]:,}",
        }  # fmt: skip


def openapi(paths: dict[str, Any], rule_set: RuleSet, limits: RequestLimits, server: str) -> dict[str, Any]:
    """The whole document, for the questions of ``rule_set``; ``server`` is the address of the installation."""
    work_item, recommendation = reference("WorkItemRequest"), reference("ExplainedDocument")
    assessment = reference("AssessmentDocument")
    schemas = {
        **_fixed_schemas(),
        "Answers": answers_schema(rule_set),
        "OneOrSeveralWorkItems": {
            "description": f"Each may have parts; a list has at most {limits.parts_each * limits.items:,} of them "
            f"in all, and at most {limits.explained} are explained.",
            "anyOf": [work_item, {"type": "array", "items": work_item, "maxItems": limits.items}],
        },
        "OneOrSeveralNewAssessments": {
            "description": "Each needs a name. A list is begun as a whole or not at all; it has at most "
            f"{limits.parts_each * limits.begun:,} parts in all. `explain` changes nothing here.",
            "anyOf": [work_item, {"type": "array", "items": work_item, "minItems": 1, "maxItems": limits.begun}],
        },
        "OneOrSeveralAssessments": {
            "description": "One for one process, a list in the same order for a list.",
            "anyOf": [assessment, {"type": "array", "items": assessment}],
        },
        "CheckRequest": {
            "description": (
                "A rule set, as the shape `RuleSet` has it, or any JSON that is meant to be one: what is wrong with "
                "its form is reported as problems. An empty object is the draft as it stands."
            ),
        },
        "OneOrSeveralRecommendations": {
            "description": "One for one work item, a list in the same order for a list.",
            "anyOf": [recommendation, {"type": "array", "items": recommendation}],
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Outsourcing Advisor", "version": __version__, "description": _ABOUT % limits.words},
        "servers": [{"url": server, "description": "This installation."}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of your account."}
            },
        },
    }


class _BareSchema(GenerateJsonSchema):
    """Without the titles that only repeat the name of a field, and without defaults."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False

    def default_schema(self, schema: Any) -> Any:
        # What may be left out has no value by then: a client that filled it in would overwrite what stands there.
        return self.generate_inner(schema["schema"])


@cache
def _fixed_schemas() -> dict[str, Any]:
    shapes: list[Any] = [
        WorkItemRequest,
        RecommendationDocument,
        ExplainedDocument,
        ProblemDocument,
        RulesDocument,
        SheetDocument,
        AssessmentChange,
        AssessmentDocument,
        AssessmentsDocument,
        CheckDocument,
        HistoryDocument,
        NewerRulesDocument,
        RulesChoice,
    ]
    _places, made = TypeAdapter.json_schemas(
        [(shape.__name__, "validation", TypeAdapter(shape)) for shape in shapes],
        ref_template=reference("{model}")["$ref"],
        schema_generator=_BareSchema,
    )
    rule_set = json_schema()
    del rule_set["$schema"]
    schemas = {**made["$defs"], **rule_set.pop("$defs"), "RuleSet": rule_set}
    return {name: _move_references(schema) for name, schema in schemas.items()}


def _move_references(schema: Any) -> Any:
    """Make every reference point into the components, a place marked by ``$comment`` included."""
    if isinstance(schema, list):
        return [_move_references(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$comment" in schema:
        return reference(schema["$comment"])
    return {
        key: reference(value.rsplit("/", 1)[-1])["$ref"] if key == "$ref" else _move_references(value)
        for key, value in schema.items()
    }
