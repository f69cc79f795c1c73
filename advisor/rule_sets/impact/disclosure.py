"""Counts of what is saved, in words that give nobody away.

An admin may write any condition and is told in how many saved processes it holds: enough questions of that kind could
single somebody out. So no count is told that is smaller than ``FEWEST``, nor one that leaves fewer than that out,
unless it is none or all. Of what is not published, of which an admin can try as much as they like, not even that is
told, and round numbers otherwise. What is published is told exactly: to try another rule there takes a version, with a
note and a name.
"""

from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.rule_sets.impact.saved_answers import SavedSample

FEWEST = 5
"""A count of saved processes below this is not told; and nothing is told where fewer than twice as many are saved."""


def can_tell(sample: SavedSample) -> bool:
    """Whether so much is saved that counts may be told at all."""
    return sample.size >= 2 * FEWEST


def amount(sample: SavedSample, count: int, *, is_published: bool) -> str:
    """Of how many of the sample something is so: "41 of 128", to be followed by "saved". ``can_tell`` must say yes."""
    size = format_decimal(sample.size)
    if is_published and count in {0, sample.size}:
        return str(_("all %(size)s", size=size) if count else _("none of %(size)s", size=size))
    if count < FEWEST:
        few = _("fewer than %(n)s of %(size)s", n=FEWEST, size=size)
        return str(few if is_published else _("none, or fewer than %(n)s, of %(size)s", n=FEWEST, size=size))
    if sample.size - count < FEWEST:
        most = _("all but fewer than %(n)s of %(size)s", n=FEWEST, size=size)
        return str(most if is_published else _("all, or all but fewer than %(n)s, of %(size)s", n=FEWEST, size=size))
    if not sample.is_all:
        return str(_("%(percent)s of all", percent=_percent(sample, count)))
    if is_published:
        return str(_("%(count)s of %(size)s", count=format_decimal(count), size=size))
    return str(_("about %(count)s of %(size)s", count=format_decimal(_rounded(sample, count)), size=size))


def reads_as_none(count: int, is_published: bool) -> bool:  # noqa: FBT001 - as counts are kept
    """Whether ``amount`` says that it may be none."""
    return count == 0 if is_published else count < FEWEST


def approximate_count(sample: SavedSample, count: int) -> str:
    """About how many, or which share, of what is not published."""
    if count < FEWEST:
        return str(_("fewer than %(n)s", n=FEWEST))
    if sample.is_all:
        return str(_("about %(told)s", told=short_count(sample, count)))
    return _percent(sample, count)


def short_count(sample: SavedSample, count: int) -> str:
    """The same as ``about`` for a table that says so; "" for fewer than ``FEWEST``."""
    if count < FEWEST:
        return ""
    if sample.is_all:
        return str(format_decimal(_rounded(sample, count)))
    return _percent(sample, count, in_short=True)


def disclosed_share(sample: SavedSample, count: int) -> float:
    """The share to draw, from 0.0 to 1.0: no finer than what is said of it."""
    if count < FEWEST:
        return 0.0
    if sample.is_all:
        return _rounded(sample, count) / sample.size
    return max(round(100 * count / sample.size), 0.5) / 100


def basis(sample: SavedSample) -> str:
    """What counts go by, in a sentence."""
    if not sample.size:
        return str(_("No process is saved yet. Once %(n)s are, counts of them stand here.", n=2 * FEWEST))
    if not can_tell(sample):
        return str(_("Fewer than %(n)s processes are saved: too few to tell counts of them.", n=2 * FEWEST))
    if sample.is_all:
        return str(_("Counted over all %(n)s processes saved in accounts.", n=format_decimal(sample.size)))
    return str(_("An estimate: it goes by %(n)s of about %(of)s processes saved in accounts.", **_sizes(sample)))


def privacy() -> str:
    """Why a count is not exact."""
    return str(
        _(
            "Counts from 1 to %(most)s are shown as “fewer than %(n)s”; counts that depend on unpublished changes are "
            "rounded.",
            most=FEWEST - 1,
            n=FEWEST,
        )
    )


def basis_clause(sample: SavedSample) -> str:
    """The end of a sentence that tells an estimate, "" where all was counted."""
    return "" if sample.is_all else str(_(", going by %(n)s of about %(of)s", **_sizes(sample)))


def _percent(sample: SavedSample, count: int, *, in_short: bool = False) -> str:
    """A share of what is saved: in whole per cent, since it is an estimate, and finer ones would say too much."""
    percent = round(100 * count / sample.size)
    if percent < 1:
        return str(_("less than 1%"))
    if percent > 99:
        return str(_("more than 99%"))
    return f"{percent}%" if in_short else str(_("about %(percent)s%%", percent=percent))


def _rounded(sample: SavedSample, count: int) -> int:
    """The nearest multiple of ``FEWEST``, of which no more than there are."""
    return min((count + FEWEST // 2) // FEWEST, sample.size // FEWEST) * FEWEST


def _sizes(sample: SavedSample) -> dict[str, str]:
    return {"n": format_decimal(sample.size), "of": format_decimal(sample.of)}
