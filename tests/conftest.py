"""What a test may ask for: a real database of either kind, the application on it, a visitor, a server, a browser."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import ConsoleMessage, Page

from advisor import paths
from advisor import settings as installation
from advisor.models.database import Database
from advisor.operating.migrate import migrate
from advisor.settings import Settings
from advisor.web import logs
from tests.applications import borrow_application, serve_application
from tests.ensure_tools import find_chromium
from tests.one_database import runs_once
from tests.postgresql import PostgresqlServer, SharedDatabase
from tests.reading import HtmlPage
from tests.statements import share_compiled_statements
from tests.visiting import Visitor

# Other work may share the machine that runs the tests, so no property has a deadline.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")

KEY = "a key for tests alone: 7d1f0c52b8e94a63"


def settings_for(url: str, folder: Path, **more: str) -> Settings:
    """The settings of an installation in ``folder``, whatever the environment of the tests says."""
    environ = {"DATABASE_URL": url, "ADVISOR_DATA": str(folder), "ADVISOR_SECRET_KEY": KEY, **more}
    # A password costs next to nothing here; tests/accounts/test_passwords.py holds what it costs in earnest.
    return {**installation.load(environ), "PASSWORD_MEMORY": 8, "PASSWORD_PASSES": 1}


MEMORY = Path("/dev/shm")
ENOUGH = 2_000_000_000
"""Bytes of memory that the files of a whole run may need, with much room."""


def pytest_configure() -> None:
    """Keep the files of tests in memory where there is room: a test waits for the disk at each of its hundred saves.

    What is written and how often it is synced stays as it is; only the disk below is quicker.
    """
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    share_compiled_statements()
    gc.disable()  # until every test is found


LONGEST = (
    "browser/advice/test_every_state.py",
    "api/test_description.py",
    "api/test_generated_clients.py",
    "browser/",
    "faults/",
    "dmn/",
    "assessments/result/test_what_would_change.py",
    "web/test_hostile_texts.py",
    "operating/",
    "benchmarks/",
)
"""Where the tests are that take long, the longest first."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what ``make test-fast`` asks for."""
    parser.addoption("--quick", action="store_true", help="leave out PostgreSQL and all that takes long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that nobody waits for one long test in the end; all else in its own order."""

    def turn(item: pytest.Item) -> int:
        test = item.nodeid.removeprefix("tests/")
        return next((number for number, where in enumerate(LONGEST) if test.startswith(where)), len(LONGEST))

    items.sort(key=turn)
    if config.getoption("--quick"):
        left_out = [item for item in items if turn(item) < len(LONGEST) or _is_for_postgresql(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_collection_finish() -> None:
    """Look for rubbish less often, and not among what stays to the end: it took a tenth of the processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()


def _is_for_postgresql(item: pytest.Item) -> bool:
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return "postgresql" in item.name or any(name.startswith("postgresql") for name in fixtures)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that stores or looks up anything both kinds of database, and one that only shows, one of them."""
    if "database_url" in metafunc.fixturenames:
        only_shows = runs_once(metafunc.definition.nodeid)
        metafunc.parametrize("database_url", ["sqlite"] if only_shows else ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    logs.configure()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """One PostgreSQL for all tests, started when the first one needs it."""
    with PostgresqlServer() as server:
        yield server


@pytest.fixture(scope="session")
def _postgresql_template(postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = postgresql_server.create()
    migrate(settings_for(url, tmp_path_factory.mktemp("postgresql")))
    return url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(settings_for(f"sqlite:///{file}", file.parent))
    return file


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """An SQLite database with the schema and the starter rules, for this test alone."""
    file = tmp_path / "advisor.db"
    shutil.copyfile(_sqlite_template, file)
    file.chmod(0o600)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def _postgresql_database(postgresql_server: PostgresqlServer, _postgresql_template: str) -> Iterator[SharedDatabase]:
    database = SharedDatabase(postgresql_server, _postgresql_template)
    yield database
    database.close()


@pytest.fixture
def postgresql_url(_postgresql_database: SharedDatabase) -> Iterator[str]:
    """The same on PostgreSQL; its rows and its schema are put back when the test has ended."""
    with _postgresql_database.lent() as url:
        yield url


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with the schema and the starter rules: one of each kind, save for what tests/one_database.py names."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it; the test runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'advisor.db'}"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def migrations_copy(tmp_path: Path) -> Path:
    """The migrations, to which a test may add its own."""
    folder = tmp_path / "migrations"
    shutil.copytree(paths.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of the installation under test."""
    return settings_for(database_url, tmp_path)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The database under test, as the models see it."""
    database = Database.from_settings(settings)
    yield database
    database.dispose()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on that database. A test may change its config; one that adds to it builds its own."""
    with borrow_application(settings) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Something that sends requests and keeps cookies."""
    return app.test_client()


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """A person without JavaScript: opens pages, fills in forms, follows where they lead."""
    return Visitor(client)


@pytest.fixture
def visit(visitor: Visitor) -> Callable[..., HtmlPage]:
    """Open one page, check that it is sound, and read it."""
    return visitor.open


@pytest.fixture
def live_server(sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of a real server on this machine, for browsers and everything that needs a socket."""
    with borrow_application(settings_for(sqlite_url, tmp_path)) as app, serve_application(app) as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, which talks to nobody but the server under test."""
    chromium = find_chromium()
    if chromium is None:
        pytest.fail("Chromium is missing: make tools", pytrace=False)
    quiet = ["background-networking", "component-update", "sync", "quic", "dev-shm-usage", "gpu"]
    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet)]
    return {**browser_type_launch_args, "executable_path": chromium, "args": arguments}


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A browser's page. Whatever the browser complains of fails the test: refused styles, missing files, errors."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A form that is refused answers with 4xx, which the browser reports like a missing file.
        is_refused_form = "Failed to load resource" in message.text and "/static/" not in message.location["url"]
        if message.type in {"error", "warning"} and not is_refused_form:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
