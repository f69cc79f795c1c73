"""How far explanations and proofs look: counts, not times, so that the same always gets the same on every machine."""

from dataclasses import dataclass

from advisor.engine.model.errors import Problem


@dataclass(frozen=True, slots=True)
class ExplanationLimits:
    """Where looking ends. What is not found by then is said to be open, never guessed.

    ``sphere_points``: sets of changes tried for the fewest changes, ``near_points`` for what must be kept;
    ``box_points``: points of one box of the space that are looked at; ``samples``: points of a large box that are
    looked at first; ``boxes``: smaller ones that it is cut into, of ``leaf`` points or fewer;
    ``checks``: boxes looked at to find out what suffices; ``subsets``: answers of which the least set is proved;
    ``score_states``: sums of points that can be told apart at once;
    ``clashing``: sets of changes to one outcome that are dropped because answers would pull apart;
    ``sets_shown``: least sets of changes told for each outcome; ``combinations``: how many are looked for;
    ``answers_shown``: sets of options told of those that do as well as each other.
    """

    sphere_points: int = 500_000
    box_points: int = 1_000_000
    samples: int = 2_048
    boxes: int = 10_000
    leaf: int = 2_000
    near_points: int = 20_000
    checks: int = 400
    subsets: int = 20
    score_states: int = 100_000
    sets_shown: int = 50
    combinations: int = 2_000
    clashing: int = 10_000
    answers_shown: int = 16


EXPLANATION_LIMITS = ExplanationLimits()
"""What people wait for: see the times in the benchmark."""


@dataclass(frozen=True, slots=True)
class ProofLimits:
    """Beyond ``states`` or ``work`` a claim is not settled, and an estimate stands for a count.

    ``states`` are combinations that are looked at before merging equal ones: a million take about half a second.
    ``work`` are numbers that are added or compared block by block: 10**9 take about a tenth of a second. ``sample``
    are the combinations of an estimate: with 2**16 a share of a half is told to half a percentage point.
    ``tried`` are those in which witnesses are looked for.
    """

    states: int = 3_000_000
    work: int = 100 * 10**9
    sample: int = 2**16
    tried: int = 2**15


PROOF_LIMITS = ProofLimits()

QUICK = ProofLimits(states=300_000, work=10**9)
"""What a page waits for: well under a second for a rule set of at most ``QUICK_RULES`` rules."""

QUICK_RULES = 100
"""More of them take longer one by one, however small the limits are."""


TOO_MANY = "There are too many combinations of answers to check them all."

ESTIMATED = "Fewer questions, options or rules can be counted."
"""How an estimate can become a count."""


def is_open(problem: Problem) -> bool:
    """Whether a problem says that something was not settled."""
    return problem.mend in {TOO_MANY, ESTIMATED}
