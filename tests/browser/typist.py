"""Somebody who uses the keyboard alone: Tab to get there, then the key that the thing under the focus takes."""

from typing import Self

from playwright.sync_api import Locator

from tests.browser.person import Person

_STOPS = 400
"""How often Tab is pressed at most on the way to something on one page."""

_IN_ITS_GROUP = """radio => {
  const on = document.activeElement;
  return on.type === "radio" && on.name === radio.name && on.form === radio.form;
}"""

_STOPS_BEFORE = """target => {
  // Where Tab stops on the way from the focus to the target; fewer rather than more.
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((stop) => stop.type !== "hidden" && !stop.disabled && stop.tabIndex >= 0 && stop.checkVisibility());
  const groups = new Set();
  const stops = all.filter((stop) => {
    if (stop.type !== "radio") return true;
    const group = `${stop.form && stop.form.action} ${stop.name}`;
    return !groups.has(group) && groups.add(group);
  });
  const isBefore = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
  const on = document.activeElement;
  const from = !on || on === document.body ? stops : stops.filter((stop) => isBefore(on, stop));
  return from.filter((stop) => isBefore(stop, target)).length;
}"""


class Typist(Person):
    """Does what a person does, without a mouse."""

    def press(self, button: str) -> Self:
        """Press a button by Enter."""
        return self._enter_on(self.button(button))

    def follow(self, link: str, *, within: Locator | None = None) -> Self:
        """Follow a link, the first one that says just so, by Enter."""
        return self._enter_on((within or self.page.locator("body")).get_by_role("link", name=link, exact=True).first)

    def choose(self, *labels: str) -> Self:
        """Tick a box by the space bar, choose among radios by the arrows."""
        for label in labels:
            self.turn(self.page.get_by_label(label, exact=True), on=True)
        return self

    def take_out(self, label: str) -> Self:
        """Untick a box by the space bar."""
        self.turn(self.page.get_by_label(label, exact=True), on=False)
        return self

    def enter(self, label: str, text: str) -> Self:
        """Type into a field, in place of what it holds."""
        self._tab_to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        return self

    def unfold(self, summary: Locator) -> Self:
        """Open what is folded away."""
        self._tab_to(summary)
        self.page.keyboard.press("Enter")
        return self

    def turn(self, box: Locator, *, on: bool) -> None:
        """Bring the focus to a box or radio, and make it so."""
        if box.is_checked() is on:
            return
        if box.get_attribute("type") == "radio":
            self._tab_until(box, _IN_ITS_GROUP)
            while not box.is_checked():
                self.page.keyboard.press("ArrowRight")
        else:
            self._tab_to(box)
            self.page.keyboard.press("Space")
        assert box.is_checked() is on

    def _enter_on(self, target: Locator) -> Self:
        self._tab_to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self._wait_for_page()

    def _tab_to(self, target: Locator) -> None:
        target.wait_for()
        self._tab_until(target, "target => target === document.activeElement")

    def _tab_until(self, target: Locator, is_there: str) -> None:
        # Most of the way it need not be asked at each stop whether this is the one.
        for _stop in range(0 if target.evaluate(is_there) else target.evaluate(_STOPS_BEFORE) - 2):
            self.page.keyboard.press("Tab")
        for _stop in range(_STOPS):
            if target.evaluate(is_there):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead there on {self.path}")
