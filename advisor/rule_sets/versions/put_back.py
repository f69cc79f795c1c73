"""One difference of the draft put back: the item is again as the version in force has it."""

from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from sqlalchemy.orm import Session

from advisor.engine.document.causes import caused_changes
from advisor.engine.document.put_back import StandsInTheWay, put_back
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets import rule_set_version as versions
from advisor.rule_sets.editor.presenter import user_links
from advisor.rule_sets.versions.changes import difference_url
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.web.access import identity
from advisor.wording.items import item_label, item_name, noun_of

_KIND = "draft put back"

_LISTED = 10


class ChangedMeanwhile(Exception):  # noqa: N818
    """What was to be put back does not differ as it did when the page was shown."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an item cannot be put back: what refers to it (``users``), or what it would refer to (``missing``)."""

    what: str
    users: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    more: int


def difference_put_back(session: Session, button: str) -> str:
    """Put back the difference of this mark, as the button names it: "put-back 0f3a…". Give the address that tells so.

    Raises ChangedMeanwhile and StandsInTheWay; then nothing has changed.
    """
    verb, _space, mark = button.partition(" ")
    if verb != "put-back" or not mark:
        abort(400)
    who, fingerprint = identity.actor(), drafts.current_fingerprint(session)
    draft = drafts.find_draft(session)
    if draft is None:
        return url_for(".home", gone=1)
    found = [one for one in caused_changes(versions.rule_set(session), draft.rule_set) if one.mark == mark]
    if not found:
        raise ChangedMeanwhile
    change = found[0].change
    what = f"{change.collection}/{change.key}"
    drafts.edit(session, who, lambda rules: put_back(rules, found[0]), kind=_KIND, what=what, expected=fingerprint)
    page: dict[str, Any] = {"page": request.args["page"]} if "page" in request.args else {}
    return url_for("rule_sets.differences", **page, done=drafts.last_act(session, _KIND))


def obstacle_of(workspace: DraftWorkspace, refused: StandsInTheWay) -> Obstacle:
    """What stands in the way, by name and with links: items that are edited, or differences that are put back first."""
    holders = list(dict.fromkeys(reference.holder for reference in refused.references))
    targets = list(dict.fromkeys(reference.target for reference in refused.references))
    missing = []
    for collection, key in targets:
        if url := difference_url(workspace, collection, key):
            name = item_name(workspace.rules, collection, key, workspace.in_force)
            missing.append({"noun": noun_of(collection), "name": name, "key": key, "url": url})
    users = [] if missing else user_links(workspace.rules, holders[:_LISTED])
    what = item_label(workspace.rules, *(holders if missing else targets)[0], workspace.in_force)
    return Obstacle(what, users, missing[:_LISTED], max(0, len(missing or holders) - _LISTED))
