"""What the operations on an account's own processes share: parameters, replies, and what a change is based on."""

from typing import Any, cast

from flask import Response, abort, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.api.registry import json_reply
from advisor.api.shapes import (
    AssessmentDocument,
    AssessmentLine,
    FirstAdviceDocument,
    OpenQuestionDocument,
    RevisionDocument,
)
from advisor.assessments.progress import Progress, QuestionRef, judged_answers
from advisor.engine.model.errors import Problem
from advisor.exchange.json_items import items_document
from advisor.models import Assessment, Owner, RecommendationRecord
from advisor.models.idempotency import Attempt, new_key
from advisor.models.processes.assessment import find_latest_recommendation
from advisor.models.rule_sets import rule_set_version as versions
from advisor.processes.list.query import ListRow
from advisor.web import forms
from advisor.web.access import identity
from advisor.wording.advice.first_advice import FirstAdvice, first_advice

KEY_LIMIT = 200
"""Characters of an Idempotency-Key."""

ID = {"name": "assessment_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The `ETag` of the copy that this is based on, or its `row_version` in quotes. What follows the "
    "hyphen in an `ETag` does not count here.",
    "schema": {"type": "string"},
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Of your own making, new for each act. For two days the same request with the same key does nothing "
    "more, and is answered with what the first one made, as it is by then. Where that was deleted meanwhile the "
    "answer is 410. Another method, path or body with that key is refused with 422.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
ETAG = {
    "ETag": {
        "description": "Of this state of it, for `If-Match` and `If-None-Match`: `row_version`, and after a hyphen the "
        "number of the newer rules, if there are any.",
        "schema": {"type": "string"},
    }
}
LOCATION = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}


class StaleCopy(Exception):  # noqa: N818
    """It was changed since the version that was named; carries it as it is now."""

    def __init__(self, document: AssessmentDocument) -> None:
        self.document = document
        super().__init__("changed")


class UnusableRequest(Exception):  # noqa: N818
    """What was sent can be read, and does not fit."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("unfit")


def check_version(session: Session, mine: Assessment, named: list[int], *, is_needed: bool) -> None:
    """Refuse what is based on another state than the present one (P3)."""
    header = request.headers.get("If-Match")
    if header is None and not named:
        if is_needed:
            abort(428, description=_("Say which version the change is based on: If-Match, or row_version."))
        return
    in_header = {tag.partition("-")[0] for tag in request.if_match.as_set()}
    fits_header = header is None or header.strip() == "*" or str(mine.row_version) in in_header
    if not fits_header or any(number != mine.row_version for number in named):
        raise StaleCopy(assessment_document(session, token_owner(), mine))


def call_attempt(owner: Owner) -> Attempt:
    """This call under the key that it carries; 400 where that is no key. Without one it is like no other call."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= KEY_LIMIT and key.isascii() and key.isprintable() and " " not in key):
        abort(400, description=_("An Idempotency-Key has 1 to 200 visible ASCII characters."))
    return forms.call_attempt(owner.hash, key or new_key())


def one_document(document: AssessmentDocument, status: int = 200) -> Response:
    """Answer with one process, and the mark of its present state; 304 to who has it in that state."""
    response = json_reply(document, status)
    response.set_etag(etag_of(document))
    return cast(Response, response.make_conditional(request))


def etag_of(document: AssessmentDocument) -> str:
    """The mark of a state: all but the number of the newer rules changes with the row."""
    newer = document["newer_rules"]
    return f"{document['row_version']}-{newer}" if newer else str(document["row_version"])


def token_owner() -> Owner:
    """Whose token came with the request."""
    return identity.owner() or abort(401)


def assessment_document(session: Session, owner: Owner, mine: Assessment) -> AssessmentDocument:
    """One process with its latest advice."""
    in_force = versions.in_force(session).number
    progress = Progress.of(versions.rule_set(session, mine.version_number), mine)
    latest = find_latest_recommendation(session, owner, mine.id)
    (item,) = items_document([progress.work_item()])
    return {
        "id": str(mine.id),
        "process": mine.process_name,
        "answers": item["answers"],
        "parts": item.get("parts", []),
        "rules_version": mine.version_number,
        "newer_rules": in_force if in_force > mine.version_number else None,
        "kept_version": mine.kept_version,
        "row_version": mine.row_version,
        "created_at": mine.created_at.isoformat(),
        "touched_at": mine.touched_at.isoformat(),
        "decision": mine.decision,
        "decided_on": mine.decided_on.isoformat() if mine.decided_on else None,
        "notes": mine.notes,
        "groups": list(mine.groups),
        "look_again_on": mine.look_again_on.isoformat() if mine.look_again_on else None,
        "open": [open_document(place) for place in progress.route() if progress.is_open(place)],
        "stale": latest is not None and judged_answers(latest.given) != judged_answers(progress.as_plain()),
        "first_advice": _first_advice(session, latest) if latest else None,
        "recommended_at": latest.created_at.isoformat() if latest else None,
        "recommendation": cast(Any, latest.result) if latest else None,
    }


def open_document(place: QuestionRef) -> OpenQuestionDocument:
    """A question that waits for an answer."""
    if place.part and place.part.name:
        return {"question": place.question.key, "part": place.part.name}
    return {"question": place.question.key}


def line_document(row: ListRow) -> AssessmentLine:
    """One line of the list."""
    line = row.line
    return {
        "id": str(line.id),
        "process": line.name,
        "parts": list(row.parts),
        "groups": list(line.groups),
        "rules_version": line.version,
        "outcome": cast(Any, line.outcome),
        "kind": cast(Any, line.kind),
        "strength": cast(Any, line.strength),
        "first_advice": _first_advice_document(row.first),
        "decision": line.decision,
        "decided_on": line.decided_on.isoformat() if line.decided_on else None,
        "look_again_on": line.look_again_on.isoformat() if line.look_again_on else None,
        "created_at": line.created_at.isoformat(),
        "touched_at": line.touched_at.isoformat(),
    }


def _first_advice(session: Session, one: RecommendationRecord) -> FirstAdviceDocument | None:
    return _first_advice_document(first_advice(versions.rule_set(session, one.version_number), one.given))


def _first_advice_document(first: FirstAdvice | None) -> FirstAdviceDocument | None:
    return {"answered": first.answered, "asked": first.asked} if first else None


def revision_document(session: Session, one: RecommendationRecord) -> RevisionDocument:
    """One advice of the history."""
    return {
        "number": one.sequence,
        "given_at": one.created_at.isoformat(),
        "rules_version": one.version_number,
        "process": one.process_name,
        "answers": one.given["answers"],
        "parts": [{"part": part["part"], "answers": part["answers"]} for part in one.given["parts"]],
        "first_advice": _first_advice(session, one),
        "recommendation": cast(Any, one.result),
    }
