"""Where Prometheus reads what the processes of a server counted: a listener of its own, on an address of its own."""

import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator
from http.server import HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from advisor import metrics
from advisor._version import __version__
from advisor.extensions import readiness_of
from advisor.models import DatabaseUnavailable, job
from advisor.models.database import Database
from advisor.models.database_metrics import observe
from advisor.models.readiness import NOT_KNOWN, PARTS, WELL, Readiness
from advisor.operating import OperatorError
from advisor.settings import Settings
from advisor.web.logs import log

if TYPE_CHECKING:
    from prometheus_client import Metric

_PATIENCE = 5
"""Seconds that whoever reads may take."""


class MetricsListener:
    """Opened before processes are forked, which then answer at it, whichever comes first: it lives as long as one."""

    def __init__(self, listening: socket.socket, folder: Path) -> None:
        self._socket = listening
        self._folder = folder
        self._counted = metrics.begin(folder)

    def serve(self, database: Database, settings: Settings) -> Thread:
        """Answer at it in a thread that ends with the process."""
        from prometheus_client import CollectorRegistry, MetricsHandler
        from prometheus_client.multiprocess import MultiProcessCollector

        observe(database, self._counted)
        self._counted.processes.set(1)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self._folder))
        registry.register(_InstallationNumbers(database, readiness_of(database, settings)))

        handler = MetricsHandler.factory(registry)
        handler.timeout = _PATIENCE
        server = HTTPServer(self._socket.getsockname()[:2], handler, bind_and_activate=False)
        server.socket.close()
        server.socket = self._socket
        thread = Thread(target=server.serve_forever, name="metrics", daemon=True)
        thread.start()
        return thread

    def forget(self, pid: int) -> None:
        """Let go of what a process that ended had under way; what it counted stays."""
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid, str(self._folder))


def open_listener(settings: Settings) -> MetricsListener | None:
    """Begin to count, and listen; None where no setting says where. Raises OperatorError."""
    where = settings["METRICS"]
    if where is None:
        return None
    host, port = where
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise OperatorError(
            f"ADVISOR_METRICS: the numbers cannot be offered on {host}, port {port}: {error.strerror}. "
            "Choose another address for each server and each worker on this machine."
        ) from error
    listening.settimeout(0)  # of several processes that are woken, one gets the connection
    folder = Path(tempfile.mkdtemp(prefix="advisor-metrics-"))  # new, so that nothing of an earlier run is added
    atexit.register(_remove, folder, os.getpid())
    return MetricsListener(listening, folder)


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # not a process that it forked
        shutil.rmtree(folder, ignore_errors=True)


class _InstallationNumbers:
    """What no process counts: it is looked up whenever it is read."""

    def __init__(self, database: Database, readiness: Readiness) -> None:
        self._database = database
        self._readiness = readiness

    def describe(self) -> Iterable["Metric"]:
        """Nothing: the library would else look all of it up at once."""
        return ()

    def collect(self) -> Iterator["Metric"]:
        """Whether all is well, how many jobs there are, and how much room is left."""
        from prometheus_client.core import GaugeMetricFamily

        info = GaugeMetricFamily("advisor_info", "The release that runs.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        well = GaugeMetricFamily("advisor_well", "Whether a part is well: 1, or 0.", labels=["part"])
        state = self._readiness.state()
        for part in PARTS:
            if state[part] != NOT_KNOWN:
                well.add_metric([part], float(state[part] == WELL))
        yield well
        if (file := self._database.file) is not None and file.parent.is_dir():
            room = shutil.disk_usage(file.parent).free
            yield GaugeMetricFamily("advisor_disk_free_bytes", "Left on the disk of the SQLite database.", room)
        if state["schema"] == WELL:
            yield from self._jobs()

    def _jobs(self) -> Iterator["Metric"]:
        from prometheus_client.core import GaugeMetricFamily

        try:
            with self._database.read() as session:
                counts, wait = job.count_states(session), job.longest_wait(session)
        except DatabaseUnavailable as error:
            log.warning("jobs not counted", reason=error.reason)
            return
        jobs = GaugeMetricFamily("advisor_jobs", "Long jobs that are kept, by state.", labels=["state"])
        for name, number in counts.items():
            jobs.add_metric([name], number)
        yield jobs
        seconds = wait.total_seconds()
        yield GaugeMetricFamily("advisor_job_wait_seconds", "How long the job that waits longest has waited.", seconds)
