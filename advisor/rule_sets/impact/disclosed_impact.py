"""What is told of who is affected: so much that it helps, and so little that nobody can be picked out.

Any count may be worked out from others and the total, so hiding the small ones is not enough. What is told follows from
two things alone: how many are saved, and the moves that ``FEWEST`` or more make, rounded down to fives. Totals are sums
of what is told. How many keep their advice is not told, so that whatever the small moves are, it can make up for them:
each of them may be 0, 1, 2, 3 or 4 (docs/decisions/0017).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from advisor.engine.evaluation.compare import Moves
from advisor.engine.model.vocabulary import Outcome
from advisor.rule_sets.impact.comparison import Findings
from advisor.rule_sets.impact.disclosure import FEWEST


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
    older: int = 0
    """How many are judged by an older version than the one in force."""
    nearly_all_older: bool = False
    in_force: int = 0
    seconds: float = 0.0
    engine_share: float = 0.0

    @property
    def changed(self) -> int:
        """How many get other advice, at least."""
        return sum(self.moves.values())

    def plain(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {**asdict(self), "moves": [[before, after, least] for (before, after), least in self.moves.items()]}

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> "DisclosedImpact":
        """The way back."""
        moves = {(Outcome(before), Outcome(after)): least for before, after, least in plain["moves"]}
        return cls(**{**plain, "extent": Extent(plain["extent"]), "moves": moves})


def disclose(found: Findings) -> DisclosedImpact:
    """What may be told of what was found."""
    impact = found.impact
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
    rules = _large({key: _within(moves, counts) for key, counts in impact.rules.items()})
    return DisclosedImpact(
        Extent.COUNTS, moves=moves, rules=rules, policy=_rounded(_within(moves, impact.policy)), **about
    )


def _older(size: int, older: int) -> dict[str, Any]:
    least = _rounded(older)
    return {"older": least} if _leaves_enough(size, [least]) else {"nearly_all_older": True}


def _leaves_enough(size: int, told: Iterable[int]) -> bool:
    """Whether ``FEWEST`` or more are left over, whatever the numbers are of which so much is told."""
    return size - sum(least + FEWEST - 1 for least in told) >= FEWEST


def _within(moves: Moves, counts: Moves) -> int:
    """How many of those counted make one of these moves."""
    return sum(count for move, count in counts.items() if move in moves)


def _large(counts: Mapping[Any, int]) -> dict[Any, int]:
    """Those that are told, rounded."""
    return {key: least for key, count in counts.items() if (least := _rounded(count))}


def _rounded(count: int) -> int:
    return count // FEWEST * FEWEST
