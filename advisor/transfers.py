"""Files out and in, of whatever kind, are counted together for each account."""

from uuid import UUID

from flask import current_app

from advisor.extensions import database
from advisor.models.rate_limit import Wait, hit


def count_transfer(account_id: UUID) -> Wait | None:
    """Count an export or import of an account, or say how long to wait."""
    config = current_app.config
    with database().write() as session:
        return hit(session, "transfer", str(account_id), config["TRANSFERS"], config["TRANSFER_WINDOW"])
