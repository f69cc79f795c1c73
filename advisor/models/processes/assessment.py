"""A process that somebody asks about, its parts, the advice that was given, and notes to the admins about advice.

Every query of processes and advice names the owner: a browser without an account, an account, or an organisation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Select,
    Text,
    UniqueConstraint,
    Uuid,
    bindparam,
    event,
    func,
    select,
    tuple_,
)
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    Mapper,
    Session,
    UOWTransaction,
    joinedload,
    mapped_column,
    relationship,
    validates,
)

from advisor.engine.document.text import normalize_line
from advisor.engine.evaluation.packed_answers import layout_of
from advisor.engine.model.operators import Answer
from advisor.engine.model.rules import RuleSet
from advisor.models.base import Base, Unchangeable, hash_of, utc_now
from advisor.models.limits import room_left
from advisor.models.plain_select import PlainSelect
from advisor.models.rule_sets import rule_set_version as versions


@dataclass(frozen=True, slots=True)
class VisitorOwner:
    """A visitor without an account: the hash of the random key that only their cookie holds."""

    key_hash: str

    @property
    def hash(self) -> str:
        """The form in which one-time keys name this owner."""
        return self.key_hash

    @property
    def columns(self) -> dict[str, Any]:
        """What the columns that say whose an assessment is hold where it is theirs."""
        return {**_NOBODY, "visitor_key_hash": self.key_hash}


@dataclass(frozen=True, slots=True)
class AccountOwner:
    """Somebody who is signed in."""

    account_id: UUID

    @property
    def hash(self) -> str:
        """The form in which one-time keys name this owner."""
        return hash_of(f"account {self.account_id}")

    @property
    def columns(self) -> dict[str, Any]:
        """What the columns that say whose an assessment is hold where it is theirs."""
        return {**_NOBODY, "account_id": self.account_id}


@dataclass(frozen=True, slots=True)
class OrganisationOwner:
    """Several people together. Who of them may do what is asked before (``web.access.identity``), not by queries."""

    organisation_id: UUID

    @property
    def hash(self) -> str:
        """The form in which one-time keys name this owner."""
        return hash_of(f"organisation {self.organisation_id}")

    @property
    def columns(self) -> dict[str, Any]:
        """What the columns that say whose an assessment is hold where it is theirs."""
        return {**_NOBODY, "organisation_id": self.organisation_id}


_NOBODY: dict[str, Any] = {"visitor_key_hash": None, "account_id": None, "organisation_id": None}

Owner = VisitorOwner | AccountOwner | OrganisationOwner


class Assessment(Base):
    """One process of one owner, and the version of the rules that judges it."""

    __tablename__ = "assessment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    visitor_key_hash: Mapped[str | None] = mapped_column(index=True)
    """Whose it is while nobody has signed in. Of this and the next two, exactly one says whose it is."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    number: Mapped[int | None]
    """By which its owner knows it in the list: it stays, whatever becomes of others. A visitor's has none."""
    process_name: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Answers about the process as a whole, by question. Replace it: a value changed in place is not noticed."""
    answered_at: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pulled_apart: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Which pairs of answers that pull apart its owner has been shown, and when: each is shown once."""
    version_number: Mapped[int] = mapped_column(ForeignKey("rule_set_version.number"))
    row_version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    touched_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    decision: Mapped[str | None]
    """What its owner decided in the end, in the words of the advice ("bpo", "keep" …) or of their own."""
    decided_on: Mapped[date | None]
    notes: Mapped[str] = mapped_column(default="", server_default="")
    groups: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """The groups that its owner put it into, in their own words, each once. Replace it, as the answers."""
    look_again_on: Mapped[date | None]
    """The day on which its owner means to look at it again."""
    costs: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What its owner says that it costs, see ``advisor.engine.costs``. Replace it, as the answers."""
    kept_version: Mapped[int | None]
    """The newest version over which its owner chose to keep the advice as it is: they are not asked about it again."""
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it was put into the bin, from where it can be taken out again for 30 days."""
    packed: Mapped[bytes | None] = mapped_column(deferred=True)
    """The answers of all parts in a few bytes, see ``pack``; None where that cannot be, or was not done yet."""
    packed_for: Mapped[int | None] = mapped_column(deferred=True)
    """The row version that ``packed`` belongs to. Where it is another, what is packed is out of date."""

    parts: Mapped[list["Part"]] = relationship(
        back_populates="assessment",
        order_by="Part.position",
        lazy="selectin",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012

    @property
    def is_saved(self) -> bool:
        """Whether it is kept in an account or an organisation, and not for a visitor's thirty days alone."""
        return self.account_id is not None or self.organisation_id is not None

    @property
    def owner(self) -> Owner:
        """Whose it is."""
        if self.organisation_id is not None:
            return OrganisationOwner(self.organisation_id)
        if self.account_id is not None:
            return AccountOwner(self.account_id)
        return VisitorOwner(self.visitor_key_hash or "")

    @validates("process_name")
    def _in_stored_form(self, _column: str, name: str) -> str:
        # Names that were stored before are left as they are until they are written again: the advice given on them,
        # which never changes, names them so. Whatever compares, finds or sorts names goes by their keys.
        return normalize_line(name)

    @validates("groups")
    def _each_in_stored_form(self, _column: str, groups: Sequence[str]) -> list[str]:
        return [name for name in map(normalize_line, groups) if name]

    def touch(self) -> None:
        """Note that its owner used it: it is kept for another 30 days."""
        self.touched_at = utc_now()


class Part(Base):
    """A piece of the process with its own answers. A process in one piece has one part, without a name."""

    __tablename__ = "part"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(default="")
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answered_at: Mapped[dict[str, Any]] = mapped_column(default=dict)
    row_version: Mapped[int] = mapped_column()

    assessment: Mapped[Assessment] = relationship(back_populates="parts")

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012

    @validates("name")
    def _in_stored_form(self, _column: str, name: str) -> str:
        return normalize_line(name)


class RecommendationRecord(Base):
    """Advice as it was given, with the answers it used. Appended, never changed."""

    __tablename__ = "recommendation"
    __table_args__ = (UniqueConstraint("assessment_id", "sequence"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    """1, 2, 3 … within its assessment: order does not depend on the clock."""
    version_number: Mapped[int] = mapped_column(ForeignKey("rule_set_version.number"))
    process_name: Mapped[str]
    given: Mapped[dict[str, Any]]
    """The answers and parts that were judged."""
    result: Mapped[dict[str, Any]]
    """The whole advice with every text, so that it reads the same years later."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


@event.listens_for(RecommendationRecord, "before_update")
def _refuse(_mapper: Mapper[RecommendationRecord], _connection: object, _recommendation: RecommendationRecord) -> None:
    raise Unchangeable("Advice that was given is never changed.")


def belongs_to(owner: Owner) -> ColumnElement[bool]:
    """What the rows of that owner have in common."""
    return _owner_column(type(owner)) == owner_value(owner)


def _owner_column(kind: type[Owner]) -> InstrumentedAttribute[Any]:
    if kind is VisitorOwner:
        return Assessment.visitor_key_hash
    return Assessment.organisation_id if kind is OrganisationOwner else Assessment.account_id


def owner_value(owner: Owner) -> str | UUID:
    """What the column that says whose an assessment is holds where it is theirs."""
    if isinstance(owner, VisitorOwner):
        return owner.key_hash
    return owner.organisation_id if isinstance(owner, OrganisationOwner) else owner.account_id


def own_assessments(owner: Owner) -> Select[Assessment]:
    """The assessments of the owner, those used last first; what is in the bin is not among them."""
    return (
        select(Assessment)
        .where(belongs_to(owner), Assessment.deleted_at.is_(None))
        .order_by(Assessment.touched_at.desc(), Assessment.id)
    )


def lock_subject(owner: Owner) -> str:
    """What is locked while the owner's assessments are counted."""
    return f"assessments of {owner.hash}"


def assessment_room_left(session: Session, owner: Owner, most: int) -> int:
    """How many more assessments the owner may have; what is in the bin does not count."""
    return room_left(session, lock_subject(owner), own_assessments(owner), most)


def next_number(session: Session, owner: Owner) -> int | None:
    """The number that the next process of the owner gets, behind all others, those in the bin too; None for a visitor.

    Whoever stores it holds the lock of ``assessment_room_left``.
    """
    if isinstance(owner, VisitorOwner):
        return None
    return (session.scalar(select(func.max(Assessment.number)).where(belongs_to(owner))) or 0) + 1


def own_binned(owner: Owner) -> Select[Assessment]:
    """What the owner put into the bin, the latest first."""
    binned = (belongs_to(owner), Assessment.deleted_at.is_not(None))
    return select(Assessment).where(*binned).order_by(Assessment.deleted_at.desc(), Assessment.id)


def own_assessment(owner: Owner, assessment_id: UUID) -> Select[Assessment]:
    """That assessment, if it is the owner's; "not yours" and "not there" cannot be told apart."""
    return select(Assessment).where(belongs_to(owner), Assessment.deleted_at.is_(None), Assessment.id == assessment_id)


def find_own(session: Session, owner: Owner, assessment_id: UUID, since: datetime | None = None) -> Assessment | None:
    """The same, read; with ``since`` only if it was touched after that."""
    values = {"owner": owner_value(owner), "assessment": assessment_id, "since": since}
    chosen = _OWN if since is None else _OWN_SINCE
    return session.scalars(chosen[type(owner)], values).unique().first()


def find_latest_recommendation(session: Session, owner: Owner, assessment_id: UUID) -> RecommendationRecord | None:
    """The latest advice on that assessment, if it is the owner's and there is any."""
    values = {"owner": owner_value(owner), "assessment": assessment_id}
    return session.scalars(_LATEST[type(owner)], values).first()


def is_an_own(kind: type[Owner]) -> tuple[ColumnElement[bool], ...]:
    """What holds of the assessments outside the bin of an ``owner`` of that kind, who is a parameter."""
    return _is_of_owner(kind), Assessment.deleted_at.is_(None)


def is_own(kind: type[Owner]) -> tuple[ColumnElement[bool], ...]:
    """What holds of the ``assessment`` of an ``owner`` of that kind; both are parameters."""
    return *is_an_own(kind), Assessment.id == bindparam("assessment")


def _is_of_owner(kind: type[Owner]) -> ColumnElement[bool]:
    # The type is said: a column that refers to a table further down does not know its own yet.
    return _owner_column(kind) == bindparam("owner", type_=Text() if kind is VisitorOwner else Uuid())


def count_binned(session: Session, owner: Owner) -> int:
    """How many processes the owner has in the bin."""
    return int(_binned_query(type(owner)).rows_in(session, {"owner": owner_value(owner)})[0][0])  # type: ignore[arg-type]


@cache
def _binned_query(kind: type[Owner]) -> PlainSelect:
    return PlainSelect(select(func.count(Assessment.id)).where(_is_of_owner(kind), Assessment.deleted_at.is_not(None)))


# Every page of an owner asks these two: to put them together anew takes longer than to send them.
_OWNERS: tuple[type[Owner], ...] = (VisitorOwner, AccountOwner, OrganisationOwner)
_OWN = {kind: select(Assessment).where(*is_own(kind)).options(joinedload(Assessment.parts)) for kind in _OWNERS}
_OWN_SINCE = {kind: chosen.where(Assessment.touched_at > bindparam("since")) for kind, chosen in _OWN.items()}
_LATEST = {
    kind: select(RecommendationRecord)
    .join(Assessment, Assessment.id == RecommendationRecord.assessment_id)
    .where(*is_own(kind))
    .order_by(RecommendationRecord.sequence.desc())
    .limit(1)
    for kind in _OWNERS
}


def own_recommendations(owner: Owner, assessment_id: UUID) -> Select[RecommendationRecord]:
    """The advice given on that assessment, newest first, if it is the owner's."""
    return (
        select(RecommendationRecord)
        .join(Assessment, Assessment.id == RecommendationRecord.assessment_id)
        .where(belongs_to(owner), Assessment.deleted_at.is_(None), Assessment.id == assessment_id)
        .order_by(RecommendationRecord.sequence.desc())
    )


def own_latest_recommendations(owner: Owner) -> Select[RecommendationRecord]:
    """The latest advice on each of the owner's assessments."""
    latest = (
        select(RecommendationRecord.assessment_id, func.max(RecommendationRecord.sequence))
        .join(Assessment, Assessment.id == RecommendationRecord.assessment_id)
        .where(belongs_to(owner))
        .group_by(RecommendationRecord.assessment_id)
    )
    return select(RecommendationRecord).where(
        tuple_(RecommendationRecord.assessment_id, RecommendationRecord.sequence).in_(latest)
    )


def next_sequence(session: Session, assessment: Assessment) -> int:
    """The number that the next advice on this assessment gets."""
    last = select(func.max(RecommendationRecord.sequence)).where(RecommendationRecord.assessment_id == assessment.id)
    return (session.scalar(last) or 0) + 1


# ---- Keeps the answers of each assessment packed beside the JSON that is the truth, so that a million are read quickly


def pack(rules: RuleSet, answers: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> bytes | None:
    """The answers of every part together with those of the whole, by the layout of its version; None where that
    would lose something.
    """
    return layout_of(rules).pack([merge_answers(answers, own) for own in parts or ({},)])


def merge_answers(answers: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Answer]:
    """What a part is judged by, from what is stored as JSON, which has lists where the engine has tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in {**answers, **own}.items()}


@event.listens_for(Session, "before_flush")
def _pack_what_changed(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for assessment in dict.fromkeys(_changed_assessments(session)):
        rules = versions.rule_set(session, assessment.version_number)
        assessment.packed = pack(rules, assessment.answers or {}, [part.answers or {} for part in assessment.parts])
        # What the row version will be: it grows by one with each flush that changes the row, as this one does.
        assessment.packed_for = (assessment.row_version or 0) + 1


def _changed_assessments(session: Session) -> Iterator[Assessment]:
    for row in chain(session.new, session.dirty):
        if isinstance(row, Assessment | Part) and session.is_modified(row):
            assessment = row if isinstance(row, Assessment) else row.assessment
            if assessment is not None and assessment not in session.deleted:
                yield assessment
