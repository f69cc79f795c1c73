"""Letters and the links in them: to set a forgotten password, and to confirm an address, when registering or later."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from advisor.models import Account, Database, MailOutbox, ResetToken
from advisor.models.base import hash_of, utc_now
from tests.accounts.account.test_account import OTHER, dump_of
from tests.accounts.mailbox import Mailbox
from tests.accounts.sign_in.test_sign_in import is_signed_in
from tests.accounts.sign_ins import acts, sign_in
from tests.factories import PASSWORD, make_account
from tests.visiting import Visitor, text_of


def test_s13_a_link_by_mail_sets_the_password_once(by_mail: Visitor, database: Database, mailbox: Mailbox) -> None:
    make_account(database)
    by_mail.open("/forgotten-password")
    for _ in range(2):
        by_mail.submit(email="olga@example.org")
        by_mail.open("/forgotten-password")
    first, _second = mailbox.letters()
    assert "https://advisor.example.org/set-password?token=" in first, "from the setting, not from the request"
    ended, link = mailbox.link("/set-password", 0), mailbox.link("/set-password")
    assert link.partition("token=")[2] not in dump_of(database), "hashed at rest"
    by_mail.open(ended, status=410)
    by_mail.open(link)
    by_mail.submit(new_password="short", status=422)
    by_mail.submit(new_password=OTHER)
    assert "Your password is set." in text_of(by_mail.page.main)
    by_mail.open(link, status=410)
    sign_in(by_mail, password=OTHER)
    assert is_signed_in(by_mail)
    assert "Your password was changed" in mailbox.letters()[-1], "its owner is told"


def test_s13_a_change_of_password_ends_a_link(by_mail: Visitor, database: Database, mailbox: Mailbox) -> None:
    make_account(database)
    by_mail.open("/forgotten-password")
    by_mail.submit(email="olga@example.org")
    link = mailbox.link("/set-password")
    sign_in(by_mail)
    by_mail.open("/account/password")
    by_mail.submit(password=PASSWORD, new_password=OTHER)
    by_mail.open(link, status=410)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", ""])
def test_s13_another_host_is_refused(by_mail: Visitor, host: str) -> None:
    answer = by_mail.client.get("/forgotten-password", headers={"Host": host or "x" * 10})
    assert answer.status_code == 400


def test_s12_asking_for_a_link_gives_the_same_reply_for_an_unknown_address(
    by_mail: Visitor, database: Database, mailbox: Mailbox
) -> None:
    make_account(database)
    replies = []
    for email in ("olga@example.org", "nobody@example.org"):
        by_mail.open("/forgotten-password")
        by_mail.submit(email=email)
        replies.append(text_of(by_mail.page.main))
    assert replies[0] == replies[1]
    assert len(mailbox.letters()) == 1


def test_s12_with_mail_registering_gives_the_same_reply_for_an_address_that_is_taken(
    by_mail: Visitor, database: Database, mailbox: Mailbox
) -> None:
    make_account(database)
    replies = []
    for email in ("olga@example.org", "new@example.org"):
        by_mail.open("/register")
        by_mail.submit(email=email, password=OTHER)
        replies.append(text_of(by_mail.page.main))
    assert replies[0] == replies[1]
    taken, _new = mailbox.letters()
    assert "You have an account already" in taken
    by_mail.open(mailbox.link("/confirm-address"))
    by_mail.submit(password="wrong " * 4, status=422)
    by_mail.submit(password=OTHER)
    assert is_signed_in(by_mail)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 2


def test_s11_the_6th_letter_of_a_day_is_refused(by_mail: Visitor, database: Database) -> None:
    make_account(database)
    for number in range(6):
        by_mail.open("/forgotten-password")
        by_mail.submit(email="olga@example.org", status=200 if number < 5 else 429)


def test_without_mail_the_page_says_who_can_make_a_link(visitor: Visitor) -> None:
    page = visitor.open("/forgotten-password")
    assert "This advisor sends no mail." in text_of(page.main)
    assert "Who runs this advisor:" not in text_of(page.main)
    visitor.client.application.config["CONTACT"] = "<b>Ines Okafor</b>, 01632 960 001"
    page = visitor.open("/forgotten-password")
    assert "Who runs this advisor: <b>Ines Okafor</b>, 01632 960 001" in text_of(page.main)


# ---- another address ---------------------------------------------------------------------------------------------


def ask(person: Visitor, email: str = "new@example.org") -> None:
    person.open("/account/email")
    person.submit(email=email, password=PASSWORD)


def addresses(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Account.email).order_by(Account.email)))


def test_another_address_counts_once_its_link_was_opened_and_the_old_one_is_told(
    by_mail: Visitor, database: Database, mailbox: Mailbox
) -> None:
    make_account(database)
    sign_in(by_mail)
    ask(by_mail, "New@example.org")
    assert "We are writing to new@example.org" in text_of(by_mail.page.main)
    assert addresses(database) == ["olga@example.org"]
    asked, told = sorted(mailbox.letters())
    assert asked.startswith("new@example.org: Confirm your new address")
    assert told.startswith("olga@example.org: Your e-mail address is about to change")
    link = mailbox.link("/confirm-new-address")
    secret = link.partition("token=")[2]
    assert len(secret) >= 43, "256 bits"
    assert secret not in dump_of(database)
    with database.read() as session:
        assert session.scalars(select(ResetToken.token_hash)).one() == hash_of(secret), "hashed at rest"
    by_mail.open(link)
    assert addresses(database) == ["olga@example.org"], "looking at it changes nothing"
    by_mail.submit(password="wrong " * 4, status=422)
    by_mail.submit(password=PASSWORD)
    assert "Your e-mail address is changed." in text_of(by_mail.page.main)
    assert addresses(database) == ["new@example.org"]
    assert mailbox.letters()[-1].startswith("olga@example.org: Your e-mail address was changed")
    by_mail.open(link, status=410)
    assert [act.kind for act in acts(database, "address change asked", "address changed")] == [
        "address change asked",
        "address changed",
    ]


def test_the_link_works_in_another_browser_and_leads_to_the_sign_in(
    by_mail: Visitor, database: Database, mailbox: Mailbox
) -> None:
    make_account(database)
    sign_in(by_mail)
    ask(by_mail)
    phone = Visitor(by_mail.client.application.test_client())
    phone.open(mailbox.link("/confirm-new-address"))
    phone.submit(password=PASSWORD)
    assert "Your e-mail address is changed. Sign in with the new one." in text_of(phone.page.main)
    phone.submit(email="new@example.org", password=PASSWORD)
    assert is_signed_in(phone)


@pytest.mark.parametrize("ending", ["newer", "password", "reset", "hour", "disabled"])
def test_s13_a_link_to_a_new_address_is_ended_by_a_newer_one_a_changed_password_and_an_hour(
    by_mail: Visitor, database: Database, mailbox: Mailbox, ending: str
) -> None:
    account_id = make_account(database)
    sign_in(by_mail)
    ask(by_mail)
    link = mailbox.link("/confirm-new-address")
    by_mail.open(link)
    if ending == "newer":
        ask(by_mail, "newest@example.org")
    elif ending == "password":
        by_mail.open("/account/password")
        by_mail.submit(password=PASSWORD, new_password=OTHER)
    elif ending == "reset":
        by_mail.open("/forgotten-password")
        by_mail.submit(email="olga@example.org")
        mailbox.letters()
    else:
        with database.write() as session:
            if ending == "hour":
                session.execute(update(ResetToken).values(created_at=utc_now() - timedelta(minutes=60, seconds=1)))
            else:
                session.execute(update(Account).where(Account.id == account_id).values(disabled_at=utc_now()))
    by_mail.open(link, status=410)
    assert addresses(database) == ["olga@example.org"]


def test_s13_a_changed_password_stops_a_letter_that_has_not_gone_yet(
    by_mail: Visitor, database: Database, mailbox: Mailbox
) -> None:
    make_account(database)
    sign_in(by_mail)
    ask(by_mail)
    by_mail.open("/account/password")
    by_mail.submit(password=PASSWORD, new_password=OTHER)
    assert not [letter for letter in mailbox.letters() if letter.startswith("new@example.org")]
    assert "We are writing to" not in text_of(by_mail.open("/account").main)


def test_s13_a_changed_address_ends_a_link_that_sets_the_password(
    by_mail: Visitor, database: Database, mailbox: Mailbox
) -> None:
    make_account(database)
    sign_in(by_mail)
    ask(by_mail)
    mailbox.letters()
    by_mail.open(mailbox.link("/confirm-new-address"))
    confirm = by_mail.second_window()
    with database.write() as session:
        owner = session.scalars(select(Account)).one()
        session.add(ResetToken(token_hash=hash_of("a link of before"), account_id=owner.id, kind="reset"))
    confirm.submit(password=PASSWORD)
    assert addresses(database) == ["new@example.org"]
    by_mail.open("/set-password?token=a+link+of+before", status=410)


def test_s12_asking_for_an_address_that_is_taken_looks_the_same_and_its_owner_is_told(
    by_mail: Visitor, database: Database, mailbox: Mailbox
) -> None:
    make_account(database)
    make_account(database, "rita@example.org")
    sign_in(by_mail)
    replies = []
    for email in ("rita@example.org", "new1@example.org"):
        ask(by_mail, email)
        replies.append(text_of(by_mail.page.main).replace(email, "…"))
    assert replies[0] == replies[1]
    assert "/confirm-new-address" not in "".join(letter for letter in mailbox.letters() if "rita@" in letter)


def test_an_address_that_was_taken_meanwhile_is_refused(by_mail: Visitor, database: Database, mailbox: Mailbox) -> None:
    make_account(database)
    sign_in(by_mail)
    ask(by_mail)
    by_mail.open(mailbox.link("/confirm-new-address"))
    make_account(database, "new@example.org")
    by_mail.submit(password=PASSWORD, status=422)
    assert addresses(database) == ["new@example.org", "olga@example.org"]


def test_without_mail_another_address_counts_at_once(visitor: Visitor, database: Database) -> None:
    make_account(database)
    sign_in(visitor)
    page = visitor.open("/account/email")
    assert "this advisor sends no mail" in text_of(page.main)
    visitor.submit(email="new@example.org", password=PASSWORD)
    assert "Your e-mail address is changed." in text_of(visitor.page.main)
    assert addresses(database) == ["new@example.org"]


def test_p7_the_letters_of_an_account_go_with_it(by_mail: Visitor, database: Database) -> None:
    make_account(database, "Olga@example.org")
    by_mail.open("/forgotten-password")
    by_mail.submit(email="OLGA@example.org")
    sign_in(by_mail)
    ask(by_mail)
    by_mail.open("/account/delete")
    by_mail.submit(password=PASSWORD)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(MailOutbox)) == 0
