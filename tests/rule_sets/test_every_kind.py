"""Every kind of thing that a rule set holds can be added, edited, moved and taken out in the browser."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from advisor import starter
from advisor.engine.edit import find
from advisor.engine.evidence import Firmness
from advisor.engine.operators import AnswerType
from advisor.engine.questions import Condition, Option, Question, Section
from advisor.engine.rules import CasePart, RuleSet
from advisor.engine.things import KINDS, NUMBERED, key_of, lists_of, options_of, things
from advisor.models import Database
from advisor.models.draft import find_draft
from advisor.rule_sets.inputs import Context
from advisor.rule_sets.sheets import SHEETS, sheet_of, with_kept
from tests.rule_sets.admins import DRAFT, Admin
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
)


def everything() -> RuleSet:
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
    case = STARTER.cases[0]
    shared = {key: answer for key, answer in case.answers.items() if key in {"edge", "aim", "in_house", "closest"}}
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
        cases=(*STARTER.cases, *cases),
    )


def every_thing(rules: RuleSet) -> Iterator[tuple[str, str, Any]]:
    for in_list in lists_of(rules):
        for at, item in enumerate(things(rules, in_list)):
            yield in_list, str(at) if in_list in NUMBERED else key_of(item), item


def test_every_list_of_a_rule_set_has_a_sheet() -> None:
    assert SHEETS.keys() == {*KINDS, "options"}


@pytest.mark.parametrize("key_is_fixed", [False, True])
def test_every_thing_that_is_opened_and_saved_unchanged_is_the_same(app: Flask, *, key_is_fixed: bool) -> None:
    rules = everything()
    with app.test_request_context():
        for in_list, key, item in every_thing(rules):
            question = rules.question(in_list.split("/")[1]) if "/" in in_list else None
            question = item if in_list == "questions" else question
            fixed = key_is_fixed and in_list not in NUMBERED
            sheet = sheet_of(Context(rules, in_list, question, key=key, key_is_fixed=fixed))
            raw = sheet.spread(item)
            form = sheet.form(raw, "", meta={"csrf": False})
            assert form.validate(), (in_list, key, form.errors)
            read = with_kept(sheet.read(form, raw), item)
            assert read == item, (in_list, key, form.errors)


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
        {"text": "How many?", "short": "How many", "missing": "Enter it", "type": "number", "minimum": "1"},
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
    "sources": ({"key": "D7", "title": "Seven", "kind": "guidance", "about": "It."}, lambda source: source.key == "D7"),
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


def page_of(in_list: str, key: str = "", act: str = "") -> str:
    if "/" in in_list:
        question = in_list.split("/")[1]
        path = f"{DRAFT}/questions/{question}/answers/{key}" if key else f"{DRAFT}/add/questions/{question}/answer"
    else:
        path = f"{DRAFT}/{in_list}/{key}" if key else f"{DRAFT}/add/{in_list}"
    return f"{path}/{act}" if act else path


@pytest.mark.parametrize("in_list", NEW)
def test_a_thing_of_each_kind_is_added_edited_moved_and_taken_out(admin: Admin, draft: Read, in_list: str) -> None:
    fields, is_right = NEW[in_list]
    admin.start()
    before = things(draft(), in_list)
    admin.open(page_of(in_list))
    rows = {match[1]: int(match[2]) for field in fields if (match := re.match(r"(\w+)-(\d)-", field))}
    for name, last in rows.items():  # rows are there, and have the fields of their question, before they are filled in
        while not admin.page.select_one(f'[name^="{name}-{last}-"]'):
            admin.press(f"{name}:add")
        questions: dict[str, Any] = {key: value for key, value in fields.items() if key.endswith("-question")}
        admin.press("update", **questions)
    admin.press("save", **fields)
    assert "Saved in the draft" in admin.said, admin.complaints
    after = things(draft(), in_list)
    (new,) = [item for item in after if item not in before]
    assert is_right(new), new
    at = after.index(new)
    assert at == len(before) - (in_list in {"leave", "kind"}), "a row after the last one of a table never decides"
    key = str(at) if in_list in NUMBERED else key_of(new)

    texts = ("because", "text", "says", "title", "label", "topic")
    name = next(name for name in texts if isinstance(new, str) or hasattr(new, name))
    name = "text" if isinstance(new, str) else name
    admin.open(page_of(in_list, key))
    words: dict[str, Any] = {name: "Other words than before."}
    admin.press("save", **words)
    changed = find(draft(), in_list, key)
    assert (changed if isinstance(changed, str) else getattr(changed, name)) == "Other words than before."

    admin.open(page_of(in_list, key, "remove"))
    admin.submit()
    assert things(draft(), in_list) == before


@pytest.mark.parametrize("in_list", ["rules", "kind", "limits", options_of("edge")])
def test_things_are_put_in_order_by_buttons(admin: Admin, draft: Read, in_list: str) -> None:
    admin.start()
    before = things(draft(), in_list)
    admin.open(f"{DRAFT}/questions/edge" if "/" in in_list else f"{DRAFT}/{in_list}")
    button = next(
        str(b["value"]) for b in admin.page.select('button[name="do"]') if str(b["value"]).startswith("down ")
    )
    form = next(at for at, f in enumerate(admin.page.select("main form")) if f.select_one(f'button[value="{button}"]'))
    admin.submit(form=form, button=button)
    assert things(draft(), in_list) == (before[1], before[0], *before[2:])


def test_a_copy_has_everything_but_the_key(admin: Admin, draft: Read) -> None:
    admin.start()
    rule = draft().rules[4]
    admin.open(f"{DRAFT}/add/rules?copy={rule.key}")
    admin.save()
    copied = draft().rules[-1]
    assert copied == replace(rule, key=copied.key)
    assert copied.key != rule.key


def test_conditions_are_added_moved_and_removed_by_buttons_and_nothing_is_stored_by_them(
    admin: Admin, draft: Read
) -> None:
    admin.start()
    rule = next(rule for rule in draft().rules if len(rule.when) == 2)
    admin.open(f"{DRAFT}/rules/{rule.key}")
    admin.press("when:up:1", because="Typed meanwhile.")
    chosen = [str(option["value"]) for option in admin.page.select('select[name$="-question"] option[selected]')]
    assert chosen == [rule.when[1].question, rule.when[0].question]
    assert "Typed meanwhile." in admin.page.main.text  # type: ignore[union-attr]
    admin.press("when:remove:0")
    assert len(admin.page.select('select[name$="-question"]')) == 1
    assert find(draft(), "rules", rule.key) == rule
    admin.save()
    saved = find(draft(), "rules", rule.key)
    assert (saved.when, saved.because) == ((rule.when[0],), "Typed meanwhile.")


def test_a_rule_reads_as_a_sentence_that_follows_what_is_typed(admin: Admin) -> None:
    admin.start()
    admin.open(f"{DRAFT}/rules/{STARTER.rules[0].key}")
    admin.press("update", push__side="keep", push__points="1")
    assert "it adds 1 point towards keeping it in-house" in admin.said


def test_what_is_not_complete_is_refused_at_its_field_and_stays_in_it(admin: Admin, draft: Read) -> None:
    admin.start()
    admin.open(f"{DRAFT}/rules/{STARTER.rules[0].key}")
    admin.press("save", status=422, when__0__values=None, because="x" * 4001)
    assert "4,001 characters long" in admin.complaints
    admin.press("save", status=422, when__0__values=None, because="Kept here.")
    assert "Choose at least one answer" in admin.complaints
    assert "Kept here." in admin.said
    assert draft() == STARTER


def test_an_answer_whose_words_change_says_whether_its_meaning_does(admin: Admin, draft: Read) -> None:
    admin.start()
    option = STARTER.questions[1].options[0]
    page = page_of(options_of("edge"), option.key)
    admin.open(page)
    admin.press("save", status=422, label="Not core at all")
    assert "Say whether only the wording has changed" in admin.complaints
    admin.press("save", label="Not core at all", meaning="wording")
    assert draft().questions[1].options[0] == replace(option, label="Not core at all")
    admin.open(page)
    admin.press("save", label="Something quite different", meaning="meaning")
    changed = draft().questions[1].options[0]
    assert changed.key == "something-quite-different"
    looks_at = [c for rule in draft().rules for c in rule.when if c.question == "edge" and option.key in c.values]
    assert not looks_at
    assert not any(case.answers.get("edge") == option.key for case in draft().cases)


def test_a_question_is_retired_with_what_looks_at_it(admin: Admin, draft: Read) -> None:
    admin.start()
    admin.open(f"{DRAFT}/questions/contact/remove")
    assert "This looks at it" in admin.said
    admin.submit(with_users="y")
    assert draft().question("contact") is None
    assert not any(c.question == "contact" for rule in draft().rules for c in rule.when)
    admin.open(f"{DRAFT}/problems")


def test_rules_are_found_by_side_question_claim_and_whether_they_changed(admin: Admin) -> None:
    admin.start()
    admin.edit(f"rules/{STARTER.rules[2].key}", because="New words.")

    def found(query: str) -> list[str]:
        admin.open(f"{DRAFT}/rules?{query}")
        return [str(li["id"]).removeprefix("thing-") for li in admin.page.select("li[id^=thing-]")]

    rules = STARTER.rules
    assert found("changed=1") == [rules[2].key]
    assert found("side=keep") == [rule.key for rule in rules if rule.push.side == "keep"]
    assert found("question=edge") == [rule.key for rule in rules if any(c.question == "edge" for c in rule.when)]
    assert found("claim=D2.04") == [rule.key for rule in rules if "D2.04" in rule.sources]
    assert found("q=NEW+WORDS") == [rules[2].key]
    assert found("q=nothing-like-it") == []


def test_a_test_case_that_fails_shows_expected_and_got(admin: Admin) -> None:
    admin.start()
    case = STARTER.cases[0]
    admin.edit(f"cases/{case.key}", outcome="keep")
    assert "Now it gives BPO Fails" in admin.said
    admin.open(f"{DRAFT}/cases?result=failed")
    assert "Fails: expected Keep in-house for now, got BPO" in admin.said
    assert len(admin.page.select("li[id^=thing-]")) == 1
    admin.open(f"{DRAFT}/publish")
    assert "should come out as “Keep in-house for now”" in admin.said


def test_a_test_case_is_broken_into_parts_that_begin_with_its_answers(admin: Admin, draft: Read) -> None:
    admin.start()
    case = STARTER.cases[0]
    admin.open(f"{DRAFT}/cases/{case.key}")
    admin.press("parts:add")
    admin.press("save", parts__0__part="Keying", parts__1__part="Checking", parts__1__answers__steps="not-sure")
    saved = find(draft(), "cases", case.key)
    assert [part.part for part in saved.parts] == ["Keying", "Checking"]
    assert saved.parts[0].answers["steps"] == case.answers["steps"]
    assert saved.parts[1].answers["steps"] is None
    assert "steps" not in saved.answers
    assert saved.answers["edge"] == case.answers["edge"]


def test_a_test_case_can_be_begun_from_answers_in_the_address(admin: Admin) -> None:
    admin.start()
    admin.open(f"{DRAFT}/add/cases?process_name=From+a+note&answers-edge=core&outcome=keep&nonsense=1&parts-0-x=2")
    assert admin.page.select_one('[name="process_name"]')["value"] == "From a note"  # type: ignore[index]
    assert admin.page.select_one('[name="answers-edge"] option[selected]')["value"] == "core"  # type: ignore[index]


def test_a_question_is_previewed_as_a_visitor_sees_it(admin: Admin) -> None:
    admin.start()
    for question in STARTER.questions:
        admin.open(f"{DRAFT}/questions/{question.key}/preview")
        assert question.text in admin.said
        assert all(option.label in admin.said for option in question.options)


@pytest.mark.parametrize(
    "sent",
    [
        {"when-999-question": "edge", "when-0-question": "steps"},
        {"when-0-question": "no-such-question"},
        {"when-0-question": "edge", "when-0-test": "at_least", "when-0-values": ["vital"]},
        {"when-0-question": "edge", "when-0-test": "any_of", "when-0-values": ["no-such-answer"]},
        {"push-side": "nobody"},
        {"push-points": "99"},
        {"sources": ["no-such-claim"] * 2},
        {"key": "not plain!"},
        {"key": "x" * 61},
        {"because": "a\x07b"},
        {"do": "when:remove:999"},
        {"do": "nonsense:up:-1"},
        {"do": "when:up:²"},
        {"role": "admin", "revision": "7", "base_version": "9", "updated_by": "me"},
    ],
)
def test_odd_input_never_breaks_a_page_or_the_draft(admin: Admin, draft: Read, sent: dict[str, Any]) -> None:
    admin.start()
    admin.open(f"{DRAFT}/add/rules")
    form: MultiDict[str, Any] = MultiDict({"because": "Odd.", "do": "save", "push-side": "bpo", "push-points": "1"})
    token = admin.page.select_one('main form [name="csrf_token"]')
    assert token is not None
    form.update({"csrf_token": token["value"]})
    for name, value in sent.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    answer = admin.client.post(f"{DRAFT}/add/rules", data=form)
    assert answer.status_code in {200, 303, 400, 422}
    assert len(draft().rules) - len(STARTER.rules) == (answer.status_code == 303)


def test_there_is_no_page_for_what_is_not_there(admin: Admin, database: Database) -> None:
    admin.open(f"{DRAFT}/rules")
    assert admin.path == "/admin/rules", "without a draft the way leads home"
    admin.start()
    for path in ("rules/none", "kind/99", "kind/-1", "kind/x", "questions/none/answers/x", "nothing", "add/nothing"):
        admin.open(f"{DRAFT}/{path}", status=404)
    for path in ("add/rules?copy=none", "questions/none/preview", "questions/edge/answers/none"):
        admin.open(f"{DRAFT}/{path}", status=404)
    for path in ("versions/99", "versions/99/bring-back", "compare?old=99", "compare?new=x", "compare?old=²"):
        admin.open(f"/admin/rules/{path}", status=404)
    with database.read() as session:
        draft = find_draft(session)
        assert draft is not None
        assert draft.revision == 1


def test_a_list_names_guidance_by_its_title_and_a_row_by_its_place(admin: Admin) -> None:
    admin.start().open(f"{DRAFT}/guidance")
    heads = {text_of(head) for head in admin.page.select(".things > li h2")}
    assert {guidance.title for guidance in starter.rule_set().guidance} == heads
    admin.open(f"{DRAFT}/kind")
    assert text_of(admin.page.select_one(".things .trace")) == "Row 1"
    assert text_of(admin.page.select_one(".things a.grave")) == "Remove Row 1"
