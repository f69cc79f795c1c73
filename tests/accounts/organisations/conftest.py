"""People of one organisation, one who left it, and people who never were in it."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete

from advisor.models import Database, Membership, OrganisationOwner
from tests.assessments.conftest import small, small_in_force
from tests.factories import make_organisation
from tests.processes.owner_walker import OwnerWalker

__all__ = ["small", "small_in_force"]

NAME = "Acme & Söhne"


@dataclass
class People:
    """Who they are, and where their organisation is."""

    owner: OwnerWalker
    editor: OwnerWalker
    reader: OwnerWalker
    former: OwnerWalker
    """Was an editor, and left."""
    stranger: OwnerWalker
    organisation_id: UUID

    @property
    def at(self) -> str:
        """The address of the organisation."""
        return f"/organisations/{self.organisation_id}"

    @property
    def of_organisation(self) -> OrganisationOwner:
        """As queries name it."""
        return OrganisationOwner(self.organisation_id)

    @property
    def members(self) -> list[OwnerWalker]:
        """All of them."""
        return [self.owner, self.editor, self.reader, self.former, self.stranger]


@pytest.fixture
def people(app: Flask, database: Database, small_in_force: int) -> People:  # noqa: ARG001 - it must be in force
    """One of each."""
    names = ("owner", "editor", "reader", "former", "stranger")
    found = {name: OwnerWalker.signed_in(app, database, f"{name}@example.com") for name in names}
    roles = {found[name].account_id: "editor" if name == "former" else name for name in names[:4]}
    organisation_id = make_organisation(database, roles, NAME)
    people = People(**found, organisation_id=organisation_id)
    for person in people.members[:4]:
        person.begins_at = f"{people.at}/assessments/new"
    return people


def let_go(database: Database, person: OwnerWalker) -> None:
    """End the membership of somebody, as if they had left."""
    with database.write() as session:
        session.execute(delete(Membership).where(Membership.account_id == person.account_id))
