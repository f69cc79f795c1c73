"""The budgets of the pages, the engine against its peers and limits, long files, and rules as SQL.

It ends with 1 where one is missed. Run it on a machine that does nothing else: everything here is measured in its time.
"""

import argparse
import sys


def main() -> int:
    """Measure what is asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--pages", action="store_true", help="the pages alone")
    parser.add_argument("--engine", action="store_true", help="the engine alone")
    parser.add_argument("--stream", action="store_true", help="`advisor evaluate` on long files alone")
    parser.add_argument("--sql", action="store_true", help="the rules as SQL in engines that are not ours, alone")
    parser.add_argument("--rows", type=int, help="rows of the table for --sql; a million, if it is not said")
    parser.add_argument("--markdown", action="store_true", help="print the engine's tables as Markdown")
    parser.add_argument("--starts", action="store_true", help="also time `make run`, the first time and again")
    wanted = parser.parse_args()
    everything = not (wanted.pages or wanted.engine or wanted.stream or wanted.sql)
    held = True
    if wanted.pages or everything:
        from tests.benchmarks.budgets import budgets

        held = budgets(starts=wanted.starts)
    if wanted.engine or everything:
        from tests.benchmarks.speed.report import report

        held = report(as_markdown=wanted.markdown) and held
    if wanted.stream or everything:
        from tests.benchmarks.stream import streaming

        held = streaming() and held
    if wanted.sql or everything:
        from tests.benchmarks.sql import ROWS
        from tests.benchmarks.sql import report as of_sql

        held = of_sql(wanted.rows or ROWS) and held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
