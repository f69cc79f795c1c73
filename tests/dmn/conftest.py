from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import MISSING, launch_options
from tests.ensure_tools import DMN_TESTS, node_modules


@pytest.fixture(scope="session")
def modules() -> Path:
    """What tests/ensure_tools.py installed from npm."""
    folder = node_modules(DMN_TESTS)
    if folder is None:
        pytest.fail("The engine and the modeller for DMN models are missing: make tools", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium."""
    try:
        return {**browser_type_launch_args, **launch_options()}
    except FileNotFoundError:
        pytest.fail(MISSING, pytrace=False)
