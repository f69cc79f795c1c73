"""Test cases in the draft: what they expect and give, in parts, and begun from elsewhere."""

from advisor import starter
from advisor.engine.document.edit import find
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.conftest import Read

STARTER = starter.rule_set()


def test_a_test_case_that_fails_shows_expected_and_got(admin: Admin) -> None:
    admin.start()
    case = STARTER.cases[0]
    admin.edit(f"cases/{case.key}", outcome="keep")
    assert "Now it gives BPO Fails" in admin.text
    admin.open(f"{DRAFT}/cases?result=failed")
    assert "Fails: expected Keep in-house for now, got BPO" in admin.text
    assert len(admin.page.select("li[id^=thing-]")) == 1
    admin.open(f"{DRAFT}/publish")
    assert "should come out as “Keep in-house for now”" in admin.text


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
    assert saved.answers["aims"] == case.answers["aims"]


def test_a_test_case_can_be_begun_from_answers_in_the_address(admin: Admin) -> None:
    admin.start()
    admin.open(f"{DRAFT}/add/cases?process_name=From+a+note&answers-start=day&outcome=keep&nonsense=1&parts-0-x=2")
    assert admin.page.select_one('[name="process_name"]')["value"] == "From a note"  # type: ignore[index]
    assert admin.page.select_one('[name="answers-start"] option[selected]')["value"] == "day"  # type: ignore[index]
