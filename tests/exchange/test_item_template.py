"""The workbook to fill in, and how sheets that are written show: judged with a reader of workbooks that is not ours."""

import io
import textwrap
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from advisor import starter
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet
from advisor.exchange.item_sheets import option_words, write_template
from advisor.exchange.items.read import open_items
from advisor.exchange.recommendation import recommend
from advisor.exchange.results import write_results_workbook
from advisor.exchange.sheets.writer import ColumnHead, WorkbookSheet, write_workbook
from advisor.wording.advice.verdict import verdict_lines
from tests.exchange.samples import SMALL

HEAD = 2


def open_book(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.fixture(params=[SMALL, starter.rule_set()], ids=["small", "starter"])
def rule_set(request: pytest.FixtureRequest) -> RuleSet:
    """Rules with every type of question, and those that a fresh installation has."""
    found: RuleSet = request.param
    return found


def offered_words(book: Any, question: Question) -> tuple[Any, list[str]]:
    """The check of a question's column, and the words of its list."""
    sheet = book["Processes"]
    (cell,) = (cell for cell in sheet[HEAD] if cell.value in {question.text, question.key})
    first = f"{cell.column_letter}{HEAD + 1}"
    (check,) = (it for it in sheet.data_validations.dataValidation if first in it.sqref)
    if check.type != "list":
        return check, []
    name, _, cells = check.formula1.lstrip("=").partition("!")
    assert book[name].sheet_state == "hidden"
    return check, [row[0].value for row in book[name][cells.replace("$", "")]]


def test_every_question_offers_its_answers_in_words_or_says_what_fits(rule_set: RuleSet) -> None:
    book = open_book(write_template(rule_set))
    assert book.sheetnames == ["How to fill this in", "Processes", "Keys", "Questions"]
    assert book.active.title == "Processes"
    explained = {str(cell) for row in book["Questions"].iter_rows(values_only=True) for cell in row if cell}
    for question in rule_set.questions:
        check, words = offered_words(book, question)
        assert question.text in explained
        assert {option.label for option in question.options} <= explained
        assert len(check.prompt or "") <= 255
        assert check.errorStyle in {"warning", None}, "more is understood than is offered"
        match question.type:
            case AnswerType.CHOICE:
                assert words == list(option_words(question).values())
                assert words[-1] == "I'm not sure"
                assert {option.label for option in question.options} <= set(words)
            case AnswerType.CHOICES:
                assert "semicolon" in check.prompt
            case AnswerType.NUMBER:
                assert f">={question.minimum}" in check.formula1
                assert f"<={question.maximum}" in check.formula1
                assert check.formula1.count(str(check.sqref).split(":")[0]) == 6, "each time its own cell"
        (cell,) = (cell for cell in book["Processes"][HEAD] if cell.value in {question.text, question.key})
        assert ("\nOnly " in book["Processes"].cell(1, cell.column).value) == bool(question.asked_when)


def test_it_is_read_when_it_is_filled_in_by_the_lists_sorted_and_given_columns(rule_set: RuleSet) -> None:
    book = open_book(write_template(rule_set))
    sheet = book["Processes"]
    sheet.insert_cols(3)
    sheet.cell(HEAD, 3, "Owner")
    for row in (HEAD + 1, HEAD + 2, HEAD + 3):
        sheet.cell(row, 3, f"Anna {row}")
    answers: dict[str, Any] = {}
    for cell in sheet[HEAD][3:]:
        (question,) = (it for it in rule_set.questions if cell.value in {it.key, it.text})
        words = option_words(question)
        match question.type:
            case AnswerType.CHOICE:
                key: Any = question.options[-1].key
                chosen: Any = words[key]
            case AnswerType.CHOICES:
                key = tuple(option.key for option in question.options[: question.most or 2])
                chosen = "; ".join(words[it] for it in key)
            case AnswerType.NUMBER:
                key = chosen = question.minimum
        if not question.asked_when:
            answers[question.key] = key
            cell.offset(2).value = chosen
            cell.offset(3).value = "I'm not sure"
    sheet.cell(HEAD + 1, 1, "1.10")
    sheet.cell(HEAD + 2, 1, "0012")
    sheet.move_range(f"A{HEAD + 2}:A{HEAD + 2}", rows=1)
    sheet.cell(HEAD + 2, 1, "1.10")
    sheet.cell(HEAD + 1, 1, "first")
    out = io.BytesIO()
    book.save(out)
    with open_items(rule_set, out.getvalue(), "mine.xlsx") as reading:
        items = list(reading)
    assert [str(problem) for problem in reading.problems] == []
    assert items == [
        WorkItem("first", {}),
        WorkItem("1.10", answers),
        WorkItem("0012", dict.fromkeys(answers)),
    ]
    (used,) = reading.summary.sheets
    assert [column.heading for column in used.left_out] == ["Owner"]


def test_an_empty_one_is_not_taken_for_processes(rule_set: RuleSet) -> None:
    with open_items(rule_set, write_template(rule_set), "mine.xlsx") as reading:
        assert list(reading) == []
    assert [problem.text for problem in reading.problems] == ["There is no row below the header."]


def lines_of(sheet: Worksheet, cell: Any) -> int:
    """How many lines a text takes, word by word, of letters that are a little narrower than digits."""
    width = int(sheet.column_dimensions[column_of(sheet, cell)].width * (0.95 if cell.font.bold else 1.05))
    return sum(max(1, len(textwrap.wrap(line, width))) for line in str(cell.value).split("\n"))


def column_of(sheet: Worksheet, cell: Any) -> str:
    """The letter under which the width of a cell's column stands: that of the first of equal neighbours."""
    for letter, dimension in sheet.column_dimensions.items():
        if dimension.min <= cell.column <= dimension.max:
            return str(letter)
    raise AssertionError(cell.coordinate)


def test_every_text_shows_on_a_screen_and_on_paper(rule_set: RuleSet) -> None:
    items = [
        WorkItem(f"{number} {case.process}", case.answers, tuple((part.part, part.answers) for part in case.parts))
        for number, case in enumerate(rule_set.cases[:6])
    ] or [WorkItem("A " * 60, {"steps": "set", "tools": ("sheet", "phone")})]
    advised = [(item, recommend(rule_set, 7, item)) for item in items]
    for data in (write_template(rule_set), write_results_workbook(rule_set, advised, verdict_lines)):
        for sheet in open_book(data):
            assert sheet.page_setup.fitToHeight == 0
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            width = sum(
                dimension.width * (dimension.max - dimension.min + 1) for dimension in sheet.column_dimensions.values()
            )
            assert (sheet.page_setup.orientation == "landscape") == (width > 100)
            assert width / (sheet.page_setup.fitToWidth or 1) < 330, "letters stay large enough to be read"
            if sheet.freeze_panes:
                assert sheet.print_title_rows, sheet.title
            for row in sheet.iter_rows():
                high = sheet.row_dimensions[row[0].row].height or 15
                for cell in row:
                    if cell.value not in (None, " "):
                        assert cell.alignment.wrap_text
                        assert high >= min(15 * lines_of(sheet, cell), 405), (sheet.title, cell.coordinate)


def test_numbers_are_numbers_and_words_stand_beside_keys() -> None:
    item = WorkItem("0012", {"steps": "set", "calls": 7})
    book = open_book(write_results_workbook(SMALL, [(item, recommend(SMALL, 7, item))], verdict_lines))
    head, row = ([cell.value for cell in cells] for cells in book["Recommendations"].iter_rows())
    found = dict(zip(head, row, strict=True))
    assert isinstance(found["bpo"], int)
    assert (found["process"], found["outcome"], found["advice"]) == ("0012", "bpo", "BPO suits this process")
    (answers,) = ([cell.value for cell in cells] for cells in book["Processes"].iter_rows(min_row=HEAD + 1))
    assert 7 in answers
    head, row = ([cell.value for cell in cells] for cells in list(book["Reasons"].iter_rows())[:2])
    reason = dict(zip(head, row, strict=True))
    assert reason["because_of"] == "steps: set"
    steps = SMALL.question("steps")
    assert steps is not None
    assert reason["because_of, in words"] == f"{steps.short}: {steps.option('set').label}"  # type: ignore[union-attr]


def test_a_column_grows_where_a_cell_would_be_higher_than_a_row_can_be() -> None:
    long = "A reason of some words. " * 150
    rows = [["a", long], ["b", "word\n" * 20]]
    sheet = open_book(write_workbook([WorkbookSheet("Long", [ColumnHead("x"), ColumnHead("y", 30)], rows)]))["Long"]
    assert 30 < sheet.column_dimensions["B"].width <= 255
    assert sheet.row_dimensions[2].height <= 405
    assert sheet.row_dimensions[2].height >= 15 * lines_of(sheet, sheet["B2"])
    assert sheet.row_dimensions[3].height == 15 * 21
    assert sheet.row_dimensions[1].height is None
