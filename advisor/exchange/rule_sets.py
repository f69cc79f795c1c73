"""Rule sets as files: JSON, the format they are stored in; TOML, which people read; workbooks; and DMN, out alone."""

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import tomli_w

from advisor.engine.checks.check import check
from advisor.engine.document.document import from_plain, to_plain
from advisor.engine.document.reading import DEPTH_LIMIT, VALUES_LIMIT, load_json
from advisor.engine.model.errors import Problem, RuleSetError, quotable
from advisor.engine.model.questions import NOT_SURE
from advisor.engine.model.rules import RuleSet
from advisor.exchange.dmn.model import write_dmn
from advisor.exchange.dmn.plain import write_plain_dmn
from advisor.exchange.file_input import UnreadableFileError, decode, file_format, is_markup
from advisor.exchange.places import ParsedDocument, Places
from advisor.exchange.rule_workbook import read_workbook_rules, write_rules

FORMATS = ("json", "toml", "xlsx", "dmn")
"""Formats in which a rule set goes out."""

PLAIN_DMN = "dmn-plain"
"""The form of DMN that simple readers take."""

IN_FORMATS = ("json", "toml", "xlsx")
"""Formats in which it comes back."""

_NOT_SURE_TEXT = re.compile(f"'*{NOT_SURE}")

_NESTED_KEY = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+)"""
    f"{{{DEPTH_LIMIT + 1}}}",
    re.ASCII,
)
"""A key of so many parts that reading it alone would take long: its parts are put together one after the other."""

_READABLE = "Choose a JSON, TOML or Excel (.xlsx) file."

_MAY_BE_TOML = frozenset({"", ".toml", ".txt"})
"""Endings of a name with which a file that is not TOML is told what is wrong with its TOML."""

_DMN = b"/spec/DMN/"

_LONG_NUMBER = re.compile(r"[\d_]{500}")
"""A number that takes a hundred times its size in memory to read."""


def write_rule_set(rule_set: RuleSet, wanted: str, about: Sequence[tuple[str, str]] = ()) -> bytes:
    """Write a sound rule set in one of ``FORMATS`` or as ``PLAIN_DMN``.

    Reading it, where that is possible, gives the same rule set.
    ``about`` says in a workbook or a model where it comes from. Raises RuleSetError where it cannot be written so.
    """
    match wanted:
        case "json":
            return (json.dumps(to_plain(rule_set), ensure_ascii=False, indent=2) + "\n").encode()
        case "toml":
            return _toml(to_plain(rule_set)).encode()
        case "xlsx":
            return write_rules(rule_set, about)
        case "dmn":
            return write_dmn(rule_set, about)
        case "dmn-plain":
            return write_plain_dmn(rule_set, about)
    raise ValueError(wanted)


def read_with_places(data: bytes, name: str = "") -> tuple[RuleSet, Places]:
    """Read a rule set from a file, and where in the file each item of it stands.

    Its content and its name say of which of ``IN_FORMATS`` it is. Raises UnreadableFileError where it is none, and
    RuleSetError with every problem of its form; what the checks find in the sound rest of it is told then as well.
    """
    found = _parse_file(data, name)
    try:
        rule_set = from_plain(found.document)
    except RuleSetError as error:
        raise RuleSetError(found.all_problems(error.problems)) from None
    if found.problems:
        raise RuleSetError(found.all_problems([]))
    return rule_set, found.places


def _parse_file(data: bytes, name: str) -> ParsedDocument:
    """What a file says, before it is known whether that is a rule set. Raises UnreadableFileError."""
    known = file_format(data, name, IN_FORMATS)
    if known == "xlsx":
        return read_workbook_rules(data)
    if not known:
        _refuse_models(data)
    text = decode(data)
    if known == "toml" or not (known == "json" or text.lstrip().startswith("{")):
        try:
            return ParsedDocument(_load_toml(text))
        except UnreadableFileError:
            ending = PurePath(name).suffix.lower()
            if ending in _MAY_BE_TOML:
                raise
            said = f"Rules cannot be read from a file whose name ends in {quotable(ending)}."
            raise UnreadableFileError(said, _READABLE) from None
    try:
        return ParsedDocument(load_json(text))
    except RuleSetError as error:
        raise UnreadableFileError(error.problems[0].text) from None


def _refuse_models(data: bytes) -> None:
    """Refuse what goes out and cannot come back, and other XML."""
    if _DMN in data[:2_000]:
        raise UnreadableFileError("Rules go out as DMN, and cannot be read back from it.", _READABLE)
    if is_markup(data):
        raise UnreadableFileError("This is XML or a web page, from which rules cannot be read.", _READABLE)


def read_sound_rule_set(data: bytes, name: str = "") -> tuple[RuleSet, list[Problem]]:
    """Read a rule set that can be evaluated, and what is to be looked at in it, each by its place in the file.

    Raises RuleSetError with every problem, those that only warn among them, where any blocks.
    """
    rule_set, places = read_with_places(data, name)
    problems = places.at_nearest_places(check(rule_set))
    if any(problem.blocks for problem in problems):
        raise RuleSetError(problems)
    return rule_set, problems


def _toml(document: dict[str, Any]) -> str:
    for answers in _case_answers(document):
        answers.update({key: _to_toml(answer) for key, answer in answers.items()})
    return tomli_w.dumps(document, indent=2)


def _load_toml(text: str) -> dict[str, Any]:
    too_deep = _NESTED_KEY.search(text) is not None
    try:
        if not too_deep:
            _refuse_oversized(text)
        document = {} if too_deep else tomllib.loads(text)
        too_deep = too_deep or _depth(document) > DEPTH_LIMIT
    except ValueError as error:  # TOMLDecodeError, or what takes too long to read
        raise UnreadableFileError(f"This is not TOML that can be read: {error}.") from None
    except RecursionError:
        too_deep = True
    if too_deep:
        raise UnreadableFileError(f"This is nested deeper than {DEPTH_LIMIT} levels.")
    for answers in _case_answers(document):
        answers.update({key: _from_toml(answer) for key, answer in answers.items()})
    return document


def _refuse_oversized(text: str) -> None:
    """Raise ValueError where reading would take long, by a look at the marks between values; texts have some too."""
    if max(sum(map(text.count, "=,[")), text.count(".")) > VALUES_LIMIT:
        raise ValueError(f"it has more than {VALUES_LIMIT:,} values")
    if _LONG_NUMBER.search(text) is not None:
        raise ValueError("it has a number of hundreds of digits")


def _depth(value: object) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


def _case_answers(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Every table of answers of the test cases, as far as the document has the right form."""
    cases = [case for case in _list(document.get("cases")) if isinstance(case, dict)]
    parts = [part for case in cases for part in _list(case.get("parts")) if isinstance(part, dict)]
    return [answers for holder in cases + parts if isinstance(answers := holder.get("answers"), dict)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


# TOML has no null. "I'm not sure" is written as in forms and sheets, and a text that reads like it gets an apostrophe.


def _to_toml(answer: object) -> object:
    if answer is None:
        return NOT_SURE
    return f"'{answer}" if isinstance(answer, str) and _NOT_SURE_TEXT.fullmatch(answer) else answer


def _from_toml(answer: object) -> object:
    if answer == NOT_SURE:
        return None
    return answer[1:] if isinstance(answer, str) and _NOT_SURE_TEXT.fullmatch(answer) else answer
