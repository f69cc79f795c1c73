"""Rule sets and answers of any size, always the same for the same numbers: what the engine is measured on."""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from random import Random

from advisor.engine.model.evidence import Claim, Firmness, Pull, Source, SourceKind
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.policy import Bound, KindRow, LeaveRow
from advisor.engine.model.questions import Condition, Option, Question, Scope, Section
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Leave, Measure, Side, Strength

_CORE = 9
"""Questions on the way to the advice; ``check`` refuses more. The rest sharpen it."""

_SIDES = (Side.BPO,) * 9 + (Side.KPO,) * 9 + (Side.KEEP,) * 4
"""How many of 22 rules push to each side."""

_CLAIMS = {Side.BPO: "D1.01", Side.KPO: "D1.02", Side.KEEP: "D1.03", Side.BOTH: "D1.04"}


_OF_SETS = ("includes_any", "includes_all", "none_of")
"""The tests of questions that are answered with several options."""


def generate_rules(rules: int, questions: int = 16, seed: int = 1, several: int = 0, both: int = 0) -> RuleSet:
    """Questions of 3 to 5 options, and rules that hold where 1 to 4 answers are each one of some options.

    With ``several``, each question is answered with any of so many options, and conditions name 1 to 3 of them. With
    ``both``, so many of the rules push to both, and without their points what is near is unclear.
    All five outcomes occur among random answers: the policy is set to where the sums of points usually lie.
    """
    random = Random(seed)
    asked = tuple(_question(random, number, several) for number in range(questions))
    made = tuple(_rule(random, number, asked) for number in range(rules))
    made = (*map(_to_both, made[:both]), *made[both:])
    leave, kind = _policy(made, {question.key: len(question.options) for question in asked})
    if both:
        near = replace(kind[-1], when=(Bound(Measure.BOTH, at_least=1),))
        kind = (*kind[:-1], near, KindRow((), Kind.UNCLEAR, Strength.BALANCED, "It could be either."))
    return RuleSet(
        questions=asked,
        rules=made,
        leave=leave,
        kind=kind,
        sources=(Source("D1", "A generated document", SourceKind.DOCUMENT, "What the generated claims are in."),),
        claims=tuple(
            Claim(claim, "D1", "opening", f"What {claim} says.", (Pull(side.value),), Firmness.FIRM)
            for side, claim in _CLAIMS.items()
            if both or side is not Side.BOTH
        ),
    )


def complete_answers(rule_set: RuleSet, number: int, seed: int = 1) -> list[dict[str, Answer]]:
    """So many random sets of answers to every question of a generated rule set."""
    random = Random(seed)
    return [{question.key: _answer(random, question) for question in rule_set.questions} for _ in range(number)]


def _answer(random: Random, question: Question) -> Answer:
    if question.type is AnswerType.CHOICE:
        return random.choice(question.options).key
    return tuple(option.key for option in question.options if random.random() < 0.5)


def _question(random: Random, number: int, several: int) -> Question:
    return Question(
        key=f"q{number:02}",
        text=f"What is the answer to question {number}?",
        short=f"the answer to question {number}",
        missing=f"Select the answer to question {number}",
        scope=Scope.PROCESS if number % 4 == 0 else Scope.PART,
        section=Section.CORE if number < _CORE else Section.SHARPEN,
        type=AnswerType.CHOICES if several else AnswerType.CHOICE,
        options=tuple(Option(f"o{option}", f"Option {option}") for option in range(several or random.randint(3, 5))),
    )


def _rule(random: Random, number: int, questions: Sequence[Question]) -> Rule:
    looked_at = sorted(random.sample(range(len(questions)), random.randint(1, min(4, len(questions)))))
    side = random.choice(_SIDES)
    return Rule(
        key=f"r{number:04}",
        when=tuple(_condition(random, questions[position]) for position in looked_at),
        push=Push(side, random.randint(1, 5)),
        because=f"This is what rule {number} says.",
        sources=(_CLAIMS[side],),
    )


def _to_both(rule: Rule) -> Rule:
    return replace(rule, push=Push(Side.BOTH, rule.push.points), sources=(_CLAIMS[Side.BOTH],))


def _condition(random: Random, question: Question) -> Condition:
    keys = [option.key for option in question.options]
    if question.type is AnswerType.CHOICES:
        return Condition(
            question.key, random.choice(_OF_SETS), tuple(sorted(random.sample(keys, random.randint(1, 3))))
        )
    return Condition(question.key, "any_of", tuple(sorted(random.sample(keys, random.randint(1, len(keys) - 1)))))


def _share(condition: Condition, options: int) -> float:
    """How many of all answers to its question, which has so many options, a condition accepts."""
    if condition.test in _OF_SETS:
        lacks_all = 0.5 ** len(condition.values)
        return 1 - lacks_all if condition.test == "includes_any" else lacks_all
    return len(condition.values) / options


def _policy(rules: Sequence[Rule], options: dict[str, int]) -> tuple[tuple[LeaveRow, ...], tuple[KindRow, ...]]:
    """Both tables. Over random answers a sum lies about its mean, as far away as its spread (standard deviation)."""
    mean = dict.fromkeys(Side, 0.0)
    variance = dict.fromkeys(Side, 0.0)
    for rule in rules:
        share = 1.0
        for condition in rule.when:
            share *= _share(condition, options[condition.question])
        mean[rule.push.side] += rule.push.points * share
        variance[rule.push.side] += rule.push.points**2 * share * (1 - share)
    spread = sqrt(variance[Side.BPO] + variance[Side.KPO])
    lean, evidence = mean[Side.BPO] - mean[Side.KPO], mean[Side.BPO] + mean[Side.KPO]
    little = max(0, round(evidence - spread))
    much = max(1, round(mean[Side.KEEP] + sqrt(variance[Side.KEEP])))

    def kind_row(spreads: float, kind: Kind, strength: Strength) -> KindRow:
        edge = round(lean + spreads * spread)
        bound = Bound(Measure.LEAN, at_least=edge) if spreads > 0 else Bound(Measure.LEAN, at_most=edge)
        return KindRow((bound,), kind, strength, f"The lean is at {edge}, or further out.")

    return (
        (
            LeaveRow((Bound(Measure.KEEP, at_least=much),), Leave.KEEP, "Much speaks for keeping it."),
            LeaveRow((), Leave.GO, "Little speaks for keeping it."),
        ),
        (
            KindRow(
                (Bound(Measure.EVIDENCE, at_most=little),), Kind.UNCLEAR, Strength.BALANCED, "Too little is known."
            ),
            kind_row(1.0, Kind.BPO, Strength.CLEAR),
            kind_row(-1.0, Kind.KPO, Strength.CLEAR),
            kind_row(0.4, Kind.BPO, Strength.SLIGHT),
            kind_row(-0.4, Kind.KPO, Strength.SLIGHT),
            KindRow((), Kind.BOTH, Strength.BALANCED, "Both are near."),
        ),
    )
