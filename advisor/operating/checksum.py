"""The SHA-256 of a backup, in a file beside it that `sha256sum --check` reads too.

Either database notices a cut or a torn page by itself, and neither notices every changed byte.
"""

import hashlib
import os
import re
from io import BufferedReader
from pathlib import Path

from advisor.operating.errors import OperatorError
from advisor.private_files import write_private_file

_LINE = re.compile(rb"\\?([0-9a-f]{64}) [ *][^\n]+\n?")
_MOST = 10_000
"""Bytes that are read of such a file, which holds one line."""


def checksum_file(file: Path) -> Path:
    """Where the checksum of a backup is: beside the file itself, whatever link led to it."""
    real = file.resolve()
    return real.with_name(f"{real.name}.sha256")


def sha256_of(file: Path) -> str:
    """The SHA-256 of a whole file. Raises OSError."""
    with file.open("rb") as content:
        return digest(content)


def digest(content: BufferedReader) -> str:
    """The SHA-256 of what is in an open file. Raises OSError."""
    return hashlib.file_digest(content, "sha256").hexdigest()


def write_checksum(file: Path, sha256: str) -> Path:
    """Put the checksum beside ``file``, which need not be there yet. Raises FileExistsError, and any other OSError."""
    beside = checksum_file(file)
    name = os.fsencode(file.name)
    # As sha256sum does, so that a name cannot end the line.
    safe = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    mark = b"\\" if safe != name else b""
    write_private_file(beside, mark + sha256.encode() + b"  " + safe + b"\n")
    return beside


def stored_checksum(file: Path) -> str | None:
    """The checksum beside a backup, None where there is none. Raises OperatorError where it cannot be used.

    The name in it is not compared: a backup and its checksum may be renamed together.
    """
    beside = checksum_file(file)
    try:
        with beside.open("rb") as reader:
            line = reader.read(_MOST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OperatorError(f"{beside} cannot be read: {error.strerror}.") from error
    if (found := _LINE.fullmatch(line)) is None:
        raise OperatorError(f"{beside} does not hold the checksum of one file, so {file.name} cannot be proved by it.")
    return found[1].decode()
