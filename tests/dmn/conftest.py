import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import MISSING, launch_options
from tests.dmn.drools import Drools
from tests.ensure_tools import DMN_TESTS, node_modules, python_modules

_MISSING = "The engines and the modeller for DMN models are missing: make tools"


@pytest.fixture(scope="session")
def modules() -> Path:
    """What tests/ensure_tools.py installed from npm."""
    folder = node_modules(DMN_TESTS)
    if folder is None:
        pytest.fail(_MISSING, pytrace=False)
    return folder


@pytest.fixture(scope="session")
def drools(modules: Path) -> Iterator[Drools]:
    """Drools, started when the first test needs it."""
    with Drools(modules) as server:
        yield server


@pytest.fixture(scope="session", params=["dmn-eval-js", "pyDMNrules"])
def simple_reader(request: pytest.FixtureRequest) -> list[str]:
    """The command of a simple reader."""
    request.getfixturevalue("modules")
    if request.param == "dmn-eval-js":
        return ["node", "evaluate_plain.cjs"]
    folder = python_modules()
    if folder is None:
        pytest.fail(_MISSING, pytrace=False)
    return [sys.executable, "evaluate_plain.py", str(folder)]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium."""
    try:
        return {**browser_type_launch_args, **launch_options()}
    except FileNotFoundError:
        pytest.fail(MISSING, pytrace=False)
