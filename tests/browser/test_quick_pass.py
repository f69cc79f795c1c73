"""The quick pass is for everybody, on every width: the names, twenty processes with questions, the advice on them."""

from playwright.sync_api import Page

from advisor.models import Database
from tests.browser.test_owner_pages import signed_in, wrong
from tests.processes.owner_walker import OwnerWalker

__all__ = ["signed_in"]


def test_it_is_for_everybody_in_every_state(signed_in: tuple[OwnerWalker, Database], page: Page) -> None:
    owner, _database = signed_in
    assert wrong(page, "/processes/quick-pass", "/processes/quick-pass/answers") == []
    owner.open("/processes/quick-pass")
    long = "Verwaltungsgemeinschaftsangelegenheiten und alles was dazu gehört"
    owner.submit(names="\n".join([long, *(f"Process {n}" for n in range(20))]), usual=["payroll"])
    begun = owner.response.request.full_path
    selects = owner.page.select("select")
    owner.submit(**{str(it["name"]): str(it.select("option")[1]["value"]) for it in selects[:30]})
    assert "Saved: 10 processes have advice" in owner.words
    assert wrong(page, "/processes/quick-pass", begun, owner.response.request.full_path) == []
