"""Versions as anybody reads them: which was live when, and that none was changed (P8)."""

import hashlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from advisor import starter
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.visiting import Visitor, text_of

TIMES = ["2026-01-10 09:00:00", "2026-03-01 12:30:00", "2026-03-01 12:30:45"]


@pytest.fixture
def three(database: Database) -> None:
    """Three versions, the last two within one minute."""
    with database.write() as session:
        for number in (2, 3):
            publish(session, starter.text(), f"Note {number}", "somebody")
        for number, time in enumerate(TIMES, start=1):
            at = datetime.fromisoformat(time).replace(tzinfo=UTC)
            change = text("UPDATE rule_set_version SET published_at = :at WHERE number = :number")
            bound = at.isoformat(sep=" ") if session.get_bind().dialect.name == "sqlite" else at
            session.execute(change, {"at": bound, "number": number})


def found_words(visitor: Visitor, query: str) -> str:
    return text_of(visitor.open(f"/versions?{query}").select_one(".found"))


@pytest.mark.usefixtures("three")
def test_the_version_of_a_moment_is_named_with_the_time_in_which_it_was_live(visitor: Visitor) -> None:
    assert "no version had been published yet" in found_words(visitor, "date=2026-01-09")
    lived = "Version 1 Live from 10 Jan 2026, 09:00:00 UTC to 1 Mar 2026, 12:30:00 UTC"
    assert lived in found_words(visitor, "date=2026-02-01")
    said = found_words(visitor, "date=2026-03-01&time=12:30")
    assert "2 versions were live" in said
    assert "Version 1" not in said
    assert said.index("Version 2") < said.index("Version 3")
    assert "Version 2 Live from 1 Mar 2026, 12:30:00 UTC to 1 Mar 2026, 12:30:45 UTC" in said
    assert "Version 3 Live since 1 Mar 2026, 12:30:45 UTC In force" in found_words(
        visitor, "date=2026-03-01&time=12:31"
    )
    assert "Version 1" in found_words(visitor, "date=2026-03-01&time=12:29")
    for typed in ("1/2/2026", "1 Feb 2026", "1.2.2026&time=00.00"):
        assert "Version 1 Live from" in found_words(visitor, f"date={typed}")


@pytest.mark.parametrize("moment", ["date=9998-12-31", "date=9999-12-31", "date=9999-12-31&time=23:59"])
def test_a_moment_that_is_still_to_come_is_told_so_to_the_last_that_can_be_written(
    visitor: Visitor, moment: str
) -> None:
    assert "still to come" in found_words(visitor, moment)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("date=2/13/2026", "Enter a day, such as 22 November 2026"),
        ("date=2026-13-01", "Enter a day, such as 22 November 2026"),
        ("date=2026-01-01&time=25:00", "Enter a time, such as 14:05, or leave it out"),
        ("time=12:00", "Enter a date"),
    ],
)
def test_a_date_that_cannot_be_read_is_said_so_and_stays_as_it_was_typed(
    visitor: Visitor, query: str, says: str
) -> None:
    page = visitor.open(f"/versions?{query}")
    assert text_of(page.select_one(".problems a")) == says
    assert text_of(page.title).startswith("Error: ")
    for name, typed in (pair.split("=") for pair in query.split("&")):
        assert page.select_one(f"#{name}")["value"] == typed  # type: ignore[index]
    assert page.select_one(".found") is None
    assert not visitor.response.headers.getlist("Set-Cookie")


def test_p8_what_is_downloaded_has_the_fingerprint_that_is_shown(visitor: Visitor) -> None:
    page = visitor.open("/versions/1")
    shown = text_of(page.select_one(".fingerprint"))
    link = page.select_one("a[download]")
    assert link is not None
    answer = visitor.client.get(str(link["href"]))
    assert hashlib.sha256(answer.data).hexdigest() == shown
    assert answer.headers["Content-Disposition"] == 'attachment; filename="rules-version-1.json"'
    assert answer.data.decode() == starter.text()
    assert "sha256sum rules-version-1.json" in text_of(page)


def test_nobody_is_named_who_published(visitor: Visitor, database: Database) -> None:
    with database.write() as session:
        publish(session, starter.text(), "Note 2", "0f8f1c8e-somebody")
    for path in ("/versions", "/versions/2"):
        assert "somebody" not in text_of(visitor.open(path))
    assert "set-cookie" not in visitor.response.headers


def test_a_version_that_is_not_there_is_not_found(visitor: Visitor) -> None:
    visitor.open("/versions/2", status=404)
    visitor.open("/versions/2/rules.json", status=404)
