"""The draft as pages quote it that otherwise quote a version."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from advisor.models import rule_set_version as versions
from advisor.models.base import now
from advisor.models.rule_set_version import RuleSetVersion
from advisor.rule_sets.item_urls import list_url, thing_url
from advisor.rule_sets.workspace import Desk
from advisor.wording.claims import Edition, Version


@dataclass(frozen=True, slots=True)
class DraftEdition(Edition):
    """The draft, with the number that it would get; its links lead to where things are edited."""

    @property
    def version(self) -> Version:
        """The draft as a page names it."""
        return Version(self.number, self.row.published_at, sum_url=list_url("leave"), is_older=False)

    def claim_url(self, claim_id: str) -> str:
        """Where a claim is edited."""
        return thing_url("claims", claim_id)

    def rule_url(self, key: str) -> str:
        """Where a rule is edited."""
        return thing_url("rules", key)


def draft_edition(session: Session, desk: Desk) -> DraftEdition:
    """The draft on the desk. The row of a version that it has was never stored, and is not."""
    row = RuleSetVersion(
        number=desk.in_force_number + 1,
        document=desk.document,
        sha256=desk.mark,
        note=desk.note,
        published_by=None,
        published_at=desk.updated_at or now(),
    )
    return DraftEdition(desk.rules, row, desk.in_force, versions.in_force(session))
