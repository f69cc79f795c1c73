"""The answers of everybody side by side: where they agree, and what each difference does to the advice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from advisor.assessments.progress import Progress, fingerprint, stored_answers
from advisor.engine.analysis.replaced_answers import (
    Fewest,
    Place,
    Reach,
    Replacement,
    answer_at,
    differing,
    fewest_together,
    places_asked,
    question_at,
    replace_answers,
)
from advisor.engine.document.text import isolated
from advisor.engine.evaluation.evaluate import Recommendation
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.rules import RuleSet
from advisor.models import Assessment, Opinion
from advisor.wording.claims import VersionView
from advisor.wording.values import answer_label
from advisor.wording.verdict import advice_words, names_in_a_row, quoted_names, strength_words


def label(opinion: Opinion, opinions: Sequence[Opinion]) -> str:
    """How a person is called on every page: as their owner did, with the number where two have one name or none."""
    if not opinion.name:
        return str(_("Person %(n)d", n=opinion.number))
    if sum(other.name == opinion.name for other in opinions) > 1:
        return str(_("%(name)s (%(n)d)", name=opinion.name, n=opinion.number))
    return opinion.name


@dataclass(frozen=True, slots=True)
class Respondent:
    """Somebody who has handed in, and their answers as far as they can be held against the owner's."""

    label: str
    opinion: Opinion
    item: WorkItem
    older: bool
    """Whether other rules asked than judge the process now."""
    lost_parts: list[str]
    """Parts of which they were asked, and which the process does not have any more."""
    new_parts: list[str]
    """Parts that the process has, and of which they were not asked."""


@dataclass(frozen=True)
class OpinionComparison:
    """The owner's answers as they are now, and those of everybody who has handed in."""

    edition: VersionView
    assessment: Assessment
    respondents: list[Respondent]

    @classmethod
    def of(cls, edition: VersionView, assessment: Assessment, opinions: Sequence[Opinion]) -> "OpinionComparison":
        """Hold together those opinions that were handed in; ``edition`` is the version that judges the process."""
        progress = Progress.of(edition.rule_set, assessment)
        handed_in = [opinion for opinion in opinions if opinion.handed_in_at is not None]
        return cls(edition, assessment, [_respondent(progress, one, opinions, edition) for one in handed_in])

    @cached_property
    def progress(self) -> Progress:
        """Where the owner's answers stand."""
        return Progress.of(self.rules, self.assessment)

    @property
    def rules(self) -> RuleSet:
        """The rules by which all answers are judged here."""
        return self.edition.rule_set

    @cached_property
    def base(self) -> WorkItem:
        """The owner's answers."""
        return self.progress.work_item()

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every question that anybody was led to on the way to the advice, in its order."""
        asked = places_asked(self.rules, [self.base, *(one.item for one in self.respondents)])
        return tuple(place for place in asked if question_at(self.rules, place).section is Section.CORE)

    @cached_property
    def fingerprint(self) -> str:
        """Of all answers: whoever settles on them has seen these and no others."""
        answers = [(str(one.opinion.id), [one.item.answers, one.item.parts]) for one in self.respondents]
        return fingerprint([self.progress.given(), self.rules_number, answers])

    @property
    def rules_number(self) -> int:
        """The number of their version."""
        return self.edition.number

    def differing(self, one: Respondent) -> tuple[Place, ...]:
        """Where somebody says something else than the owner."""
        return differing(self.base, one.item, self.places)

    def alone(self, one: Respondent, place: Place) -> Replacement:
        """What this one answer of theirs does in place of the owner's."""
        return replace_answers(self.rules, self.base, one.item, [place])

    def whole(self, one: Respondent) -> Replacement:
        """What all of their answers do in place of the owner's."""
        return replace_answers(self.rules, self.base, one.item, self.differing(one))

    def together(self, one: Respondent) -> Fewest:
        """The fewest of their answers that already do what all of them do to the advice."""
        return fewest_together(self.rules, self.base, one.item, self.differing(one))

    def voices(self, place: Place) -> list[tuple[Answer, list[Respondent]]]:
        """Each answer other than the owner's, and who gave it, in the order in which people were asked."""
        found: list[tuple[Answer, list[Respondent]]] = []
        mine = answer_at(self.base, place)
        for one in self.respondents:
            is_answered, answer = answer_at(one.item, place)
            if not is_answered or (True, answer) == mine:
                continue
            same = next((people for other, people in found if other == answer), None)
            if same is None:
                found.append((answer, [one]))
            else:
                same.append(one)
        return found

    def differences(self) -> Iterator[Place]:
        """Where anybody says something else than the owner."""
        return (place for place in self.places if self.voices(place))

    def part_name(self, place: Place) -> str:
        """The name of the part that a question is asked of; "" of the process."""
        return "" if place[1] is None else self.base.parts[place[1]][0]


def _respondent(progress: Progress, opinion: Opinion, opinions: Sequence[Opinion], edition: VersionView) -> Respondent:
    """Their answers in the parts that the process has now, as far as its rules know them."""
    rules = edition.rule_set
    by_id = {part["id"]: part for part in opinion.parts}
    was_one_piece = len(opinion.parts) == 1
    whole, parts, new_parts = stored_answers(opinion.answers), [], []
    if not progress.in_parts:
        if was_one_piece:
            whole |= stored_answers(opinion.parts[0]["answers"])
    else:
        for part in progress.parts:
            theirs = None if was_one_piece else by_id.pop(str(part.id), None)
            parts.append((part.name, _known(rules, stored_answers(theirs["answers"])) if theirs else {}))
            new_parts += [] if theirs else [part.name]
    lost = by_id.values() if progress.in_parts != was_one_piece else opinion.parts
    return Respondent(
        label=label(opinion, opinions),
        opinion=opinion,
        item=WorkItem(progress.process, _known(rules, whole), tuple(parts)),
        older=opinion.version_number != edition.number,
        lost_parts=[part["name"] for part in lost if part["name"]],
        new_parts=new_parts,
    )


def _known(rules: RuleSet, answers: dict[str, Answer]) -> dict[str, Answer]:
    """The answers that these rules ask for and know; others were given by other rules."""
    questions = {question.key: question for question in rules.questions}
    return {key: answer for key, answer in answers.items() if key in questions and questions[key].allows(answer)}


# ---- In words


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
        effects=[_alone(found, place, people) for _answer_of, people in found.voices(place)],
    )


def _answer(question: Question, given: tuple[bool, Answer]) -> str:
    return answer_label(question, given[1]) if given[0] else ""


def _alone(found: OpinionComparison, place: Place, people: Sequence[Respondent]) -> EffectView:
    replaced = found.alone(people[0], place)
    who = names_in_a_row([one.label for one in people])
    match replaced.reach:
        case Reach.OUTCOME:
            turned = _turned(found, replaced)
            sentence = _("The answer of %(who)s here alone would turn %(turned)s.", who=who, turned=turned)
        case Reach.STRENGTH:
            sentence = _(
                "The answer of %(who)s here alone leaves the advice, but %(how)s.", who=who, how=_how(replaced)
            )
        case Reach.POINTS:
            sentence = _("The answer of %(who)s here alone moves points, and leaves the advice as it is.", who=who)
        case Reach.NOTHING:
            sentence = _("The answer of %(who)s here alone changes nothing in the sum.", who=who)
    return _effect(found, replaced, str(sentence))


def _person(found: OpinionComparison, one: Respondent) -> PersonView:
    replaced, places = found.whole(one), found.differing(one)
    who = isolated(one.label)
    match replaced.reach:
        case Reach.OUTCOME:
            sentence = _("All answers of %(who)s would turn %(turned)s.", who=who, turned=_turned(found, replaced))
        case Reach.STRENGTH:
            sentence = _("All answers of %(who)s leave the advice, but %(how)s.", who=who, how=_how(replaced))
        case Reach.POINTS:
            sentence = _("All answers of %(who)s move points, and leave the advice as it is.", who=who)
        case Reach.NOTHING:
            sentence = _("All answers of %(who)s leave the sum as it is.", who=who)
    return PersonView(
        label=one.label,
        differ=len(places),
        verdict=_advice_name(found, replaced.after),
        effect=_effect(found, replaced, str(sentence)),
        together=_together(found, one) if replaced.reach is Reach.OUTCOME else [],
    )


def _together(found: OpinionComparison, one: Respondent) -> list[str]:
    """Which answers it takes together, where no single one does it."""
    fewest = found.together(one)
    if fewest.size < 2:
        return []
    if not fewest.sets:
        return [str(_("No single one of them does that: it takes at least %(n)d together.", n=fewest.size))]
    if fewest.size == len(found.differing(one)):
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
    return f"{short} ({isolated(part)})" if part else short


def _advice_name(found: OpinionComparison, advice: Recommendation) -> str:
    """The advice in a word, and how clear it is."""
    document = _as_document(found.rules, advice)
    name, strength = str(advice_words(document).name), strength_words(document)
    return f"{name} ({strength})" if strength else name


def _as_document(rules: RuleSet, advice: Recommendation) -> dict[str, Any]:
    """As much of an advice as its words need."""

    def one(it: Recommendation) -> dict[str, Any]:
        return {
            "outcome": it.outcome,
            "strength": it.strength,
            "unanswered": it.unanswered,
            "done_by": rules.done_by(it.answers),
        }

    return {**one(advice), "parts": [one(part) for part in advice.parts]}


def _turned(found: OpinionComparison, replaced: Replacement) -> str:
    """From what to what the advice turns: that on the process, or that on the first part that turns."""

    def words(advice: Recommendation) -> str:
        return str(advice_words(_as_document(found.rules, advice)).name)

    if replaced.before.outcome != replaced.after.outcome:
        texts = {"before": words(replaced.before), "after": words(replaced.after)}
        return str(_("it from “%(before)s” to “%(after)s”", **texts))
    pairs = zip(replaced.before.all_parts, replaced.after.all_parts, strict=True)
    before, after = next((one, other) for one, other in pairs if one.outcome != other.outcome)
    texts = {"part": isolated(before.part), "before": words(before), "after": words(after)}
    return str(_("the part “%(part)s” from “%(before)s” to “%(after)s”, and leave the process where it is", **texts))


def _how(replaced: Replacement) -> str:
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
        who = isolated(one.label)
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
