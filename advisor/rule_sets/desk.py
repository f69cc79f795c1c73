"""What every page of the draft begins with: the rules as they stand, what they were made from, and what is wrong."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from advisor.engine.cases import CaseSummary
from advisor.engine.diff import Change, diff
from advisor.engine.errors import Problem
from advisor.engine.rules import RuleSet
from advisor.models import Account
from advisor.models import draft as drafts
from advisor.models import rule_set_version as versions
from advisor.rule_sets.places import Place, place_of


@dataclass(frozen=True)
class Desk:
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
    updated_at: datetime | None = None
    updated_by: str = ""

    @classmethod
    def load(cls, session: Session) -> "Desk":
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
            updated_at=draft.updated_at,
            updated_by=by.email_shown if by else "",
        )

    @property
    def is_outdated(self) -> bool:
        """Whether another version came into force since the draft was started."""
        return self.base_number != self.in_force_number

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the draft, test cases that fail included."""
        return drafts.examination_of(self.document).problems

    @cached_property
    def blocking(self) -> tuple[Problem, ...]:
        """The problems for which it cannot be published."""
        return tuple(problem for problem in self.problems if problem.blocks)

    @cached_property
    def results(self) -> tuple[CaseSummary, ...] | None:
        """How the test cases come out, None where something else blocks, so that they cannot be run."""
        return drafts.examination_of(self.document).results

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the version that the draft was made from."""
        return diff(self.base, self.rules)

    @cached_property
    def problems_by_thing(self) -> dict[tuple[str, str], list[Problem]]:
        """The problems of each thing of a list; those of an answer also stand with its question."""
        found: dict[tuple[str, str], list[Problem]] = {}
        for problem in self.problems:
            place: Place | None = place_of(problem.place)
            if place is None:
                continue
            found.setdefault((place.in_list, place.key), []).append(problem)
            if place.question:
                found.setdefault(("questions", place.question), []).append(problem)
        return found
