"""What this process counts for whoever watches over the installation; nothing, and at no cost, until ``begin``.

Every label has few values, none of which comes from outside: rules of addresses, outcomes, kinds. No owner is in any.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds."""


class Metrics:
    """The counters of this process, in files that outlive it, so that several processes are added up."""

    def __init__(self, folder: Path) -> None:
        # The library decides when it is loaded whether it counts for one process or for several.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry: CollectorRegistry = CollectorRegistry()
        here = {"registry": self.registry}
        self.requests = Counter(
            "advisor_requests",
            "Requests answered, by rule of the address and class of status.",
            ["route", "status"],
            **here,
        )
        self.request_seconds = Histogram(
            "advisor_request_seconds", "Seconds to the answer.", ["route"], buckets=_BUCKETS, **here
        )
        self.in_progress = Gauge(
            "advisor_requests_in_progress", "Requests begun and not ended.", multiprocess_mode="livesum", **here
        )
        self.processes = Gauge("advisor_processes", "Processes that serve.", multiprocess_mode="livesum", **here)
        self.refusals = Counter("advisor_refusals", "Requests refused, by reason.", ["reason"], **here)
        self.saves = Counter("advisor_saves", "Processes stored: begun, answered, changed or binned.", **here)
        self.evaluations = Counter("advisor_evaluations", "Advice given, by outcome.", ["outcome"], **here)
        self.jobs_ended = Counter(
            "advisor_jobs_ended", "Long jobs that ended, by kind and result.", ["kind", "result"], **here
        )
        self.database_seconds = Histogram(
            "advisor_database_seconds",
            "Seconds in the database for each transaction.",
            ["kind"],
            buckets=_BUCKETS,
            **here,
        )


_metrics: Metrics | None = None


def begin(folder: Path) -> Metrics:
    """Count from now on, in files in ``folder``, which is empty. Once in a process, before it forks."""
    global _metrics  # noqa: PLW0603 - one process counts in one place
    _metrics = Metrics(folder)
    return _metrics


def current() -> Metrics | None:
    """What this process counts with; None where it counts nothing."""
    return _metrics


def count_evaluation(outcome: str) -> None:
    """Note that advice was given."""
    if _metrics is not None:
        _metrics.evaluations.labels(outcome).inc()


def count_job(kind: str, result: str) -> None:
    """Note that a job ended."""
    if _metrics is not None:
        _metrics.jobs_ended.labels(kind, result).inc()
