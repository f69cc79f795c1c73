"""The collections of the draft as pages show them: each item as a sentence, with its tags and what is wrong with it."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from advisor.engine.document.diff import ChangeType
from advisor.engine.document.document import NUMBERED, items_of, key_of
from advisor.engine.document.text import search_key
from advisor.engine.model.errors import Problem
from advisor.engine.model.evidence import Claim, Disagreement, Guidance, Risk
from advisor.engine.model.policy import KindRow, LeaveRow
from advisor.engine.model.questions import Option, Question
from advisor.engine.model.row_sentences import sentence_of
from advisor.engine.model.rules import Rule, RuleSet, TestCase
from advisor.rule_sets.checks.trial_notice import trial_notice
from advisor.rule_sets.editor.inputs.field_text import advice_words, risk_words, short_conditions, with_removed
from advisor.rule_sets.editor.list_state import CARRIED, ITEMS_ON_A_PAGE, carried_text, carried_values, list_state
from advisor.rule_sets.editor.order import ORDERED, places_of
from advisor.rule_sets.impact.disclosure import FEWEST
from advisor.rule_sets.impact.rule_counts import RuleCounts, rule_counts
from advisor.rule_sets.item_urls import add_url, item_url, list_url
from advisor.rule_sets.points_plot.plot import points_plot
from advisor.rule_sets.presenter import problem_lines, tabs
from advisor.rule_sets.test_cases.coverage import untried_count
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.web.paging import paginate
from advisor.wording.case_run import CaseRun
from advisor.wording.items import item_text, short_text, shorten, subject_of, what_it_does
from advisor.wording.rule_set_vocabulary import ADD_LABELS, LISTS
from advisor.wording.rules import push_words
from advisor.wording.vocabulary import (
    BRIEF_SECTIONS,
    DONE_BY,
    GRADES,
    OUTCOMES,
    PULLS,
    SCOPES,
    SECTIONS,
    SIDES,
    TYPES,
    names,
)

_FILTER_LABELS = {
    "side": _l("Side"),
    "question": _l("Question"),
    "claim": _l("Claim"),
    "fires": _l("Fires"),
    "source": _l("Source"),
    "expected": _l("Expected advice"),
    "result": _l("Result"),
}


_PLOTTED = frozenset({"leave", "kind"})
"""Collections with a picture of the points."""

_TRIED = _PLOTTED | {"cases"}
"""Collections whose page shows what the draft does."""


@dataclass(frozen=True)
class ItemRow:
    """An item in a list. ``problems`` counts what is wrong with it, ``carried`` says what of the list is looked at.

    Its words are made when they are asked for: a page shows few of many rows.
    """

    key: str
    name: str
    happened: str
    problems: int
    is_alone: bool
    _workspace: DraftWorkspace = field(repr=False, compare=False)
    _collection: str
    _item: Any = field(repr=False, compare=False)
    carried: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def title(self) -> str:
        """It in a sentence."""
        return item_text(self._workspace.rules, self._item) or short_text(self._workspace.rules, self._item)

    @property
    def label(self) -> str:
        """It in few words, for those who hear a button of its row."""
        return self.name if self._collection in NUMBERED else shorten(self.title, 40)

    @property
    def lines(self) -> list[str]:
        """What stands under it."""
        return [line for line in _lines(self._workspace, self._item) if line]

    @property
    def tags(self) -> list[str]:
        """What marks it."""
        return _tags(self._item)

    @property
    def url(self) -> str:
        """Where it is edited."""
        return item_url(self._collection, self.key, **self.carried)

    @property
    def copy_url(self) -> str:
        """Where one like it is added."""
        return add_url(self._collection, copy=self.key, **self.carried)

    @property
    def remove_url(self) -> str:
        """Where it is removed."""
        return item_url(self._collection, self.key, page="remove_item", **self.carried)

    @property
    def move_url(self) -> str:
        """Where its place is chosen; "" where there is no other, or the order means nothing."""
        if subject_of(self._collection) not in ORDERED or self.is_alone:
            return ""
        if "/" in self._collection:
            question = self._collection.split("/")[1]
            return item_url("questions", question, anchor=f"thing-{self.key}", move=self.key, **carried_values())
        state = list_state(request.args)
        return list_url(self._collection, anchor=f"thing-{self.key}", move=self.key, **state)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """How a test case came out; ``passed`` is None where the cases cannot be run."""

    expected: str
    got: str
    passed: bool | None
    as_expected: bool = True
    """Whether the advice is the expected one: a case can fail by its risks alone."""
    risks: tuple[str, ...] = ()
    """What is wrong with its risks, a sentence each."""


def item_rows(
    workspace: DraftWorkspace, collection: str, carried: Mapping[str, str] = MappingProxyType({})
) -> list[ItemRow]:
    """Everything that a collection holds. ``carried`` goes with the addresses of its items."""
    happened = {(change.collection, change.key): change.happened for change in workspace.changes}
    within = {change.collection.split("/")[1] for change in workspace.changes if "/" in change.collection}
    items = items_of(workspace.rules, collection)
    rows = []
    for index, item in enumerate(items):
        key = str(index) if collection in NUMBERED else key_of(item)
        what = happened.get(
            (collection, key), ChangeType.CHANGED if collection == "questions" and key in within else None
        )
        row = ItemRow(
            key=key,
            name=_row_name(collection, index) if collection in NUMBERED else key,
            happened=what.value if what else "",
            is_alone=len(items) == 1,
            problems=len(workspace.problems_by_item.get((collection, key), ())),
            _workspace=workspace,
            _collection=collection,
            _item=item,
            carried=carried,
        )
        rows.append(row)
    return rows


def _row_name(collection: str, index: int) -> str:
    """What stands for the name of an item that has only its place: row 2, number 2."""
    return str(_("Number %(n)s", n=index + 1) if collection == "limits" else _("Row %(n)s", n=index + 1))


def matching_rows(
    workspace: DraftWorkspace,
    collection: str,
    rows: list[ItemRow],
    asked: Mapping[str, str],
    never: Set[str] = frozenset(),
) -> list[ItemRow]:
    """The rows that the filters of the address leave, test cases that fail first.

    ``never`` are the rules that fire nowhere.
    """
    found = []
    items = dict(zip((row.key for row in rows), items_of(workspace.rules, collection), strict=True))
    results = case_rows(workspace) if collection == "cases" else {}
    text = search_key(asked.get("q", ""))
    for row in rows:
        item = items[row.key]
        if text and text not in search_key(" ".join([row.name, row.title, *row.lines, *row.tags])):
            continue
        if asked.get("changed") and not row.happened:
            continue
        if isinstance(item, Rule) and not _fits(item, asked, never):
            continue
        if isinstance(item, Claim) and asked.get("source") and item.source != asked["source"]:
            continue
        if isinstance(item, TestCase) and asked.get("expected", item.outcome) != item.outcome:
            continue
        if results and asked.get("result") and results[row.key].passed is not (asked["result"] == "passed"):
            continue
        found.append(row)
    # What fails comes first; else it could stand on the last of many pages.
    return sorted(found, key=lambda row: results[row.key].passed is not False) if results else found


def filters_of(workspace: DraftWorkspace, collection: str) -> dict[str, dict[str, str]]:
    """The filters that suit a collection, each with its choices."""
    rules = workspace.rules
    if collection == "rules":
        questions = {q.key: q.short or q.text for q in rules.questions if q.section != "name"}
        return {
            "side": {str(side): str(label) for side, label in names(SIDES).items()},
            "question": questions,
            "claim": _cited_claims(rules, request.args.get("claim", "")),
            "fires": {"never": str(_("In none of the saved processes"))},
        }
    if collection == "claims":
        return {"source": {source.key: source.title for source in rules.sources}}
    if collection == "cases":
        expected = {str(outcome): str(label) for outcome, label in names(OUTCOMES).items()}
        results = {"failed": str(_("Fails")), "passed": str(_("Passes"))}
        return {"expected": expected, **({"result": results} if workspace.trial is not None else {})}
    return {}


_CLAIMS_TO_CHOOSE = 100
"""More claims than that are no list to choose from; the page of each leads to the rules that rest on it."""


def _cited_claims(rules: RuleSet, asked: str) -> dict[str, str]:
    """The claims that rules rest on, by what they say; of too many only the one that is asked for."""
    cited = {claim for rule in rules.rules for claim in rule.sources}
    if len(cited) > _CLAIMS_TO_CHOOSE:
        cited &= {asked}
    return {claim.id: shorten(claim.text, 60) for claim in rules.claims if claim.id in cited}


def case_rows(workspace: DraftWorkspace) -> dict[str, CaseRow]:
    """Expected against got, by the key of the case."""
    words = cache(advice_words)  # there are thousands of cases, and few advices
    trial = workspace.trial
    results = {result.case.key: result for result in trial.results} if trial else {}
    rows = {}
    for case in workspace.rules.cases:
        if (result := results.get(case.key)) is None:
            rows[case.key] = CaseRow(words(case.outcome, case.kind), "", None)
            continue
        rows[case.key] = CaseRow(
            words(case.outcome, case.kind),
            words(result.outcome, result.kind if case.kind else None),
            result.passed,
            result.is_expected,
            tuple(risk_words(workspace.rules, result)),
        )
    return rows


def _fits(rule: Rule, asked: Mapping[str, str], never: Set[str]) -> bool:
    return (
        asked.get("side", "") in {"", rule.push.side}
        and (not asked.get("question") or any(c.question == asked["question"] for c in rule.when))
        and (not asked.get("claim") or asked["claim"] in rule.sources)
        and (not asked.get("fires") or (asked["fires"] == "never" and rule.key in never))
    )


def _problems_of(workspace: DraftWorkspace, collection: str) -> list[Problem]:
    """What is wrong with the collection as a whole."""
    return [problem for problem in workspace.problems if problem.place == collection]


def _lines(workspace: DraftWorkspace, item: Any) -> list[str]:
    """What stands under an item."""
    match item:
        case Rule():
            return [what_it_does(workspace.rules, item)] if item.because.strip() else []
        case TestCase():
            return [item.because]
        case Question():
            when = short_conditions(with_removed(workspace.rules, workspace.base), item.asked_when)
            return [str(_("Asked only when %(when)s", when=when))] if when else []
        case Option():
            return [item.hint]
        case LeaveRow() | KindRow():
            rows = workspace.rules.leave if isinstance(item, LeaveRow) else workspace.rules.kind
            return [sentence_of(rows, rows.index(item))] if item in rows else [item.says]
        case Claim():
            return [item.place]
        case Disagreement():
            return [item.settled]
        case Guidance():
            return [item.text]
        case Risk():
            return [item.happens]
    return [getattr(item, "about", "")]


def _tags(item: Any) -> list[str]:
    """What marks an item."""
    match item:
        case Rule():
            return [push_words(item.push), *item.sources]
        case Question():
            number = len(item.options)
            answers = ngettext("%(num)d answer", "%(num)d answers", number) if number else TYPES[item.type]
            return [str(word) for word in (SECTIONS[item.section].name, SCOPES[item.scope], answers)]
        case Option():
            return [item.key, *([str(DONE_BY[item.done_by])] if item.done_by else [])]
        case Claim():
            tags = [item.source, *(str(PULLS[pull].name) for pull in item.pull), str(item.firmness)]
            return [*tags, str(_("Withdrawn"))] if item.withdrawn else tags
        case Risk():
            return [str(GRADES[item.grade]).removesuffix("."), *item.sources]
        case Guidance():
            section = [str(_("Brief: %(section)s", section=BRIEF_SECTIONS[item.brief]))] if item.brief else []
            return [*section, *(str(OUTCOMES[o].name) for o in item.outcomes), *item.sources]
        case TestCase():
            return [advice_words(item.outcome, item.kind)]
    return []


def collection_page(
    workspace: DraftWorkspace, collection: str, query: Mapping[str, str], *, ticked: Sequence[str] = ()
) -> dict[str, Any]:
    """A collection of the draft, with its filters. ``ticked`` are the keys of its rules that are chosen already."""
    text = carried_text(list_state(query))
    rows = item_rows(workspace, collection, {CARRIED: text} if text else {})
    filters = filters_of(workspace, collection)
    asked = {name: query[name] for name in ("q", "changed", *filters) if query.get(name)}
    counts = rule_counts(workspace) if collection == "rules" else RuleCounts()
    found = matching_rows(workspace, collection, rows, asked, counts.never_firing)

    def page_url(number: int) -> str:
        more: dict[str, Any] = {**asked, "page": number}
        return list_url(collection, **more)

    page = paginate(found, query.get("page", ""), ITEMS_ON_A_PAGE, page_url)
    shown = {row.key for row in page.items}
    return {
        "collection": collection,
        "heading": LISTS[collection],
        "add_label": ADD_LABELS[collection],
        "rows": page.items,
        "page": page,
        "found": len(found),
        "total": len(rows),
        "filters": filters,
        "labels": _FILTER_LABELS,
        "asked": asked,
        "moving": query.get("move", ""),
        "places": places_of(workspace.rules, collection, query.get("move", "")),
        "order": ORDERED.get(collection) or _("Their order changes no advice."),
        "add_url": add_url(collection),
        "cases": case_rows(workspace) if collection == "cases" else {},
        "case_run": CaseRun.of(workspace.trial) if collection == "cases" else None,
        "trial_notice": trial_notice(workspace, with_cases=collection == "cases") if collection in _TRIED else None,
        "counts": counts,
        "fewest": FEWEST,
        "ticked": ticked,
        "ticked_elsewhere": [key for key in ticked if key not in shown],
        "plane": points_plot(workspace, collection, query.get("dots", "")) if collection in _PLOTTED else None,
        "untried": untried_count(workspace) if collection == "cases" else 0,
        "problems": problem_lines(workspace.rules, _problems_of(workspace, collection), workspace.base),
        "tabs": tabs(workspace, collection),
    }  # fmt: skip
