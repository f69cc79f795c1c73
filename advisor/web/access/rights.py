"""Who may use which page: one table, and what is not in it is refused.

That somebody may open a page says nothing about what it shows: each query names the owner as well.
"""

from enum import Enum
from typing import NoReturn

from flask import Flask, abort, current_app, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from advisor.extensions import database
from advisor.links import link_to
from advisor.models.audit import audit
from advisor.web.access import identity, spaces
from advisor.web.logs import log


class Right(Enum):
    """Who may."""

    PUBLIC = "anybody: it shows nothing that belongs to a person, but to whoever holds a secret address"
    PERSONAL = "anybody, on what is theirs: a visitor by the key of the browser, an owner by the account"
    OWNER = "who is signed in"
    ADMIN = "an admin, with the second factor"


PUBLIC, PERSONAL, OWNER, ADMIN = Right

RIGHTS: dict[str, Right] = {
    "static": PUBLIC,
    # pages
    "pages.start": PUBLIC,
    "pages.help": PUBLIC,
    "pages.accessibility": PUBLIC,
    "pages.programs": PUBLIC,
    "pages.claims": PUBLIC,
    "pages.claim": PUBLIC,
    "pages.rule": PUBLIC,
    "pages.how_the_sum_works": PUBLIC,
    "pages.versions": PUBLIC,
    "pages.version": PUBLIC,
    "pages.document": PUBLIC,
    # health
    "health.alive": PUBLIC,
    "health.ready": PUBLIC,
    # assessments: a visitor's or an account's
    "assessments.new": PERSONAL,
    "assessments.rename": PERSONAL,
    "assessments.go_on": PERSONAL,
    "assessments.answer_question": PERSONAL,
    "assessments.contradiction": PERSONAL,
    "assessments.answers": PERSONAL,
    "assessments.show_settled": PERSONAL,
    "assessments.result": PERSONAL,
    "assessments.recalculate": PERSONAL,
    "assessments.undo": PERSONAL,
    "assessments.what_if": PERSONAL,
    "assessments.other_ways": PERSONAL,
    "assessments.parts": PERSONAL,
    "assessments.put_together": PERSONAL,
    "assessments.delete": PERSONAL,
    "assessments.your_processes": PERSONAL,
    "assessments.your_data": PERSONAL,
    "assessments.download": PERSONAL,
    "assessments.delete_everything": PERSONAL,
    # what an owner does with saved advice
    "processes.index": OWNER,
    "processes.act_on_chosen": OWNER,
    "processes.decide_chosen": OWNER,
    "processes.move_chosen": OWNER,
    "processes.groups": OWNER,
    "processes.rename_group": OWNER,
    "processes.compare_processes": OWNER,
    "processes.sheet": OWNER,
    "processes.portfolio_sheet": OWNER,
    "processes.portfolio_pdf": OWNER,
    "processes.bring_in": PERSONAL,
    "processes.list_template": OWNER,
    "processes.look_at_list": OWNER,
    "processes.discard_list": OWNER,
    "processes.undo_list": OWNER,
    "processes.redo_list": OWNER,
    "processes.quick_pass": OWNER,
    "processes.quick_answers": OWNER,
    "processes.bin_page": OWNER,
    "processes.put_back": OWNER,
    "processes.put_back_several": OWNER,
    "processes.remove_for_good": OWNER,
    "processes.copy": OWNER,
    "processes.decide": OWNER,
    "processes.costs": OWNER,
    "processes.look_again": OWNER,
    "processes.set_look_again": OWNER,
    "processes.look_again_calendar": OWNER,
    "processes.comments": OWNER,
    "processes.change_comment": OWNER,
    "processes.remove_comment": OWNER,
    "processes.put_back_comment": OWNER,
    "processes.brief": OWNER,
    "processes.edit_brief": OWNER,
    "processes.brief_file": OWNER,
    "processes.new_brief_link": OWNER,
    "processes.show_newest_brief": OWNER,
    "processes.looks_wrong": OWNER,
    "processes.thank_you": OWNER,
    "processes.one_page_sheet": PERSONAL,
    "processes.one_page_pdf": PERSONAL,
    "processes.result_pdf": PERSONAL,
    "processes.history": PERSONAL,
    "processes.revision": PERSONAL,
    "processes.compare": PERSONAL,
    "processes.share": OWNER,
    "processes.new_link": OWNER,
    "processes.links": OWNER,
    "processes.revoke_link": OWNER,
    "processes.new_list_link": OWNER,
    "processes.shared_list": PUBLIC,
    "processes.show_shared": PUBLIC,
    "processes.opinions": OWNER,
    "processes.ask_for_opinion": OWNER,
    "processes.renew_opinion": OWNER,
    "processes.delete_opinion": OWNER,
    "processes.settle_opinions": OWNER,
    "processes.newer_rules": PERSONAL,
    "processes.keep_rules": PERSONAL,
    "processes.update_rules": PERSONAL,
    # what whoever was asked for a second opinion sees, by a secret address
    "opinions.rename": PUBLIC,
    "opinions.answer_question": PUBLIC,
    "opinions.contradiction": PUBLIC,
    "opinions.answers": PUBLIC,
    "opinions.show_settled": PUBLIC,
    "opinions.parts": PUBLIC,
    "opinions.result": PUBLIC,
    "opinions.reopen": PUBLIC,
    "opinions.withdraw": PUBLIC,
    # notes of owners, read by admins
    "feedback.notes": ADMIN,
    "feedback.note": ADMIN,
    "feedback.settle": ADMIN,
    "feedback.make_case": ADMIN,
    # the interface for programs
    "api.description": PUBLIC,
    "api.rules_in_force": PUBLIC,
    "api.rules": PUBLIC,
    "api.recommendations": PUBLIC,
    "api.recommendations_on_sheet": PUBLIC,
    "api.check_rules": ADMIN,
    "api.checked_rules": ADMIN,
    "api.assessments": OWNER,
    "api.new_assessment": OWNER,
    "api.assessment": OWNER,
    "api.change_assessment": OWNER,
    "api.delete_assessment": OWNER,
    "api.history": OWNER,
    "api.newer_rules": OWNER,
    "api.update_rules": OWNER,
    "api.keep_rules": OWNER,
    # accounts
    "accounts.register": PUBLIC,
    "accounts.sign_in": PUBLIC,
    "accounts.second_step": PUBLIC,
    "accounts.sign_out": PUBLIC,
    "accounts.letter_sent": PUBLIC,
    "accounts.confirm": PUBLIC,
    "accounts.confirm_new_address": PUBLIC,
    "accounts.account_deleted": PUBLIC,
    "accounts.forgotten_password": PUBLIC,
    "accounts.reset": PUBLIC,
    "accounts.account": OWNER,
    "accounts.this_browser": OWNER,
    "accounts.confirm_password": OWNER,
    "accounts.change_password": OWNER,
    "accounts.change_email": OWNER,
    "accounts.sign_ins": OWNER,
    "accounts.end_sign_in": OWNER,
    "accounts.end_other_sign_ins": OWNER,
    "accounts.tokens": OWNER,
    "accounts.revoke_token": OWNER,
    "accounts.download": OWNER,
    "accounts.delete": OWNER,
    "accounts.factor": OWNER,
    "accounts.factor_picture": OWNER,
    "accounts.recovery_codes": OWNER,
    "accounts.remove_factor": OWNER,
    # organisations; what a member may do there, their pages say
    "organisations.index": OWNER,
    "organisations.organisation": OWNER,
    "organisations.invite": OWNER,
    "organisations.revoke_invitation": OWNER,
    "organisations.member": OWNER,
    "organisations.remove": OWNER,
    "organisations.leave": OWNER,
    "organisations.rename": OWNER,
    "organisations.delete": OWNER,
    "organisations.invitation": PUBLIC,
    "organisations.move": OWNER,
    "organisations.show_move": OWNER,
    "organisations.move_out": OWNER,
    # the rules, and the record of what was done
    "rule_sets.home": ADMIN,
    "rule_sets.search": ADMIN,
    "rule_sets.start": ADMIN,
    "rule_sets.discard": ADMIN,
    "rule_sets.problems": ADMIN,
    "rule_sets.shares": ADMIN,
    "rule_sets.check_all": ADMIN,
    "rule_sets.accept_warning": ADMIN,
    "rule_sets.differences": ADMIN,
    "rule_sets.impact": ADMIN,
    "rule_sets.preview_question": ADMIN,
    "rule_sets.compare_advice": ADMIN,
    "rule_sets.note": ADMIN,
    "rule_sets.publish": ADMIN,
    "rule_sets.show_plan": ADMIN,
    "rule_sets.version": ADMIN,
    "rule_sets.compare": ADMIN,
    "rule_sets.bring_back": ADMIN,
    "rule_sets.list_items": ADMIN,
    "rule_sets.add_item": ADMIN,
    "rule_sets.add_question": ADMIN,
    "rule_sets.edit_item": ADMIN,
    "rule_sets.remove_item": ADMIN,
    "rule_sets.move_option": ADMIN,
    "rule_sets.download": ADMIN,
    "rule_sets.upload": ADMIN,
    "rule_sets.item_history": ADMIN,
    "rule_sets.comments": ADMIN,
    "rule_sets.item_comments": ADMIN,
    "rule_sets.thread": ADMIN,
    "rule_sets.own_comment": ADMIN,
    "rule_sets.bulk_edit": ADMIN,
    "rule_sets.coverage": ADMIN,
    "rule_sets.add_proposed": ADMIN,
    "rule_sets.guide": ADMIN,
    "rule_sets.guide_page": ADMIN,
    "rule_sets.draft_history": ADMIN,
    "rule_sets.take_back": ADMIN,
    "rule_sets.audit": ADMIN,
    "rule_sets.audit_sheet": ADMIN,
    # the draft as a visitor would see it
    "preview.rename": ADMIN,
    "preview.go_on": ADMIN,
    "preview.parts": ADMIN,
    "preview.put_together": ADMIN,
    "preview.undo": ADMIN,
    "preview.answer_question": ADMIN,
    "preview.contradiction": ADMIN,
    "preview.answers": ADMIN,
    "preview.show_settled": ADMIN,
    "preview.result": ADMIN,
    "preview.recalculate": ADMIN,
    "preview.what_if": ADMIN,
    "preview.other_ways": ADMIN,
    "preview.make_case": ADMIN,
    # the administration of accounts
    "people.people": ADMIN,
    "people.person": ADMIN,
    "people.disable": ADMIN,
    "people.enable": ADMIN,
    "people.make_admin": ADMIN,
    "people.make_owner": ADMIN,
    "people.reset_factor": ADMIN,
    "people.reset_link": ADMIN,
}
"""Every endpoint. A test fails on one that is missing here, and on one that is gone."""

WITHOUT_FACTOR = frozenset({"accounts.factor", "accounts.factor_picture", "accounts.confirm_password"})
"""What an admin may do before the second factor is set up, beside what is public."""


def init_app(app: Flask) -> None:
    """Refuse every request that the table does not allow."""
    app.extensions["rights"] = dict(RIGHTS)
    app.before_request(check)


def check() -> Response | None:
    """Let this request pass (None), or answer it."""
    if request.endpoint is None:
        return None
    right = current_app.extensions["rights"].get(request.endpoint)
    if right is None:
        log.error("no right declared", endpoint=request.endpoint)
        abort(403)
    if right is PUBLIC:
        return None
    who = identity.current()
    if not who.is_signed_in:
        is_open = right is PERSONAL and not spaces.is_for_members() and identity.signed_out_account() is None
        return None if is_open else _ask_who()
    if who.lacks_factor and request.endpoint not in WITHOUT_FACTOR:
        return redirect(link_to("second_factor"), 302 if request.method == "GET" else 303)
    if right is ADMIN and not who.is_admin:
        refuse(_("This page is for admins."))
    if why := spaces.refusal():
        refuse(why)
    return None


def refuse(why: str) -> NoReturn:
    """Answer this request with a refusal that says why, and record it. Call it outside of any transaction."""
    log.warning("refused", endpoint=request.endpoint, role=identity.current().role)
    with database().write() as session:
        audit(session, "access refused", who=identity.actor(), what=request.endpoint or "")
    abort(403, description=why)


def _ask_who() -> Response:
    if request.path.startswith("/api/"):
        abort(401, description=_("Send a token of your account: “Authorization: Bearer …”."))
    if request.method in {"GET", "HEAD"}:
        return redirect(link_to("sign_in", next=request.path))
    return identity.ask_for("sign-in")
