"""What the owner wrote on the sections of an advice, as the page of the result shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from advisor.assessments.context import AssessmentContext
from advisor.extensions import database
from advisor.links import link_to
from advisor.models.processes.assessment import VisitorOwner
from advisor.models.processes.comment import Comment, own_comments
from advisor.web.access import identity, spaces

SECTIONS = {
    "why": _l("Why we say this"),
    "risks": _l("What tends to go wrong"),
    "changes": _l("What would change it"),
    "next": _l("Before you act"),
    "disagree": _l("Where our sources disagree"),
    "sharpen": _l("Sharpen it"),
    "given": _l("Your answers"),
    "limits": _l("What this does not tell you"),
}
"""The sections that can be commented on, by the keys of the layers of a report."""


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment as pages show it; ``by`` names who wrote it where several people work on the process."""

    text: str
    by: str
    at: datetime
    is_changed: bool
    section: str
    change_url: str

    @classmethod
    def of(cls, comment: Comment, author: str | None) -> "CommentView":
        """Read what is stored; ``author`` is the address of who wrote it."""
        return cls(
            text=comment.text,
            by=author or "" if spaces.current() else "",
            at=comment.changed_at or comment.created_at,
            is_changed=comment.changed_at is not None,
            section=str(SECTIONS[comment.section]),
            change_url=link_to("change_comment", assessment_id=comment.assessment_id, comment_id=comment.id),
        )


@dataclass(frozen=True, slots=True)
class SectionComments:
    """The comments on one section, the oldest first, and where another one is written; "" for who may not."""

    comments: Sequence[CommentView]
    add_url: str


def section_comments(context: AssessmentContext) -> Mapping[str, SectionComments]:
    """The comments on each section; nothing where no account keeps the process, since nobody can comment there."""
    owner = identity.owner()
    if owner is None or isinstance(owner, VisitorOwner):
        return {}
    with database().read() as session:
        found = [(one, by) for one, by in session.execute(own_comments(owner, context.id)) if one.removed_at is None]
    return {
        key: SectionComments(
            [CommentView.of(one, by) for one, by in found if one.section == key],
            link_to("comments", assessment_id=context.id, section=key) if spaces.may_edit() else "",
        )
        for key in SECTIONS
    }
