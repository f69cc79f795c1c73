"""“Your processes here” opens what it names: what was described in this browser."""

from flask import Flask

from advisor.models import Database
from tests.assessments.walker import Walker
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of


def test_the_link_in_the_header_opens_the_processes_of_the_browser(walker: Walker) -> None:
    walker.finish(name="Wages")
    walker.begin("Letters")
    link = walker.page.select_one("nav.you a")
    assert link is not None
    walker.open(str(link["href"]))
    assert walker.heading == text_of(link) == "Your processes here"
    assert [text_of(name) for name in walker.page.select(".processes h2")] == ["Letters", "Wages"]
    assert "Only this browser can open them." in walker.words
    walker.open(str(walker.page.select(".processes h2 a")[1]["href"]))
    assert walker.key == "result"


def test_who_has_none_is_told_so_and_gets_no_cookie(stranger: Walker) -> None:
    stranger.open("/your-processes")
    assert "None yet. Describe the first; it takes about three minutes." in stranger.words
    assert "Set-Cookie" not in stranger.response.headers


def test_who_is_signed_in_comes_to_the_list_of_the_account(app: Flask, database: Database) -> None:
    owner = OwnerWalker.signed_in(app, database, "olga@example.com")
    owner.open("/your-processes")
    assert owner.path == "/processes"
