"""The tables, and the queries that have a name."""

from advisor.models.accounts.account import Account, ApiToken, LoginSession, MailOutbox, ResetToken
from advisor.models.accounts.organisation import Invitation, Membership, Organisation, ProcessAct
from advisor.models.audit import AuditEvent
from advisor.models.base import Base
from advisor.models.database import Database, DatabaseUnavailable, Unstorable
from advisor.models.feedback import Feedback
from advisor.models.idempotency import IdempotencyKey
from advisor.models.job import Job
from advisor.models.limits import RateLimit
from advisor.models.processes.assessment import (
    AccountOwner,
    Assessment,
    OrganisationOwner,
    Owner,
    Part,
    RecommendationRecord,
    VisitorOwner,
    pack,
)
from advisor.models.processes.brief_version import BriefVersion
from advisor.models.processes.comment import Comment
from advisor.models.processes.opinion import AgreedAnswers, Opinion
from advisor.models.processes.process_import import ProcessImport
from advisor.models.processes.reminder import Reminder
from advisor.models.processes.share_link import ShareLink
from advisor.models.rule_sets.accepted_warning import AcceptedWarning
from advisor.models.rule_sets.draft import Draft
from advisor.models.rule_sets.item_comment import ItemComment, ItemThread
from advisor.models.rule_sets.open_item import OpenItem
from advisor.models.rule_sets.planned_version import PlannedVersion
from advisor.models.rule_sets.proof import Proof
from advisor.models.rule_sets.rule_set_version import RuleSetVersion
from advisor.models.rule_sets.unsaved_form import UnsavedForm

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
