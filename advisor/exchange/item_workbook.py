"""Work items as a workbook: one sheet with the same header and the same rows as CSV."""

from collections.abc import Iterable

from advisor.engine.answers import WorkItem
from advisor.engine.errors import Problem
from advisor.engine.questions import NONE_OF_THESE, NOT_SURE, Question
from advisor.engine.rules import RuleSet
from advisor.exchange.work_items import PART, PROCESS, Line, header, lines, read_lines
from advisor.exchange.workbook import Head, Table, write_workbook
from advisor.exchange.xlsx import Sheet, Unfit, place_of, read_workbook

SHEET = "Processes"

_HOW_TO_FILL_IN = (
    ("Processes", "Each process has a row, or several rows that share the name in “process” and differ in “part”."),
    ("Answers", f"Keys of options. A blank cell is not yet answered, {NOT_SURE} is “I'm not sure”, {NONE_OF_THESE} is"
     " “none of these”, and a semicolon joins several choices."),
)  # fmt: skip


def write_items(rule_set: RuleSet, items: Iterable[WorkItem] = ()) -> bytes:
    """Write work items, or a sheet that is ready to fill in: the way back of ``read_items``."""
    names, *rows = lines(rule_set, items)
    heads = [_head(name, rule_set.question(name)) for name in names]
    return write_workbook([Table(SHEET, heads, rows, frozen=2)], _HOW_TO_FILL_IN)


def read_items(rule_set: RuleSet, data: bytes) -> tuple[list[WorkItem], list[Problem]]:
    """Read the sheet "Processes", or else the first one that names columns of ours, as ``read_lines`` does.

    Raises UnreadableFileError where it is no workbook.
    """
    sheets = read_workbook(data)
    sheet = _chosen(rule_set, sheets)
    if sheet is None:
        return [], [Problem("file", "The workbook has no sheet.")]
    unfit = [
        Problem(place_of(sheet.name, number, column), f"Here stands {value.what}.", "Put the value itself there.")
        for number, row in sheet.rows.items()
        for column, value in row.items()
        if isinstance(value, Unfit)
    ]
    return ([], unfit) if unfit else read_lines(rule_set, _lines(sheet))


def _chosen(rule_set: RuleSet, sheets: list[Sheet]) -> Sheet | None:
    known = {*header(rule_set)}
    named = [sheet for sheet in sheets if sheet.name.strip().lower() == SHEET.lower()]
    fitting = [sheet for sheet in sheets if any(known & set(cells) for _, cells in _lines(sheet)[:1])]
    return next(iter([*named, *fitting, *sheets]), None)


def _lines(sheet: Sheet) -> list[Line]:
    return [
        (number, [str(row.get(column, "")).strip() for column in range(max(row) + 1)])
        for number, row in sorted(sheet.rows.items())
    ]


def _head(name: str, question: Question | None) -> Head:
    if question is None:
        return Head(name, 30 if name == PROCESS else 20 if name == PART else 16)
    options = "\n".join(f"{option.key}: {option.label}" for option in question.options)
    return Head(name, 16, about=f"{question.text}\n{options}")
