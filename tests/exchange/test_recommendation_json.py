"""Advice written from kept sentences is, to the byte, what ``json`` makes of the advice."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import starter
from advisor.engine.model.answers import WorkItem, plain_answers, read_work_item
from advisor.engine.model.questions import Section
from advisor.engine.model.rules import RuleSet
from advisor.exchange import recommendation_json as module
from advisor.exchange.recommendation import recommend
from advisor.exchange.recommendation_json import recommendation_json
from tests.engine.strategies import PROPERTY, any_answers, rule_sets
from tests.exchange.samples import SMALL, work_items

STARTER = starter.rule_set()
USUAL = [label for _, option in STARTER.filings() for label in (option.label, *option.words)]
NAMES = st.sampled_from([*USUAL, "", 'of "quotes" \\ / and \u2028', "Пенсии 🧾"])


def is_the_same(rule_set: RuleSet, item: WorkItem, number: int | None = 7) -> bool:
    plain = json.dumps(recommend(rule_set, number, item), ensure_ascii=False).encode()
    return recommendation_json(rule_set, number, item) == plain


@PROPERTY
@given(st.data())
def test_it_is_the_same_for_whatever_is_accepted(data: st.DataObject) -> None:
    for rule_set in (STARTER, SMALL):
        for _ in range(4):
            item = data.draw(work_items(rule_set, NAMES))
            whole = WorkItem(item.process, {**item.answers, **(item.parts[0][1] if item.parts else {})})
            assert is_the_same(rule_set, item)
            assert is_the_same(rule_set, whole, None)


@PROPERTY
@given(rule_sets(), st.data())
def test_it_is_the_same_under_any_rules(rule_set: RuleSet, data: st.DataObject) -> None:
    for _ in range(4):
        answers = plain_answers(data.draw(any_answers(rule_set)))
        own = [plain_answers(data.draw(any_answers(rule_set))) for _ in range(2)]
        own = [{key: each[key] for key in each if key in rule_set.part_keys} for each in own]
        whole = {key: answers[key] for key in answers if key not in rule_set.part_keys}
        for sent, parts in ((answers, []), (whole, [("“One”", own[0]), ("Two", own[1])])):
            item, problems = read_work_item(rule_set, "Claims", sent, parts)
            if not problems:
                assert is_the_same(rule_set, item)


def test_it_is_the_same_when_the_memory_began_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 2)
    rule_set = replace(STARTER)
    for case in STARTER.cases * 2:
        parts = tuple((part.part, part.answers) for part in case.parts)
        assert is_the_same(rule_set, WorkItem(case.process, case.answers, parts))


def test_a_name_that_leads_to_a_question_is_written_plainly() -> None:
    (name,) = STARTER.section(Section.NAME)
    last = STARTER.questions[-1]
    follow_up = replace(last, asked_when=(replace(STARTER.rules[0].when[0], question=name.key, test="any_of"),))
    rule_set = replace(STARTER, questions=(*STARTER.questions[:-1], follow_up))
    assert all(is_the_same(rule_set, WorkItem(label, {})) for label in USUAL)
