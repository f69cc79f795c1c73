"""PostgreSQL's own programs for copying a database, and what they wrote."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

from advisor.operating.errors import OperatorError

DUMP_STARTS_WITH = b"PGDMP"

DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs of each version."""

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
    rows: dict[str, int] = {}
    with subprocess.Popen(
        [_find("pg_restore"), "--file=-", str(file)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as reader:
        assert reader.stdout is not None  # noqa: S101
        assert reader.stderr is not None  # noqa: S101
        table = None
        for line in reader.stdout:
            if table is None:
                if found := _COPY.fullmatch(line):
                    table = found[1].decode()
                    rows[table] = 0
            elif line == b"\\.\n":
                table = None
            else:
                rows[table] += 1
        said = reader.stderr.read()
    if reader.returncode or table is not None:
        raise OperatorError(f"{file} is damaged or not whole: {_last_line(said)}")
    return dict(sorted(rows.items()))


def _find(program: str) -> str:
    # The newest, since an older one refuses to copy from a newer server.
    versions = sorted(DEBIAN.glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]))
    if found := (str(versions[-1]) if versions else shutil.which(program)):
        return found
    raise OperatorError(f"{program} is needed for backups of PostgreSQL. On Debian: apt-get install postgresql-client")


def _last_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it gave no reason"
