"""What is told beside the verdict: disagreements, what to do next, answers that pull apart, name against content."""

import re
from dataclasses import dataclass
from typing import TypeVar

from advisor.engine.document.text import match_key
from advisor.engine.evaluation.evaluate import Recommendation
from advisor.engine.model.caching import cached_per_rule_set
from advisor.engine.model.evidence import Contradiction, Disagreement, Guidance
from advisor.engine.model.questions import Answers, Option, Section, all_hold, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, State

Shown = TypeVar("Shown", Disagreement, Guidance)


@dataclass(frozen=True, slots=True)
class NameAgainstContent:
    """The usual process that the name suggests is filed under another kind than the answers speak for.

    ``picked`` is False where nobody picked ``option`` and the words of the name alone suggest it.
    """

    option: Option
    filed_under: Kind
    found: Kind
    picked: bool


def disagreements_shown(rule_set: RuleSet, process: str, recommendation: Recommendation) -> tuple[Disagreement, ...]:
    """The disagreements of the sources that touch this advice, in the order of the rule set."""
    return _shown_items(rule_set, rule_set.disagreements, process, recommendation)


def guidance_shown(rule_set: RuleSet, process: str, recommendation: Recommendation) -> tuple[Guidance, ...]:
    """What to do next, in the order of the rule set."""
    return _shown_items(rule_set, guidance_of_advice(rule_set), process, recommendation)


def guidance_of_advice(rule_set: RuleSet) -> tuple[Guidance, ...]:
    """The guidance that is told with the advice: all but the lines of the brief."""
    return tuple(it for it in rule_set.guidance if it.brief is None)


def contradictions(rule_set: RuleSet, answers: Answers) -> tuple[Contradiction, ...]:
    """The pairs of answers that pull apart in one set of answers; answers that do not count are unknown here too."""
    counted = asked_questions(rule_set.questions, answers).answers
    return tuple(tension for tension in rule_set.tensions if all_hold(tension.when, counted) is State.MATCHED)


def usual_process(rule_set: RuleSet, process: str, answers: Answers) -> tuple[str, Option, bool] | None:
    """The usual process this one is closest to: the question's key, the option, and whether it was picked.

    An answer wins over the name, "none of them" included; the longest name found as whole words wins over shorter.
    """
    for question in rule_set.section(Section.NAME):
        answer = answers.get(question.key)
        if isinstance(answer, str):
            option = question.option(answer)
            return (question.key, option, True) if option else None
    name = match_key(process)
    any_word, words = _usual_words(rule_set)
    if any_word.search(name) is None:
        return None
    found = [
        (len(word), key, option)
        for word, key, option in words
        # Few words are in the name at all; only those are worth the slower look at where they begin and end.
        if word in name and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", name)
    ]
    _, key, option = max(found, key=lambda hit: hit[0])
    return key, option, False


@cached_per_rule_set
def _usual_words(rule_set: RuleSet) -> tuple[re.Pattern[str], list[tuple[str, str, Option]]]:
    """The names of usual processes, each with its question and option; and what finds whether any is in a name."""
    words = [
        (word, question.key, option)
        for question, option in rule_set.filings()
        for word in map(match_key, (option.label, *option.words))
    ]
    any_of = "|".join(re.escape(word) for word, _, _ in words)
    return re.compile(rf"(?<!\w)(?:{any_of})(?!\w)" if words else r"(?!)"), words


def name_against_content(rule_set: RuleSet, process: str, recommendation: Recommendation) -> NameAgainstContent | None:
    """Where the name, or the usual process picked, suggests one kind and the answers another."""
    return against_usual(usual_process(rule_set, process, recommendation.all_parts[0].answers), recommendation.kind)


def against_usual(usual: tuple[str, Option, bool] | None, found: Kind) -> NameAgainstContent | None:
    """The same from the usual process that this one is closest to, and the kind that the answers speak for."""
    if usual is None:
        return None
    _, option, picked = usual
    filed = option.filed_under
    if filed is None or found in {Kind.UNCLEAR, filed}:
        return None
    return NameAgainstContent(option, filed, found, picked)


def _shown_items(
    rule_set: RuleSet, items: tuple[Shown, ...], process: str, recommendation: Recommendation
) -> tuple[Shown, ...]:
    usual = usual_process(rule_set, process, recommendation.all_parts[0].answers)
    suggested = {usual[0]: usual[1].key} if usual else {}
    return tuple(item for item in items if _is_shown(item, suggested, recommendation))


def _is_shown(item: Disagreement | Guidance, suggested: dict[str, str], recommendation: Recommendation) -> bool:
    for part in recommendation.all_parts:
        advice = {recommendation.outcome, part.outcome}
        if isinstance(item, Disagreement):  # it bears on the kind too, which is given even where the advice is to keep
            advice.add(Outcome(part.kind.value))
        fits = not item.outcomes or bool(advice & set(item.outcomes))
        if fits and all_hold(item.when, {**part.answers, **suggested}) is State.MATCHED:
            return True
    return False
