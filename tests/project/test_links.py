"""A room knows itself and what is below it: its templates take from no other, and link to none above or beside it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, nodes
from jinja2.meta import find_referenced_templates

from advisor import create_app, paths, rooms
from tests.conftest import settings_for

TEMPLATES = sorted(path.relative_to(paths.TEMPLATES) for path in paths.TEMPLATES.rglob("*.html"))
MODULES = sorted(path.relative_to(paths.ROOT) for path in (paths.ROOT / "advisor").rglob("*.py"))

SHARED = re.compile(r"macros/|base\.html$")
"""What every template may take from."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(settings_for("sqlite:////nowhere/never-opened.db", tmp_path_factory.mktemp("data")))


def read(app: Flask, template: Path) -> nodes.Template:
    return app.jinja_env.parse((paths.TEMPLATES / template).read_text())


def test_a_template_takes_from_its_own_activity_and_from_macros(app: Flask) -> None:
    wrong = [
        (str(template), other)
        for template in TEMPLATES
        for other in find_referenced_templates(read(app, template))
        if other is None or not (SHARED.match(other) or other.startswith(f"{template.parts[0]}/"))
    ]
    assert wrong == []


def test_a_template_links_to_its_own_activity_or_to_one_below(app: Flask) -> None:
    wrong = [
        (str(template), endpoint)
        for template in TEMPLATES
        for endpoint in endpoints_of(read(app, template))
        if not may_link(app, template.parts[0], endpoint)
    ]
    assert wrong == []


def test_a_module_links_to_its_own_activity_or_to_one_below(app: Flask) -> None:
    wrong = [
        (str(module), endpoint)
        for module in MODULES
        for endpoint in endpoints_in(ast.parse((paths.ROOT / module).read_text()))
        if not may_link(app, module.parts[1].removesuffix(".py"), endpoint)
    ]
    assert wrong == []


def test_every_link_upward_leads_to_a_page(app: Flask) -> None:
    assert set(rooms.LINKS.values()) <= set(app.view_functions)


def test_every_link_upward_is_used_and_known(app: Flask) -> None:
    in_templates = {name for template in TEMPLATES for name in links_of(app.jinja_env, template)}
    in_modules = {
        argument_of(call)
        for module in MODULES
        for call in calls(ast.parse((paths.ROOT / module).read_text()), "link_to")
    }
    assert in_templates | in_modules == set(rooms.LINKS)


def endpoints_of(template: nodes.Template) -> Iterator[str]:
    """The endpoints that a template names; "" where it takes one that it is given."""
    for call in template.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "url_for":
            [endpoint, *_more] = call.args
            yield endpoint.value if isinstance(endpoint, nodes.Const) else ""


def links_of(jinja: Environment, template: Path) -> Iterator[str]:
    for call in jinja.parse((paths.TEMPLATES / template).read_text()).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "link_to":
            [name] = call.args
            assert isinstance(name, nodes.Const)
            yield name.value


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name:
            yield call


def endpoints_in(tree: ast.AST) -> Iterator[str]:
    for call in calls(tree, "url_for"):
        yield argument_of(call)


def argument_of(call: ast.Call) -> str:
    """The first argument as far as it is written there, "" where it is worked out."""
    first = call.args[0]
    if isinstance(first, ast.JoinedStr):
        first = first.values[0]
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def may_link(app: Flask, activity: str, endpoint: str) -> bool:
    """Whether pages of ``activity`` may name ``endpoint``: their own, given to them, or of a lower layer."""
    blueprint, dot, _view = endpoint.rpartition(".")
    if not dot or not blueprint:
        return True
    other = app.blueprints[blueprint].import_name.split(".")[1]
    return other == activity or layer(other) < layer(activity)


@cache
def layers() -> list[str]:
    contracts = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    found: list[str] = contracts[0]["layers"]
    return found


def layer(activity: str) -> int:
    """How high an activity stands; what has no pages, such as macros, stands below everything."""
    return next(
        (len(layers()) - at for at, names in enumerate(layers()) if f"advisor.{activity}" in names.split(" | ")), 0
    )
