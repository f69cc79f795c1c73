"""How far the explanations look: counts, not times, so that equal answers always get equal explanations."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExplanationLimits:
    """Where looking ends. What is not found by then is said to be open, never guessed.

    ``ring_points``: sets of changes tried for the fewest changes, ``near_points`` for what must be kept;
    ``box_points``: points of one box of the space that are looked at; ``samples``: points of a large box that are
    looked at first; ``boxes``: smaller ones that it is cut into, of ``leaf`` points or fewer;
    ``checks``: boxes looked at to find out what suffices; ``subsets``: answers of which the least set is proved;
    ``cells``: sums of points that can be told apart at once;
    ``sets_told``: least sets of changes told for each outcome; ``combinations``: how many are looked for;
    ``answers_told``: sets of options told of those that do as well as each other.
    """

    ring_points: int = 500_000
    box_points: int = 1_000_000
    samples: int = 2_048
    boxes: int = 10_000
    leaf: int = 2_000
    near_points: int = 20_000
    checks: int = 400
    subsets: int = 20
    cells: int = 100_000
    sets_told: int = 50
    combinations: int = 2_000
    answers_told: int = 16


LIMITS = ExplanationLimits()
"""What people wait for: see the times in the benchmark."""
