"""A moment is told in UTC, and says so; the script finds in it what it needs to tell it by another clock."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask

from advisor.paths import TEMPLATES
from advisor.web.moments import DAY, MINUTE, SHORT_DAY, moment

AT = datetime(2026, 12, 1, 23, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (DAY, "1 December 2026"),
        (SHORT_DAY, "1 Dec 2026"),
        (MINUTE, "1 December 2026, 23:05 UTC"),
        ("d MMM yyyy, HH:mm:ss", "1 Dec 2026, 23:05:09 UTC"),
        ("d MMMM, HH:mm", "1 December, 23:05 UTC"),
        ("HH:mm", "23:05 UTC"),
    ],
)
def test_it_is_told_in_utc_and_says_so_where_it_has_a_time_of_day(app: Flask, pattern: str, words: str) -> None:
    with app.test_request_context():
        told = moment(AT, pattern)
    assert told == f'<time datetime="2026-12-01T23:05:09Z" data-as="{pattern}">{words}</time>'


def test_whatever_zone_it_comes_in(app: Flask) -> None:
    with app.test_request_context():
        assert moment(AT.astimezone(timezone(timedelta(hours=9))), MINUTE) == moment(AT, MINUTE)


def test_no_template_tells_a_moment_in_another_way() -> None:
    days = {"row.decided_on", "clash.on", "clash.look_again_on", "decision.look_again_on", "row.again", "row.day"}
    """What people typed: the same day everywhere."""
    for path in Path(TEMPLATES).rglob("*.html"):
        for value, filter_ in re.findall(r"([\w.]+)\|((?:date|time|datetime)format)\b", path.read_text()):
            assert value in days, f"{path}: {value}|{filter_}"
