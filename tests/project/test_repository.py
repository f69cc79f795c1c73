"""What must not be in any file of the repository."""

import os
import re
from collections import Counter
from pathlib import Path

from advisor import paths

ROOT = paths.ROOT

SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abp]-[0-9A-Za-z-]{20,}"
)

FILES_OF_A_ROOM = 16
"""So many modules one can look over: about fifteen, and what the room is."""

NOT_OURS = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line.endswith("/")} | {".git"}


def committed_texts() -> dict[str, str]:
    """Every text file but those that .gitignore names; git itself may not be there."""
    found = {}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        for path in (Path(folder) / name for name in names):
            try:
                found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                continue
    assert "README.md" in found
    return found


def test_no_file_holds_a_secret_or_a_path_of_one_machine() -> None:
    machine = re.compile(r"/(?:home|root|Users)/[a-z]")
    for name, text in committed_texts().items():
        assert not SECRETS.search(text), name
        assert not machine.search(text) or name == "tests/project/test_repository.py", name


def test_no_file_has_the_line_ends_of_another_system_or_marks_of_a_merge() -> None:
    for name, text in committed_texts().items():
        assert "\r\n" not in text, name
        assert not re.search(r"^(?:<{7}|>{7}) ", text, re.MULTILINE), name


def test_s17_nothing_is_built_from_text_and_run() -> None:
    called = re.compile(
        r"(?<![\w.])(?:eval|exec|compile)\(|pickle|marshal|yaml\.load|shell=True|os\.system|render_template_string"
    )
    for name, text in committed_texts().items():
        if name.startswith("advisor/") and name.endswith(".py"):
            assert not called.search(text), name


def test_every_test_that_the_operators_guide_names_is_there() -> None:
    guide = (ROOT / "docs" / "operating.md").read_text()
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", guide.partition("the test that holds it")[2])
    assert len(named) > 40
    for file, test in named:
        source = (ROOT / "tests" / file).read_text()
        assert not test or f"def {test}(" in source, f"{file}::{test}"


def test_the_words_of_the_glossary_are_those_of_the_code() -> None:
    listed = re.findall(r"`(\w+)`", (ROOT / "docs" / "glossary.md").read_text())
    code = "\n".join(text for name, text in committed_texts().items() if re.match(r"advisor/.*\.py$", name))
    defined = set(re.findall(r"\b(?:class|def) (\w+)|^(\w+)(?:: \w+)? = ", code, re.MULTILINE))
    assert len(listed) > 40
    assert set(listed) <= {name for pair in defined for name in pair}


def test_what_the_page_on_architecture_names_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    named = re.findall(r"`([\w/]+\.py)(?:: ([\w., ]+))?`", page)
    assert len(named) > 30
    for file, names in named:
        source = (ROOT / "advisor" / file).read_text()
        for name in re.findall(r"\w+", names):
            assert re.search(rf"^\s*(?:def|class) {name}\b|^{name}\b.* = ", source, re.MULTILINE), f"{file}: {name}"


def test_no_room_of_the_code_is_too_full_to_look_over() -> None:
    rooms = Counter(name.rpartition("/")[0] for name in committed_texts() if re.match(r"advisor/.*\.py$", name))
    full = {room: files for room, files in rooms.items() if files > FILES_OF_A_ROOM}
    assert not full, "subjects that belong together go into a room of their own"
