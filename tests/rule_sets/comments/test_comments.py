"""Comments on the items of the draft: written, answered, settled, deleted, and kept with the version."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from advisor import starter
from advisor.engine.document.document import KINDS, NUMBERED, items_of, key_of
from advisor.models import Account, AuditEvent, Database, ItemComment, ItemThread
from advisor.models.accounts.removal import purge
from advisor.models.base import utc_now
from advisor.wording.items import item_name
from tests.accounts.recorded_acts.processes import download
from tests.rule_sets.admins import DRAFT, Admin, form_index, item_path
from tests.visiting import text_of

RULES = starter.rule_set()
RULE, OTHER_RULE = (rule.key for rule in RULES.rules[:2])
OPEN = "/admin/rules/comments"


def write(admin: Admin, place: str, words: str) -> None:
    admin.open(f"{DRAFT}/{place}")
    admin.submit(form=form_index(admin, f"{DRAFT}/{place}/comments"), comment=words)


def press(admin: Admin, do: str, at: int = 0, status: int = 200) -> None:
    """Press the button of that value, the first one, or the one at ``at``."""
    forms = [n for n, it in enumerate(admin.page.select("main form")) if it.select_one(f'button[value="{do}"]')]
    admin.submit(form=forms[at], do=do, status=status)


def stored_threads(database: Database) -> list[ItemThread]:
    with database.read() as session:
        return list(session.scalars(select(ItemThread).order_by(ItemThread.created_at)))


def section(admin: Admin) -> str:
    return text_of(admin.page.select_one("section[aria-labelledby=comments]"))


def publish(admin: Admin) -> None:
    admin.edit(f"rules/{OTHER_RULE}", because=f"Words of {utc_now()}.")
    admin.open(f"{DRAFT}/publish")
    admin.submit(do="publish", note="It weighs more.")
    assert admin.path == "/admin/rules"


def test_every_kind_of_item_can_be_commented_on(admin: Admin, database: Database) -> None:
    admin.start()
    question = RULES.questions[1]
    option = item_path(f"questions/{question.key}/options", question.options[0].key).removeprefix(f"{DRAFT}/")
    places = [f"{name}/0" if name in NUMBERED else f"{name}/{key_of(items_of(RULES, name)[0])}" for name in KINDS]
    for place in (*places, option):
        write(admin, place, "  Is this so?\r\n<b>I doubt it.</b> ")
        assert admin.path == f"{DRAFT}/{place}"
        assert "Is this so? <b>I doubt it.</b> ada@example.com" in section(admin)
    with database.read() as session:
        assert set(session.scalars(select(ItemComment.text))) == {"Is this so?\n<b>I doubt it.</b>"}
    admin.open(OPEN)
    shown = [(str(link["href"]), text_of(link)) for link in admin.page.select("main h2 a")]
    found = [place.rsplit("/", 1) for place in places]
    said = [item_name(RULES, collection, key) for collection, key in found]
    said.append(item_name(RULES, f"questions/{question.key}/options", question.options[0].key))
    assert shown == [(f"{DRAFT}/{place}#comments", name) for place, name in zip((*places, option), said, strict=True)]


def test_a_comment_is_answered_settled_and_reopened(admin: Admin, other_admin: Admin, database: Database) -> None:
    admin.start()
    write(admin, f"rules/{RULE}", "Are four points right?")
    other_admin.open("/admin/rules")
    other_admin.open(other_admin.page.find("a", string="1 open comment")["href"])  # type: ignore[index]
    other_admin.open(str(other_admin.page.select_one(".thread .row-buttons a")["href"]))  # type: ignore[index]
    other_admin.submit(form=-1, comment="", status=422)
    assert "Write your comment" in other_admin.errors
    other_admin.submit(form=-1, comment="Three would do.")
    assert other_admin.path == f"{DRAFT}/rules/{RULE}"
    assert "Are four points right? ada@example.com" in section(other_admin)
    assert "Three would do. ben@example.com" in section(other_admin)
    press(other_admin, "settle")
    assert "Settled ben@example.com" in section(other_admin)
    admin.open(OPEN)
    assert "No comment is open." in admin.text
    admin.open(f"{OPEN}?settled=1")
    press(admin, "reopen")
    assert admin.path == OPEN
    assert "Three would do." in admin.text
    other_admin.open(str(admin.page.select_one(".thread .row-buttons a")["href"]))  # type: ignore[index]
    press(admin, "settle")
    other_admin.submit(form=-1, comment="And yet.")
    (one,) = stored_threads(database)
    assert one.settled_by == admin.account_id
    with database.read() as session:
        about = select(AuditEvent.kind, AuditEvent.what).where(AuditEvent.kind.like("comment%"))
        acts = list(session.execute(about.order_by(AuditEvent.sequence)))
        everything = str(list(session.execute(select(AuditEvent.before, AuditEvent.after, AuditEvent.why))))
    kinds = [kind.removeprefix("comment ") for kind, _what in acts]
    assert kinds == ["written", "answered", "settled", "reopened", "settled", "answered"]
    assert {what for _kind, what in acts} == {f"rules/{RULE}"}
    assert "points right" not in everything, "what was written can be deleted, and the record cannot"


def test_only_who_wrote_it_deletes_it_and_puts_it_back(admin: Admin, other_admin: Admin, database: Database) -> None:
    admin.start()
    write(admin, f"rules/{RULE}", "Wrong place")
    with database.read() as session:
        one = session.scalars(select(ItemComment.id)).one()
    other_admin.open(f"{DRAFT}/rules/{RULE}")
    assert not other_admin.page.select('button[value="delete"]')
    for do in ("delete", "put-back"):
        assert other_admin.post(f"{OPEN}/of/{one}", do=do).status_code == 404
    press(admin, "delete")
    assert "Wrong place" not in admin.text
    other_admin.open(OPEN)
    assert "Wrong place" not in other_admin.text
    press(admin, "put-back")
    assert "Wrong place" in section(admin)
    press(admin, "delete")
    with database.write() as session:
        session.execute(update(ItemComment).values(removed_at=utc_now() - timedelta(days=31)))
        purge(session, assessments_after=timedelta(days=30), keys_after=timedelta(days=1))
    assert stored_threads(database) == []
    assert admin.post(f"{OPEN}/of/{one}", do="put-back").status_code == 404


def test_comments_are_kept_with_the_version_and_open_ones_go_on(admin: Admin, database: Database) -> None:
    admin.start()
    write(admin, f"rules/{RULE}", "Settled before")
    press(admin, "settle")
    write(admin, f"rules/{OTHER_RULE}", "Still open")
    admin.open(f"{DRAFT}/publish")
    assert "1 comment is open" not in admin.text, "nothing can be published yet"
    publish(admin)
    admin.open("/admin/rules/versions/2")
    admin.open(admin.page.find("a", string="2 matters commented on before it")["href"])  # type: ignore[index]
    assert "Settled before" in admin.text
    assert "Still open" in admin.text
    admin.open("/admin/rules/versions/1")
    assert "commented" not in admin.text
    admin.open(f"{OPEN}?version=9", 404)
    admin.open(OPEN)
    assert "Settled before" not in admin.text
    assert "Since before version 2" in admin.text
    press(admin, "settle")
    admin.open(f"{OPEN}?version=2")
    press(admin, "reopen")
    admin.start()
    admin.open(f"{DRAFT}/rules/{RULE}")
    assert "Settled before" in section(admin)
    admin.open(f"{DRAFT}/rules/{OTHER_RULE}")
    assert "Still open" not in section(admin)
    admin.open(admin.page.find("a", string="1 settled before an earlier version")["href"])  # type: ignore[index]
    assert "Since before version 2" in admin.text
    assert "Still open" in admin.text
    publish(admin)
    assert {one.version for one in stored_threads(database)} == {2}


def test_comments_stay_where_the_draft_is_discarded_or_the_item_is_removed(admin: Admin, database: Database) -> None:
    admin.start()
    admin.open(f"{DRAFT}/add/limits")
    admin.save(text="Nor the weather.")
    last = admin.path.removeprefix(f"{DRAFT}/")
    write(admin, last, "Do we need it?")
    admin.open(f"{DRAFT}/{last}/remove")
    admin.submit(form=-1)
    admin.open(OPEN)
    assert "Not in the rules any more Nor the weather. Do we need it?" in admin.text
    admin.open(f"{DRAFT}/discard")
    assert "The comment on it stays, for the next draft." in admin.text
    admin.submit()
    admin.open(OPEN)
    assert "Nor the weather. Do we need it?" in admin.text
    press(admin, "settle")
    assert stored_threads(database)[0].settled_at is not None


def test_a_comment_follows_a_row_that_is_edited_and_moved_and_a_key_that_is_changed(
    admin: Admin, other_admin: Admin, database: Database
) -> None:
    admin.start()
    write(admin, "leave/1", "Why this row?")
    other_admin.open(f"{DRAFT}/leave/1")
    admin.edit("leave/1", says="Told otherwise.")
    assert "Why this row?" in section(admin)
    admin.open(f"{DRAFT}/leave/1")
    button = str(admin.page.select_one('button[value^="move "]')["value"])  # type: ignore[index]
    admin.submit(form=admin.number_of("to"), button=button, to="first")
    admin.open(f"{DRAFT}/leave/0")
    assert "Why this row?" in section(admin)
    admin.open(f"{DRAFT}/leave/1")
    assert "Why this row?" not in section(admin)
    other_admin.submit(form=form_index(other_admin, "leave/1/comments"), comment="Late", status=422)
    assert "changed or removed after you opened the page" in other_admin.errors
    assert "Late" in other_admin.text
    admin.open(f"{DRAFT}/add/limits")
    admin.open(f"{DRAFT}/add/questions/{RULES.questions[1].key}/answer")
    admin.save(label="Something new")
    at = admin.path.removeprefix(f"{DRAFT}/")
    write(admin, at, "Which key?")
    admin.edit(at, key="another-key")
    assert admin.path.endswith("another-key")
    assert "Which key?" in section(admin)
    assert len(stored_threads(database)) == 2


def test_there_may_be_so_many_and_a_text_may_be_so_long(admin: Admin, app: Flask, database: Database) -> None:
    app.config["COMMENTS_ON_DRAFT"] = 1
    admin.start()
    for words in ("x" * 20_000, "a\x07b", " \n "):
        admin.open(f"{DRAFT}/rules/{RULE}")
        admin.submit(form=form_index(admin, "/comments"), comment=words, status=422)
        assert "omment" in admin.errors
    write(admin, f"rules/{RULE}", "One")
    admin.open(f"{DRAFT}/rules/{RULE}")
    admin.submit(form=form_index(admin, f"rules/{RULE}/comments"), comment="Two", status=422)
    assert "1 comments, which is as many as it may have" in admin.errors
    assert admin.page.select_one("textarea").get_text().strip() == "Two"  # type: ignore[union-attr]
    with database.read() as session:
        assert [one.text for one in session.scalars(select(ItemComment))] == ["One"]


def test_what_one_wrote_is_in_the_download_and_stays_without_a_name_when_the_account_goes(
    admin: Admin, other_admin: Admin, database: Database
) -> None:
    admin.start()
    write(other_admin, f"rules/{RULE}", "Damson")
    work = download(other_admin).json["work_on_the_rules"]
    assert [one["text"] for one in work["comments"]] == ["Damson"]
    assert [one["on"] for one in work["commented_on"]] == [RULE]
    with database.write() as session:
        session.delete(session.get_one(Account, other_admin.account_id))
    admin.open(f"{DRAFT}/rules/{RULE}")
    assert "Damson an account that was deleted" in section(admin)
