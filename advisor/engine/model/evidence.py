"""Who said it, where, and what it is used for beside the rules: disagreements, tensions, guidance and risks."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from advisor.engine.model.questions import Condition
from advisor.engine.model.vocabulary import BriefSection, Outcome


class SourceKind(StrEnum):
    """A document that the rationale is drawn from, or general guidance beyond the documents."""

    DOCUMENT = "document"
    GUIDANCE = "guidance"


class Pull(StrEnum):
    """Which way a claim argues when a process fits it."""

    BPO = "bpo"
    KPO = "kpo"
    BOTH = "both"
    KEEP = "keep"
    EITHER = "either"
    LOCATION = "location"
    CONTEXT = "context"


class Firmness(StrEnum):
    """How firmly a source puts a claim: as the difference; usually, often, likely; one voice or one example."""

    FIRM = "firm"
    SOFT = "soft"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Source:
    """Where claims come from; ``links`` are the addresses at which it is public."""

    key: str
    title: str
    kind: SourceKind
    about: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a source says, in our words, and its place in the source.

    ``pull`` lists every way it argues; ``note`` says what a reader must know of its wording or reading;
    ``withdrawn`` gives the reason where it no longer counts; ``links`` are the addresses at which the source, or what
    we read of it, is public.
    """

    id: str
    source: str
    place: str
    text: str
    pull: tuple[Pull, ...]
    firmness: Firmness
    note: str = ""
    withdrawn: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """One side of a disagreement: what it says, and the claims that say so."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A topic on which the sources differ, and how the advice settles it.

    Told when all of ``when`` hold and, where ``outcomes`` are given, the advice or its kind is among them.
    """

    key: str
    topic: str
    views: tuple[View, ...]
    settled: str
    when: tuple[Condition, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two answers that pull apart: both may be true, and the visitor is asked to look again."""

    key: str
    when: tuple[Condition, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Guidance:
    """Something to do next. Told as a disagreement is; with no ``when`` and no ``outcomes``, always.

    Where it names a section of the ``brief`` for providers, it is a line there, and not told with the advice.
    """

    key: str
    title: str
    text: str
    sources: tuple[str, ...]
    when: tuple[Condition, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    brief: BriefSection | None = None


class Grade(StrEnum):
    """How firm the published ground of a risk is; declared from the firmest to the weakest."""

    FIRM = "firm"
    FAIR = "fair"
    THIN = "thin"


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that tends to go wrong with work like this, and what to do before signing. It never decides the advice.

    ``shows``, ``more`` and ``unless`` are groups of conditions; a group holds when all of its conditions do. The risk
    shows where a group of ``shows`` holds or the advice is among ``outcomes``, unless a group of ``unless`` holds; the
    more groups of ``more`` hold, the more it weighs. An unknown answer makes a group unknown, which is no holding.
    ``actions`` are what to do before signing, ``asks`` the questions that a brief puts to providers because of it.
    """

    key: str
    title: str
    happens: str
    shows: tuple[tuple[Condition, ...], ...]
    actions: tuple[str, ...]
    grade: Grade
    sources: tuple[str, ...]
    more: tuple[tuple[Condition, ...], ...] = ()
    unless: tuple[tuple[Condition, ...], ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    asks: tuple[str, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that it looks at."""
        return tuple(chain.from_iterable((*self.shows, *self.more, *self.unless)))
