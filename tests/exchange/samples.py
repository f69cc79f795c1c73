"""A small rule set, and work items that fit any rule set."""

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from advisor.engine.document.text import match_key, normalize_line
from advisor.engine.model.answers import PARTS_LIMIT, WorkItem
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Answers, Question, Scope, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.exchange.rule_sets import read_with_places


def read_rule_set(data: bytes, name: str = "") -> RuleSet:
    return read_with_places(data, name)[0]


SMALL_FILE = Path(__file__).with_name("small.toml")
SMALL = read_rule_set(SMALL_FILE.read_bytes(), SMALL_FILE.name)

LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=200)
"""Names as people may write them, emoji, combining marks and what a spreadsheet would run included."""

ODD = ["=1+1", "'=x", "+49", "-", "@home", "''@", "none", "a;b"]

NAMES = LINES.map(normalize_line).filter(bool) | st.sampled_from(ODD)


def answers_to(question: Question) -> st.SearchStrategy[Answer]:
    keys = [option.key for option in question.options]
    match question.type:
        case AnswerType.CHOICE:
            return st.sampled_from([*keys, None])
        case AnswerType.CHOICES:
            some = st.sets(st.sampled_from(keys), max_size=question.most)
            return st.none() | some.map(lambda chosen: tuple(key for key in keys if key in chosen))
        case AnswerType.NUMBER:
            return st.none() | st.integers(question.minimum, question.maximum)


@st.composite
def work_items(draw: st.DrawFn, rule_set: RuleSet, names: st.SearchStrategy[str] = NAMES) -> WorkItem:
    """A work item that is accepted: in one piece, or in named parts."""
    names_of_parts = draw(st.lists(names, max_size=PARTS_LIMIT, unique_by=match_key))
    whole = _some_answers(draw, rule_set, {Scope.PROCESS, Scope.PART} if not names_of_parts else {Scope.PROCESS}, {})
    parts = tuple((name, _some_answers(draw, rule_set, {Scope.PART}, whole)) for name in names_of_parts)
    if parts:
        # What leads to a question about the process may be answered in a part alone; here it is not.
        whole = {key: whole[key] for key in whole if _scope(rule_set, key) is Scope.PROCESS}
    return WorkItem(draw(names), whole, parts)


def _some_answers(
    draw: st.DrawFn, rule_set: RuleSet, scopes: set[Scope], given: dict[str, Answer]
) -> dict[str, Answer]:
    answers: dict[str, Answer] = dict(given)
    for question in rule_set.questions:
        reached = question in asked_questions(rule_set.questions, answers).questions
        if question.scope in scopes and reached and draw(st.booleans()):
            answers[question.key] = draw(answers_to(question))
    return {key: answer for key, answer in answers.items() if key not in given}


def _scope(rule_set: RuleSet, key: str) -> Scope:
    question = rule_set.question(key)
    assert question is not None
    return question.scope


def as_request(item: WorkItem) -> dict[str, Any]:
    """A work item as the API takes it, written by hand and not by the code under test."""
    parts = [{"part": name, "answers": _plain(own)} for name, own in item.parts]
    return {"process": item.process, "answers": _plain(item.answers), **({"parts": parts} if parts else {})}


def _plain(answers: Answers) -> dict[str, Any]:
    return {key: list(answer) if isinstance(answer, tuple) else answer for key, answer in answers.items()}
