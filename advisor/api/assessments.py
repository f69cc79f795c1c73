"""An account's own assessments: the same operations as the pages, for programs with a token."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from advisor.api.assessment_changes import apply_change
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
from advisor.api.registry import PIECES_PER_ITEM, PROBLEMS_LIMIT, api, json_body, revalidated_reply, text_reply
from advisor.api.shapes import AssessmentChange, AssessmentDocument
from advisor.assessments.context import find_own
from advisor.assessments.operations import begin_all, in_transaction, remove
from advisor.engine.document.text import LINE_LIMIT, is_blank, whole_number
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.json_items import read_items, read_shape
from advisor.extensions import database
from advisor.models import Assessment, Owner
from advisor.models.idempotency import Attempt, idempotent_call
from advisor.models.processes.assessment import assessment_room_left, own_assessments, own_recommendations
from advisor.models.rule_sets import rule_set_version as versions
from advisor.processes.list.query import OFFERED, SORTS, ListQuery, page_of
from advisor.web.access import identity
from advisor.web.paging import page_bounds
from advisor.web.problems import problem

HISTORY_PAGE = 20
_CHANGE: TypeAdapter[AssessmentChange] = TypeAdapter(AssessmentChange)

_LINE = {"type": "string", "maxLength": LINE_LIMIT, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$"}
_RANGE = re.compile("[0-9]{1,4}-[0-9]{1,4}")
_POINTS = {"type": "string", "pattern": f"^{_RANGE.pattern}$"}
_PAGE = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9999}}
_OF_ONE = tuple((ETAG | LOCATION).items())
_ONE, _DOCUMENT = "/assessments/<uuid:assessment_id>", reference("AssessmentDocument")


class DeletedSince(Exception):  # noqa: N818
    """Of what was begun with the key of a repeat, some or all is not there any more; carries the ids."""

    def __init__(self, deleted: list[str], present: list[str]) -> None:
        self.deleted, self.present = deleted, present
        super().__init__("deleted")


class AccountFull(Exception):  # noqa: N818
    """Not all that was sent has room beside what the account holds; carries how many more have."""

    def __init__(self, room: int) -> None:
        self.room = room
        super().__init__("no room")


def _choice(name: str, known: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string", "enum": [str(value) for value in known]}}


# ---- reading -----------------------------------------------------------------------------------------------------


@api.operation(
    "GET",
    "/assessments",
    summary="The processes of the account, by page. A page behind the last one is empty.",
    gives=reference("AssessmentsDocument"),
    parameters=[
        _PAGE,
        {"name": "q", "in": "query", "description": "Words of the name.", "schema": _LINE},
        {"name": "group", "in": "query", "description": "A group, or “;” for none.", "schema": _LINE},
        *(_choice(name, values) for name, values in OFFERED.items()),
        {"name": "risk", "in": "query", "description": "The key of a risk that the advice tells.", "schema": _LINE},
        {"name": "bpo", "in": "query", "description": "From how many to how many BPO points.", "schema": _POINTS},
        {"name": "kpo", "in": "query", "description": "From how many to how many KPO points.", "schema": _POINTS},
        _choice("sort", [*SORTS, *(f"-{key}" for key in SORTS)]),
    ],
    needs_token=True,
    revalidates=True,
)
def assessments() -> ResponseReturnValue:
    """List the account's processes, as its page "Your processes" does."""
    _refuse_unknown_choices()
    bpo, kpo = (request.args.get(name, "") for name in ("bpo", "kpo"))
    query = replace(ListQuery.read(request.args), bpo=bpo, kpo=kpo)  # one that ends before it begins holds nothing
    with database().read() as session:
        page = page_of(session, token_owner(), query)
    lines = [line_document(row) for row in page.rows] if query.page <= page.pages else []
    return revalidated_reply({"assessments": lines, "page": query.page, "pages": page.pages, "found": page.found})


@api.operation(
    "GET",
    _ONE,
    summary="One process, with its latest advice.",
    gives=_DOCUMENT,
    parameters=[ID],
    problems=["nothing-there"],
    headers=ETAG,
    needs_token=True,
    revalidates=True,
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
    summary="Every advice on it as it was given, newest first, by page. A page behind the last one is empty.",
    gives=reference("HistoryDocument"),
    parameters=[ID, _PAGE],
    problems=["nothing-there"],
    needs_token=True,
    revalidates=True,
)
def history(assessment_id: UUID) -> ResponseReturnValue:
    """Give the advice on a process as it was given."""
    owner, number = token_owner(), _page_number()
    with database().read() as session:
        find_own(session, owner, assessment_id)
        given = own_recommendations(owner, assessment_id)
        held = session.scalar(select(func.count()).select_from(given.order_by(None).subquery())) or 0
        found = session.scalars(given.offset((number - 1) * HISTORY_PAGE).limit(HISTORY_PAGE))
        revisions = [revision_document(session, one) for one in found]
    pages = page_bounds(held, number, HISTORY_PAGE).pages
    return revalidated_reply({"history": revisions, "page": number, "pages": pages})


# ---- writing -----------------------------------------------------------------------------------------------------


@api.operation(
    "POST",
    "/assessments",
    summary="Begin a process under the rules in force, or all of a list; it is advised on as soon as every question is "
    "answered. A list is begun as a whole or not at all.",
    takes=reference("OneOrSeveralNewAssessments"),
    gives=reference("OneOrSeveralAssessments"),
    parameters=[KEY],
    problems=["account-full", "made-and-deleted", "does-not-fit", "key-reused"],
    status=201,
    headers={name: {**header, "description": f"{header['description']} A list has none."} for name, header in _OF_ONE},
    needs_token=True,
)
def new_assessment() -> ResponseReturnValue:
    """Begin a process or several, once however often the same key is sent."""
    owner, raw = token_owner(), json_body()
    attempt = call_attempt(owner)
    sent = SentItems.read(raw)  # before the transaction, so that nobody waits for it
    try:
        documents = in_transaction(database(), lambda session: _begin(session, owner, sent, attempt))
    except AccountFull as error:
        most = current_app.config["ASSESSMENTS_PER_OWNER"]
        detail = _("The account may hold %(most)d processes. %(room)d more fit.", most=most, room=error.room)
        return problem("account-full", detail)
    except DeletedSince as error:
        detail = _("Of what was begun with this key, %(n)d have been deleted.", n=len(error.deleted))
        if not error.present:
            detail = _("What was begun with this key has been deleted. Send a new key to begin another.")
        return problem("made-and-deleted", detail, deleted=error.deleted, present=error.present)
    if isinstance(raw, list):
        return text_reply(b"".join([b"[", *documents[1:], b"]"]), 201)
    begun = json.loads(documents[1])
    response = one_document(begun, 201)
    response.headers["Location"] = url_for("api.assessment", assessment_id=begun["id"])
    return response


@dataclass(frozen=True, slots=True)
class SentItems:
    """What was sent, and what it is under a version of the rules, unless something is wrong with it there."""

    raw: object
    version: int
    items: Sequence[WorkItem] | None

    @classmethod
    def read(cls, raw: object) -> "SentItems":
        """Read it under the version in force."""
        number, rules = versions.rules_in_force(database())
        try:
            return cls(raw, number, _items_to_begin(rules, raw))
        except UnusableRequest:  # told only where its key was not used before
            return cls(raw, number, None)

    def under(self, session: Session, version: int) -> Sequence[WorkItem]:
        """What it is under that version. Raises UnusableRequest with every problem."""
        if self.items is not None and self.version == version:
            return self.items
        return _items_to_begin(versions.rule_set(session, version), self.raw)


def _begin(session: Session, owner: Owner, sent: SentItems, attempt: Attempt) -> list[bytes]:
    """The documents of what was begun, each behind a comma: as text, which takes less room than as objects."""
    version = versions.in_force(session)  # while it is held, nothing reads it from the database again

    def act() -> str:
        items = sent.under(session, version.number)
        limit = current_app.config["ASSESSMENTS_PER_OWNER"]
        if (room := assessment_room_left(session, owner, limit)) < len(items):
            raise AccountFull(room)
        return " ".join(str(mine.id) for mine in begin_all(session, owner, items, limit))

    begun = [UUID(one) for one in idempotent_call(session, attempt, act).split()]
    present = {mine.id: mine for mine in session.scalars(own_assessments(owner).where(Assessment.id.in_(begun)))}
    if len(present) < len(begun):
        raise DeletedSince(
            [str(one) for one in begun if one not in present], [str(one) for one in begun if one in present]
        )
    documents: list[bytes] = []
    for one in begun:
        documents += [b",", json.dumps(assessment_document(session, owner, present[one]), ensure_ascii=False).encode()]
    return documents


def _items_to_begin(rule_set: RuleSet, raw: object) -> list[WorkItem]:
    """Read what was sent, each with a name. Raises UnusableRequest with every problem."""
    most = current_app.config["ASSESSMENTS_PER_REQUEST"]
    if isinstance(raw, list) and not 0 < len(raw) <= most:
        text = _("This is a list of %(found)d; from 1 to %(most)d are taken at once.", found=len(raw), most=most)
        raise UnusableRequest([Problem("", text)])
    items, problems = read_items(rule_set, raw, PROBLEMS_LIMIT)
    bodies = {f"{index}/": body for index, body in enumerate(raw)} if isinstance(raw, list) else {"": raw}
    unnamed = [place for place, body in bodies.items() if _lacks_name(body)]
    problems += [Problem(f"{place}process", _("A process needs a name.")) for place in unnamed[:PROBLEMS_LIMIT]]
    pieces = sum(max(1, len(item.parts)) for item in items)
    if not problems and pieces > (most := PIECES_PER_ITEM * most):
        text = _("These have %(found)d parts together; at most %(most)d are taken at once.", found=pieces, most=most)
        problems.append(Problem("", text))
    if problems:
        raise UnusableRequest(problems)
    return items


def _lacks_name(body: object) -> bool:
    name = body.get("process", "") if isinstance(body, dict) else None
    return isinstance(name, str) and is_blank(name)


@api.operation(
    "PATCH",
    _ONE,
    summary="Change its name, answers, parts or groups, what was decided, or the day to look again.",
    takes=reference("AssessmentChange"),
    gives=_DOCUMENT,
    parameters=[ID, IF_MATCH],
    problems=["nothing-there", "changed-since", "does-not-fit", "version-needed"],
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
    named = [change.row_version] if "row_version" in change.model_fields_set else []
    check_version(session, mine, named, is_needed=True)
    apply_change(session, owner, mine, change)
    session.flush()
    return assessment_document(session, owner, mine)


@api.operation(
    "DELETE",
    _ONE,
    summary="Put it into the bin, from where its owner can put it back for 30 days.",
    gives=None,
    parameters=[ID, IF_MATCH],
    problems=["nothing-there", "changed-since"],
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
    for name, known in (*OFFERED.items(), ("sort", sorts)):
        if name in request.args and request.args[name] not in known:
            abort(400, description=_("“%(name)s” is one of: %(known)s.", name=name, known=", ".join(known)))
    for name in ("bpo", "kpo"):
        if name in request.args and not _RANGE.fullmatch(request.args[name]):
            abort(400, description=_("“%(name)s” says from how many to how many points, such as 4-5.", name=name))
