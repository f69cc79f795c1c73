"""RuleSet <-> plain document: the only code that knows the stored format, and the JSON Schema of it.

The format is the dataclasses: a field is a key, a tuple a list, an enumeration its value, and a field that has its
default is left out. Reading reports every problem at once, each with its place; nothing that is unknown is accepted.
"""

import hashlib
import json
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from advisor.engine.errors import Problem, RuleSetError, item_place, nearest, shown
from advisor.engine.field_words import field_words
from advisor.engine.json_text import load_json
from advisor.engine.operators import OPERATORS, AnswerType, form_problems
from advisor.engine.questions import Condition
from advisor.engine.rules import Push, RuleSet
from advisor.engine.text import TEXT_LIMIT, text_fault

FORMAT = 1
"""The number of this format, the document's ``format`` key."""

PROBLEMS_LIMIT = 1_000
"""Problems of form that are told of one document; nobody reads more, and each takes its time."""

INTEGER_LIMIT = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly."""

_SUGGESTIONS = 100
"""Problems of one document that get a suggestion: finding one takes time, which a sender must not use up."""

_STORABLE = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"
"""What ``text_fault`` allows, as a pattern. Lone surrogates are left out: no reader takes them for text at all."""


def parse(text: str | bytes) -> RuleSet:
    """Read a rule set from JSON text that is stored. Raises RuleSetError with every problem of its form."""
    return from_plain(load_json(text, values=None))


def dumps(rule_set: RuleSet) -> str:
    """Write the canonical JSON text of a rule set: the same rule set always gives the same text."""
    return json.dumps(to_plain(rule_set), ensure_ascii=False, separators=(",", ":"))


def sha256(text: str) -> str:
    """The fingerprint of a stored document, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_plain(value: Any) -> Any:
    """Turn any value of the engine into lists, dicts, texts and numbers."""
    if isinstance(value, RuleSet):
        return {"format": FORMAT, **_plain_fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value):
        return _plain_fields(value)
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    return value


class _Problems(list[Problem]):
    """The problems of one document, as they are found. Raises RuleSetError when there are too many."""

    def append(self, problem: Problem) -> None:
        super().append(problem)
        if len(self) == PROBLEMS_LIMIT:
            more = f"The first {PROBLEMS_LIMIT:,} problems are told; the rest of the document was not looked at."
            raise RuleSetError([*self, Problem("", more)])

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.append(problem)


def from_plain(raw: object) -> RuleSet:
    """Build a rule set from a plain document. Raises RuleSetError with every problem of its form."""
    problems = _Problems()
    if isinstance(raw, Mapping) and _whole(raw.get("format")) != FORMAT:
        problems.append(Problem("format", f"The document must say format = {FORMAT}."))
    body = {key: item for key, item in raw.items() if key != "format"} if isinstance(raw, Mapping) else raw
    rule_set: RuleSet = _read(RuleSet, body, "", problems)
    if problems:
        raise RuleSetError(problems)
    return rule_set


def thing_from_plain(kind: type, raw: object) -> Any:
    """Build one thing of a rule set, such as a rule. Raises RuleSetError with every problem of its form."""
    problems = _Problems()
    thing = _read(kind, raw, "", problems)
    if problems:
        raise RuleSetError(problems)
    return thing


def field_from_plain(kind: type, name: str, raw: object) -> Any:
    """Build the value of one field of a thing; None is none. Raises RuleSetError, and KeyError for no such field."""
    problems = _Problems()
    value = None if raw is None else _read(_shape(kind)[name][1], raw, name, problems)
    if problems:
        raise RuleSetError(problems)
    return value


def _plain_fields(value: Any) -> dict[str, Any]:
    given = ((field, getattr(value, field.name)) for field in fields(value))
    return {field.name: to_plain(item) for field, item in given if _required(field) or item != field.default}


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING


@cache
def _shape(cls: type) -> dict[str, tuple[Field[Any], Any]]:
    hints = typing.get_type_hints(cls)
    return {field.name: (field, hints[field.name]) for field in fields(cls)}


def _read(kind: Any, raw: object, place: str, problems: list[Problem]) -> Any:
    """Read ``raw`` as a value of type ``kind``; what does not fit is reported and read as None."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {types.UnionType, typing.Union}:
        return _read_union(arguments, raw, place, problems)
    if origin is tuple:
        if not isinstance(raw, list):
            return _refuse(place, "must be a list", raw, problems)
        return tuple(_read(arguments[0], item, _item_place(place, i, item), problems) for i, item in enumerate(raw))
    if origin is dict:
        return _read_table(arguments[1], raw, place, problems)
    if is_dataclass(kind):
        return _read_fields(typing.cast(type, kind), raw, place, problems)
    if issubclass(kind, StrEnum):
        return _read_word(kind, raw, place, problems)
    if kind is str:
        if not isinstance(raw, str):
            return _refuse(place, "must be text", raw, problems)
        fault = text_fault(raw)
        return _refuse(place, fault, None, problems) if fault else raw
    if kind is int:
        number = _whole(raw)
        fits = number is not None and abs(number) <= INTEGER_LIMIT
        return number if fits else _refuse(place, "must be a whole number", raw, problems)
    raise TypeError(kind)


def _whole(raw: object) -> int | None:
    """Read a whole number, which JSON may also write as 3.0; True is none."""
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _read_table(kind: Any, raw: object, place: str, problems: list[Problem]) -> Any:
    if not isinstance(raw, Mapping):
        return _refuse(place, "must be a table of keys and values", raw, problems)
    problems.extend(
        Problem(f"{place}/{shown(key)}", f"The key “{shown(key)}” {fault}.")
        for key in raw
        if (fault := text_fault(key)) is not None
    )
    return {key: _read(kind, item, f"{place}/{shown(key)}", problems) for key, item in raw.items()}


def _read_union(arguments: tuple[Any, ...], raw: object, place: str, problems: list[Problem]) -> Any:
    if raw is None and types.NoneType in arguments:
        return None
    kinds = {typing.get_origin(kind) or kind: kind for kind in arguments if kind is not types.NoneType}
    fitting = {str: str, list: tuple, int: int, float: int}.get(type(raw))
    chosen = kinds.get(fitting) or (next(iter(kinds.values())) if len(kinds) == 1 else None)
    if chosen is not None:
        return _read(chosen, raw, place, problems)
    words = {str: "text", int: "a whole number", tuple: "a list of texts"}
    return _refuse(place, f"must be {' or '.join(words[kind] for kind in kinds)}", raw, problems)


def _read_fields(cls: type, raw: object, place: str, problems: list[Problem]) -> Any:
    if not isinstance(raw, Mapping):
        return _refuse(place, "must be a table of keys and values", raw, problems)
    shape = _shape(cls)
    found = len(problems)
    problems.extend(
        Problem(f"{place}/{shown(key)}".lstrip("/"), f"“{shown(key)}” is not known here.", mend)
        for number, key in enumerate((key for key in raw if key not in shape), start=found)
        for mend in [nearest(key, shape) if number < _SUGGESTIONS else ""]
    )
    values: dict[str, Any] = {}
    for name, (field, kind) in shape.items():
        if name in raw:
            values[name] = _read(kind, raw[name], f"{place}/{name}".lstrip("/"), problems)
        elif _required(field):
            text = f"{_subject(name)} is missing."
            problems.append(Problem(f"{place}/{name}".lstrip("/"), text, "Add it."))
    if len(problems) > found:
        return None
    if cls is Condition:
        problems.extend(form_problems(values["test"], values["values"], place))
    if cls is Push and not 1 <= values["points"] <= 5:
        problems.append(Problem(f"{place}/points", f"A rule pushes 1 to 5 points, not {values['points']}."))
    return cls(**values) if len(problems) == found else None


def _read_word(kind: type[StrEnum], raw: object, place: str, problems: list[Problem]) -> Any:
    words = [member.value for member in kind]
    if isinstance(raw, str) and raw in words:
        return kind(raw)
    mend = nearest(raw, words) if isinstance(raw, str) else ""
    return _refuse(place, f"must be one of {', '.join(words)}", raw, problems, mend)


def _refuse(place: str, why: str | None, raw: object, problems: list[Problem], mend: str = "") -> None:
    found = f", not {json.dumps(raw, ensure_ascii=True, default=str)[:60]}" if raw is not None else ""
    subject = _subject(place.rsplit("/", 1)[-1]) if place else "The document"
    problems.append(Problem(place, f"{subject} {why}{found}.", mend))


def _subject(name: str) -> str:
    """A field as a sentence begins with it; a thing in a list stands by its number or key."""
    words = field_words(name)
    return words if words.startswith("“") else f"The {words}"


def _item_place(place: str, index: int, item: object) -> str:
    return item_place(place, index, item.get("key", item.get("id")) if isinstance(item, Mapping) else None)


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
        return {"enum": [member.value for member in kind]}
    if kind is str:
        return {"type": "string", "maxLength": TEXT_LIMIT, "pattern": _STORABLE}
    return {"type": "integer", "minimum": -INTEGER_LIMIT, "maximum": INTEGER_LIMIT}


def _object_schema(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    shape = _shape(cls)
    properties = {name: _schema(kind, definitions) for name, (_, kind) in shape.items()}
    rest: dict[str, Any] = {}
    if cls is Condition:
        properties["test"] = {"enum": list(OPERATORS)}
        rest["allOf"] = [_operator_schema(name, properties["values"]["items"]["anyOf"]) for name in OPERATORS]
    if cls is Push:
        properties["points"] = {"type": "integer", "minimum": 1, "maximum": 5}
    return {
        "type": "object",
        "description": (cls.__doc__ or "").split("\n")[0],
        "properties": properties,
        "required": [name for name, (field, _) in shape.items() if _required(field)],
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
