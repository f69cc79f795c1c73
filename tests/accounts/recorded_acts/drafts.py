"""Acts that change the draft of the rules."""

import io

from advisor import starter
from advisor.exchange.rule_sets import write_rule_set
from advisor.models import Feedback
from tests.accounts.recorded_acts.act_list import ActList
from tests.accounts.recorded_acts.installation import Installation, press
from tests.rule_sets.admins import DRAFT

RULE, LAST = starter.rule_set().rules[0].key, starter.rule_set().rules[-1].key

QUESTION = starter.rule_set().questions[2].key

RECORDED_ACTS = ActList()


@RECORDED_ACTS.add("draft started", "admin", "draft", detail="version")
def a_draft(installation: Installation) -> None:
    installation.admin.press_start()


@RECORDED_ACTS.add("draft changed", "admin", f"rules/{RULE}", detail="before after version")
def another_rule(installation: Installation) -> None:
    installation.admin.start()
    installation.begin()
    installation.admin.edit(f"rules/{RULE}", because="Other words.")


@RECORDED_ACTS.add("draft added to", "admin", "sources.*", detail="after version")
def one_thing_more(installation: Installation) -> None:
    installation.admin.start()
    installation.begin()
    installation.admin.open(f"{DRAFT}/add/sources")
    installation.admin.save(key="D9", title="A paper", about="It is a paper.")


@RECORDED_ACTS.add("draft added to", "admin", "cases/note .{36}", detail="after version")
def a_test_case_from_a_note(installation: Installation) -> None:
    installation.admin.start()
    with installation.database.write() as session:
        case = starter.rule_set().cases[0]
        answers = {"answers": dict(case.answers), "parts": []}
        note = Feedback(account_id=installation.owner_id, text="Wrong.", answers=answers, version=1)
        session.add(note)
        session.flush()
        note_id = note.id
    installation.begin()
    installation.admin.open(f"/admin/feedback/{note_id}")
    press(installation.admin, "test case", outcome="kpo")


@RECORDED_ACTS.add("draft removed from", "admin", f"rules/{RULE}", detail="before version")
def one_thing_less(installation: Installation) -> None:
    installation.admin.start()
    installation.begin()
    installation.admin.open(f"{DRAFT}/rules/{RULE}/remove")
    installation.admin.submit()


@RECORDED_ACTS.add("comment written", "admin", f"rules/{RULE}", detail="after")
def a_comment(installation: Installation) -> None:
    installation.admin.start()
    installation.begin()
    installation.admin.open(f"{DRAFT}/rules/{RULE}/comments")
    installation.admin.submit(comment="Is it so?")


@RECORDED_ACTS.add("comment answered", "admin", f"rules/{RULE}", detail="after")
def an_answer(installation: Installation) -> None:
    a_comment(installation)
    installation.begin()
    installation.admin.open(str(installation.admin.page.select_one(".thread .row-buttons a")["href"]))  # type: ignore[index]
    installation.admin.submit(form=-1, comment="It is.")


@RECORDED_ACTS.add("comment settled", "admin", f"rules/{RULE}", detail="after")
def a_settled_comment(installation: Installation) -> None:
    a_comment(installation)
    installation.begin()
    press(installation.admin, "Settle", do="settle")


@RECORDED_ACTS.add("comment reopened", "admin", f"rules/{RULE}", detail="after")
def a_reopened_comment(installation: Installation) -> None:
    a_settled_comment(installation)
    installation.begin()
    press(installation.admin, "Reopen", do="reopen")


@RECORDED_ACTS.add("comment deleted", "admin", f"rules/{RULE}", detail="after")
def a_deleted_comment(installation: Installation) -> None:
    a_comment(installation)
    installation.begin()
    press(installation.admin, "Delete", do="delete")


@RECORDED_ACTS.add("comment put back", "admin", f"rules/{RULE}", detail="after")
def a_comment_put_back(installation: Installation) -> None:
    a_deleted_comment(installation)
    installation.begin()
    press(installation.admin, "Put it back", do="put-back")


@RECORDED_ACTS.add("draft moved", "admin", f"questions/{QUESTION}", detail="before after version")
def another_order(installation: Installation) -> None:
    installation.admin.start()
    installation.begin()
    installation.admin.open(f"{DRAFT}/questions?move={QUESTION}")
    installation.admin.submit(form=installation.admin.number_of("to"), do=f"move {QUESTION}", to="first")


@RECORDED_ACTS.add("draft put back", "admin", f"rules/{RULE}", detail="after version")
def one_thing_as_it_was(installation: Installation) -> None:
    one_thing_less(installation)
    installation.admin.open(f"{DRAFT}/differences")
    installation.begin()
    button = installation.admin.page.select_one('button[value^="put-back "]')
    assert button is not None
    installation.admin.submit(form=installation.admin.number_of("once"), do=button["value"])


@RECORDED_ACTS.add("draft note kept", "admin", "draft", detail="before after version")
def what_people_will_read(installation: Installation) -> None:
    installation.admin.start()
    installation.begin()
    installation.admin.open(f"{DRAFT}/note")
    installation.admin.submit(note="Volume counts for more.")


def _accept_a_warning(installation: Installation) -> None:
    installation.admin.press_start()
    installation.admin.open(f"{DRAFT}/problems")
    link = next(it for it in installation.admin.page.select(".problem-list a") if it.get_text() == "Accept it")
    installation.admin.open(str(link["href"]))


@RECORDED_ACTS.add("warning accepted", "admin", "rules/[a-z-]+", detail="after")
def a_warning_that_may_stay(installation: Installation) -> None:
    _accept_a_warning(installation)
    installation.begin()
    installation.admin.submit(reason="Meant so.")


@RECORDED_ACTS.add("warning no longer accepted", "admin", "rules/[a-z-]+", detail="before")
def a_warning_that_may_not_stay(installation: Installation) -> None:
    _accept_a_warning(installation)
    installation.admin.submit(reason="Meant so.")
    installation.begin()
    installation.admin.submit(form=installation.admin.number_of("do"), do="withdraw")


@RECORDED_ACTS.add("draft added several", "admin", "cases", detail="after version")
def every_proposed_case(installation: Installation) -> None:
    installation.admin.start()
    installation.begin()
    installation.admin.open(f"{DRAFT}/coverage/add")
    installation.admin.submit()


@RECORDED_ACTS.add("draft taken back", "admin", "cases", detail="before version")
def no_proposed_case(installation: Installation) -> None:
    every_proposed_case(installation)
    installation.begin()
    installation.admin.take_back()


@RECORDED_ACTS.add("draft changed several", "admin", "rules", detail="before after version")
def one_point_more_for_two_rules(installation: Installation) -> None:
    installation.admin.start()
    installation.begin()
    installation.admin.open(f"{DRAFT}/rules")
    preview = installation.admin.post(f"{DRAFT}/several", tick=[RULE, LAST], to_points="+1", do="preview")
    installation.admin._read(preview, 200)
    installation.admin.submit(button="apply", tick=[RULE, LAST])


@RECORDED_ACTS.add("draft imported", "admin", "draft", detail="before after version")
def another_draft_from_a_file(installation: Installation) -> None:
    another_rule(installation)
    installation.begin()
    installation.admin.open("/admin/rules/upload")
    file = io.BytesIO(write_rule_set(starter.rule_set(), "json"))
    installation.admin.submit(file=(file, "rules.json"), replace="y")


@RECORDED_ACTS.add("draft taken back", "admin", f"rules/{LAST}", detail="after version")
def back_in_the_draft(installation: Installation) -> None:
    installation.admin.start()
    installation.admin.open(f"{DRAFT}/rules/{LAST}/remove")
    installation.admin.submit()
    installation.begin()
    installation.admin.take_back()


@RECORDED_ACTS.add("draft discarded", "admin", "draft", detail="before version")
def no_draft_any_more(installation: Installation) -> None:
    another_rule(installation)
    installation.begin()
    installation.admin.open(f"{DRAFT}/discard")
    installation.admin.submit()
