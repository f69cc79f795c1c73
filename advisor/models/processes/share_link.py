"""Links by which an owner lets others read a result, or a list of processes, without an account.

Whoever has the address may read; so it is stored as a hash alone, and ends by itself.
"""

from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import JSON, ColumnElement, ForeignKey, Select, and_, false, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from advisor.models.accounts.account import Account
from advisor.models.base import Base, hash_of, utc_now
from advisor.models.processes.assessment import AccountOwner, Assessment, OrganisationOwner, Owner, belongs_to


class ShareLink(Base):
    """One link to what its owner keeps."""

    __tablename__ = "share_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    """Whose link it is: this, or an organisation's, as the process is."""
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    assessment_id: Mapped[UUID | None] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), index=True)
    """The process that is shown; None for a list."""
    process_ids: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """The processes of a list, as they were chosen when the link was made; those that are gone since are not shown."""
    kind: Mapped[str] = mapped_column(default="result")
    """What is shown: the "result" of the process, its "brief", or a "list" of processes."""
    brief_number: Mapped[int | None]
    """The version of the brief that is shown; it stays the same until its owner says otherwise."""
    with_name: Mapped[bool]
    """Whether it names the process."""
    note: Mapped[str] = mapped_column(default="")
    """Whom it is for, in its owner's words, which nobody else reads."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    last_opened_at: Mapped[datetime | None]

    @property
    def owner(self) -> Owner:
        """Whose link it is."""
        if self.organisation_id is not None:
            return OrganisationOwner(self.organisation_id)
        return AccountOwner(cast(UUID, self.account_id))

    @property
    def has_expired(self) -> bool:
        """Whether its days are over."""
        return self.expires_at <= utc_now()


def links_of(owner: Owner) -> ColumnElement[bool]:
    """What the links of that owner have in common; a visitor has none."""
    if isinstance(owner, OrganisationOwner):
        return ShareLink.organisation_id == owner.organisation_id
    return ShareLink.account_id == owner.account_id if isinstance(owner, AccountOwner) else false()


def own_links(owner: Owner) -> Select[ShareLink]:
    """The links of that owner that were not revoked, joined with their processes, the newest first.

    Those that have expired are among them until they are purged; those to what is in the bin are not.
    """
    return (
        select(ShareLink)
        .join(Assessment, Assessment.id == ShareLink.assessment_id)
        .where(
            links_of(owner),
            belongs_to(owner),
            Assessment.deleted_at.is_(None),
            ShareLink.revoked_at.is_(None),
        )
        .order_by(ShareLink.created_at.desc(), ShareLink.id)
    )


def open_links(owner: Owner) -> Select[ShareLink]:
    """Those of them that lead somewhere now."""
    return own_links(owner).where(ShareLink.expires_at > utc_now())


def link_by_token(token: str) -> Select[ShareLink]:
    """The link of that secret, if it leads somewhere now.

    It does not where it has expired, was revoked, the process is in the bin or not its owner's any more, or the account
    is disabled. None of these can be told from a secret that never was.
    """
    return (
        select(ShareLink)
        .join(Assessment, Assessment.id == ShareLink.assessment_id)
        .outerjoin(Account, Account.id == ShareLink.account_id)
        .where(
            ShareLink.token_hash == hash_of(token),
            ShareLink.revoked_at.is_(None),
            ShareLink.expires_at > utc_now(),
            or_(
                and_(Assessment.account_id == ShareLink.account_id, Account.disabled_at.is_(None)),
                Assessment.organisation_id == ShareLink.organisation_id,
            ),
            Assessment.deleted_at.is_(None),
        )
    )


def own_list_links(owner: Owner) -> Select[ShareLink]:
    """The links of that owner to lists of processes that were not revoked, the newest first."""
    return (
        select(ShareLink)
        .where(links_of(owner), ShareLink.process_ids.is_not(None), ShareLink.revoked_at.is_(None))
        .order_by(ShareLink.created_at.desc(), ShareLink.id)
    )


def all_open_links(owner: Owner) -> Select[ShareLink]:
    """Every link of that owner that may lead somewhere now, whatever it shows."""
    return select(ShareLink).where(links_of(owner), ShareLink.revoked_at.is_(None), ShareLink.expires_at > utc_now())


def list_link_by_token(token: str) -> Select[ShareLink]:
    """The link to a list of processes of that secret, if it leads somewhere now."""
    return (
        select(ShareLink)
        .outerjoin(Account, Account.id == ShareLink.account_id)
        .where(
            ShareLink.token_hash == hash_of(token),
            ShareLink.process_ids.is_not(None),
            ShareLink.revoked_at.is_(None),
            ShareLink.expires_at > utc_now(),
            Account.disabled_at.is_(None),
        )
    )
