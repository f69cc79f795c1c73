"""Recommendations as a sheet or a workbook: one row for each process and, below it, one for each of its parts.

Beside the advice stand the answers that it was given on, so that what is written can be read and evaluated again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

from advisor.engine.document.text import sort_key
from advisor.engine.model.answers import WorkItem, plain_answers, stored_answer
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import RuleSet
from advisor.exchange.item_sheets import answer_cells, answer_words, items_sheets, option_words
from advisor.exchange.items.header import ANSWER
from advisor.exchange.recommendation import PartDocument, ReasonDocument, RecommendationDocument
from advisor.exchange.sheets.writer import ColumnHead, WorkbookSheet, Written, write_workbook
from advisor.exchange.work_items import answer_text

Advised: TypeAlias = tuple[WorkItem, RecommendationDocument]
"""A work item and the advice on it."""

Verdicts: TypeAlias = Callable[[RecommendationDocument], Sequence[str]]
"""What an advice says in words: of the process, and then of each of its parts."""

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
    "advice",
)
"""The columns of every rule set: names and order stay. Behind them stands a column for each answer."""

_IN_WORDS = "because_of, in words"
REASON_COLUMNS = ("process", "part", "rule", "text", "side", "points", "sources", "general", "because_of", _IN_WORDS)
RISK_COLUMNS = (
    "process",
    "part",
    "risk",
    "title",
    "happens",
    "because_of",
    "actions",
    "grade",
    "sources",
    _IN_WORDS,
)
SOURCE_COLUMNS = ("id", "source", "place", "text", "general")
_UNANSWERED = "unanswered, in words"
_SHEET_COLUMNS = (*COLUMNS[:3], "advice", *COLUMNS[3:14], _UNANSWERED, *COLUMNS[14:17])
"""Those of a workbook: words beside the keys."""

_WIDTHS = {"process": 28, "part": 18, "reasons": 60, "text": 60, "advice": 24, "disagreements": 30, "place": 24}
_WIDTHS |= {"title": 40, "happens": 60, "actions": 60, "because_of": 22, _IN_WORDS: 44, _UNANSWERED: 30, "source": 30}
_WIDTHS |= {"rule": 20, "risk": 20, "sources": 20, "unanswered": 16, "risks": 20, "general": 9, "strength": 10}
_WIDTHS |= dict.fromkeys(("bpo", "kpo", "keep", "both", "lean"), 7) | {"rules_version": 14, "evidence": 10, "points": 8}
BETWEEN = " | "
"""What stands between several texts in a cell of CSV."""

_HOW_TO_READ = (
    ("Recommendations", "A row for each process and, below it, one for each of its parts. Advice says the outcome in"
     " words. Lean is BPO minus KPO,"
     " evidence is BPO plus KPO. Both: points for both, part by part, which count for neither."
     " The kind is given even where the outcome is keep: if you did hand it over."),
    ("Processes", "The answers that the advice was given on, in words. Change them, and read the file again to see what"
     " comes of it."),
    ("Reasons", "Every rule that matched, with the points it gave, its claims, and the answers that it looked at."
     " General: guidance that stands in no document of ours."),
    ("Risks", "What tends to go wrong with such work, the weightiest first, with the answers that show it and what to"
     " do before signing. It moves no point. Grade: how firm the published ground is."),
    ("Sources", "The claims behind the reasons, and where each stands."),
)  # fmt: skip


ROWS_LIMIT = 20_000
"""Processes and parts in a workbook of advice: with its reasons, a larger one is soon too large to be read again."""

_SHEET_ROWS = 1_000_000
"""Rows of reasons on one sheet; more go on on another."""

_CELL = 30_000
"""Characters of reasons that stand beside the advice."""


def columns(rule_set: RuleSet) -> list[str]:
    """The head of a sheet of advice."""
    return [*COLUMNS, *(f"{ANSWER}{question.key}" for question in rule_set.questions)]


def result_rows(
    rule_set: RuleSet, advised: Iterable[Advised], verdicts: Verdicts, between: str = BETWEEN
) -> Iterator[list[str | int]]:
    """A row for each process and, below it, one for each of its parts; answers stand where they were asked.

    ``between`` stands between several texts in a cell.
    """
    keys = [question.key for question in rule_set.questions]
    for item, advice in advised:
        words = verdicts(advice)
        version = "" if advice["rules_version"] is None else advice["rules_version"]
        topics = between.join(topic["topic"] for topic in advice["disagreements"])
        whole, parts = answers_of(item)
        own = answer_cells(keys, whole)
        yield [*_row(advice["process"], "", advice, between), topics, _risk_keys(advice), version, words[0], *own]
        for part, says, (name, answers) in zip(advice["parts"], words[1:], parts, strict=True):
            own = answer_cells(keys, answers)
            yield [*_row(advice["process"], name, part, between), "", _risk_keys(advice, name), version, says, *own]


def advised_document(item: WorkItem, advice: Mapping[str, Any]) -> dict[str, Any]:
    """A recommendation with its answers, as JSON: what is read as work items gives the same advice again."""
    whole, named = answers_of(item)
    parts = [{**part, "answers": plain_answers(own)} for part, (_, own) in zip(advice["parts"], named, strict=True)]
    return {**advice, "answers": plain_answers(whole), "parts": parts}


def answers_of(item: WorkItem) -> tuple[Answers, Sequence[tuple[str, Answers]]]:
    """The answers of the whole and of its parts; a single part without a name is the whole."""
    if len(item.parts) == 1 and not item.parts[0][0]:
        return {**item.answers, **item.parts[0][1]}, ()
    return item.answers, item.parts


def rows_needed(items: Iterable[WorkItem]) -> int:
    """How many rows the advice on these takes, of which a workbook holds ``ROWS_LIMIT``."""
    return sum(1 + len(item.parts) for item in items)


def write_results_workbook(
    rule_set: RuleSet, advised: Sequence[Advised], verdicts: Verdicts, about: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Write recommendations as a workbook: the same rows, and each reason and each claim on a row of its own.

    The answers stand in words on a sheet that can be changed and read again. ``about`` says which rules gave the
    advice. Raises RuleSetError where there is more than a sheet can hold.
    """
    words = _Words(rule_set)
    advices = [advice for _, advice in advised]
    rows = _in_words(words, result_rows(rule_set, advised, verdicts, between="\n"))
    tables = [
        *_tables("Recommendations", _SHEET_COLUMNS, rows),
        *_tables("Reasons", REASON_COLUMNS, _reason_rows(words, advices)),
        *_tables("Risks", RISK_COLUMNS, _risk_rows(words, advices)),
        *_tables("Sources", SOURCE_COLUMNS, _source_rows(advices), frozen=1),
        *items_sheets(rule_set.questions, [item for item, _ in advised]),
    ]
    title = ("Outsourcing Advisor", f"Advice on {len(advised)} processes.")
    return write_workbook(tables, [title, *about, *_HOW_TO_READ], mend="Write it as CSV instead.")


class _Words:
    """The words of a rule set's questions and answers."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._short = {question.key: question.short for question in rule_set.questions}
        self._options = {question.key: option_words(question) for question in rule_set.questions}

    def questions(self, keys: Iterable[str]) -> str:
        """What questions are about, each on a line of its own."""
        return "\n".join(self._short.get(key, key) for key in keys)

    def answers(self, because_of: Mapping[str, str | int | list[str]]) -> str:
        """Answers, each on a line of its own with what it is about."""
        return "\n".join(
            f"{self._short.get(key, key)}: {answer_words(self._options.get(key, {}), stored_answer(answer))}"
            for key, answer in because_of.items()
        )


def _in_words(words: _Words, rows: Iterable[list[str | int]]) -> Iterator[list[Written]]:
    """The rows of CSV as the workbook has them: words beside keys, and the answers on a sheet of their own."""
    for cells in rows:
        row = dict(zip(COLUMNS, cells, strict=False))
        row[_UNANSWERED] = words.questions(str(row["unanswered"]).split())
        if len(reasons := str(row["reasons"])) > _CELL:
            kept = reasons[:_CELL].rpartition("\n")[0]
            row["reasons"] = f"{kept}\n… All of them stand on the sheet “Reasons”."
        yield [row[column] for column in _SHEET_COLUMNS]


def _reason_rows(words: _Words, recommendations: Iterable[RecommendationDocument]) -> Iterator[list[str | int]]:
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
                words.answers(reason["because_of"]),
            ]


def _risk_rows(words: _Words, recommendations: Iterable[RecommendationDocument]) -> Iterator[list[str | int]]:
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
                    words.answers(at_risk["because_of"]),
                ]


def _risk_keys(advice: RecommendationDocument, part: str | None = None) -> str:
    """The keys of the risks, the weightiest first; with ``part``, of those that show in it."""
    risks = advice.get("risks", [])
    return " ".join(
        it["key"] for it in risks if part is None or any(at.get("part", part) == part for at in it["parts"])
    )


def _answers(because_of: Mapping[str, str | int | list[str]]) -> str:
    return "\n".join(f"{key}: {answer_text(stored_answer(answer))}" for key, answer in because_of.items())


def _source_rows(recommendations: Iterable[RecommendationDocument]) -> list[list[str | int]]:
    reasons = (reason for advice in recommendations for reason in advice["reasons"])
    sources = {source["id"]: source for reason in reasons for source in reason["sources"]}
    return [
        [it["id"], it["source"], it["place"], it["text"], "yes" if it["general"] else "no"]
        for it in sorted(sources.values(), key=lambda source: sort_key(source["id"]))
    ]


def _tables(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[Written]], frozen: int = 2
) -> Iterator[WorkbookSheet]:
    """One sheet, and more of them where one does not hold all rows."""
    heads = [ColumnHead(column, _WIDTHS.get(column, 14)) for column in columns]
    rest, number = iter(rows), 1
    while (some := list(islice(rest, _SHEET_ROWS))) or number == 1:
        yield WorkbookSheet(name if number == 1 else f"{name} {number}", heads, some, frozen, is_read=False)
        number += 1


def _row(process: str, part: str, advice: RecommendationDocument | PartDocument, between: str) -> list[str | int]:
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
        between.join(map(reason_line, advice["reasons"])),
        " ".join(ids),
        " ".join(advice["unanswered"]),
    ]


def reason_line(reason: ReasonDocument) -> str:
    """One reason in a line: its sentence, then the rule, its points and the claims in brackets."""
    of_part = f"{reason['part']}: " if "part" in reason else ""
    ids = ", ".join(source["id"] for source in reason["sources"])
    label = "; general guidance, not from our sources" if reason["general"] else ""
    push = reason["push"]
    return f"{of_part}{reason['text']} [{reason['rule']}: {push['points']} to {push['side']}; {ids}{label}]"
