"""The file with everything that is held about an account (P7)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.models import (
    Account,
    AccountOwner,
    ApiToken,
    Assessment,
    AuditEvent,
    Draft,
    Feedback,
    IdempotencyKey,
    LoginSession,
    MailOutbox,
    Part,
    RecommendationRecord,
    ResetToken,
    RuleSetVersion,
)
from advisor.models.address import canonical_email
from advisor.models.assessment import belongs_to
from advisor.models.audit import acts_about
from advisor.models.base import now

_LEFT_OUT = (
    "The fingerprints of your password, recovery codes, tokens, sign-ins and links, and the secret of your second "
    "factor: whoever had this file could try them.",
    "How often you tried to sign in during the last two days: it is counted under a fingerprint, without your name.",
)


def account_data(session: Session, account: Account) -> dict[str, Any]:
    """All that is held about an account, but for what proves it."""
    owner = AccountOwner(account.id)
    mine = select(Assessment).where(belongs_to(owner)).order_by(Assessment.created_at, Assessment.id)
    return {
        "product": "Outsourcing Advisor",
        "made_at": now().isoformat(),
        "left_out": list(_LEFT_OUT),
        "account": _account(account),
        "processes": [_process(session, assessment) for assessment in session.scalars(mine)],
        "notes_to_the_admins": [_note(note) for note in session.scalars(_of(Feedback, account))],
        "sign_ins": [_sign_in(login) for login in session.scalars(_of(LoginSession, account))],
        "tokens": [_token(token) for token in session.scalars(_of(ApiToken, account))],
        "links": [_link(link) for link in session.scalars(_of(ResetToken, account))],
        "letters_to_be_sent": _letters(session, account),
        "forms_sent": [
            {"sent": _time(key.created_at), "led_to": key.location}
            for key in session.scalars(select(IdempotencyKey).where(IdempotencyKey.owner_hash == owner.hash))
        ],
        "work_on_the_rules": _work(session, account),
        "record": [_act(event) for event in session.scalars(acts_about(account.id))],
    }


def _of(table: type[Any], account: Account) -> Any:
    return select(table).where(table.account_id == account.id).order_by(table.created_at)


def _account(account: Account) -> dict[str, Any]:
    return {
        "number": str(account.id),
        "email": account.email,
        "role": account.role,
        "created": _time(account.created_at),
        "address_confirmed": _time(account.confirmed_at),
        "disabled": _time(account.disabled_at),
        "second_factor": account.has_factor,
        "recovery_codes_left": len(account.recovery_codes),
    }


def _process(session: Session, assessment: Assessment) -> dict[str, Any]:
    advice = select(RecommendationRecord).where(RecommendationRecord.assessment_id == assessment.id)
    return {
        "number": str(assessment.id),
        "process": assessment.process_name,
        "created": _time(assessment.created_at),
        "last_touched": _time(assessment.touched_at),
        "deleted": _time(assessment.deleted_at),
        "rules_version": assessment.version_number,
        "kept_over_version": assessment.kept_version,
        "decision": assessment.decision,
        "decided_on": _time(assessment.decided_on),
        "notes": assessment.notes,
        "answers": assessment.answers,
        "answered_at": assessment.answered_at,
        "answers_that_pull_apart_shown": assessment.pulled_apart,
        "parts": [_part(part) for part in assessment.parts],
        "advice": [
            {
                "number": str(record.id),
                "given": _time(record.created_at),
                "process": record.process_name,
                "rules_version": record.version_number,
                "answers": record.given,
                "result": record.result,
            }
            for record in session.scalars(advice.order_by(RecommendationRecord.sequence))
        ],
    }


def _part(part: Part) -> dict[str, Any]:
    return {"number": str(part.id), "part": part.name, "answers": part.answers, "answered_at": part.answered_at}


def _note(note: Feedback) -> dict[str, Any]:
    return {
        "number": str(note.id),
        "sent": _time(note.created_at),
        "text": note.text,
        "answers": note.answers,
        "reasons": note.reasons,
        "rules_version": note.version,
        "status": note.status,
        "test_case": note.case_key,
    }


def _sign_in(login: LoginSession) -> dict[str, Any]:
    return {
        "number": str(login.id),
        "since": _time(login.created_at),
        "last_seen": _time(login.last_seen_at),
        "password_typed": _time(login.password_at),
        "ended": _time(login.ended_at),
        "browser": login.user_agent,
        "processes_that_came_along": login.adopted,
    }


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "number": str(token.id),
        "name": token.name,
        "begins": token.prefix,
        "created": _time(token.created_at),
        "last_used": _time(token.last_used_at),
        "expires": _time(token.expires_at),
        "revoked": _time(token.revoked_at),
    }


def _link(link: ResetToken) -> dict[str, Any]:
    made, used = _time(link.created_at), _time(link.used_at)
    return {"for": link.kind, "made": made, "used_or_ended": used, "new_address": link.address}


def _letters(session: Session, account: Account) -> list[dict[str, Any]]:
    """Those of the account, and those that somebody who was not signed in asked for with its address."""
    return [
        {"to": letter.to, "about": letter.kind, "asked": _time(letter.created_at), "leads_to": letter.next}
        for letter in session.scalars(select(MailOutbox).order_by(MailOutbox.created_at))
        if account.id == letter.account_id or canonical_email(letter.to) == account.email
    ]


def _work(session: Session, account: Account) -> dict[str, Any]:
    published = select(RuleSetVersion).where(RuleSetVersion.published_by == str(account.id))
    draft = session.scalars(select(Draft).where(Draft.updated_by == account.id)).first()
    return {
        "published": [
            {"version": version.number, "note": version.note, "on": _time(version.published_at)}
            for version in session.scalars(published.order_by(RuleSetVersion.number))
        ],
        "draft_last_changed": _time(draft.updated_at) if draft else None,
    }


def _act(event: AuditEvent) -> dict[str, Any]:
    return {
        "entry": event.sequence,
        "at": _time(event.at),
        "as": event.who,
        "from": event.from_where,
        "act": event.kind,
        "on": event.what,
        "before": event.before,
        "after": event.after,
        "why": event.why,
        "rules_version": event.version,
    }


def _time(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None
