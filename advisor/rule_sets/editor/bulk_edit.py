"""Acts on several things of the draft at once: recorded as one, and taken back as one."""

from collections.abc import Callable

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from advisor.engine.document.numbers import whole_number
from advisor.engine.document.undo import taken_back
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.models import draft as drafts
from advisor.models.audit import Actor, AuditEvent, audit_events
from advisor.models.draft import NoDraft
from advisor.models.idempotency import idempotent
from advisor.rule_sets.workspace import who, write
from advisor.web import identity
from advisor.web.idempotency import attempt

ADDED, CHANGED = "draft added several", "draft changed several"
"""The kinds of these acts in the record."""

TAKEN_BACK = "draft taken back"


def change(
    session: Session,
    act: Callable[[RuleSet], RuleSet],
    *,
    kind: str,
    what: str,
    mark: str,
    url: Callable[[int], str],
) -> str:
    """Change the draft of that mark, once for each form, and give the address where that is shown.

    It is made from the number of the act in the record, 0 where nothing differs. Raises NoDraft and ChangedDraft; then
    nothing has changed.
    """

    def do() -> str:
        if not drafts.edit(session, identity.actor(), act, kind=kind, what=what, mark=mark):
            return url(0)
        return url(session.scalars(audit_events().where(AuditEvent.kind == kind).limit(1)).one().sequence)

    return idempotent(session, attempt(who()), do)


def done_just_now() -> int:
    """The act that the address says was done just now, 0 where there is none that can be taken back."""
    sequence = whole_number(request.args.get("done")) or 0
    with database().read() as session:
        return sequence if sequence and _entry(session, sequence) is not None else 0


def take_back_and_show(url: str) -> ResponseReturnValue:
    """Take back the act that the button names ("undo 57"), as far as nobody changed the same things since."""
    match (request.form.get("do") or "").split(" "):
        case ["undo", sent] if (sequence := whole_number(sent)) is not None:
            number = sequence
        case _:
            abort(400)
    try:
        write(lambda session: take_back(session, identity.actor(), number))
    except NoDraft:
        return redirect(url_for("rule_sets.home", gone=1), 303)
    return redirect(url, 303)


def take_back(session: Session, who: Actor, sequence: int) -> None:
    """Take back an act on several things; what was changed again since stays as it is. Raises NoDraft."""
    entry = _entry(session, sequence)
    if entry is None:
        return
    before, after = entry.before or {}, entry.after or {}
    drafts.edit(session, who, lambda rules: taken_back(rules, before, after), kind=TAKEN_BACK, what=entry.what)


def _entry(session: Session, sequence: int) -> AuditEvent | None:
    entry = session.get(AuditEvent, sequence) if 0 < sequence < 2**31 else None
    return entry if entry is not None and entry.kind in {ADDED, CHANGED} else None
