"""Rules that something blocks are tried without the items that cannot stand, where the rest can be evaluated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from advisor.engine.checks import evidence, texts
from advisor.engine.checks.check import Examination, check
from advisor.engine.checks.policy import is_gap
from advisor.engine.document.document import NUMBERED, NoSuchItem, items_of, key_of, with_items
from advisor.engine.evaluation.cases import CaseResult
from advisor.engine.model.errors import Problem
from advisor.engine.model.policy import KindRow
from advisor.engine.model.questions import Section
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Strength


@dataclass(frozen=True, slots=True)
class RuleSetTrial:
    """Rules that can be evaluated with any answers, how their test cases come out, and what was left out of them.

    ``left_out`` are the places of items ("rules/steps-set"), in the order in which they had to go; none where nothing
    blocks, and then ``rules`` are the very ones that were examined. ``gap`` is the problem that the second table fits
    not all points: those that no row fits give "We can't say yet" then, by a row more. ``numbers`` are those that the
    rows of the tables had among all that were examined.
    """

    rules: RuleSet
    results: tuple[CaseResult, ...]
    left_out: tuple[str, ...] = ()
    wrong: int = 0
    """In how many of them, the first, something is wrong; the others name one that was left out before."""
    gap: Problem | None = None
    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether it says of the rules as they are what it says."""
        return not self.left_out and self.gap is None

    def number_of(self, table: str, row: int) -> int | None:
        """The number from 0 of a row among all that were examined; None for the one that closes a gap."""
        numbers = self.numbers.get(table)
        return row if numbers is None else numbers[row] if row < len(numbers) else None


def trial_of(rules: RuleSet, examination: Examination) -> RuleSetTrial | Problem:
    """The trial of a rule set that was examined; the problem that leaves nothing to try where there is one.

    Left out are items that look at what is not there, and test cases that nobody could answer so. What is only wrong
    with a text, or with what an item rests on, changes no advice and stays; claims that are not there are not cited.
    """
    if examination.results is not None:
        return RuleSetTrial(rules, examination.results)
    rules, left_out, wrong = _cited_only(rules), list[str](), 0
    rows = {collection: list(range(len(items_of(rules, collection)))) for collection in NUMBERED}
    gap: Problem | None = None
    while found := _hindrances(rules):
        gaps = [problem for problem in found if is_gap(rules, problem)]
        places = dict.fromkeys(_item_of(problem.place) for problem in found if problem not in gaps)
        if not places:
            gap = gaps[0]
            if gap.place.startswith("leave/"):  # whether it leaves at all is no advice that one can leave open
                return gap
            rules = replace(rules, kind=(*rules.kind, _NO_ROW_FITS))
            continue
        if "" in places:
            return next(problem for problem in found if not _item_of(problem.place))
        before = rules
        for place in reversed(places):  # rows go by number, so the last first
            rules = _remove_item(rules, place)
        if rules == before:
            return found[0]
        left_out += [_as_examined(place, rows) for place in places]
        wrong = wrong or len(left_out)
        for place in reversed(places):
            collection, key = place.split("/")
            if collection in rows:
                del rows[collection][int(key)]
        if not (rules.questions and rules.leave and rules.kind):
            emptied = {name for name in ("questions", "leave", "kind") if not getattr(rules, name)}
            return next(problem for problem in found if problem.place.split("/")[0] in emptied)
    from advisor.engine.analysis.processes import run_together  # it loads NumPy, which most commands do without

    return RuleSetTrial(rules, run_together(rules), tuple(left_out), wrong, gap, rows)


_NO_ROW_FITS = KindRow((), Kind.UNCLEAR, Strength.BALANCED, "No row of the second table fits these points.")
"""What closes a gap: where no row says what the work is, it cannot be said yet."""


def _hindrances(rules: RuleSet) -> list[Problem]:
    """The problems that keep rules from being evaluated."""
    harmless = {*texts.text_problems(rules), *evidence.evidence_problems(rules)}
    found = [problem for problem in check(rules) if problem.blocks and problem not in harmless]
    if rules.section(Section.CORE):  # that there are too many of them keeps nobody from answering
        return [problem for problem in found if problem.place != "questions"]
    return found


def _item_of(place: str) -> str:
    """The item that a problem is about: a whole question where it is about an answer; "" for a whole list."""
    collection, _slash, rest = place.partition("/")
    return f"{collection}/{rest.split('/')[0]}" if rest else ""


def _as_examined(place: str, rows: Mapping[str, Sequence[int]]) -> str:
    """The place that an item had before anything was left out: rows go by number, and those below one move up."""
    collection, key = place.split("/")
    return f"{collection}/{rows[collection][int(key)]}" if collection in rows else place


def _remove_item(rules: RuleSet, place: str) -> RuleSet:
    collection, key = place.split("/")
    try:
        items = items_of(rules, collection)
    except NoSuchItem:
        return rules
    kept = [item for at, item in enumerate(items) if key != (str(at) if collection in NUMBERED else key_of(item))]
    return with_items(rules, collection, kept)


def _cited_only(rules: RuleSet) -> RuleSet:
    """The rules without claims whose source is not there, and without what cites a claim that is not."""
    sources = {source.key for source in rules.sources}
    claims = tuple(claim for claim in rules.claims if claim.source in sources)
    known = {claim.id for claim in claims}

    def cite(items: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(
            item
            if known.issuperset(item.sources)
            else replace(item, sources=tuple(c for c in item.sources if c in known))
            for item in items
        )

    disagreements = (replace(it, views=cite(it.views)) for it in rules.disagreements)
    return replace(
        rules,
        claims=claims,
        questions=tuple(replace(question, options=cite(question.options)) for question in rules.questions),
        rules=cite(rules.rules),
        disagreements=tuple(disagreements),
        guidance=cite(rules.guidance),
        risks=cite(rules.risks),
        cases=cite(rules.cases),
    )
