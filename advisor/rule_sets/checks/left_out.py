"""What a draft that something blocks is tried without, on each page that tries it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from advisor.engine.document.document import NUMBERED
from advisor.engine.document.edit import place_parts
from advisor.rule_sets.item_urls import item_url
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording.acts import number_of_items
from advisor.wording.items import item_name, noun_of

_LISTED = 20
"""Items that are listed by their names and links; of more it says how many."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sentence that counts what was left out, and the items."""

    sentence: str
    links: list[dict[str, Any]]
    more: int


def left_out(workspace: DraftWorkspace) -> LeftOut | None:
    """What the draft is tried without; None where that is nothing, or where nothing can be tried."""
    trial = workspace.trial
    if trial is None or not trial.left_out:
        return None
    places = [place_parts(place) for place in trial.left_out]
    counts = Counter(collection for collection, _key in places)
    numbers = [number_of_items(collection, number) for collection, number in counts.items()]
    listed = _("%(some)s and %(last)s", some=", ".join(numbers[:-1]), last=numbers[-1]) if numbers[1:] else numbers[0]
    sentence = _("The draft is tried here without %(items)s, since what they look at is gone.", items=listed)
    links = [
        {
            "noun": noun_of(collection),
            "name": item_name(workspace.rules, collection, key, workspace.base),
            "key": "" if collection in NUMBERED else key,
            "url": item_url(collection, key),
        }
        for collection, key in places[:_LISTED]
    ]
    return LeftOut(str(sentence), links, max(0, len(places) - _LISTED))
