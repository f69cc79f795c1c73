"""What the list says on top after something was done, from what the address tells of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from advisor.engine.document.text import isolate_text, whole_number
from advisor.models import Assessment
from advisor.models.processes.groups import read_groups, write_groups

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MOST = 253_402_300_799_999_999
"""Microseconds up to the last that a date can say."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence or two, a link that follows from them, and what undoes the act: the moment it is known by."""

    text: str
    url: str = ""
    link: str = ""
    undo_at: str = ""


def write_moment(moment: datetime | None) -> str:
    """A moment as a form and an address have it."""
    return str((moment - _EPOCH) // _MICROSECOND) if moment else ""


def read_moment(text: str) -> datetime | None:
    """The way back of ``write_moment``; None for anything else."""
    microseconds = whole_number(text, most=_MOST)
    return None if microseconds is None else _EPOCH + microseconds * _MICROSECOND


def list_notice(args: Mapping[str, str], binned: Sequence[Assessment], groups: Sequence[str]) -> Notice | None:
    """What was just done; None where nothing was. ``binned`` is what is in the bin now, ``groups`` all there are."""
    found = _act_notice(args, binned, groups)
    missing = _missing_names(args, binned)
    if missing:
        found = found or Notice("")
        text = " ".join(filter(None, [found.text, missing]))
        found = Notice(text, found.url, found.link, found.undo_at)
    return found


def _act_notice(args: Mapping[str, str], binned: Sequence[Assessment], groups: Sequence[str]) -> Notice | None:
    n = whole_number(args.get("n")) or 0
    match args.get("did"):
        case "deleted":
            return _deletion_notice(args.get("at", ""), binned)
        case "returned":
            return Notice(ngettext("One process is back in the list.", "%(num)s processes are back in the list.", n))
        case "grouped":
            names = write_groups(read_groups(args.get("to", "")))
            text = ngettext(
                "One process is in “%(groups)s” now.",
                "%(num)s processes are in “%(groups)s” now.",
                n,
                groups=isolate_text(names),
            )
            is_one = names in groups
            url = url_for("processes.index", group=names) if is_one else url_for("processes.index", sort="group")
            return Notice(text, url, _("Show the group") if is_one else _("Show by group"))
        case "ungrouped":
            names = isolate_text(write_groups(read_groups(args.get("to", ""))))
            return Notice(
                ngettext(
                    "One process is not in “%(groups)s” any more.",
                    "%(num)s processes are not in “%(groups)s” any more.",
                    n,
                    groups=names,
                )
            )
        case "decided":
            left = whole_number(args.get("left")) or 0
            sentences = [
                ngettext("The decision is noted for one process.", "The decision is noted for %(num)s processes.", n),
                ngettext("One has another, and keeps it.", "%(num)s have another, and keep it.", left) if left else "",
            ]
            return Notice(" ".join(filter(None, sentences)))
        case "moved":
            version = whole_number(args.get("to")) or 0
            return Notice(
                ngettext(
                    "One process has rules version %(version)s now.",
                    "%(num)s processes have rules version %(version)s now.",
                    n,
                    version=version,
                )
            )
    return None


def _deletion_notice(at: str, binned: Sequence[Assessment]) -> Notice | None:
    moment = read_moment(at)
    gone = [one for one in binned if one.deleted_at == moment]
    if not gone or moment is None:
        return None
    words = {
        "name": isolate_text(gone[0].process_name),
        "date": format_date(moment + current_app.config["BIN_LIFETIME"], "d MMMM yyyy"),
    }
    text = ngettext(
        "“%(name)s” is in the bin until %(date)s.",
        "%(num)s processes are in the bin until %(date)s.",
        len(gone),
        **words,
    )
    return Notice(text, undo_at=at)


def _missing_names(args: Mapping[str, str], binned: Sequence[Assessment]) -> str:
    """Which of those that were ticked were deleted in another window before."""
    absent = whole_number(args.get("absent")) or 0
    if not absent:
        return ""
    keys = args.get("missing", "").split(".")
    names = [isolate_text(one.process_name) for one in binned if str(one.id) in keys]
    named = ", ".join(f"“{name}”" for name in names)
    more = absent - len(names)
    if named and more > 0:
        named = str(ngettext("%(names)s and one more", "%(names)s and %(num)s more", more, names=named))
    named = named or str(ngettext("One of them", "%(num)s of them", absent))
    return str(
        ngettext(
            "%(names)s was deleted in another window before, and is left out.",
            "%(names)s were deleted in another window before, and are left out.",
            absent,
            names=named,
        )
    )
