"""Where the answers to an assessment are kept: in the database, or, by a preview, in the address of its pages.

The pages of an assessment do not tell the one from the other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from flask import current_app, g
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments import advice, operations
from advisor.assessments.blueprint import page_url
from advisor.assessments.context import AssessmentContext, find_of_requester, load_context
from advisor.assessments.operations import ChangedElsewhere
from advisor.assessments.progress import PartContradiction, Progress, QuestionRef
from advisor.engine.document.text import LINE_LIMIT
from advisor.engine.model.operators import Answer
from advisor.extensions import database
from advisor.models import Assessment
from advisor.models.idempotency import idempotent
from advisor.models.processes.assessment import next_sequence
from advisor.web.access import identity
from advisor.web.forms import attempt

if TYPE_CHECKING:
    from advisor.assessments.what_if.trial import Trial

Done = TypeVar("Done")


class AssessmentStore:
    """Reads and writes one's own assessment by its id, in the database; each write in a transaction of its own.

    A write says where its owner stands then. Each may raise ChangedElsewhere where it is given what its form was
    ``opened`` on, Refused where what was sent cannot be kept at all, and DatabaseUnavailable.
    """

    def load(self, assessment_id: UUID, since: int | None = None) -> AssessmentContext:
        """Read all that a page needs, with the advice of place ``since`` in the history; 404 where there is none."""
        return load_context(assessment_id, since)

    def rename(self, assessment_id: UUID, name: str, answers: Mapping[str, Answer], opened: str) -> Progress:
        """Change the name, and the answers to the questions beside it."""
        return _write(assessment_id, lambda session, mine: operations.rename(session, mine, name, answers, opened))

    def name_parts(self, assessment_id: UUID, names: Sequence[str], opened: str) -> Progress:
        """Break the process into parts, or rename, add and remove parts: place by place, an empty name is no part."""
        return _write(assessment_id, lambda session, mine: operations.name_parts(session, mine, names, opened))

    def put_together(self, assessment_id: UUID) -> Progress:
        """Make it one piece again, with the answers it had as one."""
        return _write(assessment_id, operations.put_together)

    def record_answer(
        self, assessment_id: UUID, place: QuestionRef, answer: Answer, opened: str, *, goes_on: bool
    ) -> tuple[Progress, PartContradiction | None]:
        """Keep an answer; gives two answers that contradict each other since then, too, if any.

        ``goes_on``: more answers follow, so that the advice waits for the last of them. Raises NotAsked.
        """
        return _write(
            assessment_id,
            lambda session, mine: operations.record_answer(
                session, mine, place.question.key, place.part_id, answer=answer, opened=opened, goes_on=goes_on
            ),
        )

    def recalculate(self, assessment_id: UUID, *, early: bool = False) -> None:
        """Give the advice on the answers as they are now, ``early`` also while questions are open. Raises NotAsked."""

        def act(session: Session, mine: Assessment) -> str:
            def add_once() -> str:
                advice.recalculate(session, mine, early=early)
                return page_url("result", assessment_id=assessment_id)

            return idempotent(session, attempt(identity.ensure_owner().hash), add_once)

        _write(assessment_id, act)

    def undo(self, assessment_id: UUID, before: int, opened: str) -> None:
        """Put the answers and the parts back as the advice of place ``before`` judged them. Raises NotAsked."""
        _write(assessment_id, lambda session, mine: operations.undo(session, mine, before, opened))

    def keep_trial(self, assessment_id: UUID, trial: "Trial", *, as_copy: bool) -> str:
        """Keep the answers that were tried, in place of those that are saved or as a copy; gives where to go then.

        Raises TooMany.
        """
        return _write(assessment_id, lambda session, mine: (_copy if as_copy else _replace)(session, mine, trial))


def _write(assessment_id: UUID, act: Callable[[Session, Assessment], Done]) -> Done:
    return operations.in_transaction(
        database(), lambda session: act(session, find_of_requester(session, assessment_id))
    )


def _replace(session: Session, mine: Assessment, trial: "Trial") -> str:
    """Put the answers that were tried in place of those that are saved."""
    present = Progress.of(trial.saved.rule_set, mine).fingerprint
    if present not in {trial.form.opened.data, trial.tried.fingerprint}:
        raise ChangedElsewhere
    since = next_sequence(session, mine) - 1
    operations.answer_all(session, mine, trial.tried.work_item())
    return page_url("result", assessment_id=mine.id, since=since or None)


def _copy(session: Session, original: Assessment, trial: "Trial") -> str:
    """Begin a process with the answers that were tried, under the rules that they were tried with. Raises TooMany."""
    owner = identity.ensure_owner()

    def act() -> str:
        name = _("%(name)s (what if)", name=original.process_name)[:LINE_LIMIT]
        copied = operations.create(session, owner, name, {}, current_app.config["ASSESSMENTS_PER_OWNER"])
        copied.version_number = original.version_number
        copied.groups = list(original.groups)
        operations.answer_all(session, copied, replace(trial.tried.work_item(), process=name))
        return page_url("result", assessment_id=copied.id, copy_of=original.id)

    return idempotent(session, attempt(owner.hash), act)


_DATABASE = AssessmentStore()


def store() -> AssessmentStore:
    """The store of this request: ``g.assessment_store`` where a blueprint brings its own, else the database."""
    found: AssessmentStore = g.get("assessment_store", _DATABASE)
    return found
