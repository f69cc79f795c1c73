import pytest
from flask import Flask

from advisor.models import Database
from tests.api.programs import Program, program_of
from tests.assessments.conftest import small, small_in_force
from tests.processes.conftest import admin, newer, owner, rival
from tests.processes.owner_walker import OwnerWalker

__all__ = ["admin", "newer", "owner", "rival", "small", "small_in_force"]


@pytest.fixture
def program(app: Flask, database: Database, owner: OwnerWalker) -> Program:
    """A program of the owner."""
    return program_of(app, database, owner)
