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
    parser.add_argument("--serve", action="store_true", help="the server under load, against its floor, alone")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), action="append", help="--serve: on this database")
    parser.add_argument("--only", default="", help="--serve: the pages with this in their names", metavar="TEXT")
    parser.add_argument("--large", action="store_true", help="--serve: also with a million saved assessments")
    parser.add_argument("--seconds", type=float, default=3, help="--serve: of load on each page, in each round")
    parser.add_argument("--load", action="store_true", help="people at once through the proxy, slow clients, alone")
    parser.add_argument("--minutes", type=float, default=1, help="--load: for how long people answer; 30 for a soak")
    parser.add_argument("--markdown", action="store_true", help="print the engine's tables as Markdown")
    parser.add_argument("--starts", action="store_true", help="also time `make run`, the first time and again")
    wanted = parser.parse_args()
    everything = not (wanted.pages or wanted.engine or wanted.stream or wanted.sql or wanted.serve or wanted.load)
    held = True
    if wanted.pages or everything:
        from tests.benchmarks.budgets import budgets

        held = budgets(starts=wanted.starts)
    if wanted.engine or everything:
        from tests.benchmarks.speed.report import report

        held = report(as_markdown=wanted.markdown) and held
    if wanted.stream or everything:
        from tests.benchmarks.stream import report_streams

        held = report_streams() and held
    if wanted.sql or everything:
        from tests.benchmarks.sql import ROWS
        from tests.benchmarks.sql import report as of_sql

        held = of_sql(wanted.rows or ROWS) and held
    if wanted.serve or everything:
        from tests.benchmarks.serve.report import report_load

        kinds = wanted.on or ("sqlite", "postgresql")
        held = report_load(kinds, large=wanted.large, only=wanted.only, seconds=wanted.seconds) and held
    if wanted.load or everything:
        from tests.benchmarks.load import load

        held = load(wanted.minutes) and held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
