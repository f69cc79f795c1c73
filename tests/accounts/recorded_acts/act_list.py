"""A list of acts, each with what its entry in the record says."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.accounts.recorded_acts.installation import Installation

Act = Callable[[Installation], None]


@dataclass(frozen=True)
class RecordedAct:
    """One way to do an act, and what its entry says."""

    kind: str
    act: Act
    who: str
    what: str = ""
    """A pattern; OWNER stands for the account of the owner."""
    also: tuple[str, ...] = ()
    """Other acts that are done on the way, in their order."""
    detail: frozenset[str] = field(default=frozenset())
    """What else the entry must say: before, after, why, version."""


class ActList(list[RecordedAct]):
    """Acts of one kind of person, or about one kind of thing."""

    def add(
        self, kind: str, who: str, what: str = "", also: tuple[str, ...] = (), detail: str = ""
    ) -> Callable[[Act], Act]:
        """Put an act into the list."""

        def keep(act: Act) -> Act:
            self.append(RecordedAct(kind, act, who, what, also, frozenset(detail.split())))
            return act

        return keep
