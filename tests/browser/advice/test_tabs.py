"""F8: two windows of one person. Different questions are both kept; the same one is settled by its owner."""

import re

from playwright.sync_api import expect

from tests.browser.person import CASES, RULES, Person, labels_of
from tests.browser.windows import Windows

SAVE = "Save"


def two_tabs(windows: Windows, key: str, other_key: str) -> tuple[Person, Person]:
    """Two tabs in which these questions were opened before either was answered."""
    first = windows.open().having_described(CASES["payroll"])
    result = first.path
    second = windows.next_tab(first).open(result.replace("result", f"questions/{other_key}"))
    return first.open(result.replace("result", f"questions/{key}")), second


def test_answers_to_different_questions_in_two_tabs_are_both_kept(windows: Windows) -> None:
    first, second = two_tabs(windows, "steps", "knowledge")
    first.answer("unwritten").press(SAVE)
    second.answer("little").press(SAVE)
    for person in (first.open(second.path), second):
        steps, knowledge = RULES.question("steps"), RULES.question("knowledge")
        assert steps is not None
        assert knowledge is not None
        given = person.page.locator(".given")
        expect(given).to_contain_text(labels_of(steps, "unwritten")[0])
        expect(given).to_contain_text(labels_of(knowledge, "little")[0])


def clash(windows: Windows) -> tuple[Person, Person]:
    first, second = two_tabs(windows, "steps", "steps")
    first.answer("unwritten").press(SAVE)
    with second.page.expect_response(lambda response: response.request.method == "POST") as answer:
        second.answer("partly").press(SAVE)
    assert answer.value.status == 409
    assert re.fullmatch(r"This answer was changed in another window at \d\d:\d\d UTC", second.heading)
    steps = RULES.question("steps")
    assert steps is not None
    second.reads("Payroll", steps.text, *labels_of(steps, "unwritten"), *labels_of(steps, "partly"))
    return first, second


def test_of_two_answers_to_one_question_the_saved_one_can_be_kept(windows: Windows) -> None:
    _, second = clash(windows)
    second.press("Keep the saved one")
    assert second.path.partition("?")[0].endswith("/result")
    steps = RULES.question("steps")
    assert steps is not None
    expect(second.page.locator(".given")).to_contain_text(labels_of(steps, "unwritten")[0])


def test_of_two_answers_to_one_question_ones_own_can_be_used(windows: Windows) -> None:
    first, second = clash(windows)
    second.press("Use mine")
    assert second.path.partition("?")[0].endswith("/result")
    steps = RULES.question("steps")
    assert steps is not None
    expect(second.page.locator(".given")).to_contain_text(labels_of(steps, "partly")[0])
    first.page.reload()
    expect(first.page.locator(".given")).to_contain_text(labels_of(steps, "partly")[0])


def test_the_same_answer_in_two_tabs_is_no_conflict(windows: Windows) -> None:
    first, second = two_tabs(windows, "steps", "steps")
    first.answer("unwritten").press(SAVE)
    second.answer("unwritten").press(SAVE)
    assert second.path.partition("?")[0].endswith("/result")


def test_a_tab_that_was_left_open_goes_on_where_the_other_one_is(windows: Windows) -> None:
    first = windows.open().begin("Payroll")
    second = windows.next_tab(first).open(first.path)
    first.answer("vital").press("Continue").answer("stretched").press("Continue")
    second.answer("vital").press("Continue")
    assert second.heading == first.heading


def test_parts_that_were_changed_in_another_tab_are_not_overwritten(windows: Windows) -> None:
    first = windows.open().having_described(CASES["finance-function"]).follow("Break it into parts")
    second = windows.next_tab(first).open(first.path)
    first.enter("First part", "Posting").enter("Second part", "Analysis").press("Continue")
    second.enter("First part", "Bills").enter("Second part", "Advice").press("Continue")
    expect(second.page.get_by_role("alert")).to_contain_text("changed in another window")
    expect(second.page.get_by_role("alert")).to_contain_text("Posting, Analysis")
    expect(second.page.get_by_label("First part")).to_have_value("Bills")
