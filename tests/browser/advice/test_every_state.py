"""Every page and state, at the width of a phone and of a desk (UX.md section 5). There is no list of exceptions."""

from tests.browser.looks import at_widths, sideways, sideways_at, sideways_with_large_text, small_targets
from tests.browser.states import every_state
from tests.browser.windows import PHONE, WIDE, Windows


def test_every_page_and_state_can_be_used_by_everybody(windows: Windows, server_with_failures: str) -> None:
    wrong: list[str] = []
    titles: dict[str, str] = {}
    for state, page in every_state(windows, windows.open(PHONE), server_with_failures):
        titles[state] = page.title()
        for width, violations in at_widths(page, PHONE, WIDE):
            found = [
                *violations,
                *(f"small: {target}" for target in small_targets(page)),
                *(f"scrolls sideways: {part}" for part in sideways(page)),
                *(f"scrolls sideways with large text: {part}" for part in sideways_with_large_text(page)),
            ]
            if width == PHONE["width"]:
                found += [f"scrolls sideways at 320 px: {part}" for part in sideways_at(page, 320)]
            wrong += [f"{state} at {width}: {fault}" for fault in found]
    assert not wrong, "\n".join(wrong)
    assert len(titles) >= 50, "the walk reached every state"
    errors = {state for state in titles if state.endswith(", error")}
    assert {state for state in titles if titles[state].startswith("Error: ")} == errors
