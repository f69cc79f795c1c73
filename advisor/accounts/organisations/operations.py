"""What is done to organisations. Each function works in the transaction it is given, and records the act in it.

Who is an owner is looked up again here, under the lock of the organisation: of two owners who leave at the same moment
one is the last, and is told so.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.models import Account, Invitation, Membership, Organisation, OrganisationOwner
from advisor.models.accounts.account import request_letter
from advisor.models.accounts.organisation import (
    MemberRole,
    invitation_by_token,
    lock_organisation,
    open_invitations,
    owners_of,
    sole_ownerships,
)
from advisor.models.accounts.removal import delete_all_of
from advisor.models.audit import Actor, audit
from advisor.models.base import hash_of, utc_now
from advisor.models.limits import lock, room_left
from advisor.web.forms import Refusal

_TOKEN_BYTES = 16


class NotOwner(Exception):  # noqa: N818
    """Whoever asks is no owner of the organisation, or not any more."""


class LastOwner(Refusal):
    """Nobody would be left who looks after the organisation."""

    def __init__(self) -> None:
        super().__init__(
            _("An organisation needs an owner, and there is no other one. Make somebody else an owner first.")
        )


@dataclass(frozen=True, slots=True)
class MembershipTerms:
    """What an owner chose for an invitation; ``address`` is where a letter takes it, "" where none does."""

    role: MemberRole
    whom: str
    address: str
    lifetime: timedelta


def make(session: Session, account_id: UUID, name: str, most: int, who: Actor) -> Organisation:
    """Make an organisation with one owner. Raises Refused where the account is in as many as one may be."""
    _check_room_for_another(session, account_id, most)
    organisation = Organisation(name=name)
    session.add(organisation)
    session.flush()
    session.add(Membership(organisation_id=organisation.id, account_id=account_id, role="owner"))
    audit(session, "organisation made", who=who, what=_label(organisation.id))
    return organisation


def rename(session: Session, organisation_id: UUID, name: str, who: Actor) -> None:
    """Give it another name. Raises NotOwner."""
    _as_owner(session, organisation_id, who)
    session.get_one(Organisation, organisation_id).name = name
    audit(session, "organisation renamed", who=who, what=_label(organisation_id))


def delete(session: Session, organisation_id: UUID, who: Actor) -> None:
    """Delete an organisation with everything that belongs to it. Raises NotOwner."""
    _as_owner(session, organisation_id, who)
    _delete(session, organisation_id, who)


def _delete(session: Session, organisation_id: UUID, who: Actor) -> None:
    delete_all_of(session, OrganisationOwner(organisation_id))
    session.delete(session.get_one(Organisation, organisation_id))
    audit(session, "organisation deleted", who=who, what=_label(organisation_id))


# ---- coming ------------------------------------------------------------------------------------------------------


def invite(session: Session, organisation_id: UUID, terms: MembershipTerms, most: int, who: Actor) -> str:
    """Make an invitation. Its secret is returned once; only its hash is stored. Raises NotOwner, and Refused.

    Where a letter brings it, the secret is "": another one is made when the letter is written.
    """
    by = _as_owner(session, organisation_id, who)
    if not room_left(session, f"invitations of {organisation_id}", open_invitations(organisation_id), most):
        raise Refusal(
            _("There are %(most)d invitations, which is as many as there may be. Revoke one first.", most=most)
        )
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    made = Invitation(
        organisation_id=organisation_id,
        account_id=by,
        token_hash=hash_of(token),
        role=terms.role,
        whom=terms.whom,
        expires_at=utc_now() + terms.lifetime,
    )
    session.add(made)
    session.flush()
    audit(session, "invitation made", who=who, what=f"invitation {made.id}")
    if terms.address:
        request_letter(session, terms.address, "invitation", str(made.id), account_id=by)
    return "" if terms.address else token


def new_secret(invitation: Invitation) -> str:
    """Make another secret for an invitation; the one before is worth nothing any more."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    invitation.token_hash = hash_of(token)
    return token


def revoke_invitation(session: Session, organisation_id: UUID, invitation_id: UUID, who: Actor) -> bool:
    """End an invitation, if it has not ended; False where the organisation has none. Raises NotOwner."""
    _as_owner(session, organisation_id, who)
    theirs = (Invitation.organisation_id == organisation_id, Invitation.id == invitation_id)
    found = session.scalars(select(Invitation).where(*theirs).with_for_update()).first()
    if found is not None and found.revoked_at is None and found.accepted_at is None:
        found.revoked_at = utc_now()
        audit(session, "invitation revoked", who=who, what=f"invitation {found.id}")
    return found is not None


def accept(session: Session, token: str, account_id: UUID, most_members: int, most: int, who: Actor) -> UUID | None:
    """Make the account a member by an invitation, which ends; gives the organisation, None where the link has ended.

    Whoever is a member already stays what they are, and the invitation can be used by somebody else. Raises Refused.
    """
    found = session.scalars(invitation_by_token(token)).first()
    if found is None:
        return None
    lock(session, *_subjects(found.organisation_id, account_id))
    still = invitation_by_token(token).execution_options(populate_existing=True)
    invitation = session.scalars(still.with_for_update(of=Invitation)).first()
    if invitation is None:
        return None
    organisation_id = invitation.organisation_id
    if _membership(session, organisation_id, account_id) is not None:
        return organisation_id
    members = select(Membership).where(Membership.organisation_id == organisation_id)
    if not room_left(session, f"members of {organisation_id}", members, most_members):
        raise Refusal(_("The organisation has %(most)d members, which is as many as it may have.", most=most_members))
    _check_room_for_another(session, account_id, most)
    session.add(Membership(organisation_id=organisation_id, account_id=account_id, role=invitation.role))
    invitation.accepted_at = utc_now()
    invitation.whom = ""  # it was of use in the list alone
    audit(session, "member joined", who=who, what=_label(organisation_id), after={"role": invitation.role})
    return organisation_id


def _check_room_for_another(session: Session, account_id: UUID, most: int) -> None:
    mine = select(Membership).where(Membership.account_id == account_id)
    if not room_left(session, _of_account(account_id), mine, most):
        raise Refusal(_("You are in %(most)d organisations, which is as many as one may be in.", most=most))


# ---- staying and leaving -----------------------------------------------------------------------------------------


def set_role(session: Session, organisation_id: UUID, account_id: UUID, role: MemberRole, who: Actor) -> bool:
    """Let a member be something else; False where there is none. Raises NotOwner and LastOwner."""
    _as_owner(session, organisation_id, who)
    member = _membership(session, organisation_id, account_id)
    if member is not None and member.role != role:
        if member.role == "owner":
            _keep_an_owner(session, organisation_id)
        before, member.role = member.role, role
        what = f"account {account_id}"
        audit(session, "member role changed", who=who, what=what, before={"role": before}, after={"role": role})
    return member is not None


def remove(session: Session, organisation_id: UUID, account_id: UUID, who: Actor) -> bool:
    """End a membership; False where there is none. Somebody else's needs an owner. Raises NotOwner and LastOwner."""
    if account_id == who.account_id:
        lock_organisation(session, organisation_id)
    else:
        _as_owner(session, organisation_id, who)
    member = _membership(session, organisation_id, account_id)
    if member is None:
        return False
    if member.role == "owner":
        _keep_an_owner(session, organisation_id)
    session.delete(member)
    audit(session, "member removed", who=who, what=f"account {account_id}")
    return True


def leave_all(session: Session, account: Account, who: Actor) -> None:
    """End every membership of an account that is about to be deleted; an organisation of nobody else goes as well.

    Raises LastOwner where others would be left without an owner.
    """
    mine = list(session.scalars(select(Membership).where(Membership.account_id == account.id)))
    lock(session, *(f"organisation {member.organisation_id}" for member in mine))
    for organisation_id, _name, others in session.execute(sole_ownerships(account.id)).all():
        if others:
            raise LastOwner
        _delete(session, organisation_id, who)


def _as_owner(session: Session, organisation_id: UUID, who: Actor) -> UUID:
    """The account that asks, which is an owner until the transaction ends. Raises NotOwner."""
    lock_organisation(session, organisation_id)
    member = _membership(session, organisation_id, who.account_id) if who.account_id else None
    if member is None or member.role != "owner":
        raise NotOwner
    return member.account_id


def _keep_an_owner(session: Session, organisation_id: UUID) -> None:
    if len(session.scalars(owners_of(organisation_id).limit(2)).all()) < 2:
        raise LastOwner


def _membership(session: Session, organisation_id: UUID, account_id: UUID) -> Membership | None:
    mine = (Membership.organisation_id == organisation_id, Membership.account_id == account_id)
    return session.scalars(select(Membership).where(*mine).execution_options(populate_existing=True)).first()


def _subjects(organisation_id: UUID, account_id: UUID) -> tuple[str, ...]:
    of_organisation = (f"organisation {organisation_id}", f"members of {organisation_id}")
    return (*of_organisation, _of_account(account_id))


def _of_account(account_id: UUID) -> str:
    return f"organisations of {account_id}"


def _label(organisation_id: UUID) -> str:
    return f"organisation {organisation_id}"
