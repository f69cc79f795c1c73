"""Sheets of work items as somebody fills them in by keys."""

from collections.abc import Iterable, Sequence
from html import escape

from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.item_sheets import item_rows
from advisor.exchange.items.read import open_items
from advisor.exchange.results import Advised, columns, result_rows
from advisor.exchange.sheets.csv_files import write_rows
from advisor.exchange.sheets.writer import ColumnHead, WorkbookSheet, write_workbook
from advisor.exchange.work_items import header
from advisor.wording.advice.verdict import verdict_lines
from tests.exchange.sheets import open_document


def read_sheet(rule_set: RuleSet, data: bytes, kind: str) -> tuple[list[WorkItem], list[Problem]]:
    """The work items of a file of that kind, and what is wrong with it."""
    with open_items(rule_set, data, f"list.{kind}") as reading:
        return list(reading), reading.problems


def csv_of(rule_set: RuleSet, items: Sequence[WorkItem]) -> str:
    return write_rows([header(rule_set), *item_rows(rule_set.questions, items)])


def workbook_of(rule_set: RuleSet, items: Sequence[WorkItem] = ()) -> bytes:
    heads = [ColumnHead(column) for column in header(rule_set)]
    rows = list(item_rows(rule_set.questions, items))
    return write_workbook([WorkbookSheet("Processes", heads, rows)], [("Processes", "Keys of options.")])


def open_document_of(rule_set: RuleSet, items: Sequence[WorkItem]) -> bytes:
    rows = [header(rule_set), *item_rows(rule_set.questions, items)]
    return open_document.table([[escape(cell) for cell in row] for row in rows])


def advice_csv(rule_set: RuleSet, advised: Iterable[Advised]) -> str:
    """The rows of a workbook of advice as CSV."""
    return write_rows([columns(rule_set), *result_rows(rule_set, advised, verdict_lines)])
