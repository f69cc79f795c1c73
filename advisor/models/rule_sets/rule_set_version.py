"""Published rule sets: numbered from 1 without a gap, and never changed."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import NamedTuple, cast

from sqlalchemy import Select, bindparam, event, func, select, text
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from advisor.engine.document import document as rule_set_document
from advisor.engine.model.rules import RuleSet
from advisor.models.base import Base, Unchangeable, utc_now
from advisor.models.database import Database
from advisor.models.plain_select import PlainSelect

_KEPT_IN_MEMORY = 16

_lock = Lock()
_kept: OrderedDict[str, RuleSet] = OrderedDict()
"""The one that was wanted last stands at the end."""


@lru_cache(_KEPT_IN_MEMORY)
def fingerprint(document: str) -> str:
    """The fingerprint of a stored document, which may be long: worked out once for each."""
    return rule_set_document.sha256(document)


def parse_cached(sha256: str, document: Callable[[], str]) -> RuleSet:
    """The rules of the document of that fingerprint, which is read only where its rules are not kept."""
    with _lock:
        if sha256 in _kept:
            _kept.move_to_end(sha256)
            return _kept[sha256]
    return cache_rules(sha256, rule_set_document.parse(document()))


def rules_of(document: str) -> RuleSet:
    """The rules of a stored document."""
    return parse_cached(fingerprint(document), lambda: document)


def cache_rules(sha256: str, rules: RuleSet) -> RuleSet:
    """Keep the rules of a document, which was just read, or written from them."""
    with _lock:
        if _kept:
            rules = _sharing(rules, next(reversed(_kept.values())))
        _kept[sha256] = rules
        _kept.move_to_end(sha256)
        while len(_kept) > _KEPT_IN_MEMORY:
            _kept.popitem(last=False)
    return rules


def _sharing(rules: RuleSet, other: RuleSet) -> RuleSet:
    """The same rules, with the lists of another rule set where these are equal: they are long, and few differ."""
    equal = {
        field.name: items
        for field in fields(RuleSet)
        if (items := getattr(other, field.name)) == getattr(rules, field.name)
    }
    return replace(rules, **equal)


_HIGHEST_NUMBER = 2**31 - 1


class AlteredVersions(Exception):  # noqa: N818
    """Published documents are not what was published: their fingerprints differ. ``numbers`` are their versions."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = tuple(numbers)
        named = ", ".join(map(str, numbers))
        many = len(self.numbers) > 1
        super().__init__(
            f"The document{'s' if many else ''} of version{'s' if many else ''} {named} of the rules "
            f"{'are' if many else 'is'} not what was published: the SHA-256 differs."
        )


class RuleSetVersion(Base):
    """A published rule set. The highest number is in force, so no flag can say otherwise."""

    __tablename__ = "rule_set_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[str] = mapped_column(deferred=True)
    """JSON exactly as published; large, so loaded only where it is read."""
    sha256: Mapped[str]
    note: Mapped[str]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    """When another admin approved it; None where nobody had to."""

    @property
    def unaltered_document(self) -> str:
        """The document, after its fingerprint was worked out anew. Raises AlteredVersions."""
        if rule_set_document.sha256(self.document) != self.sha256:
            raise AlteredVersions([self.number])
        return self.document


@event.listens_for(RuleSetVersion, "before_update")
@event.listens_for(RuleSetVersion, "before_delete")
def _refuse(_mapper: Mapper[RuleSetVersion], _connection: object, version: RuleSetVersion) -> None:
    raise Unchangeable(f"Version {version.number} is published: it is never changed or deleted.")


def versions() -> Select[RuleSetVersion]:
    """Every version, newest first."""
    return select(RuleSetVersion).order_by(RuleSetVersion.number.desc())


class VersionStamp(NamedTuple):
    """What tells the version in force from every other that was or will be in force, in this database or another."""

    number: int
    sha256: str
    published_at: object  # as the driver gives it


_STAMP = "SELECT number, sha256, published_at FROM rule_set_version ORDER BY number DESC LIMIT 1"


def stamp_in_force(database: Database) -> VersionStamp | None:
    """Which version is in force, by the cheapest look there is; None where none was ever published."""
    row = database.read_row(_STAMP)
    return None if row is None else VersionStamp._make(row)


_NEWEST = select(RuleSetVersion).order_by(RuleSetVersion.number.desc()).limit(1)
_HIGHEST = PlainSelect(select(func.max(RuleSetVersion.number)))
_FINGERPRINT = PlainSelect(select(RuleSetVersion.sha256).where(RuleSetVersion.number == bindparam("number")))


def in_force(session: Session) -> RuleSetVersion:
    """The version that new assessments use. Raises LookupError where none was ever published."""
    found = session.scalars(_NEWEST).first()
    if found is None:
        raise _never_published()
    return found


def number_in_force(session: Session) -> int:
    """Its number alone. Raises LookupError as well."""
    (number,) = _HIGHEST.rows_in(session, {})[0]
    if number is None:
        raise _never_published()
    return cast(int, number)


def _never_published() -> LookupError:
    return LookupError("No rule set was ever published; `advisor migrate` publishes the starter rule set.")


def version(session: Session, number: int) -> RuleSetVersion | None:
    """The version of that number, or None."""
    found = session.get(RuleSetVersion, number) if 1 <= number <= _HIGHEST_NUMBER else None
    # A session forgets what nobody else holds, and would read it again each time.
    session.info.setdefault("versions", {})[number] = found
    return found


def published_as(session: Session, fingerprint: str, after: int) -> int | None:
    """The number under which a document of that SHA-256 was published later than version ``after``; None if never."""
    found = versions().where(RuleSetVersion.sha256 == fingerprint, RuleSetVersion.number > after)
    return session.scalars(found.with_only_columns(RuleSetVersion.number).limit(1)).first()


def is_mentioned(session: Session, key: str) -> bool:
    """Whether this key stands anywhere in a version that was ever published, whatever it is the key of there."""
    holds = RuleSetVersion.document.contains(f'"{key}"', autoescape=True)
    return session.scalar(select(RuleSetVersion.number).where(holds).limit(1)) is not None


class Approval(NamedTuple):
    """Which admin approved a version before it was published, and when."""

    account_id: str
    at: datetime


def publish(
    session: Session,
    document_text: str,
    note: str,
    published_by: str | None = None,
    approval: Approval | None = None,
) -> RuleSetVersion:
    """Publish a document under the next number. It must have been checked: what is stored here is in force at once."""
    _let_one_publish(session)
    highest = session.scalar(select(func.max(RuleSetVersion.number))) or 0
    published = RuleSetVersion(
        number=highest + 1,
        document=document_text,
        sha256=rule_set_document.sha256(document_text),
        note=note,
        published_by=published_by,
        published_at=utc_now(),
        approved_by=approval.account_id if approval else None,
        approved_at=approval.at if approval else None,
    )
    session.add(published)
    session.flush()
    return published


def publish_first(session: Session, document_text: str, note: str) -> RuleSetVersion | None:
    """Publish a document as version 1, unless there is a version already (then None)."""
    _let_one_publish(session)
    if session.scalar(select(func.count()).select_from(RuleSetVersion)):
        return None
    return publish(session, document_text, note)


def rule_set(session: Session, number: int | None = None) -> RuleSet:
    """The rules of a version, ready to use; of the one in force where no number is given.

    Raises LookupError, AlteredVersions.

    A version never changes, so each is read once per process and kept.
    """
    number = number_in_force(session) if number is None else number
    return parse_cached(_sha256_of(session, number), lambda: session.get_one(RuleSetVersion, number).unaltered_document)


def _sha256_of(session: Session, number: int) -> str:
    """The fingerprint of a version, which is looked up once for each session. Raises LookupError."""
    known: dict[int, str] = session.info.setdefault("versions by fingerprint", {})
    if number not in known:
        is_number = 1 <= number <= _HIGHEST_NUMBER
        # No flush: whoever writes an assessment asks while it is written.
        rows = _FINGERPRINT.rows_in(session, {"number": number}, flush=False) if is_number else []
        if not rows:
            raise LookupError(f"There is no version {number} of the rules.")
        known[number] = rows[0][0]
    return known[number]


def rules_in_force(database: Database) -> tuple[int, RuleSet]:
    """The number and the rules of the version in force, by one cheap look where its rules are kept.

    Raises LookupError, AlteredVersions.
    """
    stamp = stamp_in_force(database)
    if stamp is None:
        raise _never_published()

    def document() -> str:
        with database.read() as session:
            return session.get_one(RuleSetVersion, stamp.number).unaltered_document

    return stamp.number, parse_cached(stamp.sha256, document)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A version, and when it was live: from ``since`` on, until just before ``until`` (None: it is in force)."""

    row: RuleSetVersion
    since: datetime
    until: datetime | None


def lifetimes(session: Session) -> list[Lifetime]:
    """Every version with when it was live, newest first."""
    rows = list(session.scalars(versions()))
    ends = [None, *(row.published_at for row in rows)]
    return [Lifetime(row, row.published_at, until) for row, until in zip(rows, ends, strict=False)]


def live_between(found: Sequence[Lifetime], start: datetime, end: datetime) -> list[Lifetime]:
    """Those that were live at any moment from ``start`` until just before ``end``, newest first."""
    return [one for one in found if one.since < end and (one.until is None or one.until > start)]


def check_unaltered(session: Session) -> int:
    """Work out the fingerprint of every published document anew; give how many there are. Raises AlteredVersions."""
    chosen = select(RuleSetVersion.number, RuleSetVersion.sha256, RuleSetVersion.document)
    count, altered = 0, []
    for number, fingerprint, document in session.execute(chosen.order_by(RuleSetVersion.number)).yield_per(8):
        count += 1
        if rule_set_document.sha256(document) != fingerprint:
            altered.append(number)
    if altered:
        raise AlteredVersions(altered)
    return count


def _let_one_publish(session: Session) -> None:
    # On SQLite the write transaction is alone anyway. Readers go on reading on both.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE rule_set_version IN SHARE ROW EXCLUSIVE MODE"))
