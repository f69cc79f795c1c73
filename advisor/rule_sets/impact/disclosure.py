"""What is told of what accounts have saved: so much that it helps, and so little that nobody can be picked out.

An admin may write any condition and is told in how many saved processes it holds: enough questions of that kind could
single somebody out. So no count is told that is smaller than ``FEWEST``, nor one that leaves fewer than that out,
unless it is none or all. Of what is not published, of which an admin can try as much as they like, not even that is
told, and round numbers otherwise. What is published is told exactly: to try another rule there takes a version, with a
note and a name.

Of who is affected by a draft many counts are told at once, and any may be worked out from others and the total. What is
told follows from two things alone: how many are saved, and the changes that ``FEWEST`` or more share, rounded down to
fives. Totals are sums of what is told. How many keep their advice is not told, so that whatever the small changes are,
it can make up for them: each of them may be 0, 1, 2, 3 or 4 (docs/decisions/0017).
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from advisor.engine.evaluation.compare import Impact, MinorChange, Moves
from advisor.engine.model.vocabulary import Outcome
from advisor.rule_sets.impact.saved_answers import ExactImpact, SavedSample

FEWEST = 5
"""A count of saved processes below this is not told; and nothing is told where fewer than twice as many are saved."""


def enough_to_disclose(sample: SavedSample) -> bool:
    """Whether so much is saved that counts may be told at all."""
    return sample.size >= 2 * FEWEST


def disclosed_count(sample: SavedSample, count: int, *, is_published: bool) -> str:
    """Of how many of the sample something is so: "41 of 128", to be followed by "saved". See ``enough_to_disclose``."""
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
    return str(_("about %(count)s of %(size)s", count=format_decimal(_nearest(sample, count)), size=size))


def reads_as_none(count: int, is_published: bool) -> bool:  # noqa: FBT001 - as counts are kept
    """Whether ``disclosed_count`` says that it may be none."""
    return count == 0 if is_published else count < FEWEST


def approximate_count(sample: SavedSample, count: int) -> str:
    """About how many, or which share, of what is not published."""
    if count < FEWEST:
        return str(_("fewer than %(n)s", n=FEWEST))
    if sample.is_all:
        return str(_("about %(told)s", told=short_count(sample, count)))
    return _percent(sample, count)


def short_count(sample: SavedSample, count: int) -> str:
    """The same as ``approximate_count`` for a table that says so; "" for fewer than ``FEWEST``."""
    if count < FEWEST:
        return ""
    if sample.is_all:
        return str(format_decimal(_nearest(sample, count)))
    return _percent(sample, count, in_short=True)


def disclosed_share(sample: SavedSample, count: int) -> float:
    """The share to draw, from 0.0 to 1.0: no finer than what is said of it."""
    if count < FEWEST:
        return 0.0
    if sample.is_all:
        return _nearest(sample, count) / sample.size
    return max(round(100 * count / sample.size), 0.5) / 100


def basis_sentence(sample: SavedSample) -> str:
    """What counts go by, in a sentence."""
    if not sample.size:
        return str(_("No process is saved yet. Once %(n)s are, counts of them stand here.", n=2 * FEWEST))
    if not enough_to_disclose(sample):
        return str(_("Fewer than %(n)s processes are saved: too few to tell counts of them.", n=2 * FEWEST))
    if sample.is_all:
        return str(_("Counted over all %(n)s processes saved in accounts.", n=format_decimal(sample.size)))
    return str(_("An estimate: it goes by %(n)s of about %(of)s processes saved in accounts.", **_sizes(sample)))


def rounding_note() -> str:
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


def _nearest(sample: SavedSample, count: int) -> int:
    """The nearest multiple of ``FEWEST``, of which no more than there are."""
    return min((count + FEWEST // 2) // FEWEST, sample.size // FEWEST) * FEWEST


def _sizes(sample: SavedSample) -> dict[str, str]:
    return {"n": format_decimal(sample.size), "of": format_decimal(sample.of)}


class Extent(StrEnum):
    """How much is told."""

    NOTHING_SAVED = "nothing saved"
    TOO_FEW = "too few"
    """So few are saved that no count is told, not even of those."""
    TOO_MANY_MOVE = "too many move"
    """So many get other advice that counts of them would give away the few that keep theirs."""
    COUNTS = "counts"


@dataclass(frozen=True)
class DisclosedImpact:
    """Everything about who is affected that leaves the run: it is kept, and the pages know nothing else.

    Every count but ``size`` is rounded down to a multiple of ``FEWEST``, and left out where that is 0. ``size`` is
    exact where ``2 * FEWEST`` or more are saved, else 0. ``rules`` and ``policy`` count only within the moves that are
    told.
    """

    extent: Extent
    size: int = 0
    moves: Moves = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    policy: int = 0
    minor: Mapping[MinorChange, int] = field(default_factory=dict)
    """How many keep their outcome and get another strength, other points, or nothing but a question asked again."""
    nearly_all: MinorChange | None = None
    """What so many of the others share that counts would give away the few that do not: of this and what comes after it
    no count is told."""
    asked: int = 0
    """How many are asked something again, within what is told."""
    decides_alike: bool = False
    """Whether the versions alone tell that nothing can turn; then there are no counts, and ``size`` may be 0."""
    older: int = 0
    """How many are judged by an older version than the one in force."""
    nearly_all_older: bool = False
    in_force: int = 0
    seconds: float = 0.0
    engine_share: float = 0.0

    @property
    def least_changed(self) -> int:
        """How many get other advice, at least."""
        return sum(self.moves.values())

    @property
    def tells_changes(self) -> bool:
        """Whether it is told that some get other advice."""
        return self.least_changed > 0 or self.extent is Extent.TOO_MANY_MOVE

    def plain(self) -> dict[str, Any]:
        """The same as JSON has it."""
        moves = [[before, after, least] for (before, after), least in self.moves.items()]
        return {**asdict(self), "moves": moves, "minor": dict(self.minor)}

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> "DisclosedImpact":
        """The way back."""
        moves = {(Outcome(before), Outcome(after)): least for before, after, least in plain["moves"]}
        minor = {MinorChange(change): least for change, least in plain.get("minor", {}).items()}
        nearly_all = MinorChange(plain["nearly_all"]) if plain.get("nearly_all") else None
        extent = Extent(plain["extent"])
        return cls(**{**plain, "extent": extent, "moves": moves, "minor": minor, "nearly_all": nearly_all})


def disclose(found: ExactImpact) -> DisclosedImpact:
    """What may be told of what was found."""
    impact = found.impact
    if impact.size and found.decides_alike:
        # What decides is public, and so is that it decides the same: that tells nothing of any answer.
        return DisclosedImpact(Extent.COUNTS, impact.size if impact.size >= 2 * FEWEST else 0, decides_alike=True)
    if impact.size < 2 * FEWEST:
        return DisclosedImpact(Extent.TOO_FEW if impact.size else Extent.NOTHING_SAVED)
    about = {
        "size": impact.size,
        "in_force": found.in_force,
        "seconds": round(found.seconds, 3),
        "engine_share": round(found.engine_share, 3),
        **_older(impact.size, found.older),
    }
    moves = _large({move: count for move, count in impact.moves.items() if move[0] is not move[1]})
    if not _leaves_enough(impact.size, moves.values()):
        return DisclosedImpact(Extent.TOO_MANY_MOVE, **about)
    rules = _large({key: _count_told(moves, counts) for key, counts in impact.rules.items()})
    minor, nearly_all = _minor(impact, moves)
    return DisclosedImpact(
        Extent.COUNTS,
        moves=moves,
        rules=rules,
        policy=_floor(_count_told(moves, impact.policy)),
        minor=minor,
        nearly_all=nearly_all,
        asked=_floor(_count_told([*moves, *minor], impact.asked)),
        **about,
    )


def _minor(impact: Impact, moves: Moves) -> tuple[dict[MinorChange, int], MinorChange | None]:
    """What is told of those that keep their outcome, and the first change of which too many make it to be counted.

    Those in which nothing changes are counted where they are asked something again; the others never are.
    """
    told: dict[MinorChange, int] = {}
    for change in MinorChange:
        found = impact.asked if change is MinorChange.NOTHING else impact.minor
        least = _floor(found.get(change, 0))
        if not _leaves_enough(impact.size, [*moves.values(), *told.values(), least]):
            return told, change
        if least:
            told[change] = least
    return told, None


def _older(size: int, older: int) -> dict[str, Any]:
    least = _floor(older)
    return {"older": least} if _leaves_enough(size, [least]) else {"nearly_all_older": True}


def _leaves_enough(size: int, least_counts: Iterable[int]) -> bool:
    """Whether ``FEWEST`` or more are left over, whatever the numbers are of which so much is told."""
    return size - sum(least + FEWEST - 1 for least in least_counts) >= FEWEST


def _count_told(told: Container[Any], counts: Mapping[Any, int]) -> int:
    """How many of those counted are in a change that is told."""
    return sum(count for change, count in counts.items() if change in told)


def _large(counts: Mapping[Any, int]) -> dict[Any, int]:
    """Those that are told, rounded."""
    return {key: least for key, count in counts.items() if (least := _floor(count))}


def _floor(count: int) -> int:
    return count // FEWEST * FEWEST
