"""Who assessments belong to: a browser without an account, or an account. Queries take one of the two."""

from dataclasses import dataclass
from uuid import UUID

from advisor.models.base import hash_of


@dataclass(frozen=True, slots=True)
class VisitorOwner:
    """A visitor without an account: the hash of the random key that only their cookie holds."""

    key_hash: str

    @property
    def mark(self) -> str:
        """The form in which one-time keys name this owner."""
        return self.key_hash


@dataclass(frozen=True, slots=True)
class AccountOwner:
    """Somebody who is signed in."""

    account_id: UUID

    @property
    def mark(self) -> str:
        """The form in which one-time keys name this owner."""
        return hash_of(f"account {self.account_id}")


Owner = VisitorOwner | AccountOwner
