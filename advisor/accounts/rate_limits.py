"""How often somebody may try to come in. What is tried is counted and committed before it is looked at."""

from ipaddress import IPv6Address, ip_address
from uuid import UUID

from flask import current_app

from advisor.extensions import database
from advisor.models.address import canonical_email
from advisor.models.limits import Limit, Wait, hit_all
from advisor.web import identity


def count_sign_in(email: str) -> Wait | None:
    """Count a try with that address, known or not."""
    config = current_app.config
    tries, window = config["SIGN_IN_TRIES"], config["SIGN_IN_WINDOW"]
    return _count(
        (Limit("sign-in account", tries, window), canonical_email(email)),
        (Limit("sign-in address", tries, window), network()),
        (Limit("sign-in all", config["SIGN_IN_TRIES_IN_ALL"], window), "all"),
    )


def count_password_again(account_id: UUID) -> Wait | None:
    """Count a try of somebody signed in to type the password again."""
    config = current_app.config
    return _count((Limit("password again", config["SIGN_IN_TRIES"], config["SIGN_IN_WINDOW"]), str(account_id)))


def count_code(account_id: UUID) -> Wait | None:
    """Count a try of a code of the second factor."""
    config = current_app.config
    return _count((Limit("second factor", config["CODE_TRIES"], config["CODE_WINDOW"]), str(account_id)))


def count_registration() -> Wait | None:
    """Count a registration from this address of the network."""
    config = current_app.config
    return _count((Limit("registration", config["REGISTRATIONS"], config["REGISTRATION_WINDOW"]), network()))


def count_reset(email: str) -> Wait | None:
    """Count a letter asked for to set a password anew, for an address known or not."""
    config = current_app.config
    return _count(
        (Limit("reset", config["RESETS"], config["RESET_WINDOW"]), canonical_email(email)),
        (Limit("reset address", config["REGISTRATIONS"], config["REGISTRATION_WINDOW"]), network()),
    )


def network() -> str:
    """Where the request comes from, as far as it is counted: of IPv6 the first half, which one customer has."""
    where = identity.from_where()
    try:
        address = ip_address(where)
    except ValueError:
        return where
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:  # as a server that listens on both sees it
        return str(address.ipv4_mapped)
    return ":".join(address.exploded.split(":")[:4]) if address.version == 6 else where


def _count(*wanted: tuple[Limit, str]) -> Wait | None:
    with database().write() as session:
        return hit_all(session, wanted)
