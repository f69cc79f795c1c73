"""PostgreSQL's own programs for copying a database, and what they wrote."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from advisor.operating import OperatorError

DUMP_STARTS_WITH = b"PGDMP"

DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs of each version."""

_MAKING = (
    *(b"CREATE TABLE ", b"CREATE SEQUENCE ", b"CREATE INDEX ", b"CREATE UNIQUE INDEX "),
    *(b"ALTER TABLE ", b"ALTER SEQUENCE ", b"SELECT pg_catalog.setval("),
)
"""How the statements begin that a backup of the advisor is made of."""

_COPY = re.compile(rb'COPY (?:[^ ]+\.)?"?([^" .]+)"? \(.*\) FROM stdin;\n')


def dump(url: URL, file: Path) -> None:
    """Write a dump of the database at ``url`` into ``file``, which is there and empty. Raises OperatorError."""
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    # The password travels in the environment: a command line can be read by everybody on the machine.
    environ = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {}), "PGCONNECT_TIMEOUT": "10"}
    done = subprocess.run(
        [_find("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={file}", f"--dbname={address}"],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise OperatorError(f"pg_dump failed: {_last_line(done.stderr)}")


def rows_in_dump(file: Path) -> dict[str, int]:
    """Read a whole dump, and count its rows by table. Raises OperatorError where it cannot be read to its end."""
    found = {part.table: sum(1 for _ in part.lines) for part in read_dump(file) if isinstance(part, TableRows)}
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table, a line each, and the statement that takes them in. They are read before what follows."""

    table: str
    statement: bytes
    lines: Iterator[bytes]


def read_dump(file: Path) -> Iterator[bytes | TableRows]:
    """The statements that make tables, indexes and sequences, and the rows, in the order that puts them back.

    Whatever else a dump may hold is left out. Raises OperatorError where it cannot be read to its end.
    """
    with subprocess.Popen(
        [_find("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as reader:
        assert reader.stdout is not None  # noqa: S101
        assert reader.stderr is not None  # noqa: S101
        statement = b""
        for line in reader.stdout:
            if found := _COPY.fullmatch(line):
                yield TableRows(found[1].decode(), line, _rows(file, reader.stdout))
            elif statement or line.startswith(_MAKING):
                statement += line
                if line.endswith(b";\n"):
                    yield statement
                    statement = b""
        errors = reader.stderr.read()
    if reader.returncode or statement:
        raise OperatorError(f"{file} is damaged or not whole: {_last_line(errors)}")


def _rows(file: Path, lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line == b"\\.\n":
            return
        yield line
    raise OperatorError(f"{file} is damaged or not whole: it ends among the rows of a table.")


def _find(program: str) -> str:
    # The newest, since an older one refuses to copy from a newer server.
    versions = sorted(DEBIAN.glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]))
    if found := (str(versions[-1]) if versions else shutil.which(program)):
        return found
    raise OperatorError(f"{program} is needed for backups of PostgreSQL. On Debian: apt-get install postgresql-client")


def _last_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it gave no reason"
