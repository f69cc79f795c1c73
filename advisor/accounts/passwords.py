"""Passwords: one text however it was typed, hashed with argon2id, and refused where anybody would try them first.

Two keyboards type “é” as one character or as two. Before a password is hashed, measured or looked up it is brought into
the form NFKC (NIST SP 800-63B names NFKC and NFKD; this one is the shorter). Nothing else is changed, spaces included.
"""

import base64
import re
import secrets
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

_OWN_WORDS = ("outsourcing", "advisor", "outsourcingadvisor", "bpo", "kpo")
_NOT_SHARED = 8
"""Characters that must be left of a password once what anybody knows is taken out of it."""

_CHARACTERS_IN_ONE = 4
"""At most so many characters become one in the form NFKC, such as a Greek vowel with three marks."""

_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "01234567890123456789",
)


def normalise(typed: str) -> str:
    """The one form of a password, however it was typed (NFKC).

    A text so long that no form of it could be a password stays as it is: bringing it into form would take long.
    """
    is_too_long = len(typed) > _CHARACTERS_IN_ONE * current_app.config["PASSWORD_MOST"]
    return typed if is_too_long else unicodedata.normalize("NFKC", typed)


def hash_password(typed: str) -> str:
    """The form in which a password is stored."""
    return _hasher().hash(normalise(typed))


def is_right(password_hash: str | None, typed: str) -> bool:
    """Whether it is the password. Takes the same time where there is none to compare it with (S12)."""
    costs = current_app.config["PASSWORD_MEMORY"], current_app.config["PASSWORD_PASSES"]
    # Earlier passwords were stored as they were typed. What is typed alone decides whether that is tried as well.
    forms = dict.fromkeys((normalise(typed), typed))
    fits = [_fits(password_hash or _nobodys_hash(*costs), form) for form in forms]
    return any(fits) and password_hash is not None


def _fits(password_hash: str, text: str) -> bool:
    try:
        return _hasher().verify(password_hash, text)
    except (VerificationError, InvalidHashError):
        return False


def renewed_hash(password_hash: str, typed: str) -> str:
    """The hash to be stored in place of one with other costs, or of the text as it was typed; "" where it may stay.

    ``typed`` is the right password.
    """
    is_as_typed = typed != normalise(typed) and not _fits(password_hash, normalise(typed))
    return hash_password(typed) if is_as_typed or _hasher().check_needs_rehash(password_hash) else ""


def password_fault(typed: str, email: str) -> str:
    """What is wrong with a new password, "" where nothing is. It is measured in the form that is stored."""
    password = normalise(typed)
    least, most = current_app.config["PASSWORD_LEAST"], current_app.config["PASSWORD_MOST"]
    if not least <= len(password) <= most:
        words = _("Use a password of %(least)d to %(most)d characters", least=least, most=most)
        return f"{words}{_(', this one has %(length)d', length=len(password)) if password else ''}"
    if is_common(password):
        return str(_("This password is one of those that are tried first. Choose another one"))
    if is_built_from(password, email):
        return str(_("This password is made of your address or of the name of this site. Choose another one"))
    return ""


def is_common(password: str) -> bool:
    """Whether it is on the list of those tried first, one short piece again and again, or a row of the keyboard."""
    folded = password.casefold()
    bare = re.sub(r"[\W_]+", "", folded)
    if folded in _common() or bare in _common() or bare.strip("0123456789") in _common():
        return True
    if re.fullmatch(r"(.{1,7}?)\1+.{0,6}", folded, re.DOTALL):
        return True
    left = folded
    for row in _ROWS:
        for known in (row, row[::-1]):
            left = _without_runs(left, known)
    return len(left) < _NOT_SHARED


def is_built_from(password: str, email: str) -> bool:
    """Whether little is left once the address, the name of the site and common words are taken out."""
    left = password.casefold()
    for word in sorted({*_pieces(email), *_OWN_WORDS, "password", "passwort", "welcome"}, key=len, reverse=True):
        left = left.replace(word, "")
    if len(left) == len(password.casefold()):
        return False
    return len(re.sub(r"[\W\d_]+", "", left)) < _NOT_SHARED // 2


def _pieces(email: str) -> set[str]:
    whole = normalise(email.strip()).casefold()
    return {piece for piece in {whole, *whole.split("@"), *re.split(r"[\W_]+", whole)} if len(piece) >= 3}


def _without_runs(text: str, row: str) -> str:
    """Take out every stretch of at least four characters that follow each other on ``row``."""
    left, at = "", 0
    while at < len(text):
        length = 1
        while at + length < len(text) and text[at : at + length + 1] in row:
            length += 1
        if length < 4 or text[at : at + length] not in row:
            left += text[at]
            length = 1
        at += length
    return left


@cache
def _common() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text("utf-8").split("\n")) - {""}


def _hasher() -> PasswordHasher:
    return _hasher_of(current_app.config["PASSWORD_MEMORY"], current_app.config["PASSWORD_PASSES"])


@lru_cache(maxsize=4)
def _hasher_of(memory: int, passes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1)


@cache
def _nobodys_hash(memory: int, passes: int) -> str:
    """A hash that no password fits, and that costs the same to try: written down, not worked out, so that the first
    try of an unknown address takes no longer than the others.
    """
    salt, digest = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={memory},t={passes},p=1${salt}${digest}"
