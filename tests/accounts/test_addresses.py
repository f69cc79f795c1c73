"""S11c: a letter goes to the stored address of the account and to no other, whatever look-alike somebody types."""

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, insert, select, update

from advisor.cli import main
from advisor.models import Account, Database, MailOutbox, ResetToken
from advisor.models.accounts.account import request_letter
from advisor.models.accounts.address import canonical_email, is_address
from advisor.models.base import hash_of, utc_now
from advisor.settings import Settings
from tests.accounts.mailbox import Mailbox
from tests.accounts.sign_in.test_sign_in import is_signed_in
from tests.accounts.sign_ins import acts, give_password_to_all, sign_in
from tests.conftest import KEY
from tests.factories import PASSWORD, make_account, make_signed_in
from tests.visiting import Visitor, text_of

VICTIMS = (
    "info@strasse.de",
    "kate@fishers.example.org",
    "fiona@example.org",
    "olga.sosa@example.org",
    "rené@example.org",
    "i@xn--bcher-kva.de",
)

LOOK_ALIKES = (
    # other domains, and letters that a folding of Unicode makes equal
    "info@straße.de", "info@ſtrasse.de", "info@stra\u1e9ee.de", "info@straſse.de", "info@straſſe.de", "info@ﬆrasse.de",
    "ınfo@strasse.de", "İnfo@strasse.de", "info@strasse.de.", "info@strasse。de", "info@strasse．de",
    "info@ｓtrasse.de",
    "\u212aate@fishers.example.org", "kate@ﬁshers.example.org", "kate@fiſhers.example.org", "kate@fishers.example.οrg",
    "\u212bate@fishers.example.org", "kate@fisherſ.example.org", "kaте@fishers.example.org",
    "ｋate@fishers.example.org",
    "ﬁona@example.org", "fıona@example.org", "fiоna@example.org", "fiona@exаmple.org", "ﬁona@exam\u200bple.org",
    "fiona\u200b@example.org", "\u200bfiona@example.org", "fi\u200cona@example.org", "fio\u00adna@example.org",
    "fiona\u2060@example.org", "\ufefffiona@example.org", "fiona\ufe0f@example.org", "fi\u034fona@example.org",
    "ⓕiona@example.org", "𝐟iona@example.org", "fiona@ｅxample.org", "fiona@example.org\u200b",
    "fion\u1160a@example.org",
    # what a program that sends letters could read as another address, or as two
    "olga.sosa@example.org,eve@evil.example", "olga.sosa@example.org eve@evil.example", "eve@evil.example\nolga@x.org",
    "=?utf-8?q?olga.sosa=40example.org=3e?=@evil.example", "olga.sosa@example.org@evil.example",
    "olga.sosa%example.org@evil.example", "evil.example!olga.sosa@example.org",
    "<olga.sosa@example.org>eve@evil.example",
    "оlga.sosa@example.org", "olga.ѕоѕа@example.org", "olga.ſoſa@example.org", "ol\u0261a.sosa@example.org",
    # one letter more or less on top
    "rene@example.org", "rené\u0323@example.org", "renè@example.org", "RENÉ@example.org", "rene\u0341@example.org",
    "i@xn--bcher-kvaaaa.de", "i@bucher.de", "i@BÜCHER.de", "i@b\u00fc\u0301cher.de", "i@xn--bcher-kva.xn--de-",
)  # fmt: skip


def typed_as_other_spellings() -> list[tuple[str, str]]:
    return [
        ("INFO@Strasse.DE", "info@strasse.de"),
        (" kate@FISHERS.example.org ", "kate@fishers.example.org"),
        ("rene\u0301@example.org", "rené@example.org"),
        ("i@bücher.de", "i@xn--bcher-kva.de"),
        ("I@bu\u0308cher.de", "i@xn--bcher-kva.de"),
    ]


def send(person: Visitor, path: str, **answers: str) -> int:
    """Send a form, refused or not. Returns the status: 200 or 422."""
    person.open(path)
    answer = person.post(path, **answers)
    assert answer.status_code in {303, 422}, (answers, answer.status_code)
    if answer.status_code == 422:
        assert 'id="email-error"' in answer.text
    return answer.status_code


def test_s11c_no_look_alike_gets_a_letter_of_another(boundless: Flask, database: Database, mailbox: Mailbox) -> None:
    for victim in VICTIMS:
        make_account(database, victim)
    stranger = Visitor(boundless.test_client())
    signed_in = Visitor(make_signed_in(boundless, database, "eve@example.org")[0])
    give_password_to_all(database)
    for look_alike in LOOK_ALIKES:
        assert canonical_email(look_alike) not in VICTIMS
        taken = send(stranger, "/forgotten-password", email=look_alike) == 303
        assert taken == is_address(canonical_email(look_alike)), "refused where it is none"
    assert mailbox.recipients() == [], "nobody has these addresses"
    for look_alike in LOOK_ALIKES:
        send(stranger, "/register", email=look_alike, password="nine blue chairs at night")
        send(signed_in, "/account/email", email=look_alike, password=PASSWORD)
    letters = mailbox.letters()
    spellings = {canonical_email(look_alike) for look_alike in LOOK_ALIKES}
    for letter in letters:
        to = letter.partition(":")[0]
        assert to not in VICTIMS
        assert is_address(to)
        assert to in spellings | {"eve@example.org"}
        assert "/set-password" not in letter
    assert len(letters) > 10, "some of them are addresses of their own"
    with database.read() as session:
        links = session.execute(select(ResetToken.kind, Account.email).join(Account)).all()
        assert not [address for _kind, address in links if address in VICTIMS]
        assert all(is_address(address) for address in session.scalars(select(Account.email)))


def test_s11c_other_spellings_of_an_address_reach_its_account_at_the_stored_one(
    boundless: Flask, database: Database, mailbox: Mailbox
) -> None:
    for victim in VICTIMS:
        make_account(database, victim)
    person = Visitor(boundless.test_client())
    for typed, _stored in typed_as_other_spellings():
        assert send(person, "/forgotten-password", email=typed) == 303
    assert mailbox.recipients() == [stored for _typed, stored in typed_as_other_spellings()]
    for typed, _stored in typed_as_other_spellings():
        assert is_signed_in(sign_in(Visitor(boundless.test_client()), typed))


@pytest.mark.parametrize("path", ["/register", "/forgotten-password", "/account/email"])
def test_s11c_a_look_alike_is_refused_beside_the_field_with_what_was_typed(
    by_mail: Visitor, database: Database, path: str
) -> None:
    make_account(database)
    if path == "/account/email":
        sign_in(by_mail)
    by_mail.open(path)
    page = by_mail.submit(email="ſarah@example.org", password=PASSWORD, status=422)
    assert "“ſ” (LATIN SMALL LETTER LONG S)" in text_of(page.select_one("#email-error"))
    field = page.select_one("#email")
    assert field is not None
    assert field["value"] == "ſarah@example.org"
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(MailOutbox)) == 0


@pytest.mark.parametrize("email", ["ſ@example.org", "x" * 400, "\u200b", "@", "olga@exa mple.org"])
def test_s12_signing_in_with_what_is_no_address_says_what_a_wrong_one_says(
    visitor: Visitor, database: Database, email: str
) -> None:
    make_account(database)
    replies = []
    for typed in (email, "nobody@example.org"):
        visitor.open("/sign-in")
        replies.append(text_of(visitor.submit(email=typed, password="wrong " * 4, status=422).main))
    assert replies[0] == replies[1]


def test_the_owner_reads_the_domain_in_letters_and_an_admin_which_letters_look_like_others(
    app: Flask, database: Database
) -> None:
    mine, _account_id = make_signed_in(app, database, "info@straße.de")
    words = text_of(Visitor(mine).open("/account").main)
    assert "info@xn--strae-oqa.de" in words
    assert "how mail servers write straße.de" in words
    admin, _account_id = make_signed_in(app, database, "anna@example.org", role="admin")
    for email, is_warned in (("сос@example.org", True), ("coc@example.org", False)):
        person = make_account(database, email)
        assert ("CYRILLIC SMALL LETTER ES" in text_of(Visitor(admin).open(f"/people/{person}").main)) == is_warned


# ---- what an earlier release has left ----------------------------------------------------------------------------


def make_earlier(database: Database, email: str, email_shown: str) -> Account:
    """Store an account as an earlier release did: folded one way, shown another."""
    account_id = make_account(database, "x@example.org")
    with database.write() as session:
        stored = update(Account).where(Account.id == account_id)
        session.execute(stored.values(email=email, email_shown=email_shown))
    with database.read() as session:
        return session.get_one(Account, account_id)


def test_s11c_an_account_whose_address_is_in_doubt_gets_no_letter_and_is_named(
    mail_settings: Settings, database: Database, by_mail: Visitor, mailbox: Mailbox
) -> None:
    account = make_earlier(database, "info@strasse.de", "info@straße.de")
    for typed in ("info@strasse.de", "info@straße.de"):
        by_mail.open("/forgotten-password")
        by_mail.submit(email=typed)
    sign_in(by_mail, "info@strasse.de")
    by_mail.open("/account/password")
    by_mail.submit(password=PASSWORD, new_password="nine blue chairs at night")
    assert mailbox.recipients() == []
    said = run(mail_settings, "check")
    assert said.exit_code == 1
    assert f"advisor set-address {account.id} EMAIL" in said.output
    assert "Its owner gave “info@straße.de”, but it is looked for as “info@strasse.de”" in said.output
    assert run(mail_settings, "set-address", str(account.id), "info@straße.de").exit_code == 0
    assert "Nothing unsafe was found" in run(mail_settings, "check").output
    by_mail.open("/account")
    assert "info@xn--strae-oqa.de" in text_of(by_mail.page.main)
    assert acts(database, "address changed")


def test_an_address_that_is_none_any_more_still_signs_in_and_is_named(
    mail_settings: Settings, database: Database, by_mail: Visitor
) -> None:
    account = make_earlier(database, "ſarah@example.org", "ſarah@example.org")
    assert is_signed_in(sign_in(by_mail, "ſarah@Example.org"))
    said = run(mail_settings, "check")
    assert said.exit_code == 1
    assert f"account {account.id}: “ſarah@example.org” is no address any more" in said.output


def test_s11c_letters_and_links_of_an_earlier_release_go_to_the_stored_address_or_nowhere(
    database: Database, by_mail: Visitor, mailbox: Mailbox
) -> None:
    account_id = make_account(database, "info@strasse.de")
    with database.write() as session:
        for to, kind in (
            ("info@straße.de", "reset"),
            ("INFO@strasse.de", "reset"),
            ("info@ſtrasse.de", "reset"),
            ("Info@strasse.de", "password changed"),
            ("ınfo@ſtrasse.de", "password changed"),
        ):
            request_letter(session, to, kind, account_id=account_id)
        for secret, address in (("good", "New@example.org"), ("bad", "ſ@example.org")):
            row = {"token_hash": hash_of(secret), "account_id": account_id, "kind": "address", "address": address}
            session.execute(insert(ResetToken).values(**row, created_at=utc_now()))
    by_mail.open("/confirm-new-address?token=bad", status=410)
    by_mail.open("/confirm-new-address?token=good")
    by_mail.submit(password=PASSWORD)
    with database.read() as session:
        assert session.scalars(select(Account.email)).all() == ["new@example.org"]
    with database.write() as session:
        session.get_one(Account, account_id).email = "info@strasse.de"
    assert sorted(mailbox.recipients()) == ["info@strasse.de"] * 3


# ---- on the command line -----------------------------------------------------------------------------------------


def run(settings: Settings, *arguments: str) -> Result:
    folder = str(settings["DATA_FOLDER"])
    environ = {"DATABASE_URL": settings["DATABASE_URL"], "ADVISOR_DATA": folder, "ADVISOR_SECRET_KEY": KEY}
    return CliRunner().invoke(main, arguments, env=environ)


@pytest.mark.parametrize(
    "command", [("admin", "create"), ("reset-link",), ("set-address", "00000000-0000-4000-8000-000000000000")]
)
def test_s11c_a_command_refuses_what_is_no_address_in_one_sentence(
    mail_settings: Settings, database: Database, command: tuple[str, ...]
) -> None:
    make_account(database, "sarah@example.org")
    for email in ("ſarah@example.org", "sarah", "оlga@example.org"):
        refused = run(mail_settings, *command, email)
        assert refused.exit_code == 1
        assert refused.output.startswith(f"Error: “{email}” is not an e-mail address: it ")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ResetToken)) == 0


def test_set_address_refuses_one_that_another_has_and_an_account_that_is_not_there(
    mail_settings: Settings, database: Database
) -> None:
    account_id = make_account(database)
    make_account(database, "rita@example.org")
    taken = run(mail_settings, "set-address", str(account_id), "RITA@example.org")
    assert (taken.exit_code, "Another account has the address rita@example.org" in taken.output) == (1, True)
    gone = run(mail_settings, "set-address", "00000000-0000-4000-8000-000000000000", "new@example.org")
    assert (gone.exit_code, "There is no account with the number" in gone.output) == (1, True)
