"""Values of the engine from plain ones: a reader for each type, made once, that reports what does not fit."""

import json
import math
import re
import types
import typing
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from itertools import accumulate
from typing import Any, TypeAlias

from advisor.engine.document.text import text_fault
from advisor.engine.model.errors import Problem, RuleSetError, field_words, item_place, nearest, quotable
from advisor.engine.model.operators import shape_problems
from advisor.engine.model.questions import Condition
from advisor.engine.model.rules import Push

DEPTH_LIMIT = 20
"""How deep JSON from outside may be nested."""

VALUES_LIMIT = 120_000
"""How many values JSON from outside may hold, those within others counted too; 400 rules have a sixth of that."""

ITEM_LIMIT = 4_000_000
"""Characters of one item of a long list of JSON."""

_GOING_ON = frozenset(["", *"+-.eE0123456789"])

_BLANKS = re.compile(r"[ \t\n\r]*")

_TEXTS = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
"""Every text in JSON, which may hold any character."""

_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1, ord('"'): 0, ord("\\"): 0}
"""What each mark of JSON adds to the depth."""

_NO_MARKS = bytes(set(range(256)) - set(_STEPS))


def load_json(text: str | bytes, *, values: int | None = VALUES_LIMIT) -> object:
    """Read JSON without repeated keys, NaN or infinity, of at most ``DEPTH_LIMIT`` levels and so many ``values``.

    For what is stored already, which may have grown, None is no limit. Raises RuleSetError with one problem, whose text
    is fit for the sender.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode()
        _refuse_oversized(text, values)
        return _decoder().decode(text)
    except (ValueError, RecursionError) as error:
        raise RuleSetError([Problem("", f"This is not JSON that can be read: {error}.")]) from None


def iterate_json_list(chunks: Iterator[str]) -> Iterator[object]:
    """The items of a JSON list that comes in pieces, one after the other, each under the limits of ``load_json``.

    Raises RuleSetError with one problem, whose place is the number of the item from 0, "" after the last.
    """
    decoder = _decoder()
    text, at, number, is_first = "", 0, 0, True

    def read_more() -> bool:
        """Read on; what was used up is let go."""
        nonlocal text, at
        chunk = next(chunks, "")
        text, at = text[at:] + chunk, 0
        return bool(chunk)

    def mark() -> str:
        """The next character that is no blank, "" at the end."""
        nonlocal at
        while True:
            at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]  # it matches everywhere
            if at < len(text) or not read_more():
                return text[at : at + 1]

    try:
        if mark() != "[":
            raise ValueError("it is no list")
        at += 1
        while (found := mark()) != "]":
            if not is_first:
                if found != ",":
                    raise ValueError("a comma or the end of the list is missing")
                at += 1
                mark()
            while True:
                try:
                    item, end = decoder.raw_decode(text, at)
                except json.JSONDecodeError as error:
                    if len(text) - at > ITEM_LIMIT or not read_more():
                        raise ValueError(f"{error.msg}, {error.pos - at:,} characters after its start") from None
                    continue
                ends = text[end : end + 1] not in _GOING_ON  # a number may go on in the next piece
                if ends or len(text) - at > ITEM_LIMIT or not read_more():
                    break
            _refuse_oversized(text[at:end], VALUES_LIMIT)
            yield item
            at, number, is_first = end, number + 1, False
        at += 1
        if mark():
            number = -1
            raise ValueError("something stands after the end of the list")
    except UnicodeDecodeError:
        raise  # that is no fault of an item
    except (ValueError, RecursionError) as error:
        place = "" if number < 0 else str(number)
        raise RuleSetError([Problem(place, f"This is not JSON that can be read: {error}.")]) from None


def _refuse_oversized(text: str, values: int | None) -> None:
    """Raise ValueError where JSON text has too many values or levels, before any of it is built."""
    brackets = text.count("[") + text.count("{")
    if brackets <= DEPTH_LIMIT and (values is None or brackets + text.count(",") <= values):
        return  # whatever stands in its texts
    marks = text.encode(errors="surrogatepass").translate(None, _NO_MARKS).replace(b'""', b"")
    if b'"' in marks or b"\\" in marks:  # a text holds a bracket, or perhaps a quotation mark
        marks = _TEXTS.sub("", text).encode(errors="surrogatepass").translate(None, _NO_MARKS)
    if max(accumulate(map(_STEPS.__getitem__, marks)), default=0) > DEPTH_LIMIT:
        raise ValueError(f"nested deeper than {DEPTH_LIMIT} levels")
    if values is None or brackets + text.count(",") <= values:
        return
    if sum(map(_TEXTS.sub("", text).count, ",[{")) > values:
        raise ValueError(f"it has more than {values:,} values")


@cache
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_without_repeats, parse_constant=_not_finite, parse_int=_integer, parse_float=_fraction
    )


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        repeated = next(key for key, number in Counter(key for key, _ in pairs).items() if number > 1)
        raise ValueError(f"the key {json.dumps(repeated[:60])} stands twice in one object")
    return found


def _not_finite(word: str) -> Any:
    raise ValueError(f"{word} is not a number here")


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("a number with more than 20 digits")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number that is too large")
    return number


PROBLEMS_LIMIT = 1_000
"""Problems of form that are told of one document; nobody reads more, and each takes its time."""

INTEGER_LIMIT = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly."""

_SUGGESTIONS = 100
"""Problems of one document that get a suggestion: finding one takes time, which a sender must not use up."""

Place: TypeAlias = tuple[Any, Any] | None
"""Where a value stands: the place of what holds it, and its name, or its number with the item itself. It is put in
words where there is a problem: of a hundred thousand values, few have one."""

Reader: TypeAlias = Callable[[object, Place, list[Problem]], Any]
"""Reads a value; what does not fit is reported and read as None."""


class Problems(list[Problem]):
    """The problems of one document, as they are found. Raises RuleSetError when there are too many."""

    def append(self, problem: Problem) -> None:
        """Add one."""
        super().append(problem)
        if len(self) == PROBLEMS_LIMIT:
            more = f"The first {PROBLEMS_LIMIT:,} problems are told; the rest of the document was not looked at."
            raise RuleSetError([*self, Problem("", more)])

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add several."""
        for problem in problems:
            self.append(problem)


def is_required(field: Field[Any]) -> bool:
    """Whether a field must be given."""
    return field.default is MISSING


@cache
def shape_of(cls: type) -> dict[str, tuple[Field[Any], Any]]:
    """The fields of a type by their names, each with the type of its value."""
    hints = typing.get_type_hints(cls)
    return {field.name: (field, hints[field.name]) for field in fields(cls)}


@cache
def reader(kind: Any) -> Reader:
    """What reads values of a type."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {types.UnionType, typing.Union}:
        return _union_reader(arguments)
    if origin is tuple:
        return _list_reader(arguments[0])
    if origin is dict:
        return _table_reader(arguments[1])
    if is_dataclass(kind):
        return _fields_reader(typing.cast(type, kind))
    if issubclass(kind, StrEnum):
        return _word_reader(kind)
    return {str: _read_text, int: _read_number}[kind]


def _read_text(raw: object, place: Place, problems: list[Problem]) -> Any:
    if not isinstance(raw, str):
        return _refuse(place, "must be text", raw, problems)
    fault = text_fault(raw)
    return _refuse(place, fault, None, problems) if fault else raw


def _read_number(raw: object, place: Place, problems: list[Problem]) -> Any:
    number = whole(raw)
    fits = number is not None and abs(number) <= INTEGER_LIMIT
    return number if fits else _refuse(place, "must be a whole number", raw, problems)


def whole(raw: object) -> int | None:
    """Read a whole number, which JSON may also write as 3.0; True is none."""
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _list_reader(kind: Any) -> Reader:
    read_item = reader(kind)

    def read(raw: object, place: Place, problems: list[Problem]) -> Any:
        if not isinstance(raw, list):
            return _refuse(place, "must be a list", raw, problems)
        return tuple([read_item(item, (place, (index, item)), problems) for index, item in enumerate(raw)])

    return read


def _table_reader(kind: Any) -> Reader:
    read_item = reader(kind)

    def read(raw: object, place: Place, problems: list[Problem]) -> Any:
        if not isinstance(raw, Mapping):
            return _refuse(place, "must be a table of keys and values", raw, problems)
        problems.extend(
            Problem(_path((place, key)), f"The key “{quotable(key)}” {fault}.")
            for key in raw
            if (fault := text_fault(key)) is not None
        )
        return {key: read_item(item, (place, key), problems) for key, item in raw.items()}

    return read


def _union_reader(arguments: tuple[Any, ...]) -> Reader:
    kinds = {typing.get_origin(kind) or kind: kind for kind in arguments if kind is not types.NoneType}
    readers = {kind: reader(shape) for kind, shape in kinds.items()}
    only = next(iter(readers.values())) if len(readers) == 1 else None
    fitting = {
        raw_type: readers.get(kind, only) for raw_type, kind in {str: str, list: tuple, int: int, float: int}.items()
    }
    may_be_none = types.NoneType in arguments
    words = {str: "text", int: "a whole number", tuple: "a list of texts"}

    def read(raw: object, place: Place, problems: list[Problem]) -> Any:
        if raw is None and may_be_none:
            return None
        chosen = fitting.get(type(raw), only)
        if chosen is not None:
            return chosen(raw, place, problems)
        return _refuse(place, f"must be {' or '.join(words[kind] for kind in kinds)}", raw, problems)

    return read


def _fields_reader(cls: type) -> Reader:
    shape = shape_of(cls)
    readers = [(name, reader(kind), is_required(field)) for name, (field, kind) in shape.items()]

    def read(raw: object, place: Place, problems: list[Problem]) -> Any:
        if not isinstance(raw, Mapping):
            return _refuse(place, "must be a table of keys and values", raw, problems)
        found = len(problems)
        if not raw.keys() <= shape.keys():
            problems.extend(_unknown_fields(raw, shape, place, found))
        values: dict[str, Any] = {}
        for name, read_field, required in readers:
            if name in raw:
                values[name] = read_field(raw[name], (place, name), problems)
            elif required:
                problems.append(Problem(_path((place, name)), f"{_subject(name)} is missing.", "Add it."))
        if len(problems) > found:
            return None
        if cls is Condition:
            problems.extend(shape_problems(values["test"], values["values"], _path(place)))
        if cls is Push and not 1 <= values["points"] <= 5:
            text = f"A rule pushes 1 to 5 points, not {values['points']}."
            problems.append(Problem(_path((place, "points")), text))
        return cls(**values) if len(problems) == found else None

    return read


def _unknown_fields(raw: Mapping[Any, Any], shape: Collection[str], place: Place, number: int) -> Iterator[Problem]:
    """The fields that there are not. ``number`` problems were found before."""
    for at, key in enumerate((key for key in raw if key not in shape), start=number):
        mend = nearest(key, shape) if at < _SUGGESTIONS else ""
        yield Problem(_path((place, key)), f"“{quotable(key)}” is not known here.", mend)


def _word_reader(kind: type[StrEnum]) -> Reader:
    words: dict[str, StrEnum] = {member.value: member for member in kind}

    def read(raw: object, place: Place, problems: list[Problem]) -> Any:
        if isinstance(raw, str) and raw in words:
            return words[raw]
        mend = nearest(raw, words) if isinstance(raw, str) else ""
        return _refuse(place, f"must be one of {', '.join(words)}", raw, problems, mend)

    return read


def _subject(name: str) -> str:
    """A field as a sentence begins with it; an item in a list stands by its number or key."""
    words = field_words(name)
    return words if words.startswith("“") else f"The {words}"


def _refuse(place: Place, why: str | None, raw: object, problems: list[Problem], mend: str = "") -> None:
    found = f", not {json.dumps(raw, ensure_ascii=True, default=str)[:60]}" if raw is not None else ""
    path = _path(place)
    subject = _subject(path.rsplit("/", 1)[-1]) if path else "The document"
    problems.append(Problem(path, f"{subject} {why}{found}.", mend))


def _path(place: Place) -> str:
    """A place as a path: "rules/steps-set/when/0"."""
    if place is None:
        return ""
    holder, name = _path(place[0]), place[1]
    if isinstance(name, str):
        return f"{holder}/{quotable(name)}".lstrip("/")
    index, item = name
    return item_place(holder, index, item.get("key", item.get("id")) if isinstance(item, Mapping) else None)
