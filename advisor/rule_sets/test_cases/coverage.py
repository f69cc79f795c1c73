"""What the test cases try and what not, and why a case fails, in words and with links."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from advisor.engine.analysis.coverage import Coverage, Proposal, coverage
from advisor.engine.analysis.space import SpaceTooLarge
from advisor.engine.checks.check import examine
from advisor.engine.checks.trial import RuleSetTrial, trial_of
from advisor.engine.document.document import NUMBERED, options_of
from advisor.engine.document.edit import add, free_key
from advisor.engine.document.text import LINE_LIMIT
from advisor.engine.evaluation.cases import CaseResult, case_difference
from advisor.engine.evaluation.evaluate import Recommendation, evaluate_parts
from advisor.engine.model.answers import WorkItem, plain_answer
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import NONE_OF_THESE
from advisor.engine.model.rules import CasePart, Rule, RuleSet, TestCase
from advisor.engine.model.vocabulary import Outcome
from advisor.models.audit import Actor
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.proof import trial_of_document
from advisor.rule_sets.editor.inputs.field_text import advice_words
from advisor.rule_sets.item_urls import add_url, item_url
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording import rule_set_vocabulary, vocabulary
from advisor.wording.items import item_name, short_text
from advisor.wording.rules import push_words
from advisor.wording.values import answer_label

_PROPOSED = _l("Proposed, so that it is tried. It expects what the rules gave when it was added: look it over.")


@dataclass(frozen=True, slots=True)
class UntriedItem:
    """Something that no case tries. ``url`` is "" for an outcome, which is no thing of the draft."""

    place: str
    noun: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ProposedCase:
    """A case to add: what it tries, and the address of the page on which it is named and confirmed."""

    number: int
    advice: str
    tries: list[UntriedItem]
    answers: list[tuple[str, str]]
    url: str


@dataclass(frozen=True, slots=True)
class CaseReason:
    """A rule that makes a difference to a case."""

    name: str
    url: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class FailureReasons:
    """What is said of a case under the version in force and under the draft. ``version`` is the one in force."""

    version: int
    is_known: bool
    advice: tuple[str, str] = ("", "")
    points: tuple[str, str] = ("", "")
    came: tuple[CaseReason, ...] = ()
    went: tuple[CaseReason, ...] = ()
    other: tuple[CaseReason, ...] = ()

    @property
    def differ(self) -> list[tuple[str, CaseReason]]:
        """All of them, each with what happened: "came", "went", "other"."""
        each = {"came": self.came, "went": self.went, "other": self.other}
        return [(happened, reason) for happened, reasons in each.items() for reason in reasons]


@lru_cache(maxsize=8)
def coverage_of(document: str) -> Coverage | None:
    """What the cases of a stored document try, worked out once for each; None where there is too much to tell apart.

    Where something blocks, it is what can be tried of it, and nothing is proposed: a case would expect what part of the
    rules give.
    """
    trial = trial_of_document(document)
    if not isinstance(trial, RuleSetTrial):
        return None
    try:
        found = coverage(trial.rules)
    except SpaceTooLarge:
        return None
    if trial.is_whole:
        return found
    places, missing, not_found = (_as_in_draft(trial, it) for it in (found.places, found.missing, found.not_found))
    return Coverage(places, missing, (), not_found)


def _as_in_draft(trial: RuleSetTrial, places: Iterable[str]) -> tuple[str, ...]:
    """The places that these have in the draft, where rows that are left out have their numbers too."""
    found = []
    for place in places:
        collection, _slash, rest = place.partition("/")
        number = trial.number_of(collection, int(rest)) if collection in NUMBERED else rest
        if number is not None:
            found.append(f"{collection}/{number}")
    return tuple(found)


def coverage_of_draft(workspace: DraftWorkspace) -> Coverage | None:
    """What the cases of the draft try; None where they cannot be run."""
    return coverage_of(workspace.document)


def untried_count(workspace: DraftWorkspace) -> int:
    """How much no case tries."""
    cover = coverage_of_draft(workspace)
    return len(cover.missing) if cover else 0


def untried_groups(workspace: DraftWorkspace, missing: Iterable[str]) -> list[tuple[str, list[UntriedItem]]]:
    """What no case tries, by what it is."""
    headings = {
        "outcomes": _("Advice that no case expects"),
        "leave": rule_set_vocabulary.LISTS["leave"],
        "kind": rule_set_vocabulary.LISTS["kind"],
        "rules": _("Rules that fire in no case"),
        "risks": _("Risks that no case expects"),
        "questions": _("Answers that no case gives"),
    }
    found: dict[str, list[UntriedItem]] = {name: [] for name in headings}
    for place in missing:
        found[place.split("/")[0]].append(describe_place(workspace.rules, place))
    return [(str(headings[name]), items) for name, items in found.items() if items]


def describe_place(rules: RuleSet, place: str) -> UntriedItem:
    """A place in words."""
    match place.split("/"):
        case ["questions", question, "options", option]:
            asked = rules.question(question)
            name = _(
                "“%(answer)s” to “%(question)s”",
                answer=answer_label(asked, option) if asked else option,
                question=(asked.short or asked.text) if asked else question,
            )
            return UntriedItem(place, "", str(name), item_url(options_of(question), option))
        case ["outcomes", outcome]:
            return UntriedItem(place, "", str(vocabulary.OUTCOMES[Outcome(outcome)].name), "")
        case ["rules", key]:
            return UntriedItem(place, "", item_name(rules, "rules", key), item_url("rules", key))
        case ["risks", key]:
            return UntriedItem(place, "", item_name(rules, "risks", key), item_url("risks", key))
        case [table, index]:
            return UntriedItem(place, str(int(index) + 1), item_name(rules, table, index), item_url(table, index))
    raise LookupError(place)


def proposed_cases(workspace: DraftWorkspace, proposals: Iterable[Proposal]) -> Iterator[ProposedCase]:
    """The proposed cases, each with the way to the page on which it is added."""
    for number, proposal in enumerate(proposals, start=1):
        yield ProposedCase(
            number=number,
            advice=advice_words(proposal.outcome, proposal.kind),
            tries=[describe_place(workspace.rules, place) for place in proposal.tries],
            answers=list(answer_lines(workspace.rules, proposal.answers)),
            url=add_case_url(
                proposal.answers,
                proposal.outcome,
                process_name=name_of(workspace.rules, proposal),
                because=str(_PROPOSED),
            ),
        )


def answer_lines(rules: RuleSet, answers: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
    """Answers in words, in the order of the questions."""
    for question in rules.questions:
        if question.key in answers:
            yield question.short or question.text, answer_label(question, answers[question.key])


def add_case_url(answers: Mapping[str, Answer], outcome: Outcome, **more: str) -> str:
    """The page on which a test case with these answers is named and confirmed."""
    sent: dict[str, Any] = {"outcome": str(outcome), **more}
    for key, answer in answers.items():
        plain = plain_answer(answer)
        sent[f"answers-{key}"] = plain or [NONE_OF_THESE] if isinstance(plain, list) else plain
    return add_url("cases", **sent)


def name_of(rules: RuleSet, proposal: Proposal) -> str:
    """A proposed case is named by what it tries."""
    return str(_("Proposed: %(first)s", first=describe_place(rules, proposal.tries[0]).name))[:LINE_LIMIT]


def with_proposed(rules: RuleSet, proposals: Iterable[Proposal]) -> RuleSet:
    """The rules with every proposed case, named by what it tries, and open about where it comes from."""
    for proposal in proposals:
        case = TestCase(
            key=free_key(rules, "cases", f"proposed {proposal.tries[0].rpartition('/')[2]}"),
            process=name_of(rules, proposal),
            answers=dict(proposal.answers),
            outcome=proposal.outcome,
            because=str(_PROPOSED),
        )
        rules = replace(rules, cases=(*rules.cases, case))
    return rules


def make_case(session: Session, who: Actor, item: WorkItem) -> str:
    """Add a process to the draft as a test case that expects what it gets now, and give its key. Raises NoDraft."""
    key = ""

    def act(rules: RuleSet) -> RuleSet:
        nonlocal key
        process = item.process or str(_("A set of answers"))
        key = free_key(rules, "cases", process)
        because = str(_("Made from a preview of the draft: it expects what the draft gave then. Look it over."))
        parts = tuple(CasePart(name, dict(answers)) for name, answers in item.parts)
        trial = trial_of(rules, examine(rules))  # the preview showed what of the draft can be evaluated
        tried = trial.rules if isinstance(trial, RuleSetTrial) else rules
        expected = evaluate_parts(tried, item.answers, item.parts).outcome
        case = TestCase(key, process, dict(item.answers), expected, because, parts=parts)
        return add(rules, "cases", case)

    drafts.edit(session, who, act, kind="draft added to", what="cases/shown")
    return key


# ---- why a case fails ----------------------------------------------------------------------------------------------


def failing_cases(workspace: DraftWorkspace) -> list[CaseResult]:
    """The cases that do not come out as expected."""
    trial = workspace.trial
    return [result for result in trial.results if not result.passed] if trial is not None else []


def failure_reasons(workspace: DraftWorkspace, key: str) -> FailureReasons | None:
    """What makes a case come out otherwise than under the version in force; None where its advice is as expected."""
    failing = (result.case for result in failing_cases(workspace) if not result.is_expected)
    case = next((case for case in failing if case.key == key), None)
    return case_reasons(workspace, case) if case is not None else None


def case_reasons(workspace: DraftWorkspace, case: TestCase) -> FailureReasons:
    """The rules that fire in a case now and did not under the version in force, and the other way about."""
    version = workspace.in_force_number
    trial = workspace.trial
    differs = case_difference(workspace.in_force, trial.rules, case) if trial is not None else None
    if differs is None:
        return FailureReasons(version, is_known=False)
    before, after = differs.before, differs.after
    return FailureReasons(
        version=version,
        is_known=True,
        advice=(advice_words(before.outcome, before.kind), advice_words(after.outcome, after.kind)),
        points=(_points(before), _points(after)),
        came=tuple(_reason(workspace, rule, None, rule) for rule in differs.came),
        went=tuple(_reason(workspace, rule, rule, None) for rule in differs.went),
        other=tuple(_reason(workspace, new, old, new) for old, new in differs.other),
    )


def _reason(workspace: DraftWorkspace, rule: Rule, old: Rule | None, new: Rule | None) -> CaseReason:
    url = item_url("rules", rule.key) if new is not None else ""
    return CaseReason(
        short_text(workspace.rules, rule), url, push_words(old.push) if old else "", push_words(new.push) if new else ""
    )


def _points(got: Recommendation) -> str:
    points = got.points
    words = {"bpo": points.bpo, "kpo": points.kpo, "keep": points.keep, "both": points.both}
    if points.both:
        return str(_("BPO %(bpo)s, KPO %(kpo)s, keep %(keep)s, both %(both)s", **words))
    return str(_("BPO %(bpo)s, KPO %(kpo)s, keep %(keep)s", **words))
