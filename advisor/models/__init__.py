"""The tables, and the queries that have a name."""

from advisor.models.assessment import Assessment, Part, Recommendation
from advisor.models.base import Base
from advisor.models.database import Database, DatabaseUnavailable
from advisor.models.once import IdempotencyKey
from advisor.models.rule_set_version import RuleSetVersion

__all__ = [
    "Assessment",
    "Base",
    "Database",
    "DatabaseUnavailable",
    "IdempotencyKey",
    "Part",
    "Recommendation",
    "RuleSetVersion",
]
