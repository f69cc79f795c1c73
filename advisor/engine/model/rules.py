"""What is believed: rules that push points, the two policy tables, and the rule set that holds them all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from operator import is_
from typing import TypeVar

from advisor.engine.model.evidence import Claim, Contradiction, Disagreement, Guidance, Risk, Source, SourceKind
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import Answers, Condition, Option, Question, Section, all_hold
from advisor.engine.model.vocabulary import Kind, Leave, Measure, Outcome, Side, State, Strength

KIND_MEASURES = frozenset({Measure.BPO, Measure.KPO, Measure.LEAN, Measure.EVIDENCE})
"""What a row of the kind table may look at: keep points say nothing of the kind."""


@dataclass(frozen=True, slots=True)
class Points:
    """The sums of the points that matched rules push; each at least 0."""

    bpo: int = 0
    kpo: int = 0
    keep: int = 0

    @property
    def lean(self) -> int:
        """BPO minus KPO."""
        return self.bpo - self.kpo

    @property
    def evidence(self) -> int:
        """BPO plus KPO: how much is known of the kind of work."""
        return self.bpo + self.kpo

    def measure(self, measure: Measure) -> int:
        """The number that a policy row looks at."""
        return int(getattr(self, measure.value))

    def __add__(self, other: "Points") -> "Points":
        return Points(self.bpo + other.bpo, self.kpo + other.kpo, self.keep + other.keep)


@dataclass(frozen=True, slots=True)
class Push:
    """Points (1 to 5) towards one side."""

    side: Side
    points: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that, when all hold, push points, with a reason and its sources.

    ``because`` is the one plain sentence that people read; ``weighed`` says why it is that many points.
    """

    key: str
    when: tuple[Condition, ...]
    push: Push
    because: str
    sources: tuple[str, ...]
    weighed: str = ""

    def state(self, answers: Answers) -> State:
        """Hold this rule against ``answers``."""
        return all_hold(self.when, answers)


@dataclass(frozen=True, slots=True)
class Bound:
    """A range of one measure, both ends included; an end that is None is open."""

    measure: Measure
    at_least: int | None = None
    at_most: int | None = None

    def holds(self, points: Points) -> bool:
        """Whether the points lie in the range."""
        return self.includes(points.measure(self.measure))

    def includes(self, number: float) -> bool:
        """Whether a number of this measure lies in the range."""
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """One row of the table that decides whether the process leaves the house. ``says`` puts it in words."""

    when: tuple[Bound, ...]
    leave: Leave
    says: str


@dataclass(frozen=True, slots=True)
class KindRow:
    """One row of the table that decides the kind, and how clear it is. ``says`` puts it in words."""

    when: tuple[Bound, ...]
    kind: Kind
    strength: Strength
    says: str


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
    def _claims(self) -> dict[str, Claim]:
        return {claim.id: claim for claim in self.claims}

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {source.key: source for source in self.sources}

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
        return tuple(question for question in self.questions if question.section == section)

    def is_general(self, claims: tuple[str, ...]) -> bool:
        """Whether these claims rest on general guidance alone, and on neither of the documents."""
        kinds = {self._sources[self._claims[claim].source].kind for claim in claims}
        return kinds <= {SourceKind.GUIDANCE}

    def filings(self) -> tuple[tuple[Question, Option], ...]:
        """The usual processes that a person may compare theirs with: options of the name section."""
        return tuple((q, option) for q in self.section(Section.NAME) for option in q.options)


Made = TypeVar("Made")


def cached_per_rule_set(make: Callable[[RuleSet], Made]) -> Callable[[RuleSet], Made]:
    """Let what ``make`` makes of a rule set be made once and kept with it: it never changes, so that stays right."""
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def kept(rule_set: RuleSet) -> Made:
        try:
            return rule_set.__dict__[name]  # type: ignore[no-any-return]
        except KeyError:
            made = rule_set.__dict__[name] = make(rule_set)
            return made

    return kept


_KEPT_OF_FIELDS = 8


def cached_per(*names: str) -> Callable[[Callable[[RuleSet], Made]], Callable[[RuleSet], Made]]:
    """Let what is made of these fields of a rule set alone be made once for rule sets that share them.

    An edit leaves the other lists the very same, and some of them are long. What was made last is kept.
    """

    def of_fields(make: Callable[[RuleSet], Made]) -> Callable[[RuleSet], Made]:
        @lru_cache(_KEPT_OF_FIELDS)
        def kept(shared: _Shared) -> Made:
            return make(shared.rule_set)

        @wraps(make)
        def made(rule_set: RuleSet) -> Made:
            return kept(_Shared(rule_set, tuple(getattr(rule_set, name) for name in names)))

        return made

    return of_fields


class _Shared:
    """Fields of a rule set: equal where they are the very same."""

    __slots__ = ("_fields", "rule_set")

    def __init__(self, rule_set: RuleSet, shared: tuple[object, ...]) -> None:
        self.rule_set = rule_set
        self._fields = shared

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shared) and all(map(is_, self._fields, other._fields))

    def __hash__(self) -> int:
        return hash(tuple(map(id, self._fields)))
