"""Sheets: what is written can be read again exactly, and what cannot be used is named by row, column and value."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import UnreadableFileError
from advisor.exchange.recommendation import recommend
from advisor.exchange.results import COLUMNS, RISK_COLUMNS, columns, write_results_workbook
from advisor.exchange.sheets.csv_files import escape_formula, unescape_formula, write_rows
from advisor.exchange.work_items import header
from advisor.wording.advice.verdict import verdict_lines
from tests.engine.document.test_text import NOTHING_TO_SEE
from tests.engine.documents import clean_rule_set
from tests.exchange.item_sheets import advice_csv, csv_of, read_sheet
from tests.exchange.samples import LINES, NAMES, SMALL, work_items

HEADER = "process,part,usual,edge,steps,tools,calls\n"


def read(text: str | bytes, rule_set: RuleSet = SMALL) -> list[WorkItem]:
    items, problems = read_sheet(rule_set, text.encode() if isinstance(text, str) else text, "csv")
    assert problems == []
    return items


def problems_of(text: str | bytes) -> list[str]:
    try:
        _, problems = read_sheet(SMALL, text.encode() if isinstance(text, str) else text, "csv")
    except UnreadableFileError as error:
        problems = list(error.problems)
    return [str(problem) for problem in problems]


def distinct(items: list[WorkItem]) -> list[WorkItem]:
    """Items in which no two share a name: in a sheet they would be parts of one process."""
    return list({item.process: item for item in items}.values())


@given(st.lists(work_items(SMALL), min_size=1, max_size=4).map(distinct))
def test_work_items_survive_the_round_trip_through_a_sheet(items: list[WorkItem]) -> None:
    assert read(csv_of(SMALL, items)) == items


@settings(max_examples=30)
@given(st.lists(work_items(starter.rule_set()), min_size=1, max_size=2).map(distinct))
def test_so_do_they_with_the_starter_questions(items: list[WorkItem]) -> None:
    rule_set = starter.rule_set()
    assert read(csv_of(rule_set, items), rule_set) == items


def test_the_sheet_on_offer_has_a_column_for_process_part_and_each_question() -> None:
    assert write_rows([header(SMALL)]) == HEADER
    assert header(SMALL) == ["process", "part", *(question.key for question in SMALL.questions)]


def test_blank_is_not_answered_and_not_sure_is_unknown_and_none_is_none_of_these() -> None:
    (item,) = read(HEADER + "Reports,,,,not-sure,none,\n")
    assert item.answers == {"steps": None, "tools": ()}


def test_several_choices_are_joined_by_a_semicolon_in_any_order() -> None:
    (item,) = read(HEADER + "Reports,,,,,phone; sheet,12\n")
    assert item.answers == {"tools": ("sheet", "phone"), "calls": 12}


def test_rows_that_share_a_process_are_its_parts_wherever_they_stand() -> None:
    items = read(HEADER + "Advice,keying,,yes,set,,\nOther,,,,,,\nAdvice,thinking,,,open,,\n")
    assert items == [
        WorkItem("Advice", {"edge": "yes"}, (("keying", {"steps": "set"}), ("thinking", {"steps": "open"}))),
        WorkItem("Other", {}),
    ]


@pytest.mark.parametrize("other", ["Cafe\u0301", "\u00a0Caf\u00e9\u200b", "Caf\u00e9"])
def test_two_spellings_of_a_name_are_one_process(other: str) -> None:
    items = read(HEADER + f"Caf\u00e9,keying,,yes,set,,\n{other},thinking,,,open,,\n")
    assert [(item.process, [name for name, _ in item.parts]) for item in items] == [
        ("Caf\u00e9", ["keying", "thinking"])
    ]
    (problem,) = problems_of(HEADER + f"A,Caf\u00e9,,,set,,\nA,{other},,,open,,\n")
    assert problem.startswith("row 3, column part")
    assert "Another part has this name." in problem


@pytest.mark.parametrize("name", NOTHING_TO_SEE.values(), ids=NOTHING_TO_SEE)
def test_a_name_that_shows_nothing_is_as_if_the_cell_were_blank(name: str) -> None:
    cell = name.replace("\n", "").replace("\t", "")
    found = problems_of(HEADER + f"{cell},,,,set,,\n{cell},a,,,open,,\n{cell},{cell},,,,,\n")
    assert [problem.split(",")[0].split(":")[0] for problem in found] == ["row 2", "row 3"]
    assert "Nothing of this name can be seen." in found[0] if cell.strip() else "names no process" in found[0]
    assert "A part stands here without its process." in found[1]


def test_an_answer_about_the_process_may_be_repeated_or_stand_in_a_later_row_alone() -> None:
    repeated, late = read(HEADER + "A,a,,yes,,,\nA,b,,yes,,,\nB,a,,,,,\nB,b,,not-sure,,,\n")
    assert repeated.answers == {"edge": "yes"}
    assert late.answers == {"edge": None}


def test_an_answer_about_the_process_must_not_contradict_another_row() -> None:
    (problem,) = problems_of(HEADER + "A,a,,yes,,,\nA,b,,no,,,\n")
    assert problem.startswith("row 3, column edge, value “no”: This is asked once for the process")


def test_two_rows_of_one_process_are_its_parts_only_where_they_say_so() -> None:
    assert read("process,steps\nA,set\nB,open\n") == [WorkItem("A", {"steps": "set"}), WorkItem("B", {"steps": "open"})]
    for sheet in ("process,steps\nA,\nB,open\nB,set\n", "process,part,steps\nA,,\nB,,open\nC,,\nB,,set\n"):
        (problem,) = problems_of(sheet)
        number = 4 if "part" not in sheet else 5
        assert problem.startswith(f"row {number}, column process, value “B”: Another row has this process")
        assert "It is row 3: name the part in each" in problem


def test_a_row_without_a_part_is_the_whole_process_where_others_are_its_parts() -> None:
    (item,) = read(HEADER + "A,,,yes,,,\nA,a,,,set,,\nA,b,,,open,,\n")
    assert item == WorkItem("A", {"edge": "yes"}, (("a", {"steps": "set"}), ("b", {"steps": "open"})))
    (problem,) = problems_of(HEADER + "A,,,yes,set,,\nA,a,,,set,,\n")
    assert problem.startswith("row 2, column steps, value “set”: This is asked of each part. Answer it in the rows of")


def test_the_process_must_be_named() -> None:
    assert problems_of("steps\nset\n") == [
        "row 1: No column names the process, though column A says “steps”. Write “process” above the names of the"
        " processes."
    ]
    assert problems_of("process,steps\n,set\n") == [
        "row 2, column process: This row names no process. Write its name here, or take the row away."
    ]


def test_blank_rows_are_passed_over_and_still_counted() -> None:
    assert problems_of(HEADER + "\n,,,,,,\nA,,,,sett,,\n") == [
        "row 4, column steps, value “sett”: This must be one of set, open, or not-sure. Did you mean “set”? A column of"
        " your own needs another heading than that of the question “How fixed the steps are”."
    ]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_usual_dialect_of_csv_is_read(mark: bytes, delimiter: str, line_end: str) -> None:
    rows = [["process", "part", "tools"], ['Büro, "A"; klein', "", "sheet;phone"]]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    (item,) = read(mark + out.getvalue().encode())
    assert item == WorkItem('Büro, "A"; klein', {"tools": ("sheet", "phone")})


def test_i6_every_bad_cell_is_named_by_row_column_and_value() -> None:
    found = problems_of(HEADER + "A,,usal,,,,\nB,,,,,phone;fax,\nD,,,,,phone,1e3\nE,,,,,;,\nF,,,,,none;phone,\n")
    assert [problem.split(":")[0] for problem in found] == [
        "row 2, column usual, value “usal”",
        "row 3, column tools, value “phone;fax”",
        "row 4, column calls, value “1e3”",
        "row 5, column tools, value “;”",
        "row 6, column tools, value “none;phone”",
    ]


@pytest.mark.parametrize("number", ["-1", "1001", "1.5", "1,000", "0x10", "١٢", "1e2", "Infinity", "9" * 400, "--1"])
def test_i5_a_number_out_of_range_or_in_another_notation_is_refused_with_the_range(number: str) -> None:
    (problem,) = problems_of(HEADER + f'A,,,,,phone,"{number}"\n')
    assert "This must be a whole number from 0 to 1000, or not-sure." in problem


def test_i10_repeated_columns_and_those_that_nearly_name_a_question_are_named() -> None:
    assert problems_of("process,edge,How core is it?\nA,,\n") == [
        "row 1, columns B and C: The columns “edge” and “How core is it?” both stand for “edge”. Keep one of them."
    ]
    assert problems_of("process,edge,edge\nA,,\n") == [
        "row 1, columns B and C: The column “edge” stands twice. Keep one of them."
    ]
    assert problems_of("process,stps,remark\nA,set,\n") == [
        "row 1, column B: There is no column “stps”, and what stands in it answers “steps”. Did you mean “steps”?"
    ]


def test_a_cell_beyond_the_header_is_refused() -> None:
    mend = "Put quotation marks around a cell that holds the mark between columns."
    assert problems_of("process,steps,,\nA,set,,\nB,set,,oops,more\n") == [
        f"row 3, value “more”: This cell stands in a column without a name. {mend}"
    ]


def test_parts_need_their_process_and_a_name_of_their_own() -> None:
    found = problems_of(HEADER + ",lost,,,,,\nA,same,,,,,\nA,same,,,,,\n")
    assert [problem.split(":")[0] for problem in found] == [
        "row 2, column part, value “lost”",
        "row 4, column part, value “same”",
    ]


def test_a_process_has_no_more_parts_than_it_can_be_broken_into() -> None:
    (problem,) = problems_of(HEADER + "".join(f"A,{number},,,,,\n" for number in range(6)))
    assert problem.startswith("row 7, column process, value “A”: A process has at most 5 parts, not 6.")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "file: The file is empty."),
        (b"\n\n", "file: The file is empty."),
        (HEADER.encode(), "file: There is no row below the header."),
        (b"PK\x03\x04rest", "file: The archive is broken"),
        ("process\nA\n\u4e1a\u52a1\n".encode("gb18030"), "line 3: The file is not UTF-8 text"),
        (b"<!DOCTYPE html><table>", "file: This looks like a web page"),
        (b"a,b\n1,2\n", "row 1, column A, value “a”: This row must name the columns"),
        (b'process,steps\nA,set\n"B,set\nC,set\n', "row 3: A quotation mark is never closed."),
        (b'process,steps\n"A"x,set\n', "row 2: This is not CSV"),
        (b'process\n"' + b"x" * 200_000 + b'"\n', "row 2: This is not CSV"),
        (b"process,edge\nA\x00B\n", "row 2, column process, value “A\\u0000B”: The name contains characters"),
        (b"process,edge\n\x1b[2J\n", "row 2, column process, value “\\u001b[2J”: The name contains characters"),
        (("process,edge\n" + "x" * 201 + "\n").encode(), "row 2, column process, value “xxx"),
    ],
)
def test_i8_a_broken_or_wrong_file_is_refused_in_words(data: bytes, said: str) -> None:
    (problem,) = problems_of(data)
    assert problem.startswith(said)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (HEADER + text).encode("utf-8", "replace")))
def test_p12_no_file_makes_the_reader_fail(data: bytes) -> None:
    try:
        items, problems = read_sheet(SMALL, data, "csv")
    except UnreadableFileError as error:
        items, problems = [], list(error.problems)
    assert bool(items) != bool(problems) or problems


@given(LINES | st.text("'=+-@\t\r\na"))
def test_i9_the_guard_against_formulas_is_undone_exactly(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
    assert escape_formula(text)[:1] not in set("=+-@\t\r\n")


@given(work_items(SMALL, NAMES | st.text("'=+-@x", min_size=1, max_size=5)))
def test_i9_no_cell_of_the_results_starts_like_a_formula(item: WorkItem) -> None:
    rows = list(csv.reader(io.StringIO(advice_csv(SMALL, [(item, recommend(SMALL, 7, item))]))))
    assert rows[0] == columns(SMALL) == [*COLUMNS, *(f"answers.{question.key}" for question in SMALL.questions)]
    assert {unescape_formula(row[0]) for row in rows[1:]} == {item.process}
    for row in rows[1:]:
        numbers = {"bpo", "kpo", "keep", "lean", "evidence", "rules_version"}
        text = [cell for column, cell in zip(rows[0], row, strict=True) if column not in numbers]
        assert not [cell for cell in text if cell[:1] in set("=+-@\t\r\n") and cell]


def test_the_results_have_a_row_for_the_process_and_one_for_each_part() -> None:
    parts: Any = (("=keying", {"steps": "set"}), ("thinking", {"steps": "open", "tools": ("lab", "phone")}))
    item = WorkItem("Advice", {"edge": "no"}, parts)
    rows = list(csv.DictReader(io.StringIO(advice_csv(SMALL, [(item, recommend(SMALL, 3, item))]))))
    assert [(row["part"], row["outcome"], row["bpo"], row["kpo"]) for row in rows] == [
        ("", "both", "3", "5"),
        ("'=keying", "bpo", "3", "0"),
        ("thinking", "kpo", "0", "5"),
    ]
    assert rows[2]["reasons"] == (
        "Each case is thought through. [steps-open: 3 to kpo; S.2] | "
        "=It takes a laboratory. [laboratory: 2 to kpo; G.1; general guidance, not from our sources]"
    )
    assert rows[0]["sources"] == "S.1 S.2 G.1"
    assert rows[0]["disagreements"] == "'@Calls"
    assert {row["rules_version"] for row in rows} == {"3"}


def test_the_results_name_the_risks_of_the_process_and_of_each_part_by_their_keys() -> None:
    rule_set = clean_rule_set()
    parts: Any = (("keying", {"steps": "same", "written": "yes"}), ("advice", {"steps": "each", "needs": ("law",)}))
    item = WorkItem("Work", {"edge": "no"}, parts)
    given = recommend(rule_set, 3, item)
    rows = list(csv.DictReader(io.StringIO(advice_csv(rule_set, [(item, given)]))))
    assert [risk["key"] for risk in given["risks"]] == ["script"]
    assert rows[0]["risks"] == "script"
    shown = {part.get("part") for part in given["risks"][0]["parts"]}
    assert {row["part"] for row in rows[1:] if row["risks"] == "script"} == shown
    book = openpyxl.load_workbook(io.BytesIO(write_results_workbook(rule_set, [(item, given)], verdict_lines)))
    head, *found = ([cell or "" for cell in row] for row in book["Risks"].iter_rows(values_only=True))
    assert head == list(RISK_COLUMNS)
    told = [dict(zip(head, row, strict=True)) for row in found]
    assert {row["part"] for row in told} == shown
    assert {(row["risk"], row["title"], row["grade"]) for row in told} == {
        ("script", given["risks"][0]["title"], given["risks"][0]["grade"])
    }
    of_advice = next(row for row in told if row["part"] == "advice")
    assert of_advice["because_of"] == "steps: each\nneeds: law"
    assert str(of_advice["actions"]).splitlines() == given["risks"][0]["actions"]


def test_results_from_before_there_were_risks_name_none() -> None:
    item = WorkItem("Work", {"edge": "no"})
    given = recommend(SMALL, 3, item)
    del given["risks"]
    rows = csv.DictReader(io.StringIO(advice_csv(SMALL, [(item, given)])))
    assert [row["risks"] for row in rows] == [""]
