"""The real server, started as an operator starts it: a process of its own, with an environment of its own."""

import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from advisor import paths

START_LIMIT = 60
"""Seconds within which a server must be ready."""


def environment(url: str, folder: Path, **more: str) -> dict[str, str]:
    """Nothing but what the command needs, and what is asked for."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**bare, "PYTHONPATH": str(paths.ROOT), "DATABASE_URL": url, "ADVISOR_DATA": str(folder), **more}


def advisor(*arguments: str) -> list[str]:
    """The command line that runs the advisor command in this environment."""
    return python("-P", "-m", "advisor", *arguments)


def python(*arguments: str) -> list[str]:
    """The command line that runs this Python."""
    return [sys.executable, *arguments]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(file: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until a process has made this file, with which it says how far it is."""
    end = time.monotonic() + 60
    while not file.exists():
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"the process did not get there (ended with {process.poll()})")
        time.sleep(0.02)


class ServerProcess:
    """``advisor serve`` while the block runs, or another ``command`` that serves and says when it is ready.

    ``through`` is a command line that ends in running another one.
    """

    def __init__(
        self, environment: dict[str, str], through: Sequence[str] = (), command: Sequence[str] | None = None
    ) -> None:
        self._command = [*through, *(advisor("serve") if command is None else command)]
        self.port = free_port()
        self._environment = {**environment, "PORT": str(self.port)}
        self.said = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that what it forked can be ended with it
        )
        self._wait_until_ready()
        # What nobody reads would fill the pipe in the end, and the server would wait at its next line of the log.
        self._reader = threading.Thread(target=self._read_on, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.stop()

    def stop(self) -> int:
        """Stop it as an operator does, and return how it ended."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        self._reader.join(40)
        return self.process.returncode

    def kill(self) -> None:
        """End it and all that it forked at once, as a loss of power does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=40)

    def _read_on(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as pipe:
            for line in pipe:
                self.said += line.decode()

    def _wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        end = time.monotonic() + START_LIMIT
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while "Ready: " not in self.said:
                if not selector.select(end - time.monotonic()):
                    os.killpg(self.process.pid, signal.SIGKILL)
                    raise AssertionError(f"not ready after {START_LIMIT} s: {self.said}")
                chunk = os.read(self.process.stdout.fileno(), 65536).decode()
                if not chunk:
                    raise AssertionError(f"the server ended: {self.said}")
                self.said += chunk
