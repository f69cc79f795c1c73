"""The record of what was done, to be read, filtered and taken away as a sheet. Nothing here changes an entry."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from advisor.engine.document.text import sort_key, whole_number
from advisor.engine.model.rules import RuleSet
from advisor.exchange.sheets.writer import Table, write_csv, write_xlsx
from advisor.extensions import database
from advisor.links import link_to
from advisor.models import Account
from advisor.models import audit as record
from advisor.models.audit import ACTS, OWNERS_OWN, AuditEvent, audit_events, tells_of
from advisor.rule_sets.audit.act_sentences import asker_of, sentence_of_act
from advisor.rule_sets.audit.draft_history import actor_name, asker_name
from advisor.rule_sets.audit.former_items import former_rule_sets
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.editor.item_editors import item_or_none
from advisor.rule_sets.forms import DaysForm
from advisor.rule_sets.item_urls import item_url, path_of
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.web.access import identity, rate_limits
from advisor.web.days import read_day
from advisor.web.forms import ButtonForm, pressed_or_400
from advisor.wording.acts import kind_name
from advisor.wording.items import item_label

PAGE = 50
"""Entries on a page."""

_SHEETS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CELL = 32_000
"""Characters that a cell of a spreadsheet holds; what is longer (a whole draft that was discarded) is cut there."""

_SHOWN = 3_000
"""Characters of an entry as it is kept that a page shows: an act on hundreds of rules has hundreds of thousands."""

_FILTERS = ("kind", "who", "what", "since", "until")
_ACCOUNT = "account "
"""How an entry begins that names the account to which something was done."""


@bp.get("/admin/audit")
def audit() -> ResponseReturnValue:
    """Show who did what, when, where from and why, the latest first."""
    query = _query(request.args)
    days = DaysForm(request.args)
    is_read = days.validate()
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        found = list(session.scalars(_entries(query).limit(PAGE + 1))) if is_read else []
        people = _people(session)
        emails = _emails(session, found, query["what"])
        earlier = former_rule_sets(session, workspace, found[:PAGE])
        kinds = list(session.scalars(select(AuditEvent.kind).where(AuditEvent.kind.not_in(OWNERS_OWN)).distinct()))
    more = len(found) > PAGE
    kept: dict[str, Any] = {name: query[name] for name in _FILTERS if query[name]}
    return render_template(
        "rule_sets/audit/audit.html",
        form=days,
        button=ButtonForm(),
        rows=[
            _on_page(_row(event, emails)) | _entry_values(workspace, event, emails, earlier) for event in found[:PAGE]
        ],
        query=query,
        kept=kept,
        about=_subject(workspace, query["what"], emails, earlier),
        kinds=dict(sorted(((kind, kind_name(kind)) for kind in kinds), key=lambda named: sort_key(named[1]))),
        people=people,
        most=current_app.config["SHEET_ROWS"],
        older_url=url_for(".audit", **kept, before=found[PAGE - 1].sequence) if more else "",
        newest_url=url_for(".audit", **kept) if query["before"] else "",
    )


@bp.post("/admin/audit/sheet")
def audit_sheet() -> ResponseReturnValue:
    """Give the entries that a filter finds as a sheet, the latest first."""
    kind = request.form.get("format", "")
    if kind not in _SHEETS:
        abort(400)
    pressed_or_400()
    if reply := rate_limits.transferred_too_often():
        return reply
    query = _query(request.form)
    if not DaysForm(request.form).validate():
        abort(400)
    with database().write() as session:
        found = list(session.scalars(_entries(query).limit(current_app.config["SHEET_ROWS"])))
        emails = _emails(session, found)
        about = {"format": kind, "rows": len(found), **{name: query[name] for name in _FILTERS if query[name]}}
        record.audit(session, "record exported", who=identity.actor(), what="record", after=about)
    name = f"record-{datetime.now(UTC):%Y-%m-%d}.{kind}"
    table = Table(str(_("Who did what")), _head(), [_line(event, emails) for event in found])
    body = write_csv(table) if kind == "csv" else write_xlsx([table])
    return Response(body, content_type=_SHEETS[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _query(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: sent.get(name, "").strip()[:200] for name in (*_FILTERS, "before")}


def _entries(query: Mapping[str, str]) -> Select[AuditEvent]:
    entries = audit_events()
    if query["kind"]:
        entries = entries.where(AuditEvent.kind == query["kind"])
    if query["what"]:
        entries = entries.where(or_(AuditEvent.what == query["what"], tells_of(query["what"])))
    if query["who"]:
        account = _uuid(query["who"])
        entries = entries.where(AuditEvent.who == query["who"] if account is None else AuditEvent.account_id == account)
    if (since := read_day(query["since"])) is not None:
        entries = entries.where(AuditEvent.at >= datetime.combine(since, time(), UTC))
    if (until := read_day(query["until"])) is not None and until < date.max:
        entries = entries.where(AuditEvent.at < datetime.combine(until + timedelta(days=1), time(), UTC))
    if (before := whole_number(query["before"])) is not None:
        entries = entries.where(AuditEvent.sequence < before)
    return entries


def _row(event: AuditEvent, emails: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "at": event.at,
        "who": _address_of(event.account_id, emails),
        "role": event.who,
        "from_where": event.from_where,
        "kind": event.kind,
        "what": _name_accounts(event.what, emails),
        "before": _json(event.before),
        "after": _json(event.after),
        "why": event.why,
        "version": _version(event),
    }


def _version(event: AuditEvent) -> str:
    """Which version an act concerns; what was done to the draft was done to no version, so that is said."""
    if event.version is None:
        return ""
    words = _("Draft made from version %(n)s") if _is_of_draft(event) else _("Version %(n)s")
    return str(words % {"n": event.version})


def _is_of_draft(event: AuditEvent) -> bool:
    return event.kind.startswith("draft ") or (event.kind.startswith("impact run") and event.what == "draft")


def _on_page(row: dict[str, Any]) -> dict[str, Any]:
    """An entry with no more of the text before and after than is read on a page; ``is_cut`` says that there is more."""
    kept = {name: row[name][:_SHOWN] for name in ("before", "after")}
    return row | kept | {"is_cut": any(len(row[name]) > _SHOWN for name in kept)}


def _entry_values(
    workspace: DraftWorkspace, event: AuditEvent, emails: Mapping[UUID, str], earlier: Sequence[RuleSet]
) -> dict[str, Any]:
    """An entry in a sentence, the item that it is about and where that is found now, in a draft or without one."""
    what = _subject(workspace, event.what, emails, earlier)
    path = path_of(event.what)
    item = item_or_none(workspace.rules, path.collection, path.key) if path else None
    page = "edit_item" if item is not None and workspace.has_draft else "item_history"
    return {
        "sentence": sentence_of_act(
            workspace.rules, event, actor_name(event, emails), what, *earlier, asker=asker_name(event, emails)
        ),
        "about": item_label(workspace.rules, path.collection, path.key, *earlier) if path else what,
        "url": item_url(path.collection, path.key, page=page) if path else _url_of(event.what, emails),
        "only_url": url_for(".audit", what=event.what) if event.what else "",
    }


def _subject(workspace: DraftWorkspace, what: str, emails: Mapping[UUID, str], earlier: Sequence[RuleSet]) -> str:
    path = path_of(what)
    if path is None:
        return str(_("the draft")) if what == "draft" else _name_accounts(what, emails)
    label = item_label(workspace.rules, path.collection, path.key, *earlier)
    return str(_("the %(item)s", item=label))


def _head() -> list[str]:
    columns = (_("Entry"), _("When (UTC)"), _("Who"), _("As"), _("From where"), _("What was done"), _("To what"))
    return [str(name) for name in (*columns, _("Version"), _("Why"), _("Before"), _("After"))]


def _line(event: AuditEvent, emails: Mapping[UUID, str]) -> list[str | int | None]:
    row = _row(event, emails)
    at = f"{event.at:%Y-%m-%d %H:%M:%S}"
    if not _is_of_draft(event):
        row["version"] = event.version  # a number, by which a sheet can be sorted
    names = ("who", "role", "from_where", "kind", "what", "version", "why", "before", "after")
    return [event.sequence, at, *(_cut(row[name]) for name in names)]


def _cut(cell: str | int | None) -> str | int | None:
    return f"{cell[:_CELL]}…" if isinstance(cell, str) and len(cell) > _CELL else cell


def _json(value: Any) -> str:
    return "" if value in (None, {}) else json.dumps(value, ensure_ascii=False, indent=1)


def _address_of(account_id: UUID | None, emails: Mapping[UUID, str]) -> str:
    """The address of an account; of one that is gone, the beginning of the random number that the record keeps."""
    if account_id is None:
        return ""
    return emails.get(account_id) or str(_("deleted account %(number)s", number=str(account_id)[:8]))


def _name_accounts(what: str, emails: Mapping[UUID, str]) -> str:
    account = _account_in(what)
    return what if account is None else _address_of(account, emails)


def _url_of(what: str, emails: Mapping[UUID, str]) -> str:
    account = _account_in(what)
    return link_to("person", account_id=account) if account in emails else ""


def _account_in(what: str) -> UUID | None:
    return _uuid(what.removeprefix(_ACCOUNT)) if what.startswith(_ACCOUNT) else None


def _emails(session: Session, events: Iterable[AuditEvent], *more: str) -> dict[UUID, str]:
    """The addresses of the accounts that these entries name, as far as they are still there."""
    named = {account for it in events for account in (it.account_id, _account_in(it.what), asker_of(it))}
    wanted = (named | {_account_in(what) for what in more}) - {None}
    rows = session.execute(select(Account.id, Account.email).where(Account.id.in_(wanted)))
    return {row.id: row.email for row in rows}


def _people(session: Session) -> dict[str, str]:
    """Who can be filtered by: every account in the record, also one that is gone, and roles without one."""
    theirs = select(AuditEvent.account_id, Account.email).outerjoin(Account, Account.id == AuditEvent.account_id)
    seen = session.execute(theirs.where(AuditEvent.kind.in_(ACTS - OWNERS_OWN)).distinct()).all()
    named = {
        str(account): _address_of(account, {account: email} if email else {}) for account, email in seen if account
    }
    without = select(AuditEvent.who).where(AuditEvent.account_id.is_(None)).distinct()
    return {
        **dict(sorted(named.items(), key=lambda pair: sort_key(pair[1]))),
        **{role: role for role in sorted(session.scalars(without), key=sort_key)},
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
