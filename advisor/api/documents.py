"""An account's assessments as plain JSON values."""

from typing import Any, cast

from sqlalchemy.orm import Session

from advisor.api.shapes import AssessmentDocument, AssessmentLine, OpenQuestionDocument, RevisionDocument
from advisor.assessments.progress import Progress, QuestionRef
from advisor.exchange.json_items import items_document
from advisor.models import Assessment, Owner, RecommendationRecord
from advisor.models import rule_set_version as versions
from advisor.models.assessment import own_recommendations
from advisor.processes.list.query import ListRow


def assessment_document(session: Session, owner: Owner, mine: Assessment) -> AssessmentDocument:
    """One process with its latest advice."""
    in_force = versions.in_force(session).number
    progress = Progress.of(versions.rule_set(session, mine.version_number), mine)
    latest = session.scalars(own_recommendations(owner, mine.id).limit(1)).first()
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
        "open": [open_document(place) for place in progress.route() if progress.is_open(place)],
        "stale": latest is not None and latest.given != progress.given(),
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
        "rules_version": line.version,
        "outcome": cast(Any, line.outcome),
        "kind": cast(Any, line.kind),
        "strength": cast(Any, line.strength),
        "decision": line.decision,
        "decided_on": line.decided_on.isoformat() if line.decided_on else None,
        "created_at": line.created_at.isoformat(),
        "touched_at": line.touched_at.isoformat(),
    }


def revision_document(one: RecommendationRecord) -> RevisionDocument:
    """One advice of the history."""
    return {
        "number": one.sequence,
        "given_at": one.created_at.isoformat(),
        "rules_version": one.version_number,
        "process": one.process_name,
        "answers": one.given["answers"],
        "parts": [{"part": part["part"], "answers": part["answers"]} for part in one.given["parts"]],
        "recommendation": cast(Any, one.result),
    }
