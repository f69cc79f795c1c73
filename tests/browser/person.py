"""Somebody in front of a browser, who knows a page by what it says."""

import re
from collections.abc import Mapping, Sequence
from typing import Self
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import APIResponse, Locator, Page, expect

from advisor import starter
from advisor.engine.model.answers import plain_answer
from advisor.engine.model.operators import Answer
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Answers, Question, Section
from advisor.engine.model.rules import TestCase
from tests.reading import HtmlPage

RULES = starter.rule_set()
CASES = {case.key: case for case in RULES.cases}
"""Processes with answers as a typical owner gives them, by the key of their test case."""

NUMBER = "How many cases are there in a month?"
"""The question of the small rules that asks for a number."""

PULLED_APART = "Two of your answers pull apart"

SETTLED = "Your answers settle it"

_QUESTIONS = {question.text: question for question in RULES.questions}


class Person:
    """Opens pages, reads headings, presses buttons and follows links by their words."""

    def __init__(self, page: Page, url: str, sent: Sequence[str] = ()) -> None:
        self.page = page
        self.url = url
        self.sent = sent
        """The forms that this browser sent so far."""

    # ---- reading ----

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return " ".join(self.page.locator("h1").inner_text().split())

    @property
    def path(self) -> str:
        """Where the person is."""
        return self.page.url.removeprefix(self.url)

    @property
    def question(self) -> Question | None:
        """The question that the page asks, if it asks one."""
        return _QUESTIONS.get(self.heading) if "/questions/" in self.path else None

    def reads(self, *words: str) -> None:
        """Find each of the words somewhere on the page, in sight."""
        for sentence in words:
            expect(self.page.get_by_text(sentence).filter(visible=True).first).to_be_visible()

    def does_not_read(self, *words: str) -> None:
        """Find none of the words anywhere in sight."""
        for sentence in words:
            expect(self.page.get_by_text(sentence).filter(visible=True)).to_have_count(0)

    def chosen_labels(self) -> list[str]:
        """The labels of what is chosen."""
        boxes = self.page.locator("input:checked").all()
        return [str(box.evaluate("box => box.labels[0].innerText.trim()")) for box in boxes]

    # ---- doing ----

    def open(self, path: str = "/") -> Self:
        """Type an address."""
        self.page.goto(path if path.startswith("http") else self.url + path)
        return self

    def press(self, button: str) -> Self:
        """Press a button."""
        self.button(button).click()
        return self._wait_for_page()

    def button(self, name: str) -> Locator:
        """The button that says so."""
        return self.page.get_by_role("button", name=name, exact=True)

    def follow(self, link: str, *, within: Locator | None = None) -> Self:
        """Follow a link, the first one that says just so; one that lies in a closed layer where there is no other."""
        place = within or self.page.locator("body")
        found = place.get_by_role("link", name=link, exact=True)
        if not found.count():
            self._open_layer_of(self.page.get_by_role("link", name=link, exact=True, include_hidden=True))
        found.first.click()
        return self._wait_for_page()

    def _open_layer_of(self, hidden: Locator) -> None:
        closed = self.page.locator("details.layer:not([open])").filter(has=hidden)
        if closed.count():
            closed.first.locator("> summary").click()

    def open_layers(self) -> Self:
        """Open every layer of a result, as somebody does who wants to read it all."""
        for layer in self.page.locator("details.layer:not([open])").all()[::-1]:
            layer.locator("> summary").click()
        return self

    def change(self, what: str) -> Self:
        """Follow the link that changes an answer; ``what`` is the question."""
        name = re.compile(rf"^Change( this answer)? ?: {re.escape(what)}$")
        found = self.page.get_by_role("link", name=name)
        if not found.count():
            self._open_layer_of(self.page.get_by_role("link", name=name, include_hidden=True))
        found.first.click()
        return self._wait_for_page()

    def choose(self, *labels: str) -> Self:
        """Choose answers by their labels."""
        for label in labels:
            self.page.get_by_label(label, exact=True).check()
        return self

    def enter(self, label: str, text: str) -> Self:
        """Type into a field."""
        self.page.get_by_label(label, exact=True).fill(text)
        return self

    def _wait_for_page(self) -> Self:
        """Wait for the page that a click leads to, so that what is looked for next is looked for there."""
        self.page.wait_for_load_state()
        return self

    # ---- what people come for ----

    def begin(self, process: str, closest: str | None = None) -> Self:
        """Come to the first page, and name a process."""
        self.open().follow("Describe a process").enter("What do you call the process?", process)
        if closest is not None:
            (question,) = RULES.section(Section.NAME)
            self.page.get_by_label(question.text).select_option(label=labels_of(question, closest)[0])
        return self.press("Continue")

    def having_finished_small(self, url: str) -> Self:
        """Come to the result on the server ``url``, where the small rules are in force."""
        self.open(f"{url}/assessments/new").enter("What do you call the process?", "Payroll").press("Continue")
        for label in ("Not core", "Always the same", "Yes, all of them", "Everyday skills"):
            if self.heading == SETTLED:
                self.follow("Go on with the questions")
            self.choose(label).press("Continue")
        return self

    def answer(self, answer: Answer) -> Self:
        """Answer the question of the page."""
        question = self.question
        assert question is not None, f"{self.path} asks nothing"
        if isinstance(answer, int):
            return self.enter(question.text, str(answer))
        return self.choose(*labels_of(question, answer))

    def answer_all(self, answers: Answers, parts: Mapping[str, Answers] | None = None) -> Self:
        """Answer every question that comes, part by part where there are parts; what is not named, "I'm not sure"."""
        while (question := self.question) is not None or self.heading in {PULLED_APART, SETTLED}:
            if self.heading == SETTLED:
                self.follow("Go on with the questions")
                continue
            if question is not None:
                given = answers
                for part, own in (parts or {}).items():
                    if self.page.get_by_text(part, exact=True).count():
                        given = own
                self.answer(given.get(question.key))
            self.press("Continue" if self.button("Continue").count() else "Save")
        return self

    def describe(self, case: TestCase) -> Self:
        """Go all the way from the first page to the advice."""
        self.begin(case.process, str(case.answers["closest"]) if "closest" in case.answers else None)
        return self.answer_all(case.answers)

    def break_up(self, parts: Mapping[str, Answers]) -> Self:
        """Break the process of the result into parts, and answer for each."""
        self.follow("Break it into parts")
        for place, name in zip(("First", "Second", "Third", "Fourth", "Fifth"), parts, strict=False):
            self.enter(f"{place} part", name)
        return self.press("Continue").answer_all({}, parts)

    # ---- what happened before, without the way through all the pages ----

    def having_described(self, case: TestCase) -> Self:
        """Be at the advice on a process that was described just now, with the same forms sent unseen."""
        return self.having_answered(case.process, case.answers)

    def having_answered(self, process: str, answers: Answers, until: str = "") -> Self:
        """Be at the question ``until``, or else at the advice; what is not named is answered "I'm not sure"."""
        beside_name = {"answer-closest": answers["closest"]} if answers.get("closest") else {}
        page = self.page.context.request.get(f"{self.url}/assessments/new")
        page = self._send(page, {"process_name": process, **beside_name})
        return self.open(self._send_answers(page, answers, until).url)

    def having_broken_up(self, parts: Mapping[str, Answers]) -> Self:
        """Be at the advice on these parts of the process whose result is open."""
        page = self.page.context.request.get(self.page.url.replace("/result", "/parts"))
        page = self._send(page, {f"part_{number}": name for number, name in enumerate(parts, start=1)})
        for answers in parts.values():
            part = "/".join(urlsplit(page.url).path.split("/")[:5])
            page = self._send_answers(page, answers, within=part)
        return self.open(page.url)

    def _send_answers(self, page: APIResponse, answers: Answers, until: str = "", within: str = "") -> APIResponse:
        """Answer what is asked, up to the question ``until``, and as long as addresses begin with ``within``."""
        while (here := urlsplit(page.url).path).startswith(within):
            *_, place, key = here.split("/")
            if key == until or (key != "settled" and place not in {"questions", "pull-apart"}):
                break
            if key == "settled":
                on = HtmlPage(page.text()).select_one(".actions a")
                assert on is not None
                page = self.page.context.request.get(f"{self.url}{on['href']}")
                continue
            answer = answers.get(key)
            page = self._send(page, {"answer": NOT_SURE if answer is None else plain_answer(answer) or NONE_OF_THESE})
        return page

    def _send(self, page: APIResponse, fields: Mapping[str, object]) -> APIResponse:
        form = HtmlPage(page.text()).select_one("form[method=post]")
        assert form is not None, f"{page.url} has no form: {page.status}"
        hidden = {str(field["name"]): field.get("value", "") for field in form.select("input[type=hidden]")}
        body = urlencode({**hidden, **fields}, doseq=True)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url}
        answer = self.page.context.request.post(page.url, data=body, headers=headers)
        assert answer.ok, f"{answer.url}: {answer.status}"
        return answer


def labels_of(question: Question, answer: Answer | str) -> list[str]:
    """The words of an answer, as they stand beside its buttons."""
    labels = {option.key: option.label for option in question.options}
    labels |= {NOT_SURE: "I'm not sure", NONE_OF_THESE: question.none or "None of these"}
    if answer is None:
        return [labels[NOT_SURE]]
    keys = answer if isinstance(answer, tuple) else (str(answer),)
    return [labels[key] for key in keys] or [labels[NONE_OF_THESE]]
