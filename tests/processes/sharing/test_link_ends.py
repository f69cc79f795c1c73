"""A link ends by itself, by its owner, and with its process; what has ended leads nowhere."""

from datetime import timedelta

from sqlalchemy import select, update

from advisor.models import Account, AuditEvent, Database
from advisor.models.accounts.removal import purge, revoke_all
from advisor.models.base import utc_now
from tests.accounts.recorded_acts.processes import download
from tests.assessments.walker import Walker
from tests.processes.owner_walker import OwnerWalker
from tests.processes.sharing.links import ENDED, NAME, PRIVATE, change, is_dead, links, make
from tests.visiting import Visitor, text_of


def test_s2_one_page_for_every_link_that_leads_nowhere(
    owner: OwnerWalker, stranger: Visitor, database: Database
) -> None:
    def reply(path: str) -> str:
        got = stranger.client.get(path)
        assert got.status_code == 404
        return got.text

    owner.finish(name=NAME)
    unknown = reply("/shared/AAAAAAAAAAAAAAAAAAAAAA")
    assert ENDED in unknown
    path = make(owner)
    change(database, expires_at=utc_now() - timedelta(seconds=1))
    replies = {reply(path), reply(f"{path}?show=all"), reply(path[:-1]), reply(f"{path}{path[-1]}")}
    change(database, expires_at=utc_now() + timedelta(days=1))
    stranger.open(path)
    with database.write() as session:
        session.execute(update(Account).where(Account.id == owner.account_id).values(disabled_at=utc_now()))
    replies.add(reply(path))
    with database.write() as session:
        session.execute(update(Account).where(Account.id == owner.account_id).values(disabled_at=None))
    owner.open(f"{owner.at}/share")
    owner.submit()
    replies.add(reply(path))
    again = make(owner)
    owner.open(f"{owner.at}/delete")
    owner.submit()
    replies.add(reply(again))
    owner.submit()  # undo
    stranger.open(again)
    owner.open(f"{owner.at}/delete")
    owner.submit()
    owner.open("/processes/bin")
    owner.submit(form=1)
    replies.add(reply(again))
    assert replies == {unknown}
    assert links(database) == []


def test_a_revoked_link_is_dead_at_once_and_a_second_press_says_the_same(
    owner: OwnerWalker, stranger: Visitor, database: Database
) -> None:
    owner.finish()
    first, second = make(owner, note="One"), make(owner, note="Two")
    owner.open("/processes/links")
    assert [text_of(it) for it in owner.page.select("main h2")] == ["Two", "One"]
    assert len(owner.page.select("details:not([open]) form[action*=revoke]")) == 2, "it asks first"
    assert not owner.page.select("main form:not(details form)")
    twin = owner.second_window()
    owner.submit(form=0)
    assert owner.path == "/processes/links"
    assert "This cannot be undone" in owner.words
    twin.submit(form=0)
    assert twin.words == owner.words
    assert is_dead(stranger, second)
    stranger.open(first)
    assert sorted(link.note for link in links(database)) == ["", "One"]
    with database.read() as session:
        kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.kind == "link revoked")).all()
    assert kinds == ["link revoked"]


def test_putting_a_process_back_says_that_its_links_work_again(owner: OwnerWalker, stranger: Visitor) -> None:
    owner.finish()
    path = make(owner)
    owner.open(f"{owner.at}/delete")
    assert "A link to it leads nowhere while it is there." in owner.words
    owner.submit()
    assert is_dead(stranger, path)
    assert "No links yet." in text_of(owner.second_window().open("/processes/links").main)
    owner.submit()
    assert "One link to it works again." in owner.words
    stranger.open(path)


def test_p10_after_a_restore_every_link_has_ended(owner: OwnerWalker, stranger: Visitor, database: Database) -> None:
    owner.finish()
    path = make(owner)
    with database.write() as session:
        assert revoke_all(session)["links to results"] == 1
    assert is_dead(stranger, path)


def test_p7_the_links_go_with_the_account_and_are_in_its_file(
    owner: OwnerWalker, rival: OwnerWalker, stranger: Visitor, database: Database
) -> None:
    owner.finish()
    path = make(owner, note=f"{PRIVATE} friend")
    owner.open("/account")
    file = download(owner)
    assert f"{PRIVATE} friend" in file.text
    assert path.rsplit("/", 1)[1] not in file.text
    rival.open("/account")
    assert PRIVATE not in download(rival).text
    with database.write() as session:
        session.delete(session.get_one(Account, owner.account_id))
    assert is_dead(stranger, path)
    assert links(database) == []


def test_a_link_ends_where_its_process_goes_back_to_the_browser(
    walker: Walker, stranger: Visitor, database: Database
) -> None:
    walker.finish()
    share = str(walker.page.select_one(".act a[href*=share]")["href"])  # type: ignore[index]
    walker.open(share)
    assert "To share a result you need an account" in walker.words
    walker.submit(email="vera@example.com", password="three quiet lighthouses at dawn")
    assert walker.path == f"{walker.at}/share", "Share of a visitor leads over an account and back to sharing"
    walker.open(f"{walker.at}/share/new")
    walker.submit()
    path = str(walker.page.select_one("#link")["value"]).removeprefix("http://127.0.0.1:8000")  # type: ignore[index]
    stranger.open(path)
    walker.open("/account/this-browser")
    walker.submit()
    assert is_dead(stranger, path)
    assert links(database) == []


def test_what_has_ended_is_forgotten_after_its_time(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    make(owner, note="One")
    keeping = {"assessments_after": timedelta(days=30), "keys_after": timedelta(days=2)}
    for column in ("expires_at", "revoked_at"):
        change(database, expires_at=utc_now() + timedelta(days=1), revoked_at=None)
        for days, left in ((29, 1), (31, 0)):
            change(database, **{column: utc_now() - timedelta(days=days)})
            with database.write() as session:
                purge(session, **keeping)
            assert len(links(database)) == left
        make(owner)
