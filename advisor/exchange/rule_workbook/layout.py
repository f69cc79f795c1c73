"""The sheets of a rule set: which columns each has, what stands in them, and where that belongs in the document."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from advisor.engine.model.evidence import Firmness, Grade, Pull, SourceKind
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Scope, Section
from advisor.engine.model.vocabulary import BriefSection, DoneBy, Kind, Leave, Measure, Outcome, Side, Strength
from advisor.exchange.rule_workbook.cells import CONDITION_HINT


class CellContent(Enum):
    """What the cells of a column hold."""

    TEXT = "text"
    WORD = "one word of a fixed list"
    NUMBER = "a whole number"
    LIST = "words with commas between them"
    CONDITIONS = "conditions, each on a line of its own"
    LINES = "texts, each on a line of its own"
    GROUPS = "groups of conditions, with a line “or” between them"
    CONDITION = "the condition on one question"
    BOUND = "a range of points"
    BOUNDS = "ranges of points, each on a line of its own"
    ANSWER = "the answer to one question"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column. ``field`` is its place in the document of the item; ``blank`` is what an empty cell stands for.

    ``blank`` None: the field is left out. ``width`` is in characters, ``about`` is shown on choosing a cell. A column
    with a number in ``newer`` is not missed in workbooks, which people may still have, without anything so new.
    """

    label: str
    field: str
    holds: CellContent = CellContent.TEXT
    width: int = 20
    words: tuple[str, ...] = ()
    blank: Any = None
    about: str = ""
    newer: int = 0


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet, and the list of the document whose items stand in it; ``newer`` as a column may be."""

    name: str
    collection: str
    columns: tuple[SheetColumn, ...]
    newer: int = 0

    def column(self, field: str) -> SheetColumn:
        """The column of a field."""
        return next(column for column in self.columns if column.field == field)


def _text(label: str, field: str, width: int = 20) -> SheetColumn:
    return SheetColumn(label, field, width=width, blank="")


def _more_text(label: str, field: str, width: int = 20) -> SheetColumn:
    return SheetColumn(label, field, width=width)


def _word(label: str, field: str, words: type[Any], width: int = 12) -> SheetColumn:
    return SheetColumn(label, field, CellContent.WORD, width, tuple(word.value for word in words))


def _list(label: str, field: str, width: int = 24, about: str = "") -> SheetColumn:
    return SheetColumn(label, field, CellContent.LIST, width, about=about)


def _bound_column(label: str, measure: Measure) -> SheetColumn:
    return SheetColumn(label, measure.value, CellContent.BOUND, 12, about="Write for example: >= 4 · <= -1 · 0 to 3")


_CLAIMS = "Ids of claims, with commas between them."
_LINES = "Each condition on a line of its own, such as “steps: set, unwritten”, “needs: includes law”, “calls: >= 100”."
_KEY = _text("Key", "key", 18)
_SOURCES = replace(_list("Claims", "sources", about=_CLAIMS), blank=())
_WHEN = SheetColumn("When", "when", CellContent.CONDITIONS, 36, about=_LINES)
_OUTCOMES = _list("Outcomes", "outcomes", about="Told for these outcomes alone; blank: for any.")

PART = SheetColumn(
    "Part", "part", width=20, about="Blank for the process as a whole; its parts stand in the rows below it."
)
VIEW = _text("View", "text", 44)
VIEW_SOURCES = replace(_list("Claims of the view", "sources", about=_CLAIMS), blank=())
TABLE = SheetColumn("Table", "", CellContent.WORD, 8, ("leave", "kind"))
QUESTION = _text("Question", "", 18)
FURTHER = SheetColumn("Further conditions", "when", CellContent.CONDITIONS, 24, about=_LINES)
FURTHER_BOUNDS = SheetColumn("Further bounds", "when", CellContent.BOUNDS, 18, about="Such as “lean: >= 1”.")

QUESTIONS = SheetLayout(
    "Questions",
    "questions",
    (
        _KEY,
        _text("Text", "text", 44),
        _text("In short", "short"),
        _text("Where nothing is chosen", "missing", 32),
        _more_text("Hint", "hint", 36),
        _more_text("Why we ask", "why", 36),
        _word("Type", "type", AnswerType),
        _word("Scope", "scope", Scope),
        _word("Section", "section", Section),
        SheetColumn("Asked when", "asked_when", CellContent.CONDITIONS, 30, about=_LINES),
        SheetColumn("Minimum", "minimum", CellContent.NUMBER, 10),
        SheetColumn("Maximum", "maximum", CellContent.NUMBER, 10),
        _more_text("Unit", "unit", 12),
        SheetColumn("At most", "most", CellContent.NUMBER, 10, about="Options that may be chosen.", newer=2),
        replace(_more_text("None of these", "none", 24), about="What it says in place of “None of these”.", newer=2),
        replace(_more_text("Hint of none", "none_hint", 30), newer=2),
    ),
)
OPTIONS = SheetLayout(
    "Options",
    "options",
    (
        QUESTION,
        _KEY,
        _text("Label", "label", 40),
        _more_text("Hint", "hint", 40),
        _list("Known as", "words", 30, "Names under which people know it, with commas between them."),
        _word("Filed under", "filed_under", Kind),
        _list("Claims", "sources", about=_CLAIMS),
        replace(_word("Done by", "done_by", DoneBy), about="Who does the work, where this answer says so.", newer=3),
    ),
)
RULES_LEFT = (
    _KEY,
    _word("Pushes to", "push/side", Side),
    SheetColumn("Points", "push/points", CellContent.NUMBER, 8),
    _text("Because", "because", 50),
)
RULES_RIGHT = (
    FURTHER,
    _SOURCES,
    _more_text("Why that many points", "weighed", 36),
    replace(_more_text("Says of the work", "says", 36), newer=2),
)
RULES = SheetLayout("Rules", "rules", RULES_LEFT + RULES_RIGHT)


BOUNDS = (
    _bound_column("BPO points", Measure.BPO),
    _bound_column("KPO points", Measure.KPO),
    _bound_column("Keep points", Measure.KEEP),
    replace(_bound_column("Both points", Measure.BOTH), newer=2),
    _bound_column("Lean (BPO minus KPO)", Measure.LEAN),
    _bound_column("Evidence (BPO plus KPO)", Measure.EVIDENCE),
)
POLICY = SheetLayout(
    "Policy",
    "policy",
    (
        TABLE,
        *BOUNDS,
        FURTHER_BOUNDS,
        _word("Leave", "leave", Leave),
        _word("Kind", "kind", Kind),
        _word("Strength", "strength", Strength),
        _text("Says", "says", 60),
    ),
)
_LINKS = SheetColumn(
    "Addresses",
    "links",
    CellContent.LINES,
    40,
    about="Where it can be read, each on a line of its own.",
    newer=1,
)
CLAIMS = SheetLayout(
    "Claims",
    "claims",
    (
        _text("Id", "id", 12),
        _text("Source", "source", 10),
        _text("Place", "place", 24),
        _text("Text", "text", 60),
        replace(_list("Pull", "pull", 14, f"Any of {', '.join(Pull)}."), blank=()),
        _word("Firmness", "firmness", Firmness),
        _more_text("Note", "note", 36),
        _more_text("Withdrawn because", "withdrawn", 24),
        _LINKS,
    ),
)
SOURCES = SheetLayout(
    "Sources",
    "sources",
    (_KEY, _text("Title", "title", 40), _word("Type", "kind", SourceKind), _text("About", "about", 60), _LINKS),
)
DISAGREEMENTS = SheetLayout(
    "Disagreements",
    "disagreements",
    (_KEY, _text("Topic", "topic", 30), VIEW, VIEW_SOURCES, _text("Settled by", "settled", 44), _WHEN, _OUTCOMES),
)
TENSIONS = SheetLayout("Tensions", "tensions", (_KEY, replace(_WHEN, blank=()), _text("Text", "text", 60)))
GUIDANCE = SheetLayout(
    "Guidance",
    "guidance",
    (
        _KEY,
        _text("Title", "title", 30),
        _text("Text", "text", 60),
        _SOURCES,
        _WHEN,
        _OUTCOMES,
        replace(_word("Brief", "brief", BriefSection), about="A line of this section of the brief.", newer=4),
    ),
)
_GROUPS = f"{_LINES} A line “or” begins another group; one group that holds is enough."
RISKS = SheetLayout(
    "Risks",
    "risks",
    (
        _KEY,
        _text("Title", "title", 30),
        _text("What happens", "happens", 50),
        SheetColumn("Shows when", "shows", CellContent.GROUPS, 36, blank=(), about=_GROUPS),
        SheetColumn("Weighs more when", "more", CellContent.GROUPS, 36, about=_GROUPS),
        SheetColumn("Ruled out when", "unless", CellContent.GROUPS, 36, about=_GROUPS),
        _list("Shows with outcomes", "outcomes", about="These outcomes show it too, whatever the answers."),
        SheetColumn("What to do", "actions", CellContent.LINES, 50, blank=(), about="Each on a line of its own."),
        SheetColumn(
            "Asks providers", "asks", CellContent.LINES, 50, about="For the brief, each on its own line.", newer=4
        ),
        _word("Ground", "grade", Grade),
        _SOURCES,
    ),
    newer=1,
)
LIMITS = SheetLayout("Limits", "limits", (SheetColumn("Number", "", CellContent.NUMBER, 8), _text("Sentence", "", 80)))
CASES_LEFT = (
    _KEY,
    _text("Process", "process", 30),
    PART,
    _word("Expected outcome", "outcome", Outcome, 10),
    _word("Expected kind", "kind", Kind, 10),
)
CASES_RIGHT = (
    replace(_list("Risks", "risks", about="Keys of risks that must be told, with commas between them."), newer=1),
    replace(_list("No risks", "no_risks", about="Keys of risks that must not show, with commas between."), newer=1),
    _text("Because", "because", 50),
    _list("Claims", "sources", about=_CLAIMS),
)
CASES = SheetLayout("Cases", "cases", CASES_LEFT + CASES_RIGHT)

ABOUT = "About"
FORMAT = "Format"
LAYOUTS = (
    QUESTIONS, OPTIONS, RULES, POLICY, CLAIMS, SOURCES, DISAGREEMENTS, RISKS, GUIDANCE, TENSIONS, LIMITS, CASES
)  # fmt: skip
"""Every sheet beside About, in the order in which they stand."""

BY_QUESTION: Mapping[str, CellContent] = {"Rules": CellContent.CONDITION, "Cases": CellContent.ANSWER}
"""Sheets that have a column for each question, and what stands in it."""


def question_header(layout: SheetLayout, key: str) -> str:
    """The header of the column of a question: its key, in quotation marks where that could be misread."""
    fixed = {column.label.lower() for column in layout.columns}
    if key and key == key.strip() and key.lower() not in fixed and not key.startswith('"'):
        return key
    return '"' + key.replace('"', '""') + '"'


def question_of_header(text: str) -> str:
    """The way back of ``question_header``."""
    if len(text) >= 2 and text.startswith('"') and text.endswith('"'):
        return text[1:-1].replace('""', '"')
    return text.strip()


def question_column(layout: SheetLayout, key: str, about: str = "") -> SheetColumn:
    """The column of a question in a sheet."""
    holds = BY_QUESTION[layout.name]
    told = f"{about}\n{CONDITION_HINT}" if holds is CellContent.CONDITION else about
    return SheetColumn(question_header(layout, key), key, holds, 16, about=told)
