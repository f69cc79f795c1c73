"""The advice on many work items as rows and as plain values, at the speed of writing them: texts are put together once.

With full reasons the rows are those of ``results.result_rows``, without a recommendation for each.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import repeat
from typing import Any, TypeAlias

from advisor.engine.evaluation.bulk import BulkAdvice, advise_many, judge_many
from advisor.engine.model.answers import WorkItem, plain_answers
from advisor.engine.model.caching import Memo
from advisor.engine.model.operators import Answer
from advisor.engine.model.policy import Points, Sums
from advisor.engine.model.questions import Answers
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import DoneBy, Outcome
from advisor.exchange.items.header import ANSWER
from advisor.exchange.items.plain_rows import PlainRows
from advisor.exchange.recommendation import points_document, reason_document
from advisor.exchange.results import BETWEEN, COLUMNS, Verdicts, answers_of, reason_line
from advisor.exchange.sheets.csv_files import escape_formula
from advisor.exchange.work_items import answer_text

Cell: TypeAlias = str | int


class Reasons(StrEnum):
    """How much is written of what is behind an advice."""

    NONE = "none"
    KEYS = "keys"
    FULL = "full"


_EXPLAINED = frozenset({"reasons", "sources", "disagreements", "risks"})
"""The columns that are left out where no reasons are wanted."""

_KEPT = 1 << 16


class AdviceRows:
    """Makes rows and plain values of the advice on work items. ``number`` is the version of the rules, None for a file.

    ``verdicts`` are the words of an advice; they look at outcomes, at what is unanswered, and at who does the work.
    """

    def __init__(self, rule_set: RuleSet, number: int | None, reasons: Reasons, verdicts: Verdicts) -> None:
        self._rule_set, self._number, self._reasons = rule_set, number, reasons
        self._verdicts = verdicts
        self._version = "" if number is None else number
        self._keys = [question.key for question in rule_set.questions]
        self._cells: Memo[Answer, str] = Memo(lambda answer: escape_formula(answer_text(answer)), _KEPT)
        self._verdict_of: dict[Any, Sequence[str]] = {}
        self._says: dict[Sums, str] = {}
        self._plain_words: dict[tuple[Outcome, DoneBy | None, bool], str] = {}
        lines = {rule.key: reason_document(rule_set, rule, {}) for rule in rule_set.rules}
        self._sources = {key: [source["id"] for source in reason["sources"]] for key, reason in lines.items()}
        is_full = reasons is Reasons.FULL
        self._texts = {key: reason_line(reason) if is_full else key for key, reason in lines.items()}
        self._between = BETWEEN if is_full else " "

    @property
    def is_without_reasons(self) -> bool:
        """Whether nothing is told of what is behind an advice."""
        return self._reasons is Reasons.NONE

    @property
    def columns(self) -> list[str]:
        """The head of the rows."""
        wanted = [name for name in COLUMNS if self._reasons is not Reasons.NONE or name not in _EXPLAINED]
        return [*wanted, *(f"{ANSWER}{key}" for key in self._keys)]

    def rows(self, items: Sequence[WorkItem]) -> Iterator[list[Cell]]:
        """A row for each process and, below it, one for each of its parts; text that is no formula."""
        explained = self._reasons is not Reasons.NONE
        for item, advice in zip(items, self._advise(items), strict=True):
            words = self._words(advice)
            whole, parts = answers_of(item)
            told = self._advice_cells(advice) if explained else ()
            yield [*self._start(item.process, "", advice, told), words[0], *self._answer_cells(whole)]
            for piece, says, (name, own) in zip(advice.named_parts, words[1:], parts, strict=True):
                told = self._told_of(piece) if explained else ()
                yield [*self._start(item.process, name, piece, told), says, *self._answer_cells(own)]

    def plain_lines(self, items: PlainRows) -> Iterator[str]:
        """The rows without reasons as lines of CSV, put together of pieces that were written as CSV before."""
        columns: list[Iterator[str]] = []
        for key in self._keys:
            if key in items.numbers:
                texts = ["", *(_as_csv(self._cells[answer]) for answer in items.answers[key][1:])]
                columns.append(map(texts.__getitem__, items.numbers[key]))
            else:
                columns.append(repeat(""))
        judged = judge_many(self._rule_set, *items.counted_answers)
        for name, (sums, (points, decision), unanswered, done_by), answers in zip(
            items.names, judged, zip(*columns, strict=False), strict=False
        ):
            says = self._says.get(sums)
            if says is None:
                if len(self._says) >= _KEPT:
                    self._says.clear()
                says = self._says[sums] = _as_csv(decision.outcome, decision.kind, decision.strength, *_numbers(points))
            known = decision.outcome, done_by, not unanswered
            words = self._plain_words.get(known)
            if words is None:
                advice = BulkAdvice("", decision.outcome, decision.kind, decision.strength, points, unanswered, done_by)
                words = self._plain_words[known] = _as_csv(self._words(advice)[0])
            quoted = _as_csv(name) if "," in name or '"' in name else name
            yield f"{quoted},,{says},{' '.join(unanswered)},{self._version},{words},{','.join(answers)}\n"

    def documents(self, items: Sequence[WorkItem]) -> Iterator[dict[str, Any]]:
        """The same as plain values; not with full reasons, which ``recommend`` gives."""
        for item, advice in zip(items, self._advise(items), strict=True):
            whole, parts = answers_of(item)
            named = [
                {"part": name, **self._document(piece), "answers": plain_answers(own)}
                for piece, (name, own) in zip(advice.named_parts, parts, strict=True)
            ]
            document = {"process": item.process, **self._document(advice)}
            if self._reasons is Reasons.KEYS:
                document["disagreements"] = [it.key for it in advice.disagreements]
                document["guidance"] = [it.key for it in advice.guidance]
            yield {**document, "rules_version": self._number, "answers": plain_answers(whole), "parts": named}

    def _advise(self, items: Sequence[WorkItem]) -> list[BulkAdvice]:
        return advise_many(self._rule_set, items, explained=self._reasons is not Reasons.NONE)

    def _start(self, process: str, part: str, advice: BulkAdvice, told: Sequence[str]) -> list[Cell]:
        points = advice.points
        names = _guard(process), _guard(part) if part else ""
        verdict: list[Cell] = [*names, advice.outcome, advice.kind, advice.strength, *_numbers(points)]
        unanswered = " ".join(advice.unanswered)
        if told:
            reasons, sources, disagreements, risks = told
            return [*verdict, reasons, sources, unanswered, disagreements, risks, self._version]
        return [*verdict, unanswered, self._version]

    def _advice_cells(self, advice: BulkAdvice) -> tuple[str, str, str, str]:
        several = bool(advice.parts)
        found = advice.reasons()
        texts = (f"{part}: {self._texts[rule.key]}" if several else self._texts[rule.key] for part, rule in found)
        topics = (it.topic if self._reasons is Reasons.FULL else it.key for it in advice.disagreements)
        return (
            _guard(self._between.join(texts)),
            self._ids(rule for _, rule in found),
            _guard(self._between.join(topics)),
            " ".join(risk.key for risk in advice.risks),
        )

    def _told_of(self, piece: BulkAdvice) -> tuple[str, str, str, str]:
        reasons = _guard(self._between.join(self._texts[rule.key] for rule in piece.rules))
        return reasons, self._ids(piece.rules), "", " ".join(risk.key for risk in piece.risks)

    def _ids(self, rules: Iterable[Rule]) -> str:
        return " ".join(dict.fromkeys(source for rule in rules for source in self._sources[rule.key]))

    def _answer_cells(self, answers: Answers) -> list[str]:
        cells = self._cells
        return [cells[answers[key]] if key in answers else "" for key in self._keys]

    def _words(self, advice: BulkAdvice) -> Sequence[str]:
        """The verdicts, looked up by all that they depend on."""
        known: Any = (advice.outcome, advice.done_by, not advice.unanswered, bool(advice.part))
        if advice.parts:
            known = (*known, *((it.outcome, it.done_by, not it.unanswered) for it in advice.parts))
        found = self._verdict_of.get(known)
        if found is None:
            parts = [{"part": piece.part, **self._document(piece)} for piece in advice.named_parts]
            document: Any = {**self._document(advice), "parts": parts}
            found = self._verdict_of[known] = [escape_formula(says) for says in self._verdicts(document)]
        return found

    def _document(self, advice: BulkAdvice) -> dict[str, Any]:
        document: dict[str, Any] = {
            "outcome": advice.outcome,
            "kind": advice.kind,
            "strength": advice.strength,
            "points": points_document(advice.points),
            "unanswered": list(advice.unanswered),
        }
        if advice.done_by:
            document["done_by"] = advice.done_by
        if self._reasons is Reasons.KEYS:
            several = bool(advice.parts)
            document["reasons"] = [
                {"rule": rule.key, "sources": self._sources[rule.key], **({"part": part} if several else {})}
                for part, rule in advice.reasons()
            ]
            document["risks"] = [risk.key for risk in advice.risks]
        return document


def _numbers(points: Points) -> tuple[int, ...]:
    return points.bpo, points.kpo, points.keep, points.both, points.lean, points.evidence


def _as_csv(*cells: Cell) -> str:
    """Cells with commas between them; one alone needs no marks where it is empty, since others stand beside it."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow(["", *cells])
    return out.getvalue()[1:]


def _guard(text: str) -> str:
    """``escape_formula``, of texts most of which begin as no formula does."""
    return escape_formula(text) if text[:1] in "'=+-@\t\r\n" else text
