"""Questions that can be answered as they stand, and follow-ups that can be seen, in paths that are not too long."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from advisor.engine.checks.conditions import (
    meets_all,
    paths,
    representative_answers,
    unreachable_questions,
    unsatisfiable_question,
)
from advisor.engine.checks.subjects import Subject, short_name, subjects
from advisor.engine.document.text import is_blank, match_key
from advisor.engine.model.errors import Problem, field_words, quotable
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import SECTION_WORDS, Condition, Option, Question, Scope, Section
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind


def question_problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find questions whose answers do not fit their type or their section."""
    if not rule_set.section(Section.CORE):
        yield Problem("questions", "No question is asked on the way to the advice.", "Ask one there.")
    for question in subjects(rule_set.questions, "questions"):
        yield from _number(question) if question.item.type is AnswerType.NUMBER else _choice(question)
        yield from _several(question)
        if question.item.section is Section.NAME:
            yield from _on_the_name(question)
        for option in subjects(question.item.options, "options", "option", question.place):
            yield from _filing_problems(question, option)
    yield from _who_does_it(rule_set)


def _number(question: Subject[Question]) -> Iterator[Problem]:
    least, most = question.item.minimum, question.item.maximum
    if least is None or most is None:
        missing = [field_words(name) for name, end in (("minimum", least), ("maximum", most)) if end is None]
        text = f"{question.start} asks for a number and has no {' and no '.join(missing)}."
        yield Problem(question.place, text, f"Add the {' and the '.join(missing)}.")
    elif least >= most:
        text = f"The range of {question.name} is empty: {least} to {most}."
        yield Problem(question.place, text, "Write the smaller number as the least.")
    if question.item.options:
        text = f"{question.start} asks for a number, so it can have no options."
        yield Problem(f"{question.place}/options", text, "Take them out, or change the type.")


def _choice(question: Subject[Question]) -> Iterator[Problem]:
    if len(question.item.options) < 2:
        number = "one option" if question.item.options else "no options"
        text = f"{question.start} has {number}: there is nothing to choose between."
        yield Problem(f"{question.place}/options", text, "Give it two at least.")
    for name in ("minimum", "maximum", "unit"):
        if getattr(question.item, name) not in {None, ""}:
            text = f"{question.start} is answered by choosing, so it can have no {field_words(name)}."
            yield Problem(f"{question.place}/{name}", text, "Take it out, or change the type.")
    labels = Counter(match_key(option.label) for option in question.item.options if not is_blank(option.label))
    for label, times in labels.items():
        if times > 1:
            text = f"{question.start} has {times} options that read “{label}”."
            yield Problem(f"{question.place}/options", text, "Say how they differ.", blocks=False)


def _several(question: Subject[Question]) -> Iterator[Problem]:
    """How many may be chosen, and what "none of these" is called."""
    item = question.item
    if item.type is not AnswerType.CHOICES:
        for name in ("most", "none", "none_hint"):
            if getattr(item, name) not in {None, ""}:
                text = f"{question.start} is not answered by several choices, so it can have no {field_words(name)}."
                yield Problem(f"{question.place}/{name}", text, "Take it out, or change the type.")
    elif item.most is not None and not 1 <= item.most < len(item.options):
        text = f"{question.start} lets people choose {item.most} of its {len(item.options)} options at most."
        mend = "Let them choose at least one and fewer than all, or leave it out: any number."
        yield Problem(f"{question.place}/most", text, mend)


def _on_the_name(question: Subject[Question]) -> Iterator[Problem]:
    if question.item.type is not AnswerType.CHOICE:
        text = f"{question.start} belongs to the name, so it can only be one choice."
        yield Problem(f"{question.place}/type", text, "Let it be answered by one choice.")
    if question.item.scope is not Scope.PROCESS:
        text = f"{question.start} belongs to the name, which all parts share."
        yield Problem(f"{question.place}/scope", text, "Ask it once for the process.")


def _filing_problems(question: Subject[Question], option: Subject[Option]) -> Iterator[Problem]:
    whose = f"{option.start} of {question.name}"
    if question.item.section is not Section.NAME:
        for name in ("filed_under", "words", "sources"):
            if getattr(option.item, name):
                text = f"{whose} has a {field_words(name)}: only one asked with the name can."
                yield Problem(f"{option.place}/{name}", text, "Take it out.")
    elif option.item.filed_under is Kind.UNCLEAR:
        text = f"{whose} is filed under unclear, which is no kind to compare with."
        yield Problem(f"{option.place}/filed_under", text, "Leave it out.")
    elif option.item.filed_under is not None and not option.item.sources:
        text = f"{whose} is filed under {option.item.filed_under} without a claim that says so."
        yield Problem(f"{option.place}/sources", text, "Name at least one claim.")


def _who_does_it(rule_set: RuleSet) -> Iterator[Problem]:
    """One question, answered by one choice, says who does the work; others would contradict it."""
    first: Subject[Question] | None = None
    for question in subjects(rule_set.questions, "questions"):
        said = [it for it in subjects(question.item.options, "options", "option", question.place) if it.item.done_by]
        if not said:
            continue
        place = f"{said[0].place}/done_by"
        if question.item.section is Section.NAME or question.item.type is not AnswerType.CHOICE:
            text = f"{said[0].start} of {question.name} says who does the work."
            yield Problem(place, text, "Let only a question on the work say so, one that is answered by one choice.")
        elif first is not None:
            text = f"{question.start} says who does the work, as {first.name} does already."
            yield Problem(place, text, "Let one question alone say it.")
        else:
            first = question


CORE_LIMIT = 9
"""Core questions on any path for one part."""

STATE_LIMIT = 20_000
"""Sets of conditions held that are followed side by side; beyond it the length is no longer exact."""

OPTION_LIMIT = 10
"""Options of a several-choice question whose combinations are all tried."""

ConditionSet = frozenset[Condition]


@dataclass(frozen=True, slots=True)
class Path:
    """Keys of the core questions that are asked on a path. Where it is not ``exact``, no path is longer."""

    questions: tuple[str, ...]
    exact: bool = True


def longest_path(rule_set: RuleSet) -> Path:
    """Find a longest path: the most core questions that the answers for one part can lead to.

    What follows depends only on which conditions of later questions hold, so answers that agree on those are followed
    together, and only the longest of them is kept.
    """
    path_tests = paths(rule_set)
    core = [question for question in rule_set.section(Section.CORE) if path_tests[question.key] is not None]
    exact = True
    states: dict[ConditionSet, tuple[str, ...]] = {frozenset(): ()}
    for position, question in enumerate(core):
        needed = {condition for later in core[position + 1 :] for condition in later.asked_when}
        own = [condition for condition in sorted(needed, key=repr) if condition.question == question.key]
        outcomes, all_tried = _outcomes(question, own)
        exact = exact and all_tried
        following: dict[ConditionSet, tuple[str, ...]] = {}
        for held, path in states.items():
            asked = held.issuperset(question.asked_when)
            for added in outcomes if asked else (frozenset[Condition](),):
                state = (held | added) & needed
                reached = (*path, question.key) if asked else path
                if state not in following or len(reached) > len(following[state]):
                    following[state] = reached
        if len(following) > STATE_LIMIT:
            return Path(
                tuple(q.key for q in core if not unsatisfiable_question(rule_set, path_tests[q.key] or ())), exact=False
            )
        states = following
    return Path(max(states.values(), key=len), exact)


def _outcomes(question: Question, conditions: list[Condition]) -> tuple[list[ConditionSet], bool]:
    """Which of ``conditions`` can hold together, the unknown answer included, and whether that is exact.

    A follow-up never asks for a condition to fail, so a set that is part of another need not be followed.
    """
    if not conditions:
        return [frozenset()], True
    answers: Iterable[Answer]
    mentioned = sorted({str(value) for condition in conditions for value in condition.values})
    if question.type is not AnswerType.CHOICES:
        answers = representative_answers(question, conditions)
    elif len(mentioned) <= OPTION_LIMIT:
        largest = len(mentioned) if question.most is None else min(question.most, len(mentioned))
        answers = (chosen for size in range(largest + 1) for chosen in combinations(mentioned, size))
    else:
        return [frozenset(conditions)], False
    sets = dict.fromkeys(frozenset(c for c in conditions if meets_all(answer, [c])) for answer in answers)
    return [held for held in sets if not any(held < other for other in sets)], True


_SECTIONS = list(Section)
"""In the order in which they are asked."""


def follow_up_problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find follow-ups that are never asked, or asked too late, and paths that ask too much."""
    waiting = _waiting_for_each_other(rule_set)
    positions = {question.key: position for position, question in reversed(list(enumerate(rule_set.questions)))}
    for question in subjects(rule_set.questions, "questions"):
        circle = waiting.get(question.key, ())
        if circle and question.key == circle[0]:
            text = f"Questions {_name_all(rule_set, circle)} wait for each other."
            yield Problem(f"{question.place}/asked_when", text, "Take a condition out of one of them.")
        for index, condition in enumerate(question.item.asked_when):
            other = rule_set.question(condition.question)
            place = f"{question.place}/asked_when/{index}"
            if other is not None and other.key not in circle:
                yield from _order(question, other, place, positions)
    yield from _questions_unseen(rule_set)
    yield from _too_long(rule_set)


def _order(question: Subject[Question], other: Question, place: str, positions: Mapping[str, int]) -> Iterator[Problem]:
    """A follow-up looks at what has been answered before it."""
    item = question.item
    looks = f"{question.start} looks at question “{quotable(other.key)}”"
    if other.key == item.key:
        yield Problem(place, f"{question.start} waits for its own answer.", "Take this condition out.")
    elif _SECTIONS.index(other.section) > _SECTIONS.index(item.section):
        text = f"{looks}, which is asked later."
        later, sooner = SECTION_WORDS[other.section], SECTION_WORDS[item.section]
        yield Problem(place, text, f"Move one of them: what is {later} comes after what is {sooner}.")
    elif positions[other.key] > positions[item.key]:
        yield Problem(place, f"{looks}, which is asked after it.", f"Move question “{quotable(other.key)}” before it.")
    elif item.scope is Scope.PROCESS and other.scope is Scope.PART:
        text = f"{question.start} is asked once for the process, and question “{quotable(other.key)}” of each part."
        yield Problem(place, text, "Give both the same scope.")


def _waiting_for_each_other(rule_set: RuleSet) -> dict[str, tuple[str, ...]]:
    """For each question in a circle of follow-ups, all of that circle in the order of the document."""
    edges: dict[str, set[str]] = {question.key: set() for question in rule_set.questions}
    for question in rule_set.questions:
        looked_at = {condition.question for condition in question.asked_when}
        edges[question.key] |= (looked_at & edges.keys()) - {question.key}
    reached = {key: _reach(key, edges) for key in edges if edges[key]}
    circles: dict[str, tuple[str, ...]] = {}
    for key, others in reached.items():
        if key in others:
            circles[key] = tuple(other for other in edges if other in others and key in reached.get(other, ()))
    return circles


def _reach(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        following = edges[waiting.pop()] - reached
        reached |= following
        waiting.extend(following)
    return reached


def _questions_unseen(rule_set: RuleSet) -> Iterator[Problem]:
    path_tests = paths(rule_set)
    hidden = unreachable_questions(rule_set, path_tests)
    for question in subjects(rule_set.questions, "questions"):
        # Where it waits for a question that nobody sees, that one is the problem.
        if question.key in hidden and not any(condition.question in hidden for condition in question.item.asked_when):
            asked = short_name(rule_set, hidden[question.key])
            text = f"Nobody can see {question.name}: no answer to {asked} leads to it."
            yield Problem(f"{question.place}/asked_when", text, "Change or remove one of its conditions.")


def _too_long(rule_set: RuleSet) -> Iterator[Problem]:
    longest = longest_path(rule_set)
    if len(longest.questions) <= CORE_LIMIT:
        return
    number = len(longest.questions)
    mend = "Ask one after the advice, or after certain answers only."
    if longest.exact:
        text = f"Some answers lead to {number} questions before the advice, at most {CORE_LIMIT} may be asked"
        names = ", ".join(short_name(rule_set, key) for key in longest.questions)
        also = tuple(f"questions/{key}" for key in longest.questions)
        yield Problem("questions", f"{text}: {names}.", mend, also=also)
    else:
        text = f"Some answers may lead to {number} questions before the advice, at most {CORE_LIMIT} may be asked."
        yield Problem("questions", text, "There are too many follow-ups to say for certain. Use fewer.", blocks=False)


def _name_all(rule_set: RuleSet, keys: tuple[str, ...]) -> str:
    quoted = [short_name(rule_set, key) for key in keys]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
