"""Who uses an item of a rule set: what looks at a question, rests on a claim, or expects a risk."""

from advisor.engine.document.document import options_of
from advisor.engine.document.edit import users_of_question
from advisor.engine.model.rules import RuleSet, TestCase

Place = tuple[str, str]
"""A list and the key of an item in it."""


def users_of(rules: RuleSet, collection: str, key: str) -> list[Place]:
    """The items that name the item of this key, whether it is there or not; test cases that answer it among them."""
    match collection.split("/"):
        case ["questions"]:
            return users_of_question(rules, key) + cases_that_answer(rules, key)
        case ["questions", question, "options"]:
            return users_of_question(rules, question, key) + cases_that_answer(rules, question, key)
        case ["claims"]:
            return users_of_claim(rules, key)
        case ["sources"]:
            return [("claims", claim.id) for claim in rules.claims if claim.source == key]
        case ["risks"]:
            return [("cases", case.key) for case in rules.cases if key in (*case.risks, *case.no_risks)]
    return []


def users_of_claim(rules: RuleSet, claim: str) -> list[Place]:
    """What rests on a claim."""
    found = [("rules", rule.key) for rule in rules.rules if claim in rule.sources]
    found += [("disagreements", d.key) for d in rules.disagreements if any(claim in view.sources for view in d.views)]
    found += [("guidance", guidance.key) for guidance in rules.guidance if claim in guidance.sources]
    found += [("risks", risk.key) for risk in rules.risks if claim in risk.sources]
    found += [(options_of(q.key), o.key) for q in rules.questions for o in q.options if claim in o.sources]
    return found + [("cases", case.key) for case in rules.cases if claim in case.sources]


def cases_that_answer(rules: RuleSet, question: str, option: str | None = None) -> list[Place]:
    """The test cases that answer a question, or that answer it with this option."""
    return [("cases", case.key) for case in rules.cases if _answers(case, question, option)]


def _answers(case: TestCase, question: str, option: str | None) -> bool:
    for answers in (case.answers, *(part.answers for part in case.parts)):
        given = answers.get(question)
        if given is not None and (option is None or option in (given if isinstance(given, tuple) else (given,))):
            return True
    return False
