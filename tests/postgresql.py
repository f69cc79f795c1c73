"""A PostgreSQL server of the tests' own: on a socket in a temporary folder, whoever runs the tests.

To copy a database costs as much as several pages, so tests share one, which is put back after each of them.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
import pytest
from psycopg import sql

from tests.ensure_tools import find_postgresql

VACUUM_AFTER = 40
"""Tests after which the space of the rows that they deleted is given free."""

SCHEMA = " UNION ALL ".join(
    f"SELECT '{catalog}', count(*), sum(xmin::text::bigint) FROM {catalog} WHERE {objects}"
    for catalog, objects in {
        "pg_class": "oid >= 16384 AND relkind <> 't'",
        "pg_attribute": "attrelid >= 16384",
        "pg_constraint": "oid >= 16384",
        "pg_proc": "oid >= 16384",
        "pg_trigger": "oid >= 16384",
        "pg_namespace": "true",
        "pg_extension": "true",
        "pg_largeobject_metadata": "true",
        "pg_db_role_setting": "setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())",
    }.items()
)
"""What changes where a test alters the schema or a setting of its database, and not where it alters rows."""


class PostgresqlServer:
    """Started by ``with``; makes empty databases, and copies of one."""

    def __enter__(self) -> Self:
        # In memory where the files of tests are kept there.
        self._folder = Path(tempfile.mkdtemp(prefix="advisor-pg-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            account = pwd.getpwnam("postgres")
            os.chown(self._folder, account.pw_uid, account.pw_gid)
            self._user: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        else:
            self._user = {}
        self._run("initdb", "-N", "-U", "advisor", "-A", "trust", "-E", "UTF8", "--locale=C", "-D", "data")
        self.start()
        self._numbers = count(1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c autovacuum=off"
        options += " -c wal_level=minimal -c max_wal_senders=0 -c max_connections=200"
        self._run("pg_ctl", "-w", "-s", "-D", "data", "-l", "log", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-w", "-s", "-D", "data", "-m", mode, "stop")

    def create(self, template: str | None = None) -> str:
        """Make a database, as a copy of ``template`` where that is given, and return its address."""
        name = f"t{next(self._numbers)}"
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(_name(template) if template else "template0")
        )
        with self._admin() as connection:
            connection.execute(made)
        return f"postgresql://advisor@/{name}?host={self._folder}"

    def drop(self, url: str) -> None:
        with self._admin() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_name(url))))

    def _admin(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(f"host={self._folder} user=advisor dbname=postgres", autocommit=True)

    def _run(self, program: str, *arguments: str) -> None:
        found = find_postgresql(program)
        if found is None:
            pytest.fail(f"PostgreSQL's {program} is missing: make tools", pytrace=False)
        done = subprocess.run(
            [found, *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # pg_ctl's server would keep a pipe open
            stderr=subprocess.DEVNULL,
            check=False,
            **self._user,
        )
        if done.returncode:
            log = self._folder / "log"
            pytest.fail(f"{program} failed: {log.read_text() if log.exists() else 'no log'}", pytrace=False)


class SharedDatabase:
    """A database that one test has after another, each as if it had just been copied from ``template``."""

    def __init__(self, server: PostgresqlServer, template: str) -> None:
        self._server = server
        self._template = template
        self._make()

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The address, for one test."""
        yield self._url
        self._put_back()

    def close(self) -> None:
        """Drop it."""
        self._connection.close()
        self._server.drop(self._url)

    def _make(self) -> None:
        self._url = self._server.create(self._template)
        self._connection = psycopg.connect(self._url, autocommit=True)
        # Rows are deleted and stored in any order, whatever refers to them.
        self._connection.execute("SET session_replication_role = replica")
        tables = self._rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        self._rows_at_first = {str(table): self._copy(str(table)) for (table,) in tables}
        sequences = self._rows("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        self._count_anew = "; ".join(f"SELECT setval('{name}', 1, false)" for (name,) in sequences)
        self._look_at_tables = " UNION ALL ".join(
            f"SELECT '{table}', count(*), sum(xmin::text::bigint) FROM \"{table}\"" for table in self._rows_at_first
        )
        self._schema, self._tables = self._rows(SCHEMA), self._rows(self._look_at_tables)
        self._times_lent = 0

    def _put_back(self) -> None:
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        self._connection.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")
        if self._rows(SCHEMA) != self._schema:
            self.close()
            self._make()
            return
        changed = [str(now[0]) for now in self._rows(self._look_at_tables) if now not in self._tables]
        with self._connection.transaction():
            for table in changed:
                self._connection.execute(f'DELETE FROM "{table}"')
                if rows := self._rows_at_first[table]:
                    with self._connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copy:
                        copy.write(rows)
            self._connection.execute(self._count_anew)
        self._tables = self._rows(self._look_at_tables)
        self._times_lent += 1
        if self._times_lent % VACUUM_AFTER == 0:
            self._connection.execute("VACUUM")

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query).fetchall()

    def _copy(self, table: str) -> bytes:
        with self._connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
            return b"".join(bytes(block) for block in copy)


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]
