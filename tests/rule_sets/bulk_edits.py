"""How an admin changes several rules at once: ticks them in the list, looks, and does it."""

from typing import Any

from tests.reading import HtmlPage
from tests.rule_sets.admins import DRAFT, Admin

TICKED = ["core-done-well", "aim-cost"]


def preview_bulk_edit(admin: Admin, path: str = f"{DRAFT}/rules", status: int = 200, **sent: Any) -> HtmlPage:
    """Tick rules in the list, choose what becomes of them, and press the button."""
    admin.open(path)
    button = admin.page.select_one('button[value="choose"]')
    token = admin.page.select_one("main form[method=post] [name=csrf_token]")
    assert button is not None
    assert token is not None
    data = {"csrf_token": token["value"], "tick": TICKED, "do": "preview", **sent}
    return admin._read(admin.client.post(str(button["formaction"]), data=data), status)


def apply_bulk_edit(admin: Admin, status: int = 200) -> None:
    """Press the button that does it."""
    ticks = [str(field["value"]) for field in admin.page.select("main [name=tick]")]
    admin.submit(button="apply", status=status, tick=ticks)
