"""Every act that is recorded, done by the way in which people do it: a page, the API, or the command line."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, update

from advisor import create_app, starter
from advisor.cli import main
from advisor.exchange.rule_sets import write_rule_set
from advisor.models import Account, AccountOwner, AuditEvent, Database, Feedback
from advisor.models.audit import OPERATOR
from advisor.models.draft import edit, find_draft
from advisor.settings import Settings
from tests.accounts.coming_in import code, sign_in
from tests.accounts.letter_box import LetterBox
from tests.accounts.test_registering import describe, sign_out
from tests.factories import PASSWORD, make_account, make_assessment
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.crowded import crowded
from tests.visiting import Visitor, text_of

OTHER = "nine blue chairs at night"
OLGA = "olga@example.org"
MARK = "Marmalade"
"""The name of every process."""

RULE, LAST = starter.rule_set().rules[0].key, starter.rule_set().rules[-1].key


@dataclass
class World:
    """An installation with an owner and an admin who are signed in, somebody who is not, and its operator."""

    app: Flask
    database: Database
    settings: Settings
    begun: int = 0
    """The number of the last entry before the act."""
    more_apps: list[Flask] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.owner_id = make_account(self.database, OLGA)
        self.owner = sign_in(self.somebody())
        self.admin = Admin.of(self.app, self.database, "ada@example.org")
        self.begin()

    def somebody(self) -> Visitor:
        """A browser that nobody has used."""
        return Visitor(self.app.test_client())

    def begin(self) -> None:
        """What was recorded so far only prepared the act."""
        with self.database.read() as session:
            self.begun = session.scalar(select(func.max(AuditEvent.sequence))) or 0

    def entries(self) -> list[AuditEvent]:
        """What was recorded since."""
        with self.database.read() as session:
            new = select(AuditEvent).where(AuditEvent.sequence > self.begun).order_by(AuditEvent.sequence)
            return list(session.scalars(new))

    def advisor(self, *arguments: str) -> str:
        """Run the command."""
        environment = {"DATABASE_URL": self.settings["DATABASE_URL"], "ADVISOR_DATA": str(self.settings["DATA_FOLDER"])}
        done = CliRunner().invoke(main, list(arguments), env={name: str(value) for name, value in environment.items()})
        assert done.exit_code == 0, done.output
        return done.output

    def with_mail(self) -> tuple[Visitor, LetterBox]:
        """The owner at the same installation, were it to send letters."""
        folder = self.settings["DATA_FOLDER"] / "mail"
        mail = {"MAIL_URL": f"file://{folder}", "MAIL_FROM": "a@example.org", "BASE_URL": "https://advisor.example.org"}
        settings = {**self.settings, **mail}
        app = create_app(settings)
        self.more_apps.append(app)
        return Visitor(app.test_client()), LetterBox(self.database, settings)

    def close(self) -> None:
        """Give the connections back."""
        for app in self.more_apps:
            app.extensions["database"].dispose()

    def change_owner(self, **values: Any) -> None:
        with self.database.write() as session:
            session.execute(update(Account).where(Account.id == self.owner_id).values(**values))

    def process(self, name: str = MARK) -> UUID:
        """One that the owner has."""
        return make_assessment(self.database, AccountOwner(self.owner_id), name)


Act = Callable[[World], None]


@dataclass(frozen=True)
class Deed:
    """One way to do an act, and what its entry says."""

    kind: str
    act: Act
    who: str
    what: str = ""
    """A pattern; OWNER stands for the account of the owner."""
    also: tuple[str, ...] = ()
    """Other acts that are done on the way, in their order."""
    told: frozenset[str] = field(default=frozenset())
    """What else the entry must say: before, after, why, version."""


DEEDS: list[Deed] = []


def deed(kind: str, who: str, what: str = "", also: tuple[str, ...] = (), told: str = "") -> Callable[[Act], Act]:
    """Put an act into the list."""

    def keep(act: Act) -> Act:
        DEEDS.append(Deed(kind, act, who, what, also, frozenset(told.split())))
        return act

    return keep


def press(person: Visitor, words: str, status: int = 200, **answers: Any) -> None:
    """Send the form of the page whose button says so."""
    forms = person.page.select("main form")
    number = next(number for number, form in enumerate(forms) if words in text_of(form))
    person.submit(form=number, status=status, **answers)


# ---- coming and going --------------------------------------------------------------------------------------------


@deed("signed in", "owner", "account OWNER", told="after")
def with_a_password(world: World) -> None:
    sign_in(world.somebody())


@deed("signed in", "owner", "account OWNER", told="after")
def with_a_code(world: World) -> None:
    world.change_owner(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    sign_in(world.somebody())


@deed("sign-in refused", "anonymous", "account OWNER", told="why")
def with_a_wrong_password(world: World) -> None:
    person = world.somebody()
    person.open("/sign-in")
    person.submit(email=OLGA, password="wrong " * 4, status=422)


@deed("sign-in refused", "anonymous", "", told="why")
def as_nobody(world: World) -> None:
    person = world.somebody()
    person.open("/sign-in")
    person.submit(email="nobody@example.org", password="wrong " * 4, status=422)


@deed("sign-in refused", "anonymous", "account OWNER", told="why")
def with_a_wrong_code(world: World) -> None:
    world.change_owner(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    person = world.somebody()
    person.open("/sign-in")
    person.submit(email=OLGA, password=PASSWORD)
    person.submit(code="000000", status=422)


@deed("signed out", "owner", "account OWNER")
def leaving(world: World) -> None:
    world.owner.open("/account")
    sign_out(world.owner)


@deed("sign-in ended", "owner", "sign-in .{36}")
def ending_one_elsewhere(world: World) -> None:
    sign_in(world.somebody())
    world.owner.open("/account/sign-ins")
    world.begin()
    world.owner.submit(form=0)


@deed("other sign-ins ended", "owner", "account OWNER", told="after")
def ending_all_elsewhere(world: World) -> None:
    sign_in(world.somebody())
    world.owner.open("/account/sign-ins")
    world.begin()
    world.owner.submit(form=-1)


# ---- what proves who somebody is ---------------------------------------------------------------------------------


@deed("password changed", "owner", "account OWNER")
def another_password(world: World) -> None:
    world.owner.open("/account/password")
    world.owner.submit(password=PASSWORD, new_password=OTHER)


@deed("password refused", "owner", "account OWNER", told="why")
def a_wrong_password_before_something_grave(world: World) -> None:
    world.owner.open("/account/delete")
    world.owner.submit(password="wrong " * 4, status=422)


@deed("password refused", "anonymous", "account OWNER", told="why")
def a_wrong_password_beside_a_link(world: World) -> None:
    owner, box = world.with_mail()
    sign_in(owner)
    owner.open("/account/email")
    owner.submit(email="new@example.org", password=PASSWORD)
    owner.open(box.link("/confirm-new-address"))
    world.begin()
    owner.submit(password="wrong " * 4, status=422)


@deed("reset link made", "admin", "account OWNER")
def a_link_by_an_admin(world: World) -> None:
    world.admin.open(f"/people/{world.owner_id}")
    press(world.admin, "Make a link")


@deed("reset link made", "operator", "account OWNER")
def a_link_by_the_operator(world: World) -> None:
    world.advisor("reset-link", OLGA)


@deed("password reset", "owner", "account OWNER")
def a_new_password_by_a_link(world: World) -> None:
    link = world.advisor("reset-link", OLGA).splitlines()[-1]
    world.begin()
    person = world.somebody()
    person.open("/set-password?" + link.partition("?")[2])
    person.submit(new_password=OTHER)


@deed("second factor set", "owner", "account OWNER")
def a_factor(world: World) -> None:
    world.owner.open("/account/second-factor")
    world.owner.submit(button="begin")
    with world.database.read() as session:
        pending = session.get_one(Account, world.owner_id).totp_pending
    world.owner.submit(code=code(str(pending)))


@deed("recovery codes renewed", "owner", "account OWNER")
def more_recovery_codes(world: World) -> None:
    a_factor(world)
    world.owner.open("/account/second-factor")
    world.begin()
    press(world.owner, "Make new recovery codes")


@deed("second factor removed", "owner", "account OWNER")
def no_factor_any_more(world: World) -> None:
    a_factor(world)
    world.owner.open("/account/second-factor")
    world.begin()
    press(world.owner, "Remove it now")


@deed("second factor removed", "admin", "account OWNER")
def a_lost_factor(world: World) -> None:
    world.change_owner(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    world.admin.open(f"/people/{world.owner_id}")
    press(world.admin, "Take the second factor away")


@deed("token created", "owner", "token .{36}")
def a_token(world: World) -> None:
    world.owner.open("/account/tokens")
    world.owner.submit(name="report", form=-1)


@deed("token revoked", "owner", "token .{36}")
def no_token_any_more(world: World) -> None:
    a_token(world)
    world.begin()
    world.owner.submit(form=0)


# ---- accounts ----------------------------------------------------------------------------------------------------


@deed("account created", "owner", "account .{36}", also=("signed in",))
def registering(world: World) -> None:
    person = world.somebody()
    person.open("/register")
    person.submit(email="new@example.org", password=PASSWORD)


@deed("account created", "owner", "account .{36}", also=("signed in",))
def registering_by_mail(world: World) -> None:
    person, box = world.with_mail()
    person.open("/register")
    person.submit(email="new@example.org", password=PASSWORD)
    person.open(box.link("/confirm-address"))
    person.submit(password=PASSWORD)


@deed("account created", "operator", "account .{36}", also=("reset link made",), told="after")
def an_admin_by_the_operator(world: World) -> None:
    world.advisor("admin", "create", "ben@example.org")


@deed("role changed", "operator", "account OWNER", also=("reset link made",), told="before after")
def an_admin_of_an_account(world: World) -> None:
    world.advisor("admin", "create", OLGA)


@deed("role changed", "admin", "account OWNER", told="before after")
def an_admin_by_an_admin(world: World) -> None:
    world.admin.open(f"/people/{world.owner_id}")
    press(world.admin, "Make them an admin")
    with world.database.read() as session:
        assert session.get_one(Account, world.owner_id).is_admin


@deed("role changed", "admin", "account OWNER", told="before after")
def no_admin_any_more(world: World) -> None:
    world.change_owner(role="admin")
    world.admin.open(f"/people/{world.owner_id}")
    press(world.admin, "Take the rights of an admin away")


@deed("account disabled", "admin", "account OWNER")
def disabling(world: World) -> None:
    world.admin.open(f"/people/{world.owner_id}")
    press(world.admin, "Disable the account")


@deed("account enabled", "admin", "account OWNER")
def enabling(world: World) -> None:
    disabling(world)
    world.begin()
    press(world.admin, "Let them sign in again")


@deed("account deleted", "owner", "account OWNER")
def the_end(world: World) -> None:
    world.process()
    world.owner.open("/account/delete")
    world.owner.submit(password=PASSWORD)


@deed("address changed", "owner", "account OWNER")
def another_address_at_once(world: World) -> None:
    world.owner.open("/account/email")
    world.owner.submit(email="new@example.org", password=PASSWORD)


@deed("address change asked", "owner", "account OWNER")
def asking_for_another_address(world: World) -> None:
    owner, _box = world.with_mail()
    sign_in(owner)
    world.begin()
    owner.open("/account/email")
    owner.submit(email="new@example.org", password=PASSWORD)


@deed("address changed", "owner", "account OWNER")
def another_address_by_mail(world: World) -> None:
    owner, box = world.with_mail()
    sign_in(owner)
    owner.open("/account/email")
    owner.submit(email="new@example.org", password=PASSWORD)
    world.begin()
    owner.open(box.link("/confirm-new-address"))
    owner.submit(password=PASSWORD)


# ---- the rules ---------------------------------------------------------------------------------------------------


@deed("draft started", "admin", "draft", told="version")
def a_draft(world: World) -> None:
    world.admin.start()


@deed("draft changed", "admin", f"rules/{RULE}", told="before after version")
def another_rule(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.edit(f"rules/{RULE}", because="Other words.")


@deed("draft added to", "admin", "sources.*", told="after version")
def one_thing_more(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/add/sources")
    world.admin.save(key="D9", title="A paper", about="It is a paper.")


@deed("draft added to", "admin", "cases/note .{36}", told="after version")
def a_test_case_from_a_note(world: World) -> None:
    world.admin.start()
    with world.database.write() as session:
        case = starter.rule_set().cases[0]
        answers = {"answers": dict(case.answers), "parts": []}
        note = Feedback(account_id=world.owner_id, text="Wrong.", answers=answers, version=1)
        session.add(note)
        session.flush()
        note_id = note.id
    world.begin()
    world.admin.open(f"/admin/feedback/{note_id}")
    press(world.admin, "test case", outcome="kpo")


@deed("draft removed from", "admin", f"rules/{RULE}", told="before version")
def one_thing_less(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/rules/{RULE}/remove")
    world.admin.submit()


@deed("draft moved", "admin", f"rules/{LAST}", told="before after version")
def another_order(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/rules")
    button = world.admin.page.select_one(f'button[value="up {LAST}"]')
    assert button is not None
    press(world.admin, "Up", do=button["value"])


@deed("draft put back", "admin", f"rules/{RULE}", told="after version")
def one_thing_as_it_was(world: World) -> None:
    one_thing_less(world)
    world.begin()
    button = world.admin.page.select_one("form.removed button")
    assert button is not None
    press(world.admin, "Put it back", do=button["value"])


@deed("draft note kept", "admin", "draft", told="before after version")
def what_people_will_read(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/note")
    world.admin.submit(note="Volume counts for more.")


@deed("draft added several", "admin", "cases", told="after version")
def every_proposed_case(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/coverage/add")
    world.admin.submit()


@deed("draft taken back", "admin", "cases", told="before version")
def no_proposed_case(world: World) -> None:
    every_proposed_case(world)
    button = world.admin.page.select_one('button[value^="undo "]')
    assert button is not None
    world.begin()
    press(world.admin, "Put it back", do=button["value"])


@deed("draft changed several", "admin", "rules", told="before after version")
def one_point_more_for_two_rules(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/rules")
    token = world.admin.page.select_one("main form[method=post] [name=csrf_token]")
    assert token is not None
    sent = {"csrf_token": token["value"], "tick": [RULE, LAST], "to_points": "+1", "do": "preview"}
    world.admin._read(world.admin.client.post(f"{DRAFT}/several", data=sent), 200)
    world.admin.submit(button="apply", tick=[RULE, LAST])


@deed("draft imported", "admin", "draft", told="before after version")
def another_draft_from_a_file(world: World) -> None:
    another_rule(world)
    world.begin()
    world.admin.open("/admin/rules/upload")
    file = io.BytesIO(write_rule_set(starter.rule_set(), "json"))
    world.admin.submit(file=(file, "rules.json"), replace="y")


@deed("rules exported", "admin", "version 1", told="after version")
def the_rules_as_a_workbook(world: World) -> None:
    world.admin.open("/admin/rules/download?which=1")
    token = world.admin.page.select_one("main [name=csrf_token]")
    assert token is not None
    sent = {"csrf_token": token["value"], "which": "1", "file_format": "xlsx"}
    assert world.admin.client.post("/admin/rules/download", data=sent).status_code == 200


@deed("draft put back", "admin", f"rules/{LAST}", told="after version")
def back_in_the_draft(world: World) -> None:
    world.admin.start()
    world.admin.open(f"{DRAFT}/rules/{LAST}/remove")
    world.admin.submit()
    world.begin()
    press(world.admin, "Put it back", do=world.admin.page.select_one('button[value^="back "]')["value"])  # type: ignore[index]


@deed("check asked for", "admin", "draft", told="after")
def a_check_of_a_large_draft(world: World) -> None:
    world.admin.start()
    with world.database.write() as session:
        edit(session, OPERATOR, lambda _present: crowded(), kind="draft changed", what="everything")
    world.admin.open(f"{DRAFT}/problems")
    world.begin()
    form = next(at for at, it in enumerate(world.admin.page.select("main form")) if it.select_one("[name=of]"))
    world.admin.submit(form=form)
    world.admin.open(f"{DRAFT}/problems")  # a second press asks for nothing new


@deed("check cancelled", "admin", "draft", told="before")
def no_check_after_all(world: World) -> None:
    a_check_of_a_large_draft(world)
    world.begin()
    press(world.admin, "Stop the check", button="cancel")


@deed("draft discarded", "admin", "draft", told="before version")
def no_draft_any_more(world: World) -> None:
    another_rule(world)
    world.begin()
    world.admin.open(f"{DRAFT}/discard")
    world.admin.submit()


@deed("impact run asked for", "admin", "draft", told="after version")
def who_is_affected(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/affected")
    world.admin.submit(do="start", form=0)


@deed("impact run cancelled", "admin", "draft", told="before")
def who_is_affected_no_more(world: World) -> None:
    who_is_affected(world)
    world.begin()
    world.admin.open(f"{DRAFT}/affected")
    world.admin.submit(do="cancel", form=0)


@deed("rules published", "admin", "version 2", told="before after why version")
def publishing(world: World) -> None:
    another_rule(world)
    world.begin()
    world.admin.open(f"{DRAFT}/publish")
    world.admin.submit(do="publish", note="Clearer words.")
    with world.database.read() as session:
        assert find_draft(session) is None


@deed("rules brought back", "admin", "version 3", told="before after why version")
def bringing_back(world: World) -> None:
    publishing(world)
    world.begin()
    world.admin.open("/admin/rules/versions/1/bring-back")
    world.admin.submit(note="The old words were better.")


@deed("rules exported", "operator", "version 1", told="why version")
def rules_out(world: World) -> None:
    world.advisor("rules", "export", "-o", str(world.settings["DATA_FOLDER"] / "rules.json"))


@deed("rules imported", "operator", "version 2", told="before after why version")
def rules_in(world: World) -> None:
    rules_out(world)
    file = world.settings["DATA_FOLDER"] / "rules.json"
    document = json.loads(file.read_text())
    document["rules"][0]["because"] = "Other words."
    file.write_text(json.dumps(document))
    world.begin()
    world.advisor("rules", "import", str(file), "--note", "From elsewhere.")


@deed("note settled", "admin", "note .{36}", told="before after")
def settling_a_note(world: World) -> None:
    with world.database.write() as session:
        session.add(Feedback(account_id=world.owner_id, text="Wrong.", version=1))
    world.admin.open("/admin/feedback")
    world.admin.open(str(world.admin.page.select_one(".processes a")["href"]))  # type: ignore[index]
    world.admin.submit(form=-1)


# ---- what people describe ----------------------------------------------------------------------------------------


@deed("assessments adopted", "owner", "account OWNER", also=("signed in",), told="after")
def coming_along(world: World) -> None:
    person = world.somebody()
    describe(person, MARK)
    sign_in(person)


@deed("process deleted", "anonymous", "assessment .{36}")
def a_visitor_deletes_one(world: World) -> None:
    person = world.somebody()
    person.open(f"{describe(person, MARK)}/delete")
    person.submit()


@deed("process deleted", "owner", "assessment .{36}")
def an_owner_deletes_one(world: World) -> None:
    world.owner.open(f"/assessments/{world.process()}/delete")
    world.owner.submit()


@deed("process deleted", "owner", "assessment .{36}")
def a_program_deletes_one(world: World) -> None:
    world.owner.open("/account/tokens")
    page = world.owner.submit(name="report", form=-1)
    token = text_of(page.select_one(".notice code"))
    mine = world.process()
    world.begin()
    headers = {"Authorization": f"Bearer {token}"}
    answer = world.app.test_client().delete(f"/api/v1/assessments/{mine}", headers=headers)
    assert answer.status_code == 204, answer.text


@deed("process put back", "owner", "assessment .{36}")
def out_of_the_bin(world: World) -> None:
    an_owner_deletes_one(world)
    world.begin()
    world.owner.open("/processes/bin")
    press(world.owner, "Put")


@deed("process removed for good", "owner", "assessment .{36}")
def gone(world: World) -> None:
    an_owner_deletes_one(world)
    world.begin()
    world.owner.open("/processes/bin")
    world.owner.submit(form=1)


@deed("answers deleted", "anonymous")
def a_visitor_deletes_everything(world: World) -> None:
    person = world.somebody()
    describe(person, MARK)
    person.open("/your-data")
    person.submit()


@deed("data downloaded", "owner", "account OWNER")
def an_owner_downloads(world: World) -> None:
    world.owner.open("/account")
    assert download(world.owner).status_code == 200


def download(person: Visitor) -> Any:
    """Press “Download all of it” on the page of the account."""
    token = person.page.select_one("main input[name=csrf_token]")
    assert token is not None
    return person.client.post("/account/download", data={"csrf_token": token["value"]})


# ---- the rest ----------------------------------------------------------------------------------------------------


@deed("record exported", "admin", "record", told="after")
def the_record(world: World) -> None:
    world.admin.open("/admin/audit")
    token = world.admin.page.select_one("main input[name=csrf_token]")
    assert token is not None
    answer = world.admin.client.post("/admin/audit/sheet", data={"csrf_token": token["value"], "format": "csv"})
    assert answer.status_code == 200


@deed("backup made", "operator", "file .*")
def a_backup(world: World) -> None:
    world.advisor("backup")


@deed("backup made", "operator", "file .*", told="why")
def a_backup_before_an_upgrade(world: World) -> None:
    from alembic import command

    from advisor.models import schema

    command.downgrade(schema.migration_config(world.database.engine), "-1")
    world.advisor("migrate")


@deed("backup restored", "operator", "file copy", told="before")
def going_back(world: World) -> None:
    copy = world.settings["DATA_FOLDER"] / "copy"
    world.advisor("backup", str(copy))
    world.database.dispose()
    world.advisor("restore", str(copy), "--replace")


@deed("access refused", "owner", "people.people")
def an_owner_among_the_admins_pages(world: World) -> None:
    world.owner.open("/people", status=403)


@deed("access refused", "owner", "rule_sets.publish")
def an_owner_publishes(world: World) -> None:
    world.owner.open("/account")
    token = world.owner.page.select_one("main input[name=csrf_token]")
    assert token is not None
    answer = world.owner.client.post(f"{DRAFT}/publish", data={"csrf_token": token["value"], "note": "Mine."})
    assert answer.status_code == 403


@deed("access refused", "admin", "people.disable")
def an_admin_on_the_own_account(world: World) -> None:
    world.admin.open(f"/people/{world.admin.account_id}")
    token = world.admin.page.select_one("input[name=csrf_token]")
    assert token is not None
    path = f"/people/{world.admin.account_id}/disable"
    assert world.admin.client.post(path, data={"csrf_token": token["value"]}).status_code == 403


@deed("access refused", "admin", "accounts.remove_factor")
def an_admin_without_a_factor(world: World) -> None:
    world.admin.open("/account/second-factor")
    token = world.admin.page.select_one("main input[name=csrf_token]")
    assert token is not None
    answer = world.admin.client.post("/account/second-factor/remove", data={"csrf_token": token["value"]})
    assert answer.status_code == 403
