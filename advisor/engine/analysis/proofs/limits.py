"""How much the proofs may take: counts, so that the same rule set gets the same answer on every machine."""

from dataclasses import dataclass


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


LIMITS = ProofLimits()

QUICK = ProofLimits(states=300_000, work=10**9)
"""What a page waits for: well under a second for a rule set of at most ``QUICK_RULES`` rules."""

QUICK_RULES = 100
"""More of them take longer one by one, however small the limits are."""
