"""Owners who write notes, and admins who read them."""

from tests.assessments.conftest import small, small_in_force, walker
from tests.processes.conftest import admin, owner, rival

__all__ = ["admin", "owner", "rival", "small", "small_in_force", "walker"]
