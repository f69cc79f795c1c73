"""What the result page foretells of each answer comes true on the page where answers are tried, in a real browser."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, expect

from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.questions import NONE_OF_THESE, Question, Section
from advisor.wording.vocabulary import OUTCOMES
from tests.browser.person import CASES, RULES, Person, labels_of
from tests.browser.windows import Windows

PROCESSES = [
    *("payroll", "market-research", "finance-function", "recipes", "planned", "data-entry"),
    *("never-looked", "legal-services", "grand-analyst", "telemarketing"),
]
SAID = {str(words.name): str(words.verdict) for words in OUTCOMES.values()}
"""The verdict that each advice, as the result page foretells it, is on the page where it is tried."""

CHANGED = ".changes .from-to strong"
THEN = ".then .words strong"


@dataclass
class Foretold:
    """What the result page says of other answers to one question alone.

    ``named`` are answers in words, each with the verdict it gives; ``counted`` the verdicts that other answers give,
    so many of each. All the rest change nothing. Of an open question beyond the nine only the ``verdicts`` are told.
    """

    named: dict[str, str] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    verdicts: set[str] | None = None

    def check(self, gave: Mapping[str, str], now: str) -> None:
        """See that this came true: for each answer tried the verdict it gave, where that of now is another."""
        changed = {answer: verdict for answer, verdict in gave.items() if verdict != now}
        if self.verdicts is not None:
            assert set(changed.values()) == self.verdicts
            return
        assert {answer: gave.get(answer) for answer in self.named} == self.named
        assert Counter(verdict for answer, verdict in changed.items() if answer not in self.named) == self.counted


@pytest.mark.parametrize("process", PROCESSES)
def test_each_changed_answer_does_what_the_result_page_had_foretold(person: Person, process: str) -> None:
    person.having_described(CASES[process])
    verdict, what_if = person.heading, person.path.replace("/result", "/what-if")
    foretold = _foretold(person)
    person.open(what_if)
    shown = _questions(person)
    core = {question.key for question in RULES.section(Section.CORE)}
    assert core < set(shown)
    for key in shown:
        question = RULES.question(key)
        assert question is not None
        gave = _tried(person.open(what_if), question, CASES[process].answers.get(key))
        told = foretold[question.text] if key in core else foretold.get(question.text, Foretold(verdicts=set()))
        if question.type is not AnswerType.CHOICE and told.verdicts is None:
            told = Foretold(verdicts={*told.named.values(), *told.counted})
        told.check(gave, verdict)


def _foretold(person: Person) -> dict[str, Foretold]:
    """By the text of each question; one that is not on the page can change nothing."""
    found: dict[str, Foretold] = {}
    for row in person.page.locator(".reaches > li").all():
        told = found[_words(row.locator("p").first)] = Foretold()
        for way in row.locator(".trace span", has_text="would make it").all():
            answers, advice = _words(way).split(" would make it ")
            verdict = SAID[advice.split(". Try it")[0]]
            told.named |= dict.fromkeys(re.findall("“(.*?)”", answers), verdict)
            for number in re.findall(r"(\d+) others?$", answers):
                told.counted[verdict] += int(number)
    for row in person.page.locator(".cannot li").all():
        found[_words(row)] = Foretold()
    for row in person.page.locator(".sharpen li").all():
        could = re.search(r"Could move the advice to (.*)\.", _words(row))
        advices = re.split(", | or ", could[1]) if could else []
        found.setdefault(_words(row.locator("p").first), Foretold(verdicts={SAID[advice] for advice in advices}))
    return found


def _questions(person: Person) -> list[str]:
    """The keys of the questions that are asked on the page where answers are tried."""
    names = [str(shown.get_attribute("name")) for shown in person.page.locator("input[name^=shown-]").all()]
    return [re.sub("^shown-answer-[0-9a-z]+-", "", name) for name in names]


def _tried(person: Person, question: Question, saved: Answer) -> dict[str, str]:
    """The verdict that each other answer to a question gives, by the answer in words; of many, some of each kind."""
    page = person.page
    for folded in page.locator("details.further:not([open]) > summary").all():
        folded.click()
    found = {}
    if question.type is AnswerType.NUMBER:
        for number in (0, 999, 1_000, 10_000_000):
            page.get_by_label(question.text).first.fill(str(number))
            expect(page.locator(CHANGED).first).to_contain_text(f"{number:,}")
            found[str(number)] = page.locator(THEN).inner_text()
        return found
    boxes = page.locator(f'input[name^=answer-][name$="-{question.key}"]')
    several = question.type is AnswerType.CHOICES
    answers = [option.key for option in question.options] + [NONE_OF_THESE] * several
    for key in answers:
        if saved in (key, (key,)):
            continue
        for box in boxes.all() if several else []:
            box.set_checked(False)
        boxes.and_(page.locator(f'[value="{key}"]')).check()
        label = labels_of(question, key)[0]
        expect(page.locator(CHANGED)).to_have_text(label)
        found[label] = page.locator(THEN).inner_text()
    return found


def _words(place: Locator) -> str:
    return " ".join((place.text_content() or "").split())


def test_the_page_works_without_a_script(windows: Windows) -> None:
    person = windows.open(script=False).having_described(CASES["payroll"])
    person.open(person.path.replace("/result", "/what-if"))
    person.page.locator('input[name$="-edge"][value="core"]').check()
    person.press("See what it gives")
    expect(person.page.locator(".then .words strong")).to_have_text("Keep this process in-house for now")
    person.press("Keep these answers")
    assert person.heading == "Keep this process in-house for now"


def test_the_change_is_said_in_one_short_sentence_and_the_focus_stays(person: Person) -> None:
    person.having_described(CASES["payroll"])
    person.open(person.path.replace("/result", "/what-if"))
    chosen = person.page.locator('input[name$="-edge"]:checked')
    chosen.focus()
    person.page.keyboard.press("ArrowDown")
    expect(person.page.locator(".changes li")).to_have_count(1)
    expect(person.page.locator("[role=status]")).to_contain_text("With these answers")
    assert person.page.evaluate("document.activeElement.name").endswith("-edge")
