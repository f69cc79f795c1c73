"""What other points for the same conditions do to the advice on complete answers, in a sample of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from advisor.engine.batch import OUTCOMES, evaluate_codes
from advisor.engine.proofs.judging import Ints
from advisor.engine.proofs.limits import LIMITS
from advisor.engine.proofs.sampling import SEED, complete_states
from advisor.engine.rules import RuleSet
from advisor.engine.space import space_of
from advisor.engine.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class Reweighed:
    """The share of each outcome among complete answers before and after, and of those that get another one.

    All are from 0.0 to 1.0, within about half a percentage point.
    """

    before: Mapping[Outcome, float]
    after: Mapping[Outcome, float]
    turned: float


def reweighed(old: RuleSet, new: RuleSet, size: int = LIMITS.sample) -> Reweighed | None:
    """Hold two rule sets whose conditions are the same against the same random answers; None where none can be drawn.

    Raises SpaceTooLarge.
    """
    space = space_of(old)
    states = complete_states(space) if space.variables else None
    if states is None:
        return None
    codes = states.sample(size, np.random.default_rng(SEED))
    before, after = (evaluate_codes(rules, codes).outcomes for rules in (old, new))
    return Reweighed(_shares(before), _shares(after), float((before != after).mean()))


def _shares(outcomes: Ints) -> dict[Outcome, float]:
    counts = np.bincount(outcomes, minlength=len(OUTCOMES))
    return {outcome: float(count) / len(outcomes) for outcome, count in zip(OUTCOMES, counts, strict=True)}
