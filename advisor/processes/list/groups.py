"""The page of an owner's groups: how many processes each has, and another name for it everywhere."""

from typing import Any

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from advisor.assessments.operations import in_transaction
from advisor.engine.document.text import match_key, sort_key
from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models.processes import process_list
from advisor.models.processes.groups import unite
from advisor.processes.list import acts
from advisor.processes.list.forms import GroupNameForm
from advisor.processes.views import bp, request_owner
from advisor.web.forms import form_page, unsaved_page

TEMPLATE = "processes/list/groups.html"


@bp.get("/processes/groups")
def groups() -> ResponseReturnValue:
    """List one's own groups."""
    return form_page(TEMPLATE, GroupNameForm(formdata=None), **_page())


@bp.post("/processes/groups/rename")
def rename_group() -> ResponseReturnValue:
    """Call a group otherwise everywhere; where there is one of that name, ask whether to put both together."""
    form = GroupNameForm()
    page = _page()
    counts = {match_key(group["name"]): group for group in page["groups"]}
    group = counts.get(match_key(form.group.data or ""))
    if not form.validate_on_submit():
        if form.csrf_token.errors:
            abort(400)
        return form_page(TEMPLATE, form, **page)
    other = counts.get(match_key(form.new_name))
    if group is None:  # renamed already, perhaps by this very form
        return redirect(url_for("processes.groups"), 303)
    if other is not None and other is not group and form.merge.data != "yes":
        return form_page(TEMPLATE, form, 409, **page | {"clash": other})
    try:
        in_transaction(database(), lambda session: _rename(session, form))
    except DatabaseUnavailable as error:
        return unsaved_page(TEMPLATE, form, error, **page)
    return redirect(url_for("processes.groups", renamed=form.new_name), 303)


def _rename(session: Session, form: GroupNameForm) -> None:
    acts.rename_group(session, request_owner(), form.group.data or "", form.new_name)


def _page() -> dict[str, Any]:
    with database().read() as session:
        lines = process_list.process_lines(session, request_owner())
    names = sorted(unite(name for line in lines for name in line.groups), key=sort_key)
    counts: dict[str, int] = {}
    for line in lines:
        for name in line.groups:
            counts[match_key(name)] = counts.get(match_key(name), 0) + 1
    return {
        "groups": [
            {"name": name, "count": counts[match_key(name)], "url": url_for("processes.index", group=name)}
            for name in names
        ],
        "clash": None,
        "back_url": url_for("processes.index"),
    }
