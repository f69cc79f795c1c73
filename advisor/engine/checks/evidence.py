"""Claims and sources: every reason rests on some, and all of them exist and still count."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.engine.checks.subjects import capital, subjects
from advisor.engine.model.errors import Problem, nearest, shown
from advisor.engine.model.rules import RuleSet, cached_per


@dataclass(frozen=True, slots=True)
class Citation:
    """A thing that cites claims; ``required`` where it must, ``decides`` where a withdrawn one blocks."""

    place: str
    name: str
    claims: tuple[str, ...]
    required: bool = True
    decides: bool = False


def problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find reasons without claims, claims without a source, and disagreements in which nobody disagrees."""
    for citation in citations(rule_set):
        yield from _cited(rule_set, citation)
    yield from _of_cases(rule_set)
    for claim in subjects(rule_set.claims, "claims"):
        if rule_set.source(claim.item.source) is None:
            text = f"{claim.start} comes from “{shown(claim.item.source)}”, which is not a source."
            mend = nearest(claim.item.source, [source.key for source in rule_set.sources])
            yield Problem(f"{claim.place}/source", text, mend or "Name a source of this rule set.")
        if not claim.item.pull:
            text = f"{claim.start} does not say which way it argues."
            yield Problem(f"{claim.place}/pull", text, "Add a pull; context is one.")
    for disagreement in subjects(rule_set.disagreements, "disagreements"):
        if len(disagreement.item.views) < 2:
            text = f"{disagreement.start} needs two views at least."
            yield Problem(f"{disagreement.place}/views", text, "Add what the other side says.")
    for tension in subjects(rule_set.tensions, "tensions"):
        if len(tension.item.when) != 2 or len({condition.question for condition in tension.item.when}) != 2:
            text = f"{tension.start} must look at the answers to exactly two questions."
            yield Problem(f"{tension.place}/when", text, "Give it two conditions, on different questions.")


def citations(rule_set: RuleSet) -> Iterator[Citation]:
    """What rests on claims, whatever the test cases say of theirs: rules, views, guidance, risks, usual processes."""
    for question in subjects(rule_set.questions, "questions"):
        for option in subjects(question.item.options, "options", "option", question.place):
            name = f"{option.name} of {question.name}"
            yield Citation(f"{option.place}/sources", name, option.item.sources, required=False)
    for rule in subjects(rule_set.rules, "rules"):
        yield Citation(f"{rule.place}/sources", rule.name, rule.item.sources, decides=True)
    for disagreement in subjects(rule_set.disagreements, "disagreements"):
        for index, view in enumerate(disagreement.item.views):
            name = f"view {index + 1} of {disagreement.name}"
            yield Citation(f"{disagreement.place}/views/{index}/sources", name, view.sources)
    for guidance in subjects(rule_set.guidance, "guidance"):
        yield Citation(f"{guidance.place}/sources", guidance.name, guidance.item.sources)
    for risk in subjects(rule_set.risks, "risks"):
        yield Citation(f"{risk.place}/sources", risk.name, risk.item.sources)


@cached_per("claims", "cases")
def _of_cases(rule_set: RuleSet) -> tuple[Problem, ...]:
    """What is wrong with the claims that test cases name: most of thousands name sound ones, each once."""
    sound = {claim.id for claim in rule_set.claims} - {claim.id for claim in rule_set.claims if claim.withdrawn}
    return tuple(
        problem
        for case in subjects(rule_set.cases, "cases")
        if not (sound.issuperset(case.item.sources) and len(set(case.item.sources)) == len(case.item.sources))
        for problem in _cited(rule_set, Citation(f"{case.place}/sources", case.name, case.item.sources, required=False))
    )


def _cited(rule_set: RuleSet, citation: Citation) -> Iterator[Problem]:
    start = capital(citation.name)
    if citation.required and not citation.claims:
        yield Problem(citation.place, f"{start} rests on no claim.", "Name at least one.")
    for index, (key, times) in enumerate(Counter(citation.claims).items()):
        claim, place = rule_set.claim(key), f"{citation.place}/{index}"
        if claim is None:
            text = f"{start} rests on “{shown(key)}”, which is not a claim."
            mend = nearest(key, [claim.id for claim in rule_set.claims])
            yield Problem(place, text, mend or "Name a claim of this rule set.")
        elif claim.withdrawn:
            text = f"{start} rests on claim “{shown(key)}”, which has been withdrawn."
            yield Problem(place, text, "Rest it on another claim, or take it out.", blocks=citation.decides)
        if times > 1:
            text = f"{start} names claim “{shown(key)}” {times} times."
            yield Problem(citation.place, text, "Name it once.", blocks=False)
