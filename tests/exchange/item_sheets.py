"""Sheets of work items as somebody fills them in: the product reads them, and writes the header row alone."""

from collections.abc import Sequence
from html import escape

from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.items.read import open_items
from advisor.exchange.sheets.csv_files import write_rows
from advisor.exchange.sheets.writer import ColumnHead, WorkbookSheet, write_workbook
from advisor.exchange.work_items import answer_text, header
from tests.exchange import open_document


def read_sheet(rule_set: RuleSet, data: bytes, kind: str) -> tuple[list[WorkItem], list[Problem]]:
    """The work items of a file of that kind, and what is wrong with it."""
    with open_items(rule_set, data, f"list.{kind}") as reading:
        return list(reading), reading.problems


def csv_of(rule_set: RuleSet, items: Sequence[WorkItem]) -> str:
    return write_rows([header(rule_set), *_rows(rule_set, items)])


def workbook_of(rule_set: RuleSet, items: Sequence[WorkItem] = ()) -> bytes:
    heads = [ColumnHead(column) for column in header(rule_set)]
    return write_workbook(
        [WorkbookSheet("Processes", heads, _rows(rule_set, items))], [("Processes", "Keys of options.")]
    )


def open_document_of(rule_set: RuleSet, items: Sequence[WorkItem]) -> bytes:
    rows = [header(rule_set), *_rows(rule_set, items)]
    return open_document.table([[escape(cell) for cell in row] for row in rows])


def _rows(rule_set: RuleSet, items: Sequence[WorkItem]) -> list[list[str]]:
    rows = []
    for item in items:
        for part, own in item.parts or [("", {})]:
            answers = {**item.answers, **own}
            cells = [answer_text(answers[q.key]) if q.key in answers else "" for q in rule_set.questions]
            rows.append([item.process, part, *cells])
    return rows
