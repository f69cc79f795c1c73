"""Workbook -> plain document. What cannot be read is named by sheet and cell."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from advisor.engine.document.document import FORMAT as FORMAT_NUMBER
from advisor.engine.model.errors import Problem, item_place, nearest
from advisor.engine.model.operators import AnswerType
from advisor.exchange.file_input import quote
from advisor.exchange.places import ParsedDocument, Places, Plain
from advisor.exchange.rule_workbook import cells
from advisor.exchange.rule_workbook import layout as layouts
from advisor.exchange.rule_workbook.cells import CellError
from advisor.exchange.rule_workbook.layout import CellContent, SheetColumn, SheetLayout
from advisor.exchange.sheets.reader import NotAValue, Row, Sheet, Value, place_of, read_sheets


def read_workbook_rules(data: bytes) -> ParsedDocument:
    """Read what a workbook says, in which cell each item of it stands, and which cells could not be read.

    Raises UnreadableFileError where it is no workbook.
    """
    reading = _WorkbookReading({sheet.name.strip().lower(): sheet for sheet in read_sheets(data, "xlsx")})
    document = {"format": reading.format(), **reading.document()}
    sheets = [layouts.ABOUT, *(layout.name for layout in layouts.LAYOUTS)]
    lost = frozenset(reading.lost), frozenset(reading.lost_lists)
    return ParsedDocument(document, reading.places, reading.problems, sheets, *lost)


@dataclass
class _Line:
    """One row of a sheet: its cells by the field of their column, and by question."""

    sheet: str
    number: int
    layout: SheetLayout
    columns: dict[int, SheetColumn]
    cells: Row
    at: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.at = {column.label: index for index, column in self.columns.items()}

    def value(self, column: SheetColumn) -> Value:
        """What stands in a column, "" where nothing does or where the sheet has no such column."""
        return self.cells.get(self.at.get(column.label, -1), "")

    def text(self, column: SheetColumn) -> str:
        value = self.value(column)
        return "" if isinstance(value, NotAValue) else str(value)

    def place(self, column: SheetColumn) -> str:
        """The cell of a column, or the row of headers where there is no such column."""
        index = self.at.get(column.label)
        return f"sheet {self.sheet}, row 1" if index is None else place_of(self.sheet, self.number, index)


class _WorkbookReading:
    """Collects the document, the problems, and where everything stands."""

    def __init__(self, sheets: dict[str, Sheet]) -> None:
        self._sheets = sheets
        self._newest = max(map(self._newest_in, layouts.LAYOUTS))
        self.problems: list[Problem] = []
        self.lost = set[str]()
        self.lost_lists = set[str]()
        self.places = Places({layout.collection: f"sheet {layout.name}" for layout in layouts.LAYOUTS})
        for table in ("leave", "kind"):
            self.places.note(table, "sheet Policy")
        self.places.note("format", f"sheet {layouts.ABOUT}")

    def _newest_in(self, layout: SheetLayout) -> int:
        """How new a sheet and its columns are. Of what is as new as anything in the workbook, nothing may be gone."""
        sheet = self._sheets.get(layout.name.lower())
        heads = {str(value).strip().lower() for value in sheet.rows.get(1, {}).values()} if sheet else set[str]()
        found = [column.newer for column in layout.columns if column.label.lower() in heads]
        return max(found, default=0) if sheet is None else max([layout.newer, *found])

    def format(self) -> object:
        """The number of the format, from the first sheet."""
        about = self._sheets.get(layouts.ABOUT.lower())
        rows = about.rows.values() if about else ()
        found = next((row.get(1) for row in rows if str(row.get(0, "")).strip() == layouts.FORMAT), FORMAT_NUMBER)
        number = cells.read_number(found)
        return found if number is None else number

    def document(self) -> Plain:
        """The plain document that the sheets say."""
        questions = self._items(layouts.QUESTIONS, "questions")
        self._options(questions)
        types = {question.get("key"): question.get("type", "choice") for question in questions}
        return {
            "questions": questions,
            "rules": self._rules(),
            **self._policy(),
            "sources": self._items(layouts.SOURCES, "sources"),
            "claims": self._items(layouts.CLAIMS, "claims"),
            "disagreements": self._disagreements(),
            "tensions": self._items(layouts.TENSIONS, "tensions"),
            "guidance": self._items(layouts.GUIDANCE, "guidance"),
            "risks": self._items(layouts.RISKS, "risks"),
            "limits": self._limits(),
            "cases": self._cases(types),
        }

    # ---- one list after the other

    def _items(self, layout: SheetLayout, place: str) -> list[Plain]:
        return [self._item(line, layout.columns, place, index) for index, line in enumerate(self._lines(layout))]

    def _item(self, line: _Line, columns: Sequence[SheetColumn], place: str, index: int) -> Plain:
        """The fields of an item, as far as its cells can be read, and where they stand."""
        key = line.text(layouts.CLAIMS.column("id") if place == "claims" else layouts.QUESTIONS.column("key"))
        own = item_place(place, index, key if place not in {"leave", "kind"} else None)
        self.places.note(own, f"sheet {line.sheet}, row {line.number}")
        item: Plain = {}
        for column in columns:
            if not column.field:
                continue
            self.places.note(f"{own}/{column.field}", line.place(column))
            if column.field in {"key", "id"}:  # of two that have one key, the second is told by its number
                self.places.note(f"{place}/{index}/{column.field}", line.place(column))
            value = self._value(line, column)
            if value is None:
                continue
            *path, last = column.field.split("/")
            holder = item
            for step in path:
                holder = holder.setdefault(step, {})
            holder[last] = value
        return item

    def _options(self, questions: Sequence[Plain]) -> None:
        by_key = {question.get("key"): question for question in reversed(questions)}
        all_named = len(by_key) == len(questions) > 0 and not by_key.keys() & {None, ""}
        for line in self._lines(layouts.OPTIONS):
            key = line.text(layouts.QUESTION)
            question = by_key.get(key)
            if question is None:
                self.lost.update({key, line.text(layouts.OPTIONS.column("key"))} - {""})
                if not all_named:  # then it may be the one that a question was meant to have
                    continue
                mend = nearest(key[:100], map(str, by_key))
                self._refuse(line.place(layouts.QUESTION), f"There is no question {quote(key)}.", mend)
                continue
            options = question.setdefault("options", [])
            options.append(self._item(line, layouts.OPTIONS.columns, f"questions/{key}/options", len(options)))

    def _rules(self) -> list[Plain]:
        rules = []
        for index, line in enumerate(self._lines(layouts.RULES)):
            rule = self._item(line, layouts.RULES.columns, "rules", index)
            own = item_place("rules", index, rule.get("key"))
            rule["when"] = self._in_columns(
                line, CellContent.CONDITION, f"{own}/when", cells.read_condition, rule.get("when", [])
            )
            rules.append(rule)
        return rules

    def _policy(self) -> dict[str, list[Plain]]:
        tables: dict[str, list[Plain]] = {"leave": [], "kind": []}
        fields = [column for column in layouts.POLICY.columns if column.holds is not CellContent.BOUND]
        for line in self._lines(layouts.POLICY):
            table = line.text(layouts.TABLE).strip().lower()
            if table not in tables:
                self._refuse(line.place(layouts.TABLE), f"The table must be leave or kind, not {quote(table)}.")
                continue
            row = self._item(line, fields, table, len(tables[table]))
            own = f"{table}/{len(tables[table])}"
            row["when"] = self._in_columns(
                line, CellContent.BOUND, f"{own}/when", cells.read_bound, row.get("when", [])
            )
            tables[table].append(row)
        return tables

    def _in_columns(
        self, line: _Line, holds: CellContent, place: str, read: Callable[[str, str], Plain], further: Sequence[Plain]
    ) -> list[Plain]:
        """What stands in columns of its own, from left to right, and then what stands in the column for the rest."""
        found: list[Plain] = []
        for index, column in sorted(line.columns.items()):
            if column.holds is not holds or line.value(column) == "":
                continue
            at = place_of(line.sheet, line.number, index)
            item = self._read(at, line.value(column), partial(read, column.field))
            if item is not None:
                self.places.note(f"{place}/{len(found)}", at)
                found.append(item)
        rest = layouts.FURTHER if holds is CellContent.CONDITION else layouts.FURTHER_BOUNDS
        for index in range(len(found), len(found) + len(further)):
            self.places.note(f"{place}/{index}", line.place(rest))
        return [*found, *further]

    def _disagreements(self) -> list[Plain]:
        own = [column for column in layouts.DISAGREEMENTS.columns if column not in {layouts.VIEW, layouts.VIEW_SOURCES}]
        found: list[Plain] = []
        for line, is_next in self._rows_by_item(layouts.DISAGREEMENTS):
            if is_next:
                found.append({**self._item(line, own, "disagreements", len(found)), "views": []})
            views, place = found[-1]["views"], item_place("disagreements", len(found) - 1, found[-1].get("key"))
            if line.value(layouts.VIEW) != "" or line.value(layouts.VIEW_SOURCES) != "":
                views.append(self._item(line, (layouts.VIEW, layouts.VIEW_SOURCES), f"{place}/views", len(views)))
        return found

    def _limits(self) -> list[str]:
        sentence = layouts.LIMITS.columns[1]
        lines = list(self._lines(layouts.LIMITS))
        for index, line in enumerate(lines):
            self.places.note(f"limits/{index}", line.place(sentence))
        return [str(self._value(line, sentence)) for line in lines]

    def _cases(self, types: dict[Any, Any]) -> list[Plain]:
        own = [column for column in layouts.CASES.columns if column is not layouts.PART]
        found: list[Plain] = []
        for line, is_next in self._rows_by_item(layouts.CASES):
            if is_next:
                found.append({**self._item(line, own, "cases", len(found)), "answers": {}})
            case, place = found[-1], item_place("cases", len(found) - 1, found[-1].get("key"))
            if is_next:
                case["answers"] = self._answers(line, f"{place}/answers", types)
                continue
            parts = case.setdefault("parts", [])
            place = f"{place}/parts/{len(parts)}"
            self.places.note(place, line.place(layouts.PART))
            parts.append({"part": line.text(layouts.PART), "answers": self._answers(line, f"{place}/answers", types)})
        return found

    def _answers(self, line: _Line, place: str, types: dict[Any, Any]) -> Plain:
        answers: Plain = {}
        for index, column in sorted(line.columns.items()):
            value = line.value(column)
            if column.holds is not CellContent.ANSWER or value == "":
                continue
            at = place_of(line.sheet, line.number, index)
            self.places.note(f"{place}/{column.field}", at)
            known = types.get(column.field)
            kind = AnswerType(known) if known in set(AnswerType) else None
            if isinstance(value, NotAValue):
                self._refuse(at, f"Here stands {value.what}.", "Put the value itself there.")
                continue
            try:
                answers[column.field] = cells.read_answer(kind, value)
            except CellError as error:
                self._refuse(at, str(error), error.mend)
        return answers

    # ---- rows and cells

    def _rows_by_item(self, layout: SheetLayout) -> Iterator[tuple[_Line, bool]]:
        """The rows of a sheet, and whether each begins an item: it does where its key is not that of the row above."""
        key, before = layout.column("key"), None
        for line in self._lines(layout):
            yield line, line.text(key) != before
            before = line.text(key)

    def _lines(self, layout: SheetLayout) -> Iterator[_Line]:
        sheet = self._sheets.get(layout.name.lower())
        if sheet is None and layout.newer > self._newest:
            return
        if sheet is None:
            self._refuse(f"sheet {layout.name}", "The workbook has no such sheet.", "Put it back; it may be empty.")
            self.lost_lists.add(layout.collection)
            return
        rows = sorted(sheet.rows.items())
        if not rows or rows[0][0] != 1:
            self._refuse(f"sheet {layout.name}", "The first row must name the columns.", "Put it back.")
            self.lost_lists.add(layout.collection)
            return
        columns = self._columns(layout, rows[0][1])
        for number, row in rows[1:]:
            if cells.is_blank_row(row):
                continue
            for index in row.keys() - columns.keys():
                self._refuse(place_of(layout.name, number, index), "This cell stands in a column without a name.")
            yield _Line(layout.name, number, layout, columns, row)

    def _columns(self, layout: SheetLayout, row: Row) -> dict[int, SheetColumn]:
        """Read the header row."""
        fixed = {column.label.lower(): column for column in layout.columns}
        columns: dict[int, SheetColumn] = {}
        for index, value in sorted(row.items()):
            label = str(value).strip() if not isinstance(value, NotAValue) else ""
            if not label:
                continue
            column = fixed.get(label.lower())
            if column is None and layout.name in layouts.BY_QUESTION:
                column = layouts.question_column(layout, layouts.question_of_header(str(value)))
            place = place_of(layout.name, 1, index)
            if column is None:
                known = [it.label for it in layout.columns]
                self._refuse(place, f"There is no column {quote(label)} in this sheet.", nearest(label[:100], known))
            elif column.label in {it.label for it in columns.values()}:
                self._refuse(place, f"The column {quote(label)} stands twice.", "Keep one of them.")
            else:
                columns[index] = column
        present = {column.label for column in columns.values()}
        for column in layout.columns:
            if column.label not in present and column.newer <= self._newest:
                self._refuse(f"sheet {layout.name}, row 1", f"The column “{column.label}” is missing.", "Put it back.")
        return columns

    def _value(self, line: _Line, column: SheetColumn) -> Any:
        """What a cell says, as the document has it; None where that field is to be left out."""
        value = line.value(column)
        if value == "":
            return list(column.blank) if isinstance(column.blank, tuple) else column.blank
        match column.holds:
            case CellContent.NUMBER:
                return self._read(line.place(column), value, _number)
            case CellContent.WORD:
                return self._read(line.place(column), value, lambda text: text.strip().lower())
            case CellContent.LIST:
                return self._read(line.place(column), value, cells.read_list)
            case CellContent.CONDITIONS:
                return self._read(line.place(column), value, cells.read_conditions)
            case CellContent.LINES:
                return self._read(line.place(column), value, cells.read_lines)
            case CellContent.GROUPS:
                return self._read(line.place(column), value, cells.read_groups)
            case CellContent.BOUNDS:
                return self._read(line.place(column), value, cells.read_bounds)
            case CellContent.TEXT:
                return self._read(line.place(column), value, str)
        return None

    def _read(self, place: str, value: Value, read: Callable[[str], Any]) -> Any:
        if isinstance(value, NotAValue):
            return self._refuse(place, f"Here stands {value.what}.", "Put the value itself there.")
        try:
            return read(str(value))
        except CellError as error:
            return self._refuse(place, str(error), error.mend)

    def _refuse(self, place: str, text: str, mend: str = "") -> None:
        self.problems.append(Problem(place, text, mend))


def _number(text: str) -> int:
    number = cells.read_number(text)
    if number is None:
        raise CellError(f"This must be a whole number, not {quote(text)}.")
    return number
