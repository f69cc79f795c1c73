"""Pictures of every page and state, for people to look at.

python -m tests.browser.screenshots FOLDER      every state, at 375 and 1280 pixels
python -m tests.browser.screenshots --readme    docs/result.png, the picture of the README
"""

import argparse
import logging
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from advisor import paths
from advisor.operating.migrate import migrate
from tests.browser.chromium import launch_options
from tests.browser.person import CASES
from tests.browser.serving import failing_server, real_server
from tests.browser.states import every_state
from tests.browser.windows import PHONE, WIDE, Windows
from tests.conftest import settings_for

README_PICTURE = Path(paths.ROOT) / "docs" / "result.png"
README_LIMIT = 250_000
"""Bytes that the picture of the README may have."""


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where the pictures go")
    parser.add_argument("--readme", action="store_true", help=f"write {README_PICTURE.relative_to(paths.ROOT)}")
    wanted = parser.parse_args()
    if wanted.folder is None and not wanted.readme:
        parser.error("a folder, or --readme")
    logging.disable()  # pages that fail on purpose say so in the log
    with _chromium() as browser, tempfile.TemporaryDirectory(prefix="advisor-pictures-") as folder:
        served, failing = Path(folder) / "served", Path(folder) / "failing"
        served.mkdir()
        failing.mkdir()
        migrate(settings_for(f"sqlite:///{failing / 'template.db'}", failing))
        with real_server(served) as url, failing_server(failing, failing / "template.db") as failing_url:
            if wanted.readme:
                picture_for_readme(browser, url)
            if wanted.folder:
                for viewport in (PHONE, WIDE):
                    pictures(browser, url, failing_url, wanted.folder, viewport)
    return 0


def pictures(browser: Browser, url: str, failing: str, folder: Path, viewport: dict[str, int]) -> None:
    """Take a picture of each state, the whole page, with the state in its name."""
    folder.mkdir(parents=True, exist_ok=True)
    windows = Windows(browser, url, failing)
    for number, (state, page) in enumerate(every_state(windows, windows.open(viewport), failing), start=1):
        name = re.sub(r"[^a-z0-9]+", "-", state.lower())
        page.screenshot(path=folder / f"{viewport['width']}-{number:02}-{name}.png", full_page=True)
    windows.close()


def picture_for_readme(browser: Browser, url: str) -> None:
    """Take the picture of the first screen of a result."""
    windows = Windows(browser, url)
    page = windows.open(WIDE).having_described(CASES["call-centre-at-home"]).page
    page.screenshot(path=README_PICTURE)
    windows.close()
    size = README_PICTURE.stat().st_size
    assert size < README_LIMIT, f"{README_PICTURE} has {size} bytes"


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
