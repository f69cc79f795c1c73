"""The one check that every text from outside passes: form, API, command line, file or rule set."""

import re

LINE_LIMIT = 200
"""Characters in a one-line field, such as the name of a process."""

TEXT_LIMIT = 4_000
"""Characters in a longer text."""

_REFUSED_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Every control character and lone surrogate there is; a longer text may have line breaks and tabs."""


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
