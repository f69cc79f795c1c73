"""F15: Back, Reload, Forward and old pages send nothing again and lose nothing; so does a second click (F9)."""

import pytest
from playwright.sync_api import expect

from advisor.engine.model.questions import Section
from tests.browser.person import CASES, RULES, Person, labels_of
from tests.browser.windows import Windows

CORE = RULES.section(Section.CORE)
SAVE = "Save"


def test_back_reload_and_forward_send_nothing_again(person_of_either_kind: Person) -> None:
    person_of_either_kind.begin("Payroll").answer("vital").press("Continue").answer("stretched").press("Continue")
    sent = len(person_of_either_kind.sent)
    page = person_of_either_kind.page
    page.reload()
    assert person_of_either_kind.heading == CORE[2].text
    page.go_back()
    assert person_of_either_kind.heading == CORE[1].text
    assert person_of_either_kind.chosen_labels() == labels_of(CORE[1], "stretched"), (
        "the answer is shown, not an old page"
    )
    page.reload()
    page.go_back()
    assert person_of_either_kind.chosen_labels() == labels_of(CORE[0], "vital")
    page.go_forward()
    page.go_forward()
    assert person_of_either_kind.heading == CORE[2].text
    assert len(person_of_either_kind.sent) == sent == 3, "the name and two answers, once each"


def test_going_back_to_the_name_and_on_again_makes_no_second_process(person: Person) -> None:
    person.begin("Payroll")
    person.page.go_back()
    assert person.path == "/assessments/new"
    person.enter("What do you call the process?", "Payroll").press("Continue").follow("Your data")
    assert person.page.get_by_role("link", name="Payroll", exact=True).count() in {1, 2}


def test_an_answer_changed_by_going_back_is_kept_and_is_no_conflict(person: Person) -> None:
    person.begin("Payroll").answer("vital").press("Continue").answer("stretched").press("Continue")
    person.page.go_back()
    person.page.go_back()
    person.answer("core").press("Continue")
    assert person.heading == CORE[2].text
    person.follow("Your answers so far").reads(*labels_of(CORE[0], "core"), *labels_of(CORE[1], "stretched"))


def test_reloading_a_refused_form_keeps_nothing_wrong(person: Person) -> None:
    person.begin("Payroll").press("Continue")
    person.open(person.path)
    person.answer("vital").press("Continue")
    assert person.heading == CORE[1].text


def test_reloading_the_result_sends_nothing_and_changes_nothing(person: Person) -> None:
    person.having_described(CASES["payroll"])
    person.change(CORE[0].text).answer("not-core").press(SAVE)
    before = person.page.locator("main").inner_text()
    sent = list(person.sent)
    person.page.reload()
    assert person.page.locator("main").inner_text() == before
    assert person.sent == sent


def test_an_old_result_page_shows_the_newer_advice_when_it_is_opened_again(windows: Windows) -> None:
    first = windows.open().having_described(CASES["recipes"])
    second = windows.next_tab(first).open(first.path).change(CORE[1].text)
    second.answer("short-expertise").press(SAVE)
    assert second.heading == "KPO suits this process"
    first.follow("Your data")
    first.page.go_back()
    assert first.heading == "KPO suits this process", "an old result never passes for the present one"
    second.page.go_back()
    second.page.go_back()
    assert second.heading == "KPO suits this process"


def test_a_result_whose_answers_are_being_changed_says_so_and_lists_what_it_used(person_of_either_kind: Person) -> None:
    person_of_either_kind.having_described(CASES["finance-function"])
    result = person_of_either_kind.path
    person_of_either_kind.follow("Break it into parts").enter("First part", "Posting").enter(
        "Second part", "Analysis"
    ).press("Continue")
    person_of_either_kind.open(result)
    expect(person_of_either_kind.page.get_by_role("status")).to_contain_text("Some questions are still open.")
    assert person_of_either_kind.heading == "Both: BPO for one part of this process, KPO for another", (
        "advice stays as it was given"
    )
    expect(person_of_either_kind.page.locator(".given")).to_contain_text(labels_of(CORE[0], "vital")[0])
    person_of_either_kind.follow("Answer them")
    assert person_of_either_kind.question is not None


def test_the_advice_of_before_is_never_shown_to_somebody_who_deleted_it(person: Person) -> None:
    person.having_described(CASES["payroll"]).follow("Delete my answers").press("Delete my answers")
    person.page.go_back()
    person.page.go_back()
    assert person.heading == "Page not found"
    person.does_not_read("BPO suits this process")


@pytest.mark.parametrize("script", [True, False])
def test_a_double_click_names_one_process_and_answers_one_question(windows: Windows, script: bool) -> None:
    person = windows.open(script=script).open("/assessments/new")
    person.enter("What do you call the process?", "Payroll").button("Continue").dblclick()
    expect(person.page.locator("h1")).to_have_text(CORE[0].text)
    person.answer("vital").button("Continue").dblclick()
    expect(person.page.locator("h1")).to_have_text(CORE[1].text)
    person.follow("Your data")
    expect(person.page.get_by_role("link", name="Payroll", exact=True)).to_have_count(1)
    person.follow("Payroll")
    assert person.heading == CORE[1].text


def test_a_form_sent_twice_at_once_acts_once(person: Person) -> None:
    person.open("/assessments/new").enter("What do you call the process?", "Payroll")
    person.page.evaluate("() => { const form = document.forms[0]; form.requestSubmit(); form.requestSubmit(); }")
    expect(person.page.locator("h1")).to_have_text(CORE[0].text)
    person.follow("Your data")
    expect(person.page.get_by_role("link", name="Payroll", exact=True)).to_have_count(1)
