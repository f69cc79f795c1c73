"""What every page of the draft begins with: the rules as they stand, what they were made from, and what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from advisor.engine.checks.trial import RuleSetTrial
from advisor.engine.document.causes import CausedChange, caused_changes
from advisor.engine.document.diff import Change, diff
from advisor.engine.evaluation.cases import CaseResult
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet, decides_alike
from advisor.extensions import database
from advisor.models import AccountOwner, DatabaseUnavailable, RuleSetVersion
from advisor.models.idempotency import idempotent
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets import proof as proofs
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.draft import ChangedDraft
from advisor.rule_sets.forms import DraftForm
from advisor.rule_sets.item_urls import DocumentPath, path_of
from advisor.web.access import identity
from advisor.web.forms import add_form_error, attempt, form_page, unsaved_page

Done = TypeVar("Done")


@dataclass(frozen=True)
class DraftWorkspace:
    """The draft, or where there is none the version in force, which a page may still have to show a form over."""

    document: str
    rules: RuleSet
    base: RuleSet
    base_number: int
    in_force: RuleSet
    in_force_number: int
    has_draft: bool
    fingerprint: str = ""
    note: str = ""
    note_fingerprint: str = ""
    """What ``fingerprint`` was when the note was written."""
    updated_at: datetime | None = None
    updated_by: str = ""

    @classmethod
    def load(cls, session: Session) -> "DraftWorkspace":
        """Read the draft and the versions that it is held against."""
        number = versions.number_in_force(session)
        in_force = versions.rule_set(session, number)
        draft, by = drafts.stored_draft(session)
        if draft is None:
            document = session.get_one(RuleSetVersion, number).document
            return cls(document, in_force, in_force, number, in_force, number, has_draft=False)
        return cls(
            document=draft.document,
            rules=draft.rule_set,
            base=versions.rule_set(session, draft.base_version),
            base_number=draft.base_version,
            in_force=in_force,
            in_force_number=number,
            has_draft=True,
            fingerprint=draft.fingerprint,
            note=draft.note,
            note_fingerprint=drafts.note_fingerprint(session, draft),
            updated_at=draft.updated_at,
            updated_by=by,
        )

    @property
    def is_outdated(self) -> bool:
        """Whether another version came into force since the draft was started."""
        return self.base_number != self.in_force_number

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the draft, test cases that fail included."""
        return proofs.examination_of(self.document).problems

    @cached_property
    def blocking_problems(self) -> tuple[Problem, ...]:
        """The problems for which it cannot be published."""
        return tuple(problem for problem in self.problems if problem.blocks)

    @cached_property
    def results(self) -> tuple[CaseResult, ...] | None:
        """How the test cases come out, None where something else blocks, so that they cannot be run."""
        return proofs.examination_of(self.document).results

    @property
    def trial(self) -> RuleSetTrial | None:
        """What of the draft can be evaluated although something blocks; None where nothing can."""
        trial = proofs.trial_of_document(self.document)
        return trial if isinstance(trial, RuleSetTrial) else None

    @property
    def untried_problem(self) -> Problem | None:
        """The problem because of which nothing of the draft can be evaluated, if there is one."""
        trial = proofs.trial_of_document(self.document)
        return None if isinstance(trial, RuleSetTrial) else trial

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the version that the draft was made from."""
        return _changes_since(self.base, self.rules)

    @property
    def differences(self) -> tuple[CausedChange, ...]:
        """What differs from the version in force, as every page counts it: each with what only follows from it."""
        return differences_between(self.in_force, self.rules)

    @property
    def own_differences(self) -> tuple[CausedChange, ...]:
        """The same, from the version that the draft was made from."""
        return differences_between(self.base, self.rules)

    @property
    def decides_as_before(self) -> bool:
        """Whether questions, rules and both tables are those of the version in force: then so is all advice."""
        return decides_alike(self.rules, self.in_force)

    @cached_property
    def problems_by_item(self) -> dict[tuple[str, str], list[Problem]]:
        """The problems of each item of a collection; those of an answer also stand with its question."""
        found: dict[tuple[str, str], list[Problem]] = {}
        for problem in self.problems:
            path: DocumentPath | None = path_of(problem.place)
            if path is None:
                continue
            found.setdefault((path.collection, path.key), []).append(problem)
            if path.question:
                found.setdefault(("questions", path.question), []).append(problem)
        return found


def _changes_since(base: RuleSet, rules: RuleSet) -> tuple[Change, ...]:
    kept = _last_changes(rules)
    for known, changes in kept[:]:
        if known is base:
            return changes
    changes = diff(base, rules)
    kept[:] = [(base, changes)]
    return changes


@cached_per_rule_set
def _last_changes(_rules: RuleSet) -> list[tuple[RuleSet, tuple[Change, ...]]]:
    """The version that this draft was held against last, with what differs; kept as long as the draft is."""
    return []


def differences_between(old: RuleSet, new: RuleSet) -> tuple[CausedChange, ...]:
    """What differs, each with what only follows from it; the last two that were asked for are kept with ``new``."""
    kept = _last_differences(new)
    found = next((differences for known, differences in kept if known is old), None)
    if found is None:
        found = caused_changes(old, new)
        kept[:] = [(old, found), *kept[:1]]
    return found


@cached_per_rule_set
def _last_differences(_rules: RuleSet) -> list[tuple[RuleSet, tuple[CausedChange, ...]]]:
    """What this rule set was held against last, with what differs; kept as long as the rule set is."""
    return []


def load_workspace() -> DraftWorkspace:
    """The workspace as it is now."""
    with database().read() as session:
        return DraftWorkspace.load(session)


def workspace_or_home(*, over_a_form: bool = False) -> DraftWorkspace:
    """The draft; where there is none, the reply is the way home, unless a form was sent that must not be lost."""
    workspace = load_workspace()
    if not workspace.has_draft and not over_a_form:
        abort(redirect(url_for("rule_sets.home", gone=1), 302 if request.method == "GET" else 303))
    return workspace


def write(act: Callable[[Session], Done]) -> Done:
    """Do one act in a transaction of its own."""
    with database().write() as session:
        return act(session)


def write_once(act: Callable[[Session], str]) -> Response:
    """Do one act, once for each form that was sent, and lead on to the address that it gives."""
    return redirect(write(lambda session: idempotent(session, attempt(key_owner()), lambda: act(session))), 303)


def write_or_show_again(
    template: str,
    form: DraftForm,
    workspace: DraftWorkspace,
    page: Callable[[DraftWorkspace], Mapping[str, Any]],
    act: Callable[[Session], str],
    *,
    changed: str,
) -> Response:
    """Do one act on the draft that the form was opened on, and lead on to the address that it gives.

    Where the draft was changed since, the form is shown with the draft as it is now and what ``changed`` says; where
    the database cannot be written to, with everything that was typed.
    """
    try:
        return write_once(act)
    except ChangedDraft:
        present = load_workspace()
        add_form_error(form, changed)
        form.mark.data = present.fingerprint
        return form_page(template, form, 409, **page(present))
    except DatabaseUnavailable as error:
        return unsaved_page(template, form, error, **page(workspace))


def key_owner() -> str:
    """The owner of one-time keys who is asking."""
    account = identity.current().account_id
    return AccountOwner(account).hash if account else ""
