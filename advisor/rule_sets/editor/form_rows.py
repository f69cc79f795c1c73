"""Rows of a form that can be added, removed and moved: all of it happens to what was sent, before fields are made.

The fields of row 2 of "when" are called "when-2-question", "when-2-test" and so on.
"""

import re
from collections.abc import Mapping, Sequence

from werkzeug.datastructures import MultiDict

Raw = MultiDict[str, str]
Row = dict[str, list[str]]

ROWS_LIMIT = 40
"""Rows that one thing may have; the fields of a request are limited besides."""


def rows_of(raw: Raw, name: str) -> list[Row]:
    """The rows that were sent, in their order, each with its values by the rest of their names."""
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,3}})-(.+)", re.ASCII)
    found: dict[int, Row] = {}
    for key, values in raw.lists():
        if match := pattern.fullmatch(key):
            found.setdefault(int(match[1]), {})[match[2]] = list(values)
    return [found[number] for number in sorted(found)][:ROWS_LIMIT]


def with_rows(raw: Raw, name: str, rows: Sequence[Mapping[str, Sequence[str]]]) -> Raw:
    """What was sent, with these rows of ``name``, numbered from 0 without a gap."""
    pattern = re.compile(rf"{re.escape(name)}-\d+-.+", re.ASCII)
    kept: Raw = MultiDict((key, value) for key, value in raw.items(multi=True) if not pattern.fullmatch(key))
    for number, row in enumerate(rows):
        for rest, values in row.items():
            for value in values:
                kept.add(f"{name}-{number}-{rest}", value)
    return kept


def rearranged(rows: list[Row], act: str, at: int | None, blank: Row) -> tuple[list[Row], int | None]:
    """The rows after a button beside them was pressed, and the number of the row that it was about, None if gone."""
    rows = list(rows)
    if act == "add" and len(rows) < ROWS_LIMIT:
        rows.append(blank)
        return rows, len(rows) - 1
    if at is None or not 0 <= at < len(rows):
        return rows, None
    if act == "remove":
        del rows[at]
        return rows, None
    to = min(max(at + {"up": -1, "down": 1}.get(act, 0), 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    return rows, to
