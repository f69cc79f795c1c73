"""How often somebody may try to come in, and how often an account takes data out or brings it in.

What is tried is counted and committed before it is looked at. Every page that exports or imports counts here (S11).
"""

from ipaddress import IPv6Address, ip_address
from uuid import UUID

from flask import current_app
from werkzeug.wrappers import Response

from advisor.extensions import database
from advisor.models.accounts.address import canonical_email
from advisor.models.limits import Limit, Wait, count_tries, tries_left
from advisor.web.access import identity
from advisor.web.access.quotas import note_quota
from advisor.web.errors import reply_too_often


def transferred_too_often() -> Response | None:
    """Count an export of the account that is asking, or a check of rules by a program.

    None while it may; else the reply that says wait.
    """
    limit, key = _limit("transfer", "TRANSFERS", "TRANSFER_WINDOW"), str(identity.current().account_id)
    with database().write() as session:
        wait = count_tries(session, [(limit, key)])
        note_quota("checks", limit, tries_left(session, limit, key))
    return _reply(wait)


def uploaded_too_often() -> Response | None:
    """The same for a file that is brought in: often one is sent again and again until nothing is wrong with it."""
    return _reply(_count((_limit("upload", "UPLOADS", "UPLOAD_WINDOW"), str(identity.current().account_id))))


def made_pdf_too_often() -> Response | None:
    """Count a PDF that is made for an account or, where none asks, for an address of the network."""
    account = identity.current().account_id
    return _reply(_count((_limit("pdf", "PDFS", "PDF_WINDOW"), str(account) if account else client_network())))


def count_sign_in(email: str) -> Wait | None:
    """Count a try with that address, known or not."""
    return _count(
        (_limit("sign-in account", "SIGN_IN_TRIES", "SIGN_IN_WINDOW"), canonical_email(email)),
        (_limit("sign-in address", "SIGN_IN_TRIES", "SIGN_IN_WINDOW"), client_network()),
        (_limit("sign-in all", "SIGN_IN_TRIES_IN_ALL", "SIGN_IN_WINDOW"), "all"),
    )


def count_password_again(account_id: UUID) -> Wait | None:
    """Count a try of somebody signed in to type the password again."""
    return _count((_limit("password again", "SIGN_IN_TRIES", "SIGN_IN_WINDOW"), str(account_id)))


def count_code(account_id: UUID) -> Wait | None:
    """Count a try of a code of the second factor."""
    return _count((_limit("second factor", "CODE_TRIES", "CODE_WINDOW"), str(account_id)))


def count_registration() -> Wait | None:
    """Count a registration from this address of the network."""
    return _count((_limit("registration", "REGISTRATIONS", "REGISTRATION_WINDOW"), client_network()))


def count_reset(email: str) -> Wait | None:
    """Count a letter asked for to set a password anew, for an address known or not."""
    return _count(
        (_limit("reset", "RESETS", "RESET_WINDOW"), canonical_email(email)),
        (_limit("reset address", "REGISTRATIONS", "REGISTRATION_WINDOW"), client_network()),
    )


def count_invitation() -> Wait | None:
    """Count a letter that somebody who is signed in sends to an address of their choice."""
    return _count((_limit("invitation", "INVITATIONS", "INVITATION_WINDOW"), str(identity.current().account_id)))


def client_network() -> str:
    """Where the request comes from, as far as it is counted: of IPv6 the first half, which one customer has."""
    where = identity.client_address()
    try:
        address = ip_address(where)
    except ValueError:
        return where
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:  # as a server that listens on both sees it
        return str(address.ipv4_mapped)
    return ":".join(address.exploded.split(":")[:4]) if address.version == 6 else where


def _limit(bucket: str, tries_setting: str, window_setting: str) -> Limit:
    return Limit(bucket, current_app.config[tries_setting], current_app.config[window_setting])


def _count(*wanted: tuple[Limit, str]) -> Wait | None:
    with database().write() as session:
        return count_tries(session, wanted)


def _reply(wait: Wait | None) -> Response | None:
    return reply_too_often(wait.seconds) if wait else None
