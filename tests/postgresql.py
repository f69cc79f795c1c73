"""A PostgreSQL server of the tests' own: on a socket in a temporary folder, whoever runs the tests."""

import os
import pwd
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
import pytest
from psycopg import sql

from tests.ensure_tools import find_postgresql


class PostgresqlServer:
    """Started by ``with``; makes empty databases, and copies of one."""

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="advisor-pg-"))
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


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]
