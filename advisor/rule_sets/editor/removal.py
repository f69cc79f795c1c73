"""Taking an item out of the draft, after saying what would miss it, and putting it back."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.engine.document.document import (
    NUMBERED,
    NoSuchItem,
    fingerprint_of,
    item_from_plain,
    items_of,
    key_of,
    kind_of,
    options_of,
)
from advisor.engine.document.edit import ChangedSince, KeyTaken, find, place_parts
from advisor.engine.document.text import whole_number
from advisor.engine.model.errors import RuleSetError
from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models.idempotency import earlier_location
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.editor import operations
from advisor.rule_sets.editor.list_state import carried, carried_state
from advisor.rule_sets.editor.presenter import breaks_without, item_links, look_up, users_of
from advisor.rule_sets.forms import RemoveForm
from advisor.rule_sets.item_urls import ANY_COLLECTION, item_url, list_url
from advisor.rule_sets.workspace import DraftWorkspace, key_owner, load_workspace, workspace_or_home, write_once
from advisor.web import identity
from advisor.web.forms import add_form_error, attempt, form_page, unsaved_page
from advisor.wording.items import item_name, short_text, subject_of
from advisor.wording.vocabulary import NOUNS


@bp.route(f"/admin/rules/draft/<{ANY_COLLECTION}:collection>/<key>/remove", methods=["GET", "POST"])
@bp.route("/admin/rules/draft/questions/<question>/answers/<key>/remove", methods=["GET", "POST"])
def remove_item(key: str, collection: str = "", question: str = "") -> ResponseReturnValue:
    """Take an item out, after saying what would miss it."""
    collection = collection or options_of(question)
    workspace = workspace_or_home()
    item, _context = look_up(workspace, collection, key)
    if item is None:
        with database().read() as session:
            return redirect(earlier_location(session, attempt(key_owner())) or list_url(collection), 303)
    form = RemoveForm(opened=fingerprint_of(item))
    users = users_of(workspace, collection, item)
    page = {
        "noun": NOUNS[subject_of(collection)],
        "title": item_name(workspace.rules, collection, key),
        "users": item_links(workspace.rules, users),
        "can_take_users": collection == "questions" and any(name != "questions" for name, _key in users),
        "back_url": item_url(collection, key, **carried()),
        "is_question": collection == "questions",
        **breaks_without(workspace, collection, key, item),
    }
    if not form.validate_on_submit():
        return form_page("rule_sets/editor/remove.html", form, **page)
    opened, with_users = str(form.opened.data), bool(form.with_users.data)

    def take_out(session: Session) -> str:
        gone = operations.remove(session, identity.actor(), collection, key, opened=opened, with_users=with_users)
        return list_url(collection, removed=gone.sequence, at=gone.at, **_state_of_list(collection))

    try:
        return write_once(take_out)
    except (ChangedSince, NoSuchItem) as clash:
        if getattr(clash, "present", None) is None:
            return redirect(list_url(collection), 303)
        add_form_error(
            form, _("This was changed after you opened it. Here it is as it is now; remove it all the same?")
        )
        present = find(load_workspace().rules, collection, key)
        form.opened.data = fingerprint_of(present)
        page["title"] = item_name(load_workspace().rules, collection, key)
        return form_page("rule_sets/editor/remove.html", form, 409, **page)
    except DatabaseUnavailable as error:
        return unsaved_page("rule_sets/editor/remove.html", form, error, **page)


def _state_of_list(collection: str) -> dict[str, str]:
    """What of the list was looked at; the list of answers is on the page of its question."""
    return carried() if "/" in collection else carried_state()


def latest_removal(workspace: DraftWorkspace) -> dict[str, str] | None:
    """What the address says was taken out just now, as long as nothing stands there again."""
    sequence, at = (whole_number(request.args.get(name)) for name in ("removed", "at"))
    if sequence is None or at is None:
        return None
    with database().read() as session:
        removal = operations.removal(session, sequence)
    if removal is None:
        return None
    collection, key = place_parts(removal.place)
    item = item_from_plain(kind_of(collection), removal.before[removal.place])
    try:
        keys = [key_of(there) for there in items_of(workspace.rules, collection)]
    except NoSuchItem:  # the question of an answer went too
        return None
    if collection not in NUMBERED and key in keys:
        return None
    return {
        "noun": NOUNS[subject_of(collection)],
        "title": short_text(workspace.rules, item),
        "do": f"back {sequence} {at}",
    }


def put_back(collection: str, sequence: int, at: int) -> ResponseReturnValue:
    """Put back what was taken out a moment ago; where that cannot be, the list shows what stands there now."""

    def back(session: Session) -> str:
        place = operations.put_back(session, identity.actor(), sequence, at)
        return item_url(*place_parts(place), back="1") if place else list_url(collection)

    try:
        return write_once(back)
    except (KeyTaken, NoSuchItem, RuleSetError):
        return redirect(list_url(collection), 303)
