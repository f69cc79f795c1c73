"""What a draft that something blocks is tried without, or why it cannot be tried, on each page that tries it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.document.document import NUMBERED
from advisor.engine.document.edit import place_parts
from advisor.engine.model.vocabulary import Outcome
from advisor.rule_sets.item_urls import item_url
from advisor.rule_sets.presenter import problem_lines
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording.acts import number_of_items
from advisor.wording.items import item_name
from advisor.wording.vocabulary import OUTCOMES

_LISTED = 20
"""Items of one collection that are listed by their names and links; of more it says how many."""


@dataclass(frozen=True, slots=True)
class LeftOutItems:
    """The items of one collection that are left out: "4 rules", and the first of them with their links."""

    label: str
    links: list[dict[str, str]]
    more: int


@dataclass(frozen=True, slots=True)
class TrialNotice:
    """How far the draft as it is cannot be tried, in a sentence or two, and the items that are left out of it."""

    sentence: str
    groups: list[LeftOutItems]


def trial_notice(workspace: DraftWorkspace, *, with_cases: bool = False) -> TrialNotice | None:
    """What is to be said beside what is tried; None where all of the draft is.

    Test cases that are left out are told of where they are run.
    """
    if workspace.untried_problem is not None:
        line = problem_lines(workspace.rules, [workspace.untried_problem], workspace.base)[0]
        return TrialNotice(str(_("Nothing of the draft can be tried yet. %(problem)s", problem=line.text)), [])
    trial = workspace.trial
    if trial is None or trial.is_whole:
        return None
    sentences, keys, resting = list[str](), dict[str, list[str]](), 0
    for collection, key in map(place_parts, trial.left_out):
        if with_cases or collection != "cases":
            keys.setdefault(collection, []).append(key)
            resting += not any(problem.blocks for problem in workspace.problems_by_item.get((collection, key), ()))
    if number := sum(map(len, keys.values())) - resting:
        sentences.append(
            ngettext(
                "%(num)d item of the draft has to be mended first. It is left out here.",
                "%(num)d items of the draft have to be mended first. They are left out here.",
                number,
            )
        )
    if resting:
        sentences.append(
            ngettext(
                "%(num)d more is left out with them, because it names one of them.",
                "%(num)d more are left out with them, because they name one of them.",
                resting,
            )
        )
    if trial.gap is not None:
        unclear = OUTCOMES[Outcome.UNCLEAR].name
        sentences.append(
            _("Answers whose points no row of the second table fits get “%(unclear)s” here.", unclear=unclear)
        )
    if not sentences:
        return None
    return TrialNotice(" ".join(map(str, sentences)), [_group(workspace, *each) for each in keys.items()])


def _group(workspace: DraftWorkspace, collection: str, keys: list[str]) -> LeftOutItems:
    def link(key: str) -> dict[str, Any]:
        return {
            "name": item_name(workspace.rules, collection, key, workspace.base),
            "key": "" if collection in NUMBERED else key,
            "url": item_url(collection, key),
        }

    label = number_of_items(collection, len(keys))
    return LeftOutItems(label, [link(key) for key in keys[:_LISTED]], max(0, len(keys) - _LISTED))
