"""Which sheets of a file hold work items, and which of their columns are read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeAlias

from advisor.engine.model.errors import Problem, nearest
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import UnreadableFileError, escape_invisible, quote
from advisor.exchange.items.answers import NOT_ANSWERED, AnswerWords, CellValue, UnfitAnswerError, grouping_mark
from advisor.exchange.items.header import HEAD_ROWS, ORDINARY, HeaderReading, HeadingWords, fold
from advisor.exchange.items.rows import CellNews, ItemSheet, QuestionColumn, RowSource, cell_text
from advisor.exchange.sheets.csv_files import DELIMITERS, TextTable
from advisor.exchange.sheets.reader import OpenWorkbook, SheetEntry, column_letters
from advisor.exchange.work_items import KEYS_HEAD, KEYS_SHEET, OWN_SHEETS, PROCESS, PROCESS_ABOVE

_NAMED = 12
"""Headings that a problem names."""

HIDDEN_MEANT = "If a hidden one is meant, name it:"
"""What stands before the names of hidden sheets, which only the command line can be told."""

ALL_QUESTIONS = "; `advisor questions -o work.xlsx` writes a sheet with all of them."
"""How to get one, as the command line has it; a page has a link instead."""

_SAMPLE = 1_000
"""Rows that decide whether a column whose heading nearly names a question holds answers."""

_SEEN = 10_000
"""Different rows of the columns in doubt that are remembered, so that none is looked at twice."""


@dataclass(frozen=True, slots=True)
class TextSource:
    """A file of text, cut into columns at one mark."""

    table: TextTable
    delimiter: str

    def rows(self) -> Iterator[tuple[int, Sequence[CellValue]]]:
        """The rows from the top."""
        return self.table.rows(self.delimiter)

    def cells(self, column: int) -> Iterator[tuple[int, CellValue]]:
        """What stands in one column, from the top."""
        return self.table.cells(self.delimiter, column)


@dataclass(frozen=True, slots=True)
class BookSource:
    """A sheet of a workbook."""

    book: OpenWorkbook
    entry: SheetEntry

    def rows(self) -> Iterator[tuple[int, Sequence[CellValue]]]:
        """The rows from the top."""
        for number, cells in self.book.rows(self.entry):
            yield number, [cells.get(column, "") for column in range(max(cells) + 1)]

    def cells(self, column: int) -> Iterator[tuple[int, CellValue]]:
        """What stands in one column, from the top."""
        for number, cells in self.book.rows(self.entry):
            yield number, cells.get(column, "")


_Headed: TypeAlias = tuple[BookSource, HeaderReading]


@dataclass
class FoundSheets:
    """The sheets that are read, those that are not with the reason, what keeps them from being read, and what is to be
    said of them.
    """

    sheets: list[ItemSheet] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(
        self, rule_set: RuleSet, name: str, source: RowSource, header: HeaderReading, *, in_words: bool = False
    ) -> None:
        """Read a sheet whose header was found, or name what is wrong with it.

        ``in_words``: the product wrote it, so that people know answers by their words alone.
        """
        prefix = f"sheet {escape_invisible(name[:60])}, " if name else ""
        problems = list(header.problems)
        if not problems:
            header, why, problems = _columns_in_doubt(rule_set, source, header)
        if not problems and not header.questions:
            self.notes.append((f"Sheet {quote(name)}: " if name else "") + _no_question(rule_set, header, why))
        if problems:
            self.problems += [replace(problem, place=prefix + problem.place) for problem in problems]
            return
        news: list[CellNews] = []
        numbers = {
            index
            for index, key in enumerate(header.stands_for)
            if (question := rule_set.question(key)) and question.type is AnswerType.NUMBER
        }
        sample = _sample(source, header) if numbers else []
        marks = {index: grouping_mark(row[index] for row in sample if index < len(row)) for index in numbers}
        columns = [
            QuestionColumn(
                question, index, news, marks.get(index, ""), is_in_words=in_words or header.is_in_words(index)
            )
            for index, key in enumerate(header.stands_for)
            if (question := rule_set.question(key)) is not None
        ]
        self.sheets.append(ItemSheet(name, source, header, columns, not name, news, why))


def find_in_text(rule_set: RuleSet, table: TextTable, columns: int) -> FoundSheets:
    """The one sheet that a file of text is. Raises UnreadableFileError where it is no CSV, or has more ``columns``."""
    words = HeadingWords(rule_set)
    error: UnreadableFileError | None = None
    best: tuple[tuple[int, int, int], TextSource, HeaderReading] | None = None
    for delimiter in [table.named_delimiter] if table.named_delimiter else DELIMITERS:
        source = TextSource(table, delimiter)
        try:
            head = list(_head(source))
        except UnreadableFileError as fault:
            error = error or fault
            continue
        if any(len(cells) > columns for _, cells in head):
            error = error or UnreadableFileError(f"This has more than {columns:,} columns.", "Take some away.")
            continue
        header = words.find(head)
        if header is not None:
            width = len(header.headings)
            beyond = sum(1 for _, cells in head if any(cell.strip() for cell in cells[width:]))
            score = sum(1 for key in header.stands_for if key), -beyond, sum(map(bool, header.headings))
            if best is None or score > best[0]:
                best = score, source, header
    found = FoundSheets()
    if error is not None and (best is None or not best[0][0]):
        raise error
    if best is None:
        found.problems.append(Problem("file", "The file is empty."))
    else:
        found.add(rule_set, "", best[1], best[2])
    return found


def find_in_workbook(rule_set: RuleSet, book: OpenWorkbook, only: Sequence[str]) -> FoundSheets:
    """The sheets of a workbook that hold work items: those that are named, or all with the header that are shown."""
    rule_set, also = _with_own_words(rule_set, book)
    found, words = FoundSheets(), HeadingWords(rule_set, also)
    names = [entry.name for entry in book.sheets]
    for name in only:
        if name not in names:
            place = f"sheet {escape_invisible(name[:60])}"
            found.problems.append(Problem(place, "The workbook has no such sheet.", nearest(name[:100], names)))
    headed: list[_Headed] = []
    for entry in book.sheets:
        source = BookSource(book, entry)
        if not (entry.name in only if only else not entry.is_hidden):
            found.left_out.append((entry.name, "it is hidden" if entry.is_hidden else "it was not named"))
        elif (header := words.find(_head(source))) is None:
            found.left_out.append((entry.name, "it is empty"))
        else:
            headed.append((source, header))
    wanted = headed if only else _with_most(words, headed)
    if wanted:
        found.left_out += _other_sheets(headed, wanted)
    elif not found.problems:
        found.problems += _hidden_instead(book) or ([] if headed else [Problem("file", "The file is empty.")])
    if also:  # what the product wrote needs no telling
        found.left_out = [it for it in found.left_out if it[0].rstrip("0123456789 ") not in OWN_SHEETS]
        wanted = [(source, replace(it, above="" if it.above == PROCESS_ABOVE else it.above)) for source, it in wanted]
    for source, header in wanted or headed[:1]:
        found.add(rule_set, source.entry.name, source, header, in_words=bool(also))
    order = {name: index for index, name in enumerate(names)}
    found.left_out.sort(key=lambda it: order[it[0]])
    return found


def _other_sheets(headed: Sequence[_Headed], wanted: Sequence[_Headed]) -> Iterator[tuple[str, str]]:
    """Each sheet that is not wanted, and why."""
    asked = any(header.questions for _, header in wanted)
    for source, header in headed:
        if (source, header) not in wanted:
            why = "no question is named there" if asked else "other sheets are surer to name the process"
            yield source.entry.name, why if PROCESS in header.stands_for else "no column names the process there"


def _hidden_instead(book: OpenWorkbook) -> list[Problem]:
    """That there are hidden sheets, where those that are shown are none of work items."""
    hidden = [quote(entry.name) for entry in book.sheets if entry.is_hidden]
    if not hidden:
        return []
    mend = f"{HIDDEN_MEANT} {', '.join(hidden)}."
    return [Problem("file", "No sheet that is shown names the columns.", mend)]


def _with_own_words(rule_set: RuleSet, book: OpenWorkbook) -> tuple[RuleSet, dict[str, str]]:
    """The rules with the words that a workbook to fill in has for answers, and its headings by question.

    Rules may be worded anew while somebody fills in what asks in the old words.
    """
    entry = next((it for it in book.sheets if it.name == KEYS_SHEET and it.is_hidden and it.is_read), None)
    rows = [list(map(cell_text, cells)) for _, cells in BookSource(book, entry).rows()] if entry else []
    if not rows or tuple(rows[0]) != KEYS_HEAD:
        return rule_set, {}
    full = [(*row, *[""] * len(KEYS_HEAD))[: len(KEYS_HEAD)] for row in rows[1:]]
    words = {(question, answer): text for question, _, answer, text in full if answer}
    questions = tuple(
        replace(
            question,
            options=tuple(
                replace(it, words=(*it.words, words[question.key, it.key])) if (question.key, it.key) in words else it
                for it in question.options
            ),
        )
        for question in rule_set.questions
    )
    return replace(rule_set, questions=questions), {heading: question for question, heading, *_ in full if heading}


def _with_most(words: HeadingWords, headed: Sequence[_Headed]) -> list[_Headed]:
    """Sheets that name the process and a question; else those that name the process; else the one that says "Name"."""
    named = [it for it in headed if PROCESS in it[1].stands_for]
    full = [it for it in named if it[1].questions]
    sure = [it for it in named if words.names_process(it[1])]
    titled = [it for it in named if words.names_process(it[1], may_be_title=True)]
    return full or sure or titled or (named if len(named) == 1 else [])


def _head(source: RowSource) -> Iterator[tuple[int, list[str]]]:
    return ((number, list(map(cell_text, cells))) for number, cells in islice(source.rows(), HEAD_ROWS))


def _sample(source: RowSource, header: HeaderReading) -> list[Sequence[CellValue]]:
    below = (cells for number, cells in source.rows() if number > header.row and number not in header.also)
    return list(islice(below, _SAMPLE))


def _columns_in_doubt(
    rule_set: RuleSet, source: RowSource, header: HeaderReading
) -> tuple[HeaderReading, dict[int, str], list[Problem]]:
    """Look into columns whose heading may mean something else than a question, and into those it may be meant for one.

    A column that is headed as lists often have one of their own, such as "owner", is left out where anything in it is
    no answer. A heading that nearly names a question is a problem where everything below it answers that question.
    """
    doubtful = {
        index: key
        for index, (key, heading) in enumerate(zip(header.stands_for, header.headings, strict=True))
        if key in ORDINARY and fold(heading) == fold(key)
    }
    suspects = {
        index: key
        for index, key in (header.suspects or {}).items()
        if key not in header.stands_for and rule_set.question(key) is not None
    }
    why: dict[int, str] = {}
    problems: list[Problem] = []
    if not doubtful and not suspects:
        return header, why, problems
    sample = _sample(source, header) if suspects else []
    stands_for = list(header.stands_for)
    asked = {index: question for index, key in doubtful.items() if (question := rule_set.question(key)) is not None}
    others = _other_cells({index: AnswerWords(question) for index, question in asked.items()}, source, header)
    for index, other in sorted(others.items()):
        why[index] = f"{quote(other)} does not answer {quote(asked[index].short)}"
        stands_for[index] = ""
    for index, key in suspects.items():
        question = rule_set.question(key)
        assert question is not None  # noqa: S101 - of this rule set
        answers, unfit = _count_answers(AnswerWords(question), [row[index] for row in sample if index < len(row)])
        if answers and not unfit:
            place = f"row {header.row}, column {column_letters(index)}"
            text = f"There is no column {quote(header.headings[index])}, and what stands in it answers “{key}”."
            problems.append(Problem(place, text, f"Did you mean “{key}”?"))
        else:
            why[index] = f"did you mean “{key}”?"
    return replace(header, stands_for=stands_for), why, problems


def _no_question(rule_set: RuleSet, header: HeaderReading, why: Mapping[int, str]) -> str:
    """That a sheet names processes and says nothing of them, as lists of services do."""
    seen = [
        quote(heading) + (f" ({why[index]})" if index in why else "")
        for index, heading in enumerate(header.headings)
        if heading
    ]
    more = " and more" if len(seen) > _NAMED else ""
    said = "only heading is" if len(seen) == 1 else "headings are"
    some = ", ".join(f"“{question.key}” ({question.short})" for question in rule_set.questions[:3])
    return (
        "No column answers a question, so nothing is known of these processes but their names. "
        f"The {said} {', '.join(seen[:_NAMED])}{more}. Head a column by the key or the words of each question, "
        f"such as {some}{ALL_QUESTIONS}"
    )


def _other_cells(words: Mapping[int, AnswerWords], source: RowSource, header: HeaderReading) -> dict[int, str]:
    """In which of these columns something is no answer to their question, and the first such cell; in one pass."""
    left = dict(words)
    found: dict[int, str] = {}
    known: dict[int, set[CellValue]] = {index: set() for index in words}
    seen: set[tuple[CellValue, ...]] = set()
    width = max(words, default=-1) + 1
    for number, cells in source.rows() if words else ():
        if number <= header.row or number in header.also:
            continue
        row = cells if len(cells) >= width else [*cells, *[""] * (width - len(cells))]
        picked = tuple([row[index] for index in left])
        if picked in seen:
            continue
        if len(seen) < _SEEN:
            seen.add(picked)
        for index, cell in zip(list(left), picked, strict=True):
            if cell in known[index]:
                continue
            if _says_other(left[index], cell, header.headings[index]):
                found[index] = cell_text(cell).strip()
                del left[index]
                seen.clear()
            elif len(known[index]) < _SAMPLE:
                known[index].add(cell)
        if not left:
            break
    return found


def _says_other(words: AnswerWords, cell: CellValue, heading: str) -> bool:
    """Whether a cell is no answer, nor meant as one, nor the heading once more."""
    try:
        words.read(cell)
    except UnfitAnswerError as error:
        return not error.is_meant and fold(cell_text(cell)) != fold(heading)
    return False


def _count_answers(words: AnswerWords, cells: Sequence[CellValue]) -> tuple[int, int]:
    """How many different cells answer a question, and how many say something else."""
    answers = others = 0
    for cell in set(cells):
        try:
            answer, _ = words.read(cell)
        except UnfitAnswerError as error:
            answers += error.is_meant
            others += 1
        else:
            answers += answer is not NOT_ANSWERED and answer is not None
    return answers, others
