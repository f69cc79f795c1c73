"""The operations of version 1."""

import json
from collections.abc import Sequence

from flask import Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.api import assessments, newer_rules, rule_checks
from advisor.api.description import RequestLimits, openapi, reference
from advisor.api.examples import examples_of
from advisor.api.own_assessments import StaleCopy, UnusableRequest, etag_of
from advisor.api.registry import (
    PIECES_PER_ITEM,
    PROBLEMS_LIMIT,
    MalformedBody,
    api,
    bp,
    file_body,
    json_body,
    json_reply,
    revalidated_reply,
    text_reply,
    unusable,
)
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.explanation import recommend_and_explain
from advisor.exchange.file_input import UnreadableFileError, file_format
from advisor.exchange.items.read import open_items
from advisor.exchange.items.summary import summary_lines
from advisor.exchange.json_items import explanations_wanted, read_items
from advisor.exchange.recommendation import recommend
from advisor.exchange.recommendation_json import recommendation_json
from advisor.exchange.sheets.reader import UPLOAD
from advisor.extensions import database
from advisor.models.idempotency import KeyReused
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.rule_set_version import RuleSetVersion
from advisor.web.problems import problem
from advisor.web.public_pages import cached_per_version

__all__ = ["assessments", "bp", "newer_rules", "rule_checks"]  # which register their operations as they are imported


@api.operation(
    "GET",
    "/openapi.json",
    summary="This description, for the rules in force.",
    gives={"type": "object"},
    revalidates=True,
)
@cached_per_version
def description() -> ResponseReturnValue:
    """Describe every operation."""
    number, rule_set = _rules_in_force()
    config = current_app.config
    limits = RequestLimits(
        items=config["ITEMS_PER_REQUEST"],
        explained=config["EXPLAINED_ITEMS_PER_REQUEST"],
        begun=config["ASSESSMENTS_PER_REQUEST"],
        parts_each=PIECES_PER_ITEM,
        calls=(config["API_CALLS"], int(config["API_WINDOW"].total_seconds())),
        checks=(config["TRANSFERS"], int(config["TRANSFER_WINDOW"].total_seconds())),
    )
    paths = api.paths(examples_of(rule_set, number))
    return revalidated_reply(openapi(paths, rule_set, limits, config["BASE_URL"]))


@api.operation("GET", "/rules", summary="The rules in force.", gives=reference("RulesDocument"), revalidates=True)
@cached_per_version
def rules_in_force() -> ResponseReturnValue:
    """Give the version in force, with its document exactly as published."""
    with database().read() as session:
        version = _in_force(session)
        text = _rules_text(version)
    return _let_revalidate(text_reply(text), version)


@api.operation(
    "GET",
    "/rules/<int:number>",
    summary="A published version of the rules.",
    gives=reference("RulesDocument"),
    parameters=[
        {"name": "number", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}},
    ],
    problems=["nothing-there"],
    revalidates=True,
)
@cached_per_version
def rules(number: int) -> ResponseReturnValue:
    """Give one version, which never changes and may be kept for ever."""
    with database().read() as session:
        version = versions.version(session, number)
        text = _rules_text(version) if version else ""
    if version is None:
        abort(404, description=_("There is no version %(number)s of the rules.", number=str(number)[:20]))
    response = _let_revalidate(text_reply(text), version)
    response.cache_control.max_age = int(current_app.config["STATIC_LIFETIME"].total_seconds())
    response.cache_control.immutable = True
    response.cache_control.no_cache = None
    return response


@api.operation(
    "POST",
    "/recommendations",
    summary="Advice on one process, or on each of a list.",
    takes=reference("OneOrSeveralWorkItems"),
    gives=reference("OneOrSeveralRecommendations"),
    problems=["does-not-fit"],
)
def recommendations() -> ResponseReturnValue:
    """Advise on what was sent, and keep nothing of it."""
    raw = json_body()
    most = current_app.config["ITEMS_PER_REQUEST"]
    if isinstance(raw, list) and len(raw) > most:
        return _too_many(
            _("This is a list of %(found)d; at most %(most)d are taken at once.", found=len(raw), most=most)
        )
    number, rule_set = _rules_in_force()
    items, problems = read_items(rule_set, raw, PROBLEMS_LIMIT)
    if problems:
        return _unfit(problems)
    pieces = sum(max(1, len(item.parts)) for item in items)
    if pieces > (most := PIECES_PER_ITEM * most):
        return _too_many(
            _("These have %(found)d parts together; at most %(most)d are taken at once.", found=pieces, most=most)
        )
    wanted = explanations_wanted(raw)
    if sum(wanted) > (most := current_app.config["EXPLAINED_ITEMS_PER_REQUEST"]):
        return _too_many(
            _("%(found)d of these are to be explained; at most %(most)d are at once.", found=sum(wanted), most=most)
        )
    # As bytes at once, one by one, and joined once: a full reply would else take several times its size.
    given: list[bytes] = []
    for item, with_explanation in zip(items, wanted, strict=True):
        given += [
            b",",
            json.dumps(recommend_and_explain(rule_set, number, item), ensure_ascii=False).encode()
            if with_explanation
            else recommendation_json(rule_set, number, item),
        ]
    return text_reply(b"".join([b"[", *given[1:], b"]"]) if isinstance(raw, list) else given[1])


@api.operation(
    "POST",
    "/recommendations/sheet",
    summary="Advice on each process of a sheet: CSV or TSV with a heading for each question, a row for each process.",
    takes_file=True,
    gives=reference("SheetDocument"),
    problems=["does-not-fit"],
)
def recommendations_on_sheet() -> ResponseReturnValue:
    """Advise on the rows of the sheet that was sent, and keep nothing of it."""
    data, most = file_body(), current_app.config["ITEMS_PER_REQUEST"]
    number, rule_set = _rules_in_force()
    try:
        if file_format(data, "", ("xlsx", "ods", "xls")):
            text = _("This is a workbook; a sheet is taken as text here.")
            raise UnreadableFileError(text, _("Save the sheet as CSV UTF-8, and send that."))
        with open_items(rule_set, data, limits=UPLOAD) as reading:
            if (rows := reading.summary.rows) > most:
                return _too_many(
                    _("This has %(found)d rows; at most %(most)d are taken at once.", found=rows, most=most)
                )
            given = [recommend(rule_set, number, item) for item in reading]
    except UnreadableFileError as error:
        return _unfit_sheet(error.problems)
    if reading.problems:
        return _unfit_sheet(reading.problems)
    return json_reply({"recommendations": given, "understood": summary_lines(reading.summary)})


def _unfit_sheet(problems: Sequence[Problem]) -> Response:
    """Answer a sheet that cannot be used; places are its rows and columns."""
    errors = [{"place": it.place, "text": it.text, **({"mend": it.mend} if it.mend else {})} for it in problems]
    detail = _("Nothing was worked out. “errors” names every place.")
    return problem("does-not-fit", detail, errors=errors[:PROBLEMS_LIMIT])


@bp.errorhandler(MalformedBody)
def malformed_body(error: MalformedBody) -> Response:
    """Answer a body that cannot be read."""
    return problem("unreadable", str(error))


@bp.errorhandler(UnusableRequest)
def unusable_request(error: UnusableRequest) -> Response:
    """Answer what can be read, and does not fit a process."""
    return unusable(error.problems, _("Nothing was stored. “errors” names every place."))


@bp.errorhandler(StaleCopy)
def stale_copy(error: StaleCopy) -> Response:
    """Answer a change that is based on another state than the present one."""
    detail = _("“current” holds it as it is now. Nothing was overwritten.")
    response = problem("changed-since", detail, current=error.document)
    response.set_etag(etag_of(error.document))
    return response


@bp.errorhandler(KeyReused)
def key_reused(_error: KeyReused) -> Response:
    """Answer a call whose key came with another one before."""
    detail = _(
        "This Idempotency-Key came with another request before. Nothing was changed. "
        "Send a new key with a new request, or the first request unchanged to have its reply again."
    )
    return problem("key-reused", detail)


def _in_force(session: Session) -> RuleSetVersion:
    try:
        return versions.in_force(session)
    except LookupError:
        abort(503)


def _rules_in_force() -> tuple[int, RuleSet]:
    try:
        return versions.rules_in_force(database())
    except LookupError:
        abort(503)  # nothing was published yet: the first start is still under way


def _too_many(text: str) -> Response:
    return _unfit([Problem("", text)])


def _unfit(problems: list[Problem]) -> Response:
    return unusable(problems, _("Nothing was worked out. “errors” names every place."))


def _rules_text(version: RuleSetVersion) -> str:
    """A version as JSON; its document goes in as it is stored, so that its fingerprint can be checked."""
    about = {
        "number": version.number,
        "sha256": version.sha256,
        "published_at": version.published_at.isoformat(),
        "note": version.note,
    }
    return f'{json.dumps(about, ensure_ascii=False)[:-1]}, "document": {version.document}}}'


def _let_revalidate(response: Response, version: RuleSetVersion) -> Response:
    """Let a client keep this reply, and ask whether it still holds."""
    response.set_etag(f"{version.number}-{version.sha256[:32]}")
    response.cache_control.public = True
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response
