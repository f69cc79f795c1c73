"""Archives from outside: nothing in them is read before their size, members, names and ratio were looked at."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from advisor.exchange.incoming import SIZE_LIMIT, UnreadableFileError

UNPACKED_LIMIT = 20_000_000
"""Bytes of everything in the archive together, unpacked."""

MEMBERS_LIMIT = 100
RATIO_LIMIT = 100
"""How many times larger anything may be unpacked than packed."""

_PIECE = 1_000_000
_PLAIN_NAME = re.compile(r"(?!/)(?!.*(?:^|/)\.\.?(?:/|$))[^\x00-\x1f\\:]{1,200}")
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BROKEN = "The archive is broken, or is none."


class Archive:
    """The members of an archive that was found harmless, unpacked piece by piece."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._left = UNPACKED_LIMIT
        self.names = frozenset(file.namelist())

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, in pieces. Raises UnreadableFileError where it is more than the archive says."""
        with _as_unreadable(), self._file.open(name) as member:
            while piece := member.read(_PIECE):
                self._left -= len(piece)
                if self._left < 0:
                    raise _too_large()
                yield piece


@contextmanager
def opened(data: bytes) -> Iterator[Archive]:
    """Open an archive. Raises UnreadableFileError where anything about it is not as in an ordinary workbook."""
    if len(data) > SIZE_LIMIT:
        raise UnreadableFileError(f"The file is larger than {SIZE_LIMIT // 1_000_000} MB.")
    with _as_unreadable():
        file = zipfile.ZipFile(io.BytesIO(data))
    with file:
        _inspect(file.infolist(), len(data))
        yield Archive(file)


def _inspect(members: list[zipfile.ZipInfo], size: int) -> None:
    if len(members) > MEMBERS_LIMIT:
        raise UnreadableFileError(f"The archive has {len(members)} members; a workbook has {MEMBERS_LIMIT} at most.")
    unpacked = sum(member.file_size for member in members)
    if unpacked > UNPACKED_LIMIT:
        raise _too_large()
    ratios = [member.file_size > RATIO_LIMIT * max(member.compress_size, 1) for member in members]
    if any(ratios) or unpacked > RATIO_LIMIT * size:
        raise UnreadableFileError(f"The archive unpacks to more than {RATIO_LIMIT} times its size.")
    names = [member.filename.lower() for member in members]
    if len(set(names)) < len(names):
        raise UnreadableFileError("The archive has two members of one name.")
    for member in members:
        # The name as stored: zipfile cuts it at a null and may turn backslashes round.
        is_link = stat.S_ISLNK(member.external_attr >> 16)
        if is_link or not all(map(_PLAIN_NAME.fullmatch, (member.filename, member.orig_filename))):
            raise UnreadableFileError("The archive has a member whose name no workbook has.")
        if member.flag_bits & 1:
            raise UnreadableFileError("The archive is locked by a password.", "Save it without one.")
        if member.compress_type not in _METHODS:
            raise UnreadableFileError("The archive is packed in a way that no workbook is.")


def _too_large() -> UnreadableFileError:
    return UnreadableFileError(f"The archive unpacks to more than {UNPACKED_LIMIT // 1_000_000} MB.")


@contextmanager
def _as_unreadable() -> Iterator[None]:
    """Whatever a broken archive makes the reader raise is one thing to its sender."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, LookupError) as error:
        raise UnreadableFileError(_BROKEN, "Save the workbook again, and send that.") from error
