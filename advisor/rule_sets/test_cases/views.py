"""The page on what the test cases try, why cases fail, and the cases that would try what none tries."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from advisor.engine.analysis.coverage import Proposal
from advisor.rule_sets.audit.draft_history import latest_act
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.checks.trial_notice import trial_notice
from advisor.rule_sets.editor import bulk_edit
from advisor.rule_sets.editor.inputs.field_text import advice_words, risk_words
from advisor.rule_sets.forms import DraftForm
from advisor.rule_sets.item_urls import item_url, list_url
from advisor.rule_sets.test_cases import coverage as covering
from advisor.rule_sets.workspace import DraftWorkspace, workspace_or_home, write_or_show_again
from advisor.web.forms import ButtonForm, form_page
from advisor.web.paging import PageOfItems, paginate
from advisor.wording.case_run import CaseRun

_PROPOSALS_ON_A_PAGE = 8
_FAILING_SHOWN = 12


@bp.get("/admin/rules/draft/coverage")
def coverage() -> ResponseReturnValue:
    """Show what the cases try, and what none tries."""
    workspace = workspace_or_home()
    cover = covering.coverage_of_draft(workspace)
    proposals = cover.proposals if cover else ()

    def url(number: int) -> str:
        return url_for(".coverage", page=number, _anchor="proposed")

    page: PageOfItems[Proposal] = paginate(proposals, request.args.get("page", ""), _PROPOSALS_ON_A_PAGE, url)
    shown = list(covering.proposed_cases(workspace, proposals))[page.first - 1 : page.first - 1 + _PROPOSALS_ON_A_PAGE]
    failing = covering.failing_cases(workspace)
    return form_page(
        "rule_sets/test_cases/coverage.html",
        ButtonForm(formdata=None),
        trial_notice=trial_notice(workspace, with_cases=True),
        case_run=CaseRun.of(workspace.trial),
        cover=cover,
        groups=covering.untried_groups(workspace, cover.missing) if cover else [],
        not_found=[covering.describe_place(workspace.rules, place) for place in cover.not_found] if cover else [],
        proposed=shown,
        page=page,
        failing=[
            {
                "name": result.case.process,
                "url": item_url("cases", result.case.key),
                "expected": advice_words(result.case.outcome, result.case.kind),
                "got": ""
                if result.is_expected
                else advice_words(result.outcome, result.kind if result.case.kind else None),
                "risks": risk_words(workspace.rules, result),
                "reasons": None if result.is_expected else covering.case_reasons(workspace, result.case),
            }
            for result in failing[:_FAILING_SHOWN]
        ],
        failing_more=max(0, len(failing) - _FAILING_SHOWN),
        done=latest_act(workspace),
    )


@bp.route("/admin/rules/draft/coverage/add", methods=["GET", "POST"])
def add_proposed() -> ResponseReturnValue:
    """Add every proposed case at once, after showing what they are."""
    workspace = workspace_or_home()
    form = DraftForm(mark=workspace.fingerprint)
    template = "rule_sets/test_cases/add_proposed.html"
    if not form.validate_on_submit():
        return form_page(template, form, **_coverage_values(workspace))
    cover = covering.coverage_of_draft(workspace)
    return write_or_show_again(
        template,
        form,
        workspace,
        _coverage_values,
        lambda session: bulk_edit.change(
            session,
            lambda rules: covering.with_proposed(rules, cover.proposals if cover else ()),
            kind=bulk_edit.ADDED,
            what="cases",
            opened=str(form.mark.data),
            url=lambda sequence: url_for(".coverage", done=sequence),
        ),
        changed=_("The draft was changed after you opened this page. These are the cases that it lacks now."),
    )


def _coverage_values(workspace: DraftWorkspace) -> dict[str, Any]:
    cover = covering.coverage_of_draft(workspace)
    return {
        "trial_notice": trial_notice(workspace, with_cases=True),
        "proposed": list(covering.proposed_cases(workspace, cover.proposals)) if cover else [],
        "back_url": url_for(".coverage"),
        "cases_url": list_url("cases"),
    }
