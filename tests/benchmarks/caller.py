"""A visitor without a browser, on one connection that is kept open: what is timed is the server."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from advisor.engine.model.answers import plain_answer
from advisor.engine.model.questions import NONE_OF_THESE, NOT_SURE, Answers
from advisor.engine.model.rules import TestCase
from advisor.models.idempotency import new_key
from tests.browser.person import CASES
from tests.factories import PASSWORD
from tests.reading import HtmlPage

MODELS = 12
"""Processes of which the others are copies."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and how long that took."""

    status: int
    body: bytes
    encoding: str
    location: str
    seconds: float

    @property
    def hidden_fields(self) -> dict[str, str]:
        """The hidden fields of the first form on the page."""
        fields = HtmlPage(self.body).select("form[method=post]:first-of-type input[type=hidden]")
        return {str(field["name"]): str(field.get("value", "")) for field in fields}


class Caller:
    """Keeps its cookie; follows redirects only where told to."""

    def __init__(self, url: str, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self._cookie = cookie

    def get(self, path: str, **headers: str) -> Reply:
        """Open a page."""
        return self._send("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, object]) -> Reply:
        """Send a form."""
        body = urlencode(fields, doseq=True).encode()
        return self._send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def describe(self, case: TestCase, until: str = "") -> str:
        """Describe a process; the address of the question ``until``, or of the result."""
        return self._walk("/assessments/new", {"process_name": case.process}, case.answers, until)

    def break_up(self, result: str, parts: Mapping[str, Answers]) -> str:
        """Break the process of that result into parts; the address of the new result."""
        fields: dict[str, object] = {f"part_{number}": name for number, name in enumerate(parts, start=1)}
        return self._walk(result.replace("result", "parts"), fields, next(iter(parts.values())))

    def keep(self, count: int) -> list[str]:
        """Make an account that keeps ``count`` processes, those of the test cases and copies of them; their ids."""
        models = [self.describe(case).split("/")[2] for case in list(CASES.values())[:MODELS]]
        email = f"{uuid4().hex}@example.org"
        self.post("/register", {**self.get("/register").hidden_fields, "email": email, "password": PASSWORD})
        self.post("/account/this-browser", self.get("/account/this-browser").hidden_fields)
        form = self.get("/processes/copy").hidden_fields
        for number in range(count - len(models)):
            copy = {"of": models[number % len(models)], "process_name": f"Process {number}", "once": new_key()}
            assert self.post("/processes/copy", {**form, **copy}).status == 303
        return models

    def _walk(self, page: str, fields: Mapping[str, object], answers: Answers, until: str = "") -> str:
        while True:
            page = self.post(page, {**self.get(page).hidden_fields, **fields}).location
            reply = self.get(page)
            while onward := reply.location or _past_settled(page, reply):
                page, reply = onward, self.get(onward)
            kind, key = urlsplit(page).path.split("/")[-2:]
            if kind not in {"questions", "pull-apart"} or key == until:
                return page
            answer = answers.get(key)
            fields = {"answer": NONE_OF_THESE if answer == () else plain_answer(answer) or NOT_SURE}

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        sent = {**headers, **({"Cookie": self._cookie} if self._cookie else {})}
        begun = time.perf_counter()
        self._connection.request(method, path, body, sent)
        answer = self._connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - begun
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self._cookie = cookie.split(";")[0]
        assert answer.status < 500, f"{method} {path}: {answer.status}"
        encoding = answer.headers.get("Content-Encoding", "")
        return Reply(answer.status, content, encoding, answer.headers.get("Location", ""), seconds)


def _past_settled(page: str, reply: Reply) -> str:
    """The way on from the page that says the answers settle it; "" on any other page."""
    if not urlsplit(page).path.endswith("/settled"):
        return ""
    on = HtmlPage(reply.body).select_one(".actions a")
    assert on is not None
    return str(on["href"])
