"""Work items from JSON: one object, a list of them, or a line for each (JSON Lines), read one after the other."""

import codecs
import io
import re
from collections.abc import Iterator
from functools import partial
from pathlib import PurePath
from typing import Any, BinaryIO

from advisor.engine.document.reading import ITEM_LIMIT, iterate_json_list, load_json
from advisor.engine.document.text import LINE_LIMIT, whole_number
from advisor.engine.model.answers import WorkItem, read_answer
from advisor.engine.model.errors import Problem, RuleSetError
from advisor.engine.model.operators import Answer
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import UnreadableFileError, quote
from advisor.exchange.json_items import read_items
from advisor.exchange.own_files import as_work_items

LINES_ENDINGS = frozenset({".jsonl", ".ndjson"})

_MARK = codecs.BOM_UTF8
_CHUNK = 1 << 20
_PROBLEMS_LIMIT = 5_000

_PLAIN_FIELDS = {"process", "answers"}
_PLAIN_NAME = re.compile(rf"[!-~]([ -~]{{0,{LINE_LIMIT - 2}}}[!-~])?")
_KEPT = 20_000
"""Different answers to one question that are remembered."""


def is_json(file: BinaryIO, name: str) -> bool:
    """Whether a file that can be read again is JSON, by its name or by how it begins."""
    ending = PurePath(name).suffix.lower()
    head = file.read(_CHUNK).removeprefix(_MARK).lstrip()
    file.seek(0)
    return ending in {".json", *LINES_ENDINGS} or head.startswith((b"{", b"["))


class JsonReading:
    """The work items of one file of JSON: iterate once; then ``problems`` is complete.

    ``is_single`` says that it is one object. Raises UnreadableFileError where the file is empty.
    """

    def __init__(self, rule_set: RuleSet, file: BinaryIO, name: str) -> None:
        self.problems: list[Problem] = []
        self._rule_set = rule_set
        head = file.read(_CHUNK)
        file.seek(len(_MARK) if head.startswith(_MARK) else 0)
        text = head.removeprefix(_MARK).lstrip()
        if not text and len(head) < _CHUNK:
            raise UnreadableFileError("The file is empty.")
        self._file = file
        self.notes: list[str] = []
        self._plain = _PlainItems(rule_set)
        self.is_single = False
        if PurePath(name).suffix.lower() in LINES_ENDINGS or _has_lines(text):
            self._found = self._lines()
        elif text.startswith(b"["):
            self._found = self._list()
        else:
            one = list(self._load("", file.read(ITEM_LIMIT * 4)))
            self.is_single = not any(isinstance(raw, list) for _, raw in one)
            self._found = iter(one)

    def __iter__(self) -> Iterator[WorkItem]:
        try:
            for place, raw in self._found:
                if (plain := self._plain.item(raw)) is not None:
                    yield plain
                    continue
                items, problems = read_items(self._rule_set, raw)
                if not problems:
                    yield from items
                self.problems += [_with_value(place, problem, raw) for problem in problems]
                if len(self.problems) > _PROBLEMS_LIMIT:
                    text = "From here on nothing was read: mend what is named above first."
                    self.problems.append(Problem(place, text))
                    return
        except UnicodeDecodeError:
            self.problems.append(Problem("file", "The file is not UTF-8 text.", "Save it as UTF-8."))

    def _lines(self) -> Iterator[tuple[str, object]]:
        for number, line in enumerate(iter(partial(self._file.readline, ITEM_LIMIT), b""), start=1):
            if line.strip():
                yield from self._load(f"line {number}", line)

    def _list(self) -> Iterator[tuple[str, object]]:
        text = io.TextIOWrapper(self._file, encoding="utf-8", newline="")
        try:
            for number, raw in enumerate(iterate_json_list(iter(partial(text.read, _CHUNK), "")), start=1):
                yield f"item {number}", self._own(raw)
        except RuleSetError as error:
            place = error.problems[0].place
            at = f"item {int(place) + 1}" if place else "file"
            self.problems.append(Problem(at, error.problems[0].text))
        finally:
            text.detach()

    def _load(self, place: str, data: bytes) -> Iterator[tuple[str, object]]:
        try:
            yield place, self._own(load_json(data))
        except RuleSetError as error:
            self.problems.append(Problem(place or "file", error.problems[0].text))

    def _own(self, raw: object) -> object:
        """The work items in what the product wrote itself."""
        found, notes = as_work_items(self._rule_set, raw)
        self.notes += notes
        return found


class _PlainItems:
    """Reads what most items are, at the speed of long files: whatever is unusual is left to ``read_items``."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._questions = {question.key: question for question in rule_set.questions if not question.asked_when}
        self._known: dict[str, dict[Any, Answer]] = {key: {} for key in self._questions}

    def item(self, raw: object) -> WorkItem | None:
        """A process in one piece with answers that fit to questions that are always asked; None where it is not that.

        Names are those that are stored as they are written.
        """
        if not isinstance(raw, dict) or raw.keys() != _PLAIN_FIELDS:
            return None
        process, given = raw["process"], raw["answers"]
        if not isinstance(process, str) or not _PLAIN_NAME.fullmatch(process) or not isinstance(given, dict):
            return None
        answers: dict[str, Answer] = {}
        for key, value in given.items():
            written = tuple(value) if isinstance(value, list) else value
            try:
                answers[key] = self._known[key][written]
            except (KeyError, TypeError):
                question = self._questions.get(key)
                answer, fault = read_answer(question, value) if question is not None else (None, "no such question")
                if fault:
                    return None
                answers[key] = answer
                if not isinstance(value, int | float):  # of which some are equal that are not the same
                    self._keep(key, written, answer)
        return WorkItem(process, answers)

    def _keep(self, key: str, written: Any, answer: Answer) -> None:
        if len(self._known[key]) < _KEPT:
            self._known[key][written] = answer


def _has_lines(text: bytes) -> bool:
    """Whether the first line is an object of its own, and more follows."""
    first, _, rest = text.partition(b"\n")
    if not first.startswith(b"{") or not rest.strip():
        return False
    try:
        return isinstance(load_json(first), dict)
    except RuleSetError:
        return False


def _with_value(place: str, problem: Problem, raw: Any) -> Problem:
    """Name the place of a problem, by the item's number or line, and the value that stands there."""
    value, steps = raw, problem.place.split("/") if problem.place else []
    if isinstance(raw, list) and steps:
        place, value, steps = f"item {int(steps[0]) + 1}", raw[int(steps[0])], steps[1:]
    at = ", ".join(filter(None, (place, "/".join(steps))))
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and (number := whole_number(step, most=len(value) - 1)) is not None:
            value = value[number]
        else:
            value = None
    value_words = "" if value is None or isinstance(value, dict | list) else f", value {quote(value)}"
    return Problem((at or "file") + value_words, problem.text, problem.mend)
