"""One transaction at a time for one subject: what counts and then writes is exact, whoever does the same just then.

On SQLite a transaction that writes is alone anyway. On PostgreSQL two transactions each count what the other has not
committed yet, so that of twenty at a limit all twenty would pass.
"""

import hashlib
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session


def lock(session: Session, *subjects: str) -> None:
    """Wait until no other transaction holds one of ``subjects``, and hold them until this one ends.

    Name all that an act needs in one call: taken in one order, two acts never wait for each other.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for subject in sorted(set(subjects)):
        number = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))


def room(session: Session, subject: str, rows: Select[Any], most: int) -> int:
    """How many more of ``rows`` fit where there may be ``most``; until the transaction ends nobody else counts them.

    Every limit on how many there may be of something asks here, just before it writes. ``subject`` says of whom, and
    of what: "tokens of 0f2c…".
    """
    lock(session, subject)
    present = session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    return max(0, most - present)
