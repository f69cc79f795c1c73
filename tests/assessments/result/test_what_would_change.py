"""What the result and the page of ways foretell of each answer comes true on the page where answers are tried."""

from itertools import combinations
from uuid import UUID

import pytest
from flask import Flask

from advisor.assessments.operations import answer_all, create
from advisor.engine.model.answers import plain_answer, read_work_item
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, Question, asked_questions
from advisor.models import AccountOwner, Database
from tests.assessments.foretold import CASES, CHANGED, NUMBERS, RULES, THEN, check_foretold
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of

PROCESSES = [
    *("payroll", "market-research", "finance-function", "recipes", "planned", "data-entry"),
    *("never-looked", "legal-services", "grand-analyst", "telemarketing"),
]
"""tests/browser/advice/test_what_if.py tries some of them in a real browser."""


@pytest.mark.parametrize("process", PROCESSES)
def test_each_changed_answer_does_what_had_been_foretold(app: Flask, database: Database, process: str) -> None:
    owner = OwnerWalker.signed_in(app, database, "olga@example.com")
    at = f"/assessments/{describe_process(database, owner.owner, process)}"
    result, ways, what_if = (owner.open(f"{at}/{page}") for page in ("result", "other-ways", "what-if"))

    def try_answers(question: Question, saved: Answer) -> dict[str, str]:
        names = {tag["name"] for tag in what_if.select(f"main form input[name^=answer-][name$=-{question.key}]")}
        (name,) = names
        found = {}
        for answer in other_answers(question, saved):
            window = owner.second_window()
            window.submit(button="update", **{name: answer.split(), f"not-sure-{name}": None})
            changed = text_of(window.page.select_one(CHANGED))
            chosen = [option.label for option in question.options if option.key in answer.split()]
            label = "; ".join(chosen) or question.none or "None of these"
            words = f"{int(answer):,}" if question.type is AnswerType.NUMBER else label
            assert words in changed, (question.key, answer)
            found[label if question.options else answer] = text_of(window.page.select_one(THEN))
        return found

    check_foretold(result, ways, what_if, process, try_answers)


def other_answers(question: Question, saved: Answer) -> list[str]:
    """What is tried instead of the answer that is saved; of several choices one alone, or two if no more may be."""
    if question.type is AnswerType.NUMBER:
        return [str(number) for number in NUMBERS]
    keys = [option.key for option in question.options]
    if question.type is AnswerType.CHOICES:
        pairs = combinations(keys, 2) if question.most == 2 else ()
        keys += [NONE_OF_THESE, *map(" ".join, pairs)]
        return [key for key in keys if saved != tuple(key.replace(NONE_OF_THESE, "").split())]
    return [key for key in keys if key != saved]


def describe_process(database: Database, owner: AccountOwner, process: str) -> UUID:
    """Store the process with the answers of its case, and "I'm not sure" for all else that is asked."""
    case, answers = CASES[process], dict(CASES[process].answers)
    while left := [it.key for it in asked_questions(RULES.questions, answers).questions if it.key not in answers]:
        answers |= dict.fromkeys(left)
    plain = {key: plain_answer(answer) for key, answer in answers.items()}
    item, problems = read_work_item(RULES, case.process, plain, [])
    assert not problems
    with database.write() as session:
        assessment = create(session, owner, case.process, {}, limit=1)
        answer_all(session, assessment, item)
        return assessment.id
