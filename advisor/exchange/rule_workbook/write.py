"""Rule set -> workbook."""

from collections.abc import Iterable, Sequence
from typing import Any

from advisor.engine.document.document import FORMAT as FORMAT_NUMBER
from advisor.engine.document.document import to_plain
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Question, Section
from advisor.engine.model.rules import RuleSet
from advisor.exchange.places import Plain
from advisor.exchange.rule_workbook import cells
from advisor.exchange.rule_workbook import layout as layouts
from advisor.exchange.rule_workbook.layout import CellContent, SheetColumn, SheetLayout
from advisor.exchange.sheets.reader import COLUMNS_LIMIT
from advisor.exchange.sheets.writer import ColumnHead, WorkbookSheet, Written, write_workbook

_MOST_QUESTIONS = COLUMNS_LIMIT - len(layouts.RULES.columns)

_HOW_TO_EDIT: tuple[tuple[str, str], ...] = (
    ("How to edit", "Change cells, add rows or delete them; then bring the file back as a draft. Nothing is live before"
     " an admin publishes it. Keep the names of the sheets and of the columns; sheets of your own are not read."),
    ("Rules", "One row for each rule. It has a column for each question: a blank cell means that the rule does not look"
     " at it, and all conditions of a row must hold."),
    ("  set, unwritten", "The answer is one of these."),
    ("  not set, unwritten", "The answer is none of these."),
    ("  includes a, b", "Several choices: at least one of these is among them."),
    ("  includes all a, b", "Several choices: all of these are among them."),
    ("  >= 5    <= 5    2 to 8", "A number: at least, at most, between (both included)."),
    ("Further conditions", "Each on a line of its own, such as “steps: set”: a second condition on one question, or an"
     " order of conditions that the columns do not have. “When” and “Asked when” are written in the same way."),
    ("Risks", "“Shows when” and the two columns beside it hold groups of conditions. All conditions of a group must"
     " hold; a line “or” begins another group, and one group that holds is enough."),
    ("Policy", "The first row of each table that fits decides; the last row of each must have no range."),
    ("Disagreements, Cases", "A row with the key of the row above belongs to it: a further view, or a part of the"
     " process."),
    ("Answers in Cases", f"A blank cell is not yet answered, {NOT_SURE} is “I'm not sure”, {NONE_OF_THESE} is “none of"
     " these”, and a semicolon joins several choices."),
)  # fmt: skip


def write_rules(rule_set: RuleSet, about: Sequence[tuple[str, str]] = ()) -> bytes:
    """Write a workbook. ``about`` says where the rule set comes from, on the first sheet.

    Raises RuleSetError where something is larger than a sheet can hold.
    """
    document = to_plain(rule_set)
    tables = [
        _table(layouts.QUESTIONS, document["questions"]),
        _table(layouts.OPTIONS, _options(document["questions"])),
        _rules(rule_set, document["rules"]),
        _table(layouts.POLICY, [*_policy("leave", document["leave"]), *_policy("kind", document["kind"])]),
        _table(layouts.CLAIMS, document["claims"]),
        _table(layouts.SOURCES, document["sources"]),
        _table(layouts.DISAGREEMENTS, _views(document.get("disagreements", []))),
        _table(layouts.RISKS, document.get("risks", [])),
        _table(layouts.GUIDANCE, document.get("guidance", [])),
        _table(layouts.TENSIONS, document.get("tensions", [])),
        WorkbookSheet("Limits", _heads(layouts.LIMITS.columns), list(enumerate(document.get("limits", []), start=1))),
        _cases(rule_set, document.get("cases", [])),
    ]
    facts: list[tuple[str, Written]] = [
        ("Outsourcing Advisor", "A rule set: everything that is asked, believed and advised."),
        (layouts.FORMAT, FORMAT_NUMBER),
    ]
    return write_workbook(tables, [*facts, *about, *_HOW_TO_EDIT], layouts.ABOUT)


def _table(layout: SheetLayout, items: Iterable[Plain]) -> WorkbookSheet:
    return WorkbookSheet(
        layout.name, _heads(layout.columns), [[_cell(it, item) for it in layout.columns] for item in items]
    )


def _heads(columns: Iterable[SheetColumn]) -> list[ColumnHead]:
    return [ColumnHead(column.label, column.width, column.words, column.about) for column in columns]


def _cell(column: SheetColumn, item: Plain) -> Written:
    """What stands in a cell. An item holds under the label of a column what is not a field of it."""
    value: Any = item.get(column.label)
    if value is None and column.field:
        value = item
        for step in column.field.split("/"):
            value = value.get(step) if isinstance(value, dict) else None
    if value is None:
        return None
    match column.holds:
        case CellContent.LIST:
            return cells.format_list(value)
        case CellContent.CONDITIONS:
            return cells.format_conditions(value)
        case CellContent.LINES:
            return cells.format_lines(value)
        case CellContent.GROUPS:
            return cells.format_groups(value)
        case CellContent.BOUNDS:
            return cells.format_bounds(value)
    return value  # type: ignore[no-any-return]


def _options(questions: Iterable[Plain]) -> list[Plain]:
    return [
        {**option, layouts.QUESTION.label: question["key"]}
        for question in questions
        for option in question.get("options", [])
    ]


def _rules(rule_set: RuleSet, rules: Sequence[Plain]) -> WorkbookSheet:
    """A column for each question that a rule may look at; what the columns cannot say stands in the last of them."""
    looked_at = {condition["question"] for rule in rules for condition in rule["when"]}
    keys = [q.key for q in rule_set.questions if q.section is not Section.NAME or q.key in looked_at]
    keys = list(dict.fromkeys([*keys, *sorted(looked_at - set(keys))]))[:_MOST_QUESTIONS]
    asked = [layouts.question_column(layouts.RULES, key, _column_description(rule_set.question(key))) for key in keys]
    rows = []
    for rule in rules:
        placed, further = _longest_ascent(rule["when"], "question", keys)
        own = {**rule, layouts.FURTHER.label: further}
        conditions = [cells.format_condition(placed[key]) if key in placed else None for key in keys]
        left = [_cell(column, own) for column in layouts.RULES_LEFT]
        rows.append([*left, *conditions, *(_cell(column, own) for column in layouts.RULES_RIGHT)])
    return WorkbookSheet("Rules", _heads((*layouts.RULES_LEFT, *asked, *layouts.RULES_RIGHT)), rows)


def _policy(table: str, rows: Iterable[Plain]) -> list[Plain]:
    measures = [column.field for column in layouts.BOUNDS]
    labels = {column.field: column.label for column in layouts.BOUNDS}
    found = []
    for row in rows:
        placed, further = _longest_ascent(row["when"], "measure", measures)
        bounds = {labels[measure]: cells.format_bound(bound) for measure, bound in placed.items()}
        # A row is known by its table: "kind" is a table as well as a field of the rows in it.
        own = {key: value for key, value in row.items() if key != "when"}
        found.append({layouts.TABLE.label: table, layouts.FURTHER_BOUNDS.label: further, **bounds, **own})
    return found


def _longest_ascent(items: Sequence[Plain], name: str, order: Sequence[str]) -> tuple[dict[str, Plain], list[Plain]]:
    """The longest beginning of ``items`` that stands in the order of the columns, by column; and the rest."""
    placed: dict[str, Plain] = {}
    least = 0
    for at, item in enumerate(items):
        if item[name] not in order[least:]:
            return placed, list(items[at:])
        placed[item[name]] = item
        least = order.index(item[name]) + 1
    return placed, []


def _views(disagreements: Iterable[Plain]) -> list[Plain]:
    rows: list[Plain] = []
    for it in disagreements:
        views = [
            {layouts.VIEW.label: view["text"], layouts.VIEW_SOURCES.label: view["sources"]} for view in it["views"]
        ] or [{}]
        rows.append({**it, **views[0]})
        rows += [{"key": it["key"], **view} for view in views[1:]]
    return rows


def _cases(rule_set: RuleSet, cases: Sequence[Plain]) -> WorkbookSheet:
    given = [(case["answers"], *(part["answers"] for part in case.get("parts", []))) for case in cases]
    keys = _merge_orders([*(tuple(own) for answers in given for own in answers), [q.key for q in rule_set.questions]])
    asked = [layouts.question_column(layouts.CASES, key, _column_description(rule_set.question(key))) for key in keys]
    rows: list[list[Written]] = []
    for case in cases:
        rows.append(_case_row(rule_set, keys, case, case["answers"]))
        for part in case.get("parts", []):
            own = {"key": case["key"], "process": case["process"], layouts.PART.label: part["part"]}
            rows.append(_case_row(rule_set, keys, own, part["answers"]))
    return WorkbookSheet("Cases", _heads((*layouts.CASES_LEFT, *asked, *layouts.CASES_RIGHT)), rows)


def _merge_orders(orders: Iterable[Sequence[str]]) -> list[str]:
    """One order of all keys in which each stands behind the one that it stood behind first, so that theirs is kept."""
    keys: list[str] = []
    for order in orders:
        at = 0
        for key in order:
            if key not in keys:
                keys.insert(at, key)
            at = keys.index(key) + 1
    return keys


def _case_row(rule_set: RuleSet, keys: Iterable[str], item: Plain, answers: Plain) -> list[Written]:
    written: list[Written] = []
    for key in keys:
        question = rule_set.question(key)
        kind = question.type if question else None
        written.append(cells.format_answer(kind, answers[key]) if key in answers else None)
    left = [_cell(column, item) for column in layouts.CASES_LEFT]
    return [*left, *written, *(_cell(column, item) for column in layouts.CASES_RIGHT)]


def _column_description(question: Question | None) -> str:
    """What a question is about, and the keys that its column takes."""
    if question is None:
        return ""
    keys = ", ".join(option.key for option in question.options) or f"{question.minimum} to {question.maximum}"
    return f"{question.text[:100]}\n{keys[:70]}"
