"""What every text from outside passes: one check, and the forms in which texts are stored, compared, found and sorted.

A name has one stored form (``normalize_line``); longer texts are kept as they were typed. Names are compared by
``match_key``, texts are looked through by ``search_key`` and put into order by ``sort_key``, never by a database.
"""

import re
import unicodedata
from typing import TypeAlias
from urllib.parse import urlsplit

LINE_LIMIT = 200
"""Characters in a one-line field, such as the name of a process."""

TEXT_LIMIT = 4_000
"""Characters in a longer text."""

SortKey: TypeAlias = tuple[tuple[str | tuple[int, str], ...], str, str]

_REFUSED_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Every control character and lone surrogate there is; a longer text may have line breaks and tabs."""

_EMPTY_PICTURES = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159"
"""Letters and symbols by their category whose picture is empty, such as the filler of Hangul."""

_BLANKS = "\t\n\r\x20\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\xad" + _EMPTY_PICTURES
_AROUND = re.compile(f"^[{_BLANKS}]+|[{_BLANKS}]+$")

_UNSEEN_CATEGORIES = frozenset({"Cf", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})
_NEVER_ASSIGNED = re.compile(
    "[\u2065\ufdd0-\ufdef\ufff0-\ufff8\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
"""No characters, or characters to be ignored. Others without a category may be pictures newer than this Python."""

_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_FIRST_STRONG, _POP = "\u2068", "\u2069"

_BARE_LETTERS = str.maketrans(
    {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H"}
)
"""Letters that Unicode does not take apart, though its order puts them under others."""

_MEANS_SOMETHING = re.compile("[\u200c\u200d\U000e0020-\U000e007f]")
"""Characters without a picture that change the picture of others: joiners, and the tags of flags."""


def text_fault(text: str, limit: int = TEXT_LIMIT, *, one_line: bool = False) -> str | None:
    """Say why ``text`` cannot be stored, or None where it can be.

    Control characters and lone surrogates cannot be stored the same way by every database, so they are refused
    everywhere. Length is counted in characters. Legal text is never changed.
    """
    if (_REFUSED_IN_A_LINE if one_line else _REFUSED).search(text):
        return "contains characters that cannot be stored"
    if len(text) > limit:
        return f"is {len(text):,} characters long; at most {limit:,} can be stored"
    return None


def length_of(text: str) -> int:
    """Characters as people count them: code points, letters with their accents being one wherever they can be."""
    return len(text) if text.isascii() else len(unicodedata.normalize("NFC", text))


def is_blank(text: str) -> bool:
    """Whether nothing of ``text`` can be seen: blanks, marks without a letter, and characters without a picture alone.

    Control characters and lone surrogates are no blanks: they are to be refused, not taken for nothing.
    """
    if text[:1].isascii() and text[:1].isalnum():
        return False
    return all(map(_is_unseen, text))


def normalize_line(text: str) -> str:
    """The form in which a name is stored: composed (NFC), without blanks around it; "" where nothing can be seen."""
    if text.isascii() and text[:1].isalnum() and text[-1:].isalnum():
        return text  # as most names are
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = _AROUND.sub("", text)
    return "" if is_blank(text) else text


def match_key(text: str) -> str:
    """By which two names are one: however they are composed, in capitals or not, whatever of them cannot be seen."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Twice, since folding can leave what is not composed; Unicode calls this canonical caseless matching.
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    seen = "".join(char for char in folded if unicodedata.category(char) != "Cf" or _MEANS_SOMETHING.match(char))
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def search_key(text: str) -> str:
    """In which words are looked for: "cafe" finds "Café". Only what a person would type is left."""
    return match_key(text) if text.isascii() else match_key(without_accents(text))


def sort_key(text: str) -> SortKey:
    """By which people put texts into order: accents and capitals count last, and 2 comes before 10.

    Total and the same on every machine: two texts have one key only if they are the same text.
    """
    pieces = re.split(r"(\d+)", search_key(text))  # words stand at even places, digits at odd ones
    first = tuple(_by_value(piece) if index % 2 else piece for index, piece in enumerate(pieces))
    return first, match_key(text), text


def without_accents(text: str) -> str:
    """The bare letters of ``text``, in capitals or not: "Café" becomes "Cafe". Vowel signs of Indian scripts stay."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in apart if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return bare.translate(_BARE_LETTERS)


def turns(text: str) -> bool:
    """Whether ``text`` could turn what stands around it: some of it runs from right to left, or sets a direction."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def isolate_text(text: str) -> str:
    """``text`` for a sentence without markup: its direction does not turn what stands around it."""
    if not turns(text):
        return text
    return f"{_FIRST_STRONG}{_DIRECTIONS.sub('', text)}{_POP}"


def web_host(address: str) -> str:
    """The host of the address of a web page, "" where it is no such address."""
    try:
        split = urlsplit(address)
        return split.hostname or "" if split.scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _is_unseen(char: str) -> bool:
    category = unicodedata.category(char)
    return (
        category in _UNSEEN_CATEGORIES
        or char in _EMPTY_PICTURES
        or char in "\t\n\r"
        or _NEVER_ASSIGNED.match(char) is not None
    )


def _by_value(digits: str) -> tuple[int, str]:
    """A number that sorts by its value, however many digits it has and in whatever script."""
    plain = "".join(str(unicodedata.decimal(digit)) for digit in digits).lstrip("0")
    return len(plain), plain


WHOLE_NUMBER_LIMIT = 2**31 - 1
"""What every database keeps as a whole number."""

_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
_SIGNED = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


def whole_number(text: object, least: int = 0, most: int = WHOLE_NUMBER_LIMIT) -> int | None:
    """The number that a text says in the digits 0 to 9, None where it says none from ``least`` to ``most``.

    A sign may stand before it where ``least`` is below 0. Blanks, other digits ("²"), separators and exponents are no
    number, nor are more than 18 digits, which cost time to read.
    """
    form = _SIGNED if least < 0 else _DIGITS
    if not isinstance(text, str) or not form.fullmatch(text):
        return None
    number = int(text)
    return number if least <= number <= most else None
