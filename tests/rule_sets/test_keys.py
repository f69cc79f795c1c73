"""No page of the workshop calls an item by its key: keys stand small behind the names, for those who look for them."""

import re
from collections import Counter, deque
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from advisor import starter
from advisor.engine.document.document import KINDS, NUMBERED, dumps, items_of, key_of, options_of
from advisor.engine.document.edit import put
from advisor.engine.model.rules import RuleSet
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.reading import HtmlPage
from tests.rule_sets.admins import DRAFT, Admin, item_path
from tests.visiting import text_of

SMALL = ".trace, .of, pre, textarea, script, style"
"""Where keys stand small behind a name, are typed, or where an entry of the record is shown as it is kept."""

AFTER_A_NAME = re.compile(r"\((?:zz-?\d+(?:, )?)+\)", re.IGNORECASE)
"""Behind a name in plain text, where two are called the same or a claim is quoted."""

OF_EACH = 2
"""Pages that are read of each kind of page in each list."""

KEY = re.compile(r"\bzz-?\d+\b", re.IGNORECASE)


def with_odd_keys(rules: RuleSet) -> RuleSet:
    """The same rules under keys that are no words of any sentence."""
    number = 0
    for collection in KINDS:
        if collection in NUMBERED:
            continue
        for item in items_of(rules, collection):
            number += 1
            field = "id" if collection == "claims" else "key"
            key = f"ZZ{number}" if collection in {"claims", "sources"} else f"zz-{number}"
            rules = put(rules, collection, key_of(item), replace(find_now(rules, collection, item), **{field: key}))
    for question in rules.questions:
        for option in question.options:
            number += 1
            rules = put(rules, options_of(question.key), option.key, replace(option, key=f"zz-{number}"))
    return rules


def find_now(rules: RuleSet, collection: str, item: object) -> Any:
    return next(it for it in items_of(rules, collection) if key_of(it) == key_of(item))


def keys_in_sight(page: HtmlPage) -> list[str]:
    """What a reader reads of the page, by sight or by ear, that holds a key; each with some words around it."""
    own = [it for it in page.select("dl > div") if text_of(it.dt) in {"Key", "Id"}]
    for small in [*page.select(SMALL), *own]:
        small.decompose()
    heard = (str(it["aria-label"]) for it in page.select("[aria-label]"))
    read = " ".join([text_of(page.title), page.get_text(" "), *heard])
    read = AFTER_A_NAME.sub("", read)
    return [" ".join(read[max(0, found.start() - 60) : found.end() + 20].split()) for found in KEY.finditer(read)]


def test_no_page_of_the_workshop_calls_an_item_by_its_key(app: Flask, admin: Admin, database: Database) -> None:
    rules = with_odd_keys(starter.rule_set())
    with database.write() as session:
        publish(session, dumps(rules), "Other keys.")
    admin.start()
    change_this_and_that(admin, rules)
    wrong = {}
    routes = app.url_map.bind("localhost")
    seen: set[str] = set()
    read: Counter[tuple[str, str]] = Counter()
    left = deque(["/admin/rules", "/admin/audit"])
    while left:
        address = left.popleft()
        where = urlsplit(address)
        if address in seen or not where.path.startswith(("/admin/rules", "/admin/audit")) or "/preview" in where.path:
            continue
        seen.add(address)
        try:
            endpoint, values = routes.match(where.path)
        except HTTPException:
            continue
        kind = (str(endpoint), str(values.get("collection", "")))
        if read[kind] >= OF_EACH:
            continue
        answer = admin.client.get(address, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        read[kind] += 1
        page = admin._read(answer, answer.status_code)
        left.extend(str(link["href"]) for link in page.select("a[href]"))
        if found := keys_in_sight(page):
            wrong[address] = found
    assert wrong == {}
    assert len(read) > 40
    assert {"rule_sets.problems", "rule_sets.differences", "rule_sets.publish"} <= {
        endpoint for endpoint, _list in read
    }


def change_this_and_that(admin: Admin, rules: RuleSet) -> None:
    """A draft with what was changed, added, removed, called otherwise, and what is wrong."""
    admin.edit(f"rules/{rules.rules[0].key}", because="Other words.", push__points="1")
    admin.edit(f"questions/{rules.questions[1].key}", why="Because.")
    for gone in (f"rules/{rules.rules[1].key}", f"claims/{rules.claims[0].id}", f"questions/{rules.questions[2].key}"):
        admin.open(f"{DRAFT}/{gone}/remove")
        admin.submit(with_users="y")
    admin.open(f"{item_path('rules')}?copy={rules.rules[3].key}")
    admin.save(because="A rule of our own.")
