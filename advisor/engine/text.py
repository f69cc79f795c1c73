"""The one check that every text from outside passes: form, API, command line, file or rule set."""

import unicodedata

LINE_LIMIT = 200
"""Characters in a one-line field, such as the name of a process."""

TEXT_LIMIT = 4_000
"""Characters in a longer text."""

_ALLOWED_CONTROLS = frozenset("\n\r\t")
_REFUSED = frozenset({"Cc", "Cs"})
_IN_NO_XML = frozenset("\ufffe\uffff")


def text_fault(text: str, limit: int = TEXT_LIMIT, *, one_line: bool = False) -> str | None:
    """Say why ``text`` cannot be stored, or None where it can be.

    Control characters and lone surrogates cannot be stored the same way by every database, and the last two code points
    of the first plane stand in no XML, so they are refused everywhere. Length is counted in characters. Legal text is
    never changed.
    """
    allowed = frozenset() if one_line else _ALLOWED_CONTROLS
    if any(char in _IN_NO_XML or (unicodedata.category(char) in _REFUSED and char not in allowed) for char in text):
        return "contains characters that cannot be stored"
    if len(text) > limit:
        return f"is {len(text):,} characters long; at most {limit:,} can be stored"
    return None
