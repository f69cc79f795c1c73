"""Links to results: made, revoked, and opened."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from advisor.extensions import database
from advisor.models import AccountOwner, Assessment, DatabaseUnavailable, Owner, ShareLink
from advisor.models.audit import Actor, audit
from advisor.models.base import hash_of, utc_now
from advisor.models.limits import room_left
from advisor.models.processes.assessment import OrganisationOwner
from advisor.models.processes.brief_version import own_brief_versions
from advisor.models.processes.share_link import all_open_links, links_of, open_links

_TOKEN_BYTES = 16
_OPENED_AGAIN_AFTER = timedelta(hours=1)
"""A day is told, so it is not worth a write each time."""


class TooManyLinks(Exception):  # noqa: N818
    """The owner has as many links that can be opened as one may."""


@dataclass(frozen=True, slots=True)
class LinkTerms:
    """What an owner chose for a link: how many days it lasts, whether it names the process, and whom it is for.

    With the number of a version it shows the brief, and that version; else the result.
    """

    days: int
    with_name: bool
    note: str = ""
    brief_number: int | None = None


def make_link(session: Session, owner: Owner, mine: Assessment, terms: LinkTerms, most: int, who: Actor) -> str:
    """Make a link to one's own process. Its secret is returned once; only its hash is stored. Raises TooManyLinks."""
    if not room_left(session, f"links of {owner.hash}", open_links(owner), most):
        raise TooManyLinks
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    made = ShareLink(
        token_hash=hash_of(token),
        account_id=mine.account_id,
        organisation_id=mine.organisation_id,
        assessment_id=mine.id,
        kind="result" if terms.brief_number is None else "brief",
        brief_number=terms.brief_number,
        with_name=terms.with_name,
        note=terms.note,
        expires_at=utc_now() + timedelta(days=terms.days),
    )
    session.add(made)
    session.flush()
    audit(session, "link made", who=who, what=f"link {made.id}")
    return token


def make_list_link(
    session: Session, owner: Owner, process_ids: Sequence[UUID], terms: LinkTerms, most: int, who: Actor
) -> str:
    """Make a link to a list of one's own processes; the same holds for it. Raises TooManyLinks."""
    if not room_left(session, f"links of {owner.hash}", all_open_links(owner), most):
        raise TooManyLinks
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    made = ShareLink(
        token_hash=hash_of(token),
        account_id=owner.account_id if isinstance(owner, AccountOwner) else None,
        organisation_id=owner.organisation_id if isinstance(owner, OrganisationOwner) else None,
        kind="list",
        process_ids=[str(key) for key in process_ids],
        with_name=terms.with_name,
        note=terms.note,
        expires_at=utc_now() + timedelta(days=terms.days),
    )
    session.add(made)
    session.flush()
    audit(session, "link made", who=who, what=f"link {made.id}")
    return token


def revoke_link(session: Session, owner: Owner, link_id: UUID, who: Actor) -> ShareLink | None:
    """End a link of an owner, from the next request on, if it has not ended; None where the owner has none."""
    mine = (links_of(owner), ShareLink.id == link_id)
    link = session.scalars(select(ShareLink).where(*mine).with_for_update()).first()
    if link is not None and link.revoked_at is None:
        link.revoked_at = utc_now()
        link.note = ""  # it was of use in the list alone
        audit(session, "link revoked", who=who, what=f"link {link.id}")
    return link


def show_newest_brief(session: Session, owner: Owner, link_id: UUID, who: Actor) -> ShareLink | None:
    """Let a link to a brief show its newest version from now on; None where the owner has no such link."""
    mine = (links_of(owner), ShareLink.id == link_id, ShareLink.kind == "brief", ShareLink.revoked_at.is_(None))
    link = session.scalars(select(ShareLink).where(*mine).with_for_update()).first()
    if link is None or link.assessment_id is None:
        return None
    newest = session.scalars(own_brief_versions(owner, link.assessment_id).limit(1)).first()
    if newest is None:
        return None
    if link.brief_number != newest.number:
        link.brief_number = newest.number
        audit(session, "link moved on", who=who, what=f"link {link.id}")
    return link


def note_opened(link: ShareLink) -> None:
    """Note the visit of somebody else. The page is shown all the same where that cannot be written just now."""
    moment = utc_now()
    if link.last_opened_at is not None and link.last_opened_at > moment - _OPENED_AGAIN_AFTER:
        return
    try:
        with database().write() as session:
            session.execute(update(ShareLink).where(ShareLink.id == link.id).values(last_opened_at=moment))
    except DatabaseUnavailable:
        return
