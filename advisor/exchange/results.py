"""Recommendations as a sheet: one row for each process and, below it, one for each of its parts."""

from collections.abc import Iterable, Sequence

from advisor.exchange.csv import write_rows
from advisor.exchange.formula import guard
from advisor.exchange.recommendation import PartDocument, ReasonDocument, RecommendationDocument

COLUMNS = (
    "process",
    "part",
    "outcome",
    "kind",
    "strength",
    "bpo",
    "kpo",
    "keep",
    "lean",
    "evidence",
    "reasons",
    "sources",
    "unanswered",
    "disagreements",
    "rules_version",
)
_BETWEEN = " | "


def write_results(recommendations: Iterable[RecommendationDocument]) -> str:
    """Write recommendations as CSV. Text that a spreadsheet would run as a formula is guarded."""
    rows: list[Sequence[str | int]] = [COLUMNS]
    for given in recommendations:
        version = "" if given["rules_version"] is None else given["rules_version"]
        topics = _BETWEEN.join(told["topic"] for told in given["disagreements"])
        rows.append([*_row(given["process"], "", given), guard(topics), version])
        rows.extend([*_row(given["process"], part["part"], part), "", version] for part in given["parts"])
    return write_rows(rows)


def _row(process: str, part: str, given: RecommendationDocument | PartDocument) -> list[str | int]:
    ids = dict.fromkeys(source["id"] for reason in given["reasons"] for source in reason["sources"])
    points = given["points"]
    return [
        guard(process),
        guard(part),
        given["outcome"],
        given["kind"],
        given["strength"],
        points["bpo"],
        points["kpo"],
        points["keep"],
        points["lean"],
        points["evidence"],
        guard(_BETWEEN.join(map(_reason, given["reasons"]))),
        guard(" ".join(ids)),
        guard(" ".join(given["unanswered"])),
    ]


def _reason(reason: ReasonDocument) -> str:
    """One reason in a line: its sentence, then the rule, its points and the claims in brackets."""
    of_part = f"{reason['part']}: " if "part" in reason else ""
    ids = ", ".join(source["id"] for source in reason["sources"])
    label = "; general guidance, not from the two documents" if reason["general"] else ""
    push = reason["push"]
    return f"{of_part}{reason['text']} [{reason['rule']}: {push['points']} to {push['side']}; {ids}{label}]"
