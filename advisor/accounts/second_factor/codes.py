"""The second factor: codes of an app that change every 30 seconds, and recovery codes for when the phone is gone."""

import base64
import hmac
import io
import re
import secrets

import pyotp
import segno

from advisor.models import Account
from advisor.models.accounts.account import TOTP_STEP, remaining_codes
from advisor.models.base import hash_of, utc_now

_ISSUER = "Outsourcing Advisor"


def new_secret() -> str:
    """A secret for an app to hold."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, email: str) -> str:
    """The secret in the form that apps read."""
    return pyotp.TOTP(secret, interval=TOTP_STEP).provisioning_uri(name=email, issuer_name=_ISSUER)


def qr_code(secret: str, email: str) -> bytes:
    """The same as a picture to point a camera at (SVG)."""
    drawn = io.BytesIO()
    code = segno.make(provisioning_uri(secret, email), error="m")
    code.save(drawn, kind="svg", scale=5, border=4, light="#ffffff", dark="#101c20", svgclass=None, lineclass=None)
    return drawn.getvalue()


def format_secret(secret: str) -> str:
    """The secret as it is read and typed: in groups of four."""
    return " ".join(re.findall(".{1,4}", secret))


def fitting_step(secret: str, typed: str, after: int | None) -> int | None:
    """The time step whose code this is, the present one or a neighbour; None where it is none, or was used before."""
    code = re.sub(r"\s", "", typed)
    if not (code.isascii() and code.isdecimal() and len(code) == 6):
        return None
    app = pyotp.TOTP(secret, interval=TOTP_STEP)
    present = int(utc_now().timestamp()) // TOTP_STEP
    found = None
    for step in (present - 1, present, present + 1):  # a phone's clock may be a little off
        if hmac.compare_digest(app.at(step * TOTP_STEP), code) and (after is None or step > after):
            found = step
    return found


def use_code(account: Account, typed: str) -> str | None:
    """Use up the code that was typed. Returns "code" or "recovery code", None where it is neither.

    The account's row must be locked, or of two people with one code both would come in.
    """
    if account.totp_secret is None:
        return None
    step = fitting_step(account.totp_secret, typed, account.totp_last_step)
    if step is not None:
        account.totp_last_step = step
        return "code"
    code_hash = hash_of(_bare(typed))
    if code_hash in account.recovery_codes:
        account.recovery_codes = remaining_codes(account.recovery_codes, code_hash)
        return "recovery code"
    return None


def new_recovery_codes(how_many: int) -> tuple[list[str], list[str]]:
    """Codes to be shown once, and their hashes to be stored."""
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(how_many)]
    return ["-".join(re.findall(".{4}", code)) for code in codes], [hash_of(code) for code in codes]


def _bare(typed: str) -> str:
    return re.sub(r"[\s-]", "", typed).lower()[:100]
