"""Files as people and programs write them, each named after what is odd about it: what comes out by every door."""

import io
import json
import tomllib
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from advisor.cli import main
from advisor.engine.model.answers import WorkItem, stored_answers
from advisor.engine.model.questions import Answers
from advisor.exchange.file_input import UnreadableFileError
from advisor.exchange.items.read import open_items
from advisor.exchange.items.summary import summary_lines
from advisor.exchange.work_items import answer_text
from tests.exchange.samples import read_rule_set
from tests.exchange.sheets.odd_workbooks import odd_workbooks

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

    def answer_words(answers: Answers) -> str:
        return " ".join(f"{key}={answer_text(answer)}" for key, answer in answers.items())

    parts = (f"{item.process} > {part} | {answer_words(own)}".rstrip() for part, own in item.parts)
    return [f"{item.process} | {answer_words(item.answers)}".rstrip(), *parts]


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


def evaluate(folder: Path, names: list[str], status: int) -> Result:
    """What the command line makes of these files in one go."""
    result = CliRunner().invoke(main, ["evaluate", *(str(folder / name) for name in names), "--rules", str(RULES)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == status, result.stderr
    return result


def item_of(advice: dict[str, Any]) -> WorkItem:
    parts = tuple((part["part"], stored_answers(part["answers"])) for part in advice["parts"])
    return WorkItem(advice["process"], stored_answers(advice["answers"]), parts)


def test_every_odd_text_is_read_or_refused_as_it_should_be() -> None:
    assert len(EXPECTED) >= 60
    found = {name: read(name, data) for name, data in TEXTS.items()}
    assert {name: it for name, it in found.items() if it != EXPECTED[name]} == {}


def test_evaluate_makes_the_same_of_every_odd_text_and_workbook(tmp_path: Path) -> None:
    """A workbook takes a program of its own to read, so it comes by this door alone."""
    files = {**TEXTS, **{name: build() for name, build in odd_workbooks(RULE_SET).items()}}
    assert sorted(files) == sorted(EXPECTED)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    sound = [name for name in files if "problems" not in EXPECTED[name]]
    result = evaluate(tmp_path, sound, 0)
    items = [line for advice in json.loads(result.stdout) for line in words(item_of(advice))]
    assert items == [line for name in sound for line in EXPECTED[name]["items"]]
    shown = set(result.stderr.splitlines())
    said = {f"{name}: {line}" for name in sound for line in EXPECTED[name].get("said", [])}
    assert said - shown == set()
    assert {line for line in shown - said if line.startswith(tuple(f"{name}: " for name in sound))} == set()

    broken = [name for name in files if name not in sound]
    result = evaluate(tmp_path, broken, 1)
    assert result.stdout == ""
    shown_lines = result.stderr.splitlines()
    for name in broken:
        for problem in EXPECTED[name]["problems"]:
            place, _, message = problem.partition(": ")
            named = name if place == "file" else f"{name}, {place}"
            assert any(line.strip().startswith(named) for line in shown_lines), problem
            assert any(line.strip().removeprefix(f"{named}: ") == message for line in shown_lines), problem
