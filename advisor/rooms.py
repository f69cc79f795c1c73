"""Every room of the web application with pages in it, in the order in which a person comes to them."""

from flask import Blueprint

from advisor.accounts.account import views as account
from advisor.accounts.organisations import invitations
from advisor.accounts.organisations import processes as organisation_processes
from advisor.accounts.organisations import views as organisations
from advisor.accounts.people import views as people
from advisor.accounts.second_factor import views as second_factor
from advisor.accounts.sign_in import links, reauthentication
from advisor.accounts.sign_in import views as sign_in
from advisor.accounts.this_browser import views as this_browser
from advisor.api import views as api
from advisor.assessments.parts import views as parts
from advisor.assessments.questions import views as questions
from advisor.assessments.result import views as result
from advisor.assessments.what_if import views as what_if
from advisor.assessments.your_data import views as your_data
from advisor.feedback import views as feedback
from advisor.pages import health
from advisor.pages import views as pages
from advisor.processes import history
from advisor.processes import views as processes
from advisor.processes.brief import sharing as brief_sharing
from advisor.processes.brief import views as brief
from advisor.processes.bring_in import views as bring_in
from advisor.processes.comments import views as comments
from advisor.processes.costs import views as costs
from advisor.processes.list import act_views, groups
from advisor.processes.list import views as process_list
from advisor.processes.look_again import views as look_again
from advisor.processes.opinions import guest as second_opinion
from advisor.processes.opinions import views as opinions
from advisor.processes.papers import portfolio_views
from advisor.processes.papers import views as papers
from advisor.processes.quick_pass import views as quick_pass
from advisor.processes.sharing import lists as shared_lists
from advisor.processes.sharing import views as sharing
from advisor.rule_sets import frame, home
from advisor.rule_sets.audit import draft_history
from advisor.rule_sets.audit import views as audit
from advisor.rule_sets.checks import acceptance
from advisor.rule_sets.checks import views as checks
from advisor.rule_sets.comments import views as rule_set_comments
from advisor.rule_sets.editor import bulk_edit, new_question, removal
from advisor.rule_sets.editor import history as item_history
from advisor.rule_sets.editor import views as editor
from advisor.rule_sets.guide import views as guide
from advisor.rule_sets.impact import views as impact
from advisor.rule_sets.preview import views as preview
from advisor.rule_sets.search import views as search
from advisor.rule_sets.test_cases import views as test_cases
from advisor.rule_sets.versions import files, planning, publishing
from advisor.rule_sets.versions import views as rule_set_versions

ROOMS = (
    pages,  # what anyone reads
    *(parts, questions, result, what_if, your_data),  # what a visitor answers and is advised
    *(sign_in, reauthentication, links, account, second_factor, this_browser, people),
    *(organisations, invitations, organisation_processes),
    *(process_list, act_views, groups, bring_in, quick_pass),  # an owner's processes
    *(processes, history, costs, look_again, comments),  # what an owner does with saved advice
    *(papers, portfolio_views),  # what is printed of it
    *(sharing, shared_lists),  # what others read of it
    *(brief, brief_sharing),  # what providers read
    *(opinions, second_opinion),  # what others answer about a process
    *(frame, home, search),  # the draft as a whole
    *(editor, new_question, removal, item_history, bulk_edit, rule_set_comments),  # its items
    *(checks, acceptance, test_cases, impact, preview, rule_set_versions, publishing, planning, files),
    *(audit, draft_history),  # who did what
    guide,  # how all of that is done
    *(feedback, api, health),
)

LINKS = {
    # what anyone reads
    "start": "pages.start",
    "help": "pages.help",
    "accessibility": "pages.accessibility",
    "claims": "pages.claims",
    "claim": "pages.claim",
    "rule": "pages.rule",
    "sum": "pages.how_the_sum_works",
    "programs": "pages.programs",
    # what a visitor answers
    "new_process": "assessments.new",
    "your_processes": "assessments.your_processes",
    "your_data": "assessments.your_data",
    # accounts
    "register": "accounts.register",
    "sign_in": "accounts.sign_in",
    "sign_out": "accounts.sign_out",
    "account": "accounts.account",
    "second_factor": "accounts.factor",
    "this_browser": "accounts.this_browser",
    "delete_account": "accounts.delete",
    "tokens": "accounts.tokens",
    "accounts": "people.people",
    "organisations": "organisations.index",
    "organisation": "organisations.organisation",
    "move": "organisations.move",
    "move_out": "organisations.move_out",
    "person": "people.person",
    # saved advice
    "processes": "processes.index",
    "bring_in": "processes.bring_in",
    "copy": "processes.copy",
    "decision": "processes.decide",
    "history": "processes.history",
    "costs": "processes.costs",
    "set_look_again": "processes.set_look_again",
    "look_again_calendar": "processes.look_again_calendar",
    "comments": "processes.comments",
    "change_comment": "processes.change_comment",
    "one_page": "processes.one_page_sheet",
    "result_pdf": "processes.result_pdf",
    "brief": "processes.brief",
    "share": "processes.share",
    "shared_links": "processes.links",
    "opinions": "processes.opinions",
    "newer_rules": "processes.newer_rules",
    "looks_wrong": "processes.looks_wrong",
    # programs
    "description": "api.description",
    # what admins do
    "draft": "rule_sets.home",
    "item": "rule_sets.edit_item",
    "audit": "rule_sets.audit",
    "notes": "feedback.notes",
}
"""The page that each link leads to which goes out of a room, other than to a room below it (``advisor.links``)."""


def blueprints() -> list[Blueprint]:
    """The blueprints of all rooms, each once; every page is on one of them by now."""
    return list(dict.fromkeys(room.bp for room in ROOMS))
