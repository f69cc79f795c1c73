"""Reading sheets of work items: little is held at a time, and what is not read is said."""

import csv
import io
from array import array
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.model.answers import WorkItem
from advisor.exchange.file_input import UnreadableFileError
from advisor.exchange.items import item_reading as reading_module
from advisor.exchange.items.answers import AnswerWords
from advisor.exchange.items.item_reading import PROBLEMS_LIMIT, ItemReading
from advisor.exchange.items.read import open_items
from advisor.exchange.items.summary import AnswerReading, ColumnSummary, SheetSummary
from advisor.exchange.sheets.csv_files import TextTable
from advisor.exchange.sheets.reader import UPLOAD
from tests.exchange.samples import SMALL
from tests.exchange.sheets import hostile_files
from tests.exchange.sheets.odd_workbooks import ROWS, book


class CountingFile(io.BytesIO):
    """A file that knows how much of it was read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.count = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data

    def read1(self, size: int | None = -1) -> bytes:
        data = super().read1(size)
        self.count += len(data)
        return data


def read_list(data: bytes, name: str = "list.csv", sheets: tuple[str, ...] = ()) -> tuple[list[WorkItem], ItemReading]:
    with open_items(SMALL, data, name, sheets) as reading:
        return list(reading), reading


def text_of(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def test_the_first_items_of_a_large_file_come_before_the_rest_is_read_a_second_time() -> None:
    file = CountingFile(text_of([["process", "steps"], *([f"Process {n}", "set"] for n in range(60_000))]))
    size = len(file.getvalue())
    with open_items(SMALL, file) as reading:
        assert reading.summary.rows == 60_000
        before = file.count
        first = next(iter(reading))
        assert first == WorkItem("Process 0", {"steps": "set"})
        assert file.count - before < size / 10
        assert sum(1 for _ in reading) == 59_999
        assert file.count - before < size * 1.1
    assert not file.closed


def test_rows_of_one_process_that_stand_far_apart_are_its_parts_in_the_place_of_the_first() -> None:
    names = [f"Process {n}" for n in range(1_000)]
    rows = [[name, part, "set"] for part in ("keying", "checking") for name in names]
    items, reading = read_list(text_of([["process", "part", "steps"], *rows]))
    assert reading.problems == []
    assert [item.process for item in items] == names
    assert {tuple(part for part, _ in item.parts) for item in items} == {("keying", "checking")}


@pytest.mark.parametrize("number", [10, reading_module._MANY + 10])  # both ways of looking for them
def test_names_that_stand_apart_are_found_among_few_and_many(number: int) -> None:
    hashes = array("q", [*range(-5, number), 3, 3, -4, number - 1])
    hashes.insert(2, -4)  # beside the other, but a third stands apart
    assert reading_module._scattered_hashes(hashes) == {3, -4, number - 1}
    assert reading_module._scattered_hashes(array("q", [7, 7, 7, *range(100, 100 + number)])) == frozenset()
    assert reading_module._scattered_hashes(array("q")) == frozenset()


@given(st.text(st.sampled_from("ab,;é \t\r\n"), max_size=40), st.integers(0, 3))
def test_one_column_is_what_stands_there_in_the_rows(text: str, column: int) -> None:
    table = TextTable(io.BytesIO(f"x{text}".encode()))
    assert not table.encoding.has_quotes
    rows = [(number, row[column] if column < len(row) else "") for number, row in table.rows(",")]
    assert list(table.cells(",", column)) == rows


def test_a_row_further_down_that_is_no_csv_is_a_problem_even_where_the_first_look_passes_it() -> None:
    rows = [["process", "notes", "edge"], *([f"Process {n}", ""] for n in range(100)), ["Last", "x" * 200_000]]
    _, reading = read_list(text_of(rows))
    assert [str(it).split(":")[0] for it in reading.problems] == ["row 102"]
    assert "This is not CSV" in reading.problems[0].text


def test_every_answer_of_the_starter_rules_is_understood_in_every_form_and_never_as_another() -> None:
    for question in starter.rule_set().questions:
        words = AnswerWords(question)
        for option in question.options:
            forms = {option.key, option.key.upper(), option.key.replace("-", " "), option.key.replace("-", "_").title()}
            forms |= {f" {option.key} ", option.label, option.label.upper(), option.label.replace(" ", "  ")}
            assert {words.read(form)[0] for form in forms} in ({option.key}, {(option.key,)})
        for form in ("not-sure", "not sure", "Not-Sure", "NOT SURE", "notsure", "I'm not sure"):
            assert words.read(form)[0] is None


def test_after_very_many_problems_nothing_more_is_read() -> None:
    rows = [[f"Process {n}", "wrong"] for n in range(PROBLEMS_LIMIT + 500)]
    items, reading = read_list(text_of([["process", "steps"], *rows]))
    assert items == []
    assert len(reading.problems) == PROBLEMS_LIMIT + 2
    assert str(reading.problems[0]).startswith("row 2, column steps, value “wrong”")
    assert reading.problems[-1].text == "From here on nothing was read: mend what is named above first."


def test_sheets_are_read_by_their_names_in_any_capitals_and_hidden_ones_as_well() -> None:
    data = book(_hidden=("Old",), New=ROWS, Old=[ROWS[0], ["Letters", "no", "set"]], Other=[["x"]])
    items, reading = read_list(data, "list.xlsx", ("old",))
    assert [item.process for item in items] == ["Letters"]
    assert reading.summary.left_out == [("New", "it was not named"), ("Other", "it was not named")]
    items, reading = read_list(data, "list.xlsx", ("Old", "New"))
    assert [item.process for item in items] == ["Payroll", "Advice", "Letters"]
    _, reading = read_list(data, "list.xlsx", ("Odl", "New"))
    assert [str(it) for it in reading.problems] == ["sheet Odl: The workbook has no such sheet. Did you mean “Old”?"]
    _, reading = read_list(data, "list.xlsx", ("Other",))
    assert str(reading.problems[0]).startswith(
        "sheet Other, row 1, column A, value “x”: This row must name the columns"
    )
    _, reading = read_list(text_of([["process", "edge"], ["A", "yes"]]), "list.csv", ("Old",))
    assert [str(it) for it in reading.problems] == ["file: Only a workbook has sheets that can be named. Name none."]


def test_what_was_understood_is_a_value() -> None:
    _, reading = read_list(b"A title,,\nName of process,How core it is,tier\nPayroll,CORE,1\n", "list.csv")
    columns = (
        ColumnSummary("A", "Name of process", "process"),
        ColumnSummary("B", "How core it is", "edge"),
        ColumnSummary("C", "tier"),
    )
    summary = reading.summary
    assert summary.sheets == [SheetSummary("", 2, columns, 1, "A title")]
    assert summary.sheets[0].left_out == columns[2:]
    assert summary.answers == [AnswerReading("edge", "CORE", "yes", 3)]
    assert (summary.file, summary.kind, summary.encoding, summary.rows) == ("list.csv", "csv", "UTF-8", 1)


def test_a_hostile_workbook_is_refused_where_much_is_read_as_well() -> None:
    bombs = {what: data for what, data, _ in hostile_files.bombs()}
    for what in ("17 billion cells between two", "room for more texts than there is memory", "a million laughs"):
        with pytest.raises(UnreadableFileError, match=r"takes more time or memory|document types") as refused:
            open_items(SMALL, bombs[what], "list.xlsx")
        assert "save it as CSV" in str(refused.value) or what == "a million laughs"
    with pytest.raises(UnreadableFileError, match="not a workbook, or a part of it is broken"):
        open_items(SMALL, bytes.fromhex("d0cf11e0a1b11ae1") + b"\xff" * 5_000, "list.xls")


def test_ten_thousand_rows_of_a_workbook_are_read_and_a_server_names_the_way_for_so_many(tmp_path: Path) -> None:
    file = tmp_path / "large.xlsx"
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["process", "edge", "steps"])
        for number in range(1, 10_001):
            sheet.write_row(number, 0, [f"Process {number}", "no", "set"])
    with file.open("rb") as stream, open_items(SMALL, stream, file.name) as reading:
        assert sum(1 for _ in reading) == reading.summary.rows == 10_000
        assert reading.problems == []
    with pytest.raises(UnreadableFileError, match=r"A sheet may have 5,000 rows and 100 columns\."):
        open_items(SMALL, file.read_bytes(), file.name, limits=UPLOAD)
