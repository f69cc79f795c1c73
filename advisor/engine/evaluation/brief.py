"""What the rules say for a brief to providers: lines on the parts that leave, and questions from the risks."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from advisor.engine.evaluation.advice import usual_process
from advisor.engine.evaluation.evaluate import Recommendation
from advisor.engine.evaluation.risks import MOST, risks_shown
from advisor.engine.model.questions import all_hold
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import BriefSection, Outcome, State

LEAVES = frozenset({Outcome.BPO, Outcome.KPO, Outcome.BOTH})
"""Advice with which work goes to providers."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A line of a brief. ``key`` says where in the rules it stands; ``parts`` are those of the process that it is
    about, none where it is about all that leaves. A line without ``sources`` says what the advice on its parts is.
    """

    section: BriefSection
    key: str
    text: str
    parts: tuple[str, ...]
    sources: tuple[str, ...]


def brief_lines(rule_set: RuleSet, process: str, recommendation: Recommendation) -> tuple[RuleLine, ...]:
    """The lines in the order of the sections; none where nothing of the process goes to a provider."""
    if recommendation.outcome not in LEAVES:
        return ()
    found = list(_of_guidance(rule_set, process, recommendation))
    found += _of_parts(recommendation, {line.section for line in found})
    found += [
        RuleLine(BriefSection.RISKS, f"risks/{shown.risk.key}/{number}", text, (), shown.risk.sources)
        for shown in risks_shown(rule_set, recommendation)[:MOST]
        for number, text in enumerate(shown.risk.asks)
    ]
    sections, parts = list(BriefSection), [part.part for part in recommendation.parts]

    def place(line: RuleLine) -> tuple[int, int]:
        """Within a section what is about everything comes first, and then part by part."""
        return sections.index(line.section), 1 + parts.index(line.parts[0]) if line.parts else 0

    return tuple(sorted(found, key=place))


def _of_guidance(rule_set: RuleSet, process: str, recommendation: Recommendation) -> Iterator[RuleLine]:
    leaving = [part for part in recommendation.all_parts if part.outcome in LEAVES]
    usual = usual_process(rule_set, process, recommendation.all_parts[0].answers)
    suggested = {usual[0]: usual[1].key} if usual else {}
    for item in rule_set.guidance:
        if item.brief is None:
            continue
        fitting = tuple(
            part.part
            for part in leaving
            if (not item.outcomes or part.outcome in item.outcomes)
            and all_hold(item.when, {**part.answers, **suggested}) is State.MATCHED
        )
        if fitting:
            named = fitting if len(fitting) < len(leaving) else ()
            # Where parts go to different kinds of provider, each is named with its kind.
            if item.brief is BriefSection.HELP and recommendation.parts:
                named = fitting
            yield RuleLine(item.brief, f"guidance/{item.key}", item.text, named, item.sources)


def _of_parts(recommendation: Recommendation, told: Set[BriefSection]) -> Iterator[RuleLine]:
    """What the advice on the parts says: those that stay, the undecided, and, where no rule has words for it, the kind
    of help.
    """
    of = {outcome: tuple(it.part for it in recommendation.parts if it.outcome is outcome) for outcome in Outcome}
    if of[Outcome.KEEP]:
        yield RuleLine(BriefSection.STAYS, f"advice/{Outcome.KEEP}", "", of[Outcome.KEEP], ())
    if BriefSection.HELP not in told:
        for outcome in sorted({it.outcome for it in recommendation.all_parts} & LEAVES):
            yield RuleLine(BriefSection.HELP, f"advice/{outcome}", "", of[outcome], ())
    if of[Outcome.UNCLEAR]:
        yield RuleLine(BriefSection.HELP, f"advice/{Outcome.UNCLEAR}", "", of[Outcome.UNCLEAR], ())
