"""What a screen reader is given, kept as text, so that a change of it is seen and meant."""

import os
import re
from pathlib import Path

from tests.browser.person import CASES, Person

SNAPSHOTS = Path(__file__).parent / "snapshots"


def is_as_kept(person: Person, name: str) -> None:
    """The accessibility tree is the one in the file, ids and dates left aside. WRITE_SNAPSHOTS=1 writes the file."""
    tree = person.page.locator("body").aria_snapshot()
    tree = re.sub(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", "ID", tree)
    tree = re.sub(r"\b\d{1,2} [A-Z][a-z]+ 20\d\d\b", "DATE", tree) + "\n"
    file = SNAPSHOTS / f"{name}.yaml"
    if os.environ.get("WRITE_SNAPSHOTS"):
        file.write_text(tree, encoding="utf-8")
    assert tree == file.read_text(encoding="utf-8"), (
        "if this is meant: make test ARGS=tests/browser/advice/test_tree.py WRITE_SNAPSHOTS=1"
    )


def test_the_tree_of_a_question_with_an_error_is_as_kept(person: Person) -> None:
    person.begin("Payroll").press("Continue")
    is_as_kept(person, "question-error")


def test_the_tree_of_a_result_is_as_kept(person: Person) -> None:
    person.having_described(CASES["payroll"])
    is_as_kept(person, "result")


def test_the_tree_of_a_result_in_parts_is_as_kept(person: Person) -> None:
    parts = {part.part: part.answers for part in CASES["payroll-parts"].parts}
    person.having_described(CASES["finance-function"]).break_up(parts)
    is_as_kept(person, "result-parts")
