"""Disks that only one process sees, and that no root is needed for: one of a few MB, and one that is read-only."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.serving import ServerProcess

_ALONE = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
_BIND = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
_MOUNT = 'mount -t tmpfs -o size="$1",mode=700 none "$2" && cp -a "$3"/. "$2" && shift 3 && exec "$@"'


def on_a_small_disk(folder: Path, size: str, content: Path) -> list[str]:
    """The beginning of a command line whose program has a disk of that size, with what is in ``content`` on it."""
    return [*_ALONE, _MOUNT, "sh", size, str(folder), str(content)]


def on_a_read_only_disk(folder: Path) -> list[str]:
    """The beginning of a command line whose program sees ``folder``, and cannot change anything in it."""
    return [*_ALONE, _BIND, "sh", str(folder)]


class SmallDisk:
    """The disk at ``folder``, as the server sees it."""

    def __init__(self, server: ServerProcess, folder: Path) -> None:
        self._pid = server.process.pid
        self._there = Path(f"/proc/{self._pid}/root{folder}")

    def names(self) -> list[str]:
        """What is on it."""
        return sorted(file.name for file in self._there.iterdir())

    def run(self, *command: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command that sees the disk."""
        inside = ["nsenter", f"--target={self._pid}", "--user", "--mount", "--preserve-credentials"]
        return subprocess.run([*inside, *command], env=environ, capture_output=True, text=True, check=False)

    @contextmanager
    def full(self, but: int = 0) -> Iterator[None]:
        """Not a byte is left on it in the block, or about so many."""
        filler = self._there / "filler"
        with filler.open("wb", buffering=0) as writer, suppress(OSError):
            while shutil.disk_usage(self._there).free > but and writer.write(bytes(4096)):
                pass
        yield
        filler.unlink()
