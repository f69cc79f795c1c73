"""The tables, and the queries that have a name."""

from advisor.models.account import Account, ApiToken, LoginSession, ResetToken
from advisor.models.assessment import Assessment, Part, RecommendationRecord, pack
from advisor.models.audit import AuditEvent
from advisor.models.base import Base
from advisor.models.database import Database, DatabaseUnavailable, Unstorable
from advisor.models.draft import Draft
from advisor.models.feedback import Feedback
from advisor.models.idempotency import IdempotencyKey
from advisor.models.job import Job
from advisor.models.mail import MailOutbox
from advisor.models.owner import AccountOwner, Owner, VisitorOwner
from advisor.models.proof import Proof
from advisor.models.rate_limit import RateLimit
from advisor.models.rule_set_version import RuleSetVersion

__all__ = [
    "Account",
    "AccountOwner",
    "ApiToken",
    "Assessment",
    "AuditEvent",
    "Base",
    "Database",
    "DatabaseUnavailable",
    "Draft",
    "Feedback",
    "IdempotencyKey",
    "Job",
    "LoginSession",
    "MailOutbox",
    "Owner",
    "Part",
    "Proof",
    "RateLimit",
    "RecommendationRecord",
    "ResetToken",
    "RuleSetVersion",
    "Unstorable",
    "VisitorOwner",
    "pack",
]
