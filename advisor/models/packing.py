"""Keeps the answers of each assessment packed beside the JSON that is the truth, so that a million are read quickly.

Whatever saves an assessment or a part saves them packed too, in the same flush. What was saved another way, by the
release before this one or by plain SQL, is told by its row version, and read from the JSON.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from advisor.engine.evaluation.packed import layout_of
from advisor.engine.model.operators import Answer
from advisor.engine.model.rules import RuleSet
from advisor.models import rule_set_version as versions
from advisor.models.assessment import Assessment, Part


def pack(rules: RuleSet, answers: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> bytes | None:
    """The answers of every part together with those of the whole, by the layout of its version; None where that
    would lose something.
    """
    return layout_of(rules).pack([merged(answers, own) for own in parts or ({},)])


def merged(answers: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Answer]:
    """What a part is judged by, from what is stored as JSON, which has lists where the engine has tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in {**answers, **own}.items()}


@event.listens_for(Session, "before_flush")
def _pack_what_changed(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for assessment in dict.fromkeys(_changed(session)):
        rules = versions.rule_set(session, assessment.version_number)
        assessment.packed = pack(rules, assessment.answers or {}, [part.answers or {} for part in assessment.parts])
        # What the row version will be: it grows by one with each flush that changes the row, as this one does.
        assessment.packed_for = (assessment.row_version or 0) + 1


def _changed(session: Session) -> Iterator[Assessment]:
    for row in chain(session.new, session.dirty):
        if isinstance(row, Assessment | Part) and session.is_modified(row):
            assessment = row if isinstance(row, Assessment) else row.assessment
            if assessment is not None and assessment not in session.deleted:
                yield assessment
