"""The items of the draft that an admin opened last; whoever changes one has opened it.

They are kept with the account, so that they are the same on each machine: the collection and the key of each, and in
place of a number, which a move changes, the fingerprint of the item.
"""

from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from advisor.engine.document.document import NUMBERED, NoSuchItem, own_fingerprint_of
from advisor.engine.document.edit import find, find_by_fingerprint
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.models import Account, DatabaseUnavailable
from advisor.models.plain_select import PlainSelect
from advisor.web.access import identity
from advisor.web.logs import log

MOST = 10
"""Items that are remembered."""


def note_opened(collection: str, key: str, item: Any) -> None:
    """Remember that whoever asks opened an item. The page is shown all the same where that cannot be written now."""
    account_id = identity.own_account_id()
    opened = [collection, own_fingerprint_of(item) if collection in NUMBERED else key]
    mine = Account.id == account_id
    try:
        with database().read() as session:
            if _stored_items(session)[:1] == [opened]:
                return
        with database().write() as session:
            others = [one for one in _stored_items(session) if one != opened]
            session.execute(update(Account).where(mine).values(recent_items=[opened, *others][:MOST]))
    except DatabaseUnavailable:
        log.warning("not noted that an item was opened")


def recent_items(session: Session, rules: RuleSet) -> list[tuple[str, str]]:
    """The collection and the key, or number, of what whoever asks opened last, without what was removed since."""
    found = []
    for collection, opened in _stored_items(session):
        try:
            if collection in NUMBERED:
                key = find_by_fingerprint(rules, collection, opened)
            else:
                find(rules, collection, opened)
                key = opened
        except NoSuchItem:
            continue
        if key is not None:
            found.append((collection, key))
    return found


def _stored_items(session: Session) -> list[list[str]]:
    rows = _RECENT.rows_in(session, {"account_id": identity.own_account_id()})
    return (rows[0][0] if rows else None) or []


_RECENT = PlainSelect(select(Account.recent_items).where(Account.id == bindparam("account_id")))
