"""What is done with the processes that are ticked in the list: at once where it can be undone, else asked first.

What was deleted in another window meanwhile is left out and named; the same is done with the rest.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.assessments.operations import ChangedElsewhere, in_transaction
from advisor.extensions import database
from advisor.links import link_to
from advisor.models import DatabaseUnavailable
from advisor.models.idempotency import earlier_location, idempotent
from advisor.models.processes.groups import write_groups
from advisor.models.processes.process_list import process_lines
from advisor.processes.list import acts
from advisor.processes.list.acts import TickedProcesses, select_ticked
from advisor.processes.list.forms import ChosenForm, DecisionsForm, MoveForm
from advisor.processes.list.notices import read_moment, write_moment
from advisor.processes.list.presenter import SHEETS, decisions_page, move_page
from advisor.processes.list.query import ListQuery
from advisor.processes.list.views import compare_refusal, list_reply, read_ids, sheet_reply
from advisor.processes.operations import RulesMovedOn
from advisor.processes.papers.portfolio import write_numbers
from advisor.processes.quick_pass.views import BEGUN_LIMIT
from advisor.processes.views import bp, request_owner
from advisor.web.access import identity, spaces
from advisor.web.access.security import may_repeat
from advisor.web.errors import unsaved_message
from advisor.web.forms import Refusal, add_form_error, attempt, form_page, pressed_or_400, unsaved_page

_WITH_ONE = {"rename": "assessments.rename", "parts": "assessments.parts", "decide": "processes.decide"}

MOVED_TOGETHER = 50
"""Processes that move to newer rules in one transaction: each is advised on, and others have to wait meanwhile."""

NAMED_LIMIT = 3
"""Processes that a notice names of those that are not there any more."""


@bp.post("/processes/chosen")
@may_repeat("of")
def act_on_chosen() -> ResponseReturnValue:
    """Do what the button says with what is ticked, or go where that is asked; else say what must be ticked."""
    form = ChosenForm()
    if not form.validate_on_submit():
        abort(400)
    ids, do = read_ids(form.of.data or []), request.form.get("do", "compare")
    if do == "enter":
        do = "group" if form.group.data else "compare"
    act = _ACTS.get(do) or abort(400)
    try:
        with database().read() as session:
            selection = _find_ticked(session, form, ids)
        if do != "compare" and not selection.processes and not selection.binned:
            raise Refusal(_("Tick at least one process for that."))
        return act(form, selection)
    except Refusal as refused:
        return list_reply(form, ids, str(refused))
    except DatabaseUnavailable as error:
        return list_reply(form, ids, unsaved_message(error.reason), 503)


def _find_ticked(session: Session, form: ChosenForm | DecisionsForm | MoveForm, ids: Sequence[UUID]) -> TickedProcesses:
    """What is ticked; 404 where nothing of it is known."""
    selection = select_ticked(session, request_owner(), ids, form.elsewhere.data or "", _query())
    if ids and selection.absent == len(ids):
        abort(404)
    return selection


def _in_transaction(form: ChosenForm, act: Callable[[Session, TickedProcesses], dict[str, Any]]) -> ResponseReturnValue:
    """Do ``act`` with what is ticked, and go back to the list, which says what ``act`` gives and who was left out."""
    ids = read_ids(form.of.data or [])

    def write(session: Session) -> str:
        selection = _find_ticked(session, form, ids)
        return _list_url(selection, **act(session, selection))

    return redirect(in_transaction(database(), write), 303)


def _list_url(selection: TickedProcesses, **notice: str | int) -> str:
    missing = [str(one.id) for one in selection.binned[:NAMED_LIMIT]]
    absent = len(selection.binned) + selection.absent
    if absent:
        notice |= {"absent": absent, "missing": ".".join(missing)}
    return url_for("processes.index", **_query().address(**{name: str(value) for name, value in notice.items()}))


def _only_process(selection: TickedProcesses) -> UUID:
    """The one process that is ticked; Refused where there are none or several."""
    if len(selection.processes) != 1:
        raise Refusal(_("Tick one process for that. %(n)d are ticked.", n=len(selection.processes)))
    return selection.processes[0].id


def _compare(_form: ChosenForm, selection: TickedProcesses) -> ResponseReturnValue:
    if refusal := compare_refusal(len(selection.processes)):
        raise Refusal(refusal)
    ids = [one.id for one in selection.processes]
    return redirect(url_for("processes.compare_processes", of=ids, **_query().address()), 303)


def _rename(_form: ChosenForm, selection: TickedProcesses) -> ResponseReturnValue:
    return redirect(url_for(_WITH_ONE["rename"], assessment_id=_only_process(selection)), 303)


def _parts(_form: ChosenForm, selection: TickedProcesses) -> ResponseReturnValue:
    return redirect(url_for(_WITH_ONE["parts"], assessment_id=_only_process(selection)), 303)


def _copy(_form: ChosenForm, selection: TickedProcesses) -> ResponseReturnValue:
    return redirect(url_for("processes.copy", of=_only_process(selection)), 303)


def _organisation(_form: ChosenForm, selection: TickedProcesses) -> ResponseReturnValue:
    """Into an organisation, or out of the one in which this is."""
    ids, member = [one.id for one in selection.processes], spaces.current()
    if member is None:
        return redirect(link_to("move", of=ids), 303)
    return redirect(link_to("move_out", organisation_id=member.organisation_id, of=ids), 303)


def _answer(_form: ChosenForm, ticked: TickedProcesses) -> ResponseReturnValue:
    return redirect(url_for("processes.quick_answers", of=_a_few(ticked)), 303)


def _look_again(_form: ChosenForm, ticked: TickedProcesses) -> ResponseReturnValue:
    return redirect(url_for("processes.set_look_again", of=_a_few(ticked)), 303)


def _a_few(ticked: TickedProcesses) -> list[UUID]:
    """What is ticked, where it is no more than an address holds; else Refused."""
    if len(ticked.processes) > BEGUN_LIMIT:
        words = {"most": BEGUN_LIMIT, "n": len(ticked.processes)}
        raise Refusal(_("Tick at most %(most)d processes for that. %(n)d are ticked.", **words))
    return [one.id for one in ticked.processes]


def _delete(form: ChosenForm, ticked: TickedProcesses) -> ResponseReturnValue:
    if not ticked.processes:  # sent twice, or all of them deleted elsewhere: either way they can be put back
        moment = next((one.deleted_at for one in ticked.binned if one.deleted_at), None)
        return redirect(_list_url(TickedProcesses((), (), 0), did="deleted", at=write_moment(moment)), 303)

    def act(session: Session, selection: TickedProcesses) -> dict[str, Any]:
        moment = acts.delete_several(session, selection.processes, identity.actor())
        return {"did": "deleted", "at": write_moment(moment)}

    return _in_transaction(form, act)


def _group(form: ChosenForm, _selection: TickedProcesses) -> ResponseReturnValue:
    if fault := form.group_fault:
        raise Refusal(fault)

    def act(session: Session, selection: TickedProcesses) -> dict[str, Any]:
        acts.put_into_groups(session, request_owner(), selection.processes, form.groups)
        return {"did": "grouped", "n": len(selection.processes), "to": write_groups(form.groups)}

    return _in_transaction(form, act)


def _ungroup(form: ChosenForm, _selection: TickedProcesses) -> ResponseReturnValue:
    if fault := form.group_fault:
        raise Refusal(fault)

    def act(_session: Session, selection: TickedProcesses) -> dict[str, Any]:
        acts.take_out_of_groups(selection.processes, form.groups)
        return {"did": "ungrouped", "n": len(selection.processes), "to": write_groups(form.groups)}

    return _in_transaction(form, act)


def _sheet(kind: str) -> Callable[[ChosenForm, TickedProcesses], ResponseReturnValue]:
    def reply(_form: ChosenForm, selection: TickedProcesses) -> Response:
        return sheet_reply(kind, _query(), only={one.id for one in selection.processes})

    return reply


def _paper(_form: ChosenForm, selection: TickedProcesses) -> ResponseReturnValue:
    with database().read() as session:
        lines = process_lines(session, request_owner())
    ticked = {one.id for one in selection.processes}
    numbers = write_numbers(line.number for line in lines if line.id in ticked)
    return redirect(url_for("processes.portfolio_sheet", only=numbers, **_query().address()), 303)


# ---- a decision on several


def _decide(form: ChosenForm, selection: TickedProcesses) -> ResponseReturnValue:
    if len(selection.processes) == 1:
        return redirect(url_for(_WITH_ONE["decide"], assessment_id=selection.processes[0].id), 303)
    opened = {"opened": selection.fingerprint, "of": form.of.data, "elsewhere": form.elsewhere.data}
    return form_page(
        "processes/list/decisions.html",
        DecisionsForm(formdata=None, data=opened),
        **decisions_page(selection, _query()),
    )


@bp.post("/processes/decisions")
@may_repeat("of")
def decide_chosen() -> ResponseReturnValue:
    """Keep one decision on all that was ticked."""
    form = DecisionsForm()
    ids, owner = read_ids(form.of.data or []), request_owner()

    def act(session: Session) -> str:
        sent = attempt(owner.hash)
        return idempotent(session, sent, lambda: decide(session))

    def decide(session: Session) -> str:
        selection = _find_ticked(session, form, ids)
        replaces = form.others.data == "replace"
        n, left = acts.decide_several(selection, form.decision, form.opened.data or "", replaces=replaces)
        return _list_url(selection, did="decided", n=n, **({"left": left} if left else {}))

    with database().read() as session:
        done = earlier_location(session, attempt(owner.hash))
        if done:
            return redirect(done, 303)
        try:
            selection = _find_ticked(session, form, ids)
        except Refusal as refused:
            return list_reply(ChosenForm(formdata=None), ids, str(refused))
    page = decisions_page(selection, _query())
    if not form.validate_on_submit():
        return form_page("processes/list/decisions.html", form, **page)
    try:
        return redirect(in_transaction(database(), act), 303)
    except ChangedElsewhere:
        form.opened.data = selection.fingerprint
        add_form_error(form, _("One of them was changed in another window, so nothing was done. Look again and save."))
        return form_page("processes/list/decisions.html", form, 409, **page)
    except Refusal as refused:
        add_form_error(form, str(refused))
        return form_page("processes/list/decisions.html", form, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("processes/list/decisions.html", form, error, **page)


# ---- newer rules for several


def _move_page(form: ChosenForm | MoveForm, selection: TickedProcesses, fault: str = "") -> ResponseReturnValue:
    with database().read() as session:
        plan = acts.plan_move(session, request_owner(), selection.processes)
    data = {"version": plan.number, "of": form.of.data, "elsewhere": form.elsewhere.data}
    fresh = MoveForm(formdata=None, data=data)
    if fault:
        add_form_error(fresh, fault)
    return form_page("processes/list/move.html", fresh, 409 if fault else 0, **move_page(plan, selection, _query()))


@bp.post("/processes/move")
@may_repeat("of")
def move_chosen() -> ResponseReturnValue:
    """Move all that was ticked, and can be, to the rules in force."""
    form = MoveForm()
    if not form.validate_on_submit():
        abort(400)
    ids, owner, moved = read_ids(form.of.data or []), request_owner(), 0

    def act(session: Session, keys: Sequence[UUID]) -> int:
        still = select_ticked(session, owner, keys, "", _query())
        return acts.move_several(session, owner, still.processes, form.number)

    try:
        with database().read() as session:
            ticked = _find_ticked(session, form, ids)
        keys = [one.id for one in ticked.processes]
        for start in range(0, len(keys), MOVED_TOGETHER):
            some = keys[start : start + MOVED_TOGETHER]
            moved += in_transaction(database(), lambda session, some=some: act(session, some))  # type: ignore[misc]
        return redirect(_list_url(ticked, did="moved", n=moved, to=form.number), 303)
    except RulesMovedOn:
        with database().read() as session:
            selection = _find_ticked(session, form, ids)
        fault = _("The rules have changed once more since you opened this page. This is how it stands now.")
        return _move_page(form, selection, fault)
    except Refusal as refused:
        return list_reply(ChosenForm(formdata=None), ids, str(refused))
    except DatabaseUnavailable as error:
        return list_reply(ChosenForm(formdata=None), ids, unsaved_message(error.reason), 503)


# ---- put back from the bin


@bp.post("/processes/bin/put-back-several")
def put_back_several() -> ResponseReturnValue:
    """Put back all that went into the bin together."""
    pressed_or_400()
    moment = read_moment(request.form.get("at", "")) or abort(400)
    owner, who, limit = request_owner(), identity.actor(), current_app.config["ASSESSMENTS_PER_OWNER"]
    try:
        n = in_transaction(database(), lambda session: acts.put_back_several(session, owner, moment, limit, who))
    except Refusal as refused:
        return list_reply(ChosenForm(formdata=None), [], str(refused))
    done: dict[str, Any] = {"did": "returned", "n": n} if n else {}
    return redirect(url_for("processes.index", **done), 303)


_ACTS: dict[str, Callable[[ChosenForm, TickedProcesses], ResponseReturnValue]] = {
    "compare": _compare,
    "rename": _rename,
    "parts": _parts,
    "copy": _copy,
    "delete": _delete,
    "quick": _answer,
    "again": _look_again,
    "group": _group,
    "ungroup": _ungroup,
    "decide": _decide,
    "rules": _move_page,
    "organisation": _organisation,
    "paper": _paper,
    **{kind: _sheet(kind) for kind in SHEETS},
}


def _query() -> ListQuery:
    return ListQuery.read(request.args)
