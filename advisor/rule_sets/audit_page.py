"""The record of what was done, to be read and filtered. Nothing here changes it."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from advisor.engine.things import KINDS
from advisor.extensions import database
from advisor.models import Account
from advisor.models.audit import AuditEvent, audit_events
from advisor.rule_sets.places import place_of, thing_url

PAGE = 50
"""Entries on a page."""


def add_to(bp: Blueprint) -> None:
    """Add this page to the activity."""
    bp.add_url_rule("/admin/audit", view_func=audit)


def audit() -> ResponseReturnValue:
    """Show who did what, when, where from and why, the latest first."""
    wish = {name: request.args.get(name, "").strip() for name in ("kind", "who", "what", "since", "until", "before")}
    faults = {
        name: _("Enter a day, such as 2026-11-22")
        for name in ("since", "until")
        if wish[name] and _day(wish[name]) is None
    }
    with database().read() as session:
        found = list(session.scalars(_wanted(wish).limit(PAGE + 1)))
        accounts = {account.id: account.email_shown for account in session.scalars(select(Account))}
        kinds = list(session.scalars(select(AuditEvent.kind).distinct().order_by(AuditEvent.kind)))
        people = _people(session, accounts)
    more = len(found) > PAGE
    kept: dict[str, Any] = {name: value for name, value in wish.items() if value and name != "before"}
    return render_template(
        "rule_sets/audit.html",
        rows=[_row(event, accounts) for event in found[:PAGE]],
        wish=wish,
        faults=faults,
        kinds=kinds,
        people=people,
        is_filtered=bool(kept),
        older_url=url_for(".audit", **kept, before=found[PAGE - 1].sequence) if more else "",
        newest_url=url_for(".audit", **kept) if wish["before"] else "",
    )


def _wanted(wish: Mapping[str, str]) -> Select[AuditEvent]:
    query = audit_events()
    if wish["kind"]:
        query = query.where(AuditEvent.kind == wish["kind"])
    if wish["what"]:
        query = query.where(AuditEvent.what == wish["what"])
    if wish["who"]:
        account = _uuid(wish["who"])
        query = query.where(AuditEvent.who == wish["who"] if account is None else AuditEvent.account_id == account)
    if (since := _day(wish["since"])) is not None:
        query = query.where(AuditEvent.at >= datetime.combine(since, time(), UTC))
    if (until := _day(wish["until"])) is not None:
        query = query.where(AuditEvent.at < datetime.combine(until + timedelta(days=1), time(), UTC))
    if wish["before"].isascii() and wish["before"].isdecimal() and len(wish["before"]) < 10:
        query = query.where(AuditEvent.sequence < int(wish["before"]))
    return query


def _row(event: AuditEvent, accounts: Mapping[UUID, str]) -> dict[str, Any]:
    gone = _("an account that was deleted") if event.account_id else ""
    who = accounts.get(event.account_id, gone) if event.account_id else gone
    place = place_of(event.what) if event.what.split("/")[0] in KINDS else None
    return {
        "sequence": event.sequence,
        "at": event.at,
        "who": who,
        "role": event.who,
        "from_where": event.from_where,
        "kind": event.kind,
        "what": event.what,
        "url": thing_url(place.in_list, place.key) if place else "",
        "before": _told(event.before),
        "after": _told(event.after),
        "why": event.why,
        "version": event.version,
    }


def _told(value: Any) -> str:
    return "" if value in (None, {}) else json.dumps(value, ensure_ascii=False, indent=1)


def _people(session: Session, accounts: Mapping[UUID, str]) -> dict[str, str]:
    """Who can be filtered by: everybody in the record whose account is still there, and roles without one."""
    seen = session.execute(select(AuditEvent.account_id, AuditEvent.who).distinct()).all()
    named = {str(account): accounts[account] for account, _role in seen if account and account in accounts}
    roles = {role: role for account, role in seen if account is None}
    return {**dict(sorted(named.items(), key=lambda pair: pair[1])), **roles}


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1990 < found.year < 9999 else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
