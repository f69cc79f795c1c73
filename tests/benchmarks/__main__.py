"""The budgets of the pages, measured on the real server and in a real browser. Ends with 1 where one is overrun.

Run it on a machine that does nothing else: everything here is measured in its time.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.benchmarks.engine import evaluating
from tests.benchmarks.latency import latencies
from tests.benchmarks.paint import painting
from tests.benchmarks.sizes import files, first_page, pages
from tests.benchmarks.starts import starting
from tests.benchmarks.table import Measured, table
from tests.browser.chromium import launch_options
from tests.browser.serving import real_server


def main() -> int:
    """Measure, print the table, and say whether all is within its budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--starts", action="store_true", help="also time `make run`, the first time and again")
    wanted = parser.parse_args()
    rows: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder, real_server(Path(folder)) as url:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options())
            rows += first_page(browser, url)
            rows += pages(url)
            rows += files()
            rows += painting(browser, url)
            browser.close()
        rows += latencies(url)
    rows += evaluating()
    if wanted.starts:
        rows += starting()
    print(table(rows))
    print(f"\nBusy processors on average meanwhile: {os.getloadavg()[1]:.1f} of {os.cpu_count()}")
    over = [row for row in rows if row.is_over]
    print(f"{len(over)} over budget" if over else "All within budget")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
