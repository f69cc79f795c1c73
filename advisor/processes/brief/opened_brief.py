"""A brief is opened: a version of it, or the one that follows from the advice while none is saved."""

from dataclasses import dataclass

from flask import abort

from advisor.assessments.context import AssessmentContext
from advisor.extensions import database
from advisor.models import Owner, RecommendationRecord
from advisor.models.processes.assessment import own_recommendations
from advisor.models.processes.brief_version import BriefVersion, own_brief_versions
from advisor.processes.brief.composition import compose_brief
from advisor.processes.brief.presenter import BriefPaper, paper
from advisor.wording.brief import Brief, compose_anew
from advisor.wording.claims import VersionView


@dataclass(frozen=True)
class OpenedBrief:
    """A brief, what it was composed from, and whether newer advice, or what was ticked, says something else."""

    brief: Brief
    was: Brief
    record: RecommendationRecord
    edition: VersionView
    version: BriefVersion | None
    versions: list[BriefVersion]
    anew: Brief

    @property
    def newest(self) -> int:
        """The number of the newest version, 0 where none is saved."""
        return self.versions[0].number if self.versions else 0

    @property
    def is_outdated(self) -> bool:
        """Whether it would be another one if it was composed anew."""
        return self.version is not None and self.anew != self.brief


def open_brief(
    context: AssessmentContext, latest: RecommendationRecord, owner: Owner, number: int | None
) -> OpenedBrief:
    """Read a version of the brief, the newest where no number is given; composed from the advice where there is none.

    404 where there is no such version.
    """
    with database().read() as session:
        versions = list(session.scalars(own_brief_versions(owner, context.id)))
        version = next((it for it in versions if number in {None, it.number}), None)
        if version is None and number is not None:
            abort(404)
        record, edition = latest, context.advice_edition
        if version is not None and version.advice != latest.sequence:
            earlier = own_recommendations(owner, context.id).where(RecommendationRecord.sequence == version.advice)
            record = session.scalars(earlier).one()
            edition = VersionView.of(session, record.version_number)
    saved = Brief.of_plain(version.content) if version else None
    extras = saved.extras if saved else ()
    was = compose_brief(record, edition, context.assessment, extras)
    now = was if record is latest else compose_brief(latest, context.advice_edition, context.assessment, extras)
    brief = saved or was
    return OpenedBrief(brief, was, record, edition, version, versions, compose_anew(brief, was, now))


def as_paper(opened: OpenedBrief, latest: RecommendationRecord) -> BriefPaper:
    """The brief that was opened, as it is read."""
    return paper(opened.brief, opened.was, opened.edition, opened.version, latest.created_at)
