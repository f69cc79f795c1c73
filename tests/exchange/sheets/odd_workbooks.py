"""Workbooks with something odd about them, by the name of a file that says what."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, time
from html import escape
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from advisor.engine.model.answers import WorkItem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.item_sheets import write_template
from advisor.exchange.recommendation import recommend
from advisor.exchange.results import write_results_workbook
from advisor.wording.advice.verdict import verdict_lines
from tests.exchange.sheets import hostile_files, open_document

ROWS = (["process", "edge", "steps"], ["Payroll", "yes", "set"], ["Advice", "no", "open"])
ITEM = WorkItem("Payroll", {"edge": "yes"}, (("keying", {"steps": "set"}), ("checking", {"tools": ("lab", "sheet")})))


def odd_workbooks(rule_set: RuleSet) -> dict[str, Callable[[], bytes]]:
    """Every workbook by its name."""
    return {
        "two sheets with the header.xlsx": lambda: book(North=ROWS, South=[ROWS[0], ["Letters", "no", "set"]]),
        "header on the second sheet.xlsx": lambda: book(Notes=[["Nothing of ours"]], March=ROWS),
        "sheets of other things beside.xlsx": lambda: book(
            Processes=ROWS, Owners=[["process", "owner name"], ["Payroll", "Jane"]], Empty=[], Staff=[["Name", "Phone"]]
        ),
        "two lists of names.xlsx": lambda: book(
            North=[["Process", "Who"], ["Payroll", "A"]], South=[["Process", "Who"], ["Letters", "B"]]
        ),
        "published list with a cover.xlsx": lambda: book(
            Cover=[["Register of services", None], ["Processes", 2], ["Version", 3]],
            Register=[["Ref", "Process name", "Team"], [1, "Blue badge renewal", "Adults"], [2, "Missed bin", "Waste"]],
        ),
        "hidden first sheet.xlsx": lambda: book(_hidden=("Old",), Old=[ROWS[0], ["Old", "no", "set"]], New=ROWS),
        "all that is there is hidden.xlsx": lambda: book(_hidden=("Old",), Old=ROWS, Notes=[]),
        "sheet that is meant is hidden.xlsx": lambda: book(_hidden=("Old",), Old=ROWS, Notes=[["Nothing of ours"]]),
        "process on two sheets.xlsx": lambda: book(North=ROWS, South=ROWS[:2]),
        "parts on two sheets.xlsx": lambda: book(
            North=[["process", "part", "steps"], ["Payroll", "keying", "set"]],
            South=[["process", "part", "steps"], ["Payroll", "checking", "open"]],
        ),
        "one sheet that is wrong.xlsx": lambda: book(
            North=ROWS, South=[["process", "edge", "edge"], ["Letters", "no"]]
        ),
        "date in a number column.xlsx": lambda: book(A=[["process", "volume"], ["Payroll", date(2026, 12, 2)]]),
        "date and time as names.xlsx": lambda: book(
            A=[["process", "part", "edge"], [date(2026, 12, 2), "", "yes"], ["Closing", time(8, 30), "no"]]
        ),
        "date as a heading.xlsx": lambda: book(A=[["process", "edge", date(2026, 1, 1)], ["Payroll", "yes", 5]]),
        "1.10 and 1.1 as numbers.xlsx": lambda: format_cells(
            {"A2": "0.00"}, [["process", "edge"], [1.1, "yes"], [1.1, "no"]]
        ),
        "leading zeros by a format.xlsx": lambda: format_cells(
            {"A2": "000"}, [["process", "edge"], [7, "yes"], [8, "no"]]
        ),
        "numbers in every format.xlsx": lambda: format_cells(
            {"B2": "#,##0", "B3": "0.00", "B4": '"£"#,##0', "B5": "0"},
            [["process", "volume"], ["a", 1200], ["b", 1200], ["c", 1200], ["d", 1200.0], ["e", "1,200"]],
        ),
        "percent.xlsx": lambda: format_cells({"B2": "0%"}, [["process", "volume"], ["Payroll", 0.5]]),
        "half a case.xlsx": lambda: book(A=[["process", "volume"], ["Payroll", 12.5]]),
        "TRUE and FALSE.xlsx": lambda: book(A=[["process", "edge"], ["Payroll", True], [False, "no"]]),
        "formula as an answer.xlsx": lambda: book(A=[["process", "edge"], ["Payroll", '=IF(1,"yes","no")']]),
        "formula as a name.xlsx": lambda: book(A=[["process", "edge"], ["=B1", "yes"]]),
        "formula in a column of one's own.xlsx": lambda: book(
            A=[["process", "edge", "sum"], ["Payroll", "yes", "=1+1"]]
        ),
        "error in a cell.xlsx": lambda: book(A=[["process", "edge"], ["Payroll", "#REF!"]]),
        "not in the corner.xlsx": lambda: book(A=[[], [], *([None, None, *row] for row in ROWS)]),
        "merged title.xlsx": lambda: book(A=[["Our processes", None, None], [], *ROWS], _change=_merge),
        "merged names.xlsx": lambda: book(
            A=[["process", "part", "steps"], ["Payroll", "keying", "set"], [None, "checking", "open"]],
            _change=_merge_names,
        ),
        "hidden and filtered rows.xlsx": lambda: book(A=ROWS, _change=_hide),
        "column beyond the header.xlsx": lambda: book(A=[*ROWS[:2], ["Advice", "no", "open", None, "remember this"]]),
        "line breaks in the header.xlsx": lambda: book(A=[["Process", "How core\nit is"], ["Payroll", "yes"]]),
        "line break in a name.xlsx": lambda: book(A=[["process", "edge"], ["Pay\nroll", "yes"]]),
        "blanks below.xlsx": lambda: book(A=[*ROWS, ["  ", " ", None], [], ["\u200b"]]),
        "total at the end.xlsx": lambda: book(A=[["process", "volume"], ["Payroll", 5], ["Total", "=SUM(B2)"]]),
        "words from lists.xlsx": lambda: book(
            A=[["Process", "How core it is", "The tools"], ["Payroll", "Not core", "A sheet; A telephone"]]
        ),
        "chart beside.xlsx": lambda: book(A=ROWS, _change=_chart),
        "123 members.xlsx": lambda: _with_members({f"xl/drawings/drawing{n}.xml": b"<a/>" for n in range(113)}),
        "1,000 equal styles.xlsx": lambda: _with_members({hostile_files.STYLES: hostile_files.styles(1_000)}),
        "named xlsm.xlsm": lambda: book(A=ROWS),
        "workbook named csv.csv": lambda: book(A=ROWS),
        "open document named xlsx.xlsx": lambda: open_document.table(_texts(ROWS)),
        "open document.ods": lambda: open_document.table(_texts([["Our processes", "", ""], *ROWS])),
        "values as they read.ods": lambda: open_document.sheet(_shown_rows()),
        "locked open document.ods": lambda: open_document.pack(
            {"META-INF/manifest.xml": b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"}
        ),
        "template filled in.xlsx": lambda: _filled_in(rule_set),
        "advice read again.xlsx": lambda: write_results_workbook(
            rule_set, [(ITEM, recommend(rule_set, 1, ITEM))], verdict_lines
        ),
    }


def book(*, _hidden: Sequence[str] = (), _change: Callable[[Worksheet], object] | None = None, **sheets: Any) -> bytes:
    """A workbook of sheets by their names, each its rows; ``_change`` gets the last of them."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if name in _hidden else "visible"
    if _change is not None:
        _change(made.worksheets[-1])
    made.active = next(index for index, sheet in enumerate(made.worksheets) if sheet.sheet_state == "visible")
    return _save(made)


def format_cells(formats: dict[str, str], rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook in which cells have a format for numbers."""

    def change(sheet: Worksheet) -> None:
        for cell, code in formats.items():
            sheet[cell].number_format = code

    return book(A=rows, _change=change)


def _save(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _merge(sheet: Worksheet) -> None:
    sheet.merge_cells("A1:C1")


def _merge_names(sheet: Worksheet) -> None:
    sheet.merge_cells("A2:A3")


def _chart(sheet: Worksheet) -> None:
    assert sheet.parent is not None
    sheet.parent.create_chartsheet("Chart", 0)


def _hide(sheet: Worksheet) -> None:
    sheet.auto_filter.ref = "A1:C3"
    sheet.row_dimensions[2].hidden = True


def _with_members(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(A=ROWS))) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in members:
                target.writestr(name, source.read(name))
        for name, data in members.items():
            target.writestr(name, data)
    return out.getvalue()


def _texts(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[escape(cell) for cell in row] for row in rows]


def _shown_rows() -> str:
    def cell(kind: str, attribute: str, shown: str) -> str:
        value = f'office:value-type="{kind}" {attribute}'
        return f"<table:table-cell {value}><text:p>{shown}</text:p></table:table-cell>"

    number, day = 'office:value="1.1"', 'office:date-value="2026-12-02"'
    rows = [
        cell("float", number, "1.10") + cell("float", 'office:value="1200"', "1,200"),
        cell("float", number, "1.1") + cell("float", 'office:value="12"', "12"),
        cell("date", day, "2 Dec 2026") + cell("float", 'office:value="3"', "3.0"),
    ]
    return open_document.texts("process", "volume") + "".join(map(open_document.row, rows))


def _filled_in(rule_set: RuleSet) -> bytes:
    made = openpyxl.load_workbook(io.BytesIO(write_template(rule_set)))
    sheet = made["Processes"]
    heads = {cell.value: cell.column for row in sheet.iter_rows(max_row=3) for cell in row if cell.value}
    given: dict[str, str | int] = {
        "Process": "Payroll",
        "How core is it?": "Not core",
        "Which tools does it take?": "A sheet; A telephone",
        "How many calls a day?": 12,
        "Who would look after it here?": "I'm not sure",
    }
    for column, value in given.items():
        sheet.cell(3, heads[column], value)
    return _save(made)
