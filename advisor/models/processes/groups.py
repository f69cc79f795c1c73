"""The groups of an owner's processes: words of their own, several for each process, known again as names are.

"Finance" and "finance" are one group, written as it was first. A semicolon stands between two of them, so that none
holds one.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.engine.document.text import match_key, normalize_line, sort_key, text_fault
from advisor.models.limits import lock
from advisor.models.processes.assessment import Assessment, Owner, belongs_to, lock_subject

GROUP_LENGTH = 60
"""Characters in the name of a group."""

GROUPS_LIMIT = 10
"""Groups that one process can be in."""

GROUPS_PER_OWNER = 100
"""Groups that one owner can have: as many as a list to choose from can show."""

SEPARATOR = ";"


def read_groups(text: str) -> list[str]:
    """The groups that a text names, each once, as they are stored."""
    return unite(normalize_line(" ".join(name.split())) for name in text.split(SEPARATOR))


def write_groups(groups: Iterable[str]) -> str:
    """The way back of ``read_groups``, in the order of their names."""
    return f"{SEPARATOR} ".join(sorted(groups, key=sort_key))


def unite(names: Iterable[str]) -> list[str]:
    """The names without those that are another's in other capitals or composed otherwise, and without empty ones."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(match_key(name), name)
    first.pop("", None)
    return list(first.values())


def groups_fault(groups: Iterable[str]) -> str | None:
    """Say why a process cannot be in these groups, or None where it can be."""
    names = list(groups)
    for name in names:
        if fault := text_fault(name, GROUP_LENGTH, one_line=True):
            return f"“{name[:GROUP_LENGTH]}” {fault}"
    return f"a process can be in {GROUPS_LIMIT} groups, not {len(names)}" if len(names) > GROUPS_LIMIT else None


class TooManyGroupsError(Exception):
    """The owner would have more groups than fit."""


def spell_groups(session: Session, owner: Owner, wanted: Iterable[str]) -> list[str]:
    """The groups as the owner writes them already, and new ones as they are ``wanted``. Raises TooManyGroupsError.

    Until the transaction ends nobody else gives this owner a group.
    """
    lock(session, lock_subject(owner))
    known = {match_key(name): name for name in groups_of(session, owner)}
    names = unite(known.get(match_key(name), name) for name in wanted)
    if len(known.keys() | set(map(match_key, names))) > GROUPS_PER_OWNER:
        raise TooManyGroupsError
    return names


def group_all(session: Session, owner: Owner, wanted: Sequence[tuple[Assessment, Sequence[str]]]) -> None:
    """Put each of these processes into its groups, as ``spell_groups`` writes them. Raises TooManyGroupsError."""
    names = spell_groups(session, owner, (name for _one, groups in wanted for name in groups))
    spelt = {match_key(name): name for name in names}
    for one, groups in wanted:
        joined = unite([*one.groups, *(spelt[match_key(name)] for name in groups)])
        if joined != one.groups:
            one.groups = joined


def groups_of(session: Session, owner: Owner) -> list[str]:
    """All groups of the owner, also those of processes in the bin, in the order of their names."""
    found = session.scalars(select(Assessment.groups).where(belongs_to(owner)).order_by(Assessment.created_at))
    return sorted(unite(name for groups in found for name in groups), key=sort_key)
