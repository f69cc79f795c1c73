"""The processes of this browser that are in nobody's account, at the moment when somebody signs in."""

from typing import Literal

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.accounts import operations
from advisor.accounts.this_browser import adoption
from advisor.accounts.this_browser.adoption import NoRoom
from advisor.extensions import database
from advisor.models import Account, LoginSession, VisitorOwner
from advisor.models.assessment import own_assessments
from advisor.web import cookies, identity

ACCOUNT, BROWSER = "account", "browser"
"""Where they shall be after the sign-in."""

Left = Literal["nothing", "chosen", "unasked", "full"]
"""Why some stay in the browser: it was chosen, the form did not ask, or the account has no room for all of them."""


def here() -> VisitorOwner | None:
    """Whose they are; None where this browser has none."""
    key_hash = cookies.owner()
    return VisitorOwner(key_hash) if key_hash else None


def names() -> list[str]:
    """Their names, those used last first."""
    owner = here()
    if owner is None:
        return []
    with database().read() as session:
        return [found.process_name for found in session.scalars(own_assessments(owner))]


def settle(session: Session, account: Account, login: LoginSession, along: str | None) -> Left:
    """Let them come along where ``along`` is ACCOUNT. Nothing moves that the person was not asked about."""
    owner = here()
    if owner is None or session.scalars(own_assessments(owner).limit(1)).first() is None:
        return "nothing"
    if along != ACCOUNT:
        return "chosen" if along == BROWSER else "unasked"
    try:
        moved = adoption.adopt(
            session,
            account,
            owner,
            most=current_app.config["ASSESSMENTS_PER_OWNER"],
            who=operations.own_actor(account, identity.from_where()),
        )
    except NoRoom:
        return "full"
    adoption.note(login, moved)
    return "nothing"


def words(left: str | None) -> str:
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
