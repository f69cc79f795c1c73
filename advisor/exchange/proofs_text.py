"""What was proved of a rule set, as lines that are read in a terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.engine.model.errors import Problem
from advisor.exchange.percent import percent
from advisor.exchange.shown import visible
from advisor.exchange.words import OUTCOMES
from advisor.exchange.work_items import written

if TYPE_CHECKING:  # it loads NumPy, which a command that proves nothing need not wait for
    from advisor.engine.analysis.proofs.shares import Shares


def problem_lines(problem: Problem) -> Iterator[str]:
    """A problem with its place, and the answers that show it, as "question=option" pairs."""
    yield f"{'Blocks' if problem.blocks else 'Look at'}: {visible(str(problem))}"
    if problem.witness:
        pairs = (f"{key}={written(answer)}" for key, answer in problem.witness.items())
        yield f"  Shown by: {visible(' '.join(pairs))}"


def share_lines(shares: "Shares") -> Iterator[str]:
    """The share of each outcome among all complete answers, and whether it was counted or estimated."""
    if shares.is_exact:
        yield f"All {shares.space:,} combinations of complete answers were counted:"
    else:
        sample = shares.whole.total
        yield f"Estimate from {sample:,} of {shares.space:,} combinations of complete answers, with 99% intervals:"
    for outcome, name in OUTCOMES.items():
        share = f"  {name:<14}{percent(shares.whole.share(outcome)):>16}"
        low, high = map(percent, shares.interval(outcome))
        yield f"{share}  {shares.whole.count(outcome):,}" if shares.is_exact else f"{share}  {low} to {high}"
