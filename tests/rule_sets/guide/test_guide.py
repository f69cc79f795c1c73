"""The guide speaks of what is there: every label, link and picture; every page of the workshop leads into it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from jinja2 import Environment

from advisor import paths
from advisor.engine.document.document import KINDS
from advisor.rule_sets.guide.contents import GUIDE
from advisor.rule_sets.guide.purposes import purpose_of
from advisor.rule_sets.guide.views import picture_size
from advisor.settings import Settings
from tests.rule_sets.admins import Admin
from tests.rule_sets.guide.pictures import LARGEST, PICTURES, STATIC, change_much, demo_admin
from tests.rule_sets.test_rights import PATHS
from tests.visiting import text_of

WORDS = [page.word for page in GUIDE]
OWN_PAGES = {"rule_sets.guide", "rule_sets.guide_page"}

TEMPLATES = ("rule_sets", "macros", "assessments")
MODULES = ("rule_sets", "wording", "engine/document")
"""Where the words of the workshop stand."""


def test_every_page_of_the_workshop_says_what_it_is_for(app: Flask) -> None:
    without = [
        (rule.rule, collection)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("rule_sets.") and "GET" in (rule.methods or set())
        if rule.endpoint not in OWN_PAGES
        for collection in (KINDS if "collection" in rule.arguments else [""])
        if purpose_of(rule.endpoint, dict.fromkeys(rule.arguments, collection)) is None
    ]
    assert without == [], "add it to advisor/rule_sets/guide/purposes.py"


def test_the_purpose_stands_below_the_heading_and_leads_to_its_page_of_the_guide(admin: Admin) -> None:
    admin.start()
    led_to = set()
    for path in (*PATHS, "/admin/audit", "/admin/rules/comments", *(f"/admin/rules/draft/{name}" for name in KINDS)):
        page = admin.open(path)
        [purpose] = page.select("main h1 + .purpose")
        [link] = purpose.select("a")
        assert text_of(page.main).count(text_of(purpose)) == 1, path
        led_to.add(str(link["href"]))
    assert led_to == {f"/admin/rules/guide/{word}" for word in WORDS}


def test_one_comes_from_each_page_of_the_guide_to_every_other(admin: Admin) -> None:
    contents = admin.open("/admin/rules/guide")
    assert [str(link["href"]).split("/")[-1] for link in contents.select(".guide-contents a")] == WORDS
    for at, word in enumerate(WORDS):
        page = admin.open(f"/admin/rules/guide/{word}")
        assert [str(link["href"]).split("/")[-1] for link in page.select(".guide-list a")] == WORDS
        for rel, other in (("prev", WORDS[at - 1 : at]), ("next", WORDS[at + 1 : at + 2])):
            assert [str(link["href"]).split("/")[-1] for link in page.select(f"article [rel={rel}]")] == other
    assert admin.client.get("/admin/rules/guide/nothing").status_code == 404


def test_every_link_of_the_guide_leads_to_a_page_with_that_heading_or_link(admin: Admin) -> None:
    admin.start()
    for word in WORDS:
        places = admin.open(f"/admin/rules/guide/{word}").select(".places a")
        assert places, word
        for link in places:
            answer = admin.client.get(str(link["href"]))
            assert answer.status_code == 200, link


def test_every_label_that_the_guide_names_stands_in_the_workshop(admin: Admin) -> None:
    messages = set(messages_of_the_workshop())
    named = [
        (word, text_of(label))
        for word in WORDS
        for label in admin.open(f"/admin/rules/guide/{word}").select(".guide .label")
    ]
    assert len(named) > 100
    assert [(word, label) for word, label in named if not is_among(label, messages)] == []


def test_a_page_of_the_guide_is_short(admin: Admin) -> None:
    for word in WORDS:
        page = admin.open(f"/admin/rules/guide/{word}")
        words = sum(len(text_of(part).split()) for part in page.select("article > :is(p, h2, ul)"))
        assert 230 <= words <= 430, f"{word}: {words} words"


def test_every_picture_is_there_small_and_shown_as_large_as_it_is(admin: Admin) -> None:
    assert {path.stem for path in (STATIC / "guide").iterdir()} == set(WORDS)
    for word in WORDS:
        file = STATIC / "guide" / f"{word}.webp"
        [picture] = admin.open(f"/admin/rules/guide/{word}").select(".guide img")
        assert file.stat().st_size <= LARGEST, word
        width, height = picture_size(file)
        assert (str(picture["width"]), str(picture["height"])) == (str(width), str(height))
        assert 300 <= width <= 1000, word
        assert 60 <= height <= 800, word
        assert str(picture["src"]).startswith(f"/static/guide/{word}.webp?v=")
        assert picture["loading"] == "lazy"
        assert 5 < len(str(picture["alt"]).split()) < 30
        assert file.read_bytes()[12:16] == b"VP8 "


def test_what_the_pictures_show_is_still_there(app: Flask, settings: Settings) -> None:
    admin = demo_admin(app, settings)
    for word, picture in sorted(PICTURES.items(), key=lambda item: item[1].after_change):
        if picture.after_change:
            change_much(app, settings, admin)
        page = admin.open(picture.address)
        assert [part for part in picture.parts if not page.select(part)] == [], word


def is_among(label: str, messages: set[str]) -> bool:
    """Whether it is one of the messages, what stands in one before a colon, or one with its values filled in."""
    if label in messages or any(message.startswith(f"{label}: ") for message in messages):
        return True
    return any(
        len(re.findall(r"[a-z]", re.sub(r"%\(\w+\)s", "", message))) >= 3
        and re.fullmatch(re.sub(r"%\\\(\w+\\\)s", "[^.:]{1,40}", re.escape(message)), label)
        for message in messages
        if "%(" in message
    )


def messages_of_the_workshop() -> Iterator[str]:
    """Everything that goes through gettext in the templates and modules of the workshop, but for the guide."""
    jinja = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    for folder in TEMPLATES:
        for template in (paths.TEMPLATES / folder).rglob("*.html"):
            if "guide" not in template.relative_to(paths.TEMPLATES).parts:
                for _line, _function, message in jinja.extract_translations(template.read_text()):  # type: ignore[attr-defined]
                    yield from (message,) if isinstance(message, str) else (one for one in message if one)
    for folder in MODULES:
        for module in (paths.ROOT / "advisor" / folder).rglob("*.py"):
            if "guide" not in module.relative_to(paths.ROOT).parts:
                yield from _messages_of(module)


def _messages_of(module: Path) -> Iterator[str]:
    for call in ast.walk(ast.parse(module.read_text())):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"_", "_l", "ngettext"}:
            yield from (
                argument.value
                for argument in call.args
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            )
