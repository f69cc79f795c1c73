"""How long the server takes, of twenty times the slowest but one: reading and saving, on one connection.

Measured in three rounds, of which the quietest counts: what else the machine does is not the server's time.
"""

from collections.abc import Callable, Iterator
from itertools import cycle
from statistics import fmean, quantiles

from advisor.engine.model.questions import Section
from tests.benchmarks.caller import Caller
from tests.benchmarks.processor import ServerTime
from tests.benchmarks.table import Measurement
from tests.browser.person import CASES, RULES
from tests.browser.states import READING

TIMES = 100
ROUNDS = 3
WARM_UP = 20

READS, FEW_ROUNDS, FEW = 20, 2, 2
"""Where the server's processor time is told as well: how often a page is read in a round, how many rounds there are,
and how often it is read before them."""

QUESTION, RESULT, LIST = 100, 200, 300


def latencies(url: str) -> Iterator[Measurement]:
    """The 95th percentile of each kind of request."""
    caller = Caller(url)
    for _ in range(10):
        caller.describe(CASES["market-research"])
    first = caller.describe(CASES["payroll"], until=RULES.section(Section.CORE)[1].key)
    unfinished = first.rsplit("/", 1)[0] + "/" + RULES.section(Section.CORE)[0].key
    result = caller.describe(CASES["payroll"])
    last = result.replace("result", "questions/contact")
    parts = caller.describe(CASES["finance-function"])

    yield measure_times("question, GET", QUESTION, lambda: caller.get(unfinished).seconds)
    yield measure_times("question, POST", QUESTION, _answer_act(caller, unfinished, ["core", "vital"]))
    yield measure_times(
        "question, POST that gives new advice", RESULT, _answer_act(caller, last, ["some", "most", "hardly"])
    )
    yield measure_times("result, GET", RESULT, lambda: caller.get(result).seconds)
    yield measure_times(
        "result, POST (recalculate)", RESULT, lambda: caller.post(result, caller.get(result).hidden_fields).seconds
    )
    yield measure_times("name, GET", QUESTION, lambda: caller.get("/assessments/new").seconds)
    others = {"answers so far": result.replace("result", "answers"), "parts": parts.replace("result", "parts")}
    for name, path in {**others, "your data, 13 processes": "/your-data", **READING}.items():
        budget = LIST if name in {"claims", "claims of a version", "how the sum works"} else QUESTION
        yield measure_times(f"{name}, GET", budget, lambda path=path: caller.get(path).seconds)  # type: ignore[misc]
    owner = Caller(url)
    ids = owner.keep(200)
    yield measure_times("your processes, 200, GET", LIST, lambda: owner.get("/processes").seconds)
    yield measure_times(
        "your processes, 200, sorted and searched, GET", LIST, lambda: owner.get("/processes?sort=clear&q=1").seconds
    )
    side_by_side = "/processes/compare?" + "&".join(f"of={key}" for key in ids[:4])
    yield measure_times("4 processes side by side, GET", RESULT, lambda: owner.get(side_by_side).seconds)
    yield measure_times(
        "spreadsheet of 200 processes, GET", None, lambda: owner.get("/processes/your-processes.xlsx").seconds
    )


def _answer_act(caller: Caller, path: str, answers: list[str]) -> Callable[[], float]:
    """Change the answer each time, with a form that was opened just before."""
    given = cycle(answers)

    def answer() -> float:
        reply = caller.post(path, {**caller.get(path).hidden_fields, "answer": next(given)})
        assert reply.status == 303, f"{path}: {reply.status}"
        return reply.seconds

    return answer


def measure_times(
    name: str,
    budget: float | None,
    act: Callable[[], float],
    *,
    times: int = TIMES,
    rounds: int = ROUNDS,
    warm_up: int = WARM_UP,
) -> Measurement:
    """The 95th percentile of what ``act`` says that it took, in the quietest round. ``budget`` is in milliseconds."""
    for _ in range(warm_up):
        act()
    slowest_but_one = min(quantiles([act() for _ in range(times)], n=20)[-1] for _ in range(rounds))
    return Measurement(f"server p95: {name}", slowest_but_one * 1000, "ms", budget)


def measure_act(
    server: ServerTime,
    name: str,
    budget: float,
    act: Callable[[], float],
    before: Callable[[], object] | None = None,
) -> Iterator[Measurement]:
    """How long it takes, and how much of the server's processor time, each time after what is to be done ``before``."""
    spent: list[float] = []

    def act_once() -> float:
        if before is not None:
            before()
        begun = server.seconds()
        seconds = act()
        spent.append(server.seconds() - begun)
        return seconds

    yield measure_times(name, budget, act_once, times=READS, rounds=FEW_ROUNDS, warm_up=FEW)
    yield Measurement(f"processor time of it: {name}", fmean(spent) * 1000, "ms")
