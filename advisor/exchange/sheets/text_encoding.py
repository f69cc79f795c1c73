"""In which encoding a file of text is: by its mark, or by bytes that leave no doubt."""

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from string import digits
from typing import BinaryIO

from advisor.exchange.file_input import UnreadableFileError, is_archive, is_markup, quote

_MEND = "Save the sheet as CSV UTF-8."
_CHUNK = 1_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # begins as the mark of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_OTHER_BYTES = re.compile(rb"[\x20-\x7e]?[\x80-\xff]+[\x20-\x7e]?")
_WORD_ENDS = re.compile(rb"[\x00-\x20,;|\"]")
_RUNS_LIMIT = 5_000
"""Different groups of bytes that are looked at: more than the words of a long list have."""


@dataclass(frozen=True, slots=True)
class TextEncoding:
    """An encoding for Python and in words. ``shown`` is a word that shows it, where the bytes alone told.

    ``has_quotes`` says whether there may be a quotation mark anywhere in the file.
    """

    codec: str
    words: str
    shown: str = ""
    has_quotes: bool = True


def find_encoding(file: BinaryIO) -> TextEncoding:
    """Find the encoding of a file of text, from its beginning; leaves the file there.

    A mark tells, then UTF-8 that has no fault. Bytes that are none are Windows-1252 where every one of them is a letter
    or a sign that could stand where it does, or Mac Roman where that holds for that alone; where it holds for both,
    line ends as old Macs wrote them decide.

    Raises UnreadableFileError where the bytes leave it open, and where this is no text for people, such as an archive.
    """
    file.seek(0)
    head = file.read(4_096)
    if is_archive(head):
        raise UnreadableFileError("This is a workbook or an archive, not CSV.", _MEND)
    found = next((TextEncoding(codec, words) for mark, codec, words in _MARKS if head.startswith(mark)), None)
    found = found or _unmarked_utf_16(head)
    if found is None:
        if is_markup(head):
            raise UnreadableFileError("This looks like a web page, not CSV.", _MEND)
        found = TextEncoding("utf-8", "UTF-8")
    try:
        quotes = sum(chunk.count('"') for chunk in _decode(file, found.codec))
        found = replace(found, has_quotes=quotes > 0)
    except UnicodeDecodeError as error:
        if found.words != "UTF-8" or head.startswith(codecs.BOM_UTF8):
            raise UnreadableFileError(f"The file begins as {found.words} text and goes on as none.", _MEND) from error
        found = _of_bytes(file)
    file.seek(0)
    return found


def _decode(file: BinaryIO, codec: str) -> Iterator[str]:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(codec)()
    while chunk := file.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _unmarked_utf_16(head: bytes) -> TextEncoding | None:
    """UTF-16 without a mark: every other byte of a header row is zero, and no others are."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    if pairs >= 4 and even == 0 and odd >= 0.9 * pairs:
        return TextEncoding("utf-16-le", "UTF-16")
    if pairs >= 4 and odd == 0 and even >= 0.9 * pairs:
        return TextEncoding("utf-16-be", "UTF-16")
    return None


def _of_bytes(file: BinaryIO) -> TextEncoding:
    file.seek(0)
    runs: set[bytes] = set()
    shown, line, ends = b"", 0, b""
    for number, raw in enumerate(_byte_lines(file), start=1):
        ends = ends or raw[len(raw.rstrip(b"\r\n")) :]
        others = [] if raw.isascii() else _OTHER_BYTES.findall(raw)
        if others and not line and not _is_utf_8(raw):
            line, shown = number, next(word for word in _WORD_ENDS.split(raw) if not _is_utf_8(word))
        if len(runs) < _RUNS_LIMIT:
            runs.update(others)
    windows, mac = _reads_as(runs, "cp1252"), _reads_as(runs, "mac_roman")
    if windows and not (mac and ends == b"\r"):
        return TextEncoding("cp1252", "Windows-1252", shown.decode("cp1252"))
    if mac:
        return TextEncoding("mac_roman", "Mac Roman", shown.decode("mac_roman"))
    readings = " or ".join(quote(shown.decode(codec, "replace")) for codec in ("cp1252", "mac_roman"))
    text = f"The file is not UTF-8 text, and its bytes leave open what else it is: here may stand {readings}."
    raise UnreadableFileError(text, _MEND, f"line {line}")


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _byte_lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines with whatever ends them: a carriage return, a line feed, both."""
    for line in file:
        yield from line.splitlines(keepends=True) if b"\r" in line else [line]


# ---- whether a letter or a sign could stand where it does


_LOWER = frozenset("àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿßœšž")
_UPPER = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŒŠŽŸ")
_ALONE = frozenset("àáéèíóöúåæøÀÉÅÖØ")
_MONEY = frozenset("£€¥¢")
_NOT_WITHIN_WORDS = frozenset("§©®™½¼¾±×÷•·«»¿¡…“”‘°ºª†‡¶")
_OTHER_LETTERS = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸ]{3}")
_ANYWHERE = frozenset("’–—²³µ\xa0\xad")


def _reads_as(runs: Iterable[bytes], codec: str) -> bool:
    try:
        texts = [run.decode(codec) for run in runs]
    except UnicodeDecodeError:
        return False
    if any(_OTHER_LETTERS.search(text) for text in texts):  # as in Cyrillic or Greek, read as if it were Latin
        return False
    return all(
        char.isascii() or _could_stand(text[at - 1] if at else " ", char, text[at + 1 : at + 2] or " ")
        for text in texts
        for at, char in enumerate(text)
    )


def _could_stand(before: str, char: str, after: str) -> bool:
    if char in _LOWER:
        if not (before.isalpha() or after.isalpha()):
            return char in _ALONE and not (before in digits or after in digits)
        return not (before in digits or after in digits or after.isupper())
    if char in _UPPER:
        if before.islower() or before in digits or after in digits:
            return False
        if not (before.isalpha() or after.isalpha()):
            return char in _ALONE
        return not (before.isupper() and after.islower())
    if char in _MONEY:
        return not (before.isalpha() or after.isalpha())
    if char in _NOT_WITHIN_WORDS:
        return not (before.isalpha() and after.isalpha())
    return char in _ANYWHERE


def text_lines(file: BinaryIO, encoding: TextEncoding) -> io.TextIOWrapper:
    """The text of a file, from its beginning. Detach it, or the file is closed with it."""
    file.seek(0)
    return io.TextIOWrapper(file, encoding.codec, newline="")
