"""The floor: a bare Flask view on our server and settings, with so many reads and commits, that sends so many bytes.

python -m tests.benchmarks.serve.floor      serves it, as the environment says
"""

import random
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import nullcontext
from functools import lru_cache
from typing import Any

from flask import Flask, Response
from sqlalchemy import Engine, create_engine, event

from advisor import settings
from advisor.models.database import Database, safe_journal
from advisor.operating.serve import Server
from advisor.web import logs


def create_floor(found: Mapping[str, Any]) -> Flask:
    """The application: /floor/READS/COMMITS/BYTES, by GET and by POST."""
    app = Flask(__name__)
    database = app.extensions["database"] = Database.from_settings(found)
    engine = _plain_engine(database, found["DATABASE_POOL_SIZE"])
    # As ours, writers of one process queue for a lock: SQLite would let them poll.
    turn = threading.Lock() if database.is_sqlite else nullcontext()
    mark = "?" if database.is_sqlite else "%s"
    read = f"SELECT id, process_name, answers FROM assessment WHERE id = {mark}"
    write = f"UPDATE assessment SET touched_at = touched_at, row_version = row_version + 1 WHERE id = {mark}"

    @lru_cache
    def ids() -> list[Any]:
        with engine.connect() as connection:
            return [key for (key,) in connection.exec_driver_sql("SELECT id FROM assessment LIMIT 500")]

    @lru_cache
    def body(size: int) -> bytes:
        return b"x" * size

    @app.route("/floor/<int:reads>/<int:commits>/<int:size>", methods=["GET", "POST"])
    def floor(reads: int, commits: int, size: int) -> Response:
        if reads:
            with engine.connect() as connection:
                for _ in range(reads):
                    connection.exec_driver_sql(read, (random.choice(ids()),)).fetchone()
        for _ in range(commits):
            with turn, engine.begin() as connection:
                connection.exec_driver_sql(write, (random.choice(ids()),))
        return Response(body(size), mimetype="text/html")

    return app


def _plain_engine(database: Database, size: int) -> Engine:
    engine = create_engine(database.url, pool_size=size, max_overflow=0)
    if database.is_sqlite:
        event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    journal, synchronous = safe_journal(sqlite3.sqlite_version_info)
    for pragma in ("busy_timeout=5000", f"journal_mode={journal}", f"synchronous={synchronous}"):
        connection.execute(f"PRAGMA {pragma}").close()


if __name__ == "__main__":
    logs.configure()
    Server({**settings.load(), "SECRET_KEY": "of no use"}, create_floor, (), None).run()
