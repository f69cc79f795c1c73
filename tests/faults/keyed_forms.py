"""Every form that takes a one-time key, with two contents of it and the people who send it."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from sqlalchemy import func, select

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
from tests.assessments.walker import EXPERT, ROUTINE, Walker
from tests.exchange.samples import SMALL
from tests.factories import make_organisation
from tests.processes.opinions.guests import Guest
from tests.processes.owner_walker import OwnerWalker
from tests.rule_sets.admins import DRAFT, Admin
from tests.visiting import Visitor


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


def _owner_with_opinion(world: World) -> OwnerWalker:
    """An owner whom somebody has given a second opinion."""
    owner = world.owner()
    Guest.invite(world.app, owner, "Priya").hand_in(EXPERT)
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


def _proposed_case(world: World) -> Case:
    return Case(world.admin().start(), f"{DRAFT}/coverage/add", {})


def _preview_case(world: World) -> Case:
    at = f"{DRAFT}/preview/result?process=Wages&given=edge.no.steps.set.written.yes.skill.basic&early=1"
    return Case(world.editor(), at, {}, action="preview/case")


def _recalculated_case(world: World) -> Case:
    owner = world.owner()
    owner.open(f"{owner.at}/questions/steps?again=1")
    owner.answer("half")
    return Case(owner, f"{owner.at}/answers", {})


def _settled_case(world: World) -> Case:
    visitor = world.visitor()
    visitor.goes_on = False
    visitor.begin()
    visitor.answer("yes")
    return Case(visitor, f"{visitor.at}/settled", {})


def _decided_case(world: World) -> Case:
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
    "assessments.recalculate": _recalculated_case,
    "assessments.show_settled": _settled_case,
    "processes.copy": lambda w: Case(
        (owner := w.owner()), f"/processes/copy?of={owner.id}", {"process_name": "One"}, {"process_name": "Two"}
    ),
    "processes.decide_chosen": _decided_case,
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
    "processes.renew_opinion": lambda w: Case(
        (owner := _owner_with_opinion(w)), f"{owner.at}/opinions", {}, action="renew"
    ),
    "processes.settle_opinions": lambda w: Case(
        (owner := _owner_with_opinion(w)), f"{owner.at}/opinions/settle", {"note": "One"}
    ),
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
    "rule_sets.add_proposed": _proposed_case,
    "rule_sets.upload": lambda w: Case(
        w.editor(),
        "/admin/rules/upload",
        {"file": a_file(SMALL), "replace": "y"},
        {"file": a_file(_rename_rule(SMALL)), "replace": "y"},
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


def _rename_rule(rules: RuleSet) -> RuleSet:
    return replace(rules, limits=(*rules.limits, "Nor the weather."))
