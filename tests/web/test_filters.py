"""Words from right to left stand on every page, and turn nothing around them: every text node is looked at."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import AnyConverter

from advisor.engine.checks.check import check
from advisor.engine.document.document import dumps, from_plain, to_plain
from advisor.engine.model.rules import RuleSet
from advisor.models import Assessment, Database
from advisor.models.feedback import Feedback
from advisor.models.rule_sets.rule_set_version import publish
from tests.assessments.walker import MIXED, Walker
from tests.processes.owner_walker import OwnerWalker
from tests.reading import HtmlPage
from tests.rule_sets.admins import DRAFT, Admin, item_path
from tests.small import small
from tests.visiting import text_of

__all__ = ["small"]

WORD = "שלום"

TOWER = "Pa" + "\u0301" * 40 + "yroll"

SAID = {
    *("text", "short", "missing", "hint", "why", "label", "unit", "because", "weighed", "title", "about", "place"),
    *("says", "settled", "topic", "note", "withdrawn", "name", "process", "part", "words", "limits", "happens"),
}
"""Fields of a rule set that people read."""


@pytest.fixture
def in_hebrew(small: RuleSet) -> RuleSet:
    """The small rule set, every text of it with a word that is read from right to left."""
    return from_plain(turn_back(to_plain(small)))


def turn_back(value: Any, field: str = "") -> Any:
    if isinstance(value, dict):
        return {name: item if name == "answers" else turn_back(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [turn_back(item, field) for item in value]
    return f"{WORD} {value}" if isinstance(value, str) and field in SAID else value


@pytest.fixture
def version(database: Database, in_hebrew: RuleSet) -> int:
    with database.write() as session:
        return publish(session, dumps(in_hebrew), WORD).number


@pytest.fixture
def owner(app: Flask, database: Database, version: int) -> OwnerWalker:  # noqa: ARG001 - it must be in force
    """An owner with a process in parts, a decision, a note and a token, all of them named in Hebrew."""
    walker = OwnerWalker.signed_in(app, database, f"{WORD}@example.com")
    walker.finish(MIXED, name=WORD)
    walker.open(f"{walker.at}/parts")
    walker.submit(part_1=f"{WORD} 1", part_2=f"{WORD} 2")
    while "/questions/" in walker.path:
        walker.submit()
    walker.open(f"{walker.at}/decision")
    walker.submit(made="bpo", notes=f"{WORD}\n{WORD}")
    walker.open(f"{walker.at}/looks-wrong")
    walker.submit(text=WORD, with_answers="y")
    return walker


@pytest.fixture
def visitor(app: Flask, version: int) -> Walker:  # noqa: ARG001 - it must be in force
    """Somebody without an account, in the middle of the questions."""
    walker = Walker(app.test_client())
    walker.begin(WORD)
    return walker


@pytest.fixture
def admin(app: Flask, database: Database, owner: OwnerWalker) -> Admin:  # noqa: ARG001 - what there is to look after
    """An admin with a draft that differs from the rules in force, and has a problem."""
    admin = Admin.of(app, database, "ada@example.com")
    admin.start()
    admin.edit(item_path("rules", "set-steps").removeprefix(f"{DRAFT}/"), because=f"{WORD} {WORD}")
    admin.edit(
        item_path("questions", "skill").removeprefix(f"{DRAFT}/"), text=f"{WORD}?", short=WORD, meaning="wording"
    )
    return admin


def addresses(app: Flask, database: Database, owner: OwnerWalker) -> Iterator[str]:
    """Every page there is, with the ids of what the owner has."""
    with database.read() as session:
        ids: dict[str, Any] = {
            "assessment_id": owner.id,
            "part_id": session.get_one(Assessment, owner.id).parts[0].id,
            "note_id": session.scalars(select(Feedback.id)).one(),
            "account_id": owner.account_id,
        }
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or set()) or rule.rule.startswith(
                ("/api/", "/static/", "/healthz", "/readyz")
            ):
                continue
            for more in ways(rule.arguments, rule._converters):
                if {*rule.arguments} <= {*ids, *more}:
                    built = rule.build({name: {**ids, **more}[name] for name in rule.arguments})
                    assert built is not None
                    yield built[1]


def ways(arguments: set[str], converters: dict[str, Any]) -> list[dict[str, Any]]:
    """What an address may name beside ids: one thing of each list, a question and one of its options, a claim."""
    keys = {"questions": "skill", "rules": "set-steps", "claims": "S.1", "sources": "S"}
    common = {"option": "basic", "claim_id": "S.1", "number": 2, "question": "skill"}
    lists = [name for name in arguments if isinstance(converters[name], AnyConverter)]
    if not lists:
        return [common | {"key": key} for key in ("skill", "set-steps", "steps")]
    items = sorted(converters[lists[0]].items)
    return [common | {lists[0]: item, "key": keys.get(item, "0")} for item in items]


def unprotected_texts(page: HtmlPage) -> list[str]:
    """Text nodes and attributes in which a word from right to left could turn what stands around it."""
    found = []
    for text, tag in page.texts():
        is_shielded = any(around.name == "bdi" or around.get("dir") == "auto" for around in tag.with_ancestors())
        bare = re.sub("\u2068[^\u2068\u2069]*\u2069", "", text)
        if WORD in bare and not is_shielded:
            found.append(f"{tag.name}: {text.strip()[:80]}")
    for tag in page.select("*"):
        found += [f"markup in {tag.name} {name}" for name, value in tag.attrs.items() if "bdi>" in str(value)]
    fields = page.select("input[type=text]:not([inputmode=numeric]), textarea")
    found += [f"no direction: {field.get('name')}" for field in fields if field.get("dir") != "auto"]
    return found


def test_no_word_turns_what_stands_around_it_on_any_page(
    app: Flask, database: Database, owner: OwnerWalker, admin: Admin, visitor: Walker
) -> None:
    wrong: dict[str, list[str]] = {}
    with_words: set[str] = set()
    for who, person in (("a visitor", visitor), ("the owner", owner), ("an admin", admin)):
        for path in addresses(app, database, owner):
            reply = person.client.get(path)
            if reply.mimetype != "text/html" or reply.status_code in {302, 303}:
                continue
            assert reply.status_code < 500, path
            page = HtmlPage(reply.text)
            if WORD in page.get_text():
                with_words.add(path)
            if found := unprotected_texts(page):
                wrong[f"{path} by {who}"] = found
            assert "&lt;bdi" not in reply.text, path
            reply.close()
    assert not wrong, "\n".join(f"{where}: {line}" for where, found in wrong.items() for line in found[:5])
    assert len(with_words) > 50, sorted(with_words)


def test_the_rules_in_hebrew_can_be_published(in_hebrew: RuleSet) -> None:
    assert not [problem for problem in check(in_hebrew) if problem.blocks]
    assert dumps(in_hebrew).count(WORD) > 80


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Payroll “2”", "Payroll “2”"),
        ("Café – 漢字 👍", "Café – 漢字 👍"),
        (WORD, f"<bdi>{WORD}</bdi>"),
        ("\u202enwod", "<bdi>\u202enwod</bdi>"),
        (TOWER, f'<bdi class="tower">{TOWER}</bdi>'),
        (f"<b>{WORD}</b>", f"<bdi>&lt;b&gt;{WORD}&lt;/b&gt;</bdi>"),
    ],
)
def test_only_what_turns_something_is_set_apart(app: Flask, name: str, shown: str) -> None:
    template = app.jinja_env.from_string(
        '<p title="{{ _("of %(name)s", name=name) }}" id="{{ name }}">{{ name }}, {{ _("of %(name)s", name=name) }}, '
        "{% trans name=name %}by {{ name }}{% endtrans %}</p>"
        "<option value='{{ name }}'>{{ name }}</option><textarea>{{ name }}</textarea>"
    )
    with app.test_request_context():
        page = template.render(name=name)
    escaped = re.sub("</?bdi[^>]*>", "", shown)
    plain = f"\u2068{escaped.replace(chr(0x202E), '')}\u2069" if "<bdi>" in shown else escaped
    assert page == (
        f'<p title="of {plain}" id="{escaped}">{shown}, of {shown}, by {shown}</p>'
        f"<option value='{escaped}'>{plain}</option><textarea>{escaped}</textarea>"
    )


def test_a_title_and_a_choice_keep_their_words_apart_by_marks(owner: OwnerWalker) -> None:
    page = owner.open(f"{owner.at}/decision")
    assert f"\u2068{WORD}\u2069" in text_of(page.title) or WORD not in text_of(page.title)
    page = owner.open("/processes/copy")
    assert f"\u2068{WORD}\u2069" in {text_of(option) for option in page.select("option")}
    chosen = page.find("option", string=re.compile(WORD))
    assert chosen is not None
    assert UUID(str(chosen["value"])) == owner.id
