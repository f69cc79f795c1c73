"""E-mail addresses: each has one spelling, in which it is stored, looked for and written to (docs/decisions/0020)."""

import re
import string
import unicodedata
from collections.abc import Iterator

import idna

from advisor.engine.document.text import text_fault

LENGTH_LIMIT = 254
"""Characters in an address: mail servers take no more."""

_LOCAL_LIMIT = 64
"""Bytes in what stands before the @."""

_PIECE = r"[^@\s,;:<>()\[\]\\\"]+"
_SHAPE = re.compile(f"({_PIECE})@({_PIECE})")
"""One address without a name, quotes or comments: what a mail server could read as two is none."""

_ENCODED = "=?"
"""With it a program that sends letters could read another address out of this one."""

_TO_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)

_IN_LOCAL_PART = ("PVALID",)
_IN_DOMAIN = ("PVALID", "CONTEXTJ", "CONTEXTO")

_WRITTEN_TOGETHER = (
    {"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA"},
    {"LATIN", "CJK", "IDEOGRAPHIC", "BOPOMOFO"},
    {"LATIN", "CJK", "IDEOGRAPHIC", "HANGUL"},
)
"""Scripts that one person writes side by side, by the first word in the names of their letters."""


class NotAnAddress(Exception):  # noqa: N818
    """Mail could not be sent to it, or it could be taken for another. The text goes on after "The address"."""


def parse_address(typed: str) -> str:
    """The one spelling of an address. Raises NotAnAddress."""
    address = typed.strip()
    if fault := text_fault(address, LENGTH_LIMIT, one_line=True):
        raise NotAnAddress(fault)
    pieces = _SHAPE.fullmatch(address)
    if pieces is None or _ENCODED in address:
        raise NotAnAddress("must be like name@example.org")
    spelling = f"{_local_part(pieces[1])}@{_domain(pieces[2])}"
    if fault := text_fault(spelling, LENGTH_LIMIT):  # an A-form is longer than what was typed
        raise NotAnAddress(fault)
    return spelling


def is_address(text: str) -> bool:
    """Whether it is an address in its one spelling."""
    try:
        return parse_address(text) == text
    except NotAnAddress:
        return False


def canonical_email(typed: str) -> str:
    """What to look for where somebody typed this: of what is no address the text itself, which no address equals.

    An address that an earlier release took, and this one does not, is found that way. "" where it cannot be stored.
    """
    try:
        return parse_address(typed)
    except NotAnAddress:
        text = typed.strip().translate(_TO_SMALL)
        return "" if text_fault(text, LENGTH_LIMIT, one_line=True) else text


def letters_beyond_ascii(address: str) -> list[str]:
    """Each character of an address that is not on every keyboard, with its name: on screen it may look like another."""
    return [_character_name(character) for character in dict.fromkeys(address) if not character.isascii()]


def domain_in_letters(address: str) -> str:
    """The domain as its owner would write it, "" where that is how it is spelled anyway.

    Tell it to the owner alone, beside the address: to others it may look like another domain.
    """
    domain = address.rpartition("@")[2]
    try:
        letters = idna.decode(domain, strict=True)
    except idna.IDNAError:
        return ""
    return "" if letters == domain else letters


def _local_part(typed: str) -> str:
    local = _compose(typed, _IN_LOCAL_PART)
    if len(local.encode()) > _LOCAL_LIMIT:
        raise NotAnAddress(f"has more than {_LOCAL_LIMIT} characters before the @")
    if unicodedata.category(local[0]).startswith("M"):
        raise NotAnAddress(f"begins with {_character_name(local[0])}, which belongs on a letter")
    scripts = set(_scripts(local))
    if len(scripts) > 1 and not any(scripts <= together for together in _WRITTEN_TOGETHER):
        named = " and ".join(sorted(script.capitalize() for script in scripts))
        raise NotAnAddress(f"mixes {named} letters, so it could be taken for another. Write it in one script")
    return local


def _domain(typed: str) -> str:
    domain = _compose(typed, _IN_DOMAIN)
    try:
        # IDNA 2008 without any mapping: “ß” is a letter of its own, and nothing but a full stop parts the labels.
        spelling = idna.encode(domain, strict=True).decode()
        is_spelled_once = idna.encode(idna.decode(spelling, strict=True), strict=True).decode() == spelling
    except idna.IDNAError as error:
        raise NotAnAddress("has no domain after the @ that can exist. Check it") from error
    if not is_spelled_once or not 0 < spelling.find(".") < len(spelling) - 1 or spelling.endswith("."):
        raise NotAnAddress("has no domain after the @ that can exist. Check it")
    return spelling


def _compose(typed: str, classes: tuple[str, ...]) -> str:
    """NFC, with A to Z made small. Raises NotAnAddress for a character that IDNA 2008 knows in no name."""
    _refuse_look_alikes(typed, classes)  # before NFC, which makes a plain “K” of the Kelvin sign
    composed = unicodedata.normalize("NFC", typed)
    _refuse_look_alikes(composed, classes)
    return unicodedata.normalize("NFC", composed.translate(_TO_SMALL))


def _refuse_look_alikes(text: str, classes: tuple[str, ...]) -> None:
    for character in text:
        if _is_allowed(character, classes):
            continue
        small = character.lower()
        if not small.isascii() and len(small) == 1 and _is_allowed(small, classes):
            raise NotAnAddress(f"contains the capital letter “{character}”. Write it small, as “{small}”")
        raise NotAnAddress(f"contains {_character_name(character)}, which addresses cannot have. Type it anew")


def _is_allowed(character: str, classes: tuple[str, ...]) -> bool:
    known = idna.idnadata.codepoint_classes
    return character.isascii() or any(idna.intranges_contain(ord(character), known[name]) for name in classes)


def _scripts(text: str) -> Iterator[str]:
    for character in text:
        if character.isalnum() and character not in string.digits:
            yield re.split("[ -]", unicodedata.name(character))[0]


def _character_name(character: str) -> str:
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    return f"“{character}” ({name})" if character.isprintable() else name
