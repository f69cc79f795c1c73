"""Processes that a browser holds in nobody's account: they come into one where their owner wants that, and can go back.

Nothing moves that the person was not asked about.
"""

from typing import Literal
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, delete
from sqlalchemy.orm import Session

from advisor.accounts import operations
from advisor.accounts.moves import NoRoom, move
from advisor.extensions import database
from advisor.models import Account, AccountOwner, Assessment, LoginSession, Opinion, Reminder, ShareLink, VisitorOwner
from advisor.models.audit import Actor, audit
from advisor.models.processes.assessment import own_assessments
from advisor.web.access import cookies, identity

ACCOUNT, BROWSER = "account", "browser"
"""Where they shall be after the sign-in."""

WhyLeft = Literal["nothing", "chosen", "unasked", "full"]
"""Why some stay in the browser: it was chosen, the form did not ask, or the account has no room for all of them.

"nothing" where none stays.
"""


def browser_owner() -> VisitorOwner | None:
    """Whose they are; None where this browser has none."""
    key_hash = cookies.visitor_hash()
    return VisitorOwner(key_hash) if key_hash else None


def process_names() -> list[str]:
    """Their names, those used last first."""
    owner = browser_owner()
    if owner is None:
        return []
    with database().read() as session:
        return [found.process_name for found in session.scalars(own_assessments(owner))]


def adopt_at_sign_in(session: Session, account: Account, login: LoginSession, wanted: str | None) -> WhyLeft:
    """Let them come along where ``wanted`` is ACCOUNT."""
    owner = browser_owner()
    if owner is None or session.scalars(own_assessments(owner).limit(1)).first() is None:
        return "nothing"
    if wanted != ACCOUNT:
        return "chosen" if wanted == BROWSER else "unasked"
    try:
        adopt(session, login, owner, operations.own_actor(account, identity.client_address()))
    except NoRoom:
        return "full"
    return "nothing"


def adopt(session: Session, login: LoginSession, visitor: VisitorOwner, who: Actor) -> None:
    """Let everything that a visitor has in this browser belong to the account of a sign-in. Raises NoRoom.

    The sign-in remembers what came along, so that the next page says so and it can be given back.
    """
    moved = move(session, own_assessments(visitor), visitor, AccountOwner(login.account_id))
    login.adopted = list(moved.values())
    login.came_along = [*login.came_along, *map(str, moved)]
    if moved:
        after = {"assessments": len(moved)}
        audit(session, "assessments adopted", who=who, what=f"account {login.account_id}", after=after)


def give_back(session: Session, login: LoginSession, visitor: VisitorOwner, who: Actor) -> None:
    """Let what came along with a sign-in belong to the visitor again; links to it end, and what others
    answered by them is deleted. Raises NoRoom.
    """
    moved = move(session, adopted_assessments(login), AccountOwner(login.account_id), visitor)
    # Nobody could revoke them there, and they must not lead anywhere again from another account.
    for links in (ShareLink, Opinion, Reminder):
        session.execute(delete(links).where(links.assessment_id.in_(moved)))
    login.came_along, login.adopted = [], []
    if moved:
        after = {"assessments": len(moved)}
        audit(session, "assessments given back", who=who, what=f"account {login.account_id}", after=after)


def adopted_assessments(login: LoginSession) -> Select[Assessment]:
    """What came along with a sign-in and is in the account still."""
    return own_assessments(AccountOwner(login.account_id)).where(Assessment.id.in_(map(UUID, login.came_along)))


def left_behind_sentence(left: str | None) -> str:
    """What to tell of those that stayed."""
    stays = _("They stay in this browser. They are here again when you sign out.")
    sentences = {"chosen": stays, "unasked": stays, "full": no_room_words()}
    return str(sentences.get(left or "", ""))


def no_room_words() -> str:
    """What to tell somebody whose account has no room for all of them."""
    most = current_app.config["ASSESSMENTS_PER_OWNER"]
    return str(
        _(
            "An account holds %(most)d processes at most, and yours has no room for all of these. They stay in this "
            "browser. Delete some in your account, then add them here.",
            most=most,
        )
    )
