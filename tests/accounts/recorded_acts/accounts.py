"""Acts that make an account, change it, or end it."""

from advisor.models import Account
from tests.accounts.recorded_acts.act_list import ActList
from tests.accounts.recorded_acts.installation import OLGA, Installation, press
from tests.accounts.sign_ins import sign_in
from tests.factories import PASSWORD

RECORDED_ACTS = ActList()


@RECORDED_ACTS.add("account created", "owner", "account .{36}", also=("signed in",))
def register(installation: Installation) -> None:
    person = installation.new_browser()
    person.open("/register")
    person.submit(email="new@example.org", password=PASSWORD)


@RECORDED_ACTS.add("account created", "owner", "account .{36}", also=("signed in",))
def registering_by_mail(installation: Installation) -> None:
    person, box = installation.with_mail()
    person.open("/register")
    person.submit(email="new@example.org", password=PASSWORD)
    person.open(box.link("/confirm-address"))
    person.submit(password=PASSWORD)


@RECORDED_ACTS.add("account created", "operator", "account .{36}", also=("reset link made",), detail="after")
def an_admin_by_the_operator(installation: Installation) -> None:
    installation.advisor("admin", "create", "ben@example.org")


@RECORDED_ACTS.add("role changed", "operator", "account OWNER", also=("reset link made",), detail="before after")
def an_admin_of_an_account(installation: Installation) -> None:
    installation.advisor("admin", "create", OLGA)


@RECORDED_ACTS.add("role changed", "admin", "account OWNER", detail="before after")
def an_admin_by_an_admin(installation: Installation) -> None:
    installation.admin.open(f"/people/{installation.owner_id}")
    press(installation.admin, "Make them an admin")
    with installation.database.read() as session:
        assert session.get_one(Account, installation.owner_id).is_admin


@RECORDED_ACTS.add("role changed", "admin", "account OWNER", detail="before after")
def no_admin_any_more(installation: Installation) -> None:
    installation.change_owner(role="admin")
    installation.admin.open(f"/people/{installation.owner_id}")
    press(installation.admin, "Yes, take them away")


@RECORDED_ACTS.add("account disabled", "admin", "account OWNER")
def disable(installation: Installation) -> None:
    installation.admin.open(f"/people/{installation.owner_id}")
    press(installation.admin, "Yes, disable it")


@RECORDED_ACTS.add("account enabled", "admin", "account OWNER")
def enable(installation: Installation) -> None:
    disable(installation)
    installation.begin()
    press(installation.admin, "Let them sign in again")


@RECORDED_ACTS.add("account deleted", "owner", "account OWNER")
def the_end(installation: Installation) -> None:
    installation.process()
    installation.owner.open("/account/delete")
    installation.owner.submit(password=PASSWORD)


@RECORDED_ACTS.add("address changed", "owner", "account OWNER")
def another_address_at_once(installation: Installation) -> None:
    installation.owner.open("/account/email")
    installation.owner.submit(email="new@example.org", password=PASSWORD)


@RECORDED_ACTS.add("address change asked", "owner", "account OWNER")
def asking_for_another_address(installation: Installation) -> None:
    owner, _box = installation.with_mail()
    sign_in(owner)
    installation.begin()
    owner.open("/account/email")
    owner.submit(email="new@example.org", password=PASSWORD)


@RECORDED_ACTS.add("address changed", "owner", "account OWNER")
def another_address_by_mail(installation: Installation) -> None:
    owner, box = installation.with_mail()
    sign_in(owner)
    owner.open("/account/email")
    owner.submit(email="new@example.org", password=PASSWORD)
    installation.begin()
    owner.open(box.link("/confirm-new-address"))
    owner.submit(password=PASSWORD)
