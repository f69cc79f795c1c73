"""A list of acts, each with what its entry in the record says."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.accounts.deeds.world import World

Act = Callable[[World], None]


@dataclass(frozen=True)
class Deed:
    """One way to do an act, and what its entry says."""

    kind: str
    act: Act
    who: str
    what: str = ""
    """A pattern; OWNER stands for the account of the owner."""
    also: tuple[str, ...] = ()
    """Other acts that are done on the way, in their order."""
    told: frozenset[str] = field(default=frozenset())
    """What else the entry must say: before, after, why, version."""


class Deeds(list[Deed]):
    """Acts of one kind of person, or about one kind of thing."""

    def add(
        self, kind: str, who: str, what: str = "", also: tuple[str, ...] = (), told: str = ""
    ) -> Callable[[Act], Act]:
        """Put an act into the list."""

        def keep(act: Act) -> Act:
            self.append(Deed(kind, act, who, what, also, frozenset(told.split())))
            return act

        return keep
