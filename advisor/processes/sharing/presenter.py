"""What a link shows, and the links of an owner: plain values, computed once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from advisor.assessments.context import AssessmentContext
from advisor.assessments.result.presenter import judged_answers, report_urls
from advisor.engine.document.text import isolate_text
from advisor.engine.model.questions import Section
from advisor.models import Assessment, BriefVersion, Owner, RecommendationRecord, ShareLink
from advisor.models.processes.share_link import own_links, own_list_links
from advisor.wording.advice.result import present_result


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link, by all that its owner knows it by.

    ``brief_number`` is the version of the brief that it shows, 0 for the result; ``newest`` the newest, where that is
    another one.
    """

    process: str
    note: str
    with_name: bool
    made: datetime
    until: datetime
    opened: datetime | None
    has_expired: bool
    brief_number: int
    newest: int
    process_url: str
    revoke_url: str
    newest_url: str


def link_rows(session: Session, owner: Owner, assessment_id: UUID | None = None) -> list[LinkRow]:
    """The links of an owner, those to one process alone where that is given; the newest first."""
    newest = select(func.max(BriefVersion.number)).where(BriefVersion.assessment_id == Assessment.id).scalar_subquery()
    links = own_links(owner).add_columns(Assessment.process_name, newest)
    if assessment_id is not None:
        links = links.where(ShareLink.assessment_id == assessment_id)
    back = "all" if assessment_id is None else None
    return [_link_row(link, name, back, number or 0) for link, name, number in session.execute(links)]


def _link_row(link: ShareLink, name: str, back: str | None, newest: int) -> LinkRow:
    return LinkRow(
        process=name,
        note=link.note,
        with_name=link.with_name,
        made=link.created_at,
        until=link.expires_at,
        opened=link.last_opened_at,
        has_expired=link.has_expired,
        brief_number=link.brief_number or 0,
        newest=newest if link.brief_number and newest > link.brief_number and not link.has_expired else 0,
        process_url=url_for("processes.share", assessment_id=link.assessment_id),
        revoke_url=url_for("processes.revoke_link", link_id=link.id, back=back),
        newest_url=url_for("processes.show_newest_brief", link_id=link.id, back=back),
    )


def list_link_rows(session: Session, owner: Owner) -> list[LinkRow]:
    """The links of an owner to lists, the newest first; in place of a process stands how many each was made of."""
    return [
        LinkRow(
            process=str(ngettext("%(num)d process", "%(num)d processes", len(link.process_ids or []))),
            note=link.note,
            with_name=link.with_name,
            made=link.created_at,
            until=link.expires_at,
            opened=link.last_opened_at,
            has_expired=link.has_expired,
            brief_number=0,
            newest=0,
            process_url=url_for("processes.index"),
            revoke_url=url_for("processes.revoke_link", link_id=link.id, back="all"),
            newest_url="",
        )
        for link in session.scalars(own_list_links(owner))
    ]


def _of_this_work(sentence: str) -> str:
    """Speak of "this work" as of no name: without quotation marks, and with a capital where a sentence begins."""
    said = sentence.replace(f"“{isolate_text(str(_('This work')))}”", str(_("this work")))
    return said[:1].upper() + said[1:]


def shared_report(
    context: AssessmentContext,
    latest: RecommendationRecord,
    until: datetime | None,
    url: Callable[..., str],
    *,
    with_name: bool,
) -> dict[str, Any]:
    """A result for a stranger, and nothing else of its owner: the latest advice in its words, and its answers.

    Without the name of the process goes what tells of it: what the name suggests, and which usual process it is
    closest to.
    """
    document, groups = latest.result, judged_answers(context, latest)
    if not with_name:
        document = {**document, "process": str(_("This work")), "name_against_content": None}
        about_name = {question.text for question in context.advice_edition.rule_set.section(Section.NAME)}
        groups = [replace(it, rows=[row for row in it.rows if row.question not in about_name]) for it in groups]
    result = present_result(document, context.advice_edition, latest.created_at, latest.given, lambda *_place: "")
    result = replace(result, unanswered=[])  # nobody but its owner can answer them
    if not with_name:
        result = replace(result, lead=[_of_this_work(sentence) for sentence in result.lead])
    return {
        "result": result,
        "answers": groups,
        "until": until,
        "with_name": with_name,
        "urls": report_urls(url),
    }
