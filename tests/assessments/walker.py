"""A visitor who goes through the questions."""

import re
import threading
from collections.abc import Callable
from typing import Any, Self
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from advisor.assessments.operations import record_answer
from advisor.assessments.progress import Progress, QuestionRef
from advisor.engine.model.answers import read_answer
from advisor.models import Assessment, Database
from advisor.models.rule_sets.rule_set_version import rule_set
from tests.reading import HtmlPage
from tests.visiting import Visitor, text_of

ROUTINE = {"edge": "no", "steps": "set", "written": "yes", "skill": "basic"}
EXPERT = {"edge": "no", "steps": "open", "skill": "expert"}
MIXED = {"edge": "no", "steps": "half", "skill": "basic"}
CORE = {"edge": "yes", "steps": "open", "skill": "expert"}
UNSURE = {"edge": "not-sure", "steps": "not-sure", "skill": "not-sure"}


class Walker(Visitor):
    """Names a process, answers what is asked, and knows where the assessment lives."""

    def __init__(self, client: FlaskClient) -> None:
        super().__init__(client)
        self.at = ""
        self.begins_at = "/assessments/new"
        """Where a process is named: below an organisation it is the organisation's."""
        self.goes_on = True
        """Whether to go on with the questions where the answers so far settle the advice."""

    def second_window(self) -> Self:
        """The same visitor in a second window."""
        twin = super().second_window()
        twin.at = self.at
        return twin

    @property
    def id(self) -> UUID:
        """The id of the assessment."""
        return UUID(self.at.rsplit("/", 1)[1])

    @property
    def key(self) -> str:
        """The key of the question that is shown, or the last piece of the path."""
        return self.path.rsplit("/", 1)[1]

    @property
    def words(self) -> str:
        """Everything the page says."""
        return text_of(self.page.main)

    @property
    def complaint(self) -> str:
        """What the error summary says, "" where there is none."""
        return text_of(self.page.select_one(".problems"))

    def begin(self, name: str = "Payroll", **more: object) -> HtmlPage:
        """Name a process."""
        self.open(self.begins_at)
        page = self.submit(process_name=name, **more)
        found = re.match(r"/assessments/[0-9a-f-]{36}", self.path)
        assert found, self.path
        self.at = found[0]
        return page

    def have(self, name: str, **more: object) -> None:
        """Have a process of that name. Here its page is opened and sent, which gives a visitor the cookie."""
        self.begin(name, **more)

    def submit(self, **more: Any) -> HtmlPage:
        """Send the form of the page, and go on where no answer left can change the advice."""
        page = super().submit(**more)
        if self.goes_on and self.key == "settled":
            page = self.open(str(page.select_one(".actions a")["href"]))  # type: ignore[index]
        return page

    def answer(self, *answers: object, **more: Any) -> HtmlPage:
        """Answer the question that is shown, with one or several values."""
        return self.submit(answer=list(answers) if len(answers) > 1 else answers[0], **more)

    def go_through(self, answers: dict[str, str]) -> HtmlPage:
        """Answer whatever is asked until something else than a question is shown."""
        while "/questions/" in self.path:
            self.answer(answers[self.key])
        return self.page

    def finish(self, answers: dict[str, str] | None = None, name: str = "Payroll", **more: object) -> HtmlPage:
        """From the name to the result. What is answered in between is stored by what the pages call, page by page.

        ``go_through`` opens and sends each page; the journeys do that.
        """
        self.have(name, **more)
        database: Database = self.client.application.extensions["database"]
        with database.write() as session:
            mine = session.get_one(Assessment, self.id)
            while (place := self._next(session, mine)) is not None:
                question = place.question
                answer, wrong = read_answer(question, (answers or ROUTINE)[question.key])
                assert not wrong, wrong
                record_answer(session, mine, question.key, place.part_id, answer=answer, opened="")
        page = self.open(f"{self.at}/result")
        assert self.key == "result", self.path
        return page

    def _next(self, session: Session, mine: Assessment) -> QuestionRef | None:
        return Progress.of(rule_set(session, mine.version_number), mine).next

    def question(self, key: str, status: int = 200) -> HtmlPage:
        """Open a question of the process."""
        return self.open(f"{self.at}/questions/{key}", status)

    def chosen_values(self) -> list[str]:
        """The values that the page shows as chosen."""
        return [str(field["value"]) for field in self.page.select("input[checked]")]


def at_once(app: Flask, walker: Walker, times: int, act: Callable[[Any, int], Any]) -> list[Any]:
    """Do something in several windows at the same moment; each gets a client with the visitor's cookie and a number."""
    cookie = walker.client.get_cookie("session")
    assert cookie is not None
    gate = threading.Barrier(times)
    results: list[Any] = [None] * times

    def run(number: int) -> None:
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        gate.wait(10)
        results[number] = act(client, number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
