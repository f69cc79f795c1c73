"""A file or pasted names, read by the reader of sheets, as what could be brought in: a preview as plain values."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from advisor.engine.document.text import match_key
from advisor.engine.model.answers import PARTS_LIMIT, WorkItem, plain_answers
from advisor.engine.model.errors import Problem, RuleSetError
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import escape_invisible, is_archive, quote
from advisor.exchange.item_sheets import option_words
from advisor.exchange.items.assembly import ItemAssembly
from advisor.exchange.items.header import HEADER_ROW, fold
from advisor.exchange.items.item_reading import ItemReading
from advisor.exchange.items.json_files import JsonReading, is_json
from advisor.exchange.items.read import open_items
from advisor.exchange.items.rows import ItemSheet, SheetRow, cell_text, read_row
from advisor.exchange.items.sheets import ALL_QUESTIONS, HIDDEN_MEANT
from advisor.exchange.items.summary import AnswerReading, ColumnSummary, ReadingSummary, SheetSummary
from advisor.exchange.sheets.reader import UPLOAD, column_letters
from advisor.exchange.work_items import PART, PROCESS
from advisor.models.processes.groups import SEPARATOR, groups_fault, read_groups
from advisor.processes.bring_in.pasted_text import PastedText, pasted_list

PROBLEMS_SHOWN = 500
"""Problems of a list that are kept for its page; how many more there are is said."""

_GROUP_HEADINGS = (
    ("group", "groups", "groupname", "processgroup"),
    ("department", "departments", "team", "area", "businessunit", "division", "category", "directorate"),
)
"""Headings of the column with the groups, the surest first."""

_NOTES = 20
"""Groups of which each is said by itself that it is left out."""

_GROUPS_TEXT = 2_000
"""Characters of a cell with groups: as many groups as a process can be in have fewer."""

_LINES = 50_000
"""Lines of a text, beyond which nobody means a list of an owner's processes: to read them all takes its time."""


class UnusableList(RuleSetError):  # noqa: N818
    """Nothing of the list can be brought in."""


class TooLong(Exception):  # noqa: N818
    """The list has more processes, or rows, than are looked at."""

    def __init__(self, found: int) -> None:
        self.found = found
        super().__init__("too long")


def read_file(rule_set: RuleSet, data: bytes, name: str, most: int) -> dict[str, Any]:
    """The preview of a file. Raises UnusableList with every problem, and TooLong."""
    if is_json(io.BytesIO(data), name):
        return _read_json(rule_set, data, name, most)
    return _read(rule_set, PastedText(data, name), name, most)


def read_pasted(rule_set: RuleSet, text: str, most: int) -> dict[str, Any]:
    """The same of a pasted text."""
    return _read(rule_set, pasted_list(rule_set, text), "", most)


def _read(rule_set: RuleSet, sheet: PastedText, file: str, most: int) -> dict[str, Any]:
    if not is_archive(sheet.data) and (lines := sheet.data.count(b"\n") + sheet.data.count(b"\r")) > _LINES:
        raise TooLong(lines)
    try:
        with open_items(rule_set, sheet.data, sheet.name or "names.csv", limits=UPLOAD) as reading:
            if reading.summary.rows > most * PARTS_LIMIT:
                raise TooLong(reading.summary.rows)
            return _ListReader(rule_set, reading, sheet, most).preview(file)
    except UnusableList:
        raise
    except RuleSetError as error:
        raise UnusableList(map(_for_page, error.problems)) from None


def _read_json(rule_set: RuleSet, data: bytes, name: str, most: int) -> dict[str, Any]:
    """The preview of JSON, such as the file in which an account takes its data along."""
    candidates: list[dict[str, Any]] = []
    try:
        reading = JsonReading(rule_set, io.BytesIO(data), name)
        for number, item in enumerate(reading, start=1):
            if not item.process:
                reading.problems.append(Problem(f"item {number}", _("A process needs a name.")))
                continue
            candidates.append(_candidate(_("number %(n)s", n=number), item, [], []))
            if number > most:
                raise TooLong(number)
    except RuleSetError as error:
        raise UnusableList(error.problems) from None
    problems = [{"place": it.place, "text": it.text, "mend": it.mend} for it in reading.problems]
    if not candidates:
        raise UnusableList(reading.problems or [Problem("file", _("No process stands in it."))])
    understood = {"file": escape_invisible(name), "kind": "JSON", "notes": list(dict.fromkeys(reading.notes))}
    return {
        "understood": {**understood, "sheets": [], "sheets_left_out": [], "readings": []},
        "candidates": candidates,
        "refused": [{"name": "", "problems": [it]} for it in problems[:PROBLEMS_SHOWN]],
        "more_refused": max(0, len(problems) - PROBLEMS_SHOWN),
    }


def _candidate(
    where: str, item: WorkItem, groups: Sequence[str], faults: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    return {
        "where": where,
        "process": item.process,
        "answers": plain_answers(item.answers),
        "parts": [[name, plain_answers(own)] for name, own in item.parts],
        "groups": list(groups),
        "faults": list(faults),
    }


class _ListReader:
    """Sorts what a reading gives into what can be brought in, and what cannot."""

    def __init__(self, rule_set: RuleSet, reading: ItemReading, sheet: PastedText, most: int) -> None:
        self._rule_set = rule_set
        self._reading = reading
        self._sheet = sheet
        self._most = most
        self._again = ItemAssembly(rule_set)
        self._candidates: list[dict[str, Any]] = []
        self._refused: list[dict[str, Any]] = []
        self._told: set[int] = set()
        self._groups: dict[str, int | None] = {}
        self._notes: list[str] = []
        self._groups_left_out = 0

    def preview(self, file: str) -> dict[str, Any]:
        for rows, item in self._reading.entries():
            if item is None:
                self._sort_out(rows)
            else:
                self._offer(rows, item)
            if len(self._candidates) > self._most:
                raise TooLong(self._reading.summary.rows)
        for problem in self._reading.problems:
            if id(problem) not in self._told:
                self._refused.append({"name": "", "problems": [self._plain(problem)]})
        if not self._candidates:
            raise UnusableList(map(_for_page, map(self._shift, self._reading.problems)))
        summary = self._reading.summary
        return {
            "understood": self._summary_values(summary, file),
            "candidates": self._candidates,
            "refused": self._refused[:PROBLEMS_SHOWN],
            "more_refused": max(0, len(self._refused) - PROBLEMS_SHOWN),
        }

    # ---- what could be brought in

    def _offer(self, rows: Sequence[SheetRow], item: WorkItem, faults: Sequence[Problem] = ()) -> None:
        told = list(map(self._plain, faults))
        self._candidates.append(_candidate(self._place_of(rows), item, self._groups_of(rows), told))

    def _sort_out(self, rows: Sequence[SheetRow]) -> None:
        """Rows of which no work item can be made as they stand."""
        self._told |= {id(problem) for row in rows for problem in row.problems}
        fresh = [read_row(row.sheet, row.number, row.cells) for row in rows]
        if not any(row.part or row.problems for row in fresh):  # the name alone is the matter: that is asked
            for row in fresh:
                self._offer([row], self._item(row))
            return
        if len(fresh) == 1 and not fresh[0].part and self._are_of_answers(fresh[0]):
            faults, fresh[0].problems = fresh[0].problems, []
            self._offer(rows, self._item(fresh[0]), faults)
            return
        problems = [self._plain(problem) for row in rows for problem in row.problems]
        alone = [row for row in rows if not row.problems]
        if alone:
            text = _(
                "The other rows of this process cannot be brought in, so neither can %(rows)s.",
                rows=self._place_of(alone),
            )
            problems.append({"place": self._place_of(alone), "text": text, "mend": ""})
        self._refused.append({"name": rows[0].process, "problems": problems})

    def _item(self, row: SheetRow) -> WorkItem:
        item = self._again.item([row])
        assert item is not None  # noqa: S101 - nothing is wrong with it
        return item

    def _are_of_answers(self, row: SheetRow) -> bool:
        """Whether only answers are the matter, so that the process can do without them."""
        read = {column.key for column in row.sheet.columns}
        names = [row.sheet.header.headings[row.sheet.at[key]] for key in (PROCESS, PART) if key in row.sheet.at]
        beyond = len(row.cells) > row.sheet.width and row.sheet.is_text
        is_name = any(
            problem.place.startswith(f"{row.place_name}, column {named}")
            for problem in row.problems
            for name in names
            for named in ([name] if name in {PROCESS, PART} else [quote(name)])
        )
        return bool(row.process and read) and not beyond and not is_name

    # ---- groups

    def _groups_of(self, rows: Sequence[SheetRow]) -> list[str]:
        found: dict[str, str] = {}
        for row in rows:
            column = self._group_column(row.sheet)
            text = cell_text(row.cells[column]) if column is not None and column < len(row.cells) else ""
            if len(text) > _GROUPS_TEXT:
                self._leave_group_out(row, text, _("it is too long"))
                continue
            for name in read_groups(text.replace("\n", SEPARATOR)):
                if match_key(name) in found:
                    continue
                if (fault := groups_fault([*found.values(), name])) is not None:
                    self._leave_group_out(row, name, fault)
                else:
                    found[match_key(name)] = name
        return list(found.values())

    def _leave_group_out(self, row: SheetRow, name: str, fault: str) -> None:
        self._groups_left_out += 1
        if self._groups_left_out <= _NOTES:
            words = {"name": quote(name), "where": self._place_of([row]), "fault": fault}
            self._notes.append(_("The group %(name)s in %(where)s is left out: %(fault)s.", **words))

    def _group_column(self, sheet: ItemSheet) -> int | None:
        if sheet.name not in self._groups:
            self._groups[sheet.name] = _group_column(sheet.header.headings, sheet.header.stands_for)
        return self._groups[sheet.name]

    # ---- where it stands

    def _place_of(self, rows: Sequence[SheetRow]) -> str:
        first = rows[0]
        numbers = [row.number - self._sheet.added for row in rows if row.sheet is first.sheet]
        listed = ", ".join(map(str, numbers[:6])) + (" …" if len(numbers) > 6 else "")
        word = (
            (_("line %(n)s", n=listed) if len(numbers) == 1 else _("lines %(n)s", n=listed))
            if not self._sheet.name
            else (_("row %(n)s", n=listed) if len(numbers) == 1 else _("rows %(n)s", n=listed))
        )
        return f"{escape_invisible(first.sheet.name[:60])}, {word}" if len(self._reading.summary.sheets) > 1 else word

    def _plain(self, problem: Problem) -> dict[str, str]:
        shown = _for_page(self._shift(problem))
        return {"place": shown.place, "text": shown.text, "mend": shown.mend}

    def _shift(self, problem: Problem) -> Problem:
        """A problem of pasted names by the line, without the column that they do not have."""
        if self._sheet.name:
            return problem

        def line(found: re.Match[str]) -> str:
            return f"line {int(found[1]) - self._sheet.added}"

        place = re.sub(r"\brow (\d+)", line, problem.place).replace(", column process", "")
        return Problem(place, problem.text, re.sub(r"\brow (\d+)", line, problem.mend))

    # ---- what was understood

    def _summary_values(self, summary: ReadingSummary, file: str) -> dict[str, Any]:
        notes = [_for_web(note) for note in summary.notes]
        if (more := self._groups_left_out - _NOTES) > 0:
            self._notes.append(_("%(n)s more groups are left out for such reasons.", n=more))
        if not self._sheet.name:
            notes = [note for note in notes if not note.startswith("No column answers")]
        return {
            "file": escape_invisible(file),
            "kind": summary.kind.upper() if self._sheet.name else "",
            "sheets": list(map(self._sheet_words, summary.sheets)),
            "sheets_left_out": [[escape_invisible(name), why] for name, why in summary.left_out],
            "notes": [*self._sheet.notes, *notes, *self._notes],
            "readings": list(_readings(self._rule_set, summary.answers)),
        }

    def _sheet_words(self, sheet: SheetSummary) -> dict[str, Any]:
        groups = self._groups.get(sheet.name)
        return {
            "name": escape_invisible(sheet.name),
            "header_row": sheet.header_row,
            "rows": sheet.rows,
            "above": escape_invisible(sheet.above),
            "columns": [self._column_words(column, groups) for column in sheet.columns] if self._sheet.name else [],
        }

    def _column_words(self, column: ColumnSummary, groups: int | None) -> dict[str, str]:
        question = self._rule_set.question(column.stands_for)
        meaning = {PROCESS: _("the name of the process"), PART: _("the part")}.get(column.stands_for, "")
        if question is not None:
            meaning = question.short
        elif not meaning and groups is not None and column.letter == column_letters(groups):
            meaning = _("the groups of the process")
        heading = escape_invisible(column.heading)
        return {"letter": column.letter, "heading": heading, "meaning": meaning, "why": column.why}


def _group_column(headings: Sequence[str], stands_for: Sequence[str]) -> int | None:
    names = [fold(heading) if not key else "" for heading, key in zip(headings, stands_for, strict=True)]
    for known in _GROUP_HEADINGS:
        if (found := next((index for index, name in enumerate(names) if name in known), None)) is not None:
            return found
    return None


def _readings(rule_set: RuleSet, answers: Sequence[AnswerReading]) -> Iterator[dict[str, Any]]:
    """Cells that were understood otherwise than as they stand, by question, each once."""
    found: dict[str, dict[str, str]] = {}
    for it in answers:
        found.setdefault(it.question, {}).setdefault(it.written, it.answer)
    for key, cells in found.items():
        question = rule_set.question(key)
        if question is not None:
            words = option_words(question)
            pairs = [[escape_invisible(cell), _in_words(words, answer)] for cell, answer in cells.items()]
            yield {"question": question.short, "pairs": pairs}


def _in_words(words: dict[str, str], answer: str) -> str:
    return "; ".join(words.get(key, key) for key in answer.split(";")) if answer else ""


def _for_page(problem: Problem) -> Problem:
    return Problem(problem.place, problem.text, _for_web(problem.mend))


def _for_web(text: str) -> str:
    """The words of the command line as a page has them."""
    text = text.replace(HEADER_ROW, _("The template has the columns."))
    text = text.replace(HIDDEN_MEANT, _("If a hidden one is meant, show it in the workbook:"))
    return text.replace(ALL_QUESTIONS, _(". The template has a column for each."))
