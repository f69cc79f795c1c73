"""A rule set as SQL: databases decide as we do on every row, and say what they could not read."""

from collections.abc import Callable
from functools import cache

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.rules import RuleSet
from advisor.exchange.sql.query import DIALECTS, QueryForm, write_sql
from tests.benchmarks.rule_generator import generate_rules
from tests.dmn.large import large_rule_set
from tests.engine.strategies import PROPERTY, rule_sets
from tests.exchange.sql.warehouse import (
    Warehouse,
    first_difference,
    in_datafusion,
    in_duckdb,
    in_postgresql,
    warehouse,
)

ROWS = 100_000

RULE_SETS: dict[str, Callable[[], RuleSet]] = {
    "starter": starter.rule_set,
    "400 rules": lambda: generate_rules(400, both=20),
    "of every type": lambda: large_rule_set(100),
}


@cache
def fill_warehouse(name: str) -> Warehouse:
    """A table for a rule set, made once."""
    return warehouse(RULE_SETS[name](), ROWS)


@pytest.mark.parametrize("name", RULE_SETS)
def test_duckdb_and_datafusion_decide_the_same_on_every_row(name: str) -> None:
    table = fill_warehouse(name)
    expected = table.expected_columns()
    assert len(set(expected["outcome"])) == 5
    assert len(set(expected["unread"])) > 100
    assert first_difference(in_duckdb(write_sql(table.rule_set, "duckdb", QueryForm()), table.arrow), expected) == ""
    query = write_sql(table.rule_set, "trino", QueryForm())  # near to what DataFusion speaks
    assert first_difference(in_datafusion(query, table.arrow), expected) == ""


@pytest.mark.parametrize("name", RULE_SETS)
def test_so_does_postgresql(name: str, postgresql_url: str) -> None:
    table = fill_warehouse(name)
    query = write_sql(table.rule_set, "postgres", QueryForm())
    assert first_difference(in_postgresql(query, table.arrow, postgresql_url), table.expected_columns()) == ""


def test_parts_are_combined_as_we_do(postgresql_url: str) -> None:
    form = QueryForm(keys=("process",), is_combined=True)
    for name in RULE_SETS:
        table = fill_warehouse(name)
        expected = table.combined_columns()
        assert sum(parts > 1 for parts in expected["parts"]) > 20_000
        assert first_difference(in_duckdb(write_sql(table.rule_set, "duckdb", form), table.arrow), expected) == ""
    query = write_sql(table.rule_set, "postgres", form)
    assert first_difference(in_postgresql(query, table.arrow, postgresql_url), expected) == ""


def test_the_rules_that_matched_are_named(postgresql_url: str) -> None:
    table = warehouse(RULE_SETS["of every type"](), 500, seed=2)
    form = QueryForm(has_reasons=True)
    expected = [
        " ".join(rule.key for rule in evaluate(table.rule_set, table.answers(row)).matched_rules) or None
        for row in range(table.size)
    ]
    assert in_duckdb(write_sql(table.rule_set, "duckdb", form), table.arrow)["reasons"] == expected
    query = write_sql(table.rule_set, "postgres", form)
    assert in_postgresql(query, table.arrow, postgresql_url)["reasons"] == expected


@settings(PROPERTY, max_examples=25)
@given(rule_set=rule_sets(), seed=st.integers(0, 10**6))
def test_so_it_is_with_rules_of_any_shape(rule_set: RuleSet, seed: int) -> None:
    table = warehouse(rule_set, 200, seed)
    assert (
        first_difference(in_duckdb(write_sql(rule_set, "duckdb", QueryForm()), table.arrow), table.expected_columns())
        == ""
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_is_read_again_as_what_was_written(dialect: str) -> None:
    rule_set = RULE_SETS["of every type"]()
    for form in (QueryForm(has_reasons=True), QueryForm("lake.answers", ("process",), is_combined=True)):
        written = write_sql(rule_set, dialect, form, [("These rules", "version 3")])
        assert written.startswith("-- These rules: version 3\n")
        again = sqlglot.parse_one(written, dialect=dialect)
        assert again.named_selects[0] == "process"
        bare = "".join(line for line in written.splitlines(keepends=True) if not line.startswith("--"))
        assert sqlglot.parse_one(bare, dialect=dialect).sql(dialect, pretty=True) + "\n" == bare


def test_names_can_stand_without_quotation_marks(postgresql_url: str) -> None:
    table = warehouse(starter.rule_set(), 100)
    form = QueryForm(is_quoted=False)
    query = write_sql(table.rule_set, "postgres", form)
    assert '"edge"' not in query
    assert first_difference(in_postgresql(query, table.arrow, postgresql_url), table.expected_columns()) == ""
    duckdb = write_sql(table.rule_set, "duckdb", form)
    assert first_difference(in_duckdb(duckdb, table.arrow), table.expected_columns()) == ""


@pytest.mark.parametrize(
    "table", ["", "a b c", "a, b", "a; DROP TABLE b", "a WHERE x = 1", "a JOIN b ON TRUE", "a AS b"]
)
def test_what_is_no_table_is_refused(table: str) -> None:
    with pytest.raises(RuleSetError, match="cannot stand behind FROM"):
        write_sql(starter.rule_set(), "duckdb", QueryForm(table))


def test_keys_that_would_stand_twice_are_refused() -> None:
    for keys, why in {
        ("process", "Edge"): "a question that decides",
        ("outcome",): "a column of the advice",
        ("day", "DAY"): "a key already",
        ("",): "no name",
    }.items():
        with pytest.raises(RuleSetError, match=why):
            write_sql(starter.rule_set(), "duckdb", QueryForm(keys=keys))
