"""Signing in, codes of the second factor, and what was recorded."""

import time

import pyotp
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import select, update

from advisor.models import Account, AuditEvent, Database
from tests.factories import PASSWORD, SECRET
from tests.visiting import Visitor


def sign_in(visitor: Visitor, email: str = "olga@example.org", password: str = PASSWORD) -> Visitor:
    """Sign in through the form; with the code of the second factor, where one is asked for."""
    visitor.open("/sign-in")
    visitor.submit(email=email, password=password)
    if visitor.heading == "Enter a code":
        visitor.submit(code=code())
    return visitor


def code(secret: str = SECRET, *, after: int = 0) -> str:
    """The code that an app shows now, or ``after`` steps of 30 seconds."""
    app = pyotp.TOTP(secret)
    return app.at(for_time=int(time.time()), counter_offset=after)


def forget_codes(database: Database) -> None:
    """Let the present code count again: a test does not wait for the next one."""
    with database.write() as session:
        session.execute(update(Account).values(totp_last_step=None))


def give_password_to_all(database: Database) -> None:
    """Let every account have the same password, which costs next to nothing to check."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with database.write() as session:
        session.execute(update(Account).values(password_hash=cheap.hash(PASSWORD)))


def cookie(client: FlaskClient) -> str:
    """What the browser holds."""
    held = client.get_cookie("session")
    assert held is not None
    return held.value


def acts(database: Database, *kinds: str) -> list[AuditEvent]:
    """What was recorded, the oldest first; of these kinds, if any are named."""
    with database.read() as session:
        every = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()
    return [event for event in every if not kinds or event.kind in kinds]
