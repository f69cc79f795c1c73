"""Values from outside, fit to be shown: cut short, and with nothing in them that a terminal would obey."""

LONGEST = 60


def quoted(value: object) -> str:
    """Show a value in quotation marks, on one line, with characters that cannot be seen written as escapes."""
    text = value if isinstance(value, str) else repr(value)
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f"“{escape_invisible(cut)}”"


def escape_invisible(text: str) -> str:
    """Write every character that cannot be seen, or would move the cursor, as an escape."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
