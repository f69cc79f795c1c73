"""F9: whatever a page lets a person make or finish acts once when it is sent twice, and drops nothing that differs.

The same content under the one-time key of a form is a repeat; other content is an attempt of its own, or comes back
with what was typed. A form or an address that is added later fails here until it says which of both holds for it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm

from advisor.models import Database
from tests.faults.keyed_forms import KEYED, Case, World
from tests.small import small, small_in_force
from tests.visiting import fields_of

__all__ = ["small", "small_in_force"]

BY_STATE = frozenset({
    # What is sent says what is to be, and on what that is based: a repeat finds it so, other content is saved over it
    # or comes back beside what is saved.
    "assessments.answer_question", "assessments.rename", "assessments.parts", "assessments.put_together",
    "assessments.undo",
    "processes.decide", "processes.costs", "processes.set_look_again", "processes.change_comment",
    "processes.keep_rules", "processes.update_rules",
    "processes.act_on_chosen", "processes.quick_answers", "processes.move_chosen", "processes.rename_group",
    "rule_sets.own_comment", "rule_sets.start", "rule_sets.show_plan",
    "rule_sets.impact", "rule_sets.check_all", "rule_sets.accept_warning", "feedback.settle",
    # Who is a member, as what, and what belongs to whom: a repeat finds it so.
    "organisations.rename", "organisations.member", "organisations.remove", "organisations.leave",
    "organisations.delete", "organisations.revoke_invitation", "organisations.invitation", "organisations.move",
    "organisations.move_out",
    # What is gone is gone, and what is back is back: a repeat leads on, or says so.
    "processes.look_at_list", "processes.discard_list", "processes.undo_list", "processes.redo_list",
    "assessments.delete", "assessments.delete_everything", "processes.put_back", "processes.remove_for_good",
    "processes.remove_comment", "processes.put_back_comment",
    "processes.put_back_several", "rule_sets.take_back",
    "accounts.delete", "accounts.end_sign_in", "accounts.end_other_sign_ins", "accounts.revoke_token",
    "processes.revoke_link", "processes.show_newest_brief", "processes.delete_opinion", "opinions.withdraw",
    # Answers are handed in, or with whoever gave them, as the button says.
    "opinions.answer_question", "opinions.answers", "opinions.reopen",
    "accounts.sign_out",
    # Whoever registers or signs in a second time is told that the account is there, or signed in once more; a link or
    # a code works once, and the newest ends the ones before it.
    "accounts.register", "accounts.sign_in", "accounts.second_step", "accounts.confirm_password",
    "accounts.change_email", "accounts.change_password", "accounts.confirm", "accounts.confirm_new_address",
    "accounts.forgotten_password", "accounts.reset", "accounts.factor", "accounts.remove_factor",
    "accounts.recovery_codes",
    # An account is what the button says, however often.
    "people.disable", "people.enable", "people.make_admin", "people.make_owner", "people.reset_factor",
    "people.reset_link",
    # What is in this browser is in the account, or back, however often.
    "accounts.this_browser",
    # Nothing is stored, or a file goes out.
    "assessments.contradiction", "opinions.contradiction", "accounts.download", "rule_sets.download",
    "rule_sets.audit_sheet",
})  # fmt: skip
"""Addresses that need no one-time key."""


SHOWN_ONCE = frozenset({
    "accounts.tokens", "processes.new_link", "processes.new_list_link", "processes.new_brief_link",
    "processes.ask_for_opinion", "processes.renew_opinion", "organisations.invite",
    "rule_sets.publish", "rule_sets.discard",
})  # fmt: skip
"""Addresses that answer a repeat by saying that it was done: tokens and links are shown once, a draft ends once."""


@pytest.fixture
def world(app: Flask, database: Database, small_in_force: int) -> World:  # noqa: ARG001 - it must be in force
    """People under the small rule set."""
    return World(app, database)


def test_f9_every_address_that_takes_a_form_says_how_a_repeat_is_known(app: Flask) -> None:
    taking = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or set()) and not rule.rule.startswith("/api/")
    }
    without = {name for name in taking if name.startswith("preview.")} - {"preview.make_case"}  # nothing is stored
    keyed = {name.removesuffix(" (answer)") for name in KEYED}
    assert taking - without == keyed | BY_STATE
    assert not keyed & BY_STATE


def test_f9_every_form_with_a_key_is_sent_twice_below(app: Flask) -> None:  # noqa: ARG001 - it imports every form
    def forms_below(form: Any) -> Iterator[Any]:
        for kind in form.__subclasses__():
            yield kind
            yield from forms_below(kind)

    keyed = {kind.__name__ for kind in forms_below(FlaskForm) if hasattr(kind, "once")}
    made_for_one_request = {
        "ProcessNameForm", "BulkEditForm", "EditedItemForm", "EditedBriefForm", "SettlingFormOfRows",
    }  # fmt: skip
    assert keyed - made_for_one_request == {
        "BringBackForm", "UploadForm", "CaseForm", "CopyForm", "DecisionsForm", "DraftForm", "NameForm", "NewLinkForm",
        "AdviceNoteForm", "BriefForm", "CommentForm", "ListForm", "OnceForm", "PublishForm", "RemoveForm", "ItemForm",
        "TokenForm", "TrialForm", "NamesForm", "InvitationForm", "RenewalForm", "SettlingForm", "OrganisationForm",
        "InviteForm", "ItemCommentForm", "VersionNoteForm",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(KEYED))
def test_f9_a_form_acts_once_for_each_content(world: World, name: str) -> None:
    case = KEYED[name](world)
    form = _form_of(case)
    before = world.state()
    replies = [_send(case, form, case.first) for _ in range(2)]
    once = world.state()
    assert replies[0].status_code in {200, 303}, replies[0].text
    assert once != before
    again = [_send(case, form, case.first) for _ in range(2)]
    assert world.state() == once
    assert {reply.headers.get("Location") for reply in again} == {replies[1].headers.get("Location")}
    if name not in SHOWN_ONCE:
        assert replies[0].headers["Location"] == replies[1].headers["Location"]
    if case.other is not None:
        _check_other(world, case, form)


def _check_other(world: World, case: Case, form: dict[str, Any]) -> None:
    assert case.other is not None
    before = world.state()
    first, _second = (_send(case, form, case.other) for _ in range(2))
    after = world.state()
    if case.becomes == "its own":
        assert first.status_code in {200, 303}, first.text
        assert after != before
        _send(case, form, case.other)
        assert world.state() == after
        return
    assert after == before
    if case.becomes == "refused":
        assert first.status_code == 409
        assert 'class="problems"' in first.text
    else:
        assert "already=" in first.headers["Location"]


def _form_of(case: Case) -> dict[str, Any]:
    page = case.person.open(case.page) if case.page else case.person.page
    forms = [form for form in page.select("main form[method=post]") if form.select_one("[name=once]")]
    form = next(form for form in forms if case.action in str(form.get("action", "")))
    return {**fields_of(form), "": str(form.get("action") or case.person.response.request.full_path.rstrip("?"))}


def _send(case: Case, form: dict[str, Any], changes: dict[str, Any]) -> Any:
    sent = {**form, **changes}
    path = sent.pop("")
    data = {name: value() if callable(value) else value for name, value in sent.items()}
    return case.person.client.post(path, data=data)
