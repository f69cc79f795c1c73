"""The answers of everybody side by side: where they agree, and what each difference does to the advice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _

from advisor.assessments.progress import Progress, fingerprint, stored_answers
from advisor.engine.analysis.replaced_answers import (
    Fewest,
    Place,
    Replacement,
    answer_at,
    differing_places,
    fewest_together,
    places_asked,
    question_at,
    replace_answers,
)
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Section
from advisor.engine.model.rules import RuleSet
from advisor.models import Assessment, Opinion
from advisor.wording.claims import VersionView


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
        return fingerprint([self.progress.as_plain(), self.rules_number, answers])

    @property
    def rules_number(self) -> int:
        """The number of their version."""
        return self.edition.number

    def differing_places(self, one: Respondent) -> tuple[Place, ...]:
        """Where somebody says something else than the owner."""
        return differing_places(self.base, one.item, self.places)

    def replace_one(self, one: Respondent, place: Place) -> Replacement:
        """What this one answer of theirs does in place of the owner's."""
        return replace_answers(self.rules, self.base, one.item, [place])

    def whole(self, one: Respondent) -> Replacement:
        """What all of their answers do in place of the owner's."""
        return replace_answers(self.rules, self.base, one.item, self.differing_places(one))

    def find_fewest(self, one: Respondent) -> Fewest:
        """The fewest of their answers that already do what all of them do to the advice."""
        return fewest_together(self.rules, self.base, one.item, self.differing_places(one))

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
            parts.append((part.name, _known_answers(rules, stored_answers(theirs["answers"])) if theirs else {}))
            new_parts += [] if theirs else [part.name]
    lost = by_id.values() if progress.in_parts != was_one_piece else opinion.parts
    return Respondent(
        label=label(opinion, opinions),
        opinion=opinion,
        item=WorkItem(progress.process, _known_answers(rules, whole), tuple(parts)),
        older=opinion.version_number != edition.number,
        lost_parts=[part["name"] for part in lost if part["name"]],
        new_parts=new_parts,
    )


def _known_answers(rules: RuleSet, answers: dict[str, Answer]) -> dict[str, Answer]:
    """The answers that these rules ask for and know; others were given by other rules."""
    questions = {question.key: question for question in rules.questions}
    return {key: answer for key, answer in answers.items() if key in questions and questions[key].allows(answer)}
