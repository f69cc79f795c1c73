"""How long one evaluation takes."""

from collections.abc import Iterator
from timeit import repeat

from advisor.engine.evaluate import evaluate
from tests.benchmarks.table import Measured
from tests.browser.person import CASES, RULES

NUMBER = 200


def evaluating() -> Iterator[Measured]:
    """One set of answers against the starter rule set, the quickest of several rounds; and all its test cases."""
    answers = CASES["payroll"].answers
    seconds = min(repeat(lambda: evaluate(RULES, answers), number=NUMBER, repeat=5)) / NUMBER
    yield Measured("evaluate, one set of answers", seconds * 1_000_000, "µs")
    seconds = min(repeat(lambda: [evaluate(RULES, case.answers) for case in CASES.values()], number=1, repeat=5))
    yield Measured(f"evaluate, {len(CASES)} test cases", seconds * 1000, "ms")
