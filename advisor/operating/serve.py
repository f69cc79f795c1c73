"""The production server: what it refuses before there is a request to answer, and what it does beside answering."""

import errno
import gc
import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from threading import Thread
from typing import Any, cast

import click
from flask import Flask
from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config as GunicornConfig
from gunicorn.glogging import Logger
from gunicorn.http import errors as faults
from gunicorn.workers.gthread import ThreadWorker
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.serving import is_running_from_reloader
from werkzeug.wrappers import Response

from advisor._version import __version__
from advisor.models import Account
from advisor.models.accounts import removal
from advisor.models.accounts.removal import DeletedCounts
from advisor.models.database import Database, database_url
from advisor.operating import OperatorError
from advisor.operating.installation_check import findings, refuse_altered, refuse_unsafe
from advisor.operating.metrics_listener import MetricsListener, open_listener
from advisor.operating.migrate import MigrationResult, migrate
from advisor.operating.private_files import ensure_key
from advisor.settings import Settings, listening_url
from advisor.web import logs
from advisor.web.logs import log

AppFactory = Callable[[Mapping[str, Any]], Flask]
Background = Callable[[Database, Settings], Thread | None]
"""What a process does beside answering requests: begins a thread that ends with the process."""


def serve(settings: Settings, create_app: AppFactory, background: Sequence[Background] = ()) -> None:
    """Check the settings, migrate, and serve until stopped, ``background`` in each worker. Raises OperatorError."""
    refuse_unsafe(settings)
    _print_findings(settings)
    _refuse_taken_port(settings["HOST"], settings["PORT"])
    logs.configure()
    settings = {**settings, "SECRET_KEY": ensure_key(settings)}
    _print_migration(migrate(settings))
    _refuse_altered_rules(settings)
    Server(settings, create_app, background, open_listener(settings)).run()


def serve_for_development(settings: Settings, create_app: AppFactory, background: Sequence[Background] = ()) -> None:
    """The same with Flask's own server, which reloads what changes; for this machine only."""
    refuse_unsafe({**settings, "DEBUG": False})
    settings = {**settings, "SECRET_KEY": ensure_key(settings), "DEBUG": True}
    _print_migration(migrate(settings))
    try:
        _refuse_altered_rules(settings)
    except OperatorError as error:
        click.echo(error, err=True)  # whoever develops may want to see what becomes of it
    app = create_app(settings)
    if is_running_from_reloader():  # of the two processes there are then, this one serves; the other one watches files
        _begin(background, app.extensions["database"], settings)
    app.run("127.0.0.1", settings["PORT"], debug=True, use_debugger=False)


_NEW_BEFORE_COLLECTING = 50_000
"""Objects that come to be, beyond those that go, before the new ones are searched for circles."""


class Server(BaseApplication):
    """Gunicorn with our settings; a file of settings that lies about is not read."""

    def __init__(
        self,
        settings: Settings,
        create_app: AppFactory,
        background: Sequence[Background],
        metrics: MetricsListener | None,
    ) -> None:
        self._settings = settings
        self._create_app = create_app
        self._background = [*background, metrics.serve] if metrics else background
        self._metrics = metrics
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what to do."""
        settings = self._settings
        is_sqlite = database_url(settings["DATABASE_URL"]).get_backend_name() == "sqlite"
        workers = 1 if is_sqlite else settings["WORKERS"] or os.cpu_count() or 1
        choices = {
            "bind": f"{_bracket(settings['HOST'])}:{settings['PORT']}",
            "worker_class": Worker,
            # Who calls, and by which scheme, is for the application to find out: it knows whom to believe.
            "secure_scheme_headers": {},
            "forwarder_headers": "",
            # With SQLite one process, whose writers queue for one lock instead of polling the file's.
            "workers": workers,
            "threads": settings["THREADS_SQLITE"] if is_sqlite else settings["THREADS_POSTGRESQL"],
            "timeout": settings["REQUEST_TIMEOUT"],
            "graceful_timeout": settings["GRACEFUL_TIMEOUT"],
            "keepalive": settings["KEEP_ALIVE"],
            "limit_request_line": 8190,
            "preload_app": True,  # a mistake at start shows before the address is printed
            "control_socket_disable": True,
            "logger_class": ServerLog,
            "loglevel": "warning",
            "proc_name": "advisor",
            "when_ready": lambda server: _announce(server, settings, self._database),
            "post_worker_init": lambda _worker: self._begin_worker(),
            "child_exit": lambda _server, worker: self._end_worker(worker.pid),
        }
        for name, value in choices.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application, before the workers are forked: no connection may be open then."""
        app = self._create_app(self._settings)
        self._database: Database = app.extensions["database"]
        self._database.dispose()
        return app

    def _begin_worker(self) -> None:
        # What is loaded by now stays. Beside it lie large rule sets, which a collection would walk through at every
        # other edit of one: for a quarter of a second in which nothing else is answered.
        gc.freeze()
        gc.set_threshold(_NEW_BEFORE_COLLECTING, 20, 20)
        logs.log.info("started", version=__version__, **self._database.describe())
        _begin(self._background, self._database, self._settings)

    def _end_worker(self, pid: int) -> None:
        if self._metrics is not None:
            self._metrics.forget(pid)


class ServerLog(Logger):
    """Gunicorn's own messages, in the same lines as ours."""

    def setup(self, cfg: GunicornConfig) -> None:
        """Hand everything to the root logger."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def _begin(background: Sequence[Background], database: Database, settings: Settings) -> None:
    for begin in background:
        begin(database, settings)


def _refuse_altered_rules(settings: Settings) -> None:
    with Database.from_settings(settings) as database:  # no connection may be open when the workers are forked
        refuse_altered(database)


def _print_findings(settings: Settings) -> None:
    for finding in findings(settings):
        click.echo(str(finding), err=True)


def _print_migration(done: MigrationResult) -> None:
    if done.backup:
        click.echo(f"Backed up to {done.backup}")
    if done.steps:
        click.echo(f"The database has schema {done.revision} now.")
    if done.has_published:
        click.echo("The starter rules are published as version 1.")


def _announce(server: Arbiter, settings: Settings, database: Database) -> None:
    for listener in server.LISTENERS:
        if hasattr(socket, "TCP_DEFER_ACCEPT"):
            # Browsers connect in advance. A connection would hold a thread until it speaks: the system keeps it back.
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, settings["REQUEST_TIMEOUT"])
    click.echo(f"Ready: {settings['BASE_URL']}/ ({_listening_note(settings)}Ctrl-C stops it)")
    if not _has_admin(database):
        click.echo("Nobody can edit the rules yet. The first admin is made by: advisor admin create EMAIL")


def _has_admin(database: Database) -> bool:
    with database.read() as session:
        found = session.scalar(select(func.count()).select_from(Account).where(Account.role == "admin"))
    database.dispose()  # no connection may be open when the workers are forked
    return bool(found)


def _listening_note(settings: Settings) -> str:
    """Where it listens, if people reach it by another address."""
    here = listening_url(settings["HOST"], settings["PORT"])
    return "" if settings["BASE_URL"] == here else f"listens on {here}/; "


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _refuse_taken_port(host: str, port: int) -> None:
    bare = host.strip("[]")
    try:
        family = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((bare, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise OperatorError(
                f"Port {port} on {host} is taken, perhaps by an advisor that runs already. "
                f"Stop that one, or choose another port: PORT={port + 1} make run"
            ) from error
        raise OperatorError(f"The server cannot listen on {host}, port {port}: {error.strerror}.") from error


_STATUS: dict[type[Exception], int] = {
    faults.ForbiddenProxyRequest: 403,
    faults.LimitRequestLine: 414,
    faults.ExpectationFailed: 417,
    faults.LimitRequestHeaders: 431,
    faults.UnsupportedTransferCoding: 501,
    faults.InvalidHTTPVersion: 505,
}
"""What else cannot be read is answered with 400."""

_OURS = (
    faults.ConfigurationProblem,
    faults.InvalidResponseHeader,  # type: ignore[attr-defined]
    faults.InvalidResponseHeaderName,  # type: ignore[attr-defined]
)
"""Faults that only we can have made."""

_PATIENCE = 5
"""Seconds within which the sender must take the answer."""


class Worker(ThreadWorker):
    """Gunicorn's worker, which answers what it cannot read as the application answers everything else."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """Send the error page, and close. Nothing of what was sent is logged: it may hold a cookie or a link."""
        status = status_of(exc)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("mistake", exc_info=exc)
        else:
            log.info("not read", kind=type(exc).__name__, status=status)
        try:
            client.settimeout(_PATIENCE)
            util.write(client, to_wire(error_page(cast(Flask, self.wsgi), status)))
        except OSError:
            log.info("nobody waits for the answer", status=status)


def status_of(error: BaseException) -> int:
    """The status with which an error of the server is answered; 500 for what is no fault of the sender."""
    if not isinstance(error, faults.ParseException) or isinstance(error, _OURS):
        return 500
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)


def error_page(app: Flask, status: int) -> Response:
    """The page of an error, made by the application for an address that it does not have."""
    scheme = "https" if app.config["TRUSTED_PROXIES"] else "http"
    with app.test_request_context("/-", base_url=f"{scheme}://localhost"):
        error: HTTPException = default_exceptions[status]()
        return app.finalize_request(app.handle_user_exception(error), from_error_handler=True)


def to_wire(response: Response) -> bytes:
    """A response as it goes over the wire, on a connection that ends with it."""
    body = response.get_data()
    response.headers["Content-Length"] = str(len(body))
    response.headers["Connection"] = "close"
    return f"HTTP/1.1 {response.status}\r\n{response.headers}".encode("latin-1") + body


def repeat_in_thread(
    what: str, act: Callable[[], object], *, every: timedelta, stop: threading.Event | None = None
) -> threading.Thread:
    """``repeat`` in a thread of its own, which ends with the process at the latest."""
    thread = threading.Thread(
        target=repeat, args=(what, act), kwargs={"every": every, "stop": stop}, name=what, daemon=True
    )
    thread.start()
    return thread


def repeat(what: str, act: Callable[[], object], *, every: timedelta, stop: threading.Event | None = None) -> None:
    """Act now and after each pause of ``every``, until ``stop`` is set: for ever where there is none.

    What fails is logged as ``what``, and is no reason to stop.
    """
    stop = stop or threading.Event()
    while not stop.is_set():
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the next turn is another chance
            log.error(f"{what} failed", exc_info=error)
        stop.wait(every.total_seconds())


# ---- Visitors' answers that nobody touched for 30 days are deleted: by a thread of the server, or by a command


def purge(database: Database, settings: Settings) -> DeletedCounts:
    """Delete what has outlived its time. Raises DatabaseUnavailable."""
    with database.write() as session:
        return removal.purge(
            session,
            assessments_after=settings["VISITOR_ASSESSMENT_LIFETIME"],
            keys_after=settings["IDEMPOTENCY_KEY_LIFETIME"],
            binned_after=settings["BIN_LIFETIME"],
            sign_ins_after=settings["ENDED_SIGN_IN_LIFETIME"],
            proofs_after=settings["PROOF_LIFETIME"],
            links_after=settings["ENDED_LINK_LIFETIME"],
            previews_after=settings["PREVIEW_LIFETIME"],
        )


def purge_for_ever(database: Database, settings: Settings) -> Thread:
    """Purge now and every hour, in a thread that ends with the process."""
    return repeat_in_thread("purge", lambda: _purge_and_log(database, settings), every=settings["PURGE_EVERY"])


def _purge_and_log(database: Database, settings: Settings) -> None:
    removed = purge(database, settings)
    log.info("purged", assessments=removed.assessments, one_time_keys=removed.one_time_keys)
