"""One version, and two held against each other: what differs, what that does, and both advices on the same answers."""

from dataclasses import dataclass, replace
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.assessments.progress import sorted_answers
from advisor.assessments.questions.forms import OnceForm
from advisor.engine.document.put_back import StandsInTheWay
from advisor.engine.document.text import LINE_LIMIT, whole_number
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.questions import Answers, Section, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.exchange.recommendation import recommend
from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models.base import utc_now
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.item_comment import ItemThread, threads
from advisor.models.rule_sets.planned_version import PlannedVersion, find_planned
from advisor.models.rule_sets.rule_set_version import RuleSetVersion
from advisor.rule_sets.audit.draft_history import latest_act
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.checks.shares import counted_chart
from advisor.rule_sets.checks.trial_notice import TrialNotice, trial_notice
from advisor.rule_sets.comments.presenter import count_of
from advisor.rule_sets.impact.effect import EffectSummary, effect_summary
from advisor.rule_sets.item_urls import HIGHEST, item_url, list_url
from advisor.rule_sets.presenter import version_rows
from advisor.rule_sets.preview.preview_state import encode_answers, read_state
from advisor.rule_sets.versions import put_back
from advisor.rule_sets.versions.changes import changes_page
from advisor.rule_sets.workspace import DraftWorkspace, workspace_or_home, write_once
from advisor.web.forms import add_form_error, form_page, pressed_or_400, unsaved_page
from advisor.wording.advice.difference import AdviceView, difference
from advisor.wording.advice.result import part_results, points_scale
from advisor.wording.claims import Version, VersionView
from advisor.wording.values import answer_label


@dataclass(frozen=True, slots=True)
class DraftView(VersionView):
    """The draft, with the number that it would get; its links lead to where things are edited."""

    @property
    def version(self) -> Version:
        """The draft as a page names it."""
        return Version(self.number, self.row.published_at, sum_url=list_url("leave"), is_older=False)

    def claim_url(self, claim_id: str) -> str:
        """Where a claim is edited."""
        return item_url("claims", claim_id)

    def rule_url(self, key: str) -> str:
        """Where a rule is edited."""
        return item_url("rules", key)


def draft_view(session: Session, workspace: DraftWorkspace, rules: RuleSet | None = None) -> DraftView:
    """The draft on the workspace, or those of its ``rules`` that can be tried.

    The row of a version that it has was never stored, and is not.
    """
    row = RuleSetVersion(
        number=workspace.in_force_number + 1,
        document=workspace.document,
        sha256=workspace.fingerprint,
        note=workspace.note,
        published_by=None,
        published_at=workspace.updated_at or utc_now(),
    )
    return DraftView(rules or workspace.rules, row, workspace.in_force, versions.in_force(session))


_DRAFT = "draft"

_DIFFERENCES = "rule_sets/versions/differences.html"


@dataclass(frozen=True, slots=True)
class ComparedRules:
    """One of the two: a version, or the draft. ``value`` is how an address names it."""

    value: str
    name: str
    rules: RuleSet
    view: VersionView
    """What of it can advise: of the draft what can be tried."""
    trial_notice: TrialNotice | None = None
    can_advise: bool = True


@bp.get(f"/admin/rules/versions/<int(max={HIGHEST}):number>")
def version(number: int) -> ResponseReturnValue:
    """Show one version: when it was live, why it came, and what it changed in the one before."""
    with database().read() as session:
        row = versions.version(session, number) or abort(404)
        rows = version_rows(session)
        rules = versions.rule_set(session, number)
        before = versions.rule_set(session, number - 1) if number > 1 else None
        comments = count_of(session, threads().where(ItemThread.version == number))
    mine = next(shown for shown in rows if shown["number"] == number)
    shown = changes_page(before or rules, rules, request.args.get("page", ""))
    return render_template("rule_sets/versions/version.html", row=row, shown=mine, comments=comments, **shown)


@bp.route("/admin/rules/draft/differences", methods=["GET", "POST"])
def differences() -> ResponseReturnValue:
    """Show what the draft changes in the version in force, word by word, and what that does; put back one of it."""
    workspace, form = workspace_or_home(), OnceForm()
    if request.method == "GET":
        return form_page(_DIFFERENCES, form, **_draft_page(done=latest_act(workspace)))
    pressed_or_400()
    try:
        return write_once(lambda session: put_back.difference_put_back(session, request.form.get("do", "")))
    except put_back.ChangedMeanwhile:
        add_form_error(form, _("This was changed after you opened the page. Here is what differs now."))
        return form_page(_DIFFERENCES, form, 409, **_draft_page())
    except StandsInTheWay as refused:
        with database().read() as session:
            obstacle = put_back.obstacle_of(DraftWorkspace.load(session), refused)
        return form_page(_DIFFERENCES, form, 409, **_draft_page(obstacle=obstacle))
    except DatabaseUnavailable as error:
        return unsaved_page(_DIFFERENCES, form, error, **_draft_page())


def _draft_page(**more: Any) -> dict[str, Any]:
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        old, new = (
            _compared_rules(session, workspace, str(workspace.in_force_number)),
            _compared_rules(session, workspace, _DRAFT),
        )
    page = _page(old, new, title=_("What the draft changes"), names={}, editable=True)
    if page["effect"] is not None and not page["effect"].is_exact:
        page["counted"] = counted_chart(workspace)
    return {**page, **more}


@bp.get("/admin/rules/compare")
def compare() -> ResponseReturnValue:
    """Show what differs between any two versions, or a version and the draft, and what that does."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        numbers = list(session.scalars(select(RuleSetVersion.number).order_by(RuleSetVersion.number.desc())))
        old = _compared_rules(session, workspace, request.args.get("old") or str(numbers[min(1, len(numbers) - 1)]))
        new = _compared_rules(session, workspace, request.args.get("new") or str(numbers[0]))
        new = _as_planned(find_planned(session), old, new)
    names = {str(number): _("Version %(n)s", n=number) for number in numbers}
    if workspace.has_draft:
        names = {_DRAFT: _("The draft")} | names
    names[new.value] = names[new.value] if new.value == _DRAFT else new.name
    return render_template(_DIFFERENCES, form=None, **_page(old, new, title=_("Compare two versions"), names=names))


def _as_planned(plan: PlannedVersion | None, old: ComparedRules, new: ComparedRules) -> ComparedRules:
    """The new one of two: called by its coming number where a plan brings it back in place of the old one."""
    if plan is None or (old.value, new.value) != (str(plan.in_force), str(plan.comes_back)):
        return new
    name = _("The coming version %(n)s, a copy of version %(old)s", n=plan.number, old=plan.comes_back)
    return replace(new, name=str(name))


@bp.get("/admin/rules/compare/advices")
def compare_advice() -> ResponseReturnValue:
    """Show both advices on one set of answers, which the address carries, and the reasons that differ."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        compared = [_compared_rules(session, workspace, request.args.get(name, "")) for name in ("old", "new")]
    old, new = compared
    if not (old.can_advise and new.can_advise):
        abort(404)
    answers = read_state(request.args.get("given", ""), new.view.rule_set, old.view.rule_set)
    pair = [_advice(one, answers) for one in compared]
    most = points_scale(*(advice.edition.rule_set for advice in pair))
    return render_template(
        "rule_sets/versions/compare_advice.html",
        found=difference(pair[0], pair[1]),
        names=(old.name, new.name),
        sides=[part_results(advice.document, advice.edition, most)[0] for advice in pair],
        answers=_answer_rows(old.rules, new.rules, answers),
        trial_notice=old.trial_notice or new.trial_notice,
        back_url=url_for("rule_sets.compare", old=old.value, new=new.value, _anchor="does"),
        try_url=url_for("preview.what_if", process=_process_name(), given=encode_answers(answers))
        if new.value == _DRAFT
        else "",
    )


def effect_of(old: ComparedRules, new: ComparedRules) -> EffectSummary | None:
    """What the one does to the advice of the other; None where something keeps either from advising."""
    if not (old.can_advise and new.can_advise):
        return None

    def witness_url(answers: Answers) -> str:
        return url_for("rule_sets.compare_advice", old=old.value, new=new.value, given=encode_answers(answers))

    return effect_summary(old.view.rule_set, new.view.rule_set, witness_url)


def _page(
    old: ComparedRules, new: ComparedRules, *, title: str, names: dict[str, str], editable: bool = False
) -> dict[str, Any]:
    changes = changes_page(old.rules, new.rules, request.args.get("page", ""), editable=editable)
    return {
        "done": None,
        "obstacle": None,
        "counted": None,
        "title": title,
        "before": old.name,
        "after": new.name,
        **changes,
        "effect": effect_of(old, new) if changes["number"] else None,
        "trial_notice": old.trial_notice or new.trial_notice,
        "back_url": url_for("rule_sets.home"),
        "compared": {"names": names, "old": old.value, "new": new.value} if names else None,
    }


def _compared_rules(session: Session, workspace: DraftWorkspace, value: str) -> ComparedRules:
    if value == _DRAFT and workspace.has_draft:
        trial = workspace.trial
        tried = draft_view(session, workspace, trial.rules if trial else None)
        return ComparedRules(value, _("The draft"), workspace.rules, tried, trial_notice(workspace), trial is not None)
    number = whole_number(value)
    if number is None or versions.version(session, number) is None:
        abort(404)
    view = VersionView.of(session, number)
    in_force = view.number == view.in_force_number
    name = _("Version %(n)s, in force", n=view.number) if in_force else _("Version %(n)s", n=view.number)
    return ComparedRules(str(view.number), name, view.rule_set, view)


def _process_name() -> str:
    return str(_("A set of answers"))[:LINE_LIMIT]


def _advice(compared: ComparedRules, answers: Answers) -> AdviceView:
    rules = compared.view.rule_set
    counted = asked_questions(rules.questions, answers).answers
    document: dict[str, Any] = dict(recommend(rules, compared.view.number, WorkItem(_process_name(), counted)))
    given = {"process": _process_name(), "answers": sorted_answers(counted), "parts": []}
    return AdviceView(document, given, compared.view)


def _answer_rows(old: RuleSet, new: RuleSet, answers: Answers) -> list[tuple[str, str]]:
    """What was answered, question by question, in the order in which they are asked."""
    questions = {question.key: question for rules in (old, new) for question in rules.questions}
    order = [q.key for section in Section for q in new.section(section)]
    keys = sorted(answers, key=lambda key: order.index(key) if key in order else len(order))
    return [(questions[key].text, answer_label(questions[key], answers[key])) for key in keys]
