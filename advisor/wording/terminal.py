"""A rule set in plain words, as text that is read in a terminal."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from advisor.engine.analysis.proofs.one_rule import RuleSetEffect
from advisor.engine.document.diff import Change, ChangeType, diff, words
from advisor.engine.document.document import NUMBERED, to_plain
from advisor.engine.evaluation.cases import CaseDifference, advise
from advisor.engine.evaluation.evaluate import Recommendation
from advisor.engine.model.errors import Problem
from advisor.engine.model.evidence import Risk
from advisor.engine.model.operators import OPERATORS, Answer, AnswerType
from advisor.engine.model.policy import Bound, KindRow
from advisor.engine.model.questions import NONE_OF_THESE, Condition, Question
from advisor.engine.model.row_sentences import with_sentences
from advisor.engine.model.rules import Rule, RuleSet, TestCase
from advisor.engine.model.vocabulary import quoted_advice
from advisor.exchange.file_input import escape_invisible
from advisor.exchange.work_items import answer_text
from advisor.wording.values import plain_percent
from advisor.wording.vocabulary import KINDS, LEAVES, MEASURES, OUTCOMES, SCOPES, SIDES, STRENGTHS

if TYPE_CHECKING:  # it loads NumPy, which a command that proves nothing need not wait for
    from advisor.engine.analysis.proofs.shares import Shares


def describe(rule_set: RuleSet) -> str:
    """Say all that a rule set asks and believes: questions, rules and risks with their claims, and the policy."""
    blocks = [
        "QUESTIONS",
        *(_question(rule_set, question) for question in rule_set.questions),
        "RULES",
        *(_rule(rule_set, rule) for rule in rule_set.rules),
        *(["RISKS", *(_risk(rule_set, risk) for risk in rule_set.risks)] if rule_set.risks else []),
        "POLICY",
        _table(
            "Should it leave the house?",
            ((row.when, LEAVES[row.leave].terminal, row.says) for row in with_sentences(rule_set.leave)),
        ),
        _table(
            "What kind of work is it?",
            ((row.when, _kind(row), row.says) for row in with_sentences(rule_set.kind)),
        ),
        "ALSO IN IT",
        _further_tables(rule_set),
    ]
    return "\n\n".join(blocks) + "\n"


def _further_tables(rule_set: RuleSet) -> str:
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
    asked = str(SCOPES[question.scope]).lower()
    yield f"{question.key}: {question.text} (section {question.section}, asked {asked})"
    if question.asked_when:
        yield f"    Asked when {_conditions(rule_set, question.asked_when)}."
    match question.type:
        case AnswerType.NUMBER:
            yield f"    A whole number from {question.minimum} to {question.maximum} {question.unit}".rstrip()
        case AnswerType.CHOICES:
            yield "    Any of:" if question.most is None else f"    At most {question.most} of:"
        case AnswerType.CHOICE:
            yield "    One of:"
    for option in question.options:
        yield f"    - {option.key}: {option.label}"
    if question.none:
        yield f"    - {NONE_OF_THESE}: {question.none}"


def _rule(rule_set: RuleSet, rule: Rule) -> str:
    lines = [
        f"{rule.key}: {_points_to(rule)} when {_conditions(rule_set, rule.when)}.",
        f"    {rule.because}",
        *([f"    Weighed: {rule.weighed}"] if rule.weighed else []),
    ]
    return "\n".join([*lines, *_claims(rule_set, rule.sources)])


def _risk(rule_set: RuleSet, risk: Risk) -> str:
    lines = [f"{risk.key}: {risk.title}.", f"    {risk.happens}"]
    for name, groups in (("Shows", risk.shows), ("Weighs more", risk.more), ("Ruled out", risk.unless)):
        if groups:
            lines.append(f"    {name} when {'; or when '.join(_conditions(rule_set, group) for group in groups)}.")
    if risk.outcomes:
        lines.append(
            f"    Shows with the advice {' or '.join(OUTCOMES[outcome].terminal for outcome in risk.outcomes)}."
        )
    lines += [f"    - {action}" for action in risk.actions]
    lines.append(f"    Ground: {risk.grade}.")
    return "\n".join([*lines, *_claims(rule_set, risk.sources)])


def _claims(rule_set: RuleSet, ids: Iterable[str]) -> Iterator[str]:
    for id in ids:  # noqa: A001 - a claim's own word
        if claim := rule_set.claim(id):
            general = "general guidance, " if rule_set.is_general((id,)) else ""
            yield f"    {id} ({general}{claim.place}; {claim.firmness}): {claim.text}"


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


def _kind(row: KindRow) -> str:
    return f"{KINDS[row.kind].terminal} ({str(STRENGTHS[row.strength]).lower()})"


def _bounds(bounds: tuple[Bound, ...]) -> str:
    return " and ".join(map(_bound_text, bounds)) or "Otherwise"


def _bound_text(bound: Bound) -> str:
    name, least, most = MEASURES[bound.measure].terminal, bound.at_least, bound.at_most
    if least is not None and most is not None:
        return f"{name} from {least} to {most}"
    if least is not None:
        return f"{name} at least {least}"
    return f"{name} at most {most}" if most is not None else f"any {name}"


# ---- What differs between two rule sets, and what that does to the advice, as text that is read in a terminal


def describe_differences(old: RuleSet, new: RuleSet) -> str:
    """Every change, word by word: [-what went-] and {+what came+}."""
    changes = diff(old, new)
    if not changes:
        return "Nothing differs.\n"
    return "\n".join(line for change in changes for line in _change(change)) + "\n"


def describe_effect(effect: RuleSetEffect | None) -> str:
    """What the changes do to all answers, each move with answers that show it."""
    return "\n".join(_effect_lines(effect)) + "\n"


def _change(change: Change) -> Iterator[str]:
    number = change.new_at if change.new_at is not None else change.old_at
    name = str((number or 0) + 1) if change.collection in NUMBERED else change.key
    moved = " and moved" if change.moved and change.happened is not ChangeType.MOVED else ""
    yield f"{change.happened.value.capitalize()}{moved}: {change.collection}/{escape_invisible(name)}"
    if change.happened is ChangeType.MOVED:
        yield f"    from place {(change.old_at or 0) + 1} to {(change.new_at or 0) + 1}"
        return
    before, after = _fields(change.old), _fields(change.new)
    names = change.fields or [field for field in (after or before) if field != "options"]
    for field in names:
        one, other = before.get(field, ""), after.get(field, "")
        if one or other:
            yield f"    {field}: {_change_text(one, other)}"


def _fields(thing: Any) -> Mapping[str, str]:
    if thing is None:
        return {}
    plain = to_plain(thing)
    return {name: _text(value) for name, value in plain.items()} if isinstance(plain, dict) else {"text": _text(plain)}


def _text(value: Any) -> str:
    if isinstance(value, list):
        if any(isinstance(inner, list) for inner in value):  # groups of conditions, one of which is enough
            return " or ".join(" and ".join(map(_text, group)) for group in value)
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return " ".join(f"{name} {_text(inner)}" for name, inner in value.items() if inner not in (None, "", []))
    return "" if value is None else str(value)


def _change_text(old: str, new: str) -> str:
    marks = {ChangeType.REMOVED: "[-%s-]", ChangeType.ADDED: "{+%s+}"}
    return "".join(marks.get(part.happened, "%s") % escape_invisible(part.text) for part in words(old, new))


# ---- what it does ------------------------------------------------------------------------------------------------


def _effect_lines(effect: RuleSetEffect | None) -> Iterator[str]:
    if effect is None:
        yield "What this does to the advice is not known: there is too much to count."
        return
    if effect.is_alike:
        yield "This changes no advice: all that decides is the same (proved)."
        return
    what = "complete sets of answers, for a process in one piece"
    if effect.is_exact:
        yield f"{_share(effect, effect.changed_outcomes)} of all {effect.space:,} {what}, get another outcome (exact)."
    else:
        yield f"{_share(effect, effect.changed_outcomes)} of all {effect.space:,} {what}, get another outcome:"
        yield f"an estimate from {effect.size:,} of them, with the range in which it lies with 99% certainty."
    for (was, is_now), count in sorted(effect.moves.items(), key=lambda move: -move[1]):
        if (was, is_now) in effect.witnesses:
            yield f"  {OUTCOMES[was].terminal} -> {OUTCOMES[is_now].terminal}: {_share(effect, count)}"
            yield f"    Shown by: {_witness(effect.witnesses[was, is_now])}"
    if effect.incomplete is not None:
        yield "Incomplete answers can get another outcome."
        yield f"    Shown by: {_witness(effect.incomplete)}"
    elif not effect.changed_outcomes and effect.is_settled:
        yield "No incomplete answers do, either. Reasons, points or strength may differ."


def _share(effect: RuleSetEffect, count: int) -> str:
    share = plain_percent(effect.share(count))
    if effect.is_exact:
        return share
    low, high = effect.interval(count)
    return f"about {share} ({plain_percent(low)} to {plain_percent(high)})"


# ---- What was proved of a rule set, as lines that are read in a terminal


def problem_lines(problem: Problem) -> Iterator[str]:
    """A problem with its place, and the answers that show it, as "question=option" pairs."""
    yield f"{'Blocks' if problem.blocks else 'Look at'}: {escape_invisible(str(problem))}"
    if problem.witness is not None:
        yield f"  Shown by: {escape_invisible(_witness(problem.witness)) or 'no answer at all'}"
    if problem.also:
        yield f"  See also: {escape_invisible(', '.join(problem.also))}"


def case_lines(rule_set: RuleSet, case: TestCase, before: tuple[str, CaseDifference] | None = None) -> Iterator[str]:
    """What gives a test case its advice: the sums, and the rules behind them.

    ``before`` is the name of the rules that it is compared with, and what differs from them.
    """
    advice = advise(rule_set, case)
    yield f"Test case {escape_invisible(case.key)} comes out as {_advice_with_points(advice)}, by these rules:"
    for part in advice.all_parts:
        of_part = f"{escape_invisible(part.part)}: " if part.part else ""
        yield from (f"  {of_part}{_push_text(rule)}" for rule in part.matched_rules)
    if before is not None:
        name, differs = before
        yield f"  Under {name} it came out as {_advice_with_points(differs.before)}. What differs in its rules:"
        yield from (f"    new: {_push_text(rule)}" for rule in differs.came)
        yield from (f"    gone: {_push_text(rule)}" for rule in differs.went)
        yield from (f"    changed: {_push_text(old)}, now {_points_to(new)}" for old, new in differs.other)
        if not (differs.came or differs.went or differs.other):
            yield "    nothing: the tables that turn points into advice do"


def _advice_with_points(advice: Recommendation) -> str:
    points = advice.points
    both = f", both {points.both}" if points.both else ""
    return f"{quoted_advice(advice.outcome)} (BPO {points.bpo}, KPO {points.kpo}, keep {points.keep}{both})"


def _push_text(rule: Rule) -> str:
    return f"{escape_invisible(rule.key)}, {_points_to(rule)}"


def _points_to(rule: Rule) -> str:
    return f"{rule.push.points} point{'s' if rule.push.points > 1 else ''} to {SIDES[rule.push.side].towards}"


def _witness(answers: Mapping[str, Answer]) -> str:
    return " ".join(f"{key}={answer_text(answer)}" for key, answer in answers.items())


def share_lines(shares: "Shares") -> Iterator[str]:
    """The share of each outcome among all complete answers, and whether it was counted or estimated."""
    if shares.is_exact:
        yield f"All {shares.space:,} combinations of complete answers were counted:"
    else:
        sample = shares.whole.total
        yield f"Estimate from {sample:,} of {shares.space:,} combinations of complete answers, with 99% intervals:"
    for outcome, outcome_words in OUTCOMES.items():
        share = f"  {outcome_words.terminal:<14}{plain_percent(shares.whole.share(outcome)):>16}"
        low, high = map(plain_percent, shares.interval(outcome))
        yield f"{share}  {shares.whole.count(outcome):,}" if shares.is_exact else f"{share}  {low} to {high}"
