"""An owner's processes as a file: the rows of the list, and the answers behind them, so that they can be read again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.context import find_all_own
from advisor.assessments.progress import Progress, stored_answers
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.questions import Question
from advisor.exchange.item_sheets import answer_columns, answers_in_words, items_sheets, option_words
from advisor.exchange.sheets.writer import Table, Written, write_csv, write_xlsx
from advisor.models import Owner
from advisor.models.processes import process_list
from advisor.models.processes.groups import write_groups
from advisor.models.rule_sets import rule_set_version as versions
from advisor.processes.list.presenter import process_row
from advisor.processes.list.query import ListRow, Page


@dataclass(frozen=True)
class ProcessesSheet:
    """The processes of a list with their notes and, in the words of ``questions``, the answers behind their advice."""

    page: Page
    items: Sequence[WorkItem]
    notes: Sequence[str]
    questions: Sequence[Question]

    def as_csv(self) -> bytes:
        """One table: a row for each process and, below it, one for each of its parts, with the answers to it."""
        head = (*_head(), _("Part"), *answer_columns(self.questions))
        offered = {question.key: option_words(question) for question in self.questions}
        rows: list[Sequence[Written]] = []
        for cells, item in zip(self._rows(), self.items, strict=True):
            rows.append((*cells, "", *answers_in_words(offered, item.answers)))
            for part, own in item.parts:
                blank = (cells[0], cells[1], *[""] * (len(cells) - 2))
                rows.append((*blank, part, *answers_in_words(offered, own)))
        return write_csv(Table("", head, rows))

    def as_xlsx(self) -> bytes:
        """The list, what it means, and the answers on a sheet of their own that can be changed."""
        tables = [Table(_("Your processes"), _head(), list(self._rows())), _about_table(self.page)]
        groups = [write_groups(row.line.groups) for row in self.page.rows]
        return write_xlsx(tables, items_sheets(self.questions, self.items, groups))

    def _rows(self) -> Iterator[tuple[Written, ...]]:
        return (_cells(row, note) for row, note in zip(self.page.rows, self.notes, strict=True))


def processes_sheet(session: Session, owner: Owner, page: Page) -> ProcessesSheet:
    """Read what the file of a list needs beside its rows.

    The answers are those that the advice was given on or, where there is none, those so far.
    """
    notes = process_list.notes(session, owner)
    ids = [row.line.id for row in page.rows]
    given = process_list.judged_answers(session, owner, ids)
    begun = {found.id: found for found in find_all_own(session, owner) if found.id not in given}
    items = []
    for row in page.rows:
        key, rule_set = row.line.id, versions.rule_set(session, row.line.version)
        answered = given[key] if key in given else Progress.of(rule_set, begun[key]).as_plain()
        parts = tuple((part["part"], stored_answers(part["answers"])) for part in answered["parts"])
        items.append(WorkItem(row.line.name, stored_answers(answered["answers"]), parts))
    in_force = versions.rule_set(session, page.version_in_force).questions
    earlier = sorted({number for row in page.rows for number in (row.line.version, row.line.advised_by) if number})
    asked = {question.key: question for n in earlier for question in versions.rule_set(session, n).questions}
    answered_keys = {
        key for item in items for own in (item.answers, *(own for _part, own in item.parts)) for key in own
    }
    known = {question.key for question in in_force}
    gone = [question for key, question in asked.items() if key in answered_keys - known]
    return ProcessesSheet(page, items, [notes.get(key, "") for key in ids], [*in_force, *gone])


def _head() -> tuple[str, ...]:
    return (
        _("Number"), _("Process"), _("Parts"), _("Groups"), _("Advice"), _("How clear"), _("First advice"),
        _("BPO points"), _("KPO points"),
        _("Keep points"), _("Rules version"), _("With the rules in force"), _("Decision"), _("Decided on"),
        _("Older than the advice"), _("Look again on"), _("Notes"),
        _("Begun"), _("Last used"),
    )  # fmt: skip


def _cells(row: ListRow, note: str) -> tuple[Written, ...]:
    line, words = row.line, process_row(row)
    return (
        row.number,
        line.name,
        words.parts,
        write_groups(line.groups),
        words.advice,
        words.strength,
        words.first_advice,
        line.bpo,
        line.kpo,
        line.keep,
        line.version,
        words.rules_status,
        words.decision,
        line.decided_on.isoformat() if line.decided_on else "",
        words.decided_before,
        line.look_again_on.isoformat() if line.look_again_on else "",
        note,
        line.created_at.date().isoformat(),
        line.touched_at.date().isoformat(),
    )


def _about_table(page: Page) -> Table:
    """What the file is, and how to read it."""
    today = format_date(datetime.now(UTC), "d MMMM yyyy")
    rows = (
        (_("What this is"), _("The processes in your account at Outsourcing Advisor.")),
        (_("Made on"), today),
        (_("Processes"), _("%(n)d of %(all)d, as the list showed them", n=page.found, all=page.total)),
        (_("Rules in force"), _("Version %(n)d", n=page.version_in_force)),
        (_("Rules version"), _("The version of the rules that judges this process. Advice never changes by itself.")),
        (
            _("With the rules in force"),
            _("“would differ”: newer rules give other advice; “asks again”: they need an answer first; "
              "empty: nothing to tell, or you chose to keep your advice."),
        ),
        (_("Points"), _("What the reasons add up to, all parts of a process together.")),
        (_("How clear"), _("Clear, Slight lean or Balanced; empty beside “keep” and “we can't say yet”.")),
        (_("First advice"), _("Filled in where questions are still open: from how many of the answers it was given.")),
        (
            _("Older than the advice"),
            _("Where you decided before the advice was given or changed: on which day that was."),
        ),
        (_("Groups"), _("Your own words, with a semicolon between them.")),
        (_("Dates"), _("Year, month, day. “Begun” and “Last used” are days in UTC.")),
        (
            _("The sheet “Processes”"),
            _("The answers behind the advice, in words. They can be changed and evaluated: advisor evaluate FILE"),
        ),
        (_("BPO"), _("Business process outsourcing: a provider runs routine work for you.")),
        (_("KPO"), _("Knowledge process outsourcing: a provider brings experts.")),
    )  # fmt: skip
    return Table(_("About"), (_("About this file"), ""), rows)
