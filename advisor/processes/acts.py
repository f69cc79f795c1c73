"""Who did what to a process of an organisation, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from advisor.models.accounts.organisation import acts_on

SHOWN_LIMIT = 200
"""Acts on the page of the history; the newest."""

_WORDS: Mapping[str, object] = {
    "begun": _l("described it"),
    "moved here": _l("moved it here"),
    "renamed": _l("changed the name"),
    "answered": _l("changed answers"),
    "decided": _l("noted a decision"),
    "costs": _l("changed the costs"),
    "grouped": _l("changed its groups"),
    "look again": _l("set the day to look again"),
    "newer rules": _l("moved it to newer rules"),
    "older rules kept": _l("kept the older rules"),
    "binned": _l("deleted it"),
    "put back": _l("put it back"),
    "share_link": _l("made or revoked a link"),
    "opinion": _l("asked for a second opinion, or ended one"),
    "agreed_answers": _l("settled on one set of answers"),
    "brief_version": _l("saved the brief for providers"),
}


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act."""

    who: str
    words: str
    at: datetime


def act_rows(session: Session, assessment_id: UUID) -> tuple[list[ActRow], dict[int | None, str]]:
    """The acts, the latest first; and who gave each advice, by its place in the history."""
    rows: list[ActRow] = []
    by: dict[int | None, str] = {}
    for act, email in session.execute(acts_on(assessment_id).limit(SHOWN_LIMIT)):
        who = email or str(_("a former member"))
        if act.kind == "advised":
            by[act.sequence] = who
        else:
            words = str(_WORDS.get(act.kind) or _("changed what belongs to it"))
            rows.append(ActRow(who, words, act.at))
    return rows, by
