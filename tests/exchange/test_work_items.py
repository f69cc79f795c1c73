"""Work items and advice as workbooks: the same rows, words and refusals as CSV."""

import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from advisor import starter
from advisor.engine.model.answers import WorkItem
from advisor.exchange.file_input import UnreadableFileError
from advisor.exchange.recommendation import recommend
from advisor.exchange.results import COLUMNS, write_results_workbook
from advisor.exchange.sheets.reader import NotAValue, read_sheets
from advisor.exchange.work_items import header
from advisor.wording.advice.verdict import verdict_lines
from tests.exchange.item_sheets import advice_csv, read_sheet, workbook_of
from tests.exchange.samples import SMALL, work_items
from tests.exchange.sheets import hostile_files, open_document
from tests.exchange.sheets.test_csv_files import distinct


def save_book(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled_in(fill: Callable[[Workbook], None]) -> bytes:
    """A sheet with a header row, filled in with another program."""
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(SMALL)))
    fill(book)
    return save_book(book)


@settings(max_examples=40, deadline=None)
@given(st.lists(work_items(SMALL), min_size=1, max_size=4).map(distinct))
def test_i9_work_items_survive_the_round_trip_through_a_workbook(items: list[WorkItem]) -> None:
    assert read_sheet(SMALL, workbook_of(SMALL, items), "xlsx") == (items, [])


def test_a_workbook_filled_in_by_hand_is_read_as_the_same_sheet_in_csv_is() -> None:
    rows: list[list[Any]] = [
        ["Reports", "", "", "yes", "not-sure", "sheet; phone", 12],
        ["Advice", "keying", "", "", "set", "none", ""],
    ]

    def fill(book: Workbook) -> None:
        for row in rows:
            book["Processes"].append(row)
        book["Processes"].append([None])
        book["Processes"].append(["Advice", "thinking", None, None, "open"])

    text = io.StringIO()
    csv.writer(text).writerows([header(SMALL), *rows, [], ["Advice", "thinking", "", "", "open"]])
    items, problems = read_sheet(SMALL, filled_in(fill), "xlsx")
    assert (items, problems) == read_sheet(SMALL, text.getvalue().encode(), "csv")
    assert [item.process for item in items] == ["Reports", "Advice"]
    assert problems == []


def test_i8_every_bad_cell_is_named_by_row_column_and_value() -> None:
    def fill(book: Workbook) -> None:
        book["Processes"].append(["A", "", "usal", "", "", "", "1e3"])
        book["Processes"].append(["B", "", "", "", "", "phone;fax"])

    _, problems = read_sheet(SMALL, filled_in(fill), "xlsx")
    assert [str(problem).split(":")[0] for problem in problems] == [
        "sheet Processes, row 2, column usual, value “usal”",
        "sheet Processes, row 2, column calls, value “1e3”",
        "sheet Processes, row 3, column tools, value “phone;fax”",
    ]


def test_a_formula_is_named_by_its_cell_and_never_worked_out() -> None:
    def fill(book: Workbook) -> None:
        book["Processes"].append(["=1+1", "", "", "yes"])

    _, problems = read_sheet(SMALL, filled_in(fill), "xlsx")
    assert [str(it) for it in problems] == [
        "sheet Processes, row 2, column process: Here stands a formula. Put the value itself there."
    ]


def test_the_sheet_that_names_our_columns_is_found_among_others() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(SMALL, [WorkItem("Reports", {"edge": "yes"})])))
    book["Processes"].title = "March"
    book.create_sheet("Notes", 0)["A1"] = "Nothing of ours"
    assert read_sheet(SMALL, save_book(book), "xlsx") == ([WorkItem("Reports", {"edge": "yes"})], [])


def test_an_open_document_sheet_is_read_as_the_same_sheet_in_csv_is() -> None:
    rows = [
        ["Reports", "", "", "yes", "not-sure", "sheet; phone", "12"],
        ["", "", "", "", "", "", ""],
        ["Advice", "R&amp;D <text:s/>1", "", "", "set", "none", ""],
        ["Advice", "thinking", "", "", "open", "", ""],
    ]
    read = read_sheet(SMALL, open_document.table([header(SMALL), *rows]), "ods")
    rows[2][1] = "R&D  1"
    text = io.StringIO()
    csv.writer(text).writerows([header(SMALL), *rows])
    assert read == read_sheet(SMALL, text.getvalue().encode(), "csv")
    items, problems = read
    assert (problems, [item.process for item in items]) == ([], ["Reports", "Advice"])


def test_what_stands_in_an_open_document_cell_is_a_value_or_is_named_by_where_it_stands() -> None:
    texts = ("<text:p>a<text:tab/></text:p><text:p>c</text:p>", "<text:p>d<text:line-break/>e</text:p>")
    cells = (
        '<table:table-cell office:value-type="float" office:value="12"><text:p>12,00</text:p></table:table-cell>',
        '<table:table-cell table:formula="of:=[.A1]&gt;1" office:value-type="float" office:value="2"/>',
        '<table:table-cell office:value-type="date" office:date-value="2024-01-02"/>',
        '<table:table-cell table:style-name="a" office:value-type="boolean" office:boolean-value="true"/>',
        '<table:table-cell office:value-type="string" table:formula="of:=1/0"><text:p>#N/A</text:p></table:table-cell>',
        *(f'<table:table-cell office:value-type="string">{text}</table:table-cell>' for text in texts),
    )
    rows = open_document.row(open_document.blank(9), 2) + open_document.row(open_document.blank(2) + "".join(cells), 2)
    (read,) = read_sheets(open_document.sheet(rows), "ods")
    day, formula = NotAValue("a date or a time"), NotAValue("a formula")
    found = {2: 12, 3: formula, 4: day, 5: NotAValue("TRUE or FALSE"), 6: formula, 7: "a\t\nc", 8: "d\ne"}
    assert read.rows == {3: found, 4: found}


def test_i7_hostile_workbooks_are_refused_here_as_well() -> None:
    for data in (
        hostile_files.with_members({"../evil": b""}),
        hostile_files.with_members({hostile_files.SHEET: b"<!DOCTYPE a><a/>"}),
    ):
        with pytest.raises(UnreadableFileError):
            read_sheet(SMALL, data, "xlsx")


def test_p6_the_advice_is_the_same_as_in_csv_with_a_sheet_for_reasons_and_one_for_sources() -> None:
    rule_set = starter.rule_set()
    items = [
        WorkItem(f"={case.process}", case.answers, tuple((part.part, part.answers) for part in case.parts))
        for case in rule_set.cases
    ]
    given_advice = [recommend(rule_set, 7, item) for item in items]
    advised = list(zip(items, given_advice, strict=True))
    written = write_results_workbook(rule_set, advised, verdict_lines, [("These rules", "Version 7")])
    book = openpyxl.load_workbook(io.BytesIO(written))
    assert book.sheetnames == ["About", "Recommendations", "Reasons", "Risks", "Sources", "Processes", "Keys"]
    assert ("These rules", "Version 7") in set(book["About"].iter_rows(values_only=True))
    in_csv = list(csv.DictReader(io.StringIO(advice_csv(rule_set, advised))))
    head, *rows = (
        ["" if cell is None else str(cell) for cell in row]
        for row in book["Recommendations"].iter_rows(values_only=True)
    )
    in_book = [dict(zip(head, row, strict=True)) for row in rows]
    assert len(in_book) == len(in_csv)
    for row, same in zip(in_book, in_csv, strict=True):
        for column in COLUMNS:
            value = row[column].replace("\n", " | ")
            assert value == (same[column][1:] if same[column].startswith("'=") else same[column])
    assert head[2:4] == ["outcome", "advice"], "words stand beside keys"
    reasons = list(book["Reasons"].iter_rows(min_row=2, values_only=True))
    assert len(reasons) == sum(len(advice["reasons"]) for advice in given_advice)
    first = given_advice[0]["reasons"][0]
    assert reasons[0][2:7] == (
        first["rule"],
        first["text"],
        first["push"]["side"],
        first["push"]["points"],
        " ".join(source["id"] for source in first["sources"]),
    )
    cited = {source["id"] for advice in given_advice for reason in advice["reasons"] for source in reason["sources"]}
    assert {row[0] for row in book["Sources"].iter_rows(min_row=2, values_only=True)} == cited
    assert {cell.data_type for row in book["Recommendations"].iter_rows() for cell in row} <= {"s", "n"}
