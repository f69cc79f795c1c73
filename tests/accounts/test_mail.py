"""Letters on their way: a real mail server, which speaks TLS or not, refuses, is down, or says nothing."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlalchemy import select, update

from advisor.accounts.mail import send_due
from advisor.models import Database, MailOutbox
from advisor.models.accounts.account import request_letter
from advisor.models.base import utc_now
from advisor.settings import Settings
from tests.conftest import settings_for
from tests.serving import free_port

USER, SECRET = "advisor@example.org", "p/ss word"


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """What a mail server does depends on no database; how two workers share the outbox is tested on both below."""
    return settings_for(sqlite_url, tmp_path)


@dataclass
class MailReceiver:
    """What a mail server was given. It refuses people whose address begins with "no"."""

    letters: list[Message] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    was_private: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the name is the server's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("no"):
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        self.to.append(list(envelope.rcpt_tos))
        self.was_private.append(session.ssl is not None)
        return "250 OK"

    def check(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.users.append(given.login.decode())
        is_right = (given.login, given.password) == (USER.encode(), SECRET.encode())
        return AuthResult(success=is_right, handled=is_right)


@contextmanager
def mail_server(port: int, **more: Any) -> Iterator[MailReceiver]:
    """A mail server on this machine while the block runs."""
    received = MailReceiver()
    if more.pop("wants_login", False):
        more |= {"auth_required": True, "authenticator": received.check}
    server = Controller(received, hostname="127.0.0.1", port=port, server_hostname="localhost", **more)
    server.start()
    try:
        yield received
    finally:
        server.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of this machine that nobody else has signed, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    file, key = folder / "certificate.pem", folder / "key.pem"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    written = ["-keyout", str(key), "-out", str(file)]
    made = ["openssl", "req", "-x509", *kind, "-subj", "/CN=localhost", "-addext", names, *written]
    subprocess.run(made, check=True, capture_output=True, timeout=30)
    return file, key


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """What a mail server needs to speak TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def is_trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts that certificate, as an operator with an authority of their own lets it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def settings_with_mail(settings: Settings, url: str) -> Settings:
    return {**settings, "MAIL_URL": url, "MAIL_FROM": "advisor@example.org", "BASE_URL": "https://advisor.example.org"}


def ask(database: Database, *people: str) -> None:
    with database.write() as session:
        for to in people or ("olga@example.org",):
            request_letter(session, to, "password changed")


def waiting_letters(database: Database) -> list[MailOutbox]:
    with database.read() as session:
        return list(session.scalars(select(MailOutbox)))


def let_wait_be_over(database: Database) -> None:
    with database.write() as session:
        session.execute(update(MailOutbox).values(next_try_at=utc_now()))


def test_a_letter_goes_to_a_server_on_this_machine(database: Database, settings: Settings) -> None:
    port = free_port()
    ask(database)
    with mail_server(port) as received:
        assert send_due(database, settings_with_mail(settings, f"smtp+plain://127.0.0.1:{port}")) == 1
    (letter,) = received.letters
    assert (letter["From"], letter["To"]) == ("advisor@example.org", "olga@example.org")
    assert letter["Subject"] == "Your password was changed"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "https://advisor.example.org" in letter.get_content()  # type: ignore[attr-defined]
    assert received.to == [["olga@example.org"]]
    assert waiting_letters(database) == []


def test_s11c_the_server_is_given_the_one_spelling_of_an_address(database: Database, settings: Settings) -> None:
    port = free_port()
    ask(database, "Rene\u0301@Straße.de", "ſarah@example.org", "=?utf-8?q?rita=40example.org?=@example.org")
    with mail_server(port) as received:
        assert send_due(database, settings_with_mail(settings, f"smtp+plain://127.0.0.1:{port}")) == 1
    assert received.to == [["rené@xn--strae-oqa.de"]]
    assert [letter["To"] for letter in received.letters] == ["rené@xn--strae-oqa.de"]
    assert waiting_letters(database) == [], "what is no address is not tried again"


@pytest.mark.usefixtures("is_trusted")
def test_s13_a_letter_travels_in_tls_after_signing_in(
    database: Database, settings: Settings, tls: ssl.SSLContext
) -> None:
    port = free_port()
    ask(database)
    url = f"smtp://advisor%40example.org:p%2Fss%20word@localhost:{port}"
    with mail_server(port, tls_context=tls, require_starttls=True, wants_login=True) as received:
        assert send_due(database, settings_with_mail(settings, url)) == 1
    assert received.was_private == [True]
    assert received.users == [USER]


@pytest.mark.usefixtures("is_trusted")
def test_s13_a_server_that_speaks_tls_from_the_start(
    database: Database, settings: Settings, tls: ssl.SSLContext
) -> None:
    port = free_port()
    ask(database)
    with mail_server(port, ssl_context=tls) as received:
        assert send_due(database, settings_with_mail(settings, f"smtps://localhost:{port}")) == 1
    assert len(received.letters) == 1


def test_s13_no_letter_goes_in_the_open_where_tls_was_wanted(database: Database, settings: Settings) -> None:
    port = free_port()
    ask(database)
    with mail_server(port) as received:
        assert send_due(database, settings_with_mail(settings, f"smtp://localhost:{port}")) == 0
    assert received.letters == []
    assert len(waiting_letters(database)) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_s13_no_letter_goes_to_a_server_that_cannot_show_who_it_is(
    database: Database, settings: Settings, tls: ssl.SSLContext, scheme: str
) -> None:
    port = free_port()
    ask(database)
    how: dict[str, Any] = {"tls_context": tls} if scheme == "smtp" else {"ssl_context": tls}
    with mail_server(port, **how) as received:
        assert send_due(database, settings_with_mail(settings, f"{scheme}://localhost:{port}")) == 0
    assert received.letters == []
    assert len(waiting_letters(database)) == 1


@pytest.mark.usefixtures("is_trusted")
def test_a_wrong_password_for_the_mail_server_loses_no_letter(
    database: Database, settings: Settings, tls: ssl.SSLContext
) -> None:
    port = free_port()
    ask(database)
    with mail_server(port, tls_context=tls, require_starttls=True, wants_login=True) as received:
        assert (
            send_due(database, settings_with_mail(settings, f"smtp://advisor%40example.org:wrong@localhost:{port}"))
            == 0
        )
        assert received.users
        let_wait_be_over(database)
        right = f"smtp://advisor%40example.org:p%2Fss%20word@localhost:{port}"
        assert send_due(database, settings_with_mail(settings, right)) == 1
    assert len(received.letters) == 1


def test_one_letter_that_is_refused_keeps_no_other_from_going(database: Database, settings: Settings) -> None:
    port = free_port()
    ask(database, "nobody@example.org", "olga@example.org")
    with mail_server(port) as received:
        assert send_due(database, settings_with_mail(settings, f"smtp+plain://127.0.0.1:{port}")) == 1
    assert received.to == [["olga@example.org"]]
    assert [letter.to for letter in waiting_letters(database)] == ["nobody@example.org"]


def test_a_letter_waits_while_the_server_is_down_and_goes_once_it_is_back(
    database: Database, settings: Settings
) -> None:
    port = free_port()
    ask(database)
    where = settings_with_mail(settings, f"smtp+plain://127.0.0.1:{port}")
    pauses = []
    for _ in range(3):
        began = utc_now()
        assert send_due(database, where) == 0
        assert send_due(database, where) == 0, "not before its time"
        (letter,) = waiting_letters(database)
        pauses.append(round((letter.next_try_at - began) / timedelta(minutes=1)))
        let_wait_be_over(database)
    assert pauses == [1, 2, 4], "ever longer"
    with mail_server(port) as received:
        assert send_due(database, where) == 1
        assert send_due(database, where) == 0
    assert len(received.letters) == 1


def test_a_letter_is_given_up_after_its_last_try(database: Database, settings: Settings) -> None:
    ask(database)
    where = {**settings_with_mail(settings, f"smtp+plain://127.0.0.1:{free_port()}"), "MAIL_TRIES": 2}
    for _ in range(3):
        assert len(waiting_letters(database)) == 1
        assert send_due(database, where) == 0
        let_wait_be_over(database)
    assert waiting_letters(database) == []


def test_f7_a_server_that_says_nothing_is_left_after_a_while(database: Database, settings: Settings) -> None:
    ask(database)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp+plain://127.0.0.1:{silent.getsockname()[1]}"
        assert send_due(database, {**settings_with_mail(settings, url), "MAIL_TIMEOUT": 0.2}) == 0
    assert len(waiting_letters(database)) == 1


def test_letters_that_nobody_will_send_any_more_are_deleted(database: Database, settings: Settings) -> None:
    from advisor.operating.serve import purge

    ask(database)
    purge(database, settings)
    assert len(waiting_letters(database)) == 1
    with database.write() as session:
        session.execute(update(MailOutbox).values(created_at=utc_now() - timedelta(days=3)))
    purge(database, settings)
    assert waiting_letters(database) == []


class TestTwoWorkers:
    """On both databases."""

    @pytest.fixture
    def settings(self, database_url: str, tmp_path: Path) -> Settings:
        return settings_for(database_url, tmp_path)

    def test_no_letter_goes_twice_however_many_workers_send(self, database: Database, settings: Settings) -> None:
        from concurrent.futures import ThreadPoolExecutor

        port = free_port()
        people = [f"person{number}@example.org" for number in range(12)]
        ask(database, *people)
        where = settings_with_mail(settings, f"smtp+plain://127.0.0.1:{port}")
        with mail_server(port) as received, ThreadPoolExecutor(3) as workers:
            assert sum(workers.map(lambda _: send_due(database, where), range(3))) == 12
        assert sorted(to for (to,) in received.to) == sorted(people)
