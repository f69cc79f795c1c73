"""Where an admin goes on from a form: to a source that is missing and back, and from what was saved to what follows."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advisor.engine.model.evidence import Claim, Source
from advisor.rule_sets import unsaved_forms
from advisor.rule_sets.item_urls import add_url
from advisor.rule_sets.unsaved_forms import LEFT

ADD_SOURCE = "add-source"
"""The button that leads from a new claim to a new source."""

NOT_KEPT = _l("What you typed here could not be kept, so you are still here. Save it first, then add the source.")

WayOn = tuple[str, str]
"""What a link says, and where it leads."""


def ways_on(item: Any, *, used: bool) -> list[WayOn]:
    """The ways on from an item: back to the form that was left for it, and where it was saved just now to what follows.

    ``used`` says whether anything rests on it.
    """
    left = unsaved_forms.left_for_source()
    ways = [(_("Go on with the %(noun)s that you were writing", noun=left.noun), left.url)] if left else []
    if "saved" not in request.args:
        return ways
    match item:
        case Source():
            ways.append((_("Add a claim from this source"), add_url("claims", source=item.key)))
        case Claim(withdrawn="") if not used:
            ways.append((_("Add a rule that rests on it"), add_url("rules", sources=item.id)))
    return ways


def carried_left() -> dict[str, str]:
    """The form that was left, for the address of what was saved in the meantime."""
    return {LEFT: request.args[LEFT]} if LEFT in request.args else {}
