"""How long `make run` takes on a copy of the project: the first time, with everything to install, and the second."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from advisor import paths
from tests.benchmarks.table import Measurement
from tests.serving import free_port

FIRST, SECOND = 60, 5


def measure_starts() -> Iterator[Measurement]:
    """Seconds until it says that it is ready. Packages come from where pip gets them on this machine."""
    with tempfile.TemporaryDirectory(prefix="advisor-start-") as folder:
        copy = Path(folder) / "project"
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        for name in subprocess.run(listed, cwd=paths.ROOT, capture_output=True, check=True).stdout.split(b"\0"):
            source = Path(paths.ROOT) / os.fsdecode(name)
            if name and source.is_file():
                target = copy / os.fsdecode(name)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        yield Measurement("make run, the first time", _seconds_until_ready(copy), "s", FIRST)
        yield Measurement("make run, again", _seconds_until_ready(copy), "s", SECOND)


def _seconds_until_ready(folder: Path) -> float:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    begun = time.monotonic()
    with subprocess.Popen(
        ["make", "run", f"PORT={free_port()}"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Ready: "):
                break
        seconds = time.monotonic() - begun
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    assert any(line.startswith("Ready: ") for line in said), "".join(said)
    return seconds
