"""RuleSet <-> plain document: with ``reading`` the only code that knows the stored format, and the JSON Schema of it.

The format is the dataclasses: a field is a key, a tuple a list, an enumeration its value, and a field that has its
default is left out. Reading reports every problem at once, each with its place; nothing that is unknown is accepted.
"""

import hashlib
import json
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from advisor.engine.document.reading import INTEGER_LIMIT, Problems, is_required, load_json, reader, shape_of, whole
from advisor.engine.document.text import TEXT_LIMIT
from advisor.engine.model.caching import cached_per
from advisor.engine.model.errors import Problem, RuleSetError
from advisor.engine.model.evidence import Claim, Contradiction, Disagreement, Guidance, Risk, Source
from advisor.engine.model.operators import OPERATORS, AnswerType
from advisor.engine.model.policy import KindRow, LeaveRow
from advisor.engine.model.questions import Condition, Option, Question
from advisor.engine.model.rules import Push, Rule, RuleSet, TestCase

FORMAT = 1
"""The number of this format, the document's ``format`` key."""

_STORABLE = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"
"""What ``text_fault`` allows, as a pattern. Lone surrogates are left out: no reader takes them for text at all."""


def parse(text: str | bytes) -> RuleSet:
    """Read a rule set from JSON text that is stored. Raises RuleSetError with every problem of its form."""
    return from_plain(load_json(text, values=None))


def dumps(rule_set: RuleSet) -> str:
    """Write the canonical JSON text of a rule set: the same rule set always gives the same text."""
    lists = [f'"{name}":{write(rule_set)}' for name, write in _WRITERS.items() if _stands(rule_set, name)]
    return f'{{"format":{FORMAT},{",".join(lists)}}}'


def sha256(text: str) -> str:
    """The fingerprint of a stored document, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_plain(value: Any) -> Any:
    """Turn any value of the engine into lists, dicts, texts and numbers."""
    if value is None or type(value) in {str, int}:
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, RuleSet):
        return {"format": FORMAT, **_plain_fields(value)}
    return _plain_fields(value) if is_dataclass(value) else value


def from_plain(raw: object) -> RuleSet:
    """Build a rule set from a plain document. Raises RuleSetError with every problem of its form."""
    problems = Problems()
    if isinstance(raw, Mapping) and whole(raw.get("format")) != FORMAT:
        problems.append(Problem("format", f"The document must say format = {FORMAT}."))
    body = {key: item for key, item in raw.items() if key != "format"} if isinstance(raw, Mapping) else raw
    rule_set: RuleSet = reader(RuleSet)(body, None, problems)
    if problems:
        raise RuleSetError(problems)
    return rule_set


def item_from_plain(kind: type, raw: object) -> Any:
    """Build one item of a rule set, such as a rule. Raises RuleSetError with every problem of its form."""
    problems = Problems()
    item = reader(kind)(raw, None, problems)
    if problems:
        raise RuleSetError(problems)
    return item


def field_from_plain(kind: type, name: str, raw: object) -> Any:
    """Build the value of one field of an item; None is none. Raises RuleSetError, and KeyError for no such field."""
    problems = Problems()
    value = None if raw is None else reader(shape_of(kind)[name][1])(raw, (None, name), problems)
    if problems:
        raise RuleSetError(problems)
    return value


def _plain_fields(value: Any) -> dict[str, Any]:
    kind: type = type(value)
    values = ((name, default, getattr(value, name)) for name, default in _defaults(kind))
    return {name: to_plain(item) for name, default, item in values if default is MISSING or item != default}


@cache
def _defaults(cls: type) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in fields(cls))


def _stands(value: Any, name: str) -> bool:
    """Whether a field is written: one that is as it is without being given is left out."""
    kind: type = type(value)
    default = dict(_defaults(kind))[name]
    return default is MISSING or getattr(value, name) != default


def _list_writer(name: str) -> Callable[[RuleSet], str]:
    @cached_per(name)
    def write(rule_set: RuleSet) -> str:
        return json.dumps(to_plain(getattr(rule_set, name)), ensure_ascii=False, separators=(",", ":"))

    return write


_WRITERS = {field.name: _list_writer(field.name) for field in fields(RuleSet)}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document, made from the same dataclasses that read it."""
    definitions: dict[str, Any] = {}
    body = _schema(RuleSet, definitions, at_top=True)
    body["properties"] = {"format": {"const": FORMAT}, **body["properties"]}
    body["required"] = ["format", *body["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rule set of the Outsourcing Advisor",
        **body,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(kind: Any, definitions: dict[str, Any], *, at_top: bool = False) -> dict[str, Any]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {types.UnionType, typing.Union}:
        return {"anyOf": [_schema(argument, definitions) for argument in arguments]}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is dict:
        return {
            "type": "object",
            "propertyNames": _schema(str, definitions),
            "additionalProperties": _schema(arguments[1], definitions),
        }
    if is_dataclass(kind):
        cls = typing.cast(type, kind)
        if at_top:
            return _object_schema(cls, definitions)
        if cls.__name__ not in definitions:
            definitions[cls.__name__] = {}
            definitions[cls.__name__] = _object_schema(cls, definitions)
        return {"$ref": f"#/$defs/{cls.__name__}"}
    if kind is types.NoneType:
        return {"type": "null"}
    if issubclass(kind, StrEnum):
        return {"type": "string", "enum": [member.value for member in kind]}
    if kind is str:
        return {"type": "string", "maxLength": TEXT_LIMIT, "pattern": _STORABLE}
    return {"type": "integer", "minimum": -INTEGER_LIMIT, "maximum": INTEGER_LIMIT}


def _object_schema(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    shape = shape_of(cls)
    properties = {name: _schema(kind, definitions) for name, (_, kind) in shape.items()}
    rest: dict[str, Any] = {}
    if cls is Condition:
        properties["test"] = {"type": "string", "enum": list(OPERATORS)}
        rest["allOf"] = [_operator_schema(name, properties["values"]["items"]["anyOf"]) for name in OPERATORS]
    if cls is Push:
        properties["points"] = {"type": "integer", "minimum": 1, "maximum": 5}
    return {
        "type": "object",
        "description": (cls.__doc__ or "").split("\n")[0],
        "properties": properties,
        "required": [name for name, (field, _) in shape.items() if is_required(field)],
        "additionalProperties": False,
        **rest,
    }


def _operator_schema(name: str, value_kinds: list[dict[str, Any]]) -> dict[str, Any]:
    """Say which values the test ``name`` takes, as ``form_problems`` does."""
    operator = OPERATORS[name]
    text, number = value_kinds
    values = {"items": number if operator.types == {AnswerType.NUMBER} else text, "minItems": operator.least_values}
    if operator.most_values is not None:
        values["maxItems"] = operator.most_values
    return {"if": {"properties": {"test": {"const": name}}}, "then": {"properties": {"values": values}}}


KINDS: dict[str, type] = {
    "questions": Question,
    "rules": Rule,
    "leave": LeaveRow,
    "kind": KindRow,
    "sources": Source,
    "claims": Claim,
    "disagreements": Disagreement,
    "tensions": Contradiction,
    "guidance": Guidance,
    "risks": Risk,
    "limits": str,
    "cases": TestCase,
}
"""What each list of a rule set holds, in the order of the document."""

WITH_CONDITIONS = {
    "questions": "asked_when",
    "rules": "when",
    "disagreements": "when",
    "tensions": "when",
    "guidance": "when",
}
"""The lists of items that have conditions, and what these are called there; a risk has groups of them."""

NUMBERED = frozenset({"leave", "kind", "limits"})
"""Lists whose items have no key: they are named by their number, from 0."""


class NoSuchItem(LookupError):  # noqa: N818 - it says what happened, as the other refusals do
    """A place at which nothing stands."""


def options_of(question: str) -> str:
    """The name of the list of a question's options."""
    return f"questions/{question}/options"


def kind_of(collection: str) -> type:
    """The type of what a list holds. Raises NoSuchItem where no rule set has such a list."""
    if collection in KINDS:
        return KINDS[collection]
    _question_key(collection)
    return Option


def items_of(rule_set: RuleSet, collection: str) -> tuple[Any, ...]:
    """What a list holds. Raises NoSuchItem where there is no such list."""
    if collection in KINDS:
        return tuple(getattr(rule_set, collection))
    question = rule_set.question(_question_key(collection))
    if question is None:
        raise NoSuchItem(collection)
    return question.options


def with_items(rule_set: RuleSet, collection: str, items: Sequence[Any]) -> RuleSet:
    """The rule set with other items in one of its lists."""
    if collection in KINDS:
        return replace(rule_set, **{collection: tuple(items)})
    key = _question_key(collection)
    if rule_set.question(key) is None:
        raise NoSuchItem(collection)
    changed = (replace(q, options=tuple(items)) if q.key == key else q for q in rule_set.questions)
    return replace(rule_set, questions=tuple(changed))


def key_of(item: Any) -> str:
    """The key of an item, "" where items of its kind have none."""
    return str(getattr(item, "id" if isinstance(item, Claim) else "key", ""))


def fingerprint_of(item: Any) -> str:
    """A short fingerprint of an item or of a whole rule set: it changes exactly when what is stored does."""
    return sha256(json.dumps(to_plain(item), ensure_ascii=False, sort_keys=True))[:32]


def own_fingerprint_of(item: Any) -> str:
    """The same without what is an item of its own: the options of a question."""
    return fingerprint_of(own_part_of(item))


def own_part_of(item: Any) -> Any:
    """An item without what is an item of its own: the options of a question."""
    return replace(item, options=()) if isinstance(item, Question) else item


def _question_key(collection: str) -> str:
    match collection.split("/"):
        case ["questions", key, "options"]:
            return key
    raise NoSuchItem(collection)
