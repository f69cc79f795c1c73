"""A name says what a thing is or does: a noun or an order, and no word that only points at something."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor import paths

ADVISOR = paths.ROOT / "advisor"


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICIPLES = words(
    """
    been begun bound bought brought broken built chosen done drawn driven fallen felt forgotten found given gone
    grown held hidden kept known laid led left lost made meant met overdrawn paid said seen sent shown shut sold
    spent spoken stuck swept taken taught thought told torn undone unknown unread unsaved unseen unsent withheld won
    worn written
    """
)
"""Those that no ending tells."""

LOOK_ALIKES = words(
    """
    apply assembly bound drawing embed ending family feed finding heading king meaning multiply need publishing
    reply ring seed sharing speed spring string supply tally thing warning
    """
)
"""Nouns and orders that end like a participle or an adverb; a bound is one of a range."""

POINTERS = words(
    """
    this that these those it its them they he she who whom whose which what mine yours ours theirs one ones another
    other others each every any all none some such nobody everybody somebody anybody nothing everything something
    anything here there where when why how now then once twice again already still yet soon later before after about
    above across against along alone also always among apart around aside at away back behind below beneath beside
    between beyond by down during ever for forward from hence in into just least less many more most much never off
    often on only onto out over per quite rather since so through thus to together too towards under until up upon
    very with within without elsewhere ahead always almost enough else maybe nearly
    """
)
"""Pronouns, adverbs and prepositions."""

ENDING = re.compile(r"\w{2,}(ed|ing)|\w{3,}ly")

PREPOSITIONS = frozenset({"of", "at", "on", "under", "before", "after", "among", "within"})
"""A method or an inner function may be called so: with what it is called on and given, it reads as what it gives."""


def is_bare(name: str) -> bool:
    """Whether a name is one word that is a participle or only points, in small letters or with a capital."""
    word = name.strip("_")
    if "_" in word or re.search("[a-z][A-Z]", word):
        return False
    word = word.lower()
    return word not in LOOK_ALIKES and (word in PARTICIPLES | POINTERS or ENDING.fullmatch(word) is not None)


def functions_and_classes(tree: ast.AST, owner: ast.AST | None = None) -> Iterator[tuple[ast.AST, ast.AST | None]]:
    """Each with the function or class in which it stands."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node, owner
            yield from functions_and_classes(node, node)
        else:
            yield from functions_and_classes(node, owner)


def is_adjective(node: ast.AST) -> bool:
    """Whether it is a property that says yes or no, for which a participle is the plain word."""
    if not isinstance(node, ast.FunctionDef) or not isinstance(node.returns, ast.Name) or node.returns.id != "bool":
        return False
    return any("property" in ast.unparse(decorator) for decorator in node.decorator_list)


def bare_names(file: Path) -> Iterator[str]:
    # An activity is a noun: a module may be called "publishing".
    if is_bare(file.stem) and not file.stem.endswith("ing"):
        yield file.stem
    for node, owner in functions_and_classes(ast.parse(file.read_text())):
        name = getattr(node, "name", "")
        if name.startswith("__") or (owner is not None and name in PREPOSITIONS) or is_adjective(node):
            continue
        if is_bare(name):
            yield name


def test_no_name_is_a_bare_participle_pronoun_or_adverb() -> None:
    files = [file for folder in ("advisor", "tests") for file in (paths.ROOT / folder).rglob("*.py")]
    files = [file for file in files if "node_modules" not in file.parts]
    found = {file.relative_to(paths.ROOT).as_posix(): [*bare_names(file)] for file in files}
    assert {file: names for file, names in found.items() if names} == {}


def test_the_same_holds_for_macros() -> None:
    for file in sorted(paths.TEMPLATES.rglob("*.html")):
        macros = re.findall(r"{%-? macro (\w+)", file.read_text())
        assert [name for name in macros if is_bare(name)] == [], file


@pytest.mark.parametrize("name", ["chosen", "_Opened", "here", "merely", "settling", "_told", "others", "without"])
def test_such_a_name_is_known(name: str) -> None:
    assert is_bare(name)


@pytest.mark.parametrize("name", ["chosen_rules", "OpenList", "apply", "Tally", "Bound", "string", "tell"])
def test_a_noun_or_an_order_is_no_such_name(name: str) -> None:
    assert not is_bare(name)


def test_no_module_is_a_drawer_for_everything() -> None:
    for file in sorted(ADVISOR.rglob("*.py")):
        assert file.stem not in {"utils", "util", "helpers", "misc", "common"}, file


def test_no_public_class_has_the_name_of_another() -> None:
    where: dict[str, list[str]] = {}
    for file in sorted(ADVISOR.rglob("*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where.setdefault(node.name, []).append(file.relative_to(ADVISOR).as_posix())
    assert {name: files for name, files in where.items() if len(files) > 1} == {}
