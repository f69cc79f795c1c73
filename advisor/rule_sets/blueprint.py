"""The blueprint on which the rooms of this activity register their pages; ``advisor.rooms`` lists them."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from advisor.models.rule_sets.draft import NoDraft

bp = Blueprint("rule_sets", __name__)


@bp.errorhandler(NoDraft)
def draft_is_gone(_error: NoDraft) -> ResponseReturnValue:
    """Lead home whoever wanted to change a draft that was published or discarded meanwhile."""
    return redirect(url_for("rule_sets.home", gone=1), 303)
