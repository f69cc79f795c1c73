"""Who or what gets which other advice: outcomes before and after, as a table with bars."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from advisor.engine.model.vocabulary import Outcome
from advisor.wording.vocabulary import OUTCOMES

Move = tuple[Outcome, Outcome]


@dataclass(frozen=True, slots=True)
class MoveCell:
    """How many go from one outcome to another, in words, and how long the bar is (0 to 100) beside the largest move."""

    said: str
    width: float
    stays: bool


@dataclass(frozen=True, slots=True)
class MoveRow:
    """All that had one outcome before."""

    outcome: Outcome
    words: str
    cells: list[MoveCell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows are outcomes before, columns outcomes after; those that nothing has are left out."""

    columns: list[tuple[Outcome, str]]
    rows: list[MoveRow]


def move_matrix(moves: Mapping[Move, int], say: Callable[[int], str]) -> Matrix:
    """The table of these counts; ``say`` puts a count into words."""
    drawn = {move: count for move, count in moves.items() if count and move[0] is not move[1]}
    most = max(drawn.values(), default=1)
    widths = {move: max(100 * count / most, 1) for move, count in drawn.items()}
    before = [outcome for outcome in Outcome if any(was is outcome for was, _ in moves)]
    after = [outcome for outcome in Outcome if any(is_now is outcome for _, is_now in moves)]
    return Matrix(
        [(outcome, str(OUTCOMES[outcome].name)) for outcome in after],
        [
            MoveRow(was, str(OUTCOMES[was].name), [_cell(was, is_now, moves, widths, say) for is_now in after])
            for was in before
        ],
    )


def _cell(
    was: Outcome, is_now: Outcome, moves: Mapping[Move, int], widths: Mapping[Move, float], say: Callable[[int], str]
) -> MoveCell:
    count = moves.get((was, is_now), 0)
    return MoveCell(say(count) if count else "", widths.get((was, is_now), 0), was is is_now)
