"""The comparison of everybody's answers in words: each difference, and what it would do to the advice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.engine.analysis.replaced_answers import (
    Place,
    Reach,
    Replacement,
    answer_at,
    question_at,
    replace_answers,
)
from advisor.engine.document.text import isolate_text
from advisor.engine.evaluation.evaluate import Recommendation
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question
from advisor.engine.model.rules import RuleSet
from advisor.processes.opinions.comparison import OpinionComparison, Respondent
from advisor.wording.advice.verdict import advice_words, names_in_a_row, quoted_names, strength_words
from advisor.wording.values import answer_label


@dataclass(frozen=True, slots=True)
class OpinionCell:
    """What one person answered: "" where they were not asked. ``agrees`` is None of the owner's own answer."""

    text: str
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """One question, everybody's answer to it, and what the differences do."""

    question: str
    part: str
    cells: list[OpinionCell]
    agreed: bool
    effects: list["EffectView"]


@dataclass(frozen=True, slots=True)
class EffectView:
    """What an answer, or all answers of somebody, would do: how far it reaches, in a sentence, and by which rules."""

    reach: Reach
    sentence: str
    rules: list["TurningRule"]
    """The first of those rules, those with the most points before the others."""
    more: int
    """How many there are beyond."""


@dataclass(frozen=True, slots=True)
class TurningRule:
    """A rule that makes the difference: its reason, whether it would count then, and where it can be read."""

    text: str
    comes: bool
    url: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person: how much they differ, and what all of their answers would do."""

    label: str
    differ: int
    verdict: str
    effect: EffectView
    together: list[str]
    """Where no single answer does that: the questions that do it together, one sentence for each choice of them."""


def comparison_page(found: OpinionComparison) -> dict[str, Any]:
    """Everybody's answers side by side."""
    rows = [_row(found, place) for place in found.places]
    turning = sum(any(effect.reach is Reach.OUTCOME for effect in row.effects) for row in rows)
    return {
        "columns": [str(_("You")), *(one.label for one in found.respondents)],
        "rows": [row for row in rows if not row.agreed],
        "agreed": [row for row in rows if row.agreed],
        "asked": len(rows),
        "turning": turning,
        "people": [_person(found, one) for one in found.respondents],
        "mine": _advice_name(found, replace_answers(found.rules, found.base, found.base, []).before),
        "changes": list(_changes(found)),
    }


def _row(found: OpinionComparison, place: Place) -> OpinionRow:
    question, mine = question_at(found.rules, place), answer_at(found.base, place)
    answers = [answer_at(one.item, place) for one in found.respondents]
    cells = [OpinionCell(_answer(question, mine), None)]
    cells += [OpinionCell(_answer(question, theirs), theirs == mine if theirs[0] else None) for theirs in answers]
    return OpinionRow(
        question=question.text,
        part=found.part_name(place),
        cells=cells,
        agreed=all(theirs == mine and theirs[0] for theirs in answers),
        effects=[_effect_of_one(found, place, people) for _answer_of, people in found.voices(place)],
    )


def _answer(question: Question, given: tuple[bool, Answer]) -> str:
    return answer_label(question, given[1]) if given[0] else ""


def _effect_of_one(found: OpinionComparison, place: Place, people: Sequence[Respondent]) -> EffectView:
    replaced = found.replace_one(people[0], place)
    who = names_in_a_row([one.label for one in people])
    match replaced.reach:
        case Reach.OUTCOME:
            turned = _turn_words(found, replaced)
            sentence = _("The answer of %(who)s here alone would turn %(turned)s.", who=who, turned=turned)
        case Reach.STRENGTH:
            sentence = _(
                "The answer of %(who)s here alone leaves the advice, but %(how)s.", who=who, how=_change_words(replaced)
            )
        case Reach.POINTS:
            sentence = _("The answer of %(who)s here alone moves points, and leaves the advice as it is.", who=who)
        case Reach.NOTHING:
            sentence = _("The answer of %(who)s here alone changes nothing in the sum.", who=who)
    return _effect(found, replaced, str(sentence))


def _person(found: OpinionComparison, one: Respondent) -> PersonView:
    replaced, places = found.whole(one), found.differing_places(one)
    who = isolate_text(one.label)
    match replaced.reach:
        case Reach.OUTCOME:
            sentence = _("All answers of %(who)s would turn %(turned)s.", who=who, turned=_turn_words(found, replaced))
        case Reach.STRENGTH:
            sentence = _("All answers of %(who)s leave the advice, but %(how)s.", who=who, how=_change_words(replaced))
        case Reach.POINTS:
            sentence = _("All answers of %(who)s move points, and leave the advice as it is.", who=who)
        case Reach.NOTHING:
            sentence = _("All answers of %(who)s leave the sum as it is.", who=who)
    return PersonView(
        label=one.label,
        differ=len(places),
        verdict=_advice_name(found, replaced.after),
        effect=_effect(found, replaced, str(sentence)),
        together=_effect_together(found, one) if replaced.reach is Reach.OUTCOME else [],
    )


def _effect_together(found: OpinionComparison, one: Respondent) -> list[str]:
    """Which answers it takes together, where no single one does it."""
    fewest = found.find_fewest(one)
    if fewest.size < 2:
        return []
    if not fewest.sets:
        return [str(_("No single one of them does that: it takes at least %(n)d together.", n=fewest.size))]
    if fewest.size == len(found.differing_places(one)):
        return [str(_("No single one of them does that: it takes all of them together."))]
    questions = quoted_names([_place_name(found, place) for place in fewest.sets[0]])
    sentences = [
        _(
            "No single one of them does that. These %(n)d together do: %(questions)s.",
            n=fewest.size,
            questions=questions,
        )
    ]
    if more := len(fewest.sets) - 1:
        sentences.append(ngettext("So does one other choice.", "So do %(num)d other choices of as many.", more))
    return [" ".join(map(str, sentences))]


def _place_name(found: OpinionComparison, place: Place) -> str:
    short, part = question_at(found.rules, place).short, found.part_name(place)
    return f"{short} ({isolate_text(part)})" if part else short


def _advice_name(found: OpinionComparison, advice: Recommendation) -> str:
    """The advice in a word, and how clear it is."""
    document = _as_document(found.rules, advice)
    name, strength = str(advice_words(document).name), strength_words(document)
    return f"{name} ({strength})" if strength else name


def _as_document(rules: RuleSet, advice: Recommendation) -> dict[str, Any]:
    """As much of an advice as its words need."""

    def one_document(it: Recommendation) -> dict[str, Any]:
        return {
            "outcome": it.outcome,
            "strength": it.strength,
            "unanswered": it.unanswered_keys,
            "done_by": rules.done_by(it.answers),
        }

    return {**one_document(advice), "parts": [one_document(part) for part in advice.parts]}


def _turn_words(found: OpinionComparison, replaced: Replacement) -> str:
    """From what to what the advice turns: that on the process, or that on the first part that turns."""

    def words(advice: Recommendation) -> str:
        return str(advice_words(_as_document(found.rules, advice)).name)

    if replaced.before.outcome != replaced.after.outcome:
        texts = {"before": words(replaced.before), "after": words(replaced.after)}
        return str(_("it from “%(before)s” to “%(after)s”", **texts))
    pairs = zip(replaced.before.all_parts, replaced.after.all_parts, strict=True)
    before, after = next((one, other) for one, other in pairs if one.outcome != other.outcome)
    texts = {"part": isolate_text(before.part), "before": words(before), "after": words(after)}
    return str(_("the part “%(part)s” from “%(before)s” to “%(after)s”, and leave the process where it is", **texts))


def _change_words(replaced: Replacement) -> str:
    """What of the advice differs where the outcome does not."""
    pairs = list(zip(replaced.before.all_parts, replaced.after.all_parts, strict=True))
    if any(one.kind != other.kind for one, other in pairs):
        return str(_("the content speaks for another kind of help"))
    return str(_("makes it more or less clear"))


_RULES_SHOWN = 3


def _effect(found: OpinionComparison, replaced: Replacement, sentence: str) -> EffectView:
    turns = sorted(replaced.rules, key=lambda turn: -turn.rule.push.points)
    rules = [TurningRule(it.rule.because, it.comes, found.edition.rule_url(it.rule.key)) for it in turns[:_RULES_SHOWN]]
    return EffectView(replaced.reach, sentence, rules, len(turns) - len(rules))


def _changes(found: OpinionComparison) -> Iterator[str]:
    """What has changed since people answered, as far as it bears on what is compared."""
    times = [*found.assessment.answered_at.values()]
    times += [time for part in found.assessment.parts for time in part.answered_at.values()]
    for one in found.respondents:
        who = isolate_text(one.label)
        handed_in = one.opinion.handed_in_at
        later = sum(time > handed_in.isoformat() for time in times) if handed_in else 0
        if later and one.opinion.settled_at is None:
            yield ngettext(
                "You answered %(num)d question after %(who)s handed in. Your answers are compared as they are now.",
                "You answered %(num)d questions after %(who)s handed in. Your answers are compared as they are now.",
                later,
                who=who,
            )
        if one.older:
            yield str(
                _(
                    "%(who)s answered under version %(was)d of our rules; version %(now)d judges here. "
                    "What it does not ask, or understands otherwise, is not compared.",
                    who=who,
                    was=one.opinion.version_number,
                    now=found.rules_number,
                )
            )
        if one.lost_parts:
            lost = quoted_names(one.lost_parts)
            yield str(
                _("%(who)s answered for %(parts)s, which the process does not have any more.", who=who, parts=lost)
            )
        if one.new_parts:
            new = quoted_names(one.new_parts)
            yield str(_("%(who)s was not asked about %(parts)s, since these parts are newer.", who=who, parts=new))
