"""Rows that belong together become one work item."""

from collections.abc import Sequence

from advisor.engine.document.text import match_key
from advisor.engine.model.answers import PARTS_LIMIT, WorkItem
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Answers, Scope, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.exchange.items.rows import SheetRow
from advisor.exchange.work_items import PART, PROCESS

_CACHE_LIMIT = 20_000


class ItemAssembly:
    """Makes work items of rows. ``unasked`` are questions answered where they are not asked: in how many rows, and the
    first of them.
    """

    def __init__(self, rule_set: RuleSet) -> None:
        questions = rule_set.questions
        self._questions = questions
        self._of_parts = frozenset(question.key for question in questions if question.scope is Scope.PART)
        self._follow_ups = frozenset(question.key for question in questions if question.asked_when)
        led_by = {condition.question for question in questions for condition in question.asked_when}
        self._deciding = sorted(led_by | self._follow_ups)
        self._reached: dict[tuple[Answer, ...], frozenset[str]] = {}
        self.unasked: dict[str, tuple[int, str]] = {}

    def item(self, rows: Sequence[SheetRow]) -> WorkItem | None:
        """The work item that rows of one process are; None where there is a problem, which stands with its row.

        A row without a part is the whole process; the others are its parts, each by its name.
        """
        first = rows[0]
        if len(rows) == 1 and not first.part:
            if first.problems:
                return None
            if any(map(first.answers.__contains__, self._follow_ups)):
                self._drop(first.answers, self._unreached_questions(first.answers), first)
            return WorkItem(first.process, first.answers)
        wholes = [row for row in rows if not row.part]
        parts = [row for row in rows if row.part]
        self._check_names(wholes, parts)
        answers: dict[str, Answer] = {}
        givers: dict[str, SheetRow] = {}
        for row in [*wholes[:1], *parts]:
            for key in row.answers.keys() - self._of_parts:
                giver = givers.setdefault(key, row)
                if answers.setdefault(key, row.answers[key]) != row.answers[key]:
                    text = "This is asked once for the process, and the parts answer it differently."
                    row.problem(key, text, f"Give the same answer everywhere: {giver.place_name} has another.")
        if parts:
            for key in [key for row in wholes[:1] for key in row.answers if key in self._of_parts]:
                mend = f"Answer it in the rows of the parts, as {parts[0].place_name}, or name the part in this row."
                wholes[0].problem(key, "This is asked of each part.", mend)
        if any(row.problems for row in rows):
            return None
        own = [{key: answer for key, answer in row.answers.items() if key in self._of_parts} for row in parts]
        if self._follow_ups:
            for row, given in zip(parts, own, strict=True):
                self._drop(given, self._unreached_questions({**answers, **given}), row)
            reached_in_none = [self._unreached_questions({**answers, **given}) for given in own]
            self._drop(answers, frozenset.intersection(*reached_in_none), givers)
        return WorkItem(first.process, answers, tuple((row.part, given) for row, given in zip(parts, own, strict=True)))

    def _check_names(self, wholes: Sequence[SheetRow], parts: Sequence[SheetRow]) -> None:
        """Nothing but its part tells one row of a process from another."""
        for row in wholes[1:]:
            text = "Another row has this process, and no part tells the two apart."
            mend = f"It is {wholes[0].place_name}: name the part in each, or give each process a name of its own."
            row.problem(PROCESS, text, mend)
        seen: dict[str, SheetRow] = {}
        for row in parts:
            other = seen.setdefault(match_key(row.part), row)
            if other is not row:
                mend = f"It stands in {other.place_name} as well: give each part its own name."
                row.problem(PART, "Another part has this name.", mend)
        if len(parts) > PARTS_LIMIT:
            parts[-1].problem(PROCESS, f"A process has at most {PARTS_LIMIT} parts, not {len(parts)}.")

    def _unreached_questions(self, answers: Answers) -> frozenset[str]:
        """The questions to which these answers do not lead."""
        deciding = tuple(answers.get(key) for key in self._deciding)
        found = self._reached.get(deciding)
        if found is None:
            given = dict(zip(self._deciding, deciding, strict=True))
            asked = {question.key for question in asked_questions(self._questions, given).questions}
            found = self._follow_ups - asked
            if len(self._reached) < _CACHE_LIMIT:
                self._reached[deciding] = found
        return found

    def _drop(self, answers: dict[str, Answer], unreached: frozenset[str], at: SheetRow | dict[str, SheetRow]) -> None:
        """Take away answers to questions that are not asked; they do not count, and are told."""
        for key in unreached & answers.keys():
            del answers[key]
            row = at[key] if isinstance(at, dict) else at
            count, where = self.unasked.get(key, (0, row.place_name))
            self.unasked[key] = count + 1, where
