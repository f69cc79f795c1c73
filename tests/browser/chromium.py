"""How Debian's Chromium is started for tests, pictures and measurements."""

from typing import Any

from tests.ensure_tools import find_chromium

MISSING = "Chromium is missing: make tools"

_QUIET = ("background-networking", "component-update", "sync", "quic", "dev-shm-usage", "gpu")


def launch_options() -> dict[str, Any]:
    """What Playwright's ``launch`` is given: a browser that talks to nobody but the server under test."""
    executable = find_chromium()
    if executable is None:
        raise FileNotFoundError(MISSING)
    switches = ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in _QUIET)]
    return {"executable_path": executable, "args": switches}
