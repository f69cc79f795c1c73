"""A question comes into the draft with its answers and their rules: all in one act, or nothing."""

from typing import Any

import pytest
from sqlalchemy import select

from advisor import starter
from advisor.engine.document.edit import remove
from advisor.engine.model.operators import AnswerType
from advisor.engine.model.questions import Condition, Option
from advisor.engine.model.rules import Push
from advisor.engine.model.vocabulary import Side
from advisor.models import Database
from advisor.models.audit import OPERATOR, AuditEvent
from advisor.models.rule_sets import draft as drafts
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read
from tests.visiting import text_of

STARTER = starter.rule_set()
ADD = f"{DRAFT}/add/questions"
CLAIM = STARTER.claims[0].id

QUESTION: dict[str, Any] = {
    "text": "Does the work come in peaks?",
    "short": "Whether it peaks",
    "missing": "Select whether it comes in peaks",
}
ANSWERS: dict[str, Any] = {"options__0__label": "Yes, much at once", "options__1__label": "No, evenly"}
RULE: dict[str, Any] = {
    "options__0__side": "bpo",
    "options__0__points": "2",
    "options__0__because": "Peaks are what a provider can spread.",
    "options__0__sources": [CLAIM],
}


def acts(database: Database) -> list[AuditEvent]:
    with database.read() as session:
        kinds = AuditEvent.kind.startswith("draft ")
        return list(session.scalars(select(AuditEvent).where(kinds).order_by(AuditEvent.sequence)))[1:]


def faulty(admin: Admin) -> list[str]:
    """Where the summary leads."""
    return [str(link["href"]).removeprefix("#") for link in admin.page.select(".problems a")]


def test_a_question_with_answers_and_a_rule_is_one_act_and_one_lands_beside_what_was_made(
    admin: Admin, draft: Read, database: Database
) -> None:
    admin.start().open(ADD)
    admin.press("options:rule:0", **QUESTION, **ANSWERS)
    admin.press("options:add", **RULE)
    admin.save(options__2__label="It depends", options__2__hint="On the season.")
    question = draft().questions[-1]
    assert (question.key, question.text) == ("whether-it-peaks", QUESTION["text"])
    assert question.options == (
        Option("yes-much-at-once", "Yes, much at once"),
        Option("no-evenly", "No, evenly"),
        Option("it-depends", "It depends", "On the season."),
    )
    rule = draft().rules[-1]
    assert rule.when == (Condition(question.key, "any_of", ("yes-much-at-once",)),)
    assert (rule.push, rule.because, rule.sources) == (Push(Side.BPO, 2), RULE["options__0__because"], (CLAIM,))
    (act,) = acts(database)
    assert (act.kind, act.what, act.before) == ("draft added several", f"questions/{question.key}", {})
    assert set(act.after or ()) == {f"questions/{question.key}", f"rules/{rule.key}"}
    assert admin.path == f"{DRAFT}/questions/{question.key}"
    links = [str(link["href"]) for link in admin.page.select("ul.links a")]
    assert f"{DRAFT}/rules/{rule.key}" in links

    assert admin.page.select_one(f'.notice button[value="{act.sequence}"]')
    admin.take_back()
    assert draft() == STARTER


def test_nothing_is_added_while_something_is_wrong_and_each_fault_is_at_its_field_and_in_the_summary(
    admin: Admin, draft: Read
) -> None:
    admin.start().open(ADD)
    admin.press("options:rule:1")
    admin.save(status=422, key="not plain!", options__0__hint="Nothing above it")
    places = faulty(admin)
    for name in ("text", "short", "missing", "key", "options-0-label", "options-1-label", "options-1-because"):
        assert name in places
        assert admin.page.select_one(f"#{name}-error"), name
    assert {"options-1-side-0", "options-1-points-0"} <= set(places)
    assert draft() == STARTER
    admin.save(status=422, **QUESTION, key="", options__0__label="Same", options__1__label=" same ")
    assert "Another answer says the same" in admin.errors
    admin.press("options:no-rule:1")
    admin.save(status=422, options__1__label="")
    assert faulty(admin) == ["options-1-label"]
    admin.save(options__1__label="Other")
    assert [option.label for option in draft().questions[-1].options] == ["Same", "Other"]
    assert draft().rules == STARTER.rules


def test_what_belongs_to_a_way_of_answering_is_shown_and_the_rest_is_kept_unseen(admin: Admin, draft: Read) -> None:
    admin.start().open(ADD)
    assert not admin.page.select("#minimum, #most")
    admin.press("update", **QUESTION, **ANSWERS, type="number")
    assert admin.page.select("#minimum")
    assert not admin.page.select("#at-options, #most")
    admin.press("update", type="choices")
    assert admin.page.select("#most")
    assert [field["value"] for field in admin.page.select('#at-options input[id$="-label"]')] == list(ANSWERS.values())
    admin.save(status=422, type="number", most="1")
    assert "is shown now" in admin.errors, "nothing that was typed is left out unasked"
    admin.save(status=422)
    assert {"minimum", "maximum"} <= set(faulty(admin))
    admin.save(minimum="0", maximum="12", unit="months")
    question = draft().questions[-1]
    assert (question.type, question.minimum, question.maximum, question.unit) == (AnswerType.NUMBER, 0, 12, "months")
    assert question.options == ()
    assert question.most is None


def test_a_rule_on_one_of_several_choices_asks_whether_they_include_it(admin: Admin, draft: Read) -> None:
    admin.start().open(ADD)
    admin.press("update", **QUESTION, **ANSWERS, type="choices")
    admin.press("options:rule:0")
    admin.save(**RULE, most="1")
    assert draft().questions[-1].most == 1
    assert draft().rules[-1].when == (Condition("whether-it-peaks", "includes_any", ("yes-much-at-once",)),)


def test_keys_can_be_typed_and_one_that_is_taken_is_told_at_its_field(admin: Admin, draft: Read) -> None:
    admin.start().open(ADD)
    admin.save(status=422, **QUESTION, **ANSWERS, key="edge", options__0__key="peaks", options__1__key="peaks")
    assert faulty(admin) == ["options-1-key"]
    admin.save(status=422, options__1__key="even")
    assert faulty(admin) == ["key"]
    admin.save(key="peaks")
    assert draft().questions[-1].key == "peaks"
    assert draft().questions[-1].option_keys == ("peaks", "even")


def test_a_key_that_is_made_is_nobody_elses(admin: Admin, draft: Read) -> None:
    admin.start()
    for short in ("Edge", "Edge", "Advice"):
        admin.open(ADD)
        admin.save(**QUESTION | {"short": short}, options__0__label="Not sure", options__1__label="None")
    keys = [question.key for question in draft().questions]
    assert len(set(keys)) == len(keys)
    assert not {"not-sure", "none"} & set(draft().questions[-1].option_keys)


def test_it_stands_where_it_was_wanted_and_a_place_that_is_gone_is_chosen_again(
    admin: Admin, draft: Read, database: Database
) -> None:
    admin.start().open(ADD)
    admin.save(**QUESTION, **ANSWERS, place="edge")
    keys = [question.key for question in draft().questions]
    assert keys.index("whether-it-peaks") == keys.index("edge") + 1
    admin.open(ADD)
    with database.write() as session:
        drafts.edit(
            session, OPERATOR, lambda rules: remove(rules, "questions", "closest"), kind="draft changed", what=""
        )
    admin.save(status=422, **QUESTION, **ANSWERS, place="closest")
    assert faulty(admin) == ["place"]
    admin.save(place="")
    assert draft().questions[0].text == QUESTION["text"]


def test_a_copy_has_the_answers_too(admin: Admin, draft: Read) -> None:
    admin.start().open(f"{ADD}?copy=edge")
    edge = STARTER.question("edge")
    assert edge
    admin.save(short="Another edge")
    copied = draft().questions[-1]
    assert [(it.label, it.hint) for it in copied.options] == [(it.label, it.hint) for it in edge.options]
    assert copied.key == "another-edge"
    admin.open(f"{ADD}?copy=no-such-question", status=404)


def test_what_was_typed_can_be_added_to_a_new_draft_where_the_old_one_is_gone(
    admin: Admin, draft: Read, database: Database
) -> None:
    admin.start().open(ADD)
    with database.write() as session:
        drafts.discard(session, OPERATOR, drafts.current_fingerprint(session))
    admin.save(status=409, **QUESTION, **ANSWERS)
    assert "There is no draft any more" in admin.errors
    admin.press("start")
    assert draft().questions[-1].text == QUESTION["text"]


def test_one_sees_it_as_people_will(admin: Admin) -> None:
    admin.start().open(ADD)
    assert "Your question" in text_of(admin.page.select_one("#preview"))
    admin.press("update", **QUESTION, **ANSWERS)
    shown = text_of(admin.page.select_one("#preview"))
    assert all(words in shown for words in (QUESTION["text"], *ANSWERS.values(), "I'm not sure"))


@pytest.mark.parametrize(
    "sent",
    [
        {"type": "nonsense"},
        {"type": ""},
        {"options-0-rule": "1", "options-0-points": "99", "options-0-side": "nobody"},
        {"options-0-rule": "1", "options-0-sources": ["no-such-claim"]},
        {"options-0-label": "a\x07b"},
        {"options-0-label": "x" * 5000},
        {"do": "options:rule:999"},
        {"do": "options:no-rule:²"},
        {"do": "options:remove:0"},
        {"place": "no-such-question"},
        {"type": "number", "shown": "number", "minimum": "x"},
        {"asked_when-0-question": "no-such-question"},
    ],
)
def test_odd_forms_are_refused_in_words_and_store_nothing(admin: Admin, draft: Read, sent: dict[str, Any]) -> None:
    admin.start().open(ADD)
    filled = {name.replace("__", "-"): value for name, value in (QUESTION | ANSWERS).items()}
    admin.submit(
        form=admin.number_of("opened"), status=200 if "do" in sent else 422, **{"do": "save", **filled, **sent}
    )
    assert draft() == STARTER
