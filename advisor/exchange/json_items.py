"""Work items as JSON, in the shape that the API takes and the command line reads: one object, or a list of them."""

from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails

from advisor.engine.document.text import LINE_LIMIT
from advisor.engine.model.answers import PARTS_LIMIT, WorkItem, plain_answers, read_work_item
from advisor.engine.model.errors import Problem, nearest
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Question
from advisor.engine.model.rules import RuleSet
from advisor.exchange.work_items import named_parts

Shape = TypeVar("Shape")

ANSWERS_LIMIT = 500
"""Answers in one object: far more than any rule set asks, and few enough to name each that is unknown."""

# What fits depends on the rule set: whoever publishes the schema puts ``answers_schema`` in the place so marked.
Answers = Annotated[dict[str, Any], Field(max_length=ANSWERS_LIMIT), WithJsonSchema({"$comment": "Answers"})]
_STORABLE_NAME = r"^[\t\n\r]*[^\u0000-\u001f\u007f-\u009f]*[\t\n\r]*$"
Name = Annotated[
    str,
    # Said for the reader of the schema; the engine's own check is the one that refuses, with its own words.
    WithJsonSchema({"type": "string", "maxLength": LINE_LIMIT, "pattern": _STORABLE_NAME}),
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PartRequest(_Body):
    """One part of a process, with its own answers. Parts without a name are named by their number."""

    part: Name = ""
    answers: Answers = Field(default_factory=dict)


class WorkItemRequest(_Body):
    """A process to be advised on: in one piece with `answers` to any question, or with `parts`.

    Where there are parts, each answers the questions of scope "part"; those of scope "process" may stand beside the
    parts or in them, but not differently. A question left out is not answered yet; null is "I'm not sure". An answer
    to a question that the other answers do not lead to is refused. `explain` asks what would change the advice, and
    what settles it.
    """

    process: Name = ""
    answers: Answers = Field(default_factory=dict)
    parts: Annotated[list[PartRequest], Field(max_length=PARTS_LIMIT)] = Field(default_factory=list)
    explain: Annotated[bool, Field(strict=True)] = False


_ITEM = TypeAdapter(WorkItemRequest)


def read_items(
    rule_set: RuleSet, raw: object, problems_limit: int | None = None
) -> tuple[list[WorkItem], list[Problem]]:
    """Read one object or a list of them. Every problem has its place, a JSON pointer without the first slash.

    Where there are problems the items are not to be used. ``problems_limit``: after so many no further item is read, so
    that a wrong body is refused quickly.
    """
    listed = raw if isinstance(raw, list) else [raw]
    items: list[WorkItem] = []
    problems: list[Problem] = []
    for index, body in enumerate(listed):
        item, faults = _read_item(rule_set, body, str(index) if isinstance(raw, list) else "")
        problems.extend(faults)
        if item is not None:
            items.append(item)
        if problems_limit is not None and len(problems) >= problems_limit and index + 1 < len(listed):
            problems.append(Problem(str(index + 1), "From here on nothing was read: mend what is named above first."))
            break
    return items, problems


def explanations_wanted(raw: object) -> list[bool]:
    """Which of the items that ``read_items`` read without a problem ask for an explanation."""
    return [bool(body.get("explain")) for body in (raw if isinstance(raw, list) else [raw]) if isinstance(body, dict)]


def items_document(items: Iterable[WorkItem]) -> list[dict[str, Any]]:
    """Work items as plain values: the way back of ``read_items``."""
    return [
        {
            "process": item.process,
            "answers": plain_answers(item.answers),
            **(
                {"parts": [{"part": part, "answers": plain_answers(own)} for part, own in item.parts]}
                if item.parts
                else {}
            ),
        }
        for item in items
    ]


def sample_item(rule_set: RuleSet) -> WorkItem:
    """A work item that these rules advise on, to show how one is sent."""
    case = next((case for case in rule_set.cases if not case.parts), None)
    return WorkItem(case.process, case.answers) if case else WorkItem("Payroll", {})


def answers_schema(rule_set: RuleSet) -> dict[str, Any]:
    """The JSON Schema of answers to these questions."""
    return {
        "type": "object",
        "description": "Answers by question, of the rules in force. Leave out what is not answered yet.",
        "properties": {question.key: _answer_schema(question) for question in rule_set.questions},
        "additionalProperties": False,
    }


def read_shape(shape: TypeAdapter[Shape], raw: object, known: Iterable[str]) -> tuple[Shape | None, list[Problem]]:
    """Read one object of a shape of its own; every problem has its place. ``known`` are the names of its fields."""
    try:
        return shape.validate_python(raw), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True, include_input=False)
        return None, [_problem(detail, "", known) for detail in details[:ANSWERS_LIMIT]]


def _read_item(rule_set: RuleSet, body: object, place: str) -> tuple[WorkItem | None, list[Problem]]:
    try:
        request = _ITEM.validate_python(body)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True, include_input=False)
        return None, [_problem(detail, place) for detail in details[:ANSWERS_LIMIT]]
    parts, problems = named_parts([(part.part, part.answers) for part in request.parts], f"{place}/".lstrip("/"))
    item, faults = read_work_item(rule_set, request.process, request.answers, parts, place)
    return item, faults + problems


def _problem(detail: ErrorDetails, place: str, known: Iterable[str] = WorkItemRequest.model_fields) -> Problem:
    """Put what pydantic found into our words."""
    steps = [str(step) for step in detail["loc"] if step != "[key]"]
    at = "/".join([place, *steps] if place else steps)
    mend = ""
    match detail["type"]:
        case "extra_forbidden":
            text, mend = "There is no such field.", nearest(steps[-1][:LINE_LIMIT], known)
        case "bool_type":
            text = "This must be true or false."
        case "string_type":
            text = "This must be text."
        case "string_unicode":
            text = "This contains characters that cannot be stored."
        case "list_type":
            text = "This must be a list."
        case "too_long":
            text = f"This has more than {detail['ctx']['max_length']} entries."
        case "model_type" | "dict_type" | "model_attributes_type":
            text = "This must be an object of names and values."
        case _:
            text = f"{detail['msg']}."
    return Problem(at, text, mend)


def _answer_schema(question: Question) -> dict[str, Any]:
    keys = [option.key for option in question.options]
    described = {"title": question.short, "description": _question_description(question)}
    match question.type:
        case AnswerType.CHOICE:
            return {**described, "anyOf": [_one_of([*keys, NOT_SURE]), {"type": "null"}]}
        case AnswerType.CHOICES:
            several: dict[str, Any] = {"type": "array", "items": _one_of(keys), "uniqueItems": True}
            if question.most is not None:
                several["maxItems"] = question.most
            # A list within an enumeration would say it in fewer words, and some makers of clients stumble over that.
            none = {"type": "array", "items": _one_of([NONE_OF_THESE]), "minItems": 1, "maxItems": 1}
            return {**described, "anyOf": [several, none, _one_of([NOT_SURE]), {"type": "null"}]}
        case AnswerType.NUMBER:
            limits = {"minimum": question.minimum, "maximum": question.maximum}
            whole = {"type": "integer", **{name: limit for name, limit in limits.items() if limit is not None}}
            return {**described, "anyOf": [whole, _one_of([NOT_SURE]), {"type": "null"}]}


def _one_of(keys: list[str]) -> dict[str, Any]:
    return {"type": "string", "enum": keys}


def _question_description(question: Question) -> str:
    options = "".join(f"\n- `{option.key}`: {option.label}" for option in question.options)
    none = f"\n- `{NONE_OF_THESE}`: {question.none}" if question.none else ""
    return f"{question.text} (scope: {question.scope}){options}{none}"
