"""From answers to a recommendation. The findings are the explanation: nothing is reconstructed afterwards."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from advisor.engine.operators import Answer
from advisor.engine.questions import Answers, Section, asked
from advisor.engine.rules import KindRow, LeaveRow, Points, Rule, RuleSet
from advisor.engine.vocabulary import Kind, Leave, Outcome, Side, State, Strength


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule held against one set of answers. ``given`` are the answers this rule looked at and found."""

    rule: Rule
    state: State
    given: Answers


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The advice for one part of a process, or, where ``parts`` holds any, for a process of several parts.

    ``answers`` are those that counted, ``unanswered`` the keys of the core questions that were asked and are unknown.
    ``leave`` and ``row`` are the policy rows that decided; a process of several parts has none of its own. Its points
    and findings are its parts' together, its answers those that all of them share.
    """

    outcome: Outcome
    kind: Kind
    strength: Strength
    points: Points
    findings: tuple[Finding, ...]
    answers: Answers
    unanswered: tuple[str, ...]
    leave: LeaveRow | None = None
    row: KindRow | None = None
    part: str = ""
    parts: tuple["Recommendation", ...] = ()

    @property
    def pieces(self) -> tuple["Recommendation", ...]:
        """The parts, or the recommendation itself where the process is in one piece."""
        return self.parts or (self,)

    def reasons(self) -> tuple[Finding, ...]:
        """The matched findings, most points first; equals keep the order of the rule set."""
        matched = [finding for finding in self.findings if finding.state is State.MATCHED]
        return tuple(sorted(matched, key=lambda finding: -finding.rule.push.points))


def evaluate(rule_set: RuleSet, answers: Answers, part: str = "") -> Recommendation:
    """Give the one recommendation that ``answers`` lead to, with a finding for every rule.

    Answers that do not count (see ``asked``) are unknown. ``part`` names the piece of the process they describe.
    """
    reached = asked(rule_set.questions, answers)
    findings = tuple(_finding(rule, reached.answers) for rule in rule_set.rules)
    points = _sum(findings)
    leave = next(row for row in rule_set.leave if all(bound.holds(points) for bound in row.when))
    row = next(row for row in rule_set.kind if all(bound.holds(points) for bound in row.when))
    outcome = Outcome.KEEP if leave.leave is Leave.KEEP else Outcome(row.kind.value)
    return Recommendation(
        outcome=outcome,
        kind=row.kind,
        strength=row.strength,
        points=points,
        findings=findings,
        answers=reached.answers,
        unanswered=reached.unknown(Section.CORE),
        leave=leave,
        row=row,
        part=part,
    )


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
    order = list(Strength)
    shared = set.intersection(*(set(recommendation.answers.items()) for recommendation in recommendations))
    return replace(
        recommendations[0],
        outcome=outcome_together({recommendation.outcome for recommendation in recommendations}),
        kind=kind_together({recommendation.kind for recommendation in recommendations}),
        strength=min((recommendation.strength for recommendation in recommendations), key=order.index),
        points=sum((recommendation.points for recommendation in recommendations), Points()),
        findings=tuple(finding for recommendation in recommendations for finding in recommendation.findings),
        answers={key: answer for key, answer in recommendations[0].answers.items() if (key, answer) in shared},
        unanswered=tuple(dict.fromkeys(key for piece in recommendations for key in piece.unanswered)),
        leave=None,
        row=None,
        part="",
        parts=tuple(recommendations),
    )


def outcome_together(outcomes: AbstractSet[Outcome]) -> Outcome:
    """The outcome of a process whose parts have these outcomes (at least one), as ``combine`` says."""
    leaving = {Kind(outcome.value) for outcome in outcomes - {Outcome.KEEP, Outcome.UNCLEAR}}
    if leaving:
        return Outcome(kind_together(leaving).value)
    return Outcome.KEEP if outcomes == {Outcome.KEEP} else Outcome.UNCLEAR


def kind_together(kinds: AbstractSet[Kind]) -> Kind:
    """The kind of a process whose parts have these kinds (at least one), as ``combine`` says."""
    known = kinds - {Kind.UNCLEAR}
    if not known:
        return Kind.UNCLEAR
    return next(iter(known)) if len(known) == 1 else Kind.BOTH


def _finding(rule: Rule, answers: Answers) -> Finding:
    questions = {condition.question for condition in rule.when}
    given = {key: answers[key] for key in answers if key in questions}
    return Finding(rule, rule.state(answers), given)


def _sum(findings: Sequence[Finding]) -> Points:
    sums = dict.fromkeys(Side, 0)
    for finding in findings:
        if finding.state is State.MATCHED:
            sums[finding.rule.push.side] += finding.rule.push.points
    return Points(bpo=sums[Side.BPO], kpo=sums[Side.KPO], keep=sums[Side.KEEP])
