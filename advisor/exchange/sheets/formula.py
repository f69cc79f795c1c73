"""Text that a spreadsheet would run as a formula: made harmless on the way out, restored exactly on the way in."""

import re

_RISKY = re.compile(r"'*[=+\-@\t\r\n]")


def guard(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run; ``unguard`` takes exactly that one away again."""
    return f"'{text}" if _RISKY.match(text) else text


def unguard(text: str) -> str:
    """Take away the apostrophe that ``guard`` put there; other text stays as it is."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text
