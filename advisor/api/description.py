"""The OpenAPI 3.1 document: the operations as registered, and the shapes that the code reads and writes."""

from functools import cache
from typing import Annotated, Any, NotRequired

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
`/recommendations` stores nothing of them and needs no account. `/assessments` are an account's own, kept under the
rules that were in force when each was made; they need a token of the account. The shape `Answers` is made from the
rules in force.

A body is UTF-8. It has at most {VALUES_LIMIT:,} values, no key twice in one object, and no number of more
than 20 digits.
"""


@with_config(CLOSED)
class ErrorDocument(TypedDict):
    """One thing to mend: where it is (a JSON pointer into what was sent), what is wrong, and how to mend it."""

    place: str
    text: str
    mend: NotRequired[str]


class ProblemDocument(TypedDict):
    """What went wrong, as RFC 9457 has it. `reference` finds it in the operator's log."""

    type: str
    title: str
    status: int
    detail: str
    reference: str
    errors: NotRequired[list[ErrorDocument]]
    current: NotRequired[AssessmentDocument]


@with_config(CLOSED)
class RulesDocument(TypedDict):
    """A published version of the rules. It never changes."""

    number: int
    sha256: str
    published_at: Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
    note: str
    document: Annotated[dict[str, Any], WithJsonSchema({"$comment": "RuleSet"})]


def reference(name: str) -> dict[str, str]:
    """Point to a shape by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def openapi(paths: dict[str, Any], rule_set: RuleSet, items_limit: int, parts_limit: int) -> dict[str, Any]:
    """The whole document, for the questions of ``rule_set``; the limits are those of one request."""
    work_item, recommendation = reference("WorkItemRequest"), reference("ExplainedDocument")
    schemas = {
        **_fixed_schemas(),
        "Answers": answers_schema(rule_set),
        "OneOrSeveralWorkItems": {
            "description": f"Each may have parts; a list has at most {parts_limit} of them in all.",
            "anyOf": [work_item, {"type": "array", "items": work_item, "maxItems": items_limit}],
        },
        "CheckRequest": {
            "description": (
                "A rule set, or any JSON that is meant to be one: what is wrong with its form is reported as problems. "
                "An empty object is the draft as it stands."
            ),
            "anyOf": [{"type": "object", "maxProperties": 0}, reference("RuleSet"), {}],
        },
        "OneOrSeveralRecommendations": {
            "description": "One for one work item, a list in the same order for a list.",
            "anyOf": [recommendation, {"type": "array", "items": recommendation}],
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Outsourcing Advisor", "version": __version__, "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of your account."}
            },
        },
    }


class _Untitled(GenerateJsonSchema):
    """Without the titles that only repeat the name of a field."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


@cache
def _fixed_schemas() -> dict[str, Any]:
    shapes: list[Any] = [
        WorkItemRequest,
        RecommendationDocument,
        ExplainedDocument,
        ProblemDocument,
        RulesDocument,
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
        schema_generator=_Untitled,
    )
    rule_set = json_schema()
    del rule_set["$schema"]
    schemas = {**made["$defs"], **rule_set.pop("$defs"), "RuleSet": rule_set}
    return {name: _moved(schema) for name, schema in schemas.items()}


def _moved(schema: Any) -> Any:
    """Make every reference point into the components, a place marked by ``$comment`` included."""
    if isinstance(schema, list):
        return [_moved(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$comment" in schema:
        return reference(schema["$comment"])
    return {
        key: reference(value.rsplit("/", 1)[-1])["$ref"] if key == "$ref" else _moved(value)
        for key, value in schema.items()
    }
