"""Claims and sources: every reason rests on some, all of them exist and count, and none of them has no effect."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.engine.checks.subjects import capital, holders, subjects
from advisor.engine.document.text import is_blank, web_host
from advisor.engine.model.caching import cached_per
from advisor.engine.model.errors import Problem, nearest, quotable
from advisor.engine.model.evidence import Claim, Pull
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Citation:
    """An item that cites claims; ``required`` where it must, ``decides`` where a withdrawn one blocks."""

    place: str
    name: str
    claims: tuple[str, ...]
    required: bool = True
    decides: bool = False


def evidence_problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find reasons without claims, claims without a source, and disagreements in which nobody disagrees."""
    for citation in citations(rule_set):
        yield from _citation_problems(rule_set, citation)
    yield from _of_cases(rule_set)
    for claim in subjects(rule_set.claims, "claims"):
        if rule_set.source(claim.item.source) is None:
            text = f"{claim.start} comes from “{quotable(claim.item.source)}”, which is not a source."
            mend = nearest(claim.item.source, [source.key for source in rule_set.sources], "source")
            mend = mend or "Name a source of this rule set."
            yield Problem(f"{claim.place}/source", text, mend, missing=f"sources/{claim.item.source}")
        if not claim.item.pull:
            text = f"{claim.start} does not say which way it argues."
            yield Problem(f"{claim.place}/pull", text, "Choose it, or “None: it explains, and drives no rule”.")
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
        for problem in _citation_problems(
            rule_set, Citation(f"{case.place}/sources", case.name, case.item.sources, required=False)
        )
    )


def _citation_problems(rule_set: RuleSet, citation: Citation) -> Iterator[Problem]:
    start = capital(citation.name)
    if citation.required and not citation.claims:
        yield Problem(citation.place, f"{start} rests on no claim.", "Name at least one.")
    for index, (key, times) in enumerate(Counter(citation.claims).items()):
        claim, place = rule_set.claim(key), f"{citation.place}/{index}"
        if claim is None:
            text = f"{start} rests on “{quotable(key)}”, which is not a claim."
            mend = nearest(key, [claim.id for claim in rule_set.claims], "claim")
            yield Problem(place, text, mend or "Name a claim of this rule set.", missing=f"claims/{key}")
        elif claim.withdrawn:
            text = f"{start} rests on claim “{quotable(key)}”, which has been withdrawn."
            yield Problem(place, text, "Rest it on another claim, or take it out.", blocks=citation.decides)
        if times > 1:
            text = f"{start} names claim “{quotable(key)}” {times} times."
            yield Problem(citation.place, text, "Name it once.", blocks=False)


_DECIDE = frozenset({"rules", "questions"})
"""Lists whose conditions have a part in the advice, or in what else is asked."""


def unused_problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find what is asked for nothing, and what the sources say that has no effect."""
    looked_at = {
        (holder.collection, condition.question) for holder in holders(rule_set) for condition in holder.conditions
    }
    used = {question for _, question in looked_at}
    decides = {question for collection, question in looked_at if collection in _DECIDE}
    for question in subjects(rule_set.questions, "questions"):
        if question.key not in used and not _compares(question.item):
            text = f"{question.start} is asked for nothing: no rule or advice looks at it."
            yield Problem(question.place, text, "Use it or take it out.", blocks=False)
        elif question.key not in decides and question.item.section is Section.CORE:
            text = (
                f"No rule looks at the answer to {question.name}: it can change what is told with the advice, "
                "and never the advice itself."
            )
            mend = "Let a rule look at it, or ask it after the result."
            yield Problem(question.place, text, mend, blocks=False)
    yield from _links(rule_set)
    cited = {key for citation in citations(rule_set) for key in citation.claims}
    for claim in subjects(rule_set.claims, "claims"):
        if claim.key not in cited and _pulls(claim.item):
            text = f"{claim.start} has no effect: no rule, disagreement, guidance, risk or usual process rests on it."
            yield Problem(claim.place, text, "Use it, or say that it only explains.", blocks=False)


def _links(rule_set: RuleSet) -> Iterator[Problem]:
    linked = [(source.place, source.name, source.item.links) for source in subjects(rule_set.sources, "sources")]
    linked += [(claim.place, claim.name, claim.item.links) for claim in subjects(rule_set.claims, "claims")]
    for place, name, links in linked:
        for index, address in enumerate(links):
            if not web_host(address) and not is_blank(address):
                text = f"“{quotable(address)}” of {name} is not the address of a web page, so no reader can open it."
                mend = "Begin it with https://, or take it out."
                yield Problem(f"{place}/links/{index}", text, mend, blocks=False)


def _compares(question: Question) -> bool:
    """Whether the answer says where such processes are usually filed, which is held against the content."""
    return any(option.filed_under for option in question.options)


def _pulls(claim: Claim) -> bool:
    return not claim.withdrawn and any(pull is not Pull.CONTEXT for pull in claim.pull)
