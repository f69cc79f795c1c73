"""Conditions that can be evaluated and hold together; rules that never fire, always push, or repeat others."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from advisor.engine.checks.subjects import Holder, capital, holders, short_name, subjects
from advisor.engine.document.document import options_of
from advisor.engine.model.caching import Memo, cached_per
from advisor.engine.model.errors import Problem, nearest, quotable
from advisor.engine.model.operators import ANSWER_TYPE_WORDS, OPERATORS, Answer, AnswerType, Value, shape_problems
from advisor.engine.model.questions import Condition, Question, Section
from advisor.engine.model.rules import RuleSet

_REMEMBERED = 4_096
"""Conditions, and sets of them, of which is remembered what the questions make of them: more than 400 rules have."""

_TRIED = 2_000
"""Sets of options that are tried for conditions of which no more than some may be chosen."""

_MAY_LOOK_AT_THE_NAME = frozenset({"disagreements", "guidance"})

_MAY_BE_ALWAYS = frozenset({"disagreements", "guidance"})
"""Lists of items that may say by a condition of their own that a question is answered, whatever the answer."""


def condition_problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find conditions that cannot be evaluated, or could not hold for any answer because of their values."""
    without_options = questions_without_options(rule_set)
    for holder in holders(rule_set):
        for index, condition in enumerate(holder.conditions):
            place = f"{holder.place}/{index}"
            if condition.question not in without_options:
                yield from _condition(rule_set, holder.name, place, condition)
                if holder.collection not in _MAY_BE_ALWAYS or len(holder.conditions) > 1:
                    yield from _always_met(rule_set, holder.name, place, condition)
            question = rule_set.question(condition.question)
            on_the_name = question is not None and question.section is Section.NAME
            if on_the_name and holder.collection not in _MAY_LOOK_AT_THE_NAME:
                text = f"{capital(holder.name)} looks at “{condition.question}”: content decides, never the name."
                yield Problem(f"{place}/question", text, "Look at a question on the content.")


def _always_met(rule_set: RuleSet, name: str, place: str, condition: Condition) -> Iterator[Problem]:
    """A condition that every answer meets decides nothing, and an item that rests on it alone holds for everybody."""
    question = rule_set.question(condition.question)
    if question is not None and is_usable(rule_set, condition) and names_every_answer(question, condition):
        answers = f"every answer to {short_name(rule_set, question.key)}"
        text = f"A condition of {name} names {answers}: it holds whatever is answered."
        mend = "Take it out, or the answers that should not count."
        yield Problem(place, text, mend, blocks=False)


def names_every_answer(question: Question, condition: Condition) -> bool:
    """Whether a usable condition holds whatever somebody answers to its question, but "I'm not sure".

    None on several choices does: who chooses nothing includes nothing, and what must not be included can be.
    """
    if question.type is AnswerType.CHOICES:
        return False
    answers = question.option_keys if question.type is AnswerType.CHOICE else (question.minimum, question.maximum)
    known = {answer for answer in answers if answer is not None}
    return len(known) > 1 and all(meets_all(answer, [condition]) for answer in known)


def questions_without_options(rule_set: RuleSet) -> frozenset[str]:
    """The keys of questions that give nothing to choose from: a problem of theirs, and none of what looks at them."""
    return frozenset(q.key for q in rule_set.questions if q.type is not AnswerType.NUMBER and not q.options)


def is_usable(rule_set: RuleSet, condition: Condition) -> bool:
    """Whether ``condition`` is one that ``problems`` has nothing to block for."""
    return _usable(rule_set)[condition]


def are_usable(rule_set: RuleSet, conditions: Iterable[Condition]) -> bool:
    """Whether a rule may look at all of it: nothing in ``conditions`` blocks, and none looks at the name."""
    on_the_name = {question.key for question in rule_set.section(Section.NAME)}
    return all(it.question not in on_the_name and is_usable(rule_set, it) for it in conditions)


@cached_per("questions")
def _usable(rule_set: RuleSet) -> Memo[Condition, bool]:
    def usable(condition: Condition) -> bool:
        return not any(problem.blocks for problem in _condition(rule_set, "", "", condition))

    return Memo(usable, limit=_REMEMBERED)


def unsatisfiable_question(rule_set: RuleSet, conditions: Iterable[Condition]) -> str:
    """The key of a question no answer to which meets all of these usable conditions, or "" where there is none."""
    return _odd_ones(rule_set)[tuple(conditions)]


@cached_per("questions")
def _odd_ones(rule_set: RuleSet) -> Memo[tuple[Condition, ...], str]:
    return Memo(lambda conditions: _odd_one(rule_set, conditions), limit=_REMEMBERED)


def _odd_one(rule_set: RuleSet, conditions: Sequence[Condition]) -> str:
    by_question: dict[str, list[Condition]] = defaultdict(list)
    for condition in conditions:
        by_question[condition.question].append(condition)
    for key, tests in by_question.items():
        question = rule_set.question(key)
        if question is not None and not any(meets_all(answer, tests) for answer in _likely_answers(question, tests)):
            return key
    return ""


def meets_all(answer: Answer, conditions: Iterable[Condition]) -> bool:
    """Whether a known answer is accepted by all of these conditions on its question."""
    return all(OPERATORS[condition.test].accepts(answer, condition.values) for condition in conditions)


def representative_answers(question: Question, conditions: Sequence[Condition]) -> list[Answer]:
    """Answers to a choice or number question, among them one for each set of conditions that can hold together.

    Conditions on a number are ranges, and where ranges overlap, the end of one of them lies in all.
    """
    if question.type is not AnswerType.NUMBER:
        return [option.key for option in question.options]
    ends = {end for end in (question.minimum, question.maximum) if end is not None}
    values = {value for condition in conditions for value in condition.values if isinstance(value, int)}
    return [point for point in sorted(ends | values) if question.allows(point)]


def paths(rule_set: RuleSet) -> Mapping[str, tuple[Condition, ...] | None]:
    """For each question, every condition that must hold for it to be asked, those of the questions before included.

    None where that cannot be said, because a condition cannot be used or looks at no earlier question.
    """
    found: dict[str, tuple[Condition, ...] | None] = {}
    for question in rule_set.questions:
        befores = [found.get(condition.question) for condition in question.asked_when]
        usable = all(is_usable(rule_set, condition) for condition in question.asked_when)
        known = [before for before in befores if before is not None]
        whole = usable and len(known) == len(befores)
        path = tuple(dict.fromkeys(chain(question.asked_when, *known))) if whole else None
        found.setdefault(question.key, path)
    return found


def _likely_answers(question: Question, conditions: Sequence[Condition]) -> list[Answer]:
    """Answers among which is one that meets all ``conditions``, if there is any at all."""
    if question.type is not AnswerType.CHOICES:
        return representative_answers(question, conditions)
    forbidden = {value for condition in conditions if condition.test == "none_of" for value in condition.values}
    allowed = [option.key for option in question.options if option.key not in forbidden]
    if question.most is None or not 0 < question.most < len(allowed):  # a wrong number is a problem of its own
        return [tuple(allowed)]  # the more is included the better, but for what none_of forbids
    needed = {value for condition in conditions if condition.test == "includes_all" for value in condition.values}
    if len(needed) > question.most or not needed <= set(allowed):
        return []
    one_of = [set(condition.values) & set(allowed) for condition in conditions if condition.test == "includes_any"]
    chosen = _fewest(needed, one_of, question.most, [_TRIED])
    return [] if chosen is None else [tuple(key for key in allowed if key in chosen)]


def _fewest(chosen: set[Value], one_of: Sequence[set[Value]], most: int, tries: list[int]) -> set[Value] | None:
    """These with so many more, ``most`` in all, that one of each set is among them; None where there are none.

    After so many ``tries`` it takes one of each, however many they are: what is not settled is no problem.
    """
    left = next((each for each in one_of if not each & chosen), None)
    if left is None:
        return chosen
    tries[0] -= 1
    if tries[0] < 0:
        return chosen | {value for each in one_of for value in each}
    if len(chosen) == most:
        return None
    found = (_fewest({*chosen, value}, one_of, most, tries) for value in sorted(left, key=str))
    return next((more for more in found if more is not None), None)


def _condition(rule_set: RuleSet, name: str, place: str, condition: Condition) -> Iterator[Problem]:
    formal = shape_problems(condition.test, condition.values, place)
    yield from formal
    question = rule_set.question(condition.question)
    if question is None:
        text = f"{capital(name)} looks at “{quotable(condition.question)}”, which is not a question."
        keys = [question.key for question in rule_set.questions]
        mend = nearest(condition.question, keys, "question") or "Name a question of this rule set."
        yield Problem(f"{place}/question", text, mend, missing=f"questions/{condition.question}")
    elif not formal and question.type not in OPERATORS[condition.test].types:
        test = OPERATORS[condition.test].wording
        answered = ANSWER_TYPE_WORDS[question.type]
        text = f"“{test}” does not suit question “{quotable(question.key)}”, answered by {answered}."
        suiting = [f"“{op.words(question.type)}”" for op in OPERATORS.values() if question.type in op.types]
        yield Problem(f"{place}/test", text, f"Use {', '.join(suiting[:-1])} or {suiting[-1]}.")
    elif not formal:
        yield from _values(question, f"{place}/values", condition)


def _values(question: Question, place: str, condition: Condition) -> Iterator[Problem]:
    options = [option.key for option in question.options]
    for value in dict.fromkeys(condition.values):
        if isinstance(value, str) and value not in options:
            of = f"of question “{quotable(question.key)}”"
            text = f"“{quotable(value)}” is not an option {of}."
            mend = nearest(value, options, "option", of)
            told = (f"“{quotable(option.label)}” ({quotable(option.key)})" for option in question.options)
            mend = mend or f"Its options are {', '.join(told)}."
            yield Problem(place, text, mend, missing=f"{options_of(question.key)}/{value}")
        elif isinstance(value, int) and not question.allows(value):
            text = f"{value} lies outside the range of question “{quotable(question.key)}”."
            yield Problem(place, text, f"Its range is {question.minimum} to {question.maximum}.")
    if condition.test == "between" and not condition.values[0] <= condition.values[1]:  # type: ignore[operator]
        text = f"No number is between {condition.values[0]} and {condition.values[1]}."
        yield Problem(place, text, "Write the smaller number first.")
    elif condition.test != "between":
        for value, times in Counter(condition.values).items():
            if times > 1:
                yield Problem(
                    place, f"“{quotable(str(value))}” is named {times} times here.", "Name it once.", blocks=False
                )


def unreachable_questions(rule_set: RuleSet, path_tests: Mapping[str, tuple[Condition, ...] | None]) -> dict[str, str]:
    """The questions that no answers lead to, each with the question whose answers exclude each other."""
    odds = {key: unsatisfiable_question(rule_set, conditions) for key, conditions in path_tests.items() if conditions}
    return {key: other for key, other in odds.items() if other}


_HAPPENS = {"rules": "fire", "disagreements": "be told", "tensions": "be told", "guidance": "be told", "risks": "hold"}


def rule_problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find rules without conditions, conditions that exclude each other, and rules that say the same."""
    if not rule_set.rules:
        yield Problem("rules", "There are no rules, so no answer counts.", "Add one.")
    for rule in subjects(rule_set.rules, "rules"):
        if not rule.item.when:
            text = f"{rule.start} has no conditions, so it would always push its points."
            yield Problem(f"{rule.place}/when", text, "Say when it holds.")
    path_tests = paths(rule_set)
    hidden = unreachable_questions(rule_set, path_tests)
    for holder in holders(rule_set):
        if holder.collection in _HAPPENS:
            yield from _never_met(rule_set, holder, path_tests, hidden)
    yield from _same(rule_set)


def _never_met(
    rule_set: RuleSet, holder: Holder, path_tests: Mapping[str, tuple[Condition, ...] | None], hidden: Mapping[str, str]
) -> Iterator[Problem]:
    usable = [condition for condition in holder.conditions if is_usable(rule_set, condition)]
    cannot = f"{capital(holder.name)} can never {_HAPPENS[holder.collection]}"
    if odd := unsatisfiable_question(rule_set, usable):
        text = f"{cannot}: no answer to {short_name(rule_set, odd)} meets all of its conditions."
        yield Problem(holder.place, text, "Change or remove one of them.")
        return
    if any(condition.question in hidden for condition in usable):
        return  # the question that nobody sees is the problem
    before = [condition for looked_at in usable for condition in path_tests[looked_at.question] or ()]
    if odd := unsatisfiable_question(rule_set, [*usable, *before]):
        text = (
            f"{cannot}: no answer to {short_name(rule_set, odd)} both suits it and leads to the questions it looks at."
        )
        yield Problem(holder.place, text, "Change or remove one of its conditions.")


def _same(rule_set: RuleSet) -> Iterator[Problem]:
    firsts = repeated_rules(rule_set)
    for rule in subjects(rule_set.rules, "rules"):
        if rule.key in firsts:
            first = quotable(firsts[rule.key])
            text = f"{rule.start} fires exactly when rule “{first}” does, and pushes to the same side."
            yield Problem(f"{rule.place}/when", text, "Make one rule of the two.", blocks=False)


def repeated_rules(rule_set: RuleSet) -> dict[str, str]:
    """The rules that read the same as an earlier one and push to the same side, each with the first of those."""
    found: dict[object, str] = {}
    firsts: dict[str, str] = {}
    for rule in rule_set.rules:
        if rule.when and all(is_usable(rule_set, condition) for condition in rule.when):
            first = found.setdefault((rule.push.side, _meanings(rule_set)[rule.when]), rule.key)
            if first != rule.key:
                firsts[rule.key] = first
    return firsts


@cached_per("questions")
def _meanings(rule_set: RuleSet) -> Memo[tuple[Condition, ...], object]:
    return Memo(lambda conditions: _meaning(rule_set, conditions))


def _meaning(rule_set: RuleSet, conditions: tuple[Condition, ...]) -> object:
    """A value that is equal for conditions that accept the same answers (of several choices: that read the same)."""
    meaning: set[tuple[str, frozenset[object]]] = set()
    for key in {condition.question for condition in conditions}:
        question = rule_set.question(key)
        tests = [condition for condition in conditions if condition.question == key]
        if question is None or question.type is AnswerType.CHOICES:
            meaning.add((key, frozenset((test.test, frozenset(test.values)) for test in tests)))
        else:
            accepted = [answer for answer in representative_answers(question, tests) if meets_all(answer, tests)]
            numbers = question.type is AnswerType.NUMBER
            meaning.add((key, frozenset((accepted[:1] + accepted[-1:]) if numbers else accepted)))
    return frozenset(meaning)
