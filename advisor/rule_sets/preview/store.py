"""The answers of a preview, which nobody keeps: the address of each page has them, and the draft advises on them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _
from typing_extensions import override

from advisor.assessments.advice import NotAsked
from advisor.assessments.context import AssessmentContext
from advisor.assessments.presenter import onward_url
from advisor.assessments.progress import PartContradiction, Progress, QuestionRef, sorted_answers
from advisor.assessments.store import AssessmentStore
from advisor.assessments.what_if.trial import Trial
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Section
from advisor.engine.model.rules import RuleSet
from advisor.exchange.recommendation import recommend
from advisor.extensions import database
from advisor.models import Assessment, Part, RecommendationRecord
from advisor.models.base import utc_now
from advisor.rule_sets.checks.trial_notice import TrialNotice, trial_notice
from advisor.rule_sets.preview.preview_state import PreviewState
from advisor.rule_sets.versions.views import draft_view
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.web.forms import Refusal
from advisor.wording.claims import VersionView

NOBODYS = UUID(int=0)
"""The id of what has no row."""


class PreviewStore(AssessmentStore):
    """The answers that the address of this request carries; what is stored is carried on by the links of its page."""

    def __init__(self) -> None:
        self._edition: VersionView | None = None
        self.trial_notice: TrialNotice | None = None
        """How far the draft cannot be tried, once that is read."""
        self.carried: PreviewState | None = None
        """What the links of this page carry along, once that is read."""

    @property
    def edition(self) -> VersionView:
        """The draft; read once."""
        if self._edition is None:
            self._edition, self.trial_notice = _draft()
        return self._edition

    @property
    def state(self) -> PreviewState:
        """What the address carries, or what was stored since."""
        if self.carried is None:
            self.carried = PreviewState.read(request.args, self.edition.rule_set) or abort(400)
        return self.carried

    @override
    def load(self, assessment_id: UUID = NOBODYS, since: int | None = None) -> AssessmentContext:
        edition, state = self.edition, self.state
        assessment = _assessment(edition.rule_set, state)
        progress = Progress.of(edition.rule_set, assessment)
        latest = _advice(progress, edition) if progress.next is None or state.early else None
        return AssessmentContext(assessment, progress, edition, latest, edition)

    @override
    def rename(self, assessment_id: UUID, name: str, answers: Mapping[str, Answer], opened: str) -> Progress:
        asked = {question.key for question in self.edition.rule_set.section(Section.NAME)}
        kept = {key: answer for key, answer in self.state.answers.items() if key not in asked}
        return self._carry(replace(self.state, process=name, answers={**answers, **kept}))

    @override
    def name_parts(self, assessment_id: UUID, names: Sequence[str], opened: str) -> Progress:
        return self._carry(self.state.with_names(names))

    @override
    def put_together(self, assessment_id: UUID) -> Progress:
        return self._carry(replace(self.state, parts=(), early=False))

    @override
    def record_answer(
        self, assessment_id: UUID, place: QuestionRef, answer: Answer, opened: str, *, goes_on: bool
    ) -> tuple[Progress, PartContradiction | None]:
        before = self.load().progress
        at = before.parts.index(place.part) if place.part and before.in_parts else None
        progress = self._carry(self.state.with_answer(place.question.key, answer, at))
        known = {(found.contradiction.key, found.part.id) for found in before.contradictions()}
        new = (found for found in progress.contradictions() if (found.contradiction.key, found.part.id) not in known)
        return progress, next(new, None)

    @override
    def recalculate(self, assessment_id: UUID, *, early: bool = False) -> None:
        if early:
            self._carry(replace(self.state, early=True))
        elif self.load().latest is None:
            raise NotAsked

    @override
    def undo(self, assessment_id: UUID, before: int, opened: str) -> None:
        raise NotAsked  # a preview has no history

    @override
    def keep_trial(self, assessment_id: UUID, trial: Trial, *, as_copy: bool) -> str:
        state = self.state.with_answers_of(trial.tried.work_item(), self.edition.rule_set)
        return onward_url(NOBODYS, self._carry(state))

    def _carry(self, state: PreviewState) -> Progress:
        """Carry this from now on, unless no address could hold it."""
        if not state.fits():
            raise Refusal(
                _("A preview is kept in its address, and these names are too long for one. Shorten the names.")
            )
        self.carried = state
        return self.load().progress


def _draft() -> tuple[VersionView, TrialNotice | None]:
    """The draft, and what of it cannot be tried; the preview ends where there is none, or none that could advise."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        trial = workspace.trial if workspace.has_draft else None
        edition = draft_view(session, workspace, trial.rules if trial else None)
    if not workspace.has_draft:
        abort(redirect(url_for("rule_sets.home", gone=1), 302 if request.method == "GET" else 303))
    if trial is None:
        abort(redirect(url_for("rule_sets.problems"), 302 if request.method == "GET" else 303))
    return edition, trial_notice(workspace)


def _assessment(rules: RuleSet, state: PreviewState) -> Assessment:
    """What would be stored of a visitor's answers. It belongs to nobody, and is never added to a session."""
    parts = [
        Part(
            id=UUID(int=at),
            position=at,
            name=name,
            answers=sorted_answers(answers),
            answered_at=dict.fromkeys(own, ""),
        )
        for at, (name, answers, own) in enumerate(state.answered_parts(rules))
    ]
    whole = sorted_answers(state.whole(rules))
    return Assessment(id=NOBODYS, process_name=state.process, answers=whole, parts=parts)


def _advice(progress: Progress, edition: VersionView) -> RecommendationRecord:
    """The advice of the draft. It has no place in a history, since nothing comes before it."""
    document = recommend(edition.rule_set, edition.number, progress.work_item())
    return RecommendationRecord(
        version_number=edition.number,
        process_name=progress.process,
        given=progress.as_plain(),
        result=dict(document),
        created_at=utc_now(),
    )
