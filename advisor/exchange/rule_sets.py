"""Rule sets as files: JSON, the format they are stored in, and TOML, the one that people read."""

import json
import re
import tomllib
from typing import Any

import tomli_w

from advisor.engine.document import DEPTH_LIMIT, from_plain, load_json, to_plain
from advisor.engine.errors import Problem, RuleSetError
from advisor.engine.questions import NOT_SURE
from advisor.engine.rules import RuleSet

FORMATS = ("json", "toml")
_NOT_SURE_TEXT = re.compile(f"'*{NOT_SURE}")


class UnreadableFileError(RuleSetError):
    """A file that is not even JSON or TOML."""


def write_rule_set(rule_set: RuleSet, file_format: str) -> str:
    """Write a rule set as "json" or "toml"; reading it gives the same rule set."""
    document = to_plain(rule_set)
    if file_format == "json":
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    for answers in _case_answers(document):
        answers.update({key: _to_toml(answer) for key, answer in answers.items()})
    return tomli_w.dumps(document, indent=2)


def read_rule_set(data: bytes, name: str = "") -> RuleSet:
    """Read a rule set from a file; its name, or else its content, says whether it is TOML or JSON.

    Raises UnreadableFileError where it is neither, and RuleSetError with every problem of its form.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError([Problem(f"line {line}", "The file is not UTF-8 text.")]) from None
    if not text.strip():
        raise UnreadableFileError([Problem("file", "The file is empty.")])
    if name.lower().endswith(".toml") or not (name.lower().endswith(".json") or text.lstrip().startswith("{")):
        return from_plain(_load_toml(text))
    try:
        document = load_json(text)
    except RuleSetError as error:
        raise UnreadableFileError(Problem("file", problem.text) for problem in error.problems) from None
    return from_plain(document)


def _load_toml(text: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text)
        too_deep = _depth(document) > DEPTH_LIMIT
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFileError([Problem("file", f"This is not TOML that can be read: {error}.")]) from None
    except RecursionError:
        too_deep = True
    if too_deep:
        raise UnreadableFileError([Problem("file", f"This is nested deeper than {DEPTH_LIMIT} levels.")])
    for answers in _case_answers(document):
        answers.update({key: _from_toml(answer) for key, answer in answers.items()})
    return document


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
