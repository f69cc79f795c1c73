"""What a page asks of the database, and where its processor time goes, on the application in this process."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from flask import Flask
from sqlalchemy import Connection, event

from advisor.models import Database
from tests.benchmarks.serve.load import LoadRequest

SAMPLE = 0.001
"""Seconds of processor time between two looks."""

WHERE = (
    ("database", ("/sqlalchemy/", "/psycopg", "/sqlite3/", "/advisor/models/")),
    ("template", ("/jinja2/", "<template>", "/templates/")),
    ("engine and presenter", tuple(
        f"/advisor/{room}/"
        for room in (
            "accounts", "api", "assessments", "engine", "exchange", "feedback", "pages", "processes", "rule_sets",
            "wording",
        )
    )),
    ("routing and session", ("/flask/", "/werkzeug/", "/advisor/", "/flask_wtf/", "/flask_babel/")),
)  # fmt: skip
"""By the files of the functions that run, the innermost matter first: a query of a template is the database's."""

PLACES = tuple(place for place, _ in WHERE)


@dataclass(slots=True)
class QueryCount:
    """What one request asks of the database, and what it gets back."""

    reads: int = 0
    commits: int = 0
    size: int = 0
    etag: str = ""
    statements: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ProcessorSplit:
    """Milliseconds of processor time that one request takes in this process, and by what."""

    each: float
    shares: dict[str, float]


class Caller:
    """Sends one request over and over, without a server between."""

    def __init__(self, app: Flask, sent: LoadRequest) -> None:
        self._client = app.test_client(use_cookies=False)
        path, bodies = sent.lanes[0] if sent.lanes else (sent.path, ())
        self._path, self._bodies, self._headers, self._turn = path, bodies, sent.headers, 0
        self._app = app

    def send(self, **headers: str) -> "tuple[int, bytes, str]":
        """Send the next; status, content and ETag of the reply."""
        more = {} if not self._bodies else {"data": self._bodies[self._turn % len(self._bodies)], "method": "POST"}
        self._turn += 1
        reply = self._client.open(self._path, headers={**self._headers, **headers}, **more)  # type: ignore[arg-type]
        assert reply.status_code < 400, f"{self._path}: {reply.status_code}"
        return reply.status_code, reply.data, reply.headers.get("ETag", "")


def count_queries(app: Flask, sent: LoadRequest) -> QueryCount:
    """Count for one request, after others."""
    caller = Caller(app, sent)
    for _ in range(4):  # as many as leave it where it was
        caller.send()
    found = QueryCount()
    with _count_statements(app.extensions["database"], found):
        _status, content, found.etag = caller.send()
    found.size = len(content)
    caller.send()
    return found


def gives_304(app: Flask, sent: LoadRequest, etag: str) -> bool:
    """Whether who has it is told so."""
    return bool(etag) and Caller(app, sent).send(**{"If-None-Match": etag})[0] == 304


def split_processor_time(app: Flask, sent: LoadRequest, seconds: float = 1) -> ProcessorSplit:
    """Send it for about so many seconds, and look where the processor is."""
    caller = Caller(app, sent)
    for _ in range(4):
        caller.send()
    found: Counter[str] = Counter()
    with _sample_stacks(found):
        begun, times = time.process_time(), 0
        while time.process_time() - begun < seconds or times % 2:
            caller.send()
            times += 1
        took = time.process_time() - begun
    number = sum(found.values()) or 1
    return ProcessorSplit(took / times * 1000, {place: count / number for place, count in found.items()})


@contextmanager
def _count_statements(database: Database, found: QueryCount) -> Iterator[None]:
    engine = database.engine
    wrote: set[Connection] = set()

    def note(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        found.statements.append(statement)
        kind = statement.lstrip().partition(" ")[0].upper()
        found.reads += kind in {"SELECT", "WITH"}
        if kind in {"INSERT", "UPDATE", "DELETE"}:
            wrote.add(connection)

    def commit(connection: Connection) -> None:
        found.commits += connection in wrote
        wrote.discard(connection)

    def note_plain(select: str, _seconds: float) -> None:
        found.statements.append(select)
        found.reads += 1

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", commit)
    database.plain_reads.append(note_plain)
    try:
        yield
    finally:
        database.plain_reads.remove(note_plain)
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "commit", commit)


@contextmanager
def _sample_stacks(found: Counter[str]) -> Iterator[None]:
    def look(_signal: int, frame: FrameType | None) -> None:
        found[_place(frame)] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, SAMPLE, SAMPLE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _place(frame: FrameType | None) -> str:
    files = []
    while frame is not None:
        files.append(frame.f_code.co_filename)
        frame = frame.f_back
    return next((place for place, parts in WHERE if any(part in file for file in files for part in parts)), "rest")
