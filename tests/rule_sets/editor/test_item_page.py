"""What the pages of the draft do beside saving: buttons, sentences, refusals, filters."""

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from advisor import starter
from advisor.engine.checks.check import check
from advisor.engine.checks.texts import REASON_LIMIT
from advisor.engine.document.document import options_of
from advisor.engine.document.edit import find
from advisor.models import Database
from advisor.models.rule_sets.draft import find_draft
from tests.rule_sets.admins import DRAFT, Admin, item_path
from tests.rule_sets.conftest import Read

STARTER = starter.rule_set()


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
    assert "it adds 1 point towards keeping it in-house" in admin.text


def test_what_is_not_complete_is_refused_at_its_field_and_stays_in_it(admin: Admin, draft: Read) -> None:
    admin.start()
    admin.open(f"{DRAFT}/rules/{STARTER.rules[0].key}")
    assert f"One plain sentence, at most {REASON_LIMIT} characters." in admin.text
    admin.press("save", status=422, when__0__values=None, because="x" * 4001)
    assert "4,001 characters long" in admin.errors
    admin.press("save", status=422, when__0__values=None, because="Kept here.")
    assert "Choose at least one answer" in admin.errors
    assert "Kept here." in admin.text
    assert draft() == STARTER


def test_an_answer_whose_words_change_says_whether_its_meaning_does(admin: Admin, draft: Read) -> None:
    admin.start()
    option = STARTER.questions[1].options[0]
    page = item_path(options_of("edge"), option.key)
    admin.open(page)
    admin.press("save", status=422, label="Not core at all")
    assert "Say whether only the wording has changed" in admin.errors
    admin.press("save", label="Not core at all", meaning="wording")
    assert draft().questions[1].options[0] == replace(option, label="Not core at all")
    admin.open(page)
    admin.press("save", label="Something quite different", meaning="meaning")
    changed = draft().questions[1].options[0]
    assert changed.key == "something-quite-different"
    looks_at = [c for rule in draft().rules for c in rule.when if c.question == "edge" and option.key in c.values]
    assert not looks_at
    assert not any(case.answers.get("edge") == option.key for case in draft().cases)


def test_a_question_whose_text_changes_says_whether_its_meaning_does(admin: Admin, draft: Read) -> None:
    admin.start()
    edge = STARTER.questions[1]
    users = [rule.key for rule in STARTER.rules if any(c.question == "edge" for c in rule.when)]
    admin.open(f"{DRAFT}/questions/edge")
    admin.press("save", hint="Only this.")
    admin.press("save", status=422, text="Would anybody miss it?")
    assert "Say whether only the wording has changed" in admin.errors
    admin.press("save", text="Would anybody miss it?", meaning="wording")
    assert draft().questions[1] == replace(edge, text="Would anybody miss it?", hint="Only this.")
    admin.press("save", text="Who would notice if it stopped?", meaning="meaning")
    changed = draft().questions[1]
    assert (changed.key, changed.options) == ("who-would-notice-if-it-stopped", edge.options)
    assert [rule.key for rule in draft().rules if any(c.question == changed.key for c in rule.when)] == users
    assert not any(c.question == "edge" for rule in draft().rules for c in rule.when)
    assert any(changed.key in case.answers for case in draft().cases)
    assert admin.response.status_code == 200, "the page of the new question"


def test_sentences_that_quote_what_an_answer_read_before_are_listed_until_they_do_not(
    admin: Admin, draft: Read
) -> None:
    admin.start()
    option = STARTER.questions[1].options[0]
    admin.open(f"{DRAFT}/limits/0")
    admin.press("save", text=f"Who says “{option.label}” may be wrong.")
    page = item_path(options_of("edge"), option.key)
    for meaning, label in (("wording", "Not core at all"), ("meaning", "Something quite different")):
        admin.open(page)
        assert ("Quote the old wording" in admin.text) == (meaning == "meaning"), "nothing changed yet, at first"
        admin.press("save", label=label, meaning=meaning)
        assert "Quote the old wording" in admin.text
        assert f"{DRAFT}/limits/0" in [link["href"] for link in admin.page.select("aside a")]
    admin.open(f"{DRAFT}/limits/0")
    admin.press("save", text="Who says so may be wrong.")
    admin.open(item_path(options_of("edge"), draft().questions[1].options[0].key) + f"?was={option.key}")
    assert "Quote the old wording" not in admin.text


def test_a_question_is_retired_with_what_looks_at_it(admin: Admin, draft: Read) -> None:
    admin.start()
    admin.open(f"{DRAFT}/questions/contact/remove")
    assert "things name it, and would have to be mended" in admin.text
    admin.submit(with_users="y")
    assert draft().question("contact") is None
    assert not any(c.question == "contact" for rule in draft().rules for c in rule.when)
    admin.open(f"{DRAFT}/problems")


def test_rules_are_found_by_side_question_claim_and_whether_they_changed(admin: Admin) -> None:
    admin.start()
    admin.edit(f"rules/{STARTER.rules[2].key}", because="New words.")

    def found_rules(query: str) -> list[str]:
        admin.open(f"{DRAFT}/rules?{query}")
        return [str(li["id"]).removeprefix("thing-") for li in admin.page.select("li[id^=thing-]")]

    rules = STARTER.rules
    assert found_rules("changed=1") == [rules[2].key]
    assert found_rules("side=keep") == [rule.key for rule in rules if rule.push.side == "keep"]
    assert found_rules("question=edge") == [rule.key for rule in rules if any(c.question == "edge" for c in rule.when)]
    assert found_rules("claim=D2.04") == [rule.key for rule in rules if "D2.04" in rule.sources]
    assert found_rules("q=NEW+WORDS") == [rules[2].key]
    assert found_rules("q=nothing-like-it") == []


def test_words_are_found_in_both_spellings_of_an_accent_and_without_it(admin: Admin) -> None:
    admin.start()
    admin.edit(f"rules/{STARTER.rules[2].key}", because="A cafe\u0301 knows it.")
    for words in ("caf%C3%A9+KNOWS", "cafe%CC%81", "cafe+knows"):
        admin.open(f"{DRAFT}/rules?q={words}")
        assert len(admin.page.select("li[id^=thing-]")) == 1


def test_a_text_of_the_draft_that_shows_nothing_is_none_and_a_key_is_made_alike_of_both_spellings(
    admin: Admin, draft: Read
) -> None:
    admin.start()
    admin.edit("sources/D1", title="\u3164\u200b")
    assert draft().sources[0].title == ""
    assert any(problem.blocks and "title" in problem.place for problem in check(draft()))
    for title in ("Cafe\u0301", "Caf\u00e9"):
        admin.open(item_path("sources"))
        admin.save(title=title, about="Read it.", key="")
        admin.open(item_path("guidance"))
        admin.save(title=title, text="Read it.", key="")
    assert [source.title for source in draft().sources[-2:]] == ["Caf\u00e9", "Caf\u00e9"]
    assert [item.key for item in draft().guidance[-2:]] == ["cafe", "cafe-2"]


def test_a_question_is_previewed_as_a_visitor_sees_it(admin: Admin) -> None:
    admin.start()
    for question in STARTER.questions:
        admin.open(f"{DRAFT}/questions/{question.key}/preview")
        assert question.text in admin.text
        assert all(option.label in admin.text for option in question.options)


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
    form.update({"csrf_token": admin.token})
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
