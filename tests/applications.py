"""Applications that tests borrow, one test after another: building one costs as much as a dozen pages."""

import copy
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.serving import make_server

from advisor import create_app, extensions
from advisor import settings as installation
from advisor.models.database import Database
from advisor.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Build = Callable[[Settings], Flask]

BUILT_IN = {"TRUSTED_PROXIES"}
"""The settings that an application is built around; it reads every other one when it needs it."""

NOWHERE = "sqlite:////nowhere/never-opened.db"

_idle: dict[tuple[object, ...], list[Flask]] = {}


class _CompiledTemplates(BytecodeCache):
    """The templates as one application has compiled them, for all the others: each takes as long as a page."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_compiled = _CompiledTemplates()


@contextmanager
def borrow_application(settings: Settings, build: Build = create_app) -> Iterator[Flask]:
    """An application with these settings, on their database, as if it had just been built.

    A test may change its config, which the next borrower does not see. What was added to it otherwise (a route, a
    filter, a hook) ends its use: it is not lent again.
    """
    waiting = _idle.setdefault((build, *(settings[name] for name in sorted(BUILT_IN))), [])
    app = waiting.pop() if waiting else _build_application(build, settings)
    app.config.clear()
    app.config.update(copy.deepcopy(app.extensions["config as built"]))
    app.config.update(settings)
    extensions.bind_database(app)
    database: Database = app.extensions["database"]
    before = make_up(app)
    try:
        yield app
    finally:
        database.dispose()
    if make_up(app) == before:
        waiting.append(app)


@contextmanager
def serve_application(app: Flask) -> Iterator[str]:
    """The address of a real server of ``app`` on this machine; every request has a thread of its own."""
    busy = _Requests(app)
    server = make_server("127.0.0.1", 0, busy, threaded=True)
    # It looks twenty times a second, not twice, whether it shall end: so long the end of every test takes.
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        busy.wait()


class _Requests:
    """Counts the requests under way. A browser sends some when its page is closed, and nobody waits for the reply."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._number = 0
        self._changed = threading.Condition()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        self._count(1)
        try:
            return self._app(environ, start_response)
        finally:
            self._count(-1)

    def wait(self) -> None:
        """Wait until each has let go of the database; one that hangs fails the test."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._number == 0, timeout=60)

    def _count(self, by: int) -> None:
        with self._changed:
            self._number += by
            self._changed.notify_all()


def make_up(app: Flask) -> list[Any]:
    """All that a test could change in an application and that another test would see, save its config."""
    jinja = app.jinja_env
    parts = (app.view_functions, app.extensions, app.blueprints, jinja.globals, jinja.filters, jinja.tests)
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs, app.error_handler_spec)
    shown = (app.template_context_processors, app.url_default_functions, app.url_build_error_handlers)
    served = (app.wsgi_app, app.session_interface, app.json, app.jinja_loader, len(list(app.url_map.iter_rules())))
    kept = [dict(part) for part in parts]
    return [*kept, *map(_without_empty, (*hooks, *shown)), app.extensions["rights"].copy(), *served]


def _without_empty(part: Any) -> Any:
    """A copy without what is empty: Flask leaves an empty list wherever it has looked for hooks."""
    if isinstance(part, dict):
        found = {name: _without_empty(value) for name, value in part.items()}
        return {name: value for name, value in found.items() if value}
    return list(part) if isinstance(part, list) else part


def _build_application(build: Build, settings: Settings) -> Flask:
    plain = installation.load({"DATABASE_URL": NOWHERE, "ADVISOR_DATA": "/nowhere", "ADVISOR_SECRET_KEY": "of nobody"})
    app = build({**plain, **{name: settings[name] for name in BUILT_IN}})
    app.jinja_env.bytecode_cache = _compiled
    app.extensions["config as built"] = dict(app.config)
    return app
