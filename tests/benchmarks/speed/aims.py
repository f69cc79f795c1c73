"""What the engine is to reach, as ratios of one run, and whether it does."""

from collections.abc import Iterator, Mapping

from tests.benchmarks.aim import Aim
from tests.benchmarks.speed import analyses, bulk, comparing, single
from tests.benchmarks.speed.engines import OURS
from tests.benchmarks.speed.results import Subject
from tests.benchmarks.speed.sizes import STARTER


def aims(subjects: Mapping[str, Subject]) -> Iterator[Aim]:
    """All of them, from the tables by their keys in the report."""
    full, brief = subjects["full"], subjects["brief"]
    for column, wanted in (("40", 2), ("400", 7)):
        yield Aim(
            f"one set of answers with reasons, best peer against ours, {column} rules",
            full.best(single.NAMES_OF_PEERS, column),
            wanted,
            least=True,
        )
    for table, what, most in ((full, "with reasons", 40), (brief, "outcome and points", 8)):
        yield Aim(f"one set of answers, {what}, from 40 to 4,000 rules", _growth(table), most, least=False)
    batch = subjects["many 400"]
    yield Aim(
        "10^6 sets of answers, 400 rules, ours against the best vectorised peer",
        batch.best(bulk.VECTORISED, "10^6"),
        20,
        least=True,
    )
    yield Aim("the same, of the adder limit", _share(batch), 10, least=True, unit="%")
    compared = subjects["compare"]
    for column in compared.columns:
        passes = compared.ratio(comparing.COMPARE, column)
        yield Aim(f"comparing two rule sets, {column}, in passes of evaluate_many", passes, 3, least=False)
    for column in subjects["changes"].columns:
        yield Aim(
            f"fewest changes to each outcome against one by CP-SAT, {column} rules",
            subjects["changes"].ratio(analyses.ONE_CHANGE, column),
            20,
            least=True,
        )
    explained, proved = subjects["explain"], subjects["prove"]
    for table, name, column, longest, unit in (
        (explained, "every explanation", STARTER, 50.0, "ms"),
        (explained, "every explanation", "400", 1000.0, "ms"),
        (proved, "the checks", STARTER, 1.0, "s"),
        (proved, "the checks", "400", 10.0, "s"),
    ):
        yield Aim(f"{name}, {column} rules", _slowest(table, column), longest, least=False, unit=unit)


def _growth(table: Subject) -> float | None:
    small, large = table.value(OURS, "40"), table.value(OURS, "4,000")
    return large / small if small and large else None


def _share(batch: Subject) -> float | None:
    """Percent of the rate at which the gates of the same circuit would run in C: from bitmaps, as those do."""
    ours = batch.value(bulk.FROM_BITMAPS, "10^6")
    limit = batch.value(bulk.ADDERS, "10^6")
    return 100 * ours / limit if ours and limit else None


def _slowest(table: Subject, column: str) -> float | None:
    return max((value for row in table.rows if (value := table.value(row, column)) is not None), default=None)
