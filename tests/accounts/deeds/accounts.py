"""Acts that make an account, change it, or end it."""

from advisor.models import Account
from tests.accounts.coming_in import sign_in
from tests.accounts.deeds.listed import Deeds
from tests.accounts.deeds.world import OLGA, World, press
from tests.factories import PASSWORD

DEEDS = Deeds()


@DEEDS.add("account created", "owner", "account .{36}", also=("signed in",))
def registering(world: World) -> None:
    person = world.somebody()
    person.open("/register")
    person.submit(email="new@example.org", password=PASSWORD)


@DEEDS.add("account created", "owner", "account .{36}", also=("signed in",))
def registering_by_mail(world: World) -> None:
    person, box = world.with_mail()
    person.open("/register")
    person.submit(email="new@example.org", password=PASSWORD)
    person.open(box.link("/confirm-address"))
    person.submit(password=PASSWORD)


@DEEDS.add("account created", "operator", "account .{36}", also=("reset link made",), told="after")
def an_admin_by_the_operator(world: World) -> None:
    world.advisor("admin", "create", "ben@example.org")


@DEEDS.add("role changed", "operator", "account OWNER", also=("reset link made",), told="before after")
def an_admin_of_an_account(world: World) -> None:
    world.advisor("admin", "create", OLGA)


@DEEDS.add("role changed", "admin", "account OWNER", told="before after")
def an_admin_by_an_admin(world: World) -> None:
    world.admin.open(f"/people/{world.owner_id}")
    press(world.admin, "Make them an admin")
    with world.database.read() as session:
        assert session.get_one(Account, world.owner_id).is_admin


@DEEDS.add("role changed", "admin", "account OWNER", told="before after")
def no_admin_any_more(world: World) -> None:
    world.change_owner(role="admin")
    world.admin.open(f"/people/{world.owner_id}")
    press(world.admin, "Take the rights of an admin away")


@DEEDS.add("account disabled", "admin", "account OWNER")
def disabling(world: World) -> None:
    world.admin.open(f"/people/{world.owner_id}")
    press(world.admin, "Disable the account")


@DEEDS.add("account enabled", "admin", "account OWNER")
def enabling(world: World) -> None:
    disabling(world)
    world.begin()
    press(world.admin, "Let them sign in again")


@DEEDS.add("account deleted", "owner", "account OWNER")
def the_end(world: World) -> None:
    world.process()
    world.owner.open("/account/delete")
    world.owner.submit(password=PASSWORD)


@DEEDS.add("address changed", "owner", "account OWNER")
def another_address_at_once(world: World) -> None:
    world.owner.open("/account/email")
    world.owner.submit(email="new@example.org", password=PASSWORD)


@DEEDS.add("address change asked", "owner", "account OWNER")
def asking_for_another_address(world: World) -> None:
    owner, _box = world.with_mail()
    sign_in(owner)
    world.begin()
    owner.open("/account/email")
    owner.submit(email="new@example.org", password=PASSWORD)


@DEEDS.add("address changed", "owner", "account OWNER")
def another_address_by_mail(world: World) -> None:
    owner, box = world.with_mail()
    sign_in(owner)
    owner.open("/account/email")
    owner.submit(email="new@example.org", password=PASSWORD)
    world.begin()
    owner.open(box.link("/confirm-new-address"))
    owner.submit(password=PASSWORD)
