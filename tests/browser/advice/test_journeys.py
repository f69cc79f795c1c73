"""Whole journeys by the words on the pages: the main ones with JavaScript and without."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from advisor.engine.model.questions import Section
from tests.browser.person import CASES, NUMBER, PULLED_APART, RULES, Person, labels_of
from tests.browser.windows import PHONE, Windows

CORE = RULES.section(Section.CORE)


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        ("payroll", "BPO suits this process"),
        ("market-research", "KPO suits this process"),
        ("finance-function", "Both: BPO for one part of this process, KPO for another"),
        ("recipes", "Keep this process in-house for now"),
        ("inherited", "We can't say yet"),
    ],
)
def test_a_stranger_gets_from_the_first_page_to_advice(person_of_either_kind: Person, case: str, verdict: str) -> None:
    person_of_either_kind.describe(CASES[case])
    assert person_of_either_kind.heading == verdict
    person_of_either_kind.reads(CASES[case].process, "Why we say this", "What this does not tell you", "Your answers")


def test_it_asks_nine_questions_and_counts_them(person: Person) -> None:
    person.begin("Payroll")
    for number, question in enumerate(CORE, start=1):
        assert person.heading == question.text
        person.reads(f"Question {number} of {len(CORE)}", "Payroll", question.hint)
        assert person.chosen_labels() == [], "nothing is chosen beforehand"
        person.answer(CASES["payroll"].answers[question.key]).press("Continue")
    assert len(CORE) <= 9
    assert person.path.endswith("/result")


def test_choosing_an_answer_moves_nothing_until_continue_is_pressed(person: Person) -> None:
    person.begin("Payroll")
    before = person.path
    person.choose(labels_of(CORE[0], CORE[0].options[0].key)[0], labels_of(CORE[0], CORE[0].options[1].key)[0])
    assert person.path == before
    assert person.sent == [f"{person.url}/assessments/new"]


def test_an_answer_is_changed_from_the_result_and_the_result_follows(person_of_either_kind: Person) -> None:
    person_of_either_kind.having_described(CASES["recipes"])
    changed = RULES.question("in_house")
    assert changed is not None
    person_of_either_kind.change(changed.text)
    assert person_of_either_kind.chosen_labels() == labels_of(changed, "well"), "the earlier answer is shown"
    person_of_either_kind.answer("short-expertise").press("Save")
    assert person_of_either_kind.heading == "KPO suits this process"
    person_of_either_kind.open_layers().reads(*labels_of(changed, "short-expertise"))


def test_not_changing_an_answer_after_all_leads_back_to_the_result(person: Person) -> None:
    person.having_described(CASES["recipes"]).change(CORE[0].text).follow("Back")
    assert person.heading == "Keep this process in-house for now"


def test_a_forgotten_answer_is_asked_for_in_words_and_the_name_kept(person_of_either_kind: Person) -> None:
    person_of_either_kind.begin("Payroll").press("Continue")
    assert person_of_either_kind.page.title().startswith("Error: ")
    summary = person_of_either_kind.page.get_by_role("alert")
    expect(summary).to_contain_text("There is a problem")
    expect(summary).to_contain_text(CORE[0].missing)
    assert person_of_either_kind.page.get_by_text(CORE[0].missing).count() == 2, (
        "the same words on top and at the field"
    )
    person_of_either_kind.reads(CORE[0].hint)
    person_of_either_kind.answer(CORE[0].options[0].key).press("Continue")
    assert person_of_either_kind.heading == CORE[1].text


def test_a_process_without_a_name_is_asked_for_one(person: Person) -> None:
    person.open("/assessments/new").press("Continue")
    expect(person.page.get_by_role("alert")).to_contain_text("Enter a name for the process")
    person.enter("What do you call the process?", "Payroll").press("Continue")
    assert person.heading == CORE[0].text


def test_not_being_sure_is_an_answer_and_is_counted_on_the_result(person: Person) -> None:
    answers = {**CASES["payroll"].answers, "contact": None, "knowledge": None}
    person.having_answered("Payroll", answers)
    assert person.heading == "BPO suits this process"
    person.reads("2 answers were “I'm not sure”")


def test_where_too_little_is_known_the_result_leads_to_what_is_open(person: Person) -> None:
    person.having_described(CASES["inherited"])
    quickest = person.page.locator(".open-questions a").all_inner_texts()
    assert len(quickest) == 2
    person.follow(quickest[0])
    assert person.heading == quickest[0]
    assert person.chosen_labels() == ["I'm not sure"]


def test_two_answers_that_pull_apart_are_named_and_either_can_be_changed(person_of_either_kind: Person) -> None:
    odd = {**CASES["payroll"].answers, "steps": "set", "complexity": "very-complex"}
    person_of_either_kind.having_answered("Payroll", odd, until="complexity").answer(odd["complexity"]).press(
        "Continue"
    )
    assert person_of_either_kind.heading == PULLED_APART, "it says so as soon as both are answered"
    steps, complexity = RULES.question("steps"), RULES.question("complexity")
    assert steps is not None
    assert complexity is not None
    person_of_either_kind.reads(
        steps.text, complexity.text, *labels_of(steps, "set"), *labels_of(complexity, "very-complex")
    )
    person_of_either_kind.change(complexity.text).answer("simple").press("Continue")
    person_of_either_kind.answer_all(CASES["payroll"].answers)
    assert person_of_either_kind.heading == "BPO suits this process"


def test_two_answers_that_pull_apart_may_both_be_true(person: Person) -> None:
    odd = {**CASES["payroll"].answers, "steps": "set", "complexity": "very-complex"}
    person.having_answered("Payroll", odd, until="complexity").answer(odd["complexity"]).press("Continue")
    person.press("Continue")
    assert person.heading == RULES.section(Section.CORE)[5].text


def test_a_process_is_broken_into_parts_and_put_together_again(person_of_either_kind: Person) -> None:
    parts = {part.part: part.answers for part in CASES["payroll-parts"].parts}
    person_of_either_kind.having_described(CASES["finance-function"]).break_up(parts)
    assert person_of_either_kind.heading.startswith("Both: ")
    for part in parts:
        person_of_either_kind.reads(part)
    first = "hand “Keying the hours” to a BPO provider, and hand “Advice on pay law” to a KPO provider."
    expect(person_of_either_kind.page.locator(".lead")).to_contain_text(first)
    person_of_either_kind.follow("Change the parts").press("Make it one piece again")
    assert person_of_either_kind.heading == "Both: BPO for one part of this process, KPO for another"
    person_of_either_kind.does_not_read("Keying the hours")


def test_a_part_starts_from_a_copy_of_the_answers(person: Person) -> None:
    person.having_described(CASES["finance-function"]).follow("Break it into parts")
    person.enter("First part", "Posting").enter("Second part", "Analysis").press("Continue")
    question = person.question
    assert question is not None
    person.reads("This is what you answered for the whole process. Change it if this part differs.", "Posting")
    assert person.chosen_labels() == labels_of(question, CASES["finance-function"].answers[question.key])


def test_one_part_is_not_enough_and_what_was_typed_is_kept(person: Person) -> None:
    person.having_described(CASES["finance-function"]).follow("Break it into parts")
    person.enter("Second part", "Analysis").press("Continue")
    expect(person.page.get_by_role("alert")).to_contain_text("Name at least two parts")
    expect(person.page.get_by_label("Second part")).to_have_value("Analysis")


def test_questions_that_sharpen_the_advice_take_every_kind_of_answer(person_of_either_kind: Person) -> None:
    person_of_either_kind.having_described(CASES["payroll"])
    sensitive, cost = (RULES.question(key) for key in ("sensitive", "cost_known"))
    assert sensitive is not None
    assert cost is not None
    person_of_either_kind.follow(sensitive.text).choose("None of these", sensitive.options[0].label)
    person_of_either_kind.press("Save")
    expect(person_of_either_kind.page.get_by_role("alert")).to_contain_text("Choose “None of these” by itself")
    person_of_either_kind.page.get_by_label(sensitive.options[0].label).uncheck()
    person_of_either_kind.press("Save").open_layers().reads("You said: None of these")
    person_of_either_kind.follow(cost.text).answer("no").press("Save")
    assert person_of_either_kind.heading == "BPO suits this process"
    person_of_either_kind.reads("It now names one risk more: “The price is not the whole cost”.")
    risks = person_of_either_kind.open_layers().page.locator("#risks")
    expect(risks.get_by_text("Before you sign:").filter(visible=True)).to_have_count(0)
    risks.get_by_text("The price is not the whole cost").click()
    expect(risks.get_by_text("Before you sign:").filter(visible=True)).to_have_count(1)
    person_of_either_kind.follow("More questions").change(cost.text).answer("yes").press("Save")
    person_of_either_kind.reads("It no longer names this risk: “The price is not the whole cost”.")


def test_a_number_is_entered_as_people_write_it(person_of_either_kind: Person, server_with_failures: str) -> None:
    person_of_either_kind.having_finished_small(server_with_failures)
    person_of_either_kind.follow(NUMBER).enter(NUMBER, "many").press("Save")
    expect(person_of_either_kind.page.get_by_role("alert")).to_contain_text("Enter a whole number from 0 to 5,000")
    expect(person_of_either_kind.page.get_by_label(NUMBER)).to_have_value("many")
    person_of_either_kind.enter(NUMBER, "2,500").press("Save").open_layers().reads("2,500")


def test_a_question_that_follows_from_an_answer_goes_when_the_answer_changes(
    person: Person, server_with_failures: str
) -> None:
    person.having_finished_small(server_with_failures)
    answers = person.page.locator(".answers")
    expect(answers.get_by_text("Are the steps written down?", exact=True)).to_have_count(1)
    person.change("How fixed are the steps?").choose("Thought through each time").press("Save")
    expect(answers.get_by_text("Are the steps written down?", exact=True)).to_have_count(0)


def test_a_process_gets_another_name(person: Person) -> None:
    person.having_described(CASES["payroll"]).change("name of the process")
    expect(person.page.get_by_label("What do you call the process?")).to_have_value("Payroll")
    person.enter("What do you call the process?", "Wages and salaries").press("Save")
    assert person.heading == "BPO suits this process"
    person.reads("Wages and salaries")
    expect(person.page).to_have_title("Wages and salaries: BPO suits this process – Outsourcing Advisor")


def test_name_and_content_are_held_against_each_other(person: Person) -> None:
    routine = {**CASES["grand-analyst"].answers, "closest": "analytics"}
    person.having_answered("Data analytics", routine)
    assert person.heading == "BPO suits this process"
    note = person.page.locator(".name-note")
    expect(note).to_contain_text("KPO")
    words = note.inner_text()
    person.follow("Rules and sources of these reasons").reads(words)


def test_every_reason_leads_to_its_rule_and_its_claim(person: Person) -> None:
    person.having_described(CASES["payroll"])
    told = person.open_layers().page.locator(".report .reason .because").all_inner_texts()
    person.follow("Rules and sources of these reasons")
    reasons = person.page.locator("section:has(#reasons) .sourced > li")
    assert [reason.locator("p").first.inner_text() for reason in reasons.all()] == told
    assert len(told) >= 3
    for reason in reasons.all():
        assert reason.get_by_role("link").count() >= 2, "a rule, and at least one claim"
    reason = reasons.first
    words, rule, claim = (
        told[0],
        reason.get_by_role("link").first.inner_text(),
        reason.get_by_role("link").nth(1).inner_text(),
    )
    reason.get_by_role("link").first.click()
    person.reads(words, claim)
    assert f"/rules/{rule}" in person.path
    person.page.get_by_role("link", name=claim).first.click()
    assert person.path.endswith(f"/claims/{claim}")
    found = RULES.claim(claim)
    assert found is not None
    person.reads(found.text, found.place)
    assert person.page.get_by_role("link", name=rule).count() >= 1, "the claim names the rules that use it"


def test_somebody_who_comes_back_is_where_they_were(person: Person) -> None:
    person.begin("Payroll").answer(CORE[0].options[1].key).press("Continue")
    person.open().follow("Your data").follow("Payroll")
    assert person.heading == CORE[1].text
    person.reads("You were here")


def test_all_answers_so_far_are_shown_and_can_be_changed(person: Person) -> None:
    person.begin("Payroll").answer(CORE[0].options[1].key).press("Continue").follow("Your answers so far")
    person.reads(CORE[0].options[1].label, "Not answered yet")
    person.follow("Go on with the next question")
    assert person.heading == CORE[1].text
    person.follow("Back")
    assert person.chosen_labels() == [CORE[0].options[1].label]


def test_one_process_is_deleted_and_the_other_stays(person: Person) -> None:
    person.having_described(CASES["payroll"])
    result = person.path
    person.begin("Market research").follow("Your data").follow("Payroll").follow("Delete my answers")
    person.follow("Keep them")
    assert person.path == result
    person.follow("Delete my answers").press("Delete my answers")
    person.reads("Your answers on that process were deleted.", "Market research")
    expect(person.page.get_by_role("link", name="Payroll", exact=True)).to_have_count(0)
    person.open(result)
    assert person.heading == "Page not found"


def test_everything_is_deleted_at_once(person_of_either_kind: Person) -> None:
    person_of_either_kind.having_described(CASES["payroll"])
    result = person_of_either_kind.path
    person_of_either_kind.begin("Market research").follow("Your data")
    person_of_either_kind.page.locator("summary", has_text="Delete everything").click()
    person_of_either_kind.press("Delete everything now")
    person_of_either_kind.reads("Everything was deleted.", "Nothing. No process has been described in this browser")
    person_of_either_kind.open(result)
    assert person_of_either_kind.heading == "Page not found"


def test_everything_is_taken_away_as_one_file(person: Person, tmp_path: Path) -> None:
    person.having_described(CASES["payroll"]).follow("Your data")
    with person.page.expect_download() as download:
        person.follow("Download all of it")
    download.value.save_as(tmp_path / "answers.json")
    assert download.value.suggested_filename == "your-answers.json"
    (process,) = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))["processes"]
    assert process["process"] == "Payroll"
    assert process["results"][0]["advice"]["outcome"] == "bpo"


def test_the_whole_journey_fits_a_phone(windows: Windows) -> None:
    person = windows.open(PHONE, has_touch=True, is_mobile=True)
    person.describe(CASES["market-research"])
    assert person.heading == "KPO suits this process"
    assert person.page.evaluate("document.scrollingElement.scrollWidth") == PHONE["width"]


def test_another_browser_sees_nothing_of_it(windows: Windows) -> None:
    person = windows.open().having_described(CASES["payroll"])
    other = windows.open().open(person.path)
    assert other.heading == "Page not found"
    other.does_not_read("Payroll")
