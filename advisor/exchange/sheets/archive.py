"""Archives from outside: their list of members is looked at before anything in them is unpacked."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from advisor.exchange.incoming import SIZE_LIMIT, UnreadableFileError

UNPACKED_LIMIT = 20_000_000
"""Bytes of everything in the archive together, unpacked: by however many members, and however well these are packed."""

_PLAIN_NAME = re.compile(r"(?!/)(?!.*(?:^|/)\.\.?(?:/|$))[^\x00-\x1f\\:]{1,200}")
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def inspect(data: bytes) -> None:
    """Raise UnreadableFileError where an archive is too large, or anything in its list is as in no workbook."""
    if len(data) > SIZE_LIMIT:
        raise UnreadableFileError(f"The file is larger than {SIZE_LIMIT // 1_000_000} MB.")
    with _as_unreadable(), zipfile.ZipFile(io.BytesIO(data)) as file:
        members = file.infolist()
    if sum(member.file_size for member in members) > UNPACKED_LIMIT:
        raise UnreadableFileError(f"The archive unpacks to more than {UNPACKED_LIMIT // 1_000_000} MB.")
    names = [member.filename.lower() for member in members]
    if len(set(names)) < len(names):
        raise UnreadableFileError("The archive has two members of one name.")
    for member in members:
        _inspect(member)


def _inspect(member: zipfile.ZipInfo) -> None:
    # The name as stored: zipfile cuts it at a null and may turn backslashes round.
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if is_link or not all(map(_PLAIN_NAME.fullmatch, (member.filename, member.orig_filename))):
        raise UnreadableFileError("The archive has a member whose name no workbook has.")
    if member.flag_bits & 1:
        raise UnreadableFileError("The archive is locked by a password.", "Save it without one.")
    if member.compress_type not in _METHODS:
        raise UnreadableFileError("The archive is packed in a way that no workbook is.")


@contextmanager
def _as_unreadable() -> Iterator[None]:
    """Whatever a broken archive makes the reader raise is one thing to its sender."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, LookupError) as error:
        raise UnreadableFileError(
            "The archive is broken, or is none.", "Save the workbook again, and send that."
        ) from error
