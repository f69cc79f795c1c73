"""Every kind of thing that a rule set holds can be added, edited, moved and taken out in the browser."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from advisor import starter
from advisor.engine.document.document import KINDS, NUMBERED, items_of, key_of
from advisor.engine.document.edit import find
from advisor.engine.model.evidence import Firmness
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.policy import Bound, KindRow
from advisor.engine.model.questions import Condition, Option, Question, Section
from advisor.engine.model.rules import CasePart, Push, RuleSet
from advisor.engine.model.vocabulary import Kind, Measure, Side, Strength
from advisor.rule_sets.editor.inputs.item_inputs import EDITORS
from advisor.rule_sets.editor.inputs.kinds import Context
from advisor.rule_sets.editor.item_editors import editor_of, with_hidden_fields
from advisor.rule_sets.editor.list_state import ITEMS_ON_A_PAGE
from advisor.wording.rule_set_vocabulary import ADD_LABELS, FIELDS, NOUNS
from tests.engine.documents import lists_of
from tests.rule_sets.admins import DRAFT, Admin, item_path
from tests.rule_sets.conftest import Read
from tests.visiting import text_of

STARTER = starter.rule_set()

NUMBER = Question(
    key="per-month",
    text="How many a month?",
    short="How many",
    missing="Enter how many",
    type=AnswerType.NUMBER,
    section=Section.SHARPEN,
    minimum=0,
    maximum=1000,
    unit="cases",
)
SEVERAL = Question(
    key="where",
    text="Where?",
    short="Where",
    missing="Select where",
    type=AnswerType.CHOICES,
    section=Section.SHARPEN,
    options=(Option("here", "Here"), Option("there", "There")),
    most=1,
    none="Nowhere",
    none_hint="Not even at home",
)


def rules_with_everything() -> RuleSet:
    """The starter rules with all that they do not use: every operator, type of answer, and optional field."""
    rule = STARTER.rules[0]
    conditions = [
        Condition("per-month", "at_least", (5,)),
        Condition("per-month", "at_most", (50,)),
        Condition("per-month", "between", (5, 50)),
        Condition("where", "includes_any", ("here",)),
        Condition("where", "includes_all", ("here", "there")),
        Condition("where", "none_of", ("there",)),
        Condition("edge", "none_of", ("vital",)),
    ]
    rules = [replace(rule, key=f"rule-{at}", when=(condition,)) for at, condition in enumerate(conditions)]
    rules.append(replace(rule, key="both-kinds", push=Push(Side.BOTH, 1)))
    near = KindRow((Bound(Measure.BOTH, at_least=1),), Kind.BOTH, Strength.BALANCED, "There are parts.")
    case = STARTER.cases[0]
    shared = {key: answer for key, answer in case.answers.items() if key in {"aims", "closest"}}
    of_part = {key: answer for key, answer in case.answers.items() if key not in shared}
    parts = (CasePart("One", of_part), CasePart("Two", {**of_part, "per-month": None, "where": ()}))
    cases = [
        replace(case, key="in-parts", answers=shared, parts=parts),
        replace(case, key="unsure", answers={**case.answers, "per-month": 7, "where": ("here",), "steps": None}),
    ]
    claim = replace(STARTER.claims[0], id="D1.99", note="A note.", withdrawn="It was misread.", firmness=Firmness.WEAK)
    follow_up = replace(SEVERAL, key="follow-up", asked_when=(conditions[0],))
    return replace(
        STARTER,
        questions=(*STARTER.questions, NUMBER, SEVERAL, follow_up),
        rules=(*STARTER.rules, *rules),
        claims=(*STARTER.claims, claim),
        kind=(near, *STARTER.kind),
        cases=(*STARTER.cases, *cases),
    )


def every_thing(rules: RuleSet) -> Iterator[tuple[str, str, Any]]:
    for collection in lists_of(rules):
        for at, item in enumerate(items_of(rules, collection)):
            yield collection, str(at) if collection in NUMBERED else key_of(item), item


def test_every_list_of_a_rule_set_has_a_sheet() -> None:
    assert EDITORS.keys() == {*KINDS, "options"}


@pytest.mark.parametrize("key_is_fixed", [False, True])
def test_every_thing_that_is_opened_and_saved_unchanged_is_the_same(app: Flask, *, key_is_fixed: bool) -> None:
    rules = rules_with_everything()
    with app.test_request_context():
        for collection, key, item in every_thing(rules):
            question = rules.question(collection.split("/")[1]) if "/" in collection else None
            question = item if collection == "questions" else question
            fixed = key_is_fixed and collection not in NUMBERED
            sheet = editor_of(Context(rules, collection, question, key=key, key_is_fixed=fixed))
            raw = sheet.to_form_data(item)
            form = sheet.form(raw, meta={"csrf": False})
            assert form.validate(), (collection, key, form.errors)
            read = with_hidden_fields(sheet.read(form, raw), item)
            assert read == item, (collection, key, form.errors)


NEW: dict[str, tuple[dict[str, Any], Callable[[Any], bool]]] = {
    "rules": (
        {
            "when-0-question": "edge",
            "when-0-test": "none_of",
            "when-0-values": ["vital", "core"],
            "push-side": "kpo",
            "push-points": "2",
            "because": "Fresh words.",
            "sources": ["D2.04"],
        },
        lambda rule: rule.key == "fresh-words" and rule.when[0].values == ("vital", "core") and rule.push.points == 2,
    ),
    "questions": (
        {
            "text": "How many?",
            "short": "How many",
            "missing": "Enter it",
            "type": "number",
            "shown": "number",
            "minimum": "1",
            "maximum": "9",
        },
        lambda question: (question.key, question.minimum, question.options) == ("how-many", 1, ()),
    ),
    "leave": (
        {"when-0-measure": "keep", "when-0-at_least": "9", "leave": "keep", "says": "Nine."},
        lambda row: row.when[0].at_least == 9 and row.when[0].at_most is None,
    ),
    "kind": (
        {"when-0-measure": "lean", "when-0-at_most": "-20", "kind": "kpo", "strength": "clear", "says": "Far."},
        lambda row: row.when[0].at_most == -20,
    ),
    "sources": (
        {"title": "Seven", "kind": "guidance", "about": "It."},
        lambda source: source.key and source.key not in {it.key for it in STARTER.sources},
    ),
    "claims": (
        {"source": "D2", "place": "End", "text": "New.", "pull": ["bpo", "kpo"], "firmness": "soft"},
        lambda claim: claim.source == "D2" and claim.id.startswith("D2.") and len(claim.pull) == 2,
    ),
    "disagreements": (
        {
            "topic": "Whether it is so",
            "views-0-text": "Yes.",
            "views-0-sources": ["D1.01"],
            "views-1-text": "No.",
            "views-1-sources": ["D2.04", "D2.05"],
            "settled": "By the work.",
            "outcomes": ["bpo"],
        },
        lambda item: [len(view.sources) for view in item.views] == [1, 2] and item.outcomes == ("bpo",),
    ),
    "tensions": (
        {
            "when-0-question": "edge",
            "when-0-test": "any_of",
            "when-0-values": ["vital"],
            "when-1-question": "steps",
            "when-1-test": "any_of",
            "when-1-values": ["set"],
            "text": "Both can be true.",
        },
        lambda item: len(item.when) == 2,
    ),
    "guidance": ({"title": "Do this", "text": "Then that.", "sources": ["D2.04"]}, lambda item: item.key == "do-this"),
    "risks": (
        {
            "title": "The weather turns",
            "happens": "It rains on the work.",
            "shows-0-0-question": "edge",
            "shows-0-0-test": "any_of",
            "shows-0-0-values": ["vital"],
            "actions": "Bring an umbrella.",
            "grade": "thin",
            "sources": ["D2.04"],
        },
        lambda risk: risk.key == "the-weather-turns",
    ),
    "limits": ({"text": "Nor the weather."}, lambda text: text == "Nor the weather."),
    "cases": (
        {
            "process_name": "A new one",
            "outcome": "unclear",
            "because": "Nothing is known.",
            "answers-edge": "not-sure",
            "answers-steps": "set",
        },
        lambda case: case.answers == {"edge": None, "steps": "set"} and case.key == "a-new-one",
    ),
    "questions/edge/options": ({"label": "Sometimes core"}, lambda option: option.key == "sometimes-core"),
}


@pytest.mark.parametrize("collection", NEW)
def test_a_thing_of_each_kind_is_added_edited_moved_and_taken_out(admin: Admin, draft: Read, collection: str) -> None:
    fields, is_right = NEW[collection]
    admin.start()
    before = items_of(draft(), collection)
    admin.open(item_path(collection))
    rows = {match[1]: int(match[2]) for field in fields if (match := re.match(r"(\w+)-(\d)-", field))}
    for name, last in rows.items():  # rows are there, and have the fields of their question, before they are filled in
        while not admin.page.select_one(f'[name^="{name}-{last}-"]'):
            admin.press(f"{name}:add")
        questions: dict[str, Any] = {key: value for key, value in fields.items() if key.endswith("-question")}
        admin.press("update", **questions)
    admin.press("save", **fields)
    assert ("You added the question" if collection == "questions" else "Saved in the draft") in admin.text, admin.errors
    after = items_of(draft(), collection)
    (new,) = [item for item in after if item not in before]
    assert is_right(new), new
    at = after.index(new)
    assert at == len(before) - (collection in {"leave", "kind"}), "a row after the last one of a table never decides"
    key = str(at) if collection in NUMBERED else key_of(new)

    texts = ("because", "text", "says", "title", "label", "topic")
    name = next(name for name in texts if isinstance(new, str) or hasattr(new, name))
    name = "text" if isinstance(new, str) else name
    admin.open(item_path(collection, key))
    words: dict[str, Any] = {name: "Other words than before."}
    admin.press("save", **words)
    changed = find(draft(), collection, key)
    if collection not in NUMBERED:
        assert key_of(changed) == key, "its key stays where nobody cares"
    assert (changed if isinstance(changed, str) else getattr(changed, name)) == "Other words than before."

    admin.open(item_path(collection, key, "remove"))
    admin.submit()
    assert items_of(draft(), collection) == before


def test_no_kind_of_thing_needs_a_key_to_be_typed() -> None:
    kinds = {collection.split("/")[-1] for collection in NEW}
    assert kinds == EDITORS.keys(), "each kind is added above"
    assert not any({"key", "id"} & fields.keys() for fields, _is_right in NEW.values())


@pytest.mark.parametrize("collection", [name for name in NEW if name not in NUMBERED])
def test_another_key_alone_is_told_as_a_change_of_the_key(admin: Admin, draft: Read, collection: str) -> None:
    admin.start()
    before = items_of(draft(), collection)
    admin.open(f"{item_path(collection)}?copy={key_of(before[0])}")
    named: dict[str, Any] = {"process_name": "A copy"} if collection == "cases" else {}
    admin.press("save", **named)
    (new,) = [it for it in items_of(draft(), collection) if it not in before]
    admin.open(item_path(collection, key_of(new)))
    fresh = "D9.77" if collection == "claims" else "another-key"
    field = "id" if collection == "claims" else "key"
    other: dict[str, Any] = {field: fresh}
    admin.press("save", **other)
    assert "Saved in the draft" in admin.text, admin.errors
    admin.open(f"{DRAFT}/history")
    said = text_of(admin.page.select_one("li[id^=entry-] h2"))
    assert f"changed “{FIELDS[field]}” of the " in said
    assert f"from “{key_of(new)}” to “{fresh}”" in said
    assert "removed" not in said
    assert "added" not in said
    admin.open(f"{DRAFT}/differences")
    assert "since removed" not in admin.text


def test_a_list_names_guidance_by_its_title_and_a_row_by_its_place(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/guidance")
    heads = {text_of(head) for head in admin.page.select(".things > li h2")}
    assert {guidance.title for guidance in starter.rule_set().guidance[:ITEMS_ON_A_PAGE]} == heads
    admin.open(f"{DRAFT}/kind")
    assert text_of(admin.page.select_one(".things .trace")) == "Row 1"
    assert text_of(admin.page.select_one(".things a.grave")) == "Remove Row 1"


def test_what_adds_an_item_says_so_with_the_right_article() -> None:
    for collection, label in ADD_LABELS.items():
        words = str(label).split()
        assert words[0] == "Add"
        assert (words[1] == "an") == (words[2][0] in "aeiou"), f"{collection}: {label}"


_WRONG_ARTICLE = re.compile(r"\b(?:a [aeiou]|an [^aeiou\W])", re.IGNORECASE)


@pytest.mark.parametrize("collection", NEW)
def test_the_pages_that_add_and_remove_a_thing_call_it_by_the_same_words(admin: Admin, collection: str) -> None:
    admin.start()
    subject = collection.rsplit("/", maxsplit=1)[-1]
    page = admin.open(item_path(collection))
    assert admin.heading == ADD_LABELS[subject]
    assert text_of(page.title).startswith(f"{ADD_LABELS[subject]} ")
    item = items_of(STARTER, collection)[0]
    key = "0" if collection in NUMBERED else key_of(item)
    page = admin.open(item_path(collection, key))
    assert text_of(page.select_one("h1 .kicker")) == str(NOUNS[subject]).capitalize()
    page = admin.open(item_path(collection, key, "remove"))
    assert text_of(page.select_one("h1 .kicker")) == f"Remove this {NOUNS[subject]} from the draft?"
    assert text_of(page.title).startswith(f"Remove this {NOUNS[subject]} ")
    for words in (ADD_LABELS[subject], NOUNS[subject]):
        assert not _WRONG_ARTICLE.search(str(words))


IN_ORDER = {"views", "shows", "more", "unless"}
"""Rows of forms that are told in their order, or joined to the row above."""


@pytest.mark.parametrize("collection", [name for name in EDITORS if name != "options"])
def test_rows_go_up_and_down_where_their_order_means_something_and_numbers_stand_where_they_belong(
    admin: Admin, collection: str
) -> None:
    admin.start()
    rules = starter.rule_set()
    of_number = {it.key for it in rules.questions if it.type is AnswerType.NUMBER}
    for at, item in enumerate(items_of(rules, collection)):
        page = admin.open(item_path(collection, str(at) if collection in NUMBERED else key_of(item)))
        moved = {str(it["value"]).split(":")[0] for it in page.select('button[value*=":up:"], button[value*=":down:"]')}
        assert moved <= IN_ORDER
        numbers = {name for name in ("minimum", "maximum", "unit") if page.select_one(f'[name="{name}"]')}
        assert bool(numbers) == (collection == "questions" and key_of(item) in of_number), item
        for bound in page.select('[name$="-low"], [name$="-high"]'):
            row = str(bound["name"]).rpartition("-")[0]
            chosen = page.select_one(f'[name="{row}-question"] option[selected]')
            assert chosen is None or str(chosen["value"]) in of_number, row
