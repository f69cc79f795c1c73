"""Work items as the rows of a filled-in sheet: a header of question keys, a row for each process or part of one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from advisor.engine.document.text import TEXT_LIMIT, match_key, normalize_line, text_fault, whole_number
from advisor.engine.model.answers import WorkItem, read_answer, read_work_item
from advisor.engine.model.errors import Problem, nearest
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Question
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import quote
from advisor.exchange.sheets.reader import NotAValue, Sheet, place_of, read_sheets

Given = TypeVar("Given")


def named_parts(parts: Sequence[tuple[str, Given]], place: str = "") -> tuple[list[tuple[str, Given]], list[Problem]]:
    """Give each of several parts a name of its own: "Part 2" for one without. A name that stands twice is a problem.

    It stands twice in whatever way it is composed, and in capitals or not.
    """
    named: list[tuple[str, Given]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, (name, given) in enumerate(parts):
        chosen = normalize_line(name) or ("" if len(parts) == 1 else f"Part {index + 1}")
        if match_key(chosen) in seen:
            problems.append(
                Problem(f"{place}parts/{index}/part", "Another part has this name.", "Give each part its own name.")
            )
        seen.add(match_key(chosen))
        named.append((chosen, given))
    return named, problems


PROCESS, PART = "process", "part"

SHEET = "Processes"
"""The sheet of a workbook in which work items stand."""

_MOST = 10**15 - 1

_Line: TypeAlias = tuple[int, Sequence[str]]
"""A row by its number, and its cells."""


def header(rule_set: RuleSet) -> list[str]:
    """The columns of a sheet that is ready to fill in."""
    return [PROCESS, PART, *(question.key for question in rule_set.questions)]


def read_sheet(rule_set: RuleSet, data: bytes, kind: str) -> tuple[list[WorkItem], list[Problem]]:
    """Read a filled-in sheet of ``kind`` csv, xlsx or ods. Rows that share a process are its parts.

    Of a workbook it is the sheet "Processes", or else the first one that names columns of ours. Every problem names
    row, column and value, or the cell. Rows are counted from 1, the header among them, as a spreadsheet does. Where
    there are problems the items are not to be used. Every cell is read in the form in which names are stored: two
    spellings of "Café" are one process. Raises UnreadableFileError where it is no file of that kind.
    """
    sheet = _sheet_of_items(rule_set, read_sheets(data, kind))
    unfit = [
        Problem(place_of(sheet.name, number, column), f"Here stands {value.what}.", "Put the value itself there.")
        for number, row in sheet.rows.items()
        for column, value in row.items()
        if isinstance(value, NotAValue)
    ]
    return ([], unfit) if unfit else _read_lines(rule_set, _lines(sheet))


def _sheet_of_items(rule_set: RuleSet, sheets: Sequence[Sheet]) -> Sheet:
    known = {*header(rule_set)}
    named = [sheet for sheet in sheets if sheet.name.strip().lower() == SHEET.lower()]
    fitting = [sheet for sheet in sheets if any(known & set(cells) for _, cells in _lines(sheet)[:1])]
    return [*named, *fitting, *sheets][0]


def _lines(sheet: Sheet) -> list[_Line]:
    return [
        (number, [normalize_line(str(row.get(column, "")).strip()) for column in range(max(row) + 1)])
        for number, row in sorted(sheet.rows.items())
    ]


def _read_lines(rule_set: RuleSet, lines: Iterable[_Line]) -> tuple[list[WorkItem], list[Problem]]:
    filled = [(number, cells) for number, cells in lines if any(cells)]
    columns, problems = _columns(rule_set, *filled[0]) if filled else ([], [Problem("file", "The file is empty.")])
    if not problems and len(filled) == 1:
        problems.append(Problem("file", "There is no row below the header.", "Give each process a row."))
    if problems:
        return [], problems
    groups: dict[str | int, list[_Row]] = {}
    for number, cells in filled[1:]:
        row = _row(rule_set, columns, number, cells, problems)
        # A row without the name of its process shares it with no other.
        groups.setdefault(row.process or number, []).append(row)
    items = [_item(rule_set, group, problems) for group in groups.values()]
    problems.sort(key=_row_number)
    return [item for item in items if item is not None], problems


@dataclass
class _Row:
    """One row: what was written in its cells, and what it means."""

    number: int
    written: dict[str, str]
    answers: dict[str, object] = field(default_factory=dict)
    is_fit: bool = True

    @property
    def process(self) -> str:
        return self.written.get(PROCESS, "")

    @property
    def part(self) -> str:
        return self.written.get(PART, "")

    def problem(self, column: str, text: str, mend: str = "") -> Problem:
        self.is_fit = False
        value = self.written.get(column, "")
        return Problem(f"row {self.number}, column {column}" + (f", value {quote(value)}" if value else ""), text, mend)


def _columns(rule_set: RuleSet, number: int, cells: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """Read the header row: the key of each column, an empty text for a column without one."""
    at = f"row {number}"
    known = header(rule_set)
    columns = list(cells)
    if not any(column in known for column in columns):
        mend = "`advisor questions --format csv` prints the header row."
        return [], [Problem(at, "This row must name the columns: process, part, and keys of questions.", mend)]
    problems = []
    for index, column in enumerate(columns):
        if column and column not in known:
            problems.append(Problem(at, f"There is no column {quote(column)}.", nearest(column[:100], known)))
        elif column and column in columns[:index]:
            problems.append(Problem(at, f"The column {quote(column)} stands twice.", "Keep one of them."))
    return columns, problems


def _row(rule_set: RuleSet, columns: Sequence[str], number: int, cells: Sequence[str], problems: list[Problem]) -> _Row:
    """Read the cells of one row, each on its own."""
    named = zip(columns, cells, strict=False)
    row = _Row(number, {column: cell for column, cell in named if column and cell})
    nameless = [cell for index, cell in enumerate(cells) if cell and (index >= len(columns) or not columns[index])]
    for cell in nameless:
        problems.append(Problem(f"row {number}, value {quote(cell)}", "This cell stands in a column without a name."))
        row.is_fit = False
    for column, cell in row.written.items():
        question = rule_set.question(column)
        if question is None:
            continue
        answer = _cell_value(question, cell)
        if (fault := text_fault(cell, TEXT_LIMIT)) is not None:
            problems.append(row.problem(column, f"This {fault}."))
        elif read_answer(question, answer)[1]:
            mend = "" if question.type is AnswerType.NUMBER else _nearest_options(question, cell)
            problems.append(row.problem(column, f"This must be {_expected(question)}.", mend))
        else:
            row.answers[column] = answer
    if row.part and not row.process:
        mend = "Write the name of the process in every row of its parts."
        problems.append(row.problem(PART, "A part stands here without its process.", mend))
    return row


def _item(rule_set: RuleSet, rows: Sequence[_Row], problems: list[Problem]) -> WorkItem | None:
    """Make one work item of the rows of a process."""
    if not all(row.is_fit for row in rows):
        return None
    if len(rows) == 1 and not rows[0].part:
        item, faults = read_work_item(rule_set, rows[0].process, rows[0].answers, [])
    else:
        parts, faults = named_parts([(row.part, row.answers) for row in rows])
        item, more = read_work_item(rule_set, rows[0].process, {}, parts)
        faults += more
    problems.extend(_at_cell(rows, fault) for fault in faults)
    return item


def _at_cell(rows: Sequence[_Row], fault: Problem) -> Problem:
    """Turn the place of a problem in a work item into the cell of the sheet."""
    match fault.place.split("/"):
        case ["parts", index, "answers", column]:
            row = rows[int(index)]
            if column not in row.written:  # an answer about the process, which another row gives
                row = next(other for other in rows if column in other.written)
        case ["parts", index, column]:
            row = rows[int(index)]
        case ["answers", column]:
            row = rows[0]
        case ["parts"]:
            row, column = rows[-1], PROCESS
        case _:
            row, column = rows[0], PROCESS
    return row.problem(column, fault.text, fault.mend)


def _row_number(problem: Problem) -> int:
    found = re.match(r"row (\d+)", problem.place)
    return int(found[1]) if found else 0


def _cell_value(question: Question, cell: str) -> object:
    """What a cell says, as JSON would say it."""
    if cell == NOT_SURE:
        return None
    if question.type is AnswerType.CHOICES:
        return [key.strip() for key in cell.split(";") if key.strip()] or cell
    number = whole_number(cell, -_MOST, _MOST) if question.type is AnswerType.NUMBER else None
    return cell if number is None else number


def _expected(question: Question) -> str:
    keys = ", ".join(option.key for option in question.options)
    match question.type:
        case AnswerType.CHOICE:
            return f"one of {keys}, or {NOT_SURE}"
        case AnswerType.CHOICES:
            number = "any" if question.most is None else f"at most {question.most}"
            return f"{number} of {keys}, joined by “;”, each once, or {NONE_OF_THESE}, or {NOT_SURE}"
        case AnswerType.NUMBER:
            return f"a whole number from {question.minimum} to {question.maximum}, or {NOT_SURE}"


def _nearest_options(question: Question, cell: str) -> str:
    keys = [option.key for option in question.options]
    words = [word.strip() for word in cell[:1000].split(";")]
    return next((mend for word in words if word not in keys and (mend := nearest(word, keys))), "")


def answer_text(answer: Answer, joiner: str = ";") -> str:
    """An answer as sheets have it: an option's key, several with ``joiner`` between them, a number, or "not-sure"."""
    match answer:
        case None:
            return NOT_SURE
        case tuple() as chosen:
            return joiner.join(chosen) or NONE_OF_THESE
        case known:
            return str(known)
