"""What a browser holds in nobody's account: it comes into an account where its owner wants that, and can go back."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, update
from sqlalchemy.orm import Session

from advisor.models import Account, AccountOwner, Assessment, LoginSession, Owner, VisitorOwner
from advisor.models.assessment import belongs_to, lock_subject, own_assessments, room_of
from advisor.models.audit import Actor, audit
from advisor.models.base import now
from advisor.models.limits import lock


class NoRoom(Exception):  # noqa: N818
    """Not all of it fits, so nothing was moved."""


def adopt(session: Session, account: Account, visitor_owner: VisitorOwner, *, most: int, who: Actor) -> dict[UUID, str]:
    """Let everything that a visitor has in this browser belong to the account. Returns the names by id.

    ``most`` is how many the account may have. Raises NoRoom.
    """
    moved = _move(session, own_assessments(visitor_owner), visitor_owner, AccountOwner(account.id), most)
    if moved:
        after = {"assessments": len(moved)}
        audit(session, "assessments adopted", who=who, what=f"account {account.id}", after=after)
    return moved


def give_back(
    session: Session, login: LoginSession, visitor_owner: VisitorOwner, *, most: int, who: Actor
) -> dict[UUID, str]:
    """Let what came along with a sign-in belong to the visitor again. Returns the names by id. Raises NoRoom."""
    moved = _move(session, came_along(login), AccountOwner(login.account_id), visitor_owner, most)
    login.came_along, login.adopted = [], []
    if moved:
        after = {"assessments": len(moved)}
        audit(session, "assessments given back", who=who, what=f"account {login.account_id}", after=after)
    return moved


def came_along(login: LoginSession) -> Select[Assessment]:
    """What came along with a sign-in and is in the account still."""
    return own_assessments(AccountOwner(login.account_id)).where(Assessment.id.in_(ids_of(login.came_along)))


def ids_of(stored: Iterable[str]) -> list[UUID]:
    """Ids as a sign-in stores them."""
    return [UUID(text) for text in stored]


def note(login: LoginSession, moved: dict[UUID, str]) -> None:
    """Remember with a sign-in what came along, so that the next page says so and it can be given back."""
    login.adopted = list(moved.values())
    login.came_along = [*login.came_along, *map(str, moved)]


def _move(session: Session, rows: Select[Assessment], giver: Owner, taker: Owner, most: int) -> dict[UUID, str]:
    lock(session, lock_subject(giver), lock_subject(taker))
    names = {row.id: row.process_name for row in session.scalars(rows)}
    if len(names) > room_of(session, taker, most):
        raise NoRoom
    # Not through the ORM: it is no new version of the answers, and must not clash with a save in another window.
    change = update(Assessment).where(belongs_to(giver), Assessment.id.in_(names)).returning(Assessment.id)
    is_visitor = isinstance(taker, VisitorOwner)
    values = {
        "visitor_key_hash": taker.key_hash if isinstance(taker, VisitorOwner) else None,
        "account_id": taker.account_id if isinstance(taker, AccountOwner) else None,
        **({"touched_at": now()} if is_visitor else {}),  # a visitor's are kept for 30 days from then
    }
    moved = set(session.scalars(change.values(**values).execution_options(synchronize_session=False)))
    return {key: name for key, name in names.items() if key in moved}
