"""JSON that is read item by item gives what is read of it as a whole."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from advisor.engine.document.reading import ITEM_LIMIT, iterate_json_list
from advisor.engine.model.errors import RuleSetError
from advisor.exchange.items.json_files import JsonReading
from advisor.exchange.json_items import read_items
from tests.engine.choices import Dice
from tests.engine.random_rule_sets import made_item, made_rule_set
from tests.exchange.samples import as_request
from tests.exchange.test_advice_rows import made_items

ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    1,
    1.0,
    2.5,
    "",
    "a",
    "not-sure",
    "none",
    [],
    ["none"],
    ["a", "a"],
    ["a", 1],
    [[]],
    {},
    "c",
)
NAMES = ("Payroll", " Payroll ", "Café", "Cafe\u0301", "", "x" * 200, "x" * 201, "a\nb", "\u200b", 5, None)


@pytest.mark.parametrize("seed", range(10))
def test_items_of_lines_and_lists_are_those_of_the_whole(seed: int) -> None:
    dice = Dice(seed)
    rules = made_rule_set(dice)
    bodies = [as_request(item) for item in made_items(dice, rules, 30)]
    for _ in range(60):
        answers = dict(made_item(dice, rules)[0])
        if dice.yes_or_no():
            answers[dice.pick(rules.questions).key] = dice.pick(ODD)
        body: dict[str, Any] = {"process": dice.pick(NAMES), "answers": answers}
        if dice.yes_or_no():
            body[dice.pick(("parts", "explain", "extra"))] = dice.pick(([], {}, True))
        bodies.append(body)
    for body in bodies:
        items, problems = read_items(rules, json.loads(json.dumps(body)))
        for text, name in ((json.dumps([body]), "a.json"), (json.dumps(body), "a.jsonl")):
            reading = JsonReading(rules, io.BytesIO(text.encode()), name)
            assert repr(list(reading)) == repr(items if not problems else []), body
            assert [it.text for it in reading.problems] == [it.text for it in problems]


def pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def test_a_list_may_come_in_pieces_of_any_size() -> None:
    values = [{"a": '[\\"]'}, [], 12, -3.5, "x,]", None, True, {"b": [{"c": {}}]}, 7]
    for text in (json.dumps(values), json.dumps(values, indent=3), "[]", " [ ] \n"):
        for size in (1, 2, 3, 7, 1000):
            assert list(iterate_json_list(pieces(text, size))) == json.loads(text)


def test_an_item_without_an_end_is_not_read_for_ever() -> None:
    read = 0

    def endless() -> Iterator[str]:
        nonlocal read
        yield '["'
        while True:
            read += 1
            yield "x" * 1_000_000

    with pytest.raises(RuleSetError, match="This is not JSON"):
        list(iterate_json_list(endless()))
    assert read < ITEM_LIMIT / 1_000_000 + 3
