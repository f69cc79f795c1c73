"""Comments stand beside their sections, for their owner alone, and in the history."""

from datetime import timedelta
from uuid import uuid4

from flask import Flask
from sqlalchemy import select, update

from advisor.assessments.result.comments import SECTIONS
from advisor.models import Comment, Database
from advisor.models.accounts.removal import purge
from advisor.models.base import utc_now
from tests.accounts.recorded_acts.processes import download
from tests.assessments.walker import Walker
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of


def stored_comments(database: Database) -> list[Comment]:
    with database.read() as session:
        return list(session.scalars(select(Comment).order_by(Comment.created_at)))


def write(owner: OwnerWalker, section: str, text: str) -> None:
    owner.open(f"{owner.at}/comments?section={section}")
    owner.submit(text=text)


def test_a_comment_stands_in_its_section_and_in_the_history(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    ways = [str(link["href"]) for link in owner.page.select(".comments a")]
    present = [key for key in SECTIONS if owner.page.select_one(f"section.{key}")]
    assert ways == [f"{owner.at}/comments?section={key}" for key in present], (
        "each section can be commented on, and only those"
    )
    assert {"why", "given", "next"} <= set(present)
    write(owner, "why", "  Priya doubts\r\nthe second reason. <b>\n")
    assert owner.key == "result"
    section = owner.page.select_one("section.why")
    assert "Priya doubts the second reason. <b>" in text_of(section)
    assert "1 comment" in text_of(owner.page.select_one("details:has(section.why) summary"))
    write(owner, "why", "So do I.")
    assert "2 comments" in owner.words
    assert [one.text for one in stored_comments(database)] == ["Priya doubts\nthe second reason. <b>", "So do I."]
    owner.open(f"{owner.at}/history")
    entries = [text_of(item) for item in owner.page.select(".revisions li")]
    assert [entry.partition(" ")[0] for entry in entries] == ["So", "Priya", "Advice"]
    assert "Comment on “Why we say this”" in entries[0]


def test_a_comment_is_changed_removed_and_put_back(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    write(owner, "given", "First")
    (one,) = stored_comments(database)
    at = f"{owner.at}/comments/{one.id}/change"
    owner.open(at)
    other = owner.second_window()
    owner.submit(text="", status=422)
    assert "Write your comment" in owner.complaint
    owner.submit(text="Second")
    assert "changed" in text_of(owner.page.select_one("section.given .trace"))
    other.submit(text="Third", status=409)
    assert "Saved meanwhile Second" in other.words
    assert other.page.select_one("textarea").get_text().strip() == "Third"  # type: ignore[union-attr]
    other.submit()
    assert stored_comments(database)[0].text == "Third"
    owner.open(at)
    owner.submit(form=1)
    assert "The comment is removed." in owner.words
    assert "Third" not in owner.words
    undo = owner.page
    owner.open(at, 404)
    owner.open(f"{owner.at}/result")
    assert "Third" not in owner.words
    owner.open(f"{owner.at}/history")
    assert "Third" not in owner.words
    owner.page = undo
    owner.submit(form=0)
    assert "Third" in owner.words
    with database.write() as session:
        session.execute(update(Comment).values(removed_at=utc_now() - timedelta(days=31)))
        purge(session, assessments_after=timedelta(days=30), keys_after=timedelta(days=1))
    assert stored_comments(database) == []


def test_nobody_else_reads_or_changes_it(
    owner: OwnerWalker, rival: OwnerWalker, walker: Walker, app: Flask, database: Database
) -> None:
    owner.finish()
    write(owner, "why", "Damson")
    (one,) = stored_comments(database)
    rival.finish()
    for path in (
        f"{owner.at}/comments?section=why",
        f"{owner.at}/comments/{one.id}/change",
        f"{rival.at}/comments/{one.id}/change",
    ):
        rival.open(path, 404)
    rival.open(f"{rival.at}/comments?section=why")
    for act in ("remove", "put-back"):
        for at in (owner.at, rival.at):
            assert rival.post(f"{at}/comments/{one.id}/{act}").status_code == 404
    owner.open(f"{owner.at}/comments?section=nothing", 404)
    owner.open(f"{owner.at}/comments/{uuid4()}/change", 404)
    owner.open(f"{owner.at}/share/new")
    assert "Damson" not in owner.words
    owner.submit()
    path = str(owner.page.select_one("#link")["value"]).removeprefix("http://127.0.0.1:8000")  # type: ignore[index]
    for show in ("", "?show=all"):
        assert "Damson" not in app.test_client().get(path + show).text
    assert "Damson" not in owner.client.get("/processes/your-processes.csv").text
    walker.finish()
    assert not walker.page.select(".comments"), "a visitor has no history to keep it in"
    assert (stored_comments(database)[0].text, stored_comments(database)[0].removed_at) == ("Damson", None)


def test_there_may_be_so_many(owner: OwnerWalker, app: Flask, database: Database) -> None:
    app.config["COMMENTS_PER_PROCESS"] = 2
    owner.finish()
    for text in ("One", "Two"):
        write(owner, "why", text)
    owner.open(f"{owner.at}/comments?section=risks", 200)
    owner.submit(text="Three", status=422)
    assert "2 comments, which is as many as it may have" in owner.complaint
    assert owner.page.select_one("textarea").get_text().strip() == "Three"  # type: ignore[union-attr]
    assert len(stored_comments(database)) == 2


def test_the_download_has_them(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    write(owner, "why", "Damson")
    (found,) = download(owner).json["comments"]
    assert (found["text"], found["on"]) == ("Damson", "why")
    owner.open(f"{owner.at}/delete")
    owner.submit()
    assert len(stored_comments(database)) == 1, "what is in the bin keeps them"
