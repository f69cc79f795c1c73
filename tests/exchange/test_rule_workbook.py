"""A rule set in the hands of an analyst: what a workbook shows, and what becomes of what is changed in it."""

import io
import json
from collections.abc import Callable
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import column_index_from_string
from openpyxl.workbook import Workbook

from advisor import starter
from advisor.engine.document.document import from_plain
from advisor.engine.model.errors import RuleSetError
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Condition
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import DoneBy
from advisor.exchange.rule_sets import read_sound_rule_set, write_rule_set
from advisor.exchange.rule_workbook import cells
from tests.engine.documents import clean_document, clean_rule_set
from tests.exchange.samples import SMALL, read_rule_set
from tests.small import who_does_it

SHEETS = [
    *("About", "Questions", "Options", "Rules", "Policy", "Claims", "Sources"),
    *("Disagreements", "Risks", "Guidance", "Tensions", "Limits", "Cases"),
]


def open_book(rule_set: RuleSet = SMALL) -> Workbook:
    """The workbook as another program reads it."""
    return openpyxl.load_workbook(io.BytesIO(write_rule_set(rule_set, "xlsx", [("These rules", "Version 7")])))


def save_book(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def column(book: Workbook, name: str, header: str) -> str:
    """The letter of a column."""
    row = next(book[name].iter_rows(max_row=1))
    return next(cell.column_letter for cell in row if cell.value == header)


def problems_after(change: Callable[[Workbook], None], rule_set: RuleSet = SMALL) -> list[str]:
    """What is said of the workbook after somebody changed it."""
    book = open_book(rule_set)
    change(book)
    with pytest.raises(RuleSetError) as refused:
        read_sound_rule_set(save_book(book), "rules.xlsx")
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("rule_set", [SMALL, clean_rule_set(), starter.rule_set()], ids=["small", "clean", "starter"])
def test_what_another_program_saved_again_is_the_same_rule_set(rule_set: RuleSet) -> None:
    assert read_rule_set(save_book(open_book(rule_set))) == rule_set


def test_it_has_a_sheet_for_everything_and_says_what_it_is() -> None:
    book = open_book()
    assert book.sheetnames == SHEETS
    told = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert (told["Format"], told["These rules"]) == (1, "Version 7")
    assert "How to edit" in told


def test_a_rule_is_a_row_with_its_conditions_in_the_columns_of_their_questions() -> None:
    head, *rows = open_book(clean_rule_set())["Rules"].iter_rows(values_only=True)
    rules = [{name: cell for name, cell in zip(head, row, strict=True) if cell is not None} for row in rows]
    assert rules[2] == {
        "Key": "expert",
        "Pushes to": "kpo",
        "Points": 3,
        "Because": "It is expert.",
        "needs": "includes law, research",
        "Claims": "D1.02",
    }
    assert [rules[0]["steps"], rules[3]["edge"], rules[4]["volume"]] == ["same", "not no", ">= 100"]


def test_both_policy_tables_stand_row_by_row_in_one_sheet() -> None:
    head, *rows = open_book(clean_rule_set())["Policy"].iter_rows(values_only=True)
    told = [{name: cell for name, cell in zip(head, row, strict=True) if cell is not None} for row in rows]
    assert told[0] == {"Table": "leave", "Keep points": ">= 4", "Leave": "keep", "Says": "Much speaks for keeping it."}
    assert [row["Table"] for row in told] == ["leave"] * 2 + ["kind"] * 4


def test_i9_text_that_looks_like_a_formula_is_typed_as_text_and_comes_back_exactly() -> None:
    document = clean_document()
    texts = [
        "=1+1",
        "+49",
        "-",
        "@home",
        "'=x",
        "\t=1",
        "\r\n=2",
        "0012",
        "1e5",
        "TRUE",
        "2024-01-02",
        " blank ",
        "_x0041_",
    ]
    texts += ["\ufffe and \uffff", "_xFFFE_", "_x005F_", "_x0041_x0042_", "_x000d_", "⟦FFFE⟧", "⟦⟦27E6⟧"]
    document["limits"] = [*texts, 'HYPERLINK("a")', "=cmd|' /C calc'!A0"]
    rule_set = from_plain(document)
    data = write_rule_set(rule_set, "xlsx")
    assert read_rule_set(data) == rule_set
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Limits"]
    written = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in written} == {"s"}
    assert {cell.number_format for cell in written} == {"@"}


def test_a_rule_that_is_added_changed_or_deleted_in_the_sheet_is_so_in_the_rule_set() -> None:
    book = open_book(clean_rule_set())
    sheet = book["Rules"]
    sheet[f"{column(book, 'Rules', 'steps')}2"] = "not  some , each"
    sheet.delete_rows(4)
    # As a person types it: at the end, with numbers typed as such, and other blanks and capitals.
    row = {"Key": "new", "Pushes to": "BPO", "Points": "2", "Because": "It is so.", "Claims": "D1.01,D1.03"}
    row |= {
        "needs": "Includes all of law, speech",
        "volume": "10 – 50",
        "Further conditions": "volume: at least 5; edge: no",
    }
    for name, text in row.items():
        sheet[f"{column(book, 'Rules', name)}6"] = text
    rule_set = read_rule_set(save_book(book))
    assert [rule.key for rule in rule_set.rules] == ["routine", "written-down", "core", "many", "new"]
    assert rule_set.rules[0].when == (Condition("steps", "none_of", ("some", "each")),)
    assert rule_set.rules[4].when == (
        Condition("needs", "includes_all", ("law", "speech")),
        Condition("volume", "between", (10, 50)),
        Condition("volume", "at_least", (5,)),
        Condition("edge", "any_of", ("no",)),
    )
    assert (rule_set.rules[4].push.points, rule_set.rules[4].sources) == (2, ("D1.01", "D1.03"))


def test_further_sheets_moved_columns_and_blank_rows_do_no_harm() -> None:
    book = open_book()
    book.create_sheet("My notes")["A1"] = "=1+1"
    book.move_sheet("Cases", -8)
    book["Claims"].insert_rows(3)
    book["Claims"].move_range(f"{column(book, 'Claims', 'Text')}1:{column(book, 'Claims', 'Text')}99", cols=9)
    assert read_rule_set(save_book(book)) == SMALL


def test_i8_every_problem_is_listed_by_sheet_and_cell() -> None:
    def spoil(book: Workbook) -> None:
        book["Rules"]["C2"] = 9
        book["Rules"]["B3"] = "bpoo"
        book["Rules"][f"{column(book, 'Rules', 'edge')}2"] = "> 5"
        book["Rules"]["D3"] = "=1+1"
        book["Questions"]["H3"] = "proces"
        book["Options"]["A3"] = "edgy"
        book["Policy"]["A2"] = "leaf"
        book["Policy"]["D3"] = "four"
        book["Claims"]["E2"] = 'bpo, "kpo'
        book["Cases"]["D2"] = None
        book["Limits"]["C1"] = "Colour"
        book["Limits"]["F2"] = "stray"

    said = problems_after(spoil)
    places = [problem.split(": ")[0].removeprefix("sheet ").split(", ")[0] for problem in said]
    assert list(dict.fromkeys(places)) == ["Questions", "Options", "Rules", "Policy", "Claims", "Limits", "Cases"]
    found = "\n".join(said)
    for words in (
        "sheet Rules, cell C2: A rule pushes 1 to 5 points, not 9.",
        'sheet Rules, cell B3: The side must be one of bpo, kpo, keep, both, not "bpoo". Did you mean “bpo”?',
        "cell E2: “> 5” does not fit here. Write for example",
        "sheet Rules, cell D3: Here stands a formula.",
        "sheet Questions, cell H3: The scope must be one of process, part",
        "sheet Options, cell A3: There is no question “edgy”. Did you mean “edge”?",
        "sheet Policy, cell A2: The table must be leave or kind, not “leaf”.",
        "sheet Policy, cell D3: “four” is not a range of points.",
        "sheet Claims, cell E2: A quotation mark is never closed.",
        "sheet Cases, cell D2: The expected outcome is missing.",
        "sheet Limits, cell C1: There is no column “Colour” in this sheet.",
        "sheet Limits, cell F2: This cell stands in a column without a name.",
    ):
        assert words in found, (words, found)


def test_what_the_checks_find_is_named_by_its_cell_as_well() -> None:
    def spoil(book: Workbook) -> None:
        book["Rules"][f"{column(book, 'Rules', 'edge')}2"] = "coree"
        book["Rules"][f"{column(book, 'Rules', 'Claims')}3"] = "S.9"
        book["Options"]["B2"] = "not plain"

    found = problems_after(spoil)
    edge, claims = column(open_book(), "Rules", "edge"), column(open_book(), "Rules", "Claims")
    assert any(problem.startswith(f"sheet Rules, cell {edge}2: ") and "coree" in problem for problem in found)
    assert any(problem.startswith(f"sheet Rules, cell {claims}3: ") and "S.9" in problem for problem in found)
    assert any(problem.startswith("sheet Options, cell B2: ") for problem in found)


def three_faults(book: Workbook) -> None:
    book["Rules"][f"{column(book, 'Rules', 'edge')}4"] = "nonsense"
    book["Rules"]["D5"] = None


@pytest.mark.parametrize(("sheet", "cell", "value"), [("About", "B2", 99), ("Questions", "G5", "foo")])
def test_one_bad_cell_of_which_others_depend_hides_no_other_fault(sheet: str, cell: str, value: int | str) -> None:
    def spoil(book: Workbook) -> None:
        three_faults(book)
        book[sheet][cell] = value

    found = problems_after(spoil, starter.rule_set())
    where = "sheet About" if sheet == "About" else f"sheet {sheet}, cell {cell}"
    assert [problem.split(": ")[0] for problem in found] == [where, "sheet Rules, cell E4", "sheet Rules, cell D5"]


def test_a_key_that_is_there_twice_is_named_once_by_the_cell_in_which_it_stands_again() -> None:
    def spoil(book: Workbook) -> None:
        three_faults(book)
        book["Questions"]["A3"] = "closest"
        book["Claims"]["A2"] = None

    assert problems_after(spoil, starter.rule_set()) == [
        "sheet Questions, cell A3: Question “closest” is there already: each key can be used once. "
        "Give this question a key of its own.",
        "sheet Rules, cell D5: The reason of rule “edge-core-keep” is empty. Write one.",
        "sheet Claims, cell A2: Claim number 1 has no key. Give it one.",
    ]


def test_an_option_of_no_question_is_named_once_and_not_by_what_names_the_option() -> None:
    def spoil(book: Workbook) -> None:
        book["Options"]["A9"] = "nope"

    assert problems_after(spoil, starter.rule_set()) == ["sheet Options, cell A9: There is no question “nope”."]


@pytest.mark.parametrize("name", ["Questions", "Options", "Claims", "Sources"])
def test_a_sheet_that_is_gone_is_told_once(name: str) -> None:
    found = problems_after(lambda book: book.remove(book[name]), starter.rule_set())
    assert found == [f"sheet {name}: The workbook has no such sheet. Put it back; it may be empty."]


def test_a_column_of_keys_that_is_gone_is_told_once() -> None:
    found = problems_after(lambda book: book["Claims"].delete_cols(1), starter.rule_set())
    assert found == ["sheet Claims, row 1: The column “Id” is missing. Put it back."]


PARTS = {
    "Questions": ["At most", "None of these", "Hint of none"],
    "Rules": ["Says of the work"],
    "Policy": ["Both points"],
}
BRIEF = {"Guidance": ["Brief"], "Risks": ["Asks providers"]}
DONE_BY = {"Options": ["Done by"]}
RISKS = {"Claims": ["Addresses"], "Sources": ["Addresses"], "Cases": ["Risks", "No risks"]}


def without_columns(book: Workbook, gone: dict[str, list[str]]) -> None:
    for name, headers in gone.items():
        for header in headers:
            book[name].delete_cols(column_index_from_string(column(book, name, header)))


def test_a_workbook_from_before_there_were_parts_of_both_kinds_is_read() -> None:
    book = open_book()
    without_columns(book, BRIEF)
    assert read_rule_set(save_book(book)) == SMALL, "from before there was a brief"
    without_columns(book, DONE_BY)
    assert read_rule_set(save_book(book)) == SMALL, "from before an answer could say who does the work"
    without_columns(book, PARTS)
    assert read_rule_set(save_book(book)) == SMALL
    without_columns(book, {"Claims": ["Addresses"]})
    with pytest.raises(RuleSetError, match="sheet Claims, row 1: The column “Addresses” is missing"):
        read_rule_set(save_book(book))


def test_a_workbook_from_before_there_were_risks_is_read() -> None:
    book = open_book()
    book.remove(book["Risks"])
    without_columns(book, {"Guidance": ["Brief"]} | DONE_BY | PARTS | RISKS)
    assert read_rule_set(save_book(book)) == SMALL


def test_of_the_newest_columns_none_may_be_gone_alone() -> None:
    found = problems_after(lambda book: without_columns(book, {"Policy": ["Both points"]}))
    assert found == ["sheet Policy, row 1: The column “Both points” is missing. Put it back."]


def test_who_does_the_work_is_read_back_from_a_workbook_and_no_other_word_is() -> None:
    rules = who_does_it(SMALL, "edge", {"yes": DoneBy.NOBODY, "no": DoneBy.ANOTHER_FIRM})
    book = open_book(rules)
    assert read_rule_set(save_book(book)) == rules
    cell = next(cell for row in book["Options"].iter_rows() for cell in row if cell.value == "another-firm")
    cell.value = "my aunt"
    with pytest.raises(RuleSetError, match=f"cell {cell.coordinate}: .*my aunt"):
        read_rule_set(save_book(book))


@pytest.mark.parametrize("name", SHEETS[1:])
def test_a_sheet_that_is_gone_is_missed_and_not_taken_for_an_empty_one(name: str) -> None:
    found = problems_after(lambda book: book.remove(book[name]))
    assert f"sheet {name}: The workbook has no such sheet. Put it back; it may be empty." in found


def test_a_column_that_is_gone_or_stands_twice_is_named() -> None:
    found = problems_after(lambda book: book["Claims"].delete_cols(4))
    assert "sheet Claims, row 1: The column “Text” is missing. Put it back." in found

    def repeat_column(book: Workbook) -> None:
        book["Claims"]["J1"] = "Text"

    assert "sheet Claims, cell J1: The column “Text” stands twice. Keep one of them." in problems_after(repeat_column)


def test_another_format_is_refused() -> None:
    def renumber(book: Workbook) -> None:
        book["About"]["B2"] = 2

    assert problems_after(renumber) == ["sheet About: The document must say format = 1."]


@pytest.mark.parametrize("typed", ["9" * 5_000, "²", "１", "1_0", "1e0"])
def test_a_format_that_is_no_number_is_refused_in_words(typed: str) -> None:
    def write(book: Workbook) -> None:
        book["About"]["B2"] = typed

    assert problems_after(write) == ["sheet About: The document must say format = 1."]


@given(st.text(max_size=60) | st.text('not includes all of "a,;:<>=-0123 to\n', max_size=30))
def test_s17_any_text_in_a_cell_is_read_or_refused_in_words(text: str) -> None:
    for read in (cells.read_list, cells.read_conditions, cells.read_bounds):
        with suppress(cells.CellError):
            read(text)
    try:
        condition = cells.read_condition("q", text)
    except cells.CellError:
        return
    assert cells.read_condition("q", cells.format_condition(condition)) == condition


@given(st.lists(st.text(max_size=20) | st.sampled_from(["not", "includes all", "5 to 8", ">= 5", 'a"b', "a, b", ""])))
def test_any_words_come_back_from_a_list(words: list[str]) -> None:
    assert cells.read_list(cells.format_list(words)) == words


ANSWERS = (
    st.none()
    | st.text(max_size=10)
    | st.sampled_from(["none", "not-sure", "json:1", "a;b", "5"])
    | st.integers(-(2**53), 2**53)
    | st.lists(st.text(max_size=5), max_size=3)
)


@given(st.sampled_from([None, *AnswerType]), ANSWERS)
def test_any_answer_comes_back_from_its_cell(kind: AnswerType | None, answer: object) -> None:
    cell = cells.format_answer(kind, answer)
    back = cells.read_answer(kind, cell)
    assert (type(back), back) == (type(answer), answer)
    assert json.dumps(back) == json.dumps(answer)


def test_what_no_sheet_can_hold_is_said_and_not_cut() -> None:
    document = clean_document()
    document["limits"] = ["A sentence."] * 5_000
    with pytest.raises(RuleSetError, match="sheet Limits: A sheet can have 5,000 rows and 100 columns"):
        write_rule_set(from_plain(document), "xlsx")
    document = clean_document()
    document["rules"][0]["sources"] = ["x" * 3_999] * 9
    with pytest.raises(RuleSetError, match=r"sheet Rules, cell .*: A cell can hold 32,767 characters"):
        write_rule_set(from_plain(document), "xlsx")
