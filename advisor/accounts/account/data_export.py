"""The file with everything that is held about an account (P7)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from advisor.models import (
    AcceptedWarning,
    Account,
    AccountOwner,
    ApiToken,
    Assessment,
    BriefVersion,
    Comment,
    Draft,
    Feedback,
    IdempotencyKey,
    Invitation,
    ItemComment,
    ItemThread,
    LoginSession,
    MailOutbox,
    Membership,
    OpenItem,
    Opinion,
    Organisation,
    PlannedVersion,
    ProcessAct,
    ProcessImport,
    RecommendationRecord,
    ResetToken,
    RuleSetVersion,
    ShareLink,
)
from advisor.models.accounts.address import canonical_email
from advisor.models.audit import acts_about
from advisor.models.base import utc_now
from advisor.models.processes.assessment import belongs_to
from advisor.models.processes.opinion import agreements_of
from advisor.models.processes.reminder import wishes_of
from advisor.models.rule_sets.unsaved_form import unsaved_forms

_LEFT_OUT = (
    "The fingerprints of your password, recovery codes, tokens, sign-ins and links, and the secret of your second "
    "factor: whoever had this file could try them.",
    "What somebody whom you asked for a second opinion has answered and not handed in: it is theirs until then.",
    "How often you tried to sign in during the last two days: it is counted under a fingerprint, without your name.",
)


_PROCESS = {
    "number": "id",
    "number_in_the_list": "number",
    "process": "process_name",
    "created": "created_at",
    "last_touched": "touched_at",
    "deleted": "deleted_at",
    "rules_version": "version_number",
    "kept_over_version": "kept_version",
    "decision": "decision",
    "decided_on": "decided_on",
    "notes": "notes",
    "groups": "groups",
    "look_again_on": "look_again_on",
    "costs": "costs",
    "answers": "answers",
    "answered_at": "answered_at",
    "answers_that_pull_apart_shown": "pulled_apart",
}
_PART = {"number": "id", "part": "name", "answers": "answers", "answered_at": "answered_at"}
_ADVICE = {
    "number": "id",
    "given": "created_at",
    "process": "process_name",
    "rules_version": "version_number",
    "answers": "given",
    "result": "result",
}
_OPINION = {
    "number": "id",
    "number_in_the_process": "number",
    "who": "name",
    "they_read_that_asks": "asked_by",
    "they_read_as_the_process": "process_name",
    "asked_under_version": "version_number",
    "asked": "created_at",
    "works_until": "expires_at",
    "revoked": "revoked_at",
    "last_opened": "last_opened_at",
    "handed_in": "handed_in_at",
    "deleted_by_them": "withdrawn_at",
    "settled": "settled_at",
}
_HANDED_IN = {"answers": "answers", "answered_at": "answered_at", "parts": "parts"}
_SETTLED = {
    "number": "id",
    "settled": "created_at",
    "with": "names",
    "advice": "sequence",
    "taken_over": "taken",
    "note": "note",
}
_BRIEF = {"number": "id", "version": "number", "saved": "created_at", "of_advice": "advice", "content": "content"}
_NOTE = {
    "number": "id",
    "sent": "created_at",
    "text": "text",
    "answers": "answers",
    "reasons": "reasons",
    "rules_version": "version",
    "status": "status",
    "test_case": "case_key",
}
_SIGN_IN = {
    "number": "id",
    "since": "created_at",
    "last_seen": "last_seen_at",
    "password_typed": "password_at",
    "ended": "ended_at",
    "browser": "user_agent",
    "processes_that_came_along": "adopted",
}
_TOKEN = {
    "number": "id",
    "name": "name",
    "begins": "prefix",
    "created": "created_at",
    "last_used": "last_used_at",
    "expires": "expires_at",
    "revoked": "revoked_at",
}
_SHARED = {
    "number": "id",
    "process": "assessment_id",
    "processes": "process_ids",
    "shows": "kind",
    "version_of_the_brief": "brief_number",
    "names_the_process": "with_name",
    "note": "note",
    "made": "created_at",
    "works_until": "expires_at",
    "revoked": "revoked_at",
    "last_opened": "last_opened_at",
}
_REMINDER = {"number": "id", "process": "assessment_id", "told_of": "told_of"}
_COMMENT = {
    "number": "id",
    "process": "assessment_id",
    "on": "section",
    "text": "text",
    "written": "created_at",
    "changed": "changed_at",
    "removed": "removed_at",
}
_ACCEPTED = {
    "number": "about",
    "on": "place",
    "warning": "text",
    "rested_on": "rests_on",
    "reason": "reason",
    "accepted": "accepted_at",
}
_ITEM_COMMENT = {
    "number": "id",
    "thread": "thread_id",
    "text": "text",
    "written": "created_at",
    "deleted": "removed_at",
}
_ITEM_THREAD = {
    "number": "id",
    "list": "collection",
    "on": "key",
    "which_said": "title",
    "begun": "created_at",
    "rules_version": "version",
    "settled": "settled_at",
}
_UNSAVED = {
    "list": "collection",
    "on": "key",
    "which_said": "title",
    "fields": "fields",
    "typed": "typed_at",
}
_OPEN_ITEM = {"list": "collection", "on": "key", "opened": "opened_at", "seen": "seen_at"}
_LIST = {
    "number": "id",
    "organisation": "organisation_id",
    "file": "file",
    "sent": "created_at",
    "what_was_read": "preview",
    "brought_in": "brought_at",
    "undone": "undone_at",
    "processes": "processes",
}
_MEMBERSHIP = {"number": "id", "organisation": "organisation_id", "role": "role", "since": "created_at"}
_INVITATION = {
    "number": "id",
    "organisation": "organisation_id",
    "for": "whom",
    "role": "role",
    "made": "created_at",
    "works_until": "expires_at",
    "accepted": "accepted_at",
    "revoked": "revoked_at",
}
_PROCESS_ACT = {"number": "id", "process": "assessment_id", "act": "kind", "advice": "sequence", "at": "at"}
_LINK = {"for": "kind", "made": "created_at", "used_or_ended": "used_at", "new_address": "address"}
_LETTER = {"to": "to", "about": "kind", "asked": "created_at", "leads_to": "next"}
_FORM = {"sent": "created_at", "led_to": "location"}
_ACT = {
    "entry": "sequence",
    "at": "at",
    "as": "who",
    "from": "from_where",
    "act": "kind",
    "on": "what",
    "before": "before",
    "after": "after",
    "why": "why",
    "rules_version": "version",
}
_ACCOUNT = {
    "number": "id",
    "email": "email",
    "role": "role",
    "created": "created_at",
    "address_confirmed": "confirmed_at",
    "disabled": "disabled_at",
    "second_factor": "has_factor",
    "items_of_the_rules_opened_last": "recent_items",
}
_PUBLISHED = {"version": "number", "note": "note", "on": "published_at", "approved": "approved_at"}

_PLANNED = {
    "replaces_version": "in_force",
    "brings_back_version": "comes_back",
    "note": "note",
    "asked_for": "asked_at",
    "comes_into_force": "due_at",
    "approved": "approved_at",
    "failure": "failure",
}


def account_data(session: Session, account: Account) -> dict[str, Any]:
    """All that is held about an account, but for what proves it."""
    owner = AccountOwner(account.id)
    processes = select(Assessment).where(belongs_to(owner)).order_by(Assessment.created_at, Assessment.id)
    forms = select(IdempotencyKey).where(IdempotencyKey.owner_hash == owner.hash)
    return {
        "product": "Outsourcing Advisor",
        "made_at": utc_now().isoformat(),
        "left_out": list(_LEFT_OUT),
        "account": {**_document(account, _ACCOUNT), "recovery_codes_left": len(account.recovery_codes)},
        "processes": [_process(session, assessment) for assessment in session.scalars(processes)],
        "notes_to_the_admins": _documents(session.scalars(_rows_of(Feedback, account)), _NOTE),
        "sign_ins": _documents(session.scalars(_rows_of(LoginSession, account)), _SIGN_IN),
        "tokens": _documents(session.scalars(_rows_of(ApiToken, account)), _TOKEN),
        "links_to_results": _documents(session.scalars(_rows_of(ShareLink, account)), _SHARED),
        "comments": _documents(session.scalars(_comments(account)), _COMMENT),
        "reminders_by_mail": _documents(session.scalars(wishes_of(account.id)), _REMINDER),
        "lists_brought_in": _documents(session.scalars(_rows_of(ProcessImport, account)), _LIST),
        "organisations": _memberships(session, account),
        "invitations": _documents(session.scalars(_rows_of(Invitation, account)), _INVITATION),
        "done_in_organisations": _documents(session.scalars(_acts(account)), _PROCESS_ACT),
        "links": _documents(session.scalars(_rows_of(ResetToken, account)), _LINK),
        "letters_to_be_sent": _documents(_letters(session, account), _LETTER),
        "forms_sent": _documents(session.scalars(forms), _FORM),
        "work_on_the_rules": _work(session, account),
        "record": _documents(session.scalars(acts_about(account.id)), _ACT),
    }


def _document(row: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """Each attribute of a row under the name that the file has for it."""
    return {name: _plain(getattr(row, attribute)) for name, attribute in names.items()}


def _documents(rows: Iterable[Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [_document(row, names) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _rows_of(table: type[Any], account: Account) -> Any:
    return select(table).where(table.account_id == account.id).order_by(table.created_at)


def _process(session: Session, assessment: Assessment) -> dict[str, Any]:
    advice = select(RecommendationRecord).where(RecommendationRecord.assessment_id == assessment.id)
    opinions = select(Opinion).where(Opinion.assessment_id == assessment.id)
    briefs = select(BriefVersion).where(BriefVersion.assessment_id == assessment.id)
    return {
        **_document(assessment, _PROCESS),
        "parts": _documents(assessment.parts, _PART),
        "advice": _documents(session.scalars(advice.order_by(RecommendationRecord.sequence)), _ADVICE),
        "second_opinions": [_opinion(one) for one in session.scalars(opinions.order_by(Opinion.number))],
        "settled": _documents(session.scalars(agreements_of(assessment.id)), _SETTLED),
        "brief_for_providers": _documents(session.scalars(briefs.order_by(BriefVersion.number)), _BRIEF),
    }


def _opinion(opinion: Opinion) -> dict[str, Any]:
    """What others answer is theirs alone until they hand it in."""
    return {**_document(opinion, _OPINION), **(_document(opinion, _HANDED_IN) if opinion.handed_in_at else {})}


def _memberships(session: Session, account: Account) -> list[dict[str, Any]]:
    found = select(Membership, Organisation.name).join(Organisation, Organisation.id == Membership.organisation_id)
    mine = found.where(Membership.account_id == account.id).order_by(Membership.created_at)
    return [{**_document(membership, _MEMBERSHIP), "name": name} for membership, name in session.execute(mine)]


def _acts(account: Account) -> Select[ProcessAct]:
    return select(ProcessAct).where(ProcessAct.account_id == account.id).order_by(ProcessAct.id)


def _comments(account: Account) -> Select[Comment]:
    """Those that the account wrote, and those on its own processes."""
    mine = select(Assessment.id).where(belongs_to(AccountOwner(account.id)))
    about = or_(Comment.account_id == account.id, Comment.assessment_id.in_(mine))
    return select(Comment).where(about).order_by(Comment.created_at, Comment.id)


def _letters(session: Session, account: Account) -> list[MailOutbox]:
    """Those of the account, and those that somebody who was not signed in asked for with its address."""
    return [
        letter
        for letter in session.scalars(select(MailOutbox).order_by(MailOutbox.created_at))
        if account.id == letter.account_id or canonical_email(letter.to) == account.email
    ]


def _work(session: Session, account: Account) -> dict[str, Any]:
    published = select(RuleSetVersion).where(
        or_(RuleSetVersion.published_by == str(account.id), RuleSetVersion.approved_by == str(account.id))
    )
    planned = select(PlannedVersion).where(
        or_(PlannedVersion.asked_by == account.id, PlannedVersion.approved_by == account.id)
    )
    draft = session.scalars(select(Draft).where(Draft.updated_by == account.id)).first()
    comments = select(ItemComment).where(ItemComment.account_id == account.id)
    wrote_in = comments.with_only_columns(ItemComment.thread_id)
    threads = select(ItemThread).where(or_(ItemThread.settled_by == account.id, ItemThread.id.in_(wrote_in)))
    accepted = select(AcceptedWarning).where(AcceptedWarning.accepted_by == account.id)
    return {
        "accepted_warnings": _documents(session.scalars(accepted.order_by(AcceptedWarning.accepted_at)), _ACCEPTED),
        "comments": _documents(session.scalars(comments.order_by(ItemComment.created_at)), _ITEM_COMMENT),
        "commented_on": _documents(session.scalars(threads.order_by(ItemThread.created_at)), _ITEM_THREAD),
        "items_open": _documents(session.scalars(select(OpenItem).filter_by(account_id=account.id)), _OPEN_ITEM),
        "typed_and_not_saved": _documents(session.scalars(unsaved_forms(account.id)), _UNSAVED),
        "published_or_approved": _documents(session.scalars(published.order_by(RuleSetVersion.number)), _PUBLISHED),
        "planned": _documents(session.scalars(planned), _PLANNED),
        "draft_last_changed": _plain(draft.updated_at) if draft else None,
    }
