"""What the pages of organisations show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from advisor.accounts.organisations.forms import ROLE_HINTS, ROLE_WORDS
from advisor.links import link_to
from advisor.models import Account, Assessment, Invitation, Membership, Organisation
from advisor.models.accounts.organisation import Member, members_of, memberships, open_invitations
from advisor.models.processes.assessment import belongs_to, own_assessments


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation of somebody."""

    name: str
    role: str
    members: int
    processes: int
    url: str
    processes_url: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member."""

    email: str
    role: str
    role_words: str
    since: datetime
    is_self: bool
    role_url: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class InviteeRow:
    """One invitation that leads somewhere now."""

    whom: str
    role_words: str
    until: datetime
    revoke_url: str


def organisation_rows(session: Session, account_id: UUID) -> list[OrganisationRow]:
    """The organisations of an account, by name."""
    return [
        OrganisationRow(
            name=name,
            role=str(ROLE_WORDS[role]),
            members=_count(session, select(Membership).where(Membership.organisation_id == key)),
            processes=_count(session, own_assessments(Member(key, name, "reader").owner)),
            url=url_for("organisations.organisation", organisation_id=key),
            processes_url=link_to("processes", organisation_id=key),
        )
        for key, name, role in session.execute(memberships(account_id))
    ]


def organisation_page(session: Session, member: Member, account_id: UUID) -> dict[str, Any]:
    """Who is in an organisation, and who is invited."""
    here: dict[str, Any] = {"organisation_id": member.organisation_id}
    invitations = session.scalars(open_invitations(member.organisation_id)).all() if member.role == "owner" else []
    return {
        "name": member.name,
        "role": member.role,
        "role_words": ROLE_WORDS[member.role],
        "role_hint": ROLE_HINTS[member.role],
        "members": [
            _member_row(found, email, account_id, here)
            for found, email in session.execute(members_of(member.organisation_id))
        ],
        "invitations": [_invitation_row(found) for found in invitations],
        "processes": _count(session, own_assessments(member.owner)),
        "processes_url": link_to("processes"),
        "invite_url": url_for(".invite", **here),
        "rename_url": url_for(".rename", **here),
        "leave_url": url_for(".leave", **here),
        "delete_url": url_for(".delete", **here),
        "back_url": url_for(".index"),
    }


def invitation_page(session: Session, invitation: Invitation) -> dict[str, Any]:
    """What an invitation leads to, for whoever has its link."""
    return {
        "name": session.get_one(Organisation, invitation.organisation_id).name,
        "by": session.get_one(Account, invitation.account_id).email,
        "role_words": ROLE_WORDS[invitation.role],
        "role_hint": ROLE_HINTS[invitation.role],
        "until": invitation.expires_at,
    }


def everything_of(session: Session, member: Member) -> int:
    """How many processes an organisation has, those in the bin too."""
    return _count(session, select(Assessment).where(belongs_to(member.owner)))


def _member_row(found: Membership, email: str, account_id: UUID, here: dict[str, Any]) -> MemberRow:
    theirs = {**here, "account_id": found.account_id}
    return MemberRow(
        email=email,
        role=found.role,
        role_words=str(ROLE_WORDS[found.role]),
        since=found.created_at,
        is_self=found.account_id == account_id,
        role_url=url_for(".member", **theirs),
        remove_url=url_for(".remove", **theirs),
    )


def _invitation_row(found: Invitation) -> InviteeRow:
    ids: dict[str, Any] = {"organisation_id": found.organisation_id, "invitation_id": found.id}
    revoke_url = url_for(".revoke_invitation", **ids)
    return InviteeRow(found.whom, str(ROLE_WORDS[found.role]), found.expires_at, revoke_url)


def _count(session: Session, rows: Any) -> int:
    return session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
