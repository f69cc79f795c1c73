"""Questions that cannot be answered as they stand, and options that hold what belongs elsewhere."""

from collections import Counter
from collections.abc import Iterator

from advisor.engine.checks.subjects import Subject, subjects
from advisor.engine.document.field_words import field_words
from advisor.engine.document.text import is_blank, match_key
from advisor.engine.model.errors import Problem
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Option, Question, Scope, Section
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Kind


def problems(rule_set: RuleSet) -> Iterator[Problem]:
    """Find questions whose answers do not fit their type or their section."""
    if not rule_set.section(Section.CORE):
        yield Problem("questions", "No question is asked on the way to the advice.", "Ask one there.")
    for question in subjects(rule_set.questions, "questions"):
        yield from _number(question) if question.item.type is AnswerType.NUMBER else _choice(question)
        if question.item.section is Section.NAME:
            yield from _on_the_name(question)
        for option in subjects(question.item.options, "options", "option", question.place):
            yield from _filing(question, option)


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


def _on_the_name(question: Subject[Question]) -> Iterator[Problem]:
    if question.item.type is not AnswerType.CHOICE:
        text = f"{question.start} belongs to the name, so it can only be one choice."
        yield Problem(f"{question.place}/type", text, "Let it be answered by one choice.")
    if question.item.scope is not Scope.PROCESS:
        text = f"{question.start} belongs to the name, which all parts share."
        yield Problem(f"{question.place}/scope", text, "Ask it once for the process.")


def _filing(question: Subject[Question], option: Subject[Option]) -> Iterator[Problem]:
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
