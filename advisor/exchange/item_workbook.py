"""Work items as a workbook, of Excel or OpenDocument: one sheet with the same header and the same rows as CSV."""

from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.sheets.reader import Sheet, Unfit, place_of, read_workbook
from advisor.exchange.work_items import Line, header, read_lines

SHEET = "Processes"


def read_items(rule_set: RuleSet, data: bytes, kind: str = "xlsx") -> tuple[list[WorkItem], list[Problem]]:
    """Read the sheet "Processes", or else the first one that names columns of ours, as ``read_lines`` does.

    Raises UnreadableFileError where it is no workbook.
    """
    sheets = read_workbook(data, kind)
    sheet = _chosen(rule_set, sheets)
    unfit = [
        Problem(place_of(sheet.name, number, column), f"Here stands {value.what}.", "Put the value itself there.")
        for number, row in sheet.rows.items()
        for column, value in row.items()
        if isinstance(value, Unfit)
    ]
    return ([], unfit) if unfit else read_lines(rule_set, _lines(sheet))


def _chosen(rule_set: RuleSet, sheets: list[Sheet]) -> Sheet:
    known = {*header(rule_set)}
    named = [sheet for sheet in sheets if sheet.name.strip().lower() == SHEET.lower()]
    fitting = [sheet for sheet in sheets if any(known & set(cells) for _, cells in _lines(sheet)[:1])]
    return [*named, *fitting, *sheets][0]


def _lines(sheet: Sheet) -> list[Line]:
    return [
        (number, [str(row.get(column, "")).strip() for column in range(max(row) + 1)])
        for number, row in sorted(sheet.rows.items())
    ]
