"""A rule set in plain words, as text that is read in a terminal."""

from collections.abc import Iterable, Iterator

from advisor.engine.model.operators import OPERATORS, AnswerType
from advisor.engine.model.questions import Condition, Question, Scope
from advisor.engine.model.rules import Bound, Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Leave, Measure, Side, Strength

_SIDES = {Side.BPO: "BPO", Side.KPO: "KPO", Side.KEEP: "keeping it in-house"}
_LEAVES = {Leave.GO: "it can leave the house", Leave.KEEP: "keep it in-house"}
_KINDS = {Kind.BPO: "BPO", Kind.KPO: "KPO", Kind.BOTH: "both", Kind.UNCLEAR: "unclear"}
_STRENGTHS = {Strength.CLEAR: "clear", Strength.SLIGHT: "slight lean", Strength.BALANCED: "balanced"}
_MEASURES = {
    Measure.BPO: "BPO points",
    Measure.KPO: "KPO points",
    Measure.KEEP: "keep points",
    Measure.LEAN: "the lean (BPO minus KPO)",
    Measure.EVIDENCE: "the evidence (BPO plus KPO)",
}


def describe(rule_set: RuleSet) -> str:
    """Say everything that a rule set asks and believes: questions, rules with their claims, and the policy."""
    blocks = [
        "QUESTIONS",
        *(_question(rule_set, question) for question in rule_set.questions),
        "RULES",
        *(_rule(rule_set, rule) for rule in rule_set.rules),
        "POLICY",
        _table("Should it leave the house?", ((row.when, _LEAVES[row.leave], row.says) for row in rule_set.leave)),
        _table(
            "What kind of work is it?",
            ((row.when, f"{_KINDS[row.kind]} ({_STRENGTHS[row.strength]})", row.says) for row in rule_set.kind),
        ),
        "ALSO IN IT",
        _also(rule_set),
    ]
    return "\n\n".join(blocks) + "\n"


def _also(rule_set: RuleSet) -> str:
    counts = {
        "Claims": rule_set.claims,
        "Disagreements": rule_set.disagreements,
        "Pairs of answers that pull apart": rule_set.tensions,
        "Pieces of guidance": rule_set.guidance,
        "Test cases": rule_set.cases,
    }
    return "\n".join(f"{name}: {len(items)}" for name, items in counts.items())


def _question(rule_set: RuleSet, question: Question) -> str:
    return "\n".join(_question_lines(rule_set, question))


def _question_lines(rule_set: RuleSet, question: Question) -> Iterator[str]:
    whole = "once for the process" if question.scope is Scope.PROCESS else "for each part"
    yield f"{question.key}: {question.text} (section {question.section}, asked {whole})"
    if question.asked_when:
        yield f"    Asked when {_conditions(rule_set, question.asked_when)}."
    match question.type:
        case AnswerType.NUMBER:
            yield f"    A whole number from {question.minimum} to {question.maximum} {question.unit}".rstrip()
        case AnswerType.CHOICES:
            yield "    Any of:"
        case AnswerType.CHOICE:
            yield "    One of:"
    for option in question.options:
        yield f"    - {option.key}: {option.label}"


def _rule(rule_set: RuleSet, rule: Rule) -> str:
    points = f"{rule.push.points} point{'s' if rule.push.points > 1 else ''} to {_SIDES[rule.push.side]}"
    lines = [
        f"{rule.key}: {points} when {_conditions(rule_set, rule.when)}.",
        f"    {rule.because}",
        *([f"    Weighed: {rule.weighed}"] if rule.weighed else []),
    ]
    for id in rule.sources:  # noqa: A001 - a claim's own word
        if claim := rule_set.claim(id):
            general = "general guidance, " if rule_set.is_general((id,)) else ""
            lines.append(f"    {id} ({general}{claim.place}; {claim.firmness}): {claim.text}")
    return "\n".join(lines)


def _conditions(rule_set: RuleSet, conditions: Iterable[Condition]) -> str:
    return ", and ".join(_condition(rule_set, condition) for condition in conditions) or "always"


def _condition(rule_set: RuleSet, condition: Condition) -> str:
    question = rule_set.question(condition.question)
    name = f"“{question.short}”" if question else condition.question
    values = [_value(question, value) for value in condition.values]
    joiner = " and " if condition.test in {"between", "includes_all"} else " or "
    return f"{name} {OPERATORS[condition.test].wording} {joiner.join(values)}"


def _value(question: Question | None, value: str | int) -> str:
    option = question.option(value) if question and isinstance(value, str) else None
    return f"“{option.label}”" if option else str(value)


def _table(heading: str, rows: Iterable[tuple[tuple[Bound, ...], str, str]]) -> str:
    lines = [f"{heading} The first row that fits decides."]
    for number, (when, verdict, says) in enumerate(rows, start=1):
        lines += [f"  {number}. {_bounds(when)}: {verdict}.", f"     {says}"]
    return "\n".join(lines)


def _bounds(bounds: tuple[Bound, ...]) -> str:
    return " and ".join(map(_bound, bounds)) or "Otherwise"


def _bound(bound: Bound) -> str:
    name, least, most = _MEASURES[bound.measure], bound.at_least, bound.at_most
    if least is not None and most is not None:
        return f"{name} from {least} to {most}"
    if least is not None:
        return f"{name} at least {least}"
    return f"{name} at most {most}" if most is not None else f"any {name}"
