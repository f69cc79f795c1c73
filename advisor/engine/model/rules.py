"""What is believed: rules that push points, test cases, and the rule set that holds them and all the rest."""

from dataclasses import dataclass
from functools import cached_property

from advisor.engine.model.evidence import Claim, Contradiction, Disagreement, Guidance, Risk, Source, SourceKind
from advisor.engine.model.operators import Answer
from advisor.engine.model.policy import KindRow, LeaveRow
from advisor.engine.model.questions import Answers, Condition, Option, Question, Scope, Section, all_hold
from advisor.engine.model.vocabulary import DoneBy, Kind, Outcome, Side, State


@dataclass(frozen=True, slots=True)
class Push:
    """Points (1 to 5) towards one side."""

    side: Side
    points: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that, when all hold, push points, with a reason and its sources.

    ``because`` is the one plain sentence that people read; ``says`` is what it says of the work, as a clause that the
    first sentences of an advice take up ("each case ends with something done"), "" where they quote the answers
    instead; ``weighed`` says why it is that many points.
    """

    key: str
    when: tuple[Condition, ...]
    push: Push
    because: str
    sources: tuple[str, ...]
    weighed: str = ""
    says: str = ""

    def state(self, answers: Answers) -> State:
        """Hold this rule against ``answers``."""
        return all_hold(self.when, answers)


@dataclass(frozen=True, slots=True)
class CasePart:
    """One part of the process of a test case, with its own answers."""

    part: str
    answers: dict[str, Answer]


@dataclass(frozen=True, slots=True)
class TestCase:
    """Answers and the outcome they must lead to; ``because`` says where the expectation comes from.

    ``risks`` are keys of risks that must be told, ``no_risks`` of risks that must not show.
    """

    key: str
    process: str
    answers: dict[str, Answer]
    outcome: Outcome
    because: str
    sources: tuple[str, ...] = ()
    kind: Kind | None = None
    parts: tuple[CasePart, ...] = ()
    risks: tuple[str, ...] = ()
    no_risks: tuple[str, ...] = ()

    __test__ = False  # the name is the product's word; pytest must not collect it


@dataclass(frozen=True)
class RuleSet:
    """Everything that decides and explains, as one immutable value.

    ``limits`` are sentences on what the advice does not tell.
    """

    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    leave: tuple[LeaveRow, ...]
    kind: tuple[KindRow, ...]
    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    disagreements: tuple[Disagreement, ...] = ()
    tensions: tuple[Contradiction, ...] = ()
    guidance: tuple[Guidance, ...] = ()
    risks: tuple[Risk, ...] = ()
    limits: tuple[str, ...] = ()
    cases: tuple[TestCase, ...] = ()

    @cached_property
    def _questions(self) -> dict[str, Question]:
        return {question.key: question for question in self.questions}

    @cached_property
    def _sections(self) -> dict[Section, tuple[Question, ...]]:
        return {section: tuple(it for it in self.questions if it.section == section) for section in Section}

    @cached_property
    def _claims(self) -> dict[str, Claim]:
        return {claim.id: claim for claim in self.claims}

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {source.key: source for source in self.sources}

    @cached_property
    def part_keys(self) -> frozenset[str]:
        """The keys of the questions that are asked of each part."""
        return frozenset(question.key for question in self.questions if question.scope is Scope.PART)

    @cached_property
    def follow_ups(self) -> frozenset[str]:
        """The keys of the questions that are asked after certain answers alone."""
        return frozenset(question.key for question in self.questions if question.asked_when)

    def question(self, key: str) -> Question | None:
        """The question with this key, or None."""
        return self._questions.get(key)

    def claim(self, key: str) -> Claim | None:
        """The claim with this id, or None."""
        return self._claims.get(key)

    def source(self, key: str) -> Source | None:
        """The source with this key, or None."""
        return self._sources.get(key)

    def rule(self, key: str) -> Rule | None:
        """The rule with this key, or None."""
        return next((rule for rule in self.rules if rule.key == key), None)

    def section(self, section: Section) -> tuple[Question, ...]:
        """The questions of one section, in their order."""
        return self._sections[section]

    def is_general(self, claims: tuple[str, ...]) -> bool:
        """Whether these claims rest on general guidance alone, and on neither of the documents."""
        kinds = {self._sources[self._claims[claim].source].kind for claim in claims}
        return kinds <= {SourceKind.GUIDANCE}

    @cached_property
    def _done_by(self) -> list[tuple[str, dict[str, DoneBy]]]:
        said = (
            (it.key, {option.key: option.done_by for option in it.options if option.done_by}) for it in self.questions
        )
        return [(key, options) for key, options in said if options]

    def done_by(self, answers: Answers) -> DoneBy | None:
        """Who does the work, as these answers say; None where they do not, or where own people do it."""
        answered = ((options, answers.get(key)) for key, options in self._done_by)
        return next((options[it] for options, it in answered if isinstance(it, str) and it in options), None)

    def filings(self) -> tuple[tuple[Question, Option], ...]:
        """The usual processes that a person may compare theirs with: options of the name section."""
        return tuple((q, option) for q in self.section(Section.NAME) for option in q.options)


def decides_alike(one: RuleSet, other: RuleSet) -> bool:
    """Whether questions, rules and both tables are the same: then so is all advice."""
    return all(getattr(one, name) == getattr(other, name) for name in ("questions", "rules", "leave", "kind"))
