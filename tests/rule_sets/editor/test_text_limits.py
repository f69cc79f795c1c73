"""One number says how long a text may be: the hint beside a field, the form that refuses it, and the check."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField

from advisor import starter
from advisor.engine.checks.check import check
from advisor.engine.checks.texts import KEY_LIMIT
from advisor.rule_sets.editor.inputs.kinds import Context
from advisor.rule_sets.editor.item_editors import ItemEditor, editor_of
from advisor.rule_sets.editor.new_question import _editor
from advisor.rule_sets.forms import PlainKey, StorableField
from advisor.rule_sets.workspace import DraftWorkspace
from tests.rule_sets.editor.test_item_editors import every_thing, rules_with_everything

RULES = starter.rule_set()
CHECKED_LATER = {"because"}
"""Fields in which the form takes a text that the check then calls long."""


def editors() -> Iterator[tuple[str, ItemEditor, MultiDict[str, str]]]:
    """The form of every item of rules in which each field of each kind stands, and the page of a new question."""
    rules = rules_with_everything()
    for collection, key, item in every_thing(rules):
        question = rules.question(collection.split("/")[1]) if "/" in collection else None
        question = item if collection == "questions" else question
        editor = editor_of(Context(rules, collection, question, key=key))
        yield collection.rsplit("/", maxsplit=1)[-1], editor, editor.to_form_data(item)
    document = ""
    workspace = DraftWorkspace(document, RULES, RULES, 1, RULES, 1, has_draft=True)
    rows = {"options-0-label": "One", "options-0-rule": "1", "options-1-label": "Two"}
    raw: MultiDict[str, str] = MultiDict({"type": "choice", "shown": "choice", **rows})
    yield "new question", _editor(workspace, raw), raw


def texts(form: Any) -> Iterator[tuple[Field, int]]:
    """The fields for a text, each with how long it may be."""
    for field in form:
        limits = [each.limit for each in field.validators if isinstance(each, StorableField)]
        is_key = any(isinstance(each, PlainKey) for each in field.validators)
        if isinstance(field, StringField) and limits:
            yield field, KEY_LIMIT if is_key else limits[0]


def told_limit(hint: str) -> int | None:
    """The number of characters of which a hint speaks."""
    found = re.search(r"([\d,]+) characters", hint)
    return int(found[1].replace(",", "")) if found else None


def faults(editor: ItemEditor, raw: MultiDict[str, str], name: str, text: str) -> str:
    """What the form says of that field where it holds that text, of its length."""
    sent: MultiDict[str, str] = MultiDict(raw)
    sent.setlist(name, [text])
    form = editor.form(sent, meta={"csrf": False})
    form.validate()
    return " ".join(str(error) for error in form[name].errors if "at most" in str(error))


def test_every_text_field_refuses_one_character_more_than_it_says_and_not_one_fewer(app: Flask) -> None:
    seen: dict[tuple[str, str], int] = {}
    with app.test_request_context():
        for kind, editor, raw in editors():
            for field, limit in texts(editor.form(raw, meta={"csrf": False})):
                name = re.sub(r"-\d+", "", field.name)
                if (kind, name) in seen:
                    assert seen[kind, name] == limit
                    continue
                seen[kind, name] = limit
                assert faults(editor, raw, field.name, "x" * limit) == "", (kind, name)
                refusal = faults(editor, raw, field.name, "x" * (limit + 1))
                assert f"at most {limit:,}" in refusal, (kind, name)
                hint = told_limit(str(field.description))
                assert hint is None or hint == limit or name.rpartition("-")[2] in CHECKED_LATER, (kind, name)
    assert len({kind for kind, _name in seen}) == 14
    for one, other in (
        (("new question", "text"), ("questions", "text")),
        (("new question", "options-label"), ("options", "label")),
        (("new question", "options-hint"), ("options", "hint")),
        (("new question", "options-key"), ("options", "key")),
        (("new question", "options-because"), ("rules", "because")),
    ):
        assert seen[one] == seen[other], "as long on both pages on which it is typed"


def test_the_check_calls_a_reason_long_from_the_number_on_that_every_hint_of_it_says(app: Flask) -> None:
    with app.test_request_context():
        found = {
            told_limit(str(field.description))
            for kind, editor, raw in editors()
            for field, _limit in texts(editor.form(raw, meta={"csrf": False}))
            if kind in {"rules", "new question"} and field.name.rpartition("-")[2] == "because"
        }
    assert len(found) == 1
    (number,) = found
    assert number is not None
    for length, is_long in ((number, False), (number + 1, True)):
        rule = replace(RULES.rules[0], because="x" * length)
        problems = [p for p in check(replace(RULES, rules=(rule, *RULES.rules[1:]))) if "is long" in p.text]
        assert bool(problems) is is_long
        assert all(f"in {number} at most" in problem.mend for problem in problems)
