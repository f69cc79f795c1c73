"""The rules have changed since a process was advised on: what they would say, and update or keep, as on the pages."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from advisor.api.description import reference
from advisor.api.own_assessments import (
    ETAG,
    ID,
    IF_MATCH,
    KEY,
    UnusableRequest,
    assessment_document,
    call_attempt,
    check_version,
    one_document,
    open_document,
    token_owner,
)
from advisor.api.registry import api, json_body, revalidated_reply
from advisor.api.shapes import AssessmentDocument, ChangedRule, NewerRulesDocument, RulesChoice
from advisor.assessments.context import find_own
from advisor.assessments.operations import in_transaction
from advisor.assessments.result.sidebar import NewerRules, apply_rules_in_force
from advisor.exchange.json_items import read_shape
from advisor.extensions import database
from advisor.models import Assessment, Owner, RecommendationRecord
from advisor.models.idempotency import Attempt, idempotent_call
from advisor.models.processes.assessment import find_latest_recommendation
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.rule_set_version import RuleSetVersion
from advisor.processes import operations
from advisor.processes.operations import RulesMovedOn
from advisor.processes.presenter import newer_difference
from advisor.web.problems import problem
from advisor.wording.advice.verdict import verdicts_of
from advisor.wording.claims import VersionView

_CHOICE: TypeAdapter[RulesChoice] = TypeAdapter(RulesChoice)

Act = Callable[[Session, Assessment, int], object]


class NoAdvice(Exception):  # noqa: N818
    """There is no advice yet that newer rules could be held against."""


_PATH = "/assessments/<uuid:assessment_id>/newer-rules"


_CHOICE_OF_RULES: dict[str, Any] = {
    "takes": reference("RulesChoice"),
    "gives": reference("AssessmentDocument"),
    "parameters": [ID, IF_MATCH, KEY],
    "problems": ["nothing-there", "rules-moved-on", "no-advice-yet", "changed-since", "does-not-fit", "key-reused"],
    "headers": ETAG,
    "needs_token": True,
}


@api.operation(
    "GET",
    _PATH,
    summary="What the rules in force would say of it, and which of them make the difference. Nothing is changed.",
    gives=reference("NewerRulesDocument"),
    parameters=[ID],
    problems=["nothing-there"],
    needs_token=True,
    revalidates=True,
)
def newer_rules(assessment_id: UUID) -> ResponseReturnValue:
    """Hold a process against the rules in force."""
    owner = token_owner()
    with database().read() as session:
        mine = find_own(session, owner, assessment_id)
        latest = find_latest_recommendation(session, owner, assessment_id)
        newer = _newer(session, mine, latest) if latest else None
        document: NewerRulesDocument = {
            "rules_version": latest.version_number if latest else mine.version_number,
            "newer_rules": newer.edition.number if newer else None,
            "kept_version": mine.kept_version,
            "notes": [],
            "open": [],
            "differs": None,
            "rules": [],
            "recommendation": None,
        }
        if latest and newer:
            document |= _held_against(session, latest, newer)
    return revalidated_reply(document)


def _newer(session: Session, mine: Assessment, latest: RecommendationRecord) -> NewerRules | None:
    edition, advised_by = (VersionView.of(session, number) for number in (mine.version_number, latest.version_number))
    return apply_rules_in_force(mine, edition, latest, advised_by)


def _held_against(session: Session, latest: RecommendationRecord, newer: NewerRules) -> Any:
    since = versions.versions().where(RuleSetVersion.number > latest.version_number)
    return {
        "notes": [
            {"rules_version": row.number, "published_at": row.published_at.isoformat(), "note": row.note}
            for row in session.scalars(since)
        ],
        "open": [open_document(place) for place in newer.open_places],
        "differs": verdicts_of(dict(newer.document)) != verdicts_of(latest.result),
        "rules": _rules(session, latest, newer),
        "recommendation": newer.document,
    }


def _rules(session: Session, latest: RecommendationRecord, newer: NewerRules) -> list[ChangedRule]:
    """The rules that count differently, the largest shift first, as the page has them."""
    pushes = [
        {(reason.get("part", ""), reason["rule"]): reason["push"] for reason in document["reasons"]}
        for document in (latest.result, cast(dict[str, Any], newer.document))
    ]
    rules: list[ChangedRule] = []
    for pair in newer_difference(latest, VersionView.of(session, latest.version_number), newer).rules:
        before, after = (pushed.get((pair.part, pair.rule)) for pushed in pushes)
        rule: ChangedRule = {
            "rule": pair.rule,
            "text": pair.text,
            "before": before,
            "after": after,
            "alone": pair.alone,
        }
        if pair.part:
            rule["part"] = pair.part
        rules.append(rule)
    return rules


@api.operation(
    "POST",
    f"{_PATH}/update",
    summary="Move it to the rules in force; it is advised on anew where no question is open.",
    **_CHOICE_OF_RULES,
)
def update_rules(assessment_id: UUID) -> ResponseReturnValue:
    """Move to the rules in force, by the operation of the page."""
    return _choose(assessment_id, operations.update_to_newer_rules)


@api.operation(
    "POST",
    f"{_PATH}/keep",
    summary="Keep the advice as it is over the rules in force, and be told of none before the next.",
    **_CHOICE_OF_RULES,
)
def keep_rules(assessment_id: UUID) -> ResponseReturnValue:
    """Keep the advice as it is, by the operation of the page."""
    return _choose(assessment_id, operations.keep_older_rules)


def _choose(assessment_id: UUID, act: Act) -> ResponseReturnValue:
    owner = token_owner()
    attempt = call_attempt(owner)
    read = read_shape(_CHOICE, json_body(), RulesChoice.model_fields)
    choice, problems = read
    if choice is None:
        with database().read() as session:
            find_own(session, owner, assessment_id)
        raise UnusableRequest(problems)
    number = choice.rules_version
    try:
        document = in_transaction(database(), lambda session: _act(session, owner, assessment_id, number, act, attempt))
    except RulesMovedOn:
        return problem(
            "rules-moved-on", _("Version %(n)d is not the one in force. Read newer-rules again, then choose.", n=number)
        )
    except NoAdvice:
        return problem("no-advice-yet", _("There is no advice yet: answer what is open first."))
    return one_document(document)


def _act(
    session: Session, owner: Owner, assessment_id: UUID, number: int, act: Act, attempt: Attempt
) -> AssessmentDocument:
    mine = find_own(session, owner, assessment_id)

    def choose() -> str:
        check_version(session, mine, [], is_needed=False)
        if find_latest_recommendation(session, owner, mine.id) is None:
            raise NoAdvice
        act(session, mine, number)
        session.flush()
        return str(mine.id)

    idempotent_call(session, attempt, choose)
    return assessment_document(session, owner, mine)
