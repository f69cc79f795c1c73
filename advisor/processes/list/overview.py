"""The summary of a list of processes: one value for its picture, its sentence, its links and what is printed of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from advisor.engine.model.vocabulary import Outcome, Strength
from advisor.processes.list.query import UNFINISHED, ListRow, strength_of
from advisor.wording.vocabulary import OUTCOMES, STRENGTHS

LEAST = 2
"""A list shorter than that is its own summary."""

RISKS = 5
"""Risks that are named, those of most processes first."""

Link = Callable[..., str]
"""Makes the address of the list with one more filter, which it takes by its name in ``ListQuery``."""


@dataclass(frozen=True, slots=True)
class OverviewCount:
    """Of how many processes something is true.

    ``share`` is that of all processes in percent, ``outcome`` is drawn as a shape; ``url`` is the list of just these,
    "" for readers who have no list.
    """

    label: str
    count: int
    share: float
    url: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class OverviewGroup:
    """Counts that belong together, under their heading; those that are 0 are left out."""

    name: str
    counts: list[OverviewCount]


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole summary of ``total`` processes. Groups without any count are left out."""

    total: int
    sentence: str
    groups: list[OverviewGroup]


def overview(rows: Sequence[ListRow], link: Link | None = None) -> Overview | None:
    """Sum these processes up; None where there are too few of them. Without ``link`` no count leads anywhere."""
    if len(rows) < LEAST:
        return None
    counting = _CountLinks(len(rows), link)
    groups = [
        OverviewGroup(_("Advice"), list(_advice(rows, counting))),
        OverviewGroup(_("How clear"), list(_strengths(rows, counting))),
        OverviewGroup(_("Still open"), list(_open(rows, counting))),
        OverviewGroup(_("What most often tends to go wrong"), list(_risks(rows, counting))),
    ]
    return Overview(len(rows), _sentence(rows), [group for group in groups if group.counts])


@dataclass(frozen=True, slots=True)
class _CountLinks:
    total: int
    link: Link | None

    def counts(self, found: Iterable[tuple[str, int, dict[str, str]]]) -> Iterable[OverviewCount]:
        """The label, the number and the filter of each, as it is shown; without those that are 0."""
        for label, count, query in found:
            if count:
                outcome = query.get("advice", "").removeprefix(UNFINISHED)
                url = self.link(**query) if self.link and query else ""
                yield OverviewCount(label, count, round(100 * count / self.total, 1), url, outcome)


def _advice(rows: Sequence[ListRow], counting: _CountLinks) -> Iterable[OverviewCount]:
    found = _outcomes(rows)
    return counting.counts(
        (str(OUTCOMES[outcome].name), found[outcome], {"advice": outcome.value}) for outcome in Outcome
    )


def _strengths(rows: Sequence[ListRow], counting: _CountLinks) -> Iterable[OverviewCount]:
    found = Counter(strength for row in rows if (strength := strength_of(row.line)))
    return counting.counts((str(STRENGTHS[it]), found[it], {"clear": it.value}) for it in reversed(Strength))


def _open(rows: Sequence[ListRow], counting: _CountLinks) -> Iterable[OverviewCount]:
    return counting.counts(
        (
            (_("Not finished"), sum(row.line.outcome is None for row in rows), {"advice": UNFINISHED}),
            (_("Not decided yet"), sum(not row.line.decision for row in rows), {"decided": "no"}),
            (_("Newer rules would differ"), sum(row.is_news for row in rows), {"rules": "changed"}),
        )
    )


def _risks(rows: Sequence[ListRow], counting: _CountLinks) -> Iterable[OverviewCount]:
    found = Counter(key for row in rows for key in row.line.risks)
    titles = {
        key: title
        for row in sorted(rows, key=lambda row: row.line.advised_by or 0)
        for key, title in row.line.risks.items()
    }
    most = sorted(found.items(), key=lambda item: (-item[1], titles[item[0]]))[:RISKS]
    return counting.counts((titles[key], count, {"risk": key}) for key, count in most)


def _outcomes(rows: Sequence[ListRow]) -> Counter[Outcome]:
    return Counter(Outcome(row.line.outcome) for row in rows if row.line.outcome)


def _sentence(rows: Sequence[ListRow]) -> str:
    """Which advice is given most often."""
    found = _outcomes(rows)
    advised = found.total()
    if not advised:
        return str(_("None of them has advice yet."))
    most = max(found.values())
    first = [str(OUTCOMES[outcome].name) for outcome in Outcome if found[outcome] == most]
    words = {"advice": _(" and ").join(f"“{name}”" for name in first), "n": most, "all": advised}
    if most == advised:
        return str(_("The advice is %(advice)s for all that have any.", **words))
    if len(first) > 1:
        return str(_("Most often the advice is %(advice)s: %(n)d each of %(all)d.", **words))
    return str(_("Most often the advice is %(advice)s: %(n)d of %(all)d.", **words))
