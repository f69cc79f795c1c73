"""Sends what lies in the outbox, by a thread of the server. No page waits for a mail server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

from advisor.accounts.mail.letters import Letter, write
from advisor.models.account import MailOutbox, due_letters
from advisor.models.base import now
from advisor.models.database import Database
from advisor.operating import background
from advisor.operating.private_files import make_private_folder, write_private_file
from advisor.settings import Settings
from advisor.web.logs import log

_FIRST_PAUSE = timedelta(minutes=1)
"""After a letter that could not be sent; it doubles each time."""


def send_due(database: Database, settings: Settings) -> int:
    """Send every letter that is due. Returns how many went."""
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
    return background.begin("mail", lambda: send_due(database, settings), every=settings["MAIL_PAUSE"])


def _take(database: Database, settings: Settings) -> tuple[UUID, Letter | None] | None:
    """Take the next letter, so that no other worker takes it too, and write it; None where none is due."""
    with database.write() as session:
        asked = session.scalars(due_letters(now()).limit(1).with_for_update(skip_locked=True)).first()
        if asked is None:
            return None
        if asked.tries >= settings["MAIL_TRIES"]:
            log.error("letter given up", kind=asked.kind)
            session.delete(asked)
            return asked.id, None
        asked.tries += 1
        asked.next_try_at = now() + _FIRST_PAUSE * 2 ** (asked.tries - 1)
        return asked.id, write(session, asked, settings)


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
        write_private_file(folder / f"{now():%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}.eml", message.as_bytes())
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
        if parts.scheme == "smtp":  # not so "smtp+plain", which settings_check.py accepts for this machine alone
            server.starttls(context=trusted)  # raises where the server cannot: a link must not travel in the open
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
