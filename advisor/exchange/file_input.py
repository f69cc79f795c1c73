"""Files from outside: what they are by content and name, why some cannot be read, and values of theirs as shown."""

import re
from pathlib import PurePath

from advisor.engine.model.errors import Problem, RuleSetError

SIZE_LIMIT = 2_000_000
"""Bytes in an uploaded file."""

_ARCHIVE = b"PK\x03\x04"
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")

_OTHER_KINDS = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF89a", "a picture (GIF)"),
    (b"\x1f\x8b", "a packed file (gzip)"),
    (b"BZh91AY&SY", "a packed file (bzip2)"),
    (b"\xfd7zXZ\0", "a packed file (xz)"),
    (b"\x28\xb5\x2f\xfd", "a packed file (Zstandard)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7-Zip)"),
    (b"Rar!\x1a\x07", "an archive (RAR)"),
    (b"{\\rtf", "a document (RTF)"),
    (b"SQLite format 3\0", "a database (SQLite)"),
    (b"\x7fELF", "a program"),
)
"""Files that are sometimes given in place of another, by how they begin."""


class UnreadableFileError(RuleSetError):
    """A file that is not even of the type that it should be."""

    def __init__(self, text: str, mend: str = "", place: str = "file") -> None:
        super().__init__([Problem(place, text, mend)])


def is_archive(data: bytes) -> bool:
    """Whether this is a workbook or another archive, whatever its name says."""
    return data.startswith(_ARCHIVE)


def file_format(data: bytes, name: str, formats: tuple[str, ...]) -> str:
    """The one of ``formats`` that a file is of, "" where neither name nor content tell.

    Raises UnreadableFileError where it is empty, where its name says one thing and its content another, and where it
    is a workbook that is locked or of the older kind, unless that is one of the formats.
    """
    named = PurePath(name).suffix.lower().removeprefix(".")
    named = named if named in formats else ""
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise UnreadableFileError("The file is empty.")
    for begin, other in _OTHER_KINDS:
        if data.startswith(begin):
            mend = "Unpack it first." if "packed" in other or "archive" in other else "Give the file that was meant."
            raise UnreadableFileError(f"This is {other}, not a sheet or a text.", mend)
    if data.startswith(_OLD_WORKBOOK):
        if "xls" in formats:
            return "xls"
        mend = "Save it as an Excel workbook (.xlsx) without a password."
        raise UnreadableFileError("This is an older .xls file, or a workbook with a password.", mend)
    if is_archive(data):
        found = "ods" if data[30:].startswith(_OPEN_DOCUMENT) else "xlsx"
        if "xlsx" not in formats:
            raise UnreadableFileError("This is a workbook or an archive, not text.")
        if found not in formats:
            raise UnreadableFileError("This is an OpenDocument sheet.", "Save it as an Excel workbook (.xlsx).")
        if named not in {"", found}:
            text = f"This is a workbook or an archive, though its name ends in .{named}."
            raise UnreadableFileError(text, "Give it the name that fits.")
        return found
    if named in {"xlsx", "ods"} or (named == "xls" and is_markup(data)):
        what = "a web page" if is_markup(data) else "not a workbook"
        mend = "Open it in a spreadsheet, and save it as an Excel workbook (.xlsx)."
        raise UnreadableFileError(f"The name ends in .{named}, but this is {what}.", mend)
    return "" if named == "xls" else named  # many programs call text by that name


def decode(data: bytes) -> str:
    """The text of a file. Raises UnreadableFileError with the line where it is not UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFileError("The file is UTF-16 text, not UTF-8 text.", "Save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError("The file is not UTF-8 text.", "Save it as UTF-8.", f"line {line}") from None


def is_markup(data: bytes) -> bool:
    """Whether this is XML or a web page."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


# ---- Values from outside, with nothing in them that a terminal would obey


_LONGEST = 60
_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t]*")


def quote(value: object) -> str:
    """Show a value in quotation marks, on one line, a stroke for each break, and escapes for what cannot be seen."""
    text = _BREAK.sub(" / ", value.strip("\r\n")) if isinstance(value, str) else repr(value)
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return f"“{escape_invisible(cut)}”"


def escape_invisible(text: str) -> str:
    """Write every character that cannot be seen, or would move the cursor, as an escape."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
