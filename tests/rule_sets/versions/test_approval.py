"""A version that another admin has to approve: asked for, sent back, approved, planned, and void after a change."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from advisor.models import AuditEvent, Database, RuleSetVersion
from advisor.models.base import utc_now
from advisor.models.rule_sets.rule_set_version import in_force
from advisor.rule_sets import worker
from advisor.settings import Settings
from tests.accounts.mailbox import Mailbox
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.versions.plans import PLAN, RULE, ask, due, edit_points, highest, step, tomorrow
from tests.visiting import text_of


def test_another_admin_approves_and_nobody_their_own(
    approval: Flask, admin: Admin, other_admin: Admin, database: Database
) -> None:
    assert approval
    edit_points(admin).open(f"{DRAFT}/publish")
    assert "With 1 change it becomes version 2, in force when another admin has approved it." in admin.text
    assert "in force at once" not in admin.text
    ask(admin)
    assert "You asked for it, so somebody else has to approve it." in admin.text
    assert highest(database) == 1
    admin.submit(do="approve", status=409)
    assert "Another admin has to approve" in admin.errors
    other_admin.open("/admin/rules")
    assert "ada@example.com asks you to approve version 2. Look at it" in other_admin.text
    other_admin.open(PLAN)
    assert "It weighs more." in other_admin.text
    assert other_admin.page.select(f'a[href="{DRAFT}/differences"]')
    other_admin.submit(do="approve")
    assert "You approved version 2. It is in force now." in other_admin.text
    assert highest(database) == 2
    with database.read() as session:
        kinds = set(session.scalars(select(AuditEvent.kind)))
    assert kinds >= {"approval asked for", "version approved", "rules published"}
    row = other_admin.page.select_one(".version-table tbody tr")
    assert "ada@example.com Approved by ben@example.com, " in text_of(row)
    assert "Approved by ben@example.com, " in text_of(admin.open("/admin/rules/versions/2").main)
    assert "Ben approved version 2." in admin.open("/admin/audit").text.replace("ben@example.com", "Ben")


def test_who_is_to_approve_gets_one_letter_and_whoever_asked_none(
    approval: Flask, admin: Admin, other_admin: Admin, mailbox: Mailbox
) -> None:
    assert approval
    ask(edit_points(admin))
    letters = mailbox.letters()
    assert [letter.splitlines()[0] for letter in letters] == [
        "ben@example.com: Version 2 of the rules waits for your approval"
    ]
    assert "ada@example.com asks you to approve version 2 of the rules." in letters[0]
    assert "/admin/rules/planned" in letters[0]
    admin.open(PLAN)
    admin.submit(do="cancel")
    ask(admin)
    admin.submit(do="cancel")
    assert len(mailbox.letters()) == 1, "what was taken back before the letter was written asks nobody"
    ask(admin, day=tomorrow())
    other_admin.open(PLAN)
    other_admin.submit(do="approve")
    assert count_requests(mailbox) == 1, "nor what was approved by then"
    other_admin.submit(do="cancel")
    ask(admin)
    admin.submit(do="cancel")
    ask(admin)
    assert count_requests(mailbox) == 2, "of two that were asked for, the one that still waits"


def count_requests(mailbox: Mailbox) -> int:
    """How many letters ask for approval."""
    return sum("waits for your approval" in letter for letter in mailbox.letters())


def test_whoever_asked_gets_a_letter_about_each_answer_of_another(
    approval: Flask, admin: Admin, other_admin: Admin, mailbox: Mailbox
) -> None:
    assert approval
    ask(edit_points(admin), day=tomorrow())
    mailbox.letters()
    other_admin.open(PLAN)
    other_admin.submit(do="send-back", why="Say why it weighs more.")
    back = mailbox.letters()[-1]
    assert back.startswith("ada@example.com: Version 2 of the rules was sent back")
    assert "ben@example.com sent version 2 of the rules back with these words: “Say why it weighs more.”" in back
    ask(admin, day=tomorrow())
    other_admin.open(PLAN)
    other_admin.submit(do="approve")
    assert mailbox.letters()[-1].startswith("ada@example.com: Version 2 of the rules is approved")
    other_admin.submit(do="cancel")
    assert mailbox.letters()[-1].startswith("ada@example.com: Version 2 of the rules is not planned any more")
    told = len(mailbox.letters())
    ask(admin, day=tomorrow())
    admin.submit(do="cancel")
    assert len(mailbox.letters()) == told, "none about what one did oneself"


def test_a_planned_version_can_be_published_before_its_day(
    approval: Flask, admin: Admin, other_admin: Admin, database: Database
) -> None:
    assert approval
    ask(edit_points(admin), day=tomorrow())
    assert "Approval of version 2 is asked for" in admin.heading
    assert "now instead" not in admin.text
    admin.submit(do="publish", status=409)
    assert "Another admin has to approve it first" in admin.errors
    other_admin.open(PLAN)
    other_admin.submit(do="approve")
    assert "You approved version 2. It comes into force on" in other_admin.text
    assert highest(database) == 1
    admin.open(PLAN)
    assert "Version 2 is planned" in admin.heading
    assert "Publish version 2 now instead" in admin.text
    admin.submit(do="publish")
    assert "Version 2 is in force now." in admin.text
    assert highest(database) == 2


def test_what_is_sent_back_needs_words_and_says_them(
    approval: Flask, admin: Admin, other_admin: Admin, database: Database
) -> None:
    assert approval
    ask(edit_points(admin), day="tomorrow", time="9.05")
    other_admin.open(PLAN)
    other_admin.submit(do="send-back", why=" ", status=422)
    assert "Say what has to be changed first" in other_admin.errors
    other_admin.submit(do="send-back", why="Say why it weighs more.")
    assert "Sent back to ada@example.com." in other_admin.text
    admin.open("/admin/rules")
    assert "Version 2 was sent back to ada@example.com by ben@example.com, " in admin.text
    assert "“Say why it weighs more.”" in admin.text
    admin.open(f"{DRAFT}/publish")
    day = utc_now() + timedelta(days=1)
    assert str(admin.page.select_one("#day")["value"]).startswith(f"{day.day} ")  # type: ignore[index]
    assert admin.page.select_one("#time")["value"] == "9:05"  # type: ignore[index]
    assert highest(database) == 1
    ask(admin, day=tomorrow())
    admin.open("/admin/rules")
    assert "sent back" not in admin.text


def test_an_older_version_comes_back_by_the_same_steps(
    approval: Flask, admin: Admin, other_admin: Admin, database: Database
) -> None:
    ask(edit_points(admin))
    other_admin.open(PLAN)
    other_admin.submit(do="approve")
    admin.open("/admin/rules")
    assert text_of(admin.page.select_one('.version-table a[href$="/versions/1/bring-back"]')).startswith(
        "Bring it back"
    )
    admin.open("/admin/rules/versions/1/bring-back")
    admin.submit(note="The old weight was better.")
    assert admin.path == PLAN
    assert "A copy of version 1" in admin.text
    link = admin.page.find("a", string="Look at the differences")
    other_admin.open(str(link["href"]))  # type: ignore[index]
    assert "1 change between “Version 2, in force” and “The coming version 3, a copy of version 1”." in other_admin.text
    assert text_of(other_admin.page.select_one("#new option[selected]")).startswith("The coming version 3")
    other_admin.open(PLAN)
    other_admin.submit(do="approve")
    with database.read() as session:
        assert in_force(session).number == 3
        assert in_force(session).sha256 == session.get_one(RuleSetVersion, 1).sha256
    assert approval


def test_the_step_of_publishing_says_what_the_plan_waits_for(approval: Flask, admin: Admin, other_admin: Admin) -> None:
    assert approval
    ask(edit_points(admin), day=tomorrow())
    assert step(admin, "Publish") == "Another admin has to approve it Waits for approval"
    assert step(other_admin, "Publish") == "You can approve it Waits for approval"
    other_admin.open(PLAN)
    other_admin.submit(do="approve")
    assert step(admin, "Publish") == "Approved Planned"
    admin.edit(RULE, push__points="4")
    assert step(admin, "Publish") == "The draft was changed, so the plan is void There is a problem"


def test_a_change_that_voids_the_plan_is_announced_before_and_after(
    approval: Flask, admin: Admin, other_admin: Admin
) -> None:
    assert approval
    ask(edit_points(admin), day=tomorrow())
    other_admin.open(PLAN)
    other_admin.submit(do="approve")
    before = "A change to the draft would undo the plan."
    for path in ("history", "rules", RULE, "differences"):
        assert before in text_of(admin.open(f"{DRAFT}/{path}").main), path
    assert before not in text_of(admin.open("/admin/rules/versions/1").main), "nothing is changed there"
    admin.edit(RULE, push__points="4")
    gone = "changed the draft after version 2 was planned, so it will not come into force."
    assert f"You {gone}" in admin.text
    assert before not in admin.text
    assert f"ada@example.com {gone}" in text_of(other_admin.open(f"{DRAFT}/rules").main)
    other_admin.open(PLAN)
    assert other_admin.heading == "Version 2 will not come into force"
    assert "ben@example.com approved what it was before." in other_admin.text
    assert "Not by this plan." in other_admin.text


def test_who_pressed_is_who_did_it_and_who_asked_is_named_beside(
    approval: Flask, admin: Admin, other_admin: Admin, database: Database, settings: Settings
) -> None:
    assert approval
    ask(edit_points(admin))
    other_admin.open(PLAN)
    other_admin.submit(do="approve")
    record = admin.open("/admin/audit")
    assert "ben@example.com published the draft as version 2, which ada@example.com had asked for." in text_of(
        record.main
    )
    ask(edit_points(admin), day=tomorrow())
    other_admin.open(PLAN)
    other_admin.submit(do="approve")
    other_admin.submit(do="publish")
    admin.open("/admin/audit")
    assert "ben@example.com published the draft as version 3, which ada@example.com had asked for." in admin.text
    admin.open("/admin/rules/versions/3")
    assert "Asked for by ada@example.com Approved by ben@example.com" in admin.text
    ask(edit_points(admin, "4"), day=tomorrow())
    other_admin.open(PLAN)
    other_admin.submit(do="approve")
    due(database)
    assert worker.work_due(database, settings)
    admin.open("/admin/audit")
    assert "ada@example.com had planned version 4, which came into force." in admin.text


def test_whoever_approves_can_find_out_who_is_affected_without_leaving_the_plan(
    approval: Flask, admin: Admin, other_admin: Admin, database: Database, settings: Settings
) -> None:
    assert approval
    edit_points(admin).open(f"{DRAFT}/{RULE}/comments")
    admin.submit(comment="Is this right?", form=admin.number_of("about"))
    ask(admin)
    other_admin.open(PLAN)
    assert "1 comment is still open" in other_admin.text
    other_admin.submit(do="run")
    assert other_admin.path == PLAN
    worker.work_due(database, settings)
    other_admin.open(PLAN)
    assert "Nothing is saved yet on which it could advise differently." in other_admin.text
    assert not other_admin.page.select("button[value=run]")
