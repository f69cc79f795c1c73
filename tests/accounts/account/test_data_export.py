"""P7: the file that an owner downloads holds every row and column that is about them, and nothing of anybody else."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import inspect, select, update

from advisor import starter
from advisor.models import (
    AcceptedWarning,
    Account,
    AccountOwner,
    AgreedAnswers,
    ApiToken,
    Assessment,
    Base,
    BriefVersion,
    Comment,
    Database,
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
    Reminder,
    ResetToken,
    RuleSetVersion,
    ShareLink,
    UnsavedForm,
)
from advisor.models.audit import Actor, audit
from advisor.models.base import hash_of, utc_now
from advisor.models.rule_sets.rule_set_version import publish
from tests.accounts.recorded_acts.processes import download
from tests.accounts.sign_ins import sign_in
from tests.factories import SECRET, make_account, make_assessment, make_recommendation
from tests.visiting import Visitor

PROOFS = {
    "account.password_hash", "account.totp_secret", "account.totp_pending", "account.totp_last_step",
    "account.recovery_codes", "login_session.token_hash", "login_session.form_hash", "api_token.token_hash",
    "reset_token.token_hash", "share_link.token_hash", "invitation.token_hash", "opinion.token_hash",
    "idempotency_key.key_hash", "unsaved_form.key_hash", "idempotency_key.owner_hash",
}  # fmt: skip
"""What proves that somebody is the account: whoever had the file could try it."""

PLUMBING = {
    "account.row_version", "assessment.row_version", "part.row_version", "part.position", "recommendation.sequence",
    "mail_outbox.tries", "mail_outbox.next_try_at", "mail_outbox.sent_at", "mail_outbox.id", "draft.revision",
    "draft.id", "draft.base_version", "draft.note", "draft.document", "rule_set_version.document",
    "rule_set_version.sha256", "assessment.visitor_key_hash",
    "login_session.came_along",  # ids of processes that are in the file
    "assessment.packed", "assessment.packed_for",  # the answers once more, which are in the file
    "comment.row_version",
    "opinion.row_version", "opinion.pulled_apart",  # which of these answers were shown to contradict each other
    "item_thread.settled_by", "accepted_warning.accepted_by",
    "planned_version.sha256", "planned_version.asked_by", "planned_version.approved_by",
    "idempotency_key.fingerprint", "idempotency_key.mark", "process_import.row_version",
}  # fmt: skip
"""What tells nothing about a person, or is the rules, which everybody can read."""

NOT_ABOUT_AN_ACCOUNT = {"rate_limit", "job", "proof", "organisation"}
"""Tables that cannot be searched for an account: tries stand under a fingerprint, for two days; jobs hold counts over
all that is saved, and proofs what was found in a rule set; who is in an organisation stands in another table.
"""


def fill(database: Database, account_id: UUID, mark: str) -> None:
    """A row of the account in every table, with something of its own in every column."""
    owner = AccountOwner(account_id)
    mine = make_assessment(
        database, owner, f"{mark} process", {"edge": f"{mark} answer"}, {f"{mark} part": {"a": mark}}
    )
    make_recommendation(database, mine, {"outcome": f"{mark} outcome"})
    binned = make_assessment(database, owner, f"{mark} binned")
    with database.write() as session:
        values: dict[str, Any] = {"decision": f"{mark} decision", "decided_on": date(2026, 3, 2)}
        values |= {"notes": f"{mark} notes", "kept_version": 1, "pulled_apart": {"a": f"{mark} shown"}}
        session.execute(update(Assessment).where(Assessment.id == mine).values(**values))
        session.execute(
            update(Account).where(Account.id == account_id).values(recent_items=[["rules", f"{mark} rule"]])
        )
        session.execute(update(Assessment).where(Assessment.id == binned).values(deleted_at=utc_now()))
        login = LoginSession(token_hash=mark, form_hash=f"{mark}f", account_id=account_id, user_agent=f"{mark} browser")
        login.adopted, login.ended_at = [f"{mark} adopted"], utc_now()
        token = ApiToken(account_id=account_id, name=f"{mark} token", prefix=f"{mark}_", token_hash=mark)
        token.expires_at = token.last_used_at = token.revoked_at = utc_now()
        link = ResetToken(token_hash=mark, account_id=account_id, kind="address", address=f"{mark}@link.example")
        link.used_at = utc_now()
        note = Feedback(account_id=account_id, text=f"{mark} note", version=1, answers={"a": mark}, reasons=[mark])
        note.case_key = f"{mark}-case"
        letter = MailOutbox(to=f"{mark}@new.example", kind="new address", next=f"/{mark}", account_id=account_id)
        key = IdempotencyKey(key_hash=f"{mark} key", owner_hash=owner.hash, location=f"/{mark}/led")
        shared = ShareLink(token_hash=f"{mark} shared", account_id=account_id, assessment_id=mine, with_name=True)
        shared.note, shared.expires_at = f"{mark} friend", utc_now()
        shared.revoked_at = shared.last_opened_at = utc_now()
        shared.brief_number = 7
        brief = BriefVersion(assessment_id=mine, number=7, advice=1, content={"title": f"{mark} brief"})
        asked = Opinion(
            assessment_id=mine, number=7, token_hash=f"{mark} asked", name=f"{mark} Priya", parts=[{"a": mark}]
        )
        asked.asked_by, asked.process_name, asked.version_number = f"{mark} me", f"{mark} stand-in", 1
        asked.answers, asked.answered_at = {"a": f"{mark} theirs"}, {"a": f"{mark} then"}
        asked.expires_at = asked.revoked_at = asked.last_opened_at = asked.handed_in_at = asked.withdrawn_at = utc_now()
        asked.settled_at = utc_now()
        agreed = AgreedAnswers(
            assessment_id=mine, sequence=1, names=[f"{mark} Ben"], taken=[{"a": mark}], note=f"{mark} gave in"
        )
        brought = ProcessImport(account_id=account_id, file=f"{mark} file", preview={"a": f"{mark} read"})
        brought.processes, brought.brought_at, brought.undone_at = [[f"{mark} came", 1]], utc_now(), utc_now()
        organisation = Organisation(name=f"{mark} organisation")
        session.add_all([login, token, link, note, letter, key, shared, organisation, brought, asked, agreed, brief])
        session.flush()
        theirs = {"organisation_id": organisation.id, "account_id": account_id, "role": f"{mark} role"}
        invitation = Invitation(**theirs, token_hash=f"{mark} invited", whom=f"{mark} colleague", expires_at=utc_now())
        invitation.accepted_at = invitation.revoked_at = utc_now()
        act = ProcessAct(assessment_id=mine, account_id=account_id, kind=f"{mark} act", sequence=7)
        brought.organisation_id = organisation.id
        comment = Comment(assessment_id=mine, account_id=account_id, section=f"{mark} section", text=f"{mark} thought")
        comment.changed_at = comment.removed_at = utc_now()
        session.add_all([comment, Reminder(assessment_id=mine, account_id=account_id, told_of=date(2027, 3, 1))])
        session.add_all([Membership(**theirs), invitation, act])
        accepted = AcceptedWarning(about=f"{mark} about", place=f"{mark} rule", text=f"{mark} warning")
        accepted.rests_on, accepted.reason, accepted.accepted_by = f"{mark} basis", f"{mark} meant", account_id
        session.add(accepted)
        publish(session, starter.text(), f"{mark} published", str(account_id))
        audit(session, "account disabled", who=Actor("admin", uuid4(), f"{mark} network"), what=f"account {account_id}")
        session.execute(
            update(Account).where(Account.id == account_id).values(totp_secret=SECRET, recovery_codes=[hash_of(mark)])
        )


def rows_about(database: Database, account_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row that names the account, or belongs to one that does, by table."""
    owner = AccountOwner(account_id)
    found: dict[str, list[dict[str, Any]]] = {}
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            found[table.name] = [
                row
                for row in rows
                if {account_id, str(account_id), owner.hash, f"account {account_id}"} & {*map(_plain, row.values())}
                or any(row.get("assessment_id") == parent["id"] for parent in found.get("assessment", ()))
            ]
    return found


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, UUID)) else None


def told_values(held: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, Any]]:
    """Every value that says something, with the name of its column."""
    for table, rows in held.items():
        for row in rows:
            if row.get("kind") == "data downloaded":
                continue  # recorded while the file was made
            for column, value in row.items():
                is_reference = column in {"account_id", "assessment_id", "updated_by", "published_by", "approved_by"}
                if value not in (None, "", [], {}) and not is_reference and f"{table}.{column}" not in PLUMBING:
                    yield f"{table}.{column}", value


def as_written(value: Any) -> str:
    """As JSON writes it."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value if isinstance(value, str) else json.dumps(value, default=str, sort_keys=True).strip('"')


def test_p7_the_file_holds_every_row_and_column_about_the_account(visitor: Visitor, database: Database) -> None:
    account_id = make_account(database)
    rita = make_account(database, "rita@example.org")
    sign_in(visitor)
    fill(database, account_id, "olga1")
    fill(database, rita, "rita1")
    with database.write() as session:
        base = session.scalars(select(RuleSetVersion)).first()
        assert base is not None
        session.add(Draft(document=base.document, revision=1, base_version=1, updated_by=account_id))
        planned = PlannedVersion(sha256="f" * 64, comes_back=1, in_force=2, note="olga1 planned", asked_by=account_id)
        planned.due_at, planned.failure = utc_now(), "olga1 failure"
        planned.approved_by, planned.approved_at = account_id, utc_now()
        session.add(planned)
        thread = ItemThread(collection="limits", key="olga1 row", title="olga1 title", version=1, settled_by=account_id)
        thread.settled_at = utc_now()
        session.add(thread)
        session.flush()
        mine = ItemComment(thread_id=thread.id, account_id=account_id, text="olga1 remark", removed_at=utc_now())
        session.add(mine)
        place = {"collection": "limits", "key": "olga1 limit", "title": "olga1 called"}
        typed = {"text": ["olga1 typed"]}
        session.add(OpenItem(account_id=account_id, collection="limits", key="olga1 open"))
        session.add(UnsavedForm(key_hash="f" * 64, account_id=account_id, **place, fields=typed, typed_at=utc_now()))
    with database.write() as session:  # what the sign-in above did not need
        session.execute(update(Account).where(Account.id == account_id).values(disabled_at=None))
    visitor.open("/account")
    answer = download(visitor)
    assert answer.status_code == 200
    document = json.loads(answer.data)
    text = json.dumps(document, sort_keys=True)
    held = rows_about(database, account_id)
    assert {name for name, rows in held.items() if not rows} == NOT_ABOUT_AN_ACCOUNT, "a new table, or one left empty"
    for name, value in told_values(held):
        if name in PROOFS:
            assert not (isinstance(value, str) and len(value) > 10 and value in text), name
        else:
            assert as_written(value) in text, f"{name}: {value}"
    assert "rita1" not in text
    assert "rita@example.org" not in text
    assert len(document["left_out"]) == 3


def test_p7_no_table_gains_a_way_to_an_account_that_the_file_does_not_know(database: Database) -> None:
    """A new table with an account in it fails the test above; here its rows go with the account, too."""
    for table in inspect(database.engine).get_table_names():
        for key in inspect(database.engine).get_foreign_keys(table):
            if key["referred_table"] == "account":
                assert key["options"].get("ondelete") in {"CASCADE", "SET NULL"}, table
