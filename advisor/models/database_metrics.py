"""How long transactions take in the database, and how many processes were stored: where metrics are on."""

from time import perf_counter
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, UOWTransaction

from advisor.metrics import Metrics
from advisor.models.database import Database
from advisor.models.processes.assessment import Assessment


def observe(database: Database, metrics: Metrics) -> None:
    """Note of each transaction how long the database took, its end included; once in a process."""
    engine = database.engine
    seconds = {only: metrics.database_seconds.labels("read" if only else "write") for only in (True, False)}

    def before(connection: Connection, *_statement: object) -> None:
        connection.info["metrics_since"] = perf_counter()

    def after(connection: Connection, *_statement: object) -> None:
        info = connection.info
        info["metrics_seconds"] = info.get("metrics_seconds", 0.0) + perf_counter() - info["metrics_since"]
        info["metrics_reads"] = connection.get_execution_options().get("advisor_read_only", False)

    def end(_connection: Any, record: Any, *_state: object) -> None:
        info = record.info
        if (took := info.pop("metrics_seconds", None)) is not None:
            ended = perf_counter() - info.pop("metrics_ending", perf_counter())
            seconds[info["metrics_reads"]].observe(took + ended)

    def ending(connection: Connection) -> None:
        connection.info["metrics_ending"] = perf_counter()

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    event.listen(engine, "commit", ending)
    event.listen(engine, "rollback", ending)
    event.listen(engine, "reset", end)
    database.plain_reads.append(lambda _select, took: seconds[True].observe(took))
    _count_saves(metrics)


def _count_saves(metrics: Metrics) -> None:
    def note(session: Session, _context: UOWTransaction) -> None:
        stored = sum(isinstance(row, Assessment) for row in (*session.new, *session.dirty))
        if stored:
            session.info["metrics_saves"] = session.info.get("metrics_saves", 0) + stored

    def count(session: Session) -> None:
        if stored := session.info.pop("metrics_saves", 0):
            metrics.saves.inc(stored)

    def forget(session: Session, *_state: object) -> None:
        session.info.pop("metrics_saves", None)

    event.listen(Session, "after_flush", note)
    event.listen(Session, "after_commit", count)
    event.listen(Session, "after_rollback", forget)
