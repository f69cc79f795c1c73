"""A decision held against the advice beside it: whether the advice has said what it says only since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.models import process_list
from advisor.models.assessment import Owner
from advisor.wording.verdict import verdicts_of


@dataclass(frozen=True, slots=True)
class Later:
    """Advice that is younger than the decision: since when it says this, and whether it said another thing before."""

    since: date
    has_changed: bool

    @property
    def words(self) -> str:
        """Of a decision: before what it was made."""
        since = format_date(self.since, "d MMMM yyyy")
        if self.has_changed:
            return str(_("before the advice changed on %(since)s", since=since))
        return str(_("before this advice was given on %(since)s", since=since))


def later_advice(session: Session, owner: Owner, decided: Mapping[UUID, date | None]) -> dict[UUID, Later]:
    """The advice that is younger than the decision, of these processes with the days of their decisions.

    What has no day, and what was decided on the advice as it stands, is left out. Reading takes time for each process
    that was advised on after its day, and none for the others.
    """
    days = {key: day for key, day in decided.items() if day is not None}
    found = {}
    for key, history in process_list.outcome_history(session, owner, days).items():
        now_said = verdicts_of(history[0][1])
        same = list(takewhile(lambda one, said=now_said: verdicts_of(one[1]) == said, history))  # type: ignore[misc]
        since = same[-1][0].date()
        if days[key] < since:
            found[key] = Later(since, has_changed=len(same) < len(history))
    return found
