"""What was done in the draft, the latest first, and taking any of it back on which nothing later rests."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from advisor.engine.document.document import KINDS
from advisor.engine.document.inverse import ChangedAgain, is_inverse, is_there
from advisor.engine.document.text import whole_number
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.models import Account, AuditEvent, DatabaseUnavailable
from advisor.models.audit import draft_acts
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.draft import NoDraft
from advisor.models.rule_sets.take_back import TAKEN_BACK, take_act_back, without_act, without_rest
from advisor.rule_sets.audit.act_sentences import asker_of, sentence_of_act
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.item_urls import item_url, list_url, path_of
from advisor.rule_sets.workspace import DraftWorkspace, load_workspace, workspace_or_home, write_once
from advisor.web.access import identity
from advisor.web.forms import ButtonForm, add_form_error, form_page, unsaved_page
from advisor.wording.acts import ACTORS

PAGE = 20
"""Acts on a page."""

_LATER_NAMED = 3
"""Acts that are named of those that rest on another one; a page of their own has them all."""

REMOVED = "draft removed from"
"""The kind of the acts that take something out."""

_TEMPLATE = "rule_sets/audit/draft_history.html"


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Whether an act on the draft can be taken back; else the later acts that rest on it, and what they changed."""

    is_possible: bool
    later: tuple[tuple[str, str], ...] = ()
    """The sentence and the address of each of the latest, which have to be taken back first."""
    more: int = 0
    """How many more there are."""
    rest: int = 0
    """How many of its changes can be taken back all the same, since nobody changed those again."""


@dataclass(frozen=True, slots=True)
class DraftAct:
    """An act on the draft as the page shows it."""

    sequence: int
    at: datetime
    sentence: str
    take_back: TakeBack
    kind: str
    places: tuple[str, ...]
    to_mend: int = 0
    """How many items must be mended in the draft as it is, where this act took something out."""


@bp.get("/admin/rules/draft/history")
def draft_history() -> ResponseReturnValue:
    """Show every act on this draft, with a button that takes it back where that can be."""
    form, workspace = ButtonForm(), workspace_or_home()
    notice = _("Taken back. That is an act of its own now, and can be taken back as well.")
    return form_page(_TEMPLATE, form, notice=str(notice) if "done" in request.args else "", **_page(workspace))


@bp.post("/admin/rules/draft/history")
def take_back() -> ResponseReturnValue:
    """Take back the act that the button names, or the rest of it; where later ones rest on it, the page says which."""
    form, workspace = ButtonForm(), workspace_or_home()
    sequence, rest = (whole_number(request.form.get(name)) for name in ("act", "rest"))
    if sequence is None or (rest is None and "rest" in request.form):
        abort(400)

    def act(session: Session) -> str:
        done = take_act_back(session, identity.actor(), sequence, rest or 0)
        draft = drafts.find_draft(session)
        return _page_url(request.form.get("on", ""), done, None if draft is None else draft.rule_set)

    if not form.validate_on_submit():
        return form_page(_TEMPLATE, form, **_page(workspace))
    try:
        return write_once(act)
    except ChangedAgain:
        add_form_error(form, _("Somebody changed the same since, so it was not taken back. Its entry says what."))
    except NoDraft:
        return redirect(url_for("rule_sets.home", gone=1), 303)
    except LookupError:
        add_form_error(form, _("That was done in a draft that was published or discarded."))
    except DatabaseUnavailable as error:
        return unsaved_page(_TEMPLATE, form, error, **_page(workspace))
    return form_page(_TEMPLATE, form, 409, **_page(load_workspace(), sequence + 1))


def _page_url(on: str, done: int, rules: RuleSet | None) -> str:
    """The page of the draft on which the button was pressed: one of these, an item that is still there, or a list."""
    if on in {"problems", "coverage", "differences"}:
        return url_for(f".{on}", done=done)
    collection, _space, key = on.partition(" ")
    if key and collection.split("/", maxsplit=1)[0] in KINDS:
        is_here = rules is not None and is_there(rules, collection, key)
        return item_url(collection, key, done=str(done)) if is_here else list_url(collection, done=done)
    return list_url(on, done=done) if on.split("/", maxsplit=1)[0] in KINDS else url_for(".draft_history", done=done)


def latest_act(workspace: DraftWorkspace) -> DraftAct | None:
    """The act that the address says was done just now, as long as it, or some of it, can be taken back."""
    sequence = whole_number(request.args.get("done"))
    if not sequence or sequence >= 2**31:
        return None
    with database().read() as session:
        acts = session.scalars(draft_acts().where(AuditEvent.sequence >= sequence)).all()
        people = people_of(session, acts)
    if not acts or acts[-1].sequence != sequence:
        return None
    if (me := identity.current().account_id) is not None:
        people[me] = str(_("You"))
    [act] = _draft_acts(workspace, acts, acts[-1:], people)
    if act.kind == REMOVED:
        act = replace(act, to_mend=_number_to_mend(workspace))
    return act if act.take_back.is_possible or act.take_back.rest else None


def _number_to_mend(workspace: DraftWorkspace) -> int:
    """How many items have something wrong with them that blocks publishing."""
    paths = (path_of(problem.place) for problem in workspace.blocking_problems)
    return len({(path.collection, path.key) for path in paths if path is not None})


def take_backs(
    rules: RuleSet,
    acts: Sequence[AuditEvent],
    shown: Container[int],
    people: Mapping[UUID, str],
    *earlier: RuleSet,
) -> dict[int, TakeBack]:
    """Whether acts on the draft can be taken back, by their numbers: of all its acts, the latest first, those in
    ``shown``.
    """
    found: dict[int, TakeBack] = {}
    for number, act in enumerate(acts):
        if act.sequence not in shown:
            continue
        later = acts[:number]
        try:
            without_act(rules, act, later)
            found[act.sequence] = TakeBack(is_possible=True)
        except ChangedAgain as again:
            resting = _acts_at(later, again.places)
            named = resting[:_LATER_NAMED]
            found[act.sequence] = TakeBack(
                is_possible=False,
                later=tuple((sentence_by(rules, it, people, *earlier), _entry_url(it.sequence)) for it in named),
                more=len(resting) - len(named),
                rest=_number_of_rest(rules, act, later),
            )
    return found


def _acts_at(acts: Sequence[AuditEvent], places: Sequence[str]) -> list[AuditEvent]:
    """The acts that changed something at these places, the latest first, without those that were taken back since."""
    found: list[AuditEvent] = []
    touching = [it for it in acts if {change["place"] for change in it.changes or ()} & set(places)]
    while touching:
        act = touching.pop(0)
        taken = next((it for it in touching if is_inverse(act.changes or (), it.changes or ())), None)
        if act.kind == TAKEN_BACK and taken is not None:
            touching.remove(taken)
        else:
            found.append(act)
    return found


def _resting_on(rules: RuleSet, acts: Sequence[AuditEvent], act: AuditEvent) -> list[AuditEvent]:
    """The acts that keep another one from being taken back, the latest first."""
    later = acts[: acts.index(act)]
    try:
        without_act(rules, act, later)
    except ChangedAgain as again:
        return _acts_at(later, again.places)
    return []


def _number_of_rest(rules: RuleSet, act: AuditEvent, later: Sequence[AuditEvent]) -> int:
    try:
        return without_rest(rules, act, later)[1]
    except ChangedAgain:
        return 0


def _entry_url(sequence: int) -> str:
    return url_for(".draft_history", before=sequence + 1, _anchor=f"entry-{sequence}")


def sentence_by(rules: RuleSet, act: AuditEvent, people: Mapping[UUID, str], *earlier: RuleSet) -> str:
    """An act on the draft as a sentence, by the account that did it."""
    return sentence_of_act(rules, act, actor_name(act, people), act.what, *earlier, asker=asker_name(act, people))


def actor_name(event: AuditEvent, people: Mapping[UUID, str]) -> str:
    """Who did something: the address of the account, or what is known of one that is gone."""
    if event.account_id is None:
        return str(ACTORS.get(event.who, event.who))
    return people.get(event.account_id) or str(_("Deleted account %(number)s", number=str(event.account_id)[:8]))


def asker_name(event: AuditEvent, people: Mapping[UUID, str]) -> str:
    """Who asked for the version that was published; "" where that is who did it."""
    asker = asker_of(event)
    return (people.get(asker) or str(_("somebody else"))) if asker else ""


def people_of(session: Session, events: Sequence[AuditEvent]) -> dict[UUID, str]:
    """The addresses of the accounts that did these acts or asked for them, as far as they are still there."""
    wanted = {account for event in events for account in (event.account_id, asker_of(event))} - {None}
    rows = session.execute(select(Account.id, Account.email).where(Account.id.in_(wanted)))
    return {row.id: row.email for row in rows}


def _page(workspace: DraftWorkspace, before: int | None = None) -> dict[str, Any]:
    before = before or whole_number(request.args.get("before"))
    with database().read() as session:
        acts = session.scalars(draft_acts()).all()
        people = people_of(session, acts)
    rests_on = whole_number(request.args.get("rests_on"))
    ground = next((act for act in acts if act.sequence == rests_on), None)
    listed = acts if ground is None else _resting_on(workspace.rules, acts, ground)
    at = next((number for number, act in enumerate(listed) if before is None or act.sequence < before), len(listed))
    shown = listed[at : at + PAGE]
    return {
        "acts": _draft_acts(workspace, acts, shown, people),
        "older": shown[-1].sequence if len(listed) > at + PAGE else 0,
        "is_first": at == 0,
        "base": workspace.base_number,
        "ground": ground
        and (sentence_by(workspace.rules, ground, people, workspace.base), _entry_url(ground.sequence)),
        "rests_on": ground and ground.sequence,
    }


def _draft_acts(
    workspace: DraftWorkspace, acts: Sequence[AuditEvent], shown: Sequence[AuditEvent], people: Mapping[UUID, str]
) -> list[DraftAct]:
    rules, base = workspace.rules, workspace.base
    possible = take_backs(rules, acts, {act.sequence for act in shown}, people, base)
    return [
        DraftAct(
            act.sequence,
            act.at,
            sentence_by(rules, act, people, base),
            possible[act.sequence],
            act.kind,
            tuple(change["place"] for change in act.changes or ()),
        )
        for act in shown
    ]
