"""Files as people and programs write them, each named after what is odd about it: what comes out by every door."""

import io
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from advisor.cli import main
from advisor.engine.model.answers import WorkItem, stored_answers
from advisor.engine.model.questions import Answers
from advisor.exchange.file_input import UnreadableFileError
from advisor.exchange.items.read import open_items
from advisor.exchange.items.summary import summary_lines
from advisor.exchange.work_items import answer_text
from tests.exchange.odd_workbooks import odd_workbooks
from tests.exchange.samples import read_rule_set

FOLDER = Path(__file__).with_name("odd_files")
RULES = FOLDER / "rules.toml"
RULE_SET = read_rule_set(RULES.read_bytes(), RULES.name)
TEXTS = {
    file.name: file.read_bytes() for file in sorted(FOLDER.iterdir()) if file.suffix != ".toml" and file.stem[0] != "."
}
EXPECTED: dict[str, dict[str, list[str]]] = tomllib.loads((FOLDER / "expected.toml").read_text())


class Pipe(io.RawIOBase):
    """Bytes that come once and cannot be read again."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._data.readinto(buffer)


def words(item: WorkItem) -> list[str]:
    """A work item in lines, as the expectations have it."""

    def said(answers: Answers) -> str:
        return " ".join(f"{key}={answer_text(answer)}" for key, answer in answers.items())

    parts = (f"{item.process} > {part} | {said(own)}".rstrip() for part, own in item.parts)
    return [f"{item.process} | {said(item.answers)}".rstrip(), *parts]


def read(name: str, data: bytes) -> dict[str, list[str]]:
    """What the reader makes of a file."""
    try:
        with open_items(RULE_SET, io.BufferedReader(Pipe(data)), name) as reading:
            items = [line for item in reading for line in words(item)]
    except UnreadableFileError as error:
        return {"problems": list(map(str, error.problems))}
    if reading.problems:
        return {"problems": list(map(str, reading.problems))}
    found = {"items": items, "said": summary_lines(reading.summary)}
    return {what: lines for what, lines in found.items() if lines}


def evaluated(name: str, data: bytes, folder: Path) -> dict[str, list[str]]:
    """What the command line makes of it, and whether its exit status fits."""
    (folder / name).write_bytes(data)
    result = CliRunner().invoke(main, ["evaluate", str(folder / name), "--rules", str(RULES)])
    assert result.exception is None or isinstance(result.exception, SystemExit), (name, result.exception)
    shown = result.stderr.splitlines()
    if result.exit_code:
        assert (result.exit_code, result.stdout) == (1, ""), name
        return {"shown": shown}
    items = [line for advice in json.loads(result.stdout) for line in words(item_of(advice))]
    return {"items": items, "shown": shown}


def item_of(advice: dict[str, Any]) -> WorkItem:
    parts = tuple((part["part"], stored_answers(part["answers"])) for part in advice["parts"])
    return WorkItem(advice["process"], stored_answers(advice["answers"]), parts)


def test_every_odd_file_is_read_or_refused_as_it_should_be_and_evaluate_says_the_same(tmp_path: Path) -> None:
    builders: dict[str, Callable[[], bytes]] = odd_workbooks(RULE_SET)
    files = {**TEXTS, **{name: build() for name, build in builders.items()}}
    assert len(files) >= 60
    assert sorted(files) == sorted(EXPECTED)
    wrong: dict[str, Any] = {}
    for name, data in files.items():
        expected = EXPECTED[name]
        # A workbook takes a program of its own to read, so it is read by one door.
        if name in TEXTS and (found := read(name, data)) != expected:
            wrong[name] = found
        by_command = evaluated(name, data, tmp_path)
        if by_command.get("items", []) != expected.get("items", []):
            wrong[f"evaluate {name}"] = by_command
        shown = "\n".join(by_command["shown"])
        for line in (*expected.get("said", []), *expected.get("problems", [])):
            place, _, message = line.partition(": ") if line in expected.get("problems", []) else (line, "", "")
            if place not in shown or message not in shown:
                wrong[f"evaluate {name}"] = by_command
    assert wrong == {}
