"""The rules as admins work on them: what is in force, the one draft with its tasks, and every version.

Every state of a task is worked out from the draft as it stands: what was done for an earlier state is out of date.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.engine.document.text import whole_number
from advisor.extensions import database
from advisor.models import Account
from advisor.models.job import JobState
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.item_comment import open_threads, present_comments
from advisor.models.rule_sets.planned_version import PlannedVersion, find_planned, last_sent_back
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.checks.blocking_causes import blocking_causes
from advisor.rule_sets.checks.proof_status import ProofStatus, new_warnings, proof_status_of
from advisor.rule_sets.comments.presenter import count_of
from advisor.rule_sets.editor.presenter import user_links
from advisor.rule_sets.forms import DraftForm
from advisor.rule_sets.impact.run import ImpactRun, count_sentences, unchanged_sentence
from advisor.rule_sets.presenter import tabs, version_rows
from advisor.rule_sets.search.recent_items import recent_items
from advisor.rule_sets.unsaved_forms import every_unsaved
from advisor.rule_sets.workspace import DraftWorkspace, workspace_or_home, write, write_or_show_again
from advisor.web.access import identity
from advisor.web.forms import ButtonForm, form_page, pressed_or_400
from advisor.wording.acts import number_of_items
from advisor.wording.case_run import CaseRun
from advisor.wording.items import subject_of

_KINDS = 3
"""Kinds of items that the first step counts by themselves."""

COMPLETED, NONE, PLANNED, WAITS, INCOMPLETE, WRONG, OUTDATED, CANNOT = (
    _l("Completed"),
    _l("None"),
    _l("Planned"),
    _l("Waits for approval"),
    _l("Incomplete"),
    _l("There is a problem"),
    _l("Out of date"),
    _l("Cannot start yet"),
)


@dataclass(frozen=True, slots=True)
class DraftTask:
    """One step, its state (one of those above, or how much was done), and what there is to say of it."""

    label: str
    url: str
    status: str
    says: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.status in {str(COMPLETED), str(NONE)}

    @property
    def is_wrong(self) -> bool:
        """Whether it needs attention."""
        return self.status == str(WRONG)


def tasks(
    workspace: DraftWorkspace, run: ImpactRun, proof: ProofStatus, new: int, plan: PlannedVersion | None
) -> list[DraftTask]:
    """The steps before publishing, in their order, and publishing itself. ``new`` warnings came with the draft."""
    before = [
        _edit(workspace),
        _problems(workspace, proof, new),
        _cases(workspace),
        _impact(workspace, run),
        _note(workspace, plan),
    ]
    if plan is not None and plan.comes_back is None:
        return [*before, _planned_task(workspace, plan)]
    return [*before, _publish(workspace, proof, before)]


def _planned_task(workspace: DraftWorkspace, plan: PlannedVersion) -> DraftTask:
    """Publishing, where a plan of the draft stands: what it waits for, or that it waits for nothing any more."""
    url, label = url_for("rule_sets.show_plan"), _("Publish")
    if plan.failure or plan.sha256 != workspace.fingerprint:
        says = _("It did not come into force") if plan.failure else _("The draft was changed, so the plan is void")
        return DraftTask(label, url, str(WRONG), says)
    if plan.approved_at is not None:
        return DraftTask(label, url, str(PLANNED), _("Approved") if plan.approved_by else "")
    is_mine = plan.asked_by == identity.current().account_id
    return DraftTask(
        label, url, str(WAITS), _("Another admin has to approve it") if is_mine else _("You can approve it")
    )


def _edit(workspace: DraftWorkspace) -> DraftTask:
    """Never completed: one can always go on."""
    label, url = _("Edit rules and questions"), url_for("rule_sets.home", _anchor="holds")
    number = len(workspace.differences)
    if not number:
        return DraftTask(label, url, str(INCOMPLETE), _("Nothing changed yet"))
    counts = Counter(subject_of(caused.change.collection) for caused in workspace.differences)
    kinds = [number_of_items(collection, count) for collection, count in counts.most_common(_KINDS)]
    if len(counts) > _KINDS:
        kinds.append(_("and more"))
    return DraftTask(
        label, url, ngettext("%(n)s change", "%(n)s changes", number, n=format_decimal(number)), ", ".join(kinds)
    )


def _problems(workspace: DraftWorkspace, proof: ProofStatus, new: int) -> DraftTask:
    number = blocking_causes(workspace, proof.blocking_problems).number
    says = ngettext("%(num)d new thing to look at", "%(num)d new things to look at", new) if new else ""
    if number:
        says = ngettext("%(num)d blocks publishing", "%(num)d block publishing", number)
    if proof.waits and not number:
        is_open = proof.open_job is not None
        says = _("Being checked") if is_open else _("Not every combination of answers is checked yet")
    state = WRONG if number else INCOMPLETE if proof.waits else COMPLETED if new else NONE
    return DraftTask(_("Fix problems"), url_for("rule_sets.problems"), str(state), says)


def _cases(workspace: DraftWorkspace) -> DraftTask:
    run = CaseRun.of(workspace.trial)
    state = WRONG if run.failed else COMPLETED if run.is_done else INCOMPLETE if run.can_run else CANNOT
    url = url_for("rule_sets.list_items", collection="cases", result="failed" if run.failed else None)
    return DraftTask(_("Run the test cases"), url, str(state), run.sentence)


def _impact(workspace: DraftWorkspace, run: ImpactRun) -> DraftTask:
    url, label = url_for("rule_sets.impact"), _("See who is affected")
    alike = unchanged_sentence(workspace)
    if run.is_answered and run.disclosed is not None:
        says = alike if alike and not run.disclosed.tells_changes else count_sentences(run.disclosed)
        if workspace.trial is not None and not workspace.trial.is_whole:
            return DraftTask(label, url, str(INCOMPLETE), _("%(found)s Tried without what blocks.", found=says))
        return DraftTask(label, url, str(COMPLETED), says)
    if run.job.is_open:
        return DraftTask(label, url, str(INCOMPLETE), run.job.progress)
    if workspace.trial is None:
        return DraftTask(label, url, str(CANNOT), _("It cannot be found out before the problems are fixed"))
    if run.disclosed is not None and workspace.changes:
        return DraftTask(label, url, str(OUTDATED), _("The draft was changed after this was found"))
    return DraftTask(label, url, str(WRONG if run.job.state == JobState.FAILED else INCOMPLETE), alike)


def _note(workspace: DraftWorkspace, plan: PlannedVersion | None) -> DraftTask:
    url, label = url_for("rule_sets.note"), _("Say what changed and why")
    if plan is not None and plan.comes_back is None and plan.sha256 == workspace.fingerprint:
        return DraftTask(label, url, str(COMPLETED), _("The words of the plan count"))
    if not workspace.note:
        return DraftTask(label, url, str(INCOMPLETE))
    if workspace.note_fingerprint != workspace.fingerprint:
        return DraftTask(label, url, str(OUTDATED), _("The draft was changed after this was written"))
    return DraftTask(label, url, str(COMPLETED))


def _publish(workspace: DraftWorkspace, proof: ProofStatus, before: Sequence[DraftTask]) -> DraftTask:
    url, label = url_for("rule_sets.publish"), _("Publish")
    if proof.blocking_problems or proof.waits or not workspace.changes or not workspace.note:
        return DraftTask(label, url, str(CANNOT), _first_missing(workspace, proof))
    says = _("Ready") if all(task.is_done for task in before[1:]) else _("Nothing blocks it, but steps above are open")
    return DraftTask(label, url, str(INCOMPLETE), says)


def _first_missing(workspace: DraftWorkspace, proof: ProofStatus) -> str:
    """What it takes before the draft can be published, the first of it."""
    if proof.blocking_problems:
        return str(_("First its problems have to be fixed"))
    if not workspace.changes:
        return str(_("Nothing is changed yet"))
    if proof.waits:
        return str(_("First every combination of answers has to be checked"))
    return str(_("First say what changed and why"))


@bp.get("/admin/rules")
def home() -> ResponseReturnValue:
    """Show the rules in force, the draft with its tasks, and every version."""
    with database().read() as session:
        workspace = DraftWorkspace.load(session)
        status = proof_status_of(session, workspace.document) if workspace.has_draft else None
        new = len(new_warnings(session, status) or ()) if status is not None else 0
        rows = version_rows(session)
        run = ImpactRun.load(session, workspace.fingerprint)
        sent_back = _sent_back(session)
        planned = find_planned(session)
        open_comments = count_of(session, open_threads())
        recent = user_links(workspace.rules, recent_items(session, workspace.rules)) if workspace.has_draft else []
        unsaved = every_unsaved(session)
    gone = _("There is no draft any more: it was published or discarded.") if "gone" in request.args else ""
    brought = _("The draft is now what the file says. Look at the differences.") if "brought" in request.args else ""
    done = _("Version %(n)s is in force now.", n=workspace.in_force_number) if "published" in request.args else ""
    unplanned = _("The plan is cancelled. The draft stays as it is now.") if "unplanned" in request.args else ""
    if done and "approved" in request.args:
        done = _("You approved version %(n)s. It is in force now.", n=workspace.in_force_number)
    back = ""
    if sent_back and "back" in request.args:
        back = _("Sent back to %(who)s.", who=sent_back["to"] or _("whoever asked"))
    number = whole_number(request.args.get("already"))
    already = _("Already published as version %(n)s.", n=number) if number in {row["number"] for row in rows} else ""
    before, is_now = workspace.in_force_number - 1, workspace.in_force_number
    return form_page(
        "rule_sets/home.html",
        ButtonForm(),
        effect_url=url_for(".compare", old=before, new=is_now, _anchor="does") if done and before else "",
        workspace=workspace,
        tasks=tasks(workspace, run, status, new, planned) if status is not None else [],
        tabs=tabs(workspace, ""),
        versions=rows,
        sent_back=sent_back,
        open_comments=open_comments,
        recent=recent,
        unsaved=unsaved,
        notice=done or back or already or brought or unplanned or gone,
    )


def _sent_back(session: Session) -> dict[str, Any] | None:
    """How the last plan was sent back: which version, with which words, when, by whom and to whom; None if none was."""
    found = last_sent_back(session)
    if found is None:
        return None
    accounts = select(Account).where(Account.id.in_({found.by, found.to} - {None}))
    emails = {account.id: account.email for account in session.scalars(accounts)}
    by, to = (emails.get(one, "") if one else "" for one in (found.by, found.to))
    return {"number": found.number, "why": found.why, "at": found.at, "by": by, "to": to}


@bp.post("/admin/rules/draft/start")
def start() -> ResponseReturnValue:
    """Start the draft from the version in force; where there is one, go on with it."""
    pressed_or_400()
    write(lambda session: drafts.start(session, identity.actor()))
    return redirect(url_for(".home"), 303)


@bp.route("/admin/rules/draft/discard", methods=["GET", "POST"])
def discard() -> ResponseReturnValue:
    """Throw the draft away, after showing how much that is."""
    workspace = workspace_or_home()
    form = DraftForm(mark=workspace.fingerprint)
    if not form.validate_on_submit():
        return form_page("rule_sets/discard.html", form, **_discard_context(workspace))

    def act(session: Session) -> str:
        drafts.discard(session, identity.actor(), str(form.mark.data))
        return url_for(".home")

    changed = _("The draft was changed after you opened this page. Look again before you discard it.")
    return write_or_show_again("rule_sets/discard.html", form, workspace, _discard_context, act, changed=changed)


def _discard_context(workspace: DraftWorkspace) -> dict[str, int]:
    with database().read() as session:
        comments = count_of(session, present_comments())
    return {"number": len(workspace.own_differences), "base_number": workspace.base_number, "comments": comments}
