"""Owners who keep many processes: stored straight away, with advice as the product gives it."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from advisor.assessments.operations import answer_all, create
from advisor.engine.model.answers import read_work_item
from advisor.engine.model.questions import Section, asked_questions
from advisor.engine.model.rules import RuleSet
from advisor.exchange.work_items import named_parts
from advisor.models import Assessment, Database, Owner
from advisor.models.rule_sets.rule_set_version import rule_set
from advisor.wording.vocabulary import DECISIONS

PLACES = ("Leeds", "Łódź", "Nagoya", "São Paulo", "the north", "our shops", "head office")


def keep(database: Database, owner: Owner, count: int, unfinished: int = 0) -> list[Assessment]:
    """Store ``count`` processes with advice, answered like the test cases of the rules with a few answers changed.

    ``unfinished`` more have only a name. The same each time.
    """
    chance = Random(count)
    with database.write() as session:
        rules = rule_set(session)
        made = []
        for number, case in enumerate(islice(cycle(rules.cases), count)):
            name = case.process if number < len(rules.cases) else f"{case.process} for {chance.choice(PLACES)}"
            parts = [(part.part, part.answers) for part in case.parts]
            answers = (
                _vary(rules, case.answers, chance) if number >= len(rules.cases) and not parts else dict(case.answers)
            )
            plain = {key: list(it) if isinstance(it, tuple) else it for key, it in answers.items()}
            pieces, faults = named_parts([(part, dict(own)) for part, own in parts])
            item, problems = read_work_item(rules, name, plain, pieces)
            assert not faults
            assert not problems
            one = create(session, owner, name, {}, limit=1000)
            answer_all(session, one, item)
            if number % 3 == 1:
                one.decision = chance.choice(list(DECISIONS))
                one.decided_on = date(2026, 11, 1) - timedelta(days=number)
                one.notes = f"Two offers came for {name}."
            made.append(one)
        made.extend(create(session, owner, f"Begun, not ended {n}", {}, limit=1000) for n in range(1, unfinished + 1))
        session.flush()
    return made


def _vary(rules: RuleSet, answers: Mapping[str, object], chance: Random) -> dict[str, Any]:
    varied = dict(answers)
    choices = [question for question in rules.questions if question.key in answers and question.type == "choice"]
    for question in chance.sample(choices, k=min(3, len(choices))):
        varied[question.key] = chance.choice([option.key for option in question.options])
    given: dict[str, Any] = {}
    for question in rules.questions:  # what is asked follows from the answers before
        is_asked = question in asked_questions(rules.questions, given).questions
        if is_asked and (question.section is Section.CORE or question.key in varied):
            given[question.key] = varied.get(question.key)
    return given


def keep_random(database: Database, owner: Owner, count: int) -> None:
    """Store ``count`` processes with advice, every core question of each answered by chance. The same each time."""
    chance = Random(count)
    for number in range(1, count + 1):
        with database.write() as session:  # each by itself: a server may read meanwhile
            rules = rule_set(session)
            item, problems = read_work_item(rules, f"Process {number}", _random_answers(rules, chance), [])
            assert not problems
            answer_all(session, create(session, owner, item.process, {}, limit=count), item)


def _random_answers(rules: RuleSet, chance: Random) -> dict[str, Any]:
    given: dict[str, Any] = {}
    while open_questions := [
        question
        for question in asked_questions(rules.questions, given).questions
        if question.section is Section.CORE and question.key not in given
    ]:
        question = open_questions[0]
        option = chance.choice(question.options).key
        given[question.key] = [option] if question.type == "choices" else option
    return given
