"""Advice as it is written to a file, some work items at a time: JSON, JSON Lines, CSV, or a workbook at the end."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO, Protocol

from advisor.commands.files import BadInput
from advisor.commands.rule_sources import Rules
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import RuleSetError
from advisor.exchange.advice_rows import AdviceRows, Reasons
from advisor.exchange.items.plain_rows import PlainRows
from advisor.exchange.recommendation import RecommendationDocument, recommend
from advisor.exchange.results import ROWS_LIMIT, Advised, advised_document, write_results_workbook
from advisor.exchange.sheets.csv_files import BYTE_ORDER_MARK
from advisor.wording.advice.verdict import verdict_lines

ENDINGS = {"json": "json", "jsonl": "jsonl", "ndjson": "jsonl", "csv": "csv", "xlsx": "xlsx"}
"""The format that each ending of a name stands for."""

Advise = Callable[[Any, int | None, WorkItem], RecommendationDocument]


class AdviceWriter(Protocol):
    """Writes the advice on work items as they come."""

    def write(self, items: Sequence[WorkItem]) -> None:
        """Write the advice on these."""

    def finish(self) -> None:
        """Write what comes after the last."""


def advice_writer(
    wanted: str, stream: BinaryIO, rules: Rules, reasons: Reasons, advise: Advise, *, is_single: bool, is_file: bool
) -> AdviceWriter:
    """The writer of a format. ``advise`` gives full advice; ``is_file`` says that spreadsheets will open it."""
    rows = AdviceRows(rules.rule_set, rules.number, reasons, verdict_lines)

    def full(items: Sequence[WorkItem]) -> Iterable[dict[str, Any]]:
        return (advised_document(item, advise(rules.rule_set, rules.number, item)) for item in items)

    documents = full if reasons is Reasons.FULL else rows.documents
    match wanted:
        case "csv":
            return _CsvWriter(stream, rows, is_file=is_file)
        case "xlsx":
            return _WorkbookWriter(stream, rules, reasons)
        case "jsonl":
            return _LinesWriter(stream, documents)
    return _ObjectWriter(stream, documents) if is_single else _ListWriter(stream, documents)


Documents = Callable[[Sequence[WorkItem]], Iterable[dict[str, Any]]]


class _CsvWriter:
    def __init__(self, stream: BinaryIO, rows: AdviceRows, *, is_file: bool) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        # Spreadsheets know UTF-8 by the mark; programs in a pipe do not expect it.
        self._text.write(BYTE_ORDER_MARK if is_file else "")
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._writer.writerow(rows.columns)
        self._rows = rows

    def write(self, items: Sequence[WorkItem]) -> None:
        if self._rows.is_without_reasons and isinstance(items, PlainRows):
            self._text.writelines(self._rows.plain_lines(items))
        else:
            self._writer.writerows(self._rows.rows(items))

    def finish(self) -> None:
        self._text.detach()


class _LinesWriter:
    def __init__(self, stream: BinaryIO, documents: Documents) -> None:
        self._stream, self._documents = stream, documents

    def write(self, items: Sequence[WorkItem]) -> None:
        encode = json.JSONEncoder(ensure_ascii=False).encode
        self._stream.writelines(f"{encode(document)}\n".encode() for document in self._documents(items))

    def finish(self) -> None:
        pass


class _ListWriter(_LinesWriter):
    """A list, indented as people read it, though it is written item by item."""

    def __init__(self, stream: BinaryIO, documents: Documents) -> None:
        super().__init__(stream, documents)
        self._before = "[\n"

    def write(self, items: Sequence[WorkItem]) -> None:
        for document in self._documents(items):
            text = json.dumps(document, ensure_ascii=False, indent=2).replace("\n", "\n  ")
            self._stream.write(f"{self._before}  {text}".encode())
            self._before = ",\n"

    def finish(self) -> None:
        self._stream.write(b"\n]\n" if self._before == ",\n" else b"[]\n")


class _ObjectWriter(_LinesWriter):
    def write(self, items: Sequence[WorkItem]) -> None:
        for document in self._documents(items):
            self._stream.write(f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode())


class _WorkbookWriter:
    def __init__(self, stream: BinaryIO, rules: Rules, reasons: Reasons) -> None:
        self._stream, self._rules, self._reasons = stream, rules, reasons
        self._advised: list[Advised] = []

    def write(self, items: Sequence[WorkItem]) -> None:
        rules = self._rules
        self._advised += [(item, self._trim(recommend(rules.rule_set, rules.number, item))) for item in items]

    def _trim(self, advice: RecommendationDocument) -> RecommendationDocument:
        """The advice with no more than is wanted of what is behind it."""
        if self._reasons is Reasons.NONE:
            for one in (advice, *advice["parts"]):
                one["reasons"] = []
            advice["risks"], advice["disagreements"] = [], []
        return advice

    def finish(self) -> None:
        about = self._rules.origin_lines()
        if self._reasons is Reasons.NONE:  # else blank cells would say that there are none
            about.append(("Left out", "Reasons with their sources, disagreements and risks."))
        try:
            data = write_results_workbook(self._rules.rule_set, self._advised, verdict_lines, about)
        except RuleSetError as error:
            raise BadInput(f"The advice cannot be written as a workbook. {error}") from None
        self._stream.write(data)


def refuse_too_many_rows(rows: int) -> None:
    """Raise BadInput where a workbook cannot hold the advice on so many processes and parts."""
    if rows > ROWS_LIMIT:
        most = f"A workbook holds the advice on {ROWS_LIMIT:,} processes and parts, and these are more."
        raise BadInput(f"{most} Write it as CSV instead: --format csv.")
