"""How far the run is that finds who is affected, and what is said of it on the pages around it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.engine.checks.trial import RuleSetTrial
from advisor.engine.document.text import whole_number
from advisor.engine.evaluation.compare import MinorChange
from advisor.models import Database, Job
from advisor.models import job as jobs
from advisor.models.audit import Actor, audit
from advisor.models.job import JobFailed, Keep, Report
from advisor.models.rule_sets.draft import NoDraft, find_draft
from advisor.models.rule_sets.proof import trial_of_document
from advisor.models.rule_sets.rule_set_version import RuleSetVersion, in_force, rule_set
from advisor.rule_sets.impact.disclosure import FEWEST, DisclosedImpact, Extent, disclose
from advisor.rule_sets.impact.saved_answers import find_affected
from advisor.rule_sets.job_report import JobReport, job_report
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.settings import Settings

KIND = "affected"


def ask(session: Session, who: Actor, comes_back: RuleSetVersion | None = None) -> Job:
    """Ask for a run on the draft as it is, or on the version that ``comes_back``.

    Where one is under way on it, that is the one. Raises NoDraft.
    """
    if comes_back is not None:
        kind, subject = _kind(comes_back.number), comes_back.sha256
        what, base = f"version {comes_back.number}", comes_back.number
    else:
        draft = find_draft(session)
        if draft is None:
            raise NoDraft(in_force(session).number)
        kind, subject, what, base = KIND, draft.fingerprint, "draft", draft.base_version
    job, is_new = jobs.enqueue(session, kind, subject)
    if is_new:
        audit(session, "impact run asked for", who=who, what=what, after={"sha256": job.subject}, version=base)
    return job


def _kind(comes_back: int) -> str:
    return f"{KIND} {comes_back}"


def cancel(session: Session, who: Actor, number: int) -> None:
    """Cancel that run; nothing happens where it has ended."""
    job = jobs.cancel(session, KIND, number)
    if job is not None:
        audit(session, "impact run cancelled", who=who, what="draft", before={"sha256": job.subject})


def work(database: Database, settings: Settings, job: Job, report: Report) -> Keep:
    """Compare everything saved with the rules that the run is about; only what is disclosed stays. Raises JobFailed."""
    number = whole_number(job.kind.partition(" ")[2])
    with database.read() as session:
        draft = find_draft(session)
        rules = rule_set(session, number) if number is not None else None
    if rules is None:
        if draft is None or draft.fingerprint != job.subject:
            raise JobFailed("moved")
        trial = trial_of_document(draft.document)
        if not isinstance(trial, RuleSetTrial):
            raise JobFailed("blocked")
        rules = trial.rules
    found = find_affected(database, rules, step=settings["JOB_STEP"], report=report)
    return lambda _session: disclose(found).plain()


@dataclass(frozen=True, slots=True)
class ImpactRun:
    """How far the last run is, and what the last one found that came to its end."""

    job: JobReport
    disclosed: DisclosedImpact | None = None
    found_at: datetime | None = None
    is_stale: bool = False
    """Whether the draft has changed since then."""

    @classmethod
    def load(cls, session: Session, fingerprint: str, comes_back: int | None = None) -> "ImpactRun":
        """Read it. ``fingerprint`` is that of the draft as it is now, or of the version that ``comes_back``."""
        kind = KIND if comes_back is None else _kind(comes_back)
        job, done = jobs.latest(session, kind), jobs.latest_done(session, kind)
        return cls(
            job=job_report(job, fingerprint),
            disclosed=DisclosedImpact.of_plain(done.result) if done is not None and done.result else None,
            found_at=done.ended_at if done is not None else None,
            is_stale=done is not None and done.subject != fingerprint,
        )

    @property
    def is_answered(self) -> bool:
        """Whether the draft as it is now has been held against everything saved."""
        return self.disclosed is not None and not self.is_stale


def headline_count(disclosed: DisclosedImpact) -> str:
    """The count that matters most, without a full stop."""
    if disclosed.decides_alike:
        return str(_("No saved process gets different advice: the versions that they use decide the same"))
    by_extent = {
        Extent.NOTHING_SAVED: _("Nothing is saved yet"),
        Extent.TOO_FEW: _("Too little is saved to tell"),
        Extent.TOO_MANY_MOVE: _("Many of %(m)s get different advice", **_numbers(disclosed)),
        Extent.COUNTS: _(
            "Some of %(m)s may get different advice, fewer than %(fewest)s in the same way",
            **_numbers(disclosed),
        ),
    }[disclosed.extent]
    count = (
        _("At least %(n)s of %(m)s get different advice", **_numbers(disclosed))
        if disclosed.least_changed
        else by_extent
    )
    return str(count)


def asked_sentence(disclosed: DisclosedImpact) -> str:
    """How many are asked something again, at least; "" where so few are that none is told."""
    return str(_("At least %(asked)s are asked something again.", **_numbers(disclosed))) if disclosed.asked else ""


def count_sentences(disclosed: DisclosedImpact) -> str:
    """Both, as the step of the draft says them."""
    asked = asked_sentence(disclosed)
    return f"{headline_count(disclosed)}. {asked}" if asked else headline_count(disclosed)


def unchanged_sentence(workspace: DraftWorkspace) -> str:
    """That the draft changes nothing that decides, which its text alone says; "" where it does, or changes nothing."""
    if not workspace.differences or not workspace.decides_as_before:
        return ""
    return str(
        _("Questions, rules and tables are those of version %(n)s, so its advice stays", n=workspace.in_force_number)
    )


def small_changes_sentence(disclosed: DisclosedImpact, *, stays: bool) -> str:
    """What there is to say of changes that too few share; ``stays`` where the version in force decides the same."""
    if disclosed.extent is not Extent.COUNTS or disclosed.least_changed or disclosed.decides_alike:
        return ""
    if not stays:
        return str(_("How many they are, and whether there are any, is not told: so few could be picked out."))
    if disclosed.in_force == 1:
        return ""
    return str(_("Only processes saved with an older version may get different advice, fewer than 5 in the same way."))


def minor_sentences(disclosed: DisclosedImpact) -> list[str]:
    """What is told of changes that leave the outcome as it is, in a sentence each."""
    least = {
        MinorChange.STRENGTH: _("At least %(n)s keep their outcome and get another strength or kind."),
        MinorChange.POINTS: _("At least %(n)s keep their outcome and strength, and get other points."),
        MinorChange.NOTHING: _("At least %(n)s keep their advice as it is, and are asked something again."),
    }
    said = [str(least[change] % {"n": format_decimal(count)}) for change, count in disclosed.minor.items()]
    if disclosed.nearly_all is not None:
        nearly_all = {
            MinorChange.STRENGTH: _("Nearly all others keep their outcome and get another strength or kind."),
            MinorChange.POINTS: _("Nearly all others keep their outcome and strength, and get other points."),
            MinorChange.NOTHING: _("Nearly all others keep their advice as it is, and are asked something again."),
        }[disclosed.nearly_all]
        said.append(str(nearly_all))
    return said


def publishing_sentence(run: ImpactRun, version: int, unchanged: str = "") -> str:
    """What is known about it when the draft is about to be published as this version.

    ``unchanged`` is what ``unchanged_sentence`` says of it.
    """
    disclosed = run.disclosed
    if disclosed is None:
        return str(_("Nobody has looked yet at who is affected."))
    if run.is_stale:
        was = headline_count(disclosed)
        return str(_("Who is affected was found before the draft was changed last. It said: “%(said)s”.", said=was))
    if disclosed.decides_alike and not unchanged:
        return f"{headline_count(disclosed)}."
    numbers = {**_numbers(disclosed), "v": version}
    by_extent = {
        Extent.NOTHING_SAVED: _("Nothing is saved yet on which it could advise differently."),
        Extent.TOO_FEW: _(
            "Too little is saved to tell on how much version %(v)s would advise differently: counts of fewer than "
            "%(few)s could give somebody away.",
            **numbers,
        ),
        Extent.TOO_MANY_MOVE: _("Version %(v)s would advise differently on many of %(m)s saved processes.", **numbers),
        Extent.COUNTS: _(
            "Version %(v)s may advise differently on some of %(m)s saved processes, on fewer than %(fewest)s in the "
            "same way.",
            **numbers,
        ),
    }[disclosed.extent]
    some = _("Version %(v)s would advise differently on at least %(n)s of %(m)s saved processes.", **numbers)
    asked = [_("At least %(asked)s would be asked something again.", **numbers)] if disclosed.asked else []
    small = f"{unchanged}." if unchanged and not disclosed.tells_changes else by_extent
    return " ".join(map(str, [some if disclosed.least_changed else small, *minor_sentences(disclosed), *asked]))


def _numbers(disclosed: DisclosedImpact) -> dict[str, object]:
    numbers = {"n": disclosed.least_changed, "m": disclosed.size, "fewest": FEWEST, "few": 2 * FEWEST}
    numbers |= {"asked": disclosed.asked}
    return {name: format_decimal(number) for name, number in numbers.items()}
