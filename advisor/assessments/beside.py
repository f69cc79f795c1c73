"""What stands beside an advice: newer rules, what can be done with it, and what its owner decided."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from advisor.assessments.loading import Opened
from advisor.assessments.newer_rules import under_rules_in_force
from advisor.models import Assessment
from advisor.presenter.result import said_by, verdict_words
from advisor.presenter.words import DECISIONS


@dataclass(frozen=True, slots=True)
class NewerNotice:
    """The rules have changed since the advice was given: when, and what they would say now."""

    published: datetime
    number: int
    own: int
    would_be: str
    """The verdict of the rules in force; "" where something is to be answered first."""
    is_same: bool
    url: str


def newer_notice(opened: Opened) -> NewerNotice | None:
    """What to tell of newer rules; nothing where the owner chose to keep the advice as it is."""
    newer = under_rules_in_force(opened.assessment, opened.edition)
    if newer is None or opened.latest is None or (opened.assessment.kept_version or 0) >= newer.edition.number:
        return None
    document = dict(newer.document)
    latest = opened.latest.result
    return NewerNotice(
        published=newer.edition.version.published,
        number=newer.edition.number,
        own=opened.advice_edition.number,
        would_be="" if newer.open_places else verdict_words(document),
        is_same=said_by(document) == said_by(latest),
        url=url_for("processes.newer_rules", assessment_id=opened.id),
    )


@dataclass(frozen=True, slots=True)
class Keeping:
    """What can be done with the advice itself; ``is_kept`` where an account holds it."""

    is_kept: bool
    keep_url: str
    decision_url: str
    history_url: str
    copy_url: str
    again_url: str
    wrong_url: str
    list_url: str


def keeping(opened: Opened, again_url: str) -> Keeping:
    """The addresses; ``again_url`` is where all questions are gone through again."""
    here: dict[str, Any] = {"assessment_id": opened.id}
    return Keeping(
        is_kept=opened.assessment.account_id is not None,
        keep_url=url_for("accounts.register", next=url_for("assessments.result", **here)),
        decision_url=url_for("processes.decide", **here),
        history_url=url_for("processes.history", **here),
        copy_url=url_for("processes.copy", of=opened.id),
        again_url=again_url,
        wrong_url=url_for("processes.looks_wrong", **here),
        list_url=url_for("processes.index"),
    )


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """What the owner decided, beside the advice ever after."""

    words: str
    on: date | None
    notes: str


def decision_shown(assessment: Assessment) -> DecisionShown | None:
    """The decision and the notes, None where there is neither."""
    if not assessment.decision and not assessment.notes:
        return None
    words = str(DECISIONS.get(assessment.decision, assessment.decision)) if assessment.decision else ""
    return DecisionShown(words, assessment.decided_on, assessment.notes)
