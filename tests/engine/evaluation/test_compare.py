"""What a newer rule set does to many processes is what it does to each of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.document.document import options_of
from advisor.engine.document.edit import change_meaning
from advisor.engine.evaluation.batch import OUTCOMES, table_of
from advisor.engine.evaluation.cases import changed_rules
from advisor.engine.evaluation.compare import Impact, MinorChange, combine_many, compare
from advisor.engine.evaluation.evaluate import Recommendation, combine, evaluate, evaluate_parts
from advisor.engine.model.questions import Section, asked_questions
from advisor.engine.model.rules import Push, Rule, RuleSet
from advisor.engine.model.vocabulary import Kind, Outcome, Side, Strength
from tests.engine.evaluation.test_combine import part
from tests.engine.random_rule_sets import Sheet
from tests.engine.small_rule_set import SMALL
from tests.engine.strategies import PROPERTY, fit_items, rule_sets


def with_rule(rule_set: RuleSet, key: str, rule: Rule | None) -> RuleSet:
    rules = {**{rule.key: rule for rule in rule_set.rules}, key: rule}
    return replace(rule_set, rules=tuple(rule for rule in rules.values() if rule is not None))


@st.composite
def edited_rules(draw: st.DrawFn, rule_set: RuleSet) -> RuleSet:
    """The rule set with some rules weaker, stronger, turned round, gone or new, and perhaps with another policy."""
    rules: list[Rule] = []
    for rule in rule_set.rules:
        match draw(st.integers(0, 4)):
            case 0:
                rules.append(replace(rule, push=Push(draw(st.sampled_from(list(Side))), draw(st.integers(1, 5)))))
            case 1:
                rules.append(replace(rule, key=f"{rule.key}-new", push=Push(Side.BPO, 5)))
            case 2:
                pass
            case _:
                rules.append(rule)
    kind = rule_set.kind if draw(st.booleans()) else (rule_set.kind[-1],)
    return replace(rule_set, rules=tuple(rules), kind=kind)


@PROPERTY
@given(st.data())
def test_the_impact_counts_what_happens_to_each_process(data: st.DataObject) -> None:
    old = data.draw(rule_sets())
    new = data.draw(edited_rules(old))
    processes = [data.draw(fit_items(old)) for _ in range(data.draw(st.integers(1, 8)))]
    rows: list[Sheet] = []
    starts = []
    for answers, parts in processes:
        starts.append(len(rows))
        rows += [{**answers, **own} for _, own in parts] or [answers]
    impact = compare(old, new, table_of(rows), np.array(starts))

    pairs = [(evaluate_parts(old, *item).outcome, evaluate_parts(new, *item).outcome) for item in processes]
    assert impact.moves == Counter(pairs)
    assert impact.size == len(processes)
    assert impact.changed_outcomes == sum(before is not after for before, after in pairs)
    alone = {key: with_rule(old, key, changed) for key, _, changed in changed_rules(old, new)}
    if old.kind != new.kind:
        alone["the policy"] = replace(old, kind=new.kind)
    decides: dict[str, Counter[tuple[Outcome, Outcome]]] = {}
    for item, move in zip(processes, pairs, strict=True):
        for name, one in alone.items():
            if move[0] is not move[1] and evaluate_parts(one, *item).outcome is move[1]:
                decides.setdefault(name, Counter())[move] += 1
    assert impact.policy == decides.pop("the policy", {})
    assert impact.rules == decides

    halves = [(rows[: starts[-1]], starts[:-1]), (rows[starts[-1] :], [0])]
    halved = [compare(old, new, table_of(half), np.array(at)) for half, at in halves if at]
    assert sum(halved, Impact()) == impact


@st.composite
def asked_otherwise(draw: st.DrawFn, rule_set: RuleSet) -> RuleSet:
    """The rule set with a question more, a follow-up that everybody is asked, or an option of another meaning."""
    first = rule_set.questions[0]
    if draw(st.booleans()):
        section = draw(st.sampled_from([Section.CORE, Section.SHARPEN]))
        new = replace(first, key="new-question", section=section, asked_when=())
        rule_set = replace(rule_set, questions=(*rule_set.questions, new))
    if draw(st.booleans()):
        questions = tuple(replace(question, asked_when=()) for question in rule_set.questions)
        rule_set = replace(rule_set, questions=questions)
    with_options = [question for question in rule_set.questions if question.options]
    has_another_meaning = draw(st.booleans())
    if with_options and has_another_meaning:
        question = draw(st.sampled_from(with_options))
        option = draw(st.sampled_from(question.options))
        rule_set = change_meaning(rule_set, options_of(question.key), option.key, replace(option, key="new-option"))
    return rule_set


def is_asked_again(old: RuleSet, new: RuleSet, answers: Sheet) -> bool:
    """What the questionnaire does with the answers of one part, by the plain reading of it."""
    before, after = asked_questions(old.questions, answers), asked_questions(new.questions, answers)
    asked = {question.key for question in before.questions}
    return any(
        after.answers.get(question.key) is None
        and (
            before.answers.get(question.key) is not None
            or (question.section is Section.CORE and question.key not in asked)
        )
        for question in after.questions
    )


def detail(rule_set: RuleSet, parts: Sequence[Sheet]) -> tuple[list[object], list[object]]:
    """Kinds and strengths of the parts, and their points."""
    each = [evaluate(rule_set, answers) for answers in parts]
    return [(found.kind, found.strength) for found in each], [found.points for found in each]


@PROPERTY
@given(st.data())
def test_what_changes_beside_outcomes_and_what_is_asked_again_is_what_each_process_meets(data: st.DataObject) -> None:
    old = data.draw(rule_sets())
    new = data.draw(asked_otherwise(data.draw(edited_rules(old))))
    minor: Counter[MinorChange] = Counter()
    asked: Counter[object] = Counter()
    rows: list[Sheet] = []
    starts = []
    for _ in range(data.draw(st.integers(1, 8))):
        answers, named = data.draw(fit_items(old))
        parts = [{**answers, **own} for _, own in named] or [answers]
        starts.append(len(rows))
        rows += parts
        change: object = tuple(evaluate_parts(rules, answers, named).outcome for rules in (old, new))
        if change[0] is change[1]:  # type: ignore[index]
            (was, points), (becomes, other) = detail(old, parts), detail(new, parts)
            change = (
                MinorChange.STRENGTH
                if was != becomes
                else MinorChange.POINTS
                if points != other
                else MinorChange.NOTHING
            )
            minor[change] += 1
        asked[change] += any(is_asked_again(old, new, part) for part in parts)
    found = compare(old, new, table_of(rows), np.array(starts))
    assert found.minor == minor
    assert found.asked == +asked


def of_outcome(outcome: Outcome) -> Recommendation:
    return part(outcome, Kind.BPO if outcome is Outcome.KEEP else Kind(outcome.value), Strength.CLEAR)


@given(st.lists(st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=5), min_size=1, max_size=8))
def test_parts_are_combined_as_one_by_one(processes: list[list[Outcome]]) -> None:
    expected = [combine([of_outcome(outcome) for outcome in parts]).outcome for parts in processes]
    starts = np.cumsum([0, *(len(parts) for parts in processes[:-1])])
    outcomes = np.array([OUTCOMES.index(outcome) for parts in processes for outcome in parts], np.uint8)
    assert [OUTCOMES[code] for code in combine_many(outcomes, starts)] == expected


def test_a_rule_on_a_question_that_was_never_asked_counts_for_nobody() -> None:
    looked_at = SMALL.question(SMALL.rules[0].when[0].question)
    assert looked_at is not None
    question = replace(looked_at, key="new-question", asked_when=())
    rule = replace(SMALL.rules[0], key="new-rule", when=(replace(SMALL.rules[0].when[0], question="new-question"),))
    new = replace(SMALL, questions=(*SMALL.questions, question), rules=(*SMALL.rules, rule))
    assert compare(SMALL, new, table_of([{}, {}])).rules == {}
