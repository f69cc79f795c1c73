"""An account's own assessments: the same operations as the pages, for programs with a token."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from advisor.api.description import reference
from advisor.api.own_assessments import (
    ETAG,
    ID,
    IF_MATCH,
    KEY,
    LOCATION,
    UnusableRequest,
    assessment_document,
    call_attempt,
    check_version,
    line_document,
    one_document,
    revision_document,
    token_owner,
)
from advisor.api.registry import api, json_body, json_reply
from advisor.api.shapes import AssessmentChange, AssessmentDocument
from advisor.assessments.context import find_own
from advisor.assessments.operations import TooMany, answer_all, create, in_transaction, remove
from advisor.assessments.progress import Progress
from advisor.engine.document.text import LINE_LIMIT, TEXT_LIMIT, text_fault, whole_number
from advisor.engine.model.answers import WorkItem, read_work_item
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.json_items import items_document, read_items, read_shape
from advisor.exchange.work_items import named_parts
from advisor.extensions import database
from advisor.models import Assessment, Owner
from advisor.models import rule_set_version as versions
from advisor.models.assessment import own_assessment, own_recommendations
from advisor.models.idempotency import Attempt, idempotent_call
from advisor.processes.list.query import ADVICES, DECIDED, RULES, SORTS, ListQuery, page_of
from advisor.processes.operations import OwnerDecision, days_of_decisions, decide
from advisor.web import identity
from advisor.web.errors import problem
from advisor.web.paging import page_bounds
from advisor.wording.vocabulary import DECISIONS

HISTORY_PAGE = 20
_CHANGE: TypeAdapter[AssessmentChange] = TypeAdapter(AssessmentChange)

_LINE = {"type": "string", "maxLength": LINE_LIMIT, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$"}
_PAGE = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9999}}
_ONE, _DOCUMENT = "/assessments/<uuid:assessment_id>", reference("AssessmentDocument")


class DeletedSince(Exception):  # noqa: N818
    """What was begun with the key of a repeat is not there any more."""


def _choice(name: str, known: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"enum": [str(value) for value in known]}}


# ---- reading -----------------------------------------------------------------------------------------------------


@api.operation(
    "GET",
    "/assessments",
    summary="The processes of the account, by page.",
    gives=reference("AssessmentsDocument"),
    parameters=[
        _PAGE,
        {"name": "q", "in": "query", "description": "Words of the name.", "schema": _LINE},
        _choice("advice", ADVICES),
        _choice("decided", DECIDED),
        _choice("rules", RULES),
        _choice("sort", [*SORTS, *(f"-{key}" for key in SORTS)]),
    ],
    needs_token=True,
)
def assessments() -> ResponseReturnValue:
    """List the account's processes, as its page "Your processes" does."""
    _refuse_unknown_choices()
    query = ListQuery.read(request.args)
    with database().read() as session:
        page = page_of(session, token_owner(), query)
    lines = [line_document(row) for row in page.rows]
    return json_reply({"assessments": lines, "page": page.number, "pages": page.pages, "found": page.found})


@api.operation(
    "GET",
    _ONE,
    summary="One process, with its latest advice.",
    gives=_DOCUMENT,
    parameters=[ID],
    problems=[404],
    headers=ETAG,
    needs_token=True,
)
def assessment(assessment_id: UUID) -> ResponseReturnValue:
    """Give one of the account's processes."""
    owner = token_owner()
    with database().read() as session:
        document = assessment_document(session, owner, find_own(session, owner, assessment_id))
    return one_document(document)


@api.operation(
    "GET",
    f"{_ONE}/history",
    summary="Every advice on it as it was given, newest first.",
    gives=reference("HistoryDocument"),
    parameters=[ID, _PAGE],
    problems=[404],
    needs_token=True,
)
def history(assessment_id: UUID) -> ResponseReturnValue:
    """Give the advice on a process as it was given."""
    owner, number = token_owner(), _page_number()
    with database().read() as session:
        find_own(session, owner, assessment_id)
        given = own_recommendations(owner, assessment_id)
        held = session.scalar(select(func.count()).select_from(given.order_by(None).subquery())) or 0
        page = page_bounds(held, number, HISTORY_PAGE)
        found = session.scalars(given.offset(page.start).limit(HISTORY_PAGE))
        revisions = [revision_document(one) for one in found]
    return json_reply({"history": revisions, "page": page.number, "pages": page.pages})


# ---- writing -----------------------------------------------------------------------------------------------------


@api.operation(
    "POST",
    "/assessments",
    summary="Begin a process under the rules in force; it is advised on as soon as every question is answered.",
    takes=reference("WorkItemRequest"),
    gives=_DOCUMENT,
    parameters=[KEY],
    problems=[409, 413, 415, 422],
    status=201,
    headers=ETAG | LOCATION,
    needs_token=True,
)
def new_assessment() -> ResponseReturnValue:
    """Begin a process, once however often the same key is sent."""
    owner, raw = token_owner(), json_body()
    attempt = call_attempt(owner)
    try:
        document = in_transaction(database(), lambda session: _begin(session, owner, raw, attempt))
    except TooMany:
        most = current_app.config["ASSESSMENTS_PER_OWNER"]
        return problem(409, _("As many as we keep"), _("The account holds %(most)d processes.", most=most))
    except DeletedSince:
        detail = _("The process that was begun with this key has been deleted. Send a new key to begin another.")
        return problem(409, _("It was deleted"), detail)
    response = one_document(document, 201)
    response.headers["Location"] = url_for("api.assessment", assessment_id=document["id"])
    return response


def _begin(session: Session, owner: Owner, raw: object, attempt: Attempt) -> AssessmentDocument:
    def act() -> str:
        if isinstance(raw, list):
            raise UnusableRequest([Problem("", _("This must be an object of names and values."))])
        items, problems = read_items(versions.rule_set(session), raw)
        if items and not items[0].process:
            problems.append(Problem("process", _("A process needs a name.")))
        if problems:
            raise UnusableRequest(problems)
        limit = current_app.config["ASSESSMENTS_PER_OWNER"]
        begun = create(session, owner, items[0].process, {}, limit)
        answer_all(session, begun, items[0])
        return str(begun.id)

    begun_id = UUID(idempotent_call(session, attempt, act))
    mine = session.scalars(own_assessment(owner, begun_id)).first()
    if mine is None:
        raise DeletedSince
    return assessment_document(session, owner, mine)


@api.operation(
    "PATCH",
    _ONE,
    summary="Change its name, answers, parts, or what was decided.",
    takes=reference("AssessmentChange"),
    gives=_DOCUMENT,
    parameters=[ID, IF_MATCH],
    problems=[404, 412, 413, 415, 422, 428],
    headers=ETAG,
    needs_token=True,
)
def change_assessment(assessment_id: UUID) -> ResponseReturnValue:
    """Change a process, if nobody else did since the copy that the change is based on."""
    owner, raw = token_owner(), json_body()
    read = read_shape(_CHANGE, raw, AssessmentChange.model_fields)
    change, problems = read
    if change is None:
        with database().read() as session:
            find_own(session, owner, assessment_id)
        raise UnusableRequest(problems)
    return one_document(in_transaction(database(), lambda session: _change(session, owner, assessment_id, change)))


def _change(session: Session, owner: Owner, assessment_id: UUID, change: AssessmentChange) -> AssessmentDocument:
    mine = find_own(session, owner, assessment_id)
    sent = change.model_fields_set
    named = [change.row_version] if "row_version" in sent else []
    check_version(session, mine, named, is_needed=True)
    if sent & {"process", "answers", "parts"}:
        answer_all(session, mine, _wanted(versions.rule_set(session, mine.version_number), mine, change))
    if sent & {"decision", "decided_on", "notes"}:
        saved = OwnerDecision.of(mine)
        decide(mine, _decision(saved, change), saved.fingerprint)
    session.flush()
    return assessment_document(session, owner, mine)


def _wanted(rule_set: RuleSet, mine: Assessment, change: AssessmentChange) -> WorkItem:
    """The name, answers and parts as they shall be: what was sent, beside what stays."""
    sent = change.model_fields_set
    present = Progress.of(rule_set, mine).work_item()
    process = change.process if "process" in sent else present.process
    (plain,) = items_document([present])
    answers: Mapping[str, Any] = change.answers if "answers" in sent else plain["answers"]
    stays = [(part["part"], part["answers"]) for part in plain.get("parts", [])]
    parts, problems = (
        named_parts([(part.part, part.answers) for part in change.parts]) if "parts" in sent else (stays, [])
    )
    item, faults = read_work_item(rule_set, process, answers, parts)
    if not item.process:
        faults.append(Problem("process", _("A process needs a name.")))
    if faults or problems:
        raise UnusableRequest([*problems, *faults])
    return item


def _decision(saved: OwnerDecision, change: AssessmentChange) -> OwnerDecision:
    sent = change.model_fields_set
    made = (change.decision or "") if "decision" in sent else saved.made
    notes = change.notes if "notes" in sent else saved.notes
    day = saved.on
    problems = []
    if made and made not in DECISIONS:
        problems.append(Problem("decision", _("This must be one of %(known)s, or null.", known=", ".join(DECISIONS))))
    if (fault := text_fault(notes, TEXT_LIMIT)) is not None:
        problems.append(Problem("notes", f"This {fault}."))
    if "decided_on" in sent:
        day, fault = _day(change.decided_on)
        if fault:
            problems.append(Problem("decided_on", fault))
    if problems:
        raise UnusableRequest(problems)
    return OwnerDecision(made, day if made else None, notes)


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(sent: str | None) -> tuple[date | None, str]:
    if sent is None:
        return None, ""
    try:
        day = date.fromisoformat(sent) if _DAY.fullmatch(sent) else None  # by itself it reads weeks, too
    except ValueError:
        day = None
    if day is None:
        return None, _("This must be a day, such as 2026-11-22, or null.")
    earliest, latest = days_of_decisions()
    if not earliest <= day <= latest:
        return None, _("This must be a day from %(least)s to %(most)s, or null.", least=earliest, most=latest)
    return day, ""


@api.operation(
    "DELETE",
    _ONE,
    summary="Put it into the bin, from where its owner can take it back for 30 days.",
    gives=None,
    parameters=[ID, IF_MATCH],
    problems=[404, 412],
    status=204,
    needs_token=True,
)
def delete_assessment(assessment_id: UUID) -> ResponseReturnValue:
    """Put a process into the bin."""
    owner = token_owner()

    def act(session: Session) -> None:
        mine = find_own(session, owner, assessment_id)
        check_version(session, mine, [], is_needed=False)
        remove(session, mine, identity.actor())

    in_transaction(database(), act)
    return Response(status=204)


def _page_number() -> int:
    number = whole_number(request.args.get("page", "1"), 1, 9999)
    if number is None:
        abort(400, description=_("“page” is a whole number from 1 to 9999."))
    return number


def _refuse_unknown_choices() -> None:
    """A page makes the best of a strange address; a program is told."""
    _page_number()
    sorts = [*SORTS, *(f"-{key}" for key in SORTS)]
    for name, known in (("advice", ADVICES), ("decided", DECIDED), ("rules", RULES), ("sort", sorts)):
        if name in request.args and request.args[name] not in known:
            abort(400, description=_("“%(name)s” is one of: %(known)s.", name=name, known=", ".join(known)))
