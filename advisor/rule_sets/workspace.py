"""What every page of the draft begins with: the rules as they stand, what they were made from, and what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session

from advisor.engine.document.diff import Change, diff
from advisor.engine.document.document import NUMBERED, NoSuchItem, items_of, key_of
from advisor.engine.document.edit import find
from advisor.engine.evaluation.cases import CaseResult
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.models import Account, AccountOwner
from advisor.models import draft as drafts
from advisor.models import proof as proofs
from advisor.models import rule_set_version as versions
from advisor.rule_sets.editor.inputs import Context
from advisor.rule_sets.item_urls import DocumentPath, place_of
from advisor.web import identity

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
    mark: str = ""
    note: str = ""
    note_mark: str = ""
    """What ``mark`` was when the note was written."""
    updated_at: datetime | None = None
    updated_by: str = ""

    @classmethod
    def load(cls, session: Session) -> "DraftWorkspace":
        """Read the draft and the versions that it is held against."""
        latest = versions.in_force(session)
        in_force = versions.rule_set(session, latest.number)
        draft = drafts.find_draft(session)
        if draft is None:
            return cls(latest.document, in_force, in_force, latest.number, in_force, latest.number, has_draft=False)
        by = session.get(Account, draft.updated_by) if draft.updated_by else None
        return cls(
            document=draft.document,
            rules=draft.rule_set,
            base=versions.rule_set(session, draft.base_version),
            base_number=draft.base_version,
            in_force=in_force,
            in_force_number=latest.number,
            has_draft=True,
            mark=draft.mark,
            note=draft.note,
            note_mark=drafts.note_mark(session, draft),
            updated_at=draft.updated_at,
            updated_by=by.email if by else "",
        )

    def thing(self, collection: str, key: str) -> Any:
        """The thing of this key, or number. Raises NoSuchThing."""
        return find(self.rules, collection, key)

    @property
    def is_outdated(self) -> bool:
        """Whether another version came into force since the draft was started."""
        return self.base_number != self.in_force_number

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the draft, test cases that fail included."""
        return proofs.examination_of(self.document).problems

    @cached_property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems for which it cannot be published."""
        return tuple(problem for problem in self.problems if problem.blocks)

    @cached_property
    def results(self) -> tuple[CaseResult, ...] | None:
        """How the test cases come out, None where something else blocks, so that they cannot be run."""
        return proofs.examination_of(self.document).results

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the version that the draft was made from."""
        return diff(self.base, self.rules)

    @cached_property
    def problems_by_thing(self) -> dict[tuple[str, str], list[Problem]]:
        """The problems of each thing of a list; those of an answer also stand with its question."""
        found: dict[tuple[str, str], list[Problem]] = {}
        for problem in self.problems:
            place: DocumentPath | None = place_of(problem.place)
            if place is None:
                continue
            found.setdefault((place.collection, place.key), []).append(problem)
            if place.question:
                found.setdefault(("questions", place.question), []).append(problem)
        return found


def workspace_or_home(*, over_a_form: bool = False) -> DraftWorkspace:
    """The draft; where there is none, the reply is the way home, unless a form was sent that must not be lost."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
    if not workspace.has_draft and not over_a_form:
        abort(redirect(url_for("rule_sets.home", gone=1), 302 if request.method == "GET" else 303))
    return workspace


def write(act: Callable[[Session], Done]) -> Done:
    """Do one act in a transaction of its own."""
    with database().write() as session:
        return act(session)


def who() -> str:
    """The owner of one-time keys who is asking."""
    account = identity.current().account_id
    return AccountOwner(account).mark if account else ""


def look_up(workspace: DraftWorkspace, collection: str, key: str) -> tuple[Any, Context]:
    """The thing, None where it is new or gone meanwhile, and what its form is made for."""
    try:
        items_of(workspace.rules, collection)
    except NoSuchItem:
        abort(404)
    try:
        item = find(workspace.rules, collection, key) if key else None
    except NoSuchItem:
        if request.method == "GET":
            abort(404)
        item = None
    question = None
    if "/" in collection:
        question = workspace.rules.question(collection.split("/")[1])
    elif collection == "questions":
        question = item
    return item, Context(
        rules=workspace.rules,
        collection=collection,
        question=question,
        key=key,
        key_is_fixed=bool(key) and collection not in NUMBERED and _is_published(workspace, collection, key),
    )


def _is_published(workspace: DraftWorkspace, collection: str, key: str) -> bool:
    try:
        return any(key_of(found) == key for found in items_of(workspace.base, collection))
    except NoSuchItem:
        return False
