"""F9: whatever a page lets a person make or finish acts once when it is sent twice, and drops nothing that differs.

The same content under the one-time key of a form is a repeat; other content is an attempt of its own, or comes back
with what was typed. A form or an address that is added later fails here until it says which of both holds for it.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from sqlalchemy import func, select

from advisor import create_app
from advisor.engine.model.rules import RuleSet
from advisor.exchange.rule_sets import write_rule_set
from advisor.models import (
    ApiToken,
    Assessment,
    AuditEvent,
    BriefVersion,
    Comment,
    Database,
    Draft,
    Feedback,
    Invitation,
    ItemComment,
    Organisation,
    ProcessImport,
    RecommendationRecord,
    RuleSetVersion,
    ShareLink,
)
from advisor.settings import Settings
from tests.assessments.walker import EXPERT, ROUTINE, Walker
from tests.exchange.samples import SMALL
from tests.factories import make_organisation
from tests.processes.opinions.guests import Guest
from tests.processes.owner_walker import OwnerWalker
from tests.rule_sets.admins import DRAFT, Admin
from tests.small import small, small_in_force
from tests.visiting import Visitor, fields_of

__all__ = ["small", "small_in_force"]

BY_STATE = frozenset({
    # What is sent says what is to be, and on what that is based: a repeat finds it so, other content is saved over it
    # or comes back beside what is saved.
    "assessments.answer_question", "assessments.rename", "assessments.parts", "assessments.put_together",
    "assessments.undo",
    "processes.decide", "processes.costs", "processes.set_look_again", "processes.change_comment",
    "processes.keep_rules", "processes.update_rules",
    "processes.act_on_chosen", "processes.quick_answers", "processes.move_chosen", "processes.rename_group",
    "rule_sets.own_comment", "rule_sets.start", "rule_sets.planned",
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


@dataclass
class Case:
    """One form with a key: where it stands, and two contents of it. ``becomes`` says what comes of the second."""

    person: Visitor
    page: str
    first: dict[str, Any]
    other: dict[str, Any] | None = None
    becomes: str = "its own"
    action: str = ""
    """Where the form is sent, as far as the page holds several that have a key."""


class World:
    """People at work on one installation, and all that a form could change."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.app, self.database = app, database

    def visitor(self) -> Walker:
        return Walker(self.app.test_client())

    def owner(self) -> OwnerWalker:
        found = OwnerWalker.signed_in(self.app, self.database, "olga@example.com")
        found.finish(ROUTINE)
        return found

    def admin(self) -> Admin:
        return Admin.of(self.app, self.database, "ada@example.com")

    def editor(self) -> Admin:
        """An admin with a draft that differs from what is in force."""
        admin = self.admin().start()
        admin.edit("rules/core", because="Words of the draft.")
        return admin

    def state(self) -> list[object]:
        """What is stored, as far as it shows that something was done."""
        with self.database.read() as session:
            kept = (ApiToken, Assessment, AuditEvent, BriefVersion, Comment, Feedback, Invitation, Organisation)
            tables = (*kept, ItemComment, ProcessImport, RecommendationRecord, RuleSetVersion, ShareLink)
            counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
            notes = sorted(session.scalars(select(Assessment.notes)))
            return [*counts, notes, session.scalar(select(Draft.document))]


def a_file(rules: RuleSet) -> Callable[[], tuple[io.BytesIO, str]]:
    return lambda: (io.BytesIO(write_rule_set(rules, "json")), "rules.json")


def _two_differences(world: World) -> Case:
    """Two changes of the draft, each of which can be put back."""
    editor = world.editor()
    editor.edit("rules/experts", because="Other words of the draft.")
    page = editor.open(f"{DRAFT}/differences")
    one, other = (str(button["value"]) for button in page.select('button[value^="put-back "]'))
    return Case(editor, f"{DRAFT}/differences", {"do": one}, {"do": other})


def _note_case(world: World) -> Case:
    owner, admin = world.owner(), world.admin()
    owner.open(f"{owner.at}/looks-wrong")
    owner.submit(text="It is wrong.", with_answers="y")
    with world.database.read() as session:
        note_id = session.scalars(select(Feedback.id)).one()
    return Case(admin, f"/admin/feedback/{note_id}", {"outcome": "kpo"}, {"outcome": "keep"}, "refused", "/case")


def _asking(world: World) -> OwnerWalker:
    """An owner whom somebody has given a second opinion."""
    owner = world.owner()
    Guest.invited(world.app, owner, "Priya").hand_in(EXPERT)
    return owner


def _what_if(world: World) -> Case:
    owner = world.owner()
    page = owner.open(f"{owner.at}/what-if")
    name = next(str(field["name"]) for field in page.select("[name]") if str(field["name"]).endswith("steps"))
    return Case(owner, f"{owner.at}/what-if", {name: "open", "do": "copy"}, {name: "half", "do": "copy"})


def _several(world: World) -> Case:
    admin = world.editor()
    admin.open(f"{DRAFT}/rules")
    admin.client.post(f"{DRAFT}/several", data={"csrf_token": admin.token})
    sent = {"tick": ["experts"], "to_points": "5", "do": "preview"}
    page = admin.post(f"{DRAFT}/several", **sent)
    admin._read(page, 200)
    return Case(admin, "", sent | {"do": "apply"}, sent | {"to_points": "2", "do": "apply"}, "refused", "several")


def _proposed(world: World) -> Case:
    return Case(world.admin().start(), f"{DRAFT}/coverage/add", {})


def _preview_case(world: World) -> Case:
    at = f"{DRAFT}/preview/result?process=Wages&given=edge.no.steps.set.written.yes.skill.basic&early=1"
    return Case(world.editor(), at, {}, action="preview/case")


def _recalculated(world: World) -> Case:
    owner = world.owner()
    owner.open(f"{owner.at}/questions/steps?again=1")
    owner.answer("half")
    return Case(owner, f"{owner.at}/answers", {})


def _settled(world: World) -> Case:
    visitor = world.visitor()
    visitor.goes_on = False
    visitor.begin()
    visitor.answer("yes")
    return Case(visitor, f"{visitor.at}/settled", {})


def _decided(world: World) -> Case:
    owner = world.owner()
    owner.finish(ROUTINE)
    ids = [row["value"] for row in owner.open("/processes").select("[name=of]")]
    owner._read(owner.post("/processes/chosen", of=ids, do="decide"), 200)
    first = {"of": ids, "made": "bpo", "notes": "One"}
    return Case(owner, "", first, first | {"notes": "Two"}, "refused", "decisions")


def _thread(world: World) -> Case:
    admin = world.editor()
    admin.open(f"{DRAFT}/rules/core/comments")
    admin.submit(comment="Is it so?")
    path = str(admin.page.select_one(".thread .row-buttons a")["href"])  # type: ignore[index]
    return Case(admin, path, {"comment": "One"}, {"comment": "Two"})


def _a_question(text: str) -> dict[str, str]:
    answers = {"options-0-label": "Yes", "options-1-label": "No"}
    return {"text": text, "short": text, "missing": "Select one", **answers, "do": "save"}


def _options(world: World) -> Case:
    admin = world.editor()
    first, other = ({"do": f"move {key}", "to": "first"} for key in ("half", "wild"))
    return Case(admin, f"{DRAFT}/questions/steps?move=half", first, other, action="questions/steps/answers")


KEYED: dict[str, Callable[[World], Case]] = {
    "assessments.new": lambda w: Case(
        w.visitor(), "/assessments/new", {"process_name": "One"}, {"process_name": "Two"}
    ),
    "assessments.what_if": _what_if,
    "assessments.recalculate": _recalculated,
    "assessments.settled": _settled,
    "processes.copy": lambda w: Case(
        (owner := w.owner()), f"/processes/copy?of={owner.id}", {"process_name": "One"}, {"process_name": "Two"}
    ),
    "processes.decide_chosen": _decided,
    "processes.bring_in": lambda w: Case(
        w.owner(), "/processes/bring-in", {"names": "One\nTwo"}, {"names": "One\nThree"}, action=""
    ),
    "processes.quick_pass": lambda w: Case(w.owner(), "/processes/quick-pass", {"names": "One"}, {"names": "Two"}),
    "processes.edit_brief": lambda w: Case(
        (owner := w.owner()), f"{owner.at}/brief/edit", {"title": "One"}, {"title": "Two"}, "refused"
    ),
    "processes.new_brief_link": lambda w: Case(
        (owner := w.owner()), f"{owner.at}/brief/share", {"note": "One"}, {"note": "Two"}, action="brief/share"
    ),
    "processes.looks_wrong": lambda w: Case(
        (owner := w.owner()), f"{owner.at}/looks-wrong", {"text": "This."}, {"text": "And that."}
    ),
    "processes.new_link": lambda w: Case(
        (owner := w.owner()), f"{owner.at}/share/new", {"note": "One"}, {"note": "Two"}, action="share"
    ),
    "processes.comments": lambda w: Case(
        (owner := w.owner()), f"{owner.at}/comments?section=why", {"text": "One"}, {"text": "Two"}
    ),
    "processes.new_list_link": lambda w: Case(
        w.owner(), "/processes/share", {"note": "One"}, {"note": "Two"}, action="processes/share"
    ),
    "processes.ask_for_opinion": lambda w: Case(
        (owner := w.owner()), f"{owner.at}/opinions/new", {"note": "One"}, {"note": "Two"}
    ),
    "processes.renew_opinion": lambda w: Case((owner := _asking(w)), f"{owner.at}/opinions", {}, action="renew"),
    "processes.settle_opinions": lambda w: Case((owner := _asking(w)), f"{owner.at}/opinions/settle", {"note": "One"}),
    "accounts.tokens": lambda w: Case(w.admin(), "/account/tokens", {"name": "One"}, {"name": "Two"}),
    "organisations.index": lambda w: Case(w.owner(), "/organisations", {"name": "One"}, {"name": "Two"}),
    "organisations.invite": lambda w: Case(
        (owner := w.owner()),
        f"/organisations/{make_organisation(w.database, {owner.account_id: 'owner'})}/invite",
        {"whom": "One"},
        {"whom": "Two"},
    ),
    "feedback.make_case": _note_case,
    "rule_sets.edit_item": lambda w: Case(
        w.editor(), f"{DRAFT}/rules/core", {"because": "One.", "do": "save"}, {"because": "Two.", "do": "save"}
    ),
    "rule_sets.edit_item (answer)": lambda w: Case(
        w.editor(),
        f"{DRAFT}/questions/steps/answers/set",
        {"label": "One", "meaning": "meaning", "do": "save"},
        {"label": "Two", "meaning": "meaning", "do": "save"},
    ),
    "rule_sets.add_item": lambda w: Case(
        w.editor(), f"{DRAFT}/add/limits", {"text": "One.", "do": "save"}, {"text": "Two.", "do": "save"}
    ),
    "rule_sets.add_question": lambda w: Case(
        w.editor(), f"{DRAFT}/add/questions", _a_question("One?"), _a_question("Two?"), action="add/questions"
    ),
    "rule_sets.add_item (answer)": lambda w: Case(
        w.editor(),
        f"{DRAFT}/add/questions/steps/answer",
        {"label": "One", "do": "save"},
        {"label": "Two", "do": "save"},
    ),
    "rule_sets.item_comments": lambda w: Case(
        w.editor(), f"{DRAFT}/rules/core/comments", {"comment": "One"}, {"comment": "Two"}
    ),
    "rule_sets.thread": _thread,
    "rule_sets.note": lambda w: Case(w.editor(), f"{DRAFT}/note", {"note": "One"}, {"note": "Two"}),
    "rule_sets.list_items": lambda w: Case(
        w.editor(),
        f"{DRAFT}/questions?move=steps",
        {"do": "move steps", "to": "first"},
        {"do": "move steps", "to": "after edge"},
        action="",
    ),
    "rule_sets.move_option": _options,
    "rule_sets.remove_item": lambda w: Case(w.editor(), f"{DRAFT}/rules/core/remove", {}),
    "rule_sets.remove_item (answer)": lambda w: Case(w.editor(), f"{DRAFT}/questions/steps/answers/wild/remove", {}),
    "rule_sets.differences": _two_differences,
    "rule_sets.bulk_edit": _several,
    "rule_sets.add_proposed": _proposed,
    "rule_sets.upload": lambda w: Case(
        w.editor(),
        "/admin/rules/upload",
        {"file": a_file(SMALL), "replace": "y"},
        {"file": a_file(_renamed(SMALL)), "replace": "y"},
    ),
    "rule_sets.publish": lambda w: Case(
        w.editor(), f"{DRAFT}/publish", {"note": "One.", "do": "publish"}, {"note": "Two.", "do": "publish"}, "led"
    ),
    "rule_sets.bring_back": lambda w: Case(
        w.admin(), "/admin/rules/versions/1/bring-back", {"note": "One."}, {"note": "Two."}, "refused"
    ),
    "rule_sets.discard": lambda w: Case(w.editor(), f"{DRAFT}/discard", {}),
    "preview.make_case": _preview_case,
}
"""Every address that takes a one-time key, with a form that is sent there; some also for an answer of a question."""


def _renamed(rules: RuleSet) -> RuleSet:
    return replace(rules, limits=(*rules.limits, "Nor the weather."))


SHOWN_ONCE = frozenset({
    "accounts.tokens", "processes.new_link", "processes.new_list_link", "processes.new_brief_link",
    "processes.ask_for_opinion", "processes.renew_opinion", "organisations.invite",
    "rule_sets.publish", "rule_sets.discard",
})  # fmt: skip
"""Addresses that answer a repeat by saying that it was done: tokens and links are shown once, a draft ends once."""


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The product alone, without the probe pages."""
    app = create_app(settings)
    yield app
    app.extensions["database"].dispose()


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
    def below(form: Any) -> Iterator[Any]:
        for kind in form.__subclasses__():
            yield kind
            yield from below(kind)

    keyed = {kind.__name__ for kind in below(FlaskForm) if hasattr(kind, "once")}
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
