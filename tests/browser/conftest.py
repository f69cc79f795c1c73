from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import MISSING, launch_options
from tests.browser.person import Person
from tests.browser.serving import failing_server, real_server
from tests.browser.windows import Windows, watch_windows


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium."""
    try:
        return {**browser_type_launch_args, **launch_options()}
    except FileNotFoundError:
        pytest.fail(MISSING, pytrace=False)


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one real server for all: every window has a cookie, and so answers, of its own."""
    with real_server(tmp_path_factory.mktemp("served")) as url:
        yield url


@pytest.fixture(scope="session")
def server_with_failures(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Iterator[str]:
    """The address of a server with pages that fail on purpose."""
    with failing_server(tmp_path_factory.mktemp("failing"), _sqlite_template) as url:
        yield url


@pytest.fixture
def windows(browser: Browser, shared_server: str, server_with_failures: str) -> Iterator[Windows]:
    """Browser windows. Whatever the browser complains of in any of them fails the test."""
    with watch_windows(browser, shared_server, server_with_failures) as windows:
        yield windows


@pytest.fixture
def person(windows: Windows) -> Person:
    """Somebody who has never been here."""
    return windows.open()


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def person_of_either_kind(request: pytest.FixtureRequest, windows: Windows) -> Person:
    """The same, once with JavaScript and once with it switched off."""
    return windows.open(script=request.param)
