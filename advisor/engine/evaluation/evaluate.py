"""From answers to a recommendation. The findings are the explanation: nothing is reconstructed afterwards."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from advisor.engine.evaluation.compiled_rules import CompiledRules, Mask, compiled_rules
from advisor.engine.model.operators import Answer
from advisor.engine.model.policy import KindRow, LeaveRow, Points, PolicyDecision
from advisor.engine.model.questions import Answers, AskedQuestions, Section, asked_questions
from advisor.engine.model.rules import Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, State, Strength


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule held against one set of answers. ``answers`` are those that this rule looked at and found."""

    rule: Rule
    state: State
    answers: Answers


class Recommendation:
    """The advice for one part of a process, or, where ``parts`` holds any, for a process of several parts.

    It never changes. What explains it is put together when it is looked at, since that takes longer than the advice.
    """

    def __init__(
        self,
        rules: CompiledRules,
        answers: Answers,
        matched: Mask,
        points: Points,
        decision: PolicyDecision,
        part: str = "",
    ) -> None:
        self._rules = rules
        self._answers = answers
        self._matched = matched
        self.points = points
        """The sums of what the matched rules push; for several parts, of all of them together."""
        self.outcome = decision.outcome
        """The advice in a word."""
        self._decision = decision
        self._part = part

    @property
    def kind(self) -> Kind:
        """What the content speaks for, given even where the advice is to keep it."""
        return self._decision.kind

    @property
    def strength(self) -> Strength:
        """How clearly it speaks for that kind."""
        return self._decision.strength

    @property
    def leave(self) -> LeaveRow | None:
        """The row of the leave table that decided; a process of several parts has none of its own."""
        return self._decision.leave

    @property
    def row(self) -> KindRow | None:
        """The row of the kind table that decided; a process of several parts has none of its own."""
        return self._decision.row

    @property
    def policy_says(self) -> tuple[str | None, str | None]:
        """What the two rows that decided say, with their numbers in their places."""
        return self._decision.says

    @property
    def part(self) -> str:
        """The name of the part that this is about, or nothing."""
        return self._part

    @property
    def parts(self) -> tuple["Recommendation", ...]:
        """The recommendations of the parts, where there are several."""
        return ()

    @property
    def all_parts(self) -> tuple["Recommendation", ...]:
        """The parts, or the recommendation itself where the process is in one piece."""
        return self.parts or (self,)

    @property
    def matched_rules(self) -> tuple[Rule, ...]:
        """The matched rules, most points first; equals keep the order of the rule set."""
        return self._rules.read(self._matched)

    @cached_property
    def _asked_questions(self) -> AskedQuestions:
        return asked_questions(self._rules.questions, self._answers)

    @property
    def answers(self) -> Answers:
        """The answers that counted; for several parts, those that all of them share."""
        return self._asked_questions.answers

    @property
    def unanswered_keys(self) -> tuple[str, ...]:
        """The keys of the core questions that were asked, in any of the parts, and are unknown."""
        return self._asked_questions.unknown_keys(Section.CORE)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every rule held against the answers, in the order of the rule set; for several parts, part by part."""
        return tuple(_finding(rule, self.answers) for rule in self._rules.in_order)

    def reasons(self) -> tuple[Finding, ...]:
        """The matched findings, most points first; equals keep the order of the parts and of the rule set."""
        return tuple(_finding(rule, self.answers) for rule in self.matched_rules)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recommendation) and self._contents() == other._contents()

    __hash__ = None  # type: ignore[assignment]  # it holds answers, which have none

    def __repr__(self) -> str:
        about = " of several parts" if self.parts else f" for {self.part!r}" if self.part else ""
        return f"<Recommendation{about}: {self.outcome} ({self.kind}, {self.strength}), {self.points}>"

    def _contents(self) -> tuple[object, ...]:
        return self._decision, self.points, self.part, self.parts, self.answers, self.unanswered_keys, self.findings


class _CombinedRecommendation(Recommendation):
    """The recommendation for a process of several parts: what explains it is theirs."""

    def __init__(self, parts: tuple[Recommendation, ...], decision: PolicyDecision) -> None:
        each = [part.points for part in parts]
        points = Points(
            sum(p.bpo for p in each), sum(p.kpo for p in each), sum(p.keep for p in each), sum(p.both for p in each)
        )
        super().__init__(parts[0]._rules, {}, 0, points, decision)
        self._parts = parts

    @property
    def parts(self) -> tuple[Recommendation, ...]:
        return self._parts

    @property
    def matched_rules(self) -> tuple[Rule, ...]:
        return tuple(finding.rule for finding in self.reasons())

    @cached_property
    def answers(self) -> Answers:
        first, *others = (part.answers for part in self._parts)
        return {key: answer for key, answer in first.items() if all((key, answer) in it.items() for it in others)}

    @property
    def unanswered_keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for part in self._parts for key in part.unanswered_keys))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for part in self._parts for finding in part.findings)

    def reasons(self) -> tuple[Finding, ...]:
        reasons = [reason for part in self._parts for reason in part.reasons()]
        return tuple(sorted(reasons, key=lambda reason: -reason.rule.push.points))


def evaluate(rule_set: RuleSet, answers: Answers, part: str = "") -> Recommendation:
    """Give the one recommendation that ``answers`` lead to, with a finding for every rule.

    Answers that do not count (see ``asked_questions``) are unknown. ``part`` is the name of the part they describe.
    """
    rules = compiled_rules(rule_set)
    own = dict(answers)  # theirs may change before anybody looks at the explanation
    matched = rules.match(own)
    points, decision = rules.policy.decisions[rules.sums(matched)]
    return Recommendation(rules, own, matched, points, decision, part)


def evaluate_parts(
    rule_set: RuleSet, answers: Answers, parts: Sequence[tuple[str, Mapping[str, Answer]]]
) -> Recommendation:
    """Evaluate each part (its name and own answers) on the process's answers together with its own; combine them."""
    if not parts:
        return evaluate(rule_set, answers)
    return combine([evaluate(rule_set, {**answers, **own}, part) for part, own in parts])


def combine(recommendations: Sequence[Recommendation]) -> Recommendation:
    """Form the recommendation of a process from those of its parts (at least one); a single part speaks for itself.

    Only parts that leave the house decide: all of one kind give that kind, different kinds give both. Where none
    leaves, keep if all are kept, else unclear. The kind is formed the same way from the kinds of all parts. The
    strength is the weakest part's.
    """
    if len(recommendations) == 1:
        return recommendations[0]
    decision = PolicyDecision(
        combine_outcomes({recommendation.outcome for recommendation in recommendations}),
        combine_kinds({recommendation.kind for recommendation in recommendations}),
        min((recommendation.strength for recommendation in recommendations), key=list(Strength).index),
    )
    return _CombinedRecommendation(tuple(recommendations), decision)


def combine_outcomes(outcomes: AbstractSet[Outcome]) -> Outcome:
    """The outcome of a process whose parts have these outcomes (at least one), as ``combine`` says."""
    leaving = {Kind(outcome.value) for outcome in outcomes - {Outcome.KEEP, Outcome.UNCLEAR}}
    if leaving:
        return Outcome(combine_kinds(leaving).value)
    return Outcome.KEEP if outcomes == {Outcome.KEEP} else Outcome.UNCLEAR


def combine_kinds(kinds: AbstractSet[Kind]) -> Kind:
    """The kind of a process whose parts have these kinds (at least one), as ``combine`` says."""
    known = kinds - {Kind.UNCLEAR}
    if not known:
        return Kind.UNCLEAR
    return next(iter(known)) if len(known) == 1 else Kind.BOTH


def _finding(rule: Rule, answers: Answers) -> Finding:
    questions = {condition.question for condition in rule.when}
    return Finding(rule, rule.state(answers), {key: answers[key] for key in answers if key in questions})
