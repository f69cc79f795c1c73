"""Recommendations as a sheet or a workbook: one row for each process and, below it, one for each of its parts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from advisor.engine.document.text import sort_key
from advisor.engine.model.answers import stored_answer
from advisor.exchange.recommendation import PartDocument, ReasonDocument, RecommendationDocument
from advisor.exchange.sheets.csv_files import write_rows
from advisor.exchange.sheets.writer import ColumnHead, WorkbookSheet, write_workbook
from advisor.exchange.work_items import answer_text

COLUMNS = (
    "process",
    "part",
    "outcome",
    "kind",
    "strength",
    "bpo",
    "kpo",
    "keep",
    "both",
    "lean",
    "evidence",
    "reasons",
    "sources",
    "unanswered",
    "disagreements",
    "risks",
    "rules_version",
)
REASON_COLUMNS = ("process", "part", "rule", "text", "side", "points", "sources", "general", "because_of")
RISK_COLUMNS = ("process", "part", "risk", "title", "happens", "because_of", "actions", "grade", "sources")
SOURCE_COLUMNS = ("id", "source", "place", "text", "general")
_WIDTHS = {"process": 30, "part": 20, "reasons": 60, "text": 60, "because_of": 30, "disagreements": 30, "place": 24}
_WIDTHS |= {"title": 40, "happens": 60, "actions": 60}
_BETWEEN = " | "
_HOW_TO_READ = (
    ("Recommendations", "A row for each process and, below it, one for each of its parts. Lean is BPO minus KPO,"
     " evidence is BPO plus KPO. Both: points for both, part by part, which count for neither."
     " The kind is given even where the outcome is keep: if you did hand it over."),
    ("Reasons", "Every rule that matched, with the points it gave, its claims, and the answers that it looked at."
     " General: guidance that stands in neither of the two documents."),
    ("Risks", "What tends to go wrong with such work, the weightiest first, with the answers that show it and what to"
     " do before signing. It moves no point. Grade: how firm the published ground is."),
    ("Sources", "The claims behind the reasons, and where each stands."),
)  # fmt: skip


def write_results(recommendations: Iterable[RecommendationDocument]) -> str:
    """Write recommendations as CSV."""
    return write_rows([COLUMNS, *result_rows(recommendations)])


def write_results_workbook(
    recommendations: Sequence[RecommendationDocument], about: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Write recommendations as a workbook: the same rows, and each reason and each claim on a row of its own.

    ``about`` says which rules gave them. Raises RuleSetError where there is more than a sheet can hold.
    """
    tables = [
        WorkbookSheet("Recommendations", _heads(COLUMNS), list(result_rows(recommendations)), frozen=2),
        WorkbookSheet("Reasons", _heads(REASON_COLUMNS), list(_reason_rows(recommendations)), frozen=2),
        WorkbookSheet("Risks", _heads(RISK_COLUMNS), list(_risk_rows(recommendations)), frozen=2),
        WorkbookSheet("Sources", _heads(SOURCE_COLUMNS), _source_rows(recommendations)),
    ]
    title = ("Outsourcing Advisor", f"Advice on {len(recommendations)} processes.")
    return write_workbook(tables, [title, *about, *_HOW_TO_READ])


def result_rows(recommendations: Iterable[RecommendationDocument]) -> Iterator[list[str | int]]:
    """A row for each process and, below it, one for each of its parts."""
    for advice in recommendations:
        version = "" if advice["rules_version"] is None else advice["rules_version"]
        topics = _BETWEEN.join(topic["topic"] for topic in advice["disagreements"])
        yield [*_row(advice["process"], "", advice), topics, _risk_keys(advice), version]
        for part in advice["parts"]:
            yield [*_row(advice["process"], part["part"], part), "", _risk_keys(advice, part["part"]), version]


def _reason_rows(recommendations: Iterable[RecommendationDocument]) -> Iterator[list[str | int]]:
    for advice in recommendations:
        for reason in advice["reasons"]:
            yield [
                advice["process"],
                reason.get("part", ""),
                reason["rule"],
                reason["text"],
                reason["push"]["side"],
                reason["push"]["points"],
                " ".join(source["id"] for source in reason["sources"]),
                "yes" if reason["general"] else "no",
                _answers(reason["because_of"]),
            ]


def _risk_rows(recommendations: Iterable[RecommendationDocument]) -> Iterator[list[str | int]]:
    """A row for each part in which a risk shows."""
    for advice in recommendations:
        for risk in advice.get("risks", []):
            for at_risk in risk["parts"]:
                yield [
                    advice["process"],
                    at_risk.get("part", ""),
                    risk["key"],
                    risk["title"],
                    risk["happens"],
                    _answers(at_risk["because_of"]),
                    "\n".join(risk["actions"]),
                    risk["grade"],
                    " ".join(risk["sources"]),
                ]


def _risk_keys(advice: RecommendationDocument, part: str | None = None) -> str:
    """The keys of the risks, the weightiest first; with ``part``, of those that show in it."""
    risks = advice.get("risks", [])
    return " ".join(it["key"] for it in risks if part is None or any(at.get("part") == part for at in it["parts"]))


def _answers(because_of: Mapping[str, str | int | list[str]]) -> str:
    return "\n".join(f"{key}: {answer_text(stored_answer(answer))}" for key, answer in because_of.items())


def _source_rows(recommendations: Iterable[RecommendationDocument]) -> list[list[str | int]]:
    reasons = (reason for advice in recommendations for reason in advice["reasons"])
    sources = {source["id"]: source for reason in reasons for source in reason["sources"]}
    return [
        [it["id"], it["source"], it["place"], it["text"], "yes" if it["general"] else "no"]
        for it in sorted(sources.values(), key=lambda source: sort_key(source["id"]))
    ]


def _heads(columns: Sequence[str]) -> list[ColumnHead]:
    return [ColumnHead(column, _WIDTHS.get(column, 14)) for column in columns]


def _row(process: str, part: str, advice: RecommendationDocument | PartDocument) -> list[str | int]:
    ids = dict.fromkeys(source["id"] for reason in advice["reasons"] for source in reason["sources"])
    points = advice["points"]
    return [
        process,
        part,
        advice["outcome"],
        advice["kind"],
        advice["strength"],
        points["bpo"],
        points["kpo"],
        points["keep"],
        points.get("both", 0),
        points["lean"],
        points["evidence"],
        _BETWEEN.join(map(_reason, advice["reasons"])),
        " ".join(ids),
        " ".join(advice["unanswered"]),
    ]


def _reason(reason: ReasonDocument) -> str:
    """One reason in a line: its sentence, then the rule, its points and the claims in brackets."""
    of_part = f"{reason['part']}: " if "part" in reason else ""
    ids = ", ".join(source["id"] for source in reason["sources"])
    label = "; general guidance, not from the two documents" if reason["general"] else ""
    push = reason["push"]
    return f"{of_part}{reason['text']} [{reason['rule']}: {push['points']} to {push['side']}; {ids}{label}]"
