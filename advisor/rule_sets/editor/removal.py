"""Taking an item out of the draft, after saying what would miss it."""

from flask import redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from advisor.engine.document.document import NoSuchItem, fingerprint_of, options_of
from advisor.engine.document.edit import ChangedSince, find
from advisor.extensions import database
from advisor.models import DatabaseUnavailable
from advisor.models.idempotency import earlier_location
from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.editor import operations
from advisor.rule_sets.editor.list_state import carried_state, carried_values
from advisor.rule_sets.editor.presenter import breaks_without, item_links, look_up, users_of
from advisor.rule_sets.forms import RemoveForm
from advisor.rule_sets.item_urls import ANY_COLLECTION, item_url, list_url
from advisor.rule_sets.workspace import key_owner, load_workspace, workspace_or_home, write_once
from advisor.web.access import identity
from advisor.web.forms import add_form_error, attempt, form_page, unsaved_page
from advisor.wording.items import item_name, subject_of
from advisor.wording.rule_set_vocabulary import NOUNS


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
        "back_url": item_url(collection, key, **carried_values()),
        "is_question": collection == "questions",
        **breaks_without(workspace, collection, key, item),
    }
    if not form.validate_on_submit():
        return form_page("rule_sets/editor/remove.html", form, **page)
    opened, with_users = str(form.opened.data), bool(form.with_users.data)

    def take_out(session: Session) -> str:
        removed = operations.remove(session, identity.actor(), collection, key, opened=opened, with_users=with_users)
        return list_url(collection, done=removed, **_state_of_list(collection))

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
    return carried_values() if "/" in collection else carried_state()
