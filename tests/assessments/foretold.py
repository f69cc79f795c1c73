"""What the result and the page of ways say that other answers would give, and the page where answers are tried."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from advisor import starter
from advisor.engine.evaluation.advice import contradictions
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import Question, Section
from advisor.engine.model.vocabulary import Outcome
from advisor.wording.vocabulary import BETWEEN, ELSEWHERE, NOT_THERE_YET, OUTCOMES
from tests.reading import HtmlPage
from tests.visiting import text_of

RULES = starter.rule_set()
CASES = {case.key: case for case in RULES.cases}
_NEARER = ((Outcome.UNCLEAR, BETWEEN), (Outcome.KEEP, NOT_THERE_YET), (Outcome.KEEP, ELSEWHERE))
_WORDS = (*OUTCOMES.items(), *_NEARER)
VERDICT_OF = {str(words.name): str(words.verdict) for _, words in _WORDS}
"""The verdict that each advice, as the result page foretells it, is on the page where it is tried."""

OUTCOME_OF = {str(words.verdict): outcome for outcome, words in _WORDS}
"""The outcome of each verdict."""

NUMBERS = (0, 999, 1_000, 10_000_000)
"""What is tried where a number is asked for."""

CHANGED = ".changes .from-to strong"
THEN = ".then .words strong"


@dataclass
class Foretold:
    """What the pages say of other answers to one question alone.

    ``named`` are answers in words, each with the verdict it gives; ``counted`` the verdicts that other answers give,
    so many of each. All the rest change nothing, or would pull apart from another answer. Of an open question beyond
    the nine only the ``verdicts`` are told.
    """

    named: dict[str, str] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    verdicts: set[str] | None = None

    def check(self, gave: Mapping[str, str], now: str) -> None:
        """See that this came true: for each answer tried the verdict it gave, where the outcome of now is another."""
        changed = {answer: verdict for answer, verdict in gave.items() if OUTCOME_OF[verdict] != OUTCOME_OF[now]}
        if self.verdicts is not None:
            assert set(changed.values()) == self.verdicts, changed
            return
        assert {answer: gave.get(answer) for answer in self.named} == self.named
        assert Counter(verdict for answer, verdict in changed.items() if answer not in self.named) == self.counted


def check_foretold(
    result: HtmlPage,
    ways: HtmlPage,
    what_if: HtmlPage,
    case: str,
    try_answers: Callable[[Question, Answer], Mapping[str, str]],
) -> None:
    """See that what ``result`` and ``ways`` foretell comes true, for every question that can be tried.

    ``try_answers`` gives, for a question and the answer that is saved, the verdict of each other answer in words.
    """
    foretold = read_foretold(result, ways)
    shown = shown_questions(what_if)
    core = {question.key for question in RULES.section(Section.CORE)}
    assert core < set(shown)
    for key in shown:
        question = RULES.question(key)
        assert question is not None
        tried = try_answers(question, CASES[case].answers.get(key))
        gave = {said: verdict for said, verdict in tried.items() if not pulls_apart(case, question, said)}
        expected = foretold[question.text] if key in core else foretold.get(question.text, Foretold(verdicts=set()))
        if question.type is not AnswerType.CHOICE and expected.verdicts is None:
            expected = Foretold(verdicts={*expected.named.values(), *expected.counted})
        expected.check(gave, text_of(result.h1))


def pulls_apart(case: str, question: Question, said: str) -> bool:
    """Whether an answer, by its label, would bring a contradiction that the answers of the case do not have."""
    chosen = said.split("; ") if question.type is AnswerType.CHOICES else [said]
    keys = tuple(option.key for option in question.options if option.label in chosen)
    if question.type is AnswerType.NUMBER:
        answer: Answer = int(said)
    else:
        answer = keys if question.type is AnswerType.CHOICES else keys[0]
    now, then = (contradictions(RULES, {**CASES[case].answers, **more}) for more in ({}, {question.key: answer}))
    return not set(then) <= set(now)


def read_foretold(result: HtmlPage, ways: HtmlPage) -> dict[str, Foretold]:
    """By the text of each question; one that is on neither page can change nothing."""
    found: dict[str, Foretold] = {}
    for row in ways.select(".reaches > li"):
        of_question = found[text_of(row.select_one("p"))] = Foretold()
        for line in row.select(".trace span"):
            if "would make it" not in line.text:
                continue
            answers, advice = text_of(line).split(" would make it ")
            verdict = VERDICT_OF[advice.split(". Try it")[0]]
            of_question.named |= dict.fromkeys(re.findall("“(.*?)”", answers), verdict)
            for number in re.findall(r"(\d+) others?$", answers):
                of_question.counted[verdict] += int(number)
    for row in ways.select(".cannot li"):
        found[text_of(row)] = Foretold()
    for row in result.select(".sharpen li"):
        could = re.search(r"Could move the advice to (.*)\.", text_of(row))
        advices = re.findall("|".join(map(re.escape, VERDICT_OF)), could[1]) if could else []
        verdicts = {VERDICT_OF[advice] for advice in advices}
        found.setdefault(text_of(row.select_one("p")), Foretold(verdicts=verdicts))
    return found


def shown_questions(what_if: HtmlPage) -> list[str]:
    """The keys of the questions that are asked on the page where answers are tried."""
    names = [shown["name"] for shown in what_if.select("input[name^=shown-]")]
    return [re.sub("^shown-answer-[0-9a-z]+-", "", name) for name in names]
