"""Which row of a sheet names its columns, and what each column stands for."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.file_input import quote
from advisor.exchange.items.summary import ColumnSummary
from advisor.exchange.sheets.reader import column_letters
from advisor.exchange.work_items import PART, PROCESS

HEAD_ROWS = 60
"""Rows from the top among which the header is looked for."""

HEADER_ROW = "`advisor questions --format csv` prints the header row."
"""How to get one, as the command line has it; a page has a link instead."""

ORDINARY = frozenset({"owner", "contact", "start", "output", "providers"})
"""Keys of questions that lists of processes also have as headings of their own, for names, dates and remarks."""

_PROCESS_NAMES = (
    ("processname", "nameofprocess", "nameoftheprocess", "businessprocess", "businessprocessname", "processtitle"),
    (PROCESS,),
    ("processes", "businessprocesses", "whatistheprocess", "nameoftheworkprocess"),
    ("service", "servicename", "activity", "activityname", "function", "functionname", "task", "taskname"),
    ("name", "title", "label"),
)
"""Headings of the column with the names, the surest first; of one group the only one counts."""

_SURE = 3
"""Groups of them that make a row the header by themselves."""

_PART_NAMES = frozenset({PART, "partname", "nameofpart", "nameofthepart", "partoftheprocess", "partofprocess"})
ANSWER, ANSWER_WORDS = "answers.", "Answer: "
"""What begins the heading of a column of answers in a sheet of advice: before a key, and before words."""

_ANSWERS = (ANSWER, ANSWER_WORDS.strip().casefold())

_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """By which two words are one, in capitals or not, with blanks, hyphens and other signs or without."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(filter(str.isalnum, text.casefold()))


@dataclass(frozen=True, slots=True)
class HeaderReading:
    """The row of the header and what each of its columns stands for: "process", "part", a question's key, or "".

    ``problems`` are what keeps the sheet from being read. ``above`` is what stands first above it, such as a title.
    ``also`` are rows below that name the columns once more.
    ``suspects`` are keys that a column without one may have meant, by column.
    """

    row: int
    headings: Sequence[str]
    stands_for: Sequence[str]
    problems: Sequence[Problem] = ()
    also: frozenset[int] = frozenset()
    suspects: Mapping[int, str] | None = None
    above: str = ""

    @property
    def questions(self) -> int:
        """How many questions are named."""
        return len(set(self.stands_for) - {"", PROCESS, PART})

    def is_in_words(self, index: int) -> bool:
        """Whether a column is headed by the words of its question."""
        heading, key = fold(self.headings[index]), fold(self.stands_for[index])
        return heading not in {key, fold(ANSWER) + key}

    def columns(self, why: Mapping[int, str]) -> tuple[ColumnSummary, ...]:
        """Every column as it can be shown; ``why`` says of some why they are left out."""
        beyond = [""] * (max(why, default=0) + 1 - len(self.headings))
        named = zip([*self.headings, *beyond], [*self.stands_for, *beyond], strict=True)
        return tuple(
            ColumnSummary(column_letters(index), heading, key, why.get(index, ""))
            for index, (heading, key) in enumerate(named)
            if heading or index in why
        )


class HeadingWords:
    """Every heading by which the columns for a rule set's questions are known."""

    def __init__(self, rule_set: RuleSet, also: Mapping[str, str] | None = None) -> None:
        """``also`` are further headings, and the keys of their questions."""
        self._keys = frozenset({PROCESS, PART, *(question.key for question in rule_set.questions)})
        found: dict[str, set[str]] = {name: {PART} for name in _PART_NAMES}
        for question in rule_set.questions:
            key, words = fold(question.key), {fold(question.short), fold(question.text)}
            for name in {key, *words, *(key + it for it in words), *(it + key for it in words)}:
                found.setdefault(name, set()).add(question.key)
        self._known = {name: keys.pop() for name, keys in found.items() if len(keys) == 1}
        for heading, question_key in (also or {}).items():
            if question_key in self._keys:
                self._known.setdefault(fold(heading), question_key)
        self._known.pop("", None)
        self._process = {name: rank for rank, names in enumerate(_PROCESS_NAMES) for name in names}
        self._near = [*(fold(question.key) for question in rule_set.questions), PROCESS, PART]

    def find(self, rows: Iterable[tuple[int, Sequence[str]]]) -> HeaderReading | None:
        """The header among the first rows of a sheet; None where nothing stands in them.

        It is the row that names most. Where none names anything for sure, it is the first that has a heading which
        names of all kinds stand under, such as "Name".
        """
        filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
        if not filled:
            return None
        best, most = filled[0], (0, False)
        for number, cells in filled:
            keys = {key for key in map(self._sure, cells) if key}
            is_wide = sum(1 for cell in cells if cell.strip()) > 1
            score = len(keys) + 2 * (PROCESS in keys and is_wide), is_wide
            if keys and score > most:
                best, most = (number, cells), score
        if not most[1]:  # a title may say "Processes" as well
            named = [row for row in filled if any(fold(cell) in self._process for cell in row[1])]
            wide = [row for row in named if sum(1 for cell in row[1] if cell.strip()) > 1]
            best = next(iter([*wide, *([] if most[0] else named[:1])]), best)
        reading = self._read(*best)
        if reading.problems:
            return reading
        also = set()
        for number, cells in filled[filled.index(best) + 1 :]:
            if not self.is_repeated(reading, cells):
                break
            also.add(number)
        above = "" if best[0] == filled[0][0] else next(cell.strip() for cell in filled[0][1] if cell.strip())
        return replace(reading, also=frozenset(also), above=above)

    def is_repeated(self, header: HeaderReading, cells: Sequence[str]) -> bool:
        """Whether a row below names the columns again: each of its cells that is read says what its heading says."""
        seen = 0
        for cell, key in zip(cells, header.stands_for, strict=False):
            if key and cell.strip():
                name = fold(cell)
                if self._known.get(name) != key and not (key == PROCESS and name in self._process):
                    return False
                seen += 1
        return seen > min(1, header.questions)

    def names_process(self, header: HeaderReading, *, may_be_title: bool = False) -> bool:
        """Whether a heading says for sure that a column names processes, not just things of some kind.

        "Processes" may as well be a title.
        """
        most = _SURE if may_be_title else _SURE - 1
        return any(self._process.get(fold(heading), most) < most for heading in header.headings)

    def _sure(self, heading: str) -> str:
        name = fold(heading.strip()[len(ANSWER) :] if heading.strip().lower().startswith(ANSWER) else heading)
        return PROCESS if self._process.get(name, _SURE) < _SURE else self._known.get(name, "")

    def _read(self, number: int, cells: Sequence[str]) -> HeaderReading:
        headings = [_SPACES.sub(" ", cell).strip() for cell in cells]
        answers = [next(filter(heading.casefold().startswith, _ANSWERS), "") for heading in headings]
        bare = [heading[len(begin) :].strip() for heading, begin in zip(headings, answers, strict=True)]
        names = list(map(fold, bare))
        stands_for = [
            words if words in self._keys else self._known.get(name, "") for words, name in zip(bare, names, strict=True)
        ]
        if any(answers):  # a sheet of advice: its other columns are named as its author likes
            stands_for = [
                key if of_answer or key in {PROCESS, PART} else ""
                for key, of_answer in zip(stands_for, answers, strict=True)
            ]
        ranks = {
            index: -1 if headings[index] == PROCESS and not any(answers) else self._process[name]
            for index, name in enumerate(names)
            if name in self._process and not answers[index] and (self._process[name] < _SURE or not stands_for[index])
        }
        best = min(ranks.values(), default=None)
        chosen = {names[index] for index, rank in ranks.items() if rank == best}
        of_process = [index for index in ranks if ranks[index] == best or names[index] in chosen]
        for index in of_process:
            stands_for[index] = PROCESS
        for index in ranks.keys() - set(of_process):
            stands_for[index] = "" if stands_for[index] == PROCESS else stands_for[index]
        for index, (key, name) in enumerate(zip(stands_for, names, strict=True)):
            if key in ORDINARY and name == fold(key) and stands_for.count(key) == 2:
                stands_for[index] = ""  # a column of the author's own, beside the one that has the question
        problems = [] if of_process else [self._nameless(number, headings, stands_for)]
        problems += _repetition_problems(number, headings, stands_for)
        suspects = {
            index: near[0]
            for index, name in enumerate(names)
            if name and not stands_for[index] and (near := get_close_matches(name[:100], self._near, 1, 0.8))
        }
        return HeaderReading(number, headings, stands_for, problems, suspects=suspects)

    def _nameless(self, number: int, headings: Sequence[str], stands_for: Sequence[str]) -> Problem:
        """No column is known to hold the names."""
        if any(stands_for):
            known = next(index for index, key in enumerate(stands_for) if key)
            text = f"No column names the process, though column {column_letters(known)} says {quote(headings[known])}."
            return Problem(f"row {number}", text, "Write “process” above the names of the processes.")
        first = next(index for index, heading in enumerate(headings) if heading)
        place = f"row {number}, column {column_letters(first)}, value {quote(headings[first])}"
        text = (
            "This row must name the columns: one cell “process”, the others keys or short titles of questions,"
            " such as " + " or ".join(f"“{key}”" for key in self._near[:2]) + "."
        )
        near = get_close_matches(fold(headings[first])[:100], [PROCESS], 1)
        return Problem(place, text, "Did you mean “process”?" if near else HEADER_ROW)


def _repetition_problems(number: int, headings: Sequence[str], stands_for: Sequence[str]) -> list[Problem]:
    """A problem for each thing that two columns stand for."""
    problems = []
    for key in dict.fromkeys(filter(None, stands_for)):
        at = [index for index, it in enumerate(stands_for) if it == key]
        if len(at) > 1:
            letters = " and ".join(map(column_letters, at))
            said = list(dict.fromkeys(headings[index] for index in at))
            named = " and ".join(map(quote, said))
            if key == PROCESS and fold(said[0]) not in {PROCESS, *_PROCESS_NAMES[0]}:
                text, mend = (
                    f"Each of the columns {named} could name the process.",
                    "Write “process” above the right one.",
                )
                problems.append(Problem(f"row {number}, columns {letters}", text, mend))
                continue
            if len(said) == 1:
                text = f"The column {quote(said[0])} stands twice."
            else:
                text = f"The columns {named} both stand for “{key}”."
            problems.append(Problem(f"row {number}, columns {letters}", text, "Keep one of them."))
    return problems
