"""What the pages of bringing a list in show: plain values with their addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from advisor.engine.model.answers import stored_answers
from advisor.engine.model.rules import RuleSet
from advisor.exchange.item_sheets import answer_words, option_words
from advisor.models import Owner, ProcessImport
from advisor.models.processes.process_import import SavedOwner, count_imports, own_import, own_imports
from advisor.processes.bring_in.operations import binned_by_undo, look_back
from advisor.processes.bring_in.selection import EACH, FIRST, NONE, PARTS, Candidate, SameName, Selection
from advisor.wording.advice.first_advice import first_advice

IN_FULL = 50
"""Rows with nothing to mend that are shown with their answers at once; the others fold to their names."""

_NAMED = 10
"""Names that a sentence gives before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A process that the list could give, in words.

    ``given`` says how much is answered; ``present_url`` leads to the one of that name in the owner's list.
    """

    index: int
    where: str
    name: str
    given: str
    answers: Sequence[tuple[str, str]]
    groups: str
    faults: Sequence[Mapping[str, str]]
    ticked: bool
    present_url: str


@dataclass(frozen=True, slots=True)
class NameChoice:
    """Rows of one name, and what can become of them: value, words, and whether that is chosen."""

    field: str
    name: str
    rows: Sequence[PreviewRow]
    ways: Sequence[tuple[str, str, bool]]
    is_missing: bool
    """Whether it had to be chosen, and was not."""


class ListWords:
    """Puts candidates into words."""

    def __init__(self, rule_set: RuleSet, present: Mapping[str, UUID], selection: Selection) -> None:
        self._rule_set = rule_set
        self._present = present
        self._selection = selection
        self._words = {question.key: option_words(question) for question in rule_set.questions}
        self._short = {question.key: question.short for question in rule_set.questions}

    def row(self, found: Candidate) -> PreviewRow:
        """One candidate."""
        present = self._present.get(found.key)
        return PreviewRow(
            index=found.index,
            where=found.where,
            name=found.process,
            given=self._given_answers(found),
            answers=[
                *self._answers("", found.answers),
                *(it for name, own in found.parts for it in self._part(name, own)),
            ],
            groups="; ".join(found.groups),
            faults=found.faults,
            ticked=found.index in self._selection.ticked,
            present_url=url_for("assessments.go_on", assessment_id=present) if present else "",
        )

    def choice(self, name: SameName, *, is_asked: bool) -> NameChoice:
        """What can become of several rows of one name."""
        number = len(name.rows)
        words = {
            EACH: ngettext("As %(num)d process", "As %(num)d processes of that name", number),
            PARTS: _("As one process with %(n)d parts, which you can name later", n=number),
            FIRST: _("The first alone (%(where)s)", where=name.rows[0].where),
            NONE: _("Leave them out"),
        }
        chosen = self._selection.way(name)
        return NameChoice(
            f"same-{name.rows[0].index}",
            name.rows[0].process,
            list(map(self.row, name.rows)),
            [(way, words[way], way == chosen) for way in name.ways],
            is_asked and not chosen,
        )

    def _part(self, name: str, own: Mapping[str, Any]) -> list[tuple[str, str]]:
        return self._answers(f"{name}: ", own) or [(name, _("Nothing answered of this part"))]

    def _answers(self, before: str, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
        return [
            (before + self._short.get(key, key), str(answer_words(self._words[key], answer)))
            for key, answer in stored_answers(answers).items()
            if key in self._words
        ]

    def _given_answers(self, found: Candidate) -> str:
        parts = [{"answers": own} for _name, own in found.parts]
        first = first_advice(self._rule_set, {"answers": found.answers, "parts": parts})
        in_parts = str(ngettext("%(num)d part", "%(num)d parts", len(found.parts))) + ", " if found.parts else ""
        if first is None:
            return in_parts + str(_("All answered: advice"))
        if first.answered:
            return in_parts + str(_("%(n)d of %(all)d answered: first advice", n=first.answered, all=first.asked))
        return in_parts + str(_("Name alone"))


def preview_page(
    rule_set: RuleSet,
    found: ProcessImport,
    candidates: Sequence[Candidate],
    names: Sequence[SameName],
    selection: Selection,
    present: Mapping[str, UUID],
    *,
    is_asked: bool,
    is_full: bool = False,
) -> dict[str, Any]:
    """The preview of a list. ``is_asked``: all of it should have been decided by now; ``is_full``: every row with its
    answers.
    """
    assert found.preview is not None  # noqa: S101 - it was not brought in yet
    words = ListWords(rule_set, present, selection)
    of_names = {row.index for name in names for row in name.rows}
    rows = [words.row(it) for it in candidates if it.index not in of_names]
    understood = found.preview["understood"]
    sheets = understood["sheets"]
    return {
        "file": understood["file"],
        "kind": understood["kind"],
        "sheets": sheets,
        "sheets_left_out": understood["sheets_left_out"],
        "notes": understood["notes"],
        "readings": understood["readings"],
        "has_layout": any(sheet["columns"] for sheet in sheets) or bool(understood["notes"]),
        "refused": found.preview["refused"],
        "more_refused": found.preview["more_refused"],
        "total": len(candidates),
        "choices": [words.choice(name, is_asked=is_asked) for name in names],
        "for_all": selection.for_all,
        "ways": [
            (EACH, _("A process for each row")),
            (PARTS, _("One process in parts")),
            (FIRST, _("The first row alone")),
            (NONE, _("Leave them out")),
        ],
        "tables": _tables(rows, is_alone=not names, in_full=len(rows) if is_full else IN_FULL),
        "group_names": sorted({name for it in candidates for name in it.groups}),
        "here_url": url_for("processes.look_at_list", import_id=found.id),
        "discard_url": url_for("processes.discard_list", import_id=found.id),
        "again_url": url_for("processes.bring_in"),
        "kept_until": found.created_at + current_app.config["PREVIEW_LIFETIME"],
    }


@dataclass(frozen=True, slots=True)
class RowTable:
    """Rows that are asked about in one way: ``about`` says how, "" where there is nothing to say."""

    id: str
    title: str
    about: str
    rows: Sequence[PreviewRow]
    folded: Sequence[PreviewRow] = ()
    """More of them, by their names alone."""


def _tables(rows: Sequence[PreviewRow], *, is_alone: bool, in_full: int) -> list[RowTable]:
    """The rows in up to three tables, those first that need a look."""
    faulty = [row for row in rows if row.faults]
    present = [row for row in rows if row.present_url and not row.faults]
    sound = [row for row in rows if not row.faults and not row.present_url]
    found = [
        RowTable(
            "faulty",
            _("With answers that are not understood"),
            _("Mend them in the file and bring it in again; or tick them, and they come without these answers."),
            faulty,
        ),
        RowTable(
            "present",
            _("In your list already"),
            _("These stay out, unless you tick them: then you have two of the name."),
            present,
        ),
        RowTable(
            "rows",
            _("Row by row") if is_alone and len(sound) == len(rows) else _("All the others"),
            "",
            sound[:in_full],
            sound[in_full:],
        ),
    ]
    return [table for table in found if table.rows]


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A list that was brought in, or waits: what became of it, and what can be done now."""

    key: str
    file: str
    at: datetime
    came: int
    """How many processes came of it."""
    number: int
    """How many of them the button undoes, or puts back."""
    waits: bool
    is_undone: bool
    until: datetime
    changed: Sequence[tuple[str, str]]
    """Processes of it that were changed since, with their addresses: taking it back leaves them."""
    more_changed: int
    url: str


def import_row(session: Session, owner: SavedOwner, found: ProcessImport) -> ImportRow:
    """One list, in words."""
    same, changed = look_back(session, owner, found)
    if found.undone_at is not None:
        number, until = len(binned_by_undo(session, owner, found)), found.undone_at + current_app.config["BIN_LIFETIME"]
    else:
        number = len(same)
        until = (found.brought_at or found.created_at) + current_app.config["BIN_LIFETIME"]
    waits = found.brought_at is None
    if waits:
        number, until = (
            len((found.preview or {})["candidates"]),
            found.created_at + current_app.config["PREVIEW_LIFETIME"],
        )
    end = "redo_list" if found.undone_at else "undo_list"
    return ImportRow(
        key=str(found.id),
        file=found.file,
        at=found.brought_at or found.created_at,
        came=len(found.processes),
        number=number,
        waits=waits,
        is_undone=found.undone_at is not None,
        until=until,
        changed=[(it.process_name, url_for("assessments.go_on", assessment_id=it.id)) for it in changed[:_NAMED]],
        more_changed=max(0, len(changed) - _NAMED),
        url=url_for(f"processes.{'look_at_list' if waits else end}", import_id=found.id),
    )


def import_rows(session: Session, owner: SavedOwner) -> list[ImportRow]:
    """Every list of the account that is kept, the newest first."""
    return [import_row(session, owner, found) for found in session.scalars(own_imports(owner))]


def count_brought(session: Session, owner: Owner) -> int:
    """How many lists can be undone, or put back again."""
    if not isinstance(owner, SavedOwner):
        return 0
    return count_imports(session, owner)


def import_notice(session: Session, owner: Owner, sent: str) -> ImportRow | None:
    """The list of which the address of the owner's list tells; None where it tells of none."""
    try:
        key = UUID(sent)
    except ValueError:
        return None
    if not isinstance(owner, SavedOwner):
        return None
    found = session.scalars(own_import(owner, key)).first()
    return import_row(session, owner, found) if found is not None and found.brought_at is not None else None
