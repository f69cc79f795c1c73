"""The words of each letter, and the thread that sends what lies in the outbox: no page waits for a mail server.

Letters that let somebody in carry a link that is made at the moment of sending.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlencode, urlsplit
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.accounts import operations
from advisor.accounts.organisations.operations import new_secret
from advisor.models.accounts.account import (
    Account,
    MailOutbox,
    account_by_email,
    active_admins,
    due_letters,
    request_letter,
)
from advisor.models.accounts.address import canonical_email, is_address
from advisor.models.accounts.organisation import Invitation, Organisation, invitation_by_id
from advisor.models.audit import AuditEvent
from advisor.models.base import utc_now
from advisor.models.database import Database
from advisor.models.limits import lock
from advisor.models.processes.reminder import due_reminders
from advisor.models.rule_sets.planned_version import APPROVAL_ANSWERED, ASKED_TO_APPROVE, find_planned
from advisor.operating import serve
from advisor.operating.private_files import make_private_folder, write_private_file
from advisor.settings import Settings
from advisor.web.logs import log


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that is ready to be sent."""

    to: str
    subject: str
    body: str


def link_url(base_url: str, path: str, token: str, next_path: str = "") -> str:
    """A link with its secret, from the address that the settings name; a request's own headers have no say in it."""
    more = {"next": next_path} if next_path else {}
    return f"{base_url}{path}?{urlencode({'token': token, **more})}"


def write_letter(session: Session, asked: MailOutbox, settings: Settings) -> Letter | None:
    """Write a letter that was asked for; None where there is nobody, or nothing, to write to.

    It goes to the one spelling of an address, by which an account was looked for, whoever typed whatever.
    """
    to = canonical_email(asked.to)
    if not is_address(to):
        log.warning("letter not written: no address", kind=asked.kind)
        return None
    if asked.kind == "registration":
        subject, body = _registration(session, asked, settings)
    elif asked.kind == "reset":
        subject, body = _reset(session, asked, settings)
    elif asked.kind == "new address":
        subject, body = _new_address(session, asked, settings)
    elif asked.kind == "look again":
        subject, body = _look_again(settings)
    elif asked.kind == ASKED_TO_APPROVE:
        subject, body = _asked_to_approve(session, asked, settings)
    elif asked.kind == APPROVAL_ANSWERED:
        subject, body = _approval_answered(session, asked, settings)
    elif asked.kind == "invitation":
        subject, body = _invitation(session, asked, settings)
    else:
        subject, body = _notice(asked.kind)
    if not body:
        return None
    return Letter(to, subject, f"{body}\n\n{_('Outsourcing Advisor')}\n{settings['BASE_URL']}\n")


def _registration(session: Session, asked: MailOutbox, settings: Settings) -> tuple[str, str]:
    account = _account_at(session, asked.to)
    if account is None:
        return "", ""
    base_url = settings["BASE_URL"]
    if account.confirmed_at is not None:
        words = _(
            "Somebody, perhaps you, wanted to register with this address. You have an account already: "
            "sign in at %(sign_in)s. If you do not know the password any more, go to %(forgotten)s.",
            sign_in=f"{base_url}/sign-in",
            forgotten=f"{base_url}/forgotten-password",
        )
        return str(_("You have an account already")), str(words)
    link = link_url(base_url, "/confirm-address", operations.new_link(session, account, "confirm"), asked.next)
    words = _(
        "Open this link to finish your registration. It works once, for %(minutes)d minutes.\n\n%(link)s\n\n"
        "If you did not register, do nothing: without the password that was chosen, the link opens nothing.",
        minutes=link_minutes(settings),
        link=link,
    )
    return str(_("Finish your registration")), str(words)


def _reset(session: Session, asked: MailOutbox, settings: Settings) -> tuple[str, str]:
    account = _account_at(session, asked.to)
    if account is None or account.disabled_at is not None or account.confirmed_at is None:
        return "", ""
    link = link_url(settings["BASE_URL"], "/set-password", operations.new_link(session, account, "reset"))
    words = _(
        "Open this link to choose a new password. It works once, for %(minutes)d minutes.\n\n%(link)s\n\n"
        "If you did not ask for it, do nothing: your password stays as it is.",
        minutes=link_minutes(settings),
        link=link,
    )
    return str(_("Choose a new password")), str(words)


def _new_address(session: Session, asked: MailOutbox, settings: Settings) -> tuple[str, str]:
    account = session.get(Account, asked.account_id)
    if account is None or account.disabled_at is not None:
        return "", ""
    present = session.scalars(account_by_email(asked.to)).first()
    if present is not None and present.id != account.id and present.confirmed_at is not None:
        words = _(
            "Somebody, perhaps you, wanted to use this address for another account of theirs. It has an account "
            "already, so nothing was changed."
        )
        return str(_("This address has an account already")), str(words)
    token = operations.new_link(session, account, "address", canonical_email(asked.to))
    words = _(
        "Open this link to make this the address of your account. It works once, for %(minutes)d minutes.\n\n"
        "%(link)s\n\nIf you did not ask for it, do nothing: without the password of the account, the link changes "
        "nothing.",
        minutes=link_minutes(settings),
        link=link_url(settings["BASE_URL"], "/confirm-new-address", token),
    )
    return str(_("Confirm your new address")), str(words)


def _look_again(settings: Settings) -> tuple[str, str]:
    words = _(
        "The day has come on which you wanted to look at a process again. See which: %(url)s\n\n"
        "You asked for this letter when you set the day. To get no more, take the tick away where you set it.",
        url=f"{settings['BASE_URL']}/processes/look-again",
    )
    return str(_("Time to look again")), str(words)


def _asked_to_approve(session: Session, asked: MailOutbox, settings: Settings) -> tuple[str, str]:
    """What waits for an admin; none where it waits no more, or not for this one. ``next`` has the mark of the plan."""
    planned = find_planned(session)
    if planned is None or planned.mark != asked.next or planned.approved_at is not None:
        return "", ""
    if session.scalars(active_admins().where(Account.id == asked.account_id)).first() is None:
        return "", ""
    asks = session.get(Account, planned.asked_by) if planned.asked_by else None
    words = _(
        "%(by)s asks you to approve version %(n)s of the rules. See what it changes, and approve it or send it back: "
        "%(url)s\n\nEvery other admin got this letter. One of you is enough.",
        by=asks.email if asks is not None else _("Another admin"),
        n=planned.number,
        url=f"{settings['BASE_URL']}/admin/rules/planned",
    )
    return str(_("Version %(n)s of the rules waits for your approval", n=planned.number)), str(words)


def _approval_answered(session: Session, asked: MailOutbox, settings: Settings) -> tuple[str, str]:
    """What became of a version that an admin asked for; none where the account is no admin's. ``next`` has the act."""
    act = session.get_one(AuditEvent, int(asked.next))
    if session.scalars(active_admins().where(Account.id == asked.account_id)).first() is None:
        return "", ""
    other = session.get(Account, act.account_id) if act.account_id else None
    by, n = other.email if other is not None else _("Another admin"), act.version
    if act.kind == "version approved":
        subject = _("Version %(n)s of the rules is approved", n=n)
        done = _("%(by)s approved version %(n)s of the rules.", by=by, n=n)
    elif act.kind == "version sent back":
        subject = _("Version %(n)s of the rules was sent back", n=n)
        done = _("%(by)s sent version %(n)s of the rules back with these words: “%(why)s”", by=by, n=n, why=act.why)
    else:
        subject = _("Version %(n)s of the rules is not planned any more", n=n)
        done = _("%(by)s cancelled the plan to publish version %(n)s of the rules.", by=by, n=n)
    return str(subject), f"{done} {_('See how things stand: %(url)s', url=settings['BASE_URL'] + '/admin/rules')}"


def _invitation(session: Session, asked: MailOutbox, settings: Settings) -> tuple[str, str]:
    """What it invites to; none where it was revoked, or who invites is no owner any more. ``next`` has its id."""
    found = session.get(Invitation, UUID(asked.next))
    if found is None or session.scalars(invitation_by_id(found.id)).first() is None:
        return "", ""
    name = session.get_one(Organisation, found.organisation_id).name
    words = _(
        "%(by)s invites you to “%(name)s”, where several people work on the same processes. Open this link to see "
        "more, and to accept. It works once, for %(days)d days.\n\n%(link)s\n\n"
        "If you know nothing of it, do nothing: nothing was made for you.",
        by=session.get_one(Account, found.account_id).email,
        name=name,
        days=settings["INVITATION_LIFETIME"].days,
        link=f"{settings['BASE_URL']}/invitations/{new_secret(found)}",
    )
    return str(_("Invitation to “%(name)s”", name=name)), str(words)


def _account_at(session: Session, address: str) -> Account | None:
    """The account to whose address that is written; None where there is none, or where its address is in doubt."""
    account = session.scalars(account_by_email(address)).first()
    if account is not None and account.letter_address is None:
        log.warning("letter not written: address in doubt", account=str(account.id))
        return None
    return account


def _notice(kind: str) -> tuple[str, str]:
    notices = {
        "password changed": (_("Your password was changed"), _("The password of your account was changed.")),
        "address change asked": (
            _("Your e-mail address is about to change"),
            _(
                "Somebody who knows your password asked for another e-mail address for your account. It changes when "
                "the link in a letter to the new address is opened. Until then everything stays as it is."
            ),
        ),
        "address changed": (
            _("Your e-mail address was changed"),
            _("Your account has another e-mail address from now on. Letters no longer come to this one."),
        ),
        "factor set": (_("Your second factor is set"), _("From now on a code is asked for when you sign in.")),
        "factor removed": (
            _("Your second factor was removed"),
            _("No code is asked for any more when you sign in to your account."),
        ),
        "role changed": (
            _("Your rights were changed"),
            _("An admin changed what your account may do. You were signed out; sign in again to go on."),
        ),
    }
    if kind not in notices:
        return "", ""
    subject, body = notices[kind]
    return str(subject), f"{body} {_('If that was not you, change your password, and tell whoever runs this advisor.')}"


def link_minutes(settings: Settings) -> int:
    """For how many minutes a link in a letter can be used."""
    return int(settings["RESET_LINK_LIFETIME"].total_seconds() // 60)


# ---- Sent by a thread of the server, so that no page waits for a mail server


_FIRST_PAUSE = timedelta(minutes=1)
"""After a letter that could not be sent; it doubles each time."""


def ask_for_reminders(database: Database) -> None:
    """Ask for a letter to each account that wants one on a day which has come: one for all its processes."""
    with database.write() as session:
        lock(session, "reminders")
        told = set()
        for wish, day, to in session.execute(due_reminders(utc_now().date())):
            wish.told_of = day
            if wish.account_id not in told:
                told.add(wish.account_id)
                request_letter(session, to, "look again", account_id=wish.account_id)


def send_due(database: Database, settings: Settings) -> int:
    """Send every letter that is due. Returns how many went."""
    ask_for_reminders(database)
    sent = 0
    while (taken := _take(database, settings)) is not None:
        letter_id, letter = taken
        try:
            if letter is not None:
                _send(letter, settings)
                sent += 1
        except (OSError, smtplib.SMTPException) as error:
            log.error("letter not sent", exc_info=error)
            continue
        with database.write() as session:
            if (done := session.get(MailOutbox, letter_id)) is not None:
                session.delete(done)
    return sent


def send_for_ever(database: Database, settings: Settings) -> Thread | None:
    """Look into the outbox every few seconds, in a thread that ends with the process; None where no mail is set up."""
    if not settings["MAIL_URL"]:
        return None
    return serve.repeat_in_thread("mail", lambda: send_due(database, settings), every=settings["MAIL_PAUSE"])


def _take(database: Database, settings: Settings) -> tuple[UUID, Letter | None] | None:
    """Take the next letter, so that no other worker takes it too, and write it; None where none is due."""
    with database.write() as session:
        asked = session.scalars(due_letters(utc_now()).limit(1).with_for_update(skip_locked=True)).first()
        if asked is None:
            return None
        if asked.tries >= settings["MAIL_TRIES"]:
            log.error("letter given up", kind=asked.kind)
            session.delete(asked)
            return asked.id, None
        asked.tries += 1
        asked.next_try_at = utc_now() + _FIRST_PAUSE * 2 ** (asked.tries - 1)
        return asked.id, write_letter(session, asked, settings)


def _send(letter: Letter, settings: Settings) -> None:
    message = EmailMessage(policy=policy.default if letter.to.isascii() else policy.SMTPUTF8)
    message["From"] = settings["MAIL_FROM"]
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    parts = urlsplit(settings["MAIL_URL"])
    if parts.scheme == "file":
        folder = Path(parts.path)
        make_private_folder(folder)
        write_private_file(folder / f"{utc_now():%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}.eml", message.as_bytes())
        return
    with _server(settings) as server:
        server.send_message(message, to_addrs=[letter.to])  # not as it might be read out of the header


@contextmanager
def _server(settings: Settings) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(settings["MAIL_URL"])
    host, timeout, trusted = parts.hostname or "localhost", settings["MAIL_TIMEOUT"], ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=timeout, context=trusted)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=timeout)
    with server:
        if parts.scheme == "smtp":  # not so "smtp+plain", which installation_check.py accepts for this machine alone
            server.starttls(context=trusted)  # raises where the server cannot: a link must not travel in the open
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
