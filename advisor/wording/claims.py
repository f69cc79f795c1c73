"""Claims as pages name them: with their place, how firmly they are put, and a link to the version that was used."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from advisor.engine.model.caching import Memo, cached_per_rule_set
from advisor.engine.model.evidence import Claim, SourceKind
from advisor.engine.model.rules import RuleSet
from advisor.links import link_root, link_to
from advisor.models import Database, RuleSetVersion
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.rule_set_version import VersionStamp
from advisor.wording.vocabulary import FIRMNESS


@dataclass(frozen=True, slots=True)
class Version:
    """The version of the rules that a page shows."""

    number: int
    published: datetime
    sum_url: str
    is_older: bool


@dataclass(frozen=True, slots=True)
class ClaimRef:
    """A claim as a page names it."""

    id: str
    url: str
    text: str
    place: str
    source: str
    firmness: str
    is_general: bool
    withdrawn: bool


_VIEWS_KEPT = 16


@cached_per_rule_set
def _refs_of(_rule_set: RuleSet) -> Memo[tuple[Any, ...], dict[str, ClaimRef]]:
    """The claims of a rule set as pages name them, by how it is viewed: they are the same for everybody."""
    return Memo(lambda _view: {}, _VIEWS_KEPT)


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of the rules, ready to be quoted.

    ``in_force`` says what has been withdrawn since. ``pinned`` links name the version, so that they show the same
    for ever; without it they lead to what is in force.
    """

    rule_set: RuleSet
    row: RuleSetVersion
    in_force: RuleSet
    in_force_row: RuleSetVersion
    pinned: bool = True

    @classmethod
    def of(cls, session: Session, number: int | None, *, pinned: bool = True) -> "VersionView":
        """Read a version; the one in force where no number is given. Raises LookupError."""
        latest = versions.in_force(session)
        row = latest if number is None else versions.version(session, number)
        if row is None:
            raise LookupError(f"There is no version {number} of the rules.")
        return cls._of_rows(session, row, latest, pinned=pinned)

    @classmethod
    def at(cls, database: Database, in_force: VersionStamp, number: int) -> "VersionView":
        """The same of a stored version, while the one of that stamp is in force. Each is read once and kept."""
        return _view_at(database, in_force, number)

    @classmethod
    def _of_rows(cls, session: Session, row: RuleSetVersion, latest: RuleSetVersion, *, pinned: bool) -> "VersionView":
        return cls(
            rule_set=versions.rule_set(session, row.number),
            row=row,
            in_force=versions.rule_set(session, latest.number),
            in_force_row=latest,
            pinned=pinned,
        )

    @property
    def number(self) -> int:
        """The number of the version."""
        return self.row.number

    @property
    def in_force_number(self) -> int:
        """The number of the version that is in force."""
        return self.in_force_row.number

    @property
    def current(self) -> "VersionView":
        """The version that is in force."""
        return replace(self, rule_set=self.in_force, row=self.in_force_row)

    @property
    def version(self) -> Version:
        """The version as a page names it."""
        return Version(
            number=self.number,
            published=self.row.published_at,
            sum_url=link_to("sum", number=self.link_number),
            is_older=self.number < self.in_force_number,
        )

    @property
    def link_number(self) -> int | None:
        """The number that links carry, None where they lead to what is in force."""
        return self.number if self.pinned else None

    def claim_url(self, claim_id: str) -> str:
        """Where a claim can be read."""
        return link_to("claim", claim_id=claim_id, number=self.link_number)

    def rule_url(self, key: str) -> str:
        """Where a rule can be read."""
        return link_to("rule", key=key, number=self.link_number)

    def refs(self, ids: Iterable[str]) -> list[ClaimRef]:
        """These claims, as a page names them."""
        kept, found = self._kept_refs(), []
        for claim_id in ids:
            if claim_id in kept:
                found.append(kept[claim_id])
            elif (claim := self.rule_set.claim(claim_id)) is not None:
                found.append(self._keep(claim))
        return found

    def ref(self, claim: Claim) -> ClaimRef:
        """One claim, as a page names it."""
        is_mine = self.rule_set.claim(claim.id) is claim
        return self.refs([claim.id])[0] if is_mine else self._make_ref(claim)

    def _kept_refs(self) -> dict[str, ClaimRef]:
        # What a claim is called and where it stands depends on the two versions, the kind of links and the root alone.
        root = link_root()
        view = (type(self), self.link_number, self.in_force_row.sha256, root)
        return {} if root is None else _refs_of(self.rule_set)[view]

    def _keep(self, claim: Claim) -> ClaimRef:
        made = self._kept_refs()[claim.id] = self._make_ref(claim)
        return made

    def _make_ref(self, claim: Claim) -> ClaimRef:
        source = self.rule_set.source(claim.source)
        return ClaimRef(
            id=claim.id,
            url=self.claim_url(claim.id),
            text=claim.text,
            place=claim.place,
            source=source.title if source else claim.source,
            firmness=str(FIRMNESS[claim.firmness].word),
            is_general=source is not None and source.kind is SourceKind.GUIDANCE,
            withdrawn=self.is_withdrawn(claim),
        )

    def is_withdrawn(self, claim: Claim) -> bool:
        """Whether the claim counts no longer in the version that is in force."""
        now = self.in_force.claim(claim.id)
        return bool(claim.withdrawn) or now is None or bool(now.withdrawn)


@lru_cache(_VIEWS_KEPT)
def _view_at(database: Database, in_force: VersionStamp, number: int) -> VersionView:
    with database.read() as session:
        row, latest = (session.get_one(RuleSetVersion, it) for it in (number, in_force.number))
        view = VersionView._of_rows(session, row, latest, pinned=True)
        for one in (row, latest):
            session.expire(one, ["document"])  # long, and read already
    return view
