"""Every page and state that a visitor can be in, one after the other, for whoever checks or pictures them all."""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser.person import CASES, NUMBER, PULLED_APART, RULES, Person
from tests.browser.windows import Windows

LONG_NAME = (
    "Processing of everything that arrives by post and e-mail, " + "Rechnungsprüfungsabteilungsleiterbesprechung" * 3
)
"""A name with words that are wider than a phone."""

OUTCOMES = {
    "bpo": "payroll",
    "kpo": "market-research",
    "both": "finance-function",
    "keep": "recipes",
    "unclear": "inherited",
}
"""A typical process for each outcome."""

READING = {
    "start": "/",
    "claims": "/claims",
    "claim": "/claims/D1.06",
    "claim that others argue against": "/claims/D2.13",
    "claim of general guidance": f"/claims/{next(claim.id for claim in RULES.claims if claim.id.startswith('G'))}",
    "rule": f"/rules/{RULES.rules[0].key}",
    "how the sum works": "/how-the-sum-works",
    "claims of a version": "/versions/1/claims",
    "help": "/help",
    "accessibility": "/accessibility",
    "programs": "/programs",
    "a list, without an account": "/processes/bring-in",
    "your data, empty": "/your-data",
    "processes here, empty": "/your-processes",
}
"""The pages that anybody reads, and that set no cookie."""

FAILURES = {"400": "400", "409": "stale", "413": "413", "500": "mistake", "503": "busy"}

Stop = tuple[str, Page]


def every_state(windows: Windows, person: Person, failing: str) -> Iterator[Stop]:
    """The name and the page of each state, by one walk. Whoever changes a page on a stop leaves it as it was."""
    yield from _reading_stops(person)
    yield from _failure_stops(person, failing)
    yield from _name_stops(person)
    yield from _question_stops(person)
    yield from _pulling_apart(person)
    yield from _advice_stops(person)
    yield from _sharpening_stops(person)
    yield from _clash_stops(windows, person)
    yield from _breaking_up(person)
    yield from _with_a_long_name(person)
    yield from _deletion_stops(person)
    yield from _entry_stops(person, failing)


def _reading_stops(person: Person) -> Iterator[Stop]:
    for name, path in READING.items():
        yield name, person.open(path).page


def _failure_stops(person: Person, failing: str) -> Iterator[Stop]:
    yield "error 404", person.open("/nowhere").page
    yield "a link that leads nowhere", person.open("/shared/nobodys").page
    for name, kind in FAILURES.items():
        yield f"error {name}", person.open(f"{failing}/probe/fails/{kind}").page


def _name_stops(person: Person) -> Iterator[Stop]:
    yield "name", person.open("/assessments/new").page
    person.press("Continue")
    yield "name, error", person.page


def _question_stops(person: Person) -> Iterator[Stop]:
    person.begin("Payroll", "payroll")
    yield "question", person.page
    person.page.locator("summary").click()
    yield "question, why we ask", person.page
    person.press("Continue")
    yield "question, error", person.page
    person.answer("vital").press("Continue").follow("Back")
    yield "question, answered", person.page
    person.follow("Your answers so far")
    yield "answers so far", person.page
    person.open(f"/assessments/{person.path.split('/')[2]}")
    yield "question, you were here", person.page
    person.open(f"/assessments/{person.path.split('/')[2]}/questions/swing")
    yield "question, another is not asked yet", person.page
    person.open(f"/assessments/{person.path.split('/')[2]}/name")
    yield "another name", person.page


def _pulling_apart(person: Person) -> Iterator[Stop]:
    odd = {**CASES["payroll"].answers, "complexity": "very-complex"}
    person.having_answered("Payroll", odd, until="complexity").answer("very-complex").press("Continue")
    assert person.heading == PULLED_APART
    yield "answers pull apart", person.page
    result = person.having_answered("Payroll", odd)
    assert result.page.locator(".pulls-apart").count() == 1
    yield "result, answers pull apart", result.page
    yield "result, what would change it", result.open_layers().page


def _advice_stops(person: Person) -> Iterator[Stop]:
    for outcome, case in OUTCOMES.items():
        yield f"result, {outcome}", person.having_described(CASES[case]).page
    yield "result, all open", person.open(f"{person.path}?show=all").page
    yield "result, sources", person.open(person.path.replace("all", "sources")).page
    yield "one page", person.open(person.path.replace("result?show=sources", "one-page")).page
    yield "result, clear unless", person.having_answered("Orders", {**CASES["data-entry"].answers, "edge": None}).page
    yield "other ways", person.open(person.path.replace("/result", "/other-ways")).page
    routine = {**CASES["grand-analyst"].answers, "closest": "marketing", "contact": None, "in_house": None}
    yield "result, name against content", person.having_answered("Marketing data", routine).page


def _sharpening_stops(person: Person) -> Iterator[Stop]:
    result = person.having_described(CASES["data-entry"]).path
    person.open(result.replace("result", "questions/sensitive"))
    yield "several choices", person.page
    person.choose("None of these", "Payments or bank details").press("Save")
    yield "several choices, error", person.page
    person.page.get_by_label("None of these").uncheck()
    person.press("Save")
    yield "result, sharpened", person.page
    for risk in person.open_layers().page.locator("#risks li > details > summary").all():
        risk.click()
    yield "result, risks open", person.page


def _clash_stops(windows: Windows, person: Person) -> Iterator[Stop]:
    person.having_described(CASES["payroll"])
    result = person.path
    other = windows.next_tab(person).open(result.replace("result", "questions/steps"))
    person.open(result.replace("result", "questions/steps")).answer("unwritten").press("Save")
    other.answer("partly").press("Save")
    yield "conflict", other.page
    other.page.close()


def _breaking_up(person: Person) -> Iterator[Stop]:
    person.having_described(CASES["finance-function"])
    result = person.path
    person.follow("Break it into parts")
    yield "parts", person.page
    person.enter("First part", "Posting invoices").press("Continue")
    yield "parts, error", person.page
    person.enter("Second part", "Margin analysis").press("Continue")
    yield "question of a part", person.page
    yield "result, out of date", person.open(result).page
    posting, analysis = (part.answers for part in CASES["payroll-parts"].parts)
    person.follow("Answer them").answer_all({}, {"Posting invoices": posting, "Margin analysis": analysis})
    yield "result, in parts", person.page
    person.follow("Change the parts")
    yield "parts, changed", person.page
    person.open(result.replace("result", "answers"))
    yield "answers of parts", person.page
    person.open(result.replace("result", "delete"))
    yield "delete, with parts", person.page


def _with_a_long_name(person: Person) -> Iterator[Stop]:
    person.having_answered(LONG_NAME[:200], {**CASES["data-entry"].answers, "closest": "analytics"}, until="contact")
    yield "question, long name", person.page
    person.answer(None).press("Continue")
    yield "result, long name", person.page


def _deletion_stops(person: Person) -> Iterator[Stop]:
    person.open("/your-processes")
    yield "processes here", person.page
    person.open("/your-data")
    yield "your data", person.page
    person.page.locator("summary").click()
    yield "your data, about to delete everything", person.page
    person.page.get_by_role("link", name="Delete").first.click()
    yield "delete", person.page
    person.press("Delete my answers")
    yield "your data, one deleted", person.page
    person.page.locator("summary").click()
    person.press("Delete everything now")
    yield "your data, all deleted", person.page


def _entry_stops(person: Person, small: str) -> Iterator[Stop]:
    """A number, which only the small rules ask for; the cookie of the other server is lost by that."""
    person.having_finished_small(small)
    person.open(person.page.url.replace("result", "questions/cases"))
    yield "number", person.page
    person.enter(NUMBER, "a lot").press("Save")
    yield "number, error", person.page
