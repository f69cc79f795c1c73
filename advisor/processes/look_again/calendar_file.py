"""Days to look again as a calendar file (RFC 5545), by which any calendar can take them in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from icalendar import Calendar, Event


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A process and its day. ``uid`` stays and ``sequence`` grows: an entry taken in again replaces the first."""

    uid: str
    sequence: int
    changed: datetime
    day: date
    process: str
    url: str


def calendar_file(entries: Iterable[CalendarEntry]) -> bytes:
    """A calendar with an entry for the whole day for each of ``entries``."""
    calendar = Calendar()
    calendar.add("prodid", "-//Outsourcing Advisor//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("sequence", entry.sequence)
        event.add("dtstamp", entry.changed)
        event.add("dtstart", entry.day)
        event.add("summary", _("Look again: %(process)s", process=entry.process))
        event.add("description", entry.url)
        event.add("url", entry.url)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
