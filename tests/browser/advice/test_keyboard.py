"""By keyboard alone: the order of reading is the order of Tab, the focus is always in sight and never lost."""

from playwright.sync_api import expect

from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Section
from tests.browser.person import CASES, RULES, Person, labels_of

FOCUS = """() => {
  // The ring may be drawn around the row of a choice, not the button itself.
  const on = document.activeElement;
  const ring = (part) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
  };
  const box = on.getBoundingClientRect();
  return {
    name: on.labels && on.labels.length ? on.labels[0].innerText.trim() : on.innerText.trim(),
    id: on.id,
    tag: on.tagName,
    isRinged: ring(on) || (on.parentElement !== null && ring(on.parentElement)),
    isInSight: box.bottom > 0 && box.top < innerHeight && box.width > 1,
  };
}"""

ORDER = """() => {
  const before = window.lastFocused;
  window.lastFocused = document.activeElement;
  return !before || Boolean(before.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING);
}"""


def tab_to(person: Person, name: str, at_most: int = 80) -> list[str]:
    """Press Tab until ``name`` has the focus. Each stop on the way is ringed, in sight and in order."""
    passed: list[str] = []
    for _ in range(at_most):
        person.page.keyboard.press("Tab")
        focus = person.page.evaluate(FOCUS)
        assert focus["tag"] != "BODY", f"the focus is lost after {passed}"
        assert focus["isRinged"], f"no ring around {focus}"
        assert focus["isInSight"], f"out of sight: {focus}"
        assert person.page.evaluate(ORDER), f"{focus} comes before {passed}"
        passed.append(focus["name"])
        if focus["name"] == name:
            return passed
    raise AssertionError(f"Tab does not lead to {name!r}: {passed}")


def press(person: Person, *keys: str) -> None:
    for key in keys:
        person.page.keyboard.press(key)


def submit(person: Person, key: str = "Enter") -> None:
    """Press a key that leads to another page."""
    with person.page.expect_navigation():
        person.page.keyboard.press(key)


def test_the_first_stop_of_every_page_leads_past_the_header(person: Person) -> None:
    for path in ("/", "/assessments/new", "/claims", "/help"):
        person.open(path)
        assert tab_to(person, "Skip to the main content") == ["Skip to the main content"]
        press(person, "Enter")
        expect(person.page.locator("main")).to_be_focused()
    person.open("/assessments/new")
    tab_to(person, "Skip to the main content")
    press(person, "Enter", "Tab")
    assert person.page.evaluate(FOCUS)["name"] == "Back", "the next stop is the first of the content"


def test_a_whole_journey_needs_no_mouse(person: Person) -> None:
    core = RULES.section(Section.CORE)
    answers = CASES["payroll"].answers
    person.open("/")
    tab_to(person, "Describe a process")
    submit(person)
    tab_to(person, "What do you call the process?")
    person.page.keyboard.type("Payroll")
    submit(person)

    # The first question is left out once, to meet the error.
    tab_to(person, "Continue")
    submit(person, "Space")
    expect(person.page.get_by_role("alert")).to_be_focused()
    assert person.page.evaluate(FOCUS)["isInSight"]
    tab_to(person, core[0].missing)
    press(person, "Enter")
    assert person.page.evaluate(FOCUS)["name"] == core[0].options[0].label, "the link leads to the first option"

    for number, question in enumerate(core):
        assert person.heading == question.text
        if number:
            assert person.page.evaluate("scrollY") == 0, "a page begins at its top, whatever link was followed before"
            tab_to(person, question.options[0].label)
        labels = labels_of(question, answers[question.key])
        if question.type is AnswerType.CHOICES:
            for label in labels:
                if person.page.evaluate(FOCUS)["name"] != label:
                    tab_to(person, label)
                press(person, "Space")
        else:
            place = [option.label for option in question.options].index(labels[0])
            press(person, "Space", *["ArrowDown"] * place)
        assert person.chosen_labels() == labels, "Space ticks what has the focus, and the arrows move the choice"
        assert person.page.evaluate(FOCUS)["isRinged"]
        assert person.heading == question.text, "choosing moves nothing"
        if number % 2:
            tab_to(person, "Continue")
        submit(person)  # Enter sends the form from the answer, as from the button

    assert person.heading == "BPO suits this process"
    passed = tab_to(person, "Accessibility", at_most=200)
    assert len(passed) > 30, "every rule, claim and answer can be reached"
    assert passed.index("Break it into parts") < passed.index("Help"), "the footer comes last"


def test_details_open_by_keyboard_and_keep_the_focus(person: Person) -> None:
    person.begin("Payroll")
    tab_to(person, "Why we ask this")
    press(person, "Enter")
    person.reads(RULES.section(Section.CORE)[0].why)
    assert person.page.evaluate(FOCUS)["name"] == "Why we ask this"


def test_checkboxes_are_ticked_by_space(person: Person) -> None:
    question = RULES.question("sensitive")
    assert question is not None
    person.having_described(CASES["payroll"]).follow(question.text)
    tab_to(person, question.options[1].label)
    press(person, "Space", "Tab", "Space")
    assert person.chosen_labels() == [question.options[1].label, question.options[2].label]


def test_a_page_without_an_error_leaves_the_focus_at_its_top(person: Person) -> None:
    person.begin("Payroll")
    assert person.page.evaluate("document.activeElement === document.body")
    assert person.page.locator("[autofocus], [tabindex]:not([tabindex='0'], [tabindex='-1'])").count() == 0
