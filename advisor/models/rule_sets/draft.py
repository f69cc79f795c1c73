"""The one rule set that admins are working on: started from a version, edited thing by thing, published or discarded.

Every function here is one act inside a write transaction, which it records, and which the caller commits.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from advisor.engine.document.diff import Change, diff
from advisor.engine.document.document import dumps, to_plain
from advisor.engine.document.inverse import plain_changes
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.models.accounts.account import Account
from advisor.models.audit import Actor, AuditEvent, audit, audit_events
from advisor.models.base import Base, insert_if_absent, utc_now
from advisor.models.plain_select import Columns, PlainSelect
from advisor.models.rule_sets import item_comment as item_comments
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.proof import blocking_problems, examination_of
from advisor.models.rule_sets.rule_set_version import Approval, RuleSetVersion, cache_rules, fingerprint, parse_cached

NOTED = "draft note kept"
"""The kind of the acts that keep a note."""

PLANNED = ("approval asked for", "version planned")
"""The kinds of the acts that plan a version, for the words that it is to have, which the draft keeps as its note."""


class Draft(Base):
    """The draft. There is one, or none."""

    __tablename__ = "draft"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    document: Mapped[str]
    """JSON in the form of a rule set; what ``check`` finds in it may still have to be mended."""
    revision: Mapped[int] = mapped_column()
    base_version: Mapped[int] = mapped_column(ForeignKey("rule_set_version.number"))
    note: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def rule_set(self) -> RuleSet:
        """The rules of the draft."""
        return parse_cached(self.fingerprint, lambda: self.document)

    @property
    def fingerprint(self) -> str:
        """A fingerprint of what stands in the draft."""
        return fingerprint(self.document)

    def faults(self) -> tuple[Problem, ...]:
        """What is wrong with it; it can be published where nothing blocks."""
        return examination_of(self.document).problems


_COLUMNS = Columns(Draft)
_STORED = PlainSelect(select(*_COLUMNS.columns, Account.email).outerjoin(Account, Draft.updated_by == Account.id))


class NoDraft(LookupError):  # noqa: N818
    """There is no draft: it was published or discarded, or never started. ``in_force`` is the newest version."""

    def __init__(self, in_force: int) -> None:
        self.in_force = in_force
        super().__init__("There is no draft.")


class ChangedDraft(Exception):  # noqa: N818
    """The draft is not the one that was shown."""


class ChangedInForce(Exception):  # noqa: N818
    """Another version is in force than the one that was shown. ``number`` is the one in force."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"Version {number} is in force.")


class Unpublishable(Exception):  # noqa: N818
    """What is wrong with a rule set, some of which blocks."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def find_draft(session: Session) -> Draft | None:
    """The draft as it is, or None."""
    return session.get(Draft, 1)


def stored_draft(session: Session) -> tuple[Draft | None, str]:
    """The draft as it is stored, to be read alone, and the address of whoever changed it last, "" where unknown."""
    rows = _STORED.rows_in(session, {})
    if not rows:
        return None, ""
    *values, email = rows[0]
    return _COLUMNS.object_of(values), email or ""


def current_fingerprint(session: Session) -> str:
    """The fingerprint of the draft, which stays as it is until this transaction ends; "" where there is none."""
    draft = _lock_draft(session)
    return draft.fingerprint if draft is not None else ""


def start(session: Session, who: Actor) -> Draft:
    """The draft; where there is none, a copy of the version in force becomes it."""
    found = _lock_draft(session)
    if found is not None:
        return found
    base = versions.in_force(session)
    if _insert(session, who, base.number, dumps(versions.rule_set(session, base.number))):
        audit(session, "draft started", who=who, what="draft", version=base.number)
    return locked_draft(session)


def import_rules(session: Session, who: Actor, rules: RuleSet, expected: str) -> tuple[Change, ...]:
    """Put other rules in the place of the draft of that fingerprint; where there is none (expected ""), they become it.

    Gives what differs from the draft that was replaced, or else from the version in force. The record keeps the text
    of the draft that was replaced. Raises ChangedDraft where another draft is there than the one of that fingerprint,
    or none.
    """
    draft, document = _lock_draft(session), dumps(rules)
    if current_fingerprint(session) != expected:
        raise ChangedDraft
    replaced = draft.rule_set if draft else None
    base = draft.base_version if draft else versions.in_force(session).number
    changes = diff(replaced or versions.rule_set(session, base), rules)
    if draft is None:
        if not _insert(session, who, base, document):
            raise ChangedDraft
    else:
        if not changes:
            return ()
        draft.document = document
        draft.updated_at = utc_now()
        draft.updated_by = who.account_id
        session.flush()
    before = {"document": to_plain(replaced)} if replaced else None
    after = {"changes": len(changes), "sha256": fingerprint(document)}
    kept = plain_changes(replaced, rules, changes) if replaced else None
    audit(session, "draft imported", who=who, what="draft", before=before, after=after, version=base, changes=kept)
    return changes


def _insert(session: Session, who: Actor, base: int, document: str) -> bool:
    """Make the draft, unless another admin makes it at the same moment."""
    values = {
        "id": 1,
        "document": document,
        "revision": 1,
        "base_version": base,
        "note": "",
        "updated_at": utc_now(),
        "updated_by": who.account_id,
    }
    # Two admins may do so at the same moment: the second finds what the first made.
    return session.scalar(insert_if_absent(session, Draft).values(values).returning(Draft.id)) is not None


Summary = Callable[[RuleSet, RuleSet], tuple[object, object]]
"""What the record says of before and after, where that is not all that differs."""


def edit(
    session: Session,
    who: Actor,
    act: Callable[[RuleSet], RuleSet],
    *,
    kind: str,
    what: str,
    summary: Summary | None = None,
    expected: str = "",
) -> tuple[Change, ...]:
    """Apply a change to the present draft, whoever changed it meanwhile. ``act`` refuses by raising; give what differs.

    Raises NoDraft, and with an ``expected`` fingerprint ChangedDraft where the draft has another one.
    """
    draft = locked_draft(session)
    if expected and draft.fingerprint != expected:
        raise ChangedDraft
    before = draft.rule_set
    after = act(before)
    changes = diff(before, after)
    if not changes:
        return ()
    draft.document = dumps(after)
    cache_rules(draft.fingerprint, after)
    draft.updated_at = utc_now()
    draft.updated_by = who.account_id
    session.flush()
    item_comments.follow(session, changes)
    old, new = summary(before, after) if summary else (_changed_values(changes, "old"), _changed_values(changes, "new"))
    kept = plain_changes(before, after, changes)
    audit(session, kind, who=who, what=what, before=old, after=new, version=draft.base_version, changes=kept)
    return changes


def last_act(session: Session, kind: str) -> int:
    """The number of the last act of this kind."""
    return session.scalars(audit_events().where(AuditEvent.kind == kind).limit(1)).one().sequence


def save_note(session: Session, who: Actor, note: str) -> None:
    """Keep what is to be said on publishing, so that it can be written before everything is mended. Raises NoDraft.

    The record says for which state of the draft it was written, also where its words stay the same.
    """
    draft = locked_draft(session)
    before, draft.note = draft.note, note
    session.flush()
    noted = {"note": note, "mark": draft.fingerprint}
    audit(session, NOTED, who=who, what="draft", before={"note": before}, after=noted, version=draft.base_version)


def keep_planned_note(session: Session, note: str) -> None:
    """Keep the words of a plan with the draft that it plans; the record has them with the plan. Raises NoDraft."""
    locked_draft(session).note = note
    session.flush()


def note_fingerprint(session: Session, draft: Draft) -> str:
    """The fingerprint that the draft had when its note was written; "" where it has none."""
    if not draft.note:
        return ""
    written = audit_events().where(AuditEvent.what == "draft", AuditEvent.kind.in_((NOTED, *PLANNED)))
    last = session.scalars(written.limit(1)).first()
    if last is None or not last.after:
        return ""
    note, mark = (last.why, last.after["sha256"]) if last.kind in PLANNED else (last.after["note"], last.after["mark"])
    return str(mark) if note == draft.note else ""


def discard(session: Session, who: Actor, expected: str) -> None:
    """Throw the draft away. Raises NoDraft, and ChangedDraft where it is not the one of that fingerprint."""
    draft = locked_draft(session)
    if draft.fingerprint != expected:
        raise ChangedDraft
    base = versions.rule_set(session, draft.base_version)
    lost = diff(base, draft.rule_set)
    before = {"changes": len(lost), "document": to_plain(draft.rule_set)} if lost else None
    audit(session, "draft discarded", who=who, what="draft", before=before, version=draft.base_version)
    session.delete(draft)
    session.flush()


def publish(
    session: Session,
    who: Actor,
    note: str,
    *,
    expected: str,
    in_force: int,
    approval: Approval | None = None,
    asker: Actor | None = None,
) -> RuleSetVersion:
    """Publish the draft of that fingerprint as the next version, and end it. ``in_force`` is the one that it replaces.

    ``asker`` is who asked for it, where that may be somebody else: then it is their version.
    Raises NoDraft, ChangedDraft, ChangedInForce, Unpublishable and Unproven; then nothing has changed.
    """
    draft = locked_draft(session)
    if draft.fingerprint != expected:
        raise ChangedDraft
    if problems := blocking_problems(session, draft.document):
        raise Unpublishable(problems)
    document, base = draft.document, draft.base_version
    session.delete(draft)
    session.flush()
    kind = "rules published"
    published = _publish(
        session, who, kind, document, note, in_force=in_force, before=base, approval=approval, asker=asker
    )
    item_comments.keep_with_version(session, published.number)
    return published


def republish(
    session: Session,
    who: Actor,
    number: int,
    note: str,
    *,
    in_force: int,
    approval: Approval | None = None,
    asker: Actor | None = None,
) -> RuleSetVersion:
    """Publish a copy of a version under the next number. A draft under way stays, based on what it was based on.

    Raises LookupError, ChangedInForce, Unpublishable and Unproven; then nothing has changed.
    """
    row = versions.version(session, number)
    if row is None:
        raise LookupError(f"There is no version {number} of the rules.")
    if problems := blocking_problems(session, row.unaltered_document):
        raise Unpublishable(problems)
    kind = "rules brought back"
    return _publish(
        session, who, kind, row.document, note, in_force=in_force, before=number, approval=approval, asker=asker
    )


def _publish(
    session: Session,
    who: Actor,
    kind: str,
    document: str,
    note: str,
    *,
    in_force: int,
    before: int,
    approval: Approval | None,
    asker: Actor | None,
) -> RuleSetVersion:
    by = (asker or who).account_id
    published = versions.publish(session, document, note, str(by) if by else None, approval)
    if published.number != in_force + 1:
        raise ChangedInForce(published.number - 1)
    audit(
        session,
        kind,
        who=who,
        what=f"version {published.number}",
        before={"in force": in_force, "made from": before} | ({"asked by": str(by)} if by != who.account_id else {}),
        after={"in force": published.number, "sha256": published.sha256},
        version=published.number,
        why=note,
    )
    return published


def _lock_draft(session: Session) -> Draft | None:
    # On SQLite the write transaction is alone anyway.
    return session.get(Draft, 1, with_for_update=True, populate_existing=True)


def locked_draft(session: Session) -> Draft:
    """The draft, which nobody else changes before this transaction ends. Raises NoDraft."""
    draft = _lock_draft(session)
    if draft is None:
        raise NoDraft(versions.in_force(session).number)
    return draft


def _changed_values(changes: tuple[Change, ...], when: str) -> dict[str, object]:
    """Each thing that changed, as it was or as it is now; of one that only moved, its number in its list."""
    values: dict[str, object] = {}
    for change in changes:
        item, at = getattr(change, when), getattr(change, f"{when}_at")
        if item is None:
            continue
        place = f"{change.collection}/{change.key}"
        plain = to_plain(item)
        if isinstance(plain, dict) and change.fields:
            plain = {name: plain.get(name) for name in change.fields}
        values[place] = at + 1 if change.happened == "moved" else plain
    return values
