"""Each enumeration has one table of its English."""

import ast
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest

import advisor
from advisor.engine.model import evidence, operators, questions, vocabulary

ROOT = Path(advisor.__file__).parent
DECLARED = (evidence, operators, questions, vocabulary)
"""Beside an enumeration stands what the engine itself says of its members."""

ENUMERATIONS = {
    name
    for module in DECLARED
    for name, found in vars(module).items()
    if isinstance(found, type) and issubclass(found, Enum)
}


def members(key: ast.expr | None) -> list[str]:
    """The members of our enumerations that a key of a dictionary names."""
    return [
        ast.unparse(node)
        for node in ast.walk(key or ast.Constant(None))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ENUMERATIONS
    ]


def has_text(value: ast.expr) -> bool:
    return any(isinstance(node, ast.Constant) and isinstance(node.value, str) for node in ast.walk(value))


def tables(source: str) -> Iterator[int]:
    """The lines at which a dictionary begins that gives texts for members of our enumerations."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict) and any(map(members, node.keys)) and any(map(has_text, node.values)):
            yield node.lineno


@pytest.mark.parametrize(
    "table", ['{Side.BPO: "BPO"}', '{Kind.BOTH: _("Both")}', '{frozenset({Outcome.KEEP}): (_l("Keep"), 1)}']
)
def test_a_table_of_words_is_found(table: str) -> None:
    assert [*tables(table)] == [1]


@pytest.mark.parametrize("table", ["{Side.BPO: 3}", '{"bpo": "BPO"}', "{State.MATCHED: None}"])
def test_another_dictionary_is_none(table: str) -> None:
    assert not [*tables(table)]


def test_words_for_enumerations_stand_in_one_place() -> None:
    own = {ROOT / "wording" / "vocabulary.py", *(Path(str(module.__file__)) for module in DECLARED)}
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in ROOT.rglob("*.py")
        if path not in own
        for line in tables(path.read_text(encoding="utf-8"))
    ]
    assert not found
