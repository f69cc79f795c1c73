"""The tables, and the queries that have a name."""

from advisor.models.accepted_warning import AcceptedWarning
from advisor.models.account import Account, ApiToken, LoginSession, MailOutbox, ResetToken
from advisor.models.assessment import (
    AccountOwner,
    Assessment,
    OrganisationOwner,
    Owner,
    Part,
    RecommendationRecord,
    VisitorOwner,
    pack,
)
from advisor.models.audit import AuditEvent
from advisor.models.base import Base
from advisor.models.brief_version import BriefVersion
from advisor.models.comment import Comment
from advisor.models.database import Database, DatabaseUnavailable, Unstorable
from advisor.models.draft import Draft
from advisor.models.feedback import Feedback
from advisor.models.idempotency import IdempotencyKey
from advisor.models.item_comment import ItemComment, ItemThread
from advisor.models.job import Job
from advisor.models.limits import RateLimit
from advisor.models.open_item import OpenItem
from advisor.models.opinion import AgreedAnswers, Opinion
from advisor.models.organisation import Invitation, Membership, Organisation, ProcessAct
from advisor.models.planned_version import PlannedVersion
from advisor.models.process_import import ProcessImport
from advisor.models.proof import Proof
from advisor.models.reminder import Reminder
from advisor.models.rule_set_version import RuleSetVersion
from advisor.models.share_link import ShareLink
from advisor.models.unsaved_form import UnsavedForm

__all__ = [
    "AcceptedWarning",
    "Account",
    "AccountOwner",
    "AgreedAnswers",
    "ApiToken",
    "Assessment",
    "AuditEvent",
    "Base",
    "BriefVersion",
    "Comment",
    "Database",
    "DatabaseUnavailable",
    "Draft",
    "Feedback",
    "IdempotencyKey",
    "Invitation",
    "ItemComment",
    "ItemThread",
    "Job",
    "LoginSession",
    "MailOutbox",
    "Membership",
    "OpenItem",
    "Opinion",
    "Organisation",
    "OrganisationOwner",
    "Owner",
    "Part",
    "PlannedVersion",
    "ProcessAct",
    "ProcessImport",
    "Proof",
    "RateLimit",
    "RecommendationRecord",
    "Reminder",
    "ResetToken",
    "RuleSetVersion",
    "ShareLink",
    "UnsavedForm",
    "Unstorable",
    "VisitorOwner",
    "pack",
]
