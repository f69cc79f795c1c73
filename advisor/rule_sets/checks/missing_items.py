"""Problems that one removal made: what is gone, all that still names it, and the act that can be taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.checks.subjects import capital
from advisor.engine.document.diff import ChangeType
from advisor.engine.document.edit import place_parts
from advisor.engine.document.inverse import ChangedAgain, is_there
from advisor.engine.model.errors import Problem
from advisor.engine.model.rules import RuleSet
from advisor.extensions import database
from advisor.models import AuditEvent
from advisor.models.audit import draft_acts
from advisor.models.rule_sets.take_back import without_act
from advisor.rule_sets.editor.presenter import ItemLinks, item_links
from advisor.rule_sets.item_urls import path_of, problem_url
from advisor.rule_sets.versions.changes import difference_url
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording.items import item_label, noun_of


@dataclass(frozen=True, slots=True)
class MissingItem:
    """An item that was removed from the draft, and all that still names it.

    ``act`` is the number of the act that took it out, which ``button`` takes back; 0 where later acts rest on it, or it
    took out others too. ``url`` then leads to it among the differences, "" where the version in force has it not.
    """

    sentence: str
    button: str
    act: int
    url: str
    users: ItemLinks


def missing_items(workspace: DraftWorkspace, problems: Iterable[Problem]) -> tuple[list[MissingItem], list[Problem]]:
    """The removed items that problems are about, and the problems that are about anything else."""
    named: dict[str, list[Problem]] = {}
    others: list[Problem] = []
    for problem in problems:
        if problem.missing:
            named.setdefault(problem.missing, []).append(problem)
        else:
            others.append(problem)
    if not named:
        return [], others
    with database().read() as session:
        acts = session.scalars(draft_acts()).all()
    found: list[MissingItem] = []
    for place, mine in named.items():
        item = _missing_item(workspace, acts, place, mine)
        if item is None:  # nobody removed it: it never was there
            others += mine
        else:
            found.append(item)
    return found, others


def _missing_item(
    workspace: DraftWorkspace, acts: Sequence[AuditEvent], place: str, problems: Sequence[Problem]
) -> MissingItem | None:
    path = place_parts(place)
    act, before = _removal(workspace.rules, acts, place)
    earlier = [rules for rules in (before, workspace.base, workspace.in_force) if rules and is_there(rules, *path)]
    if not earlier:
        return None
    users: dict[tuple[str, str], str] = {}
    for problem in problems:
        if (user := path_of(problem.place)) is not None:
            users.setdefault((user.collection, user.key), problem_url(problem.place))
    taken_back = act.sequence if act is not None and before is not None else 0
    named = item_links(workspace.rules, list(users))
    links = [{**link, "url": url} for link, url in zip(named.links, users.values(), strict=False)]
    return MissingItem(
        sentence=_sentence(
            capital(item_label(earlier[0], *path)), [collection for collection, _key in users], len(problems)
        ),
        button=str(_("Put the %(noun)s back", noun=noun_of(path[0]))),
        act=taken_back,
        url="" if taken_back else difference_url(workspace, *path),
        users=replace(named, links=links),
    )


def _removal(rules: RuleSet, acts: Sequence[AuditEvent], place: str) -> tuple[AuditEvent | None, RuleSet | None]:
    """The last act that took out the item of that place, and the rules without it; None where it took out others too,
    or a later one rests on it.
    """
    for number, act in enumerate(acts):
        if any(change["place"] == place and change["happened"] == ChangeType.REMOVED for change in act.changes or ()):
            try:
                return act, without_act(rules, act, acts[:number]) if act.what == place else None
            except ChangedAgain:
                return act, None
    return None, None


def _sentence(item: str, collections: Sequence[str], places: int) -> str:
    """What was removed and how much names it: so many things, of which one may do so in several places."""
    told = ngettext(
        "%(item)s was removed; %(num)d thing still names it",
        "%(item)s was removed; %(num)d things still name it",
        len(collections),
        item=item,
    )
    if 0 < (cases := collections.count("cases")) < len(collections):
        told = str(_("%(told)s (%(n)s of them test cases)", told=told, n=cases))
    if places > len(collections):
        told = str(_("%(told)s, in %(n)s places", told=told, n=places))
    return f"{told}."
