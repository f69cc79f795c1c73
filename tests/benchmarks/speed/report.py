"""The engine against its peers and its limits: every table, then what it is to reach."""

import os
import platform
from collections.abc import Callable, Iterable
from time import monotonic

from tests.benchmarks.speed import results
from tests.benchmarks.speed.aims import aims
from tests.benchmarks.speed.analyses import change_speed, explaining_sets, explanation_speed, proof_speed
from tests.benchmarks.speed.bulk import bulk_speed
from tests.benchmarks.speed.comparing import comparison_speed
from tests.benchmarks.speed.limits import Limits
from tests.benchmarks.speed.loading import load_speed
from tests.benchmarks.speed.results import Subject
from tests.benchmarks.speed.single import single
from tests.benchmarks.speed.sizes import NAMES


def report(*, as_markdown: bool) -> bool:
    """Measure, print, and say whether every aim is held."""
    limits = Limits()
    show = results.markdown if as_markdown else results.text
    parts: list[tuple[Iterable[str], Callable[[], Iterable[Subject]]]] = [
        (("full", "brief"), single),
        ([f"many {name}" for name in NAMES], lambda: bulk_speed(limits)),
        (("load", "memory"), load_speed),
        (("compare",), lambda: [comparison_speed()]),
        (("changes",), lambda: [change_speed()]),
        (("explain", "explain sets"), lambda: [explanation_speed(), explaining_sets()]),
        (("prove",), lambda: [proof_speed()]),
    ]
    subjects: dict[str, Subject] = {}
    begun = monotonic()
    for keys, measure in parts:
        for key, subject in zip(keys, measure(), strict=True):
            subjects[key] = subject
            print(show(subject), flush=True)
    found = list(aims(subjects))
    bullet = "- " if as_markdown else ""
    print("\n".join([f"{bullet}{aim.line()}" for aim in found]))
    print(
        "\nAll on one thread, in time of the processor, the quickest of several rounds;",
        f"{monotonic() - begun:.0f} s in all.",
        f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; full adders",
        f"{limits.adders:.2g}, other gates {limits.gates:.2g} bits a second ({limits.source}).",
        f"\nBusy processors on average meanwhile: {os.getloadavg()[1]:.1f}",
    )
    return all(aim.is_held for aim in found)
