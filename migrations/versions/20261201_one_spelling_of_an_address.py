"""Give every account the one spelling of its address, and end the links that set a password.

What was looked for was folded further than mail servers fold ("ß" to "ss"), and letters went to what was typed: who had
an address that looks alike could get a link for the account. So links that were sent before are ended; another one is
asked for in a minute. What is looked for is now what the owner of the account gave, in its one spelling
(docs/decisions/0020). An address that is none by that, or whose spelling another account has, stays as it was given:
no letter goes to it, and `advisor check` says what to do. Nothing is merged.

The release before this one finds and writes to all of them, but for addresses with letters beyond a to z.
"""

import string
import unicodedata
from datetime import UTC, datetime
from typing import Any

import idna
import sqlalchemy as sa
from alembic import op

revision = "20261201"
down_revision = "20261126b"
branch_labels = None
depends_on = None

_ACCOUNT = sa.table(
    "account",
    sa.column("id", sa.Uuid()),
    sa.column("email", sa.Text()),
    sa.column("email_shown", sa.Text()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("confirmed_at", sa.DateTime(timezone=True)),
)
_RESET_TOKEN = sa.table("reset_token", sa.column("kind", sa.Text()), sa.column("used_at", sa.DateTime(timezone=True)))
_TO_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def upgrade() -> None:
    rows = op.get_bind().execute(sa.select(_ACCOUNT)).mappings().all()
    spellings = {row["id"]: _spelling(row["email_shown"]) for row in rows}
    # Who has it in its one spelling already keeps it; then who has confirmed it; then who was first.
    in_order = sorted(
        rows,
        key=lambda row: (
            _small(row["email_shown"]) != spellings[row["id"]],
            row["confirmed_at"] is None,
            row["created_at"],
            str(row["id"]),
        ),
    )
    taken: set[str] = set()
    changes = []
    for row in in_order:
        spelling = spellings[row["id"]]
        if spelling is None or spelling in taken:
            email, shown = _unused(_small(row["email_shown"]), taken, row["id"]), row["email_shown"]
        else:
            email = shown = spelling
        taken.add(email)
        changes.append({"of": row["id"], "to": email, "shown": shown, "row": row})
    _change([change for change in changes if (change["to"], change["shown"]) != _present(change["row"])])
    unused = sa.and_(_RESET_TOKEN.c.kind == "reset", _RESET_TOKEN.c.used_at.is_(None))
    op.execute(_RESET_TOKEN.update().where(unused).values(used_at=datetime.now(UTC)))


def downgrade() -> None:
    rows = op.get_bind().execute(sa.select(_ACCOUNT)).mappings().all()
    taken = {row["email"] for row in rows}
    changes = []
    for row in rows:
        folded = row["email_shown"].strip().casefold()
        if folded not in taken:
            taken.add(folded)
            changes.append({"of": row["id"], "to": folded, "shown": row["email_shown"], "row": row})
    _change(changes)


def _change(changes: list[dict[str, Any]]) -> None:
    for step in ("of", "to"):  # first a value that nobody has: two accounts may change places
        for change in changes:
            values = {"email": str(change[step]), "email_shown": change["shown"]}
            op.execute(_ACCOUNT.update().where(_ACCOUNT.c.id == change["of"]).values(values))


def _present(row: Any) -> tuple[str, str]:
    return row["email"], row["email_shown"]


def _small(address: str) -> str:
    return address.strip().translate(_TO_SMALL)


def _unused(address: str, taken: set[str], account_id: Any) -> str:
    return address if address not in taken else f"{address} ({account_id})"


# ---- as the release of this migration spells an address; it never changes with the code -----------------------------


def _spelling(shown: str) -> str | None:
    local, _at, domain = shown.strip().rpartition("@")
    if not local or "@" in local or "=?" in shown:
        return None
    domain, local = _composed(domain, "PVALID CONTEXTJ CONTEXTO"), _composed(local, "PVALID")
    try:
        spelled = idna.encode(domain, strict=True).decode()
        is_one = idna.encode(idna.decode(spelled, strict=True), strict=True).decode() == spelled
    except idna.IDNAError:
        return None
    address = f"{local}@{spelled}"
    is_sound = local and is_one and len(address) <= 254 and len(local.encode()) <= 64 and _is_in_one_script(local)
    return address if is_sound and spelled.find(".") > 0 and not spelled.endswith(".") else None


def _composed(typed: str, classes: str) -> str:
    """NFC, with A to Z made small; "" where it has a character that IDNA 2008 knows in no name."""
    composed = unicodedata.normalize("NFC", typed)
    ranges = [idna.idnadata.codepoint_classes[name] for name in classes.split()]
    for character in {*typed, *composed}:
        if not character.isascii() and not any(idna.intranges_contain(ord(character), known) for known in ranges):
            return ""
    return unicodedata.normalize("NFC", composed.translate(_TO_SMALL))


def _is_in_one_script(local: str) -> bool:
    letters = [character for character in local if character.isalnum() and character not in string.digits]
    scripts = {unicodedata.name(letter).replace("-", " ").split()[0] for letter in letters}
    east = {"LATIN", "CJK", "IDEOGRAPHIC"}
    together = ({*east, "HIRAGANA", "KATAKANA"}, {*east, "BOPOMOFO"}, {*east, "HANGUL"})
    begins_well = not unicodedata.category(local[0]).startswith("M")
    return begins_well and (len(scripts) < 2 or any(scripts <= some for some in together))
