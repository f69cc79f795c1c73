"""What can be chosen where people differ, and what follows from what was chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _

from advisor.assessments.context import AssessmentContext
from advisor.assessments.progress import fingerprint
from advisor.engine.analysis.replaced_answers import Place, answer_at, question_at, with_answers, without_uncounted
from advisor.engine.model.operators import Answer
from advisor.models import Opinion
from advisor.processes.opinions.comparison import OpinionComparison, Respondent
from advisor.processes.opinions.forms import MINE, ChoiceRow, SettlingForm, settling_form
from advisor.processes.opinions.operations import SettledAnswers
from advisor.wording.advice.verdict import names_in_a_row
from advisor.wording.values import answer_label


@dataclass(frozen=True)
class SettlingChoices:
    """Every question on which somebody differs from the owner, and what can be chosen there."""

    found: OpinionComparison

    @classmethod
    def of(cls, found: OpinionComparison) -> "SettlingChoices | None":
        """What can be settled; None where nobody has handed in."""
        return cls(found) if found.respondents else None

    @property
    def opinions(self) -> list[Opinion]:
        """The opinions that are settled with it."""
        return [one.opinion for one in self.found.respondents]

    @cached_property
    def places(self) -> list[Place]:
        """Where there is something to choose."""
        return list(self.found.differences())

    def form(self) -> SettlingForm:
        """The form, with the owner's answer chosen, or the first of the others where the owner has none."""
        rows = []
        for place in self.places:
            options = self._options(place)
            rows.append(ChoiceRow(_field(place), self.title(place), options, next(iter(options))))
        return settling_form(rows, self.found.fingerprint)

    def title(self, place: Place) -> str:
        """The question, and of which part it is asked."""
        text, part = question_at(self.found.rules, place).text, self.found.part_name(place)
        return f"{text} ({part})" if part else text

    def _options(self, place: Place) -> Mapping[str, str]:
        question = question_at(self.found.rules, place)
        is_answered, mine = answer_at(self.found.base, place)
        options = {MINE: str(_("%(answer)s (you)", answer=answer_label(question, mine)))} if is_answered else {}
        for answer, people in self.found.voices(place):
            who = names_in_a_row([one.label for one in people])
            options[fingerprint(answer)] = str(
                _("%(answer)s (%(who)s)", answer=answer_label(question, answer), who=who)
            )
        return options

    def settled_answers(self, form: SettlingForm) -> SettledAnswers:
        """What was chosen, once the form is valid: those answers that count, and from whom each was taken over."""
        base, rules = self.found.base, self.found.rules
        item, chosen = base, []
        for place in self.places:
            value = form[_field(place)].data
            for answer, people in self.found.voices(place):
                if value == fingerprint(answer):
                    item = with_answers(item, people[0].item, [place])
                    chosen.append((place, answer, people))
        item = without_uncounted(rules, item)
        kept = [one for one in chosen if answer_at(item, one[0])[0]]
        return SettledAnswers(
            item=item,
            names=[one.label for one in self.found.respondents],
            taken=[self._plain_choice(*one) for one in kept],
            note=str(form.note.data or ""),
        )

    def _plain_choice(self, place: Place, answer: Answer, people: Sequence[Respondent]) -> dict[str, object]:
        question = question_at(self.found.rules, place)
        return {
            "question": question.text,
            "part": self.found.part_name(place),
            "answer": answer_label(question, answer),
            "from": [one.label for one in people],
        }


def _field(place: Place) -> str:
    """The name of the field of a place: it means the same whatever else people differ in."""
    key, part = place
    return f"choice-{key}" if part is None else f"choice-{part}-{key}"


def choices_of(context: AssessmentContext, opinions: Sequence[Opinion]) -> SettlingChoices | None:
    """What can be settled of the opinions that were handed in and not settled yet; None where there are none."""
    unsettled = [opinion for opinion in opinions if opinion.settled_at is None]
    return SettlingChoices.of(OpinionComparison.of(context.edition, context.assessment, unsettled))
