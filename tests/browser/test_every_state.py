"""Every page and state, at the width of a phone and of a desk (UX.md section 5). There is no list of exceptions."""

import pytest

from tests.browser.looks import axe_violations, sideways, sideways_at, sideways_with_large_text, small_targets
from tests.browser.states import every_state
from tests.browser.windows import PHONE, WIDE, Windows


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["375 px", "1280 px"])
def test_every_page_and_state_can_be_used_by_everybody(
    windows: Windows, failing: str, viewport: dict[str, int]
) -> None:
    wrong: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for state, page in every_state(windows, windows.open(viewport), failing):
        titles[state] = page.title()
        found = [
            *axe_violations(page),
            *(f"small: {target}" for target in small_targets(page)),
            *(f"scrolls sideways: {part}" for part in sideways(page)),
            *(f"scrolls sideways with large text: {part}" for part in sideways_with_large_text(page)),
        ]
        if viewport is PHONE:
            found += [f"scrolls sideways at 320 px: {part}" for part in sideways_at(page, 320)]
        if found:
            wrong[state] = found
    assert not wrong, "\n".join(f"{state}: {words}" for state, found in wrong.items() for words in found)
    assert len(titles) >= 50, "the walk reached every state"
    errors = {state for state in titles if state.endswith(", error")}
    assert {state for state in titles if titles[state].startswith("Error: ")} == errors
