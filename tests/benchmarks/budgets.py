"""The budgets of the pages, measured on the real server and in a real browser."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.benchmarks.latency import latencies
from tests.benchmarks.paint import measure_paint
from tests.benchmarks.portfolio import portfolio
from tests.benchmarks.sizes import files, first_page, pages
from tests.benchmarks.starts import measure_starts
from tests.benchmarks.table import Measurement, table
from tests.benchmarks.workshop import workshop
from tests.browser.chromium import launch_options
from tests.browser.serving import real_server


def budgets(*, starts: bool) -> bool:
    """Measure, print the table, and say whether all is within its budget. ``starts`` also times ``make run``."""
    rows: list[Measurement] = []
    with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder, real_server(Path(folder)) as url:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options())
            rows += first_page(browser, url)
            rows += pages(url)
            rows += files()
            rows += measure_paint(browser, url)
            browser.close()
        rows += latencies(url)
        rows += portfolio(url, Path(folder))
        rows += workshop(url, Path(folder))
    if starts:
        rows += measure_starts()
    print(table(rows))
    print(f"\nBusy processors on average meanwhile: {os.getloadavg()[1]:.1f} of {os.cpu_count()}")
    over = [row for row in rows if row.is_over]
    print(f"{len(over)} over budget" if over else "All within budget")
    return not over
