"""DuckDB: one query that sums a CASE for every rule."""

from collections.abc import Sequence
from typing import Any

import duckdb

from tests.benchmarks.speed.peers.peer import ManyPeer
from tests.benchmarks.speed.plain import MEASURES, PlainRule, PlainRuleSet


class DuckDb(ManyPeer):
    """On one thread, as all others; the columns are in a table of its own."""

    name = "DuckDB, a sum of CASEs"

    def __init__(self, plain: PlainRuleSet) -> None:
        super().__init__(plain)
        self._database = duckdb.connect(config={"threads": 1})
        sides: list[list[str]] = [[] for _ in MEASURES]
        for rule in plain.rules:
            sides[rule.side].append(f"CASE WHEN {_condition(rule)} THEN {rule.points} ELSE 0 END")
        self._names = list(MEASURES.values())
        sums = [f"{_sum(cases)} AS {name}" for cases, name in zip(sides, self._names, strict=True)]
        inner = f"SELECT {', '.join(sums)} FROM items"
        self._query = f"SELECT {self.policy.sql()} AS outcome, {', '.join(self._names)} FROM ({inner})"

    def hold(self, codes: Sequence[Any]) -> None:
        """Fill the table."""
        columns = dict(zip(self.plain.questions, codes, strict=True))
        self._database.register("columns", columns)
        self._database.execute("CREATE OR REPLACE TABLE items AS SELECT * FROM columns")
        self._database.unregister("columns")

    def outcomes(self) -> Sequence[Any]:
        """The answer as arrays."""
        found = self._database.execute(self._query).fetchnumpy()
        return [found[name] for name in ("outcome", *self._names)]


def _sum(terms: Sequence[str]) -> str:
    """A sum in brackets, halved again and again: it refuses expressions that are too deep."""
    if len(terms) < 2:
        return "".join(terms) or "0"
    middle = len(terms) // 2
    return f"({_sum(terms[:middle])} + {_sum(terms[middle:])})"


def _condition(rule: PlainRule) -> str:
    return " AND ".join(
        f"{question} IN ({', '.join(value[1:] for value in fitting)})" for question, fitting in rule.tests.items()
    )
