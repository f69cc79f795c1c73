"""What people set in their system is respected: their own colours, and less motion."""

from tests.browser.person import CASES
from tests.browser.windows import Windows


def test_with_colours_of_ones_own_choices_buttons_and_bars_can_be_told_apart(windows: Windows) -> None:
    person = windows.open(forced_colors="active").begin("Payroll").answer("vital")
    page = person.page
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.locator(":checked").evaluate("box => getComputedStyle(box).appearance") == "auto"
    border = (
        "part => { const s = getComputedStyle(part); return s.borderTopStyle + ' ' + parseFloat(s.borderTopWidth); }"
    )
    chosen = page.locator(".choice:has(:checked)").evaluate(border)
    assert chosen != page.locator(".choice:not(:has(:checked))").first.evaluate(border), "not by colour alone"
    assert person.button("Continue").evaluate(border) == "solid 2"
    person.having_described(CASES["payroll"])
    fills = page.locator("svg.balance-line rect").evaluate_all("bars => bars.map((bar) => getComputedStyle(bar).fill)")
    assert "rgb(29, 92, 158)" in fills, "the bars keep their colours"


def test_nothing_moves_for_those_who_want_no_motion(windows: Windows) -> None:
    person = windows.open(reduced_motion="reduce").begin("Payroll")
    moving = """() => [...document.querySelectorAll("*")].filter((part) => {
      const { transitionDuration, animationName } = getComputedStyle(part);
      return animationName !== "none" || transitionDuration.split(",").some((time) => parseFloat(time) > 0);
    }).length"""
    assert person.page.evaluate(moving) == 0
    person.having_described(CASES["payroll"])
    assert person.page.evaluate(moving) == 0
