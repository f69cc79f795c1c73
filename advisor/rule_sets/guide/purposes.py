"""What each page of the workshop is for, in one sentence, and the page of the guide that says more.

A page that is added to the workshop is added here; a test says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from advisor.rule_sets.guide.contents import BY_WORD, GuidePage


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a page is there."""

    sentence: LazyString
    guide_page: GuidePage


def _purpose(word: str, sentence: LazyString) -> Purpose:
    return Purpose(sentence, BY_WORD[word])


_OF_COLLECTIONS = {
    "rules": _purpose("rules", _l("A rule adds points to one side when its conditions hold. People read its reason.")),
    "questions": _purpose("questions", _l("Questions are all that the rules know of a process.")),
    "leave": _purpose("tables", _l("The first row that fits the points says whether the work can leave the house.")),
    "kind": _purpose("tables", _l("The first row that fits the points says what kind of work it is, and how clearly.")),
    "claims": _purpose("evidence", _l("A claim is one thing that a source says. Each rule rests on at least one.")),
    "sources": _purpose("evidence", _l("People can look up here what the advice was taken from.")),
    "disagreements": _purpose("evidence", _l("Where sources differ, people read both views and how we settle it.")),
    "risks": _purpose("evidence", _l("A risk warns of what such work runs into. It adds no points.")),
    "guidance": _purpose("evidence", _l("What people do after the advice, and what providers are asked.")),
    "tensions": _purpose(
        "questions", _l("Two answers that do not fit together are shown, so that one can be changed.")
    ),
    "limits": _purpose(
        "evidence", _l("What the advice leaves open stands below it, so that nobody reads more into it.")
    ),
    "cases": _purpose("cases", _l("A test case holds the advice that some answers must lead to, whatever you change.")),
}
"""By the collection of the draft, for its list and for the pages of its items."""

_OF_ITEMS = {
    "rule_sets.remove_item": _l("See what looks at it before it goes."),
    "rule_sets.item_history": _l("What was done to it in a draft, the latest first."),
    "rule_sets.item_comments": _l("What admins say to each other about it. No visitor reads it."),
}
"""Pages of an item that are for something else than its list."""

_OF_PAGES = {
    "rule_sets.home": _purpose(
        "advice", _l("You change a draft, check it, and publish it. Until then nobody's advice changes.")
    ),
    "rule_sets.search": _purpose("rules", _l("Every item that has certain words, whatever list it stands in.")),
    "rule_sets.discard": _purpose("publishing", _l("A draft that is not wanted any more makes room for a new one.")),
    "rule_sets.add_question": _purpose(
        "questions", _l("The question, its answers and their rules go into the draft together.")
    ),
    "rule_sets.preview_question": _purpose("questions", _l("Read it as somebody does who has never seen it.")),
    "rule_sets.problems": _purpose("problems", _l("Everything that is wrong with the draft, and how to mend it.")),
    "rule_sets.shares": _purpose(
        "problems", _l("The question that shifts the advice most comes first: look whether it should.")
    ),
    "rule_sets.accept_warning": _purpose(
        "problems", _l("What you have looked at and want to leave is out of the way.")
    ),
    "rule_sets.coverage": _purpose("cases", _l("What no case tries can change unnoticed.")),
    "rule_sets.add_proposed": _purpose("cases", _l("Cases for what none tries yet, to be looked over by you.")),
    "rule_sets.impact": _purpose(
        "affected", _l("How many saved processes would get different advice, before anybody does.")
    ),
    "rule_sets.differences": _purpose("publishing", _l("Read here what you are about to publish, word by word.")),
    "rule_sets.note": _purpose(
        "publishing",
        _l("Owners read this beside their saved advice when the rules have changed, and everybody beside the version."),
    ),
    "rule_sets.publish": _purpose("publishing", _l("The draft becomes the version that everybody is advised by.")),
    "rule_sets.show_plan": _purpose("publishing", _l("What comes into force next is seen by every admin beforehand.")),
    "rule_sets.version": _purpose(
        "publishing", _l("A version never changes, so advice given with it can be explained.")
    ),
    "rule_sets.compare": _purpose("publishing", _l("What two versions say differently, and what that does.")),
    "rule_sets.compare_advice": _purpose("affected", _l("See on one set of answers what a change does, and why.")),
    "rule_sets.bring_back": _purpose("publishing", _l("A version that was better is published again, as a new one.")),
    "rule_sets.download": _purpose(
        "publishing", _l("A file to read, to keep, or to edit elsewhere and bring in again.")
    ),
    "rule_sets.upload": _purpose("publishing", _l("A file that was edited elsewhere becomes the draft.")),
    "rule_sets.bulk_edit": _purpose("rules", _l("See what the change does to the advice before you make it.")),
    "rule_sets.draft_history": _purpose(
        "together", _l("Who changed what in it. What nothing later rests on can be taken back.")
    ),
    "rule_sets.take_back": _purpose(
        "together", _l("Who changed what in it. What nothing later rests on can be taken back.")
    ),
    "rule_sets.audit": _purpose("together", _l("Who did what, when and why. Entries are only ever added.")),
    "rule_sets.comments": _purpose(
        "together", _l("What admins say to each other about the draft. No visitor reads it.")
    ),
    "rule_sets.thread": _purpose("together", _l("Answer, or settle it when nothing is left to do.")),
}
"""By the endpoint."""


def purpose_of(endpoint: str, arguments: Mapping[str, Any]) -> Purpose | None:
    """Why the page of an address is there; None where it is no page of the workshop."""
    if endpoint in _OF_PAGES:
        return _OF_PAGES[endpoint]
    collection = "questions" if "question" in arguments else arguments.get("collection", "")
    if collection not in _OF_COLLECTIONS:
        return None
    of_collection = _OF_COLLECTIONS[collection]
    return Purpose(_OF_ITEMS.get(endpoint, of_collection.sentence), of_collection.guide_page)
