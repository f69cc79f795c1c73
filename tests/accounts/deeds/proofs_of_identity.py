"""Acts that change what proves who somebody is: passwords, second factors, tokens."""

from advisor.models import Account
from tests.accounts.coming_in import code, sign_in
from tests.accounts.deeds.listed import Deeds
from tests.accounts.deeds.world import OLGA, OTHER, World, press
from tests.factories import PASSWORD

DEEDS = Deeds()


@DEEDS.add("password changed", "owner", "account OWNER")
def another_password(world: World) -> None:
    world.owner.open("/account/password")
    world.owner.submit(password=PASSWORD, new_password=OTHER)


@DEEDS.add("password refused", "owner", "account OWNER", told="why")
def a_wrong_password_before_something_grave(world: World) -> None:
    world.owner.open("/account/delete")
    world.owner.submit(password="wrong " * 4, status=422)


@DEEDS.add("password refused", "anonymous", "account OWNER", told="why")
def a_wrong_password_beside_a_link(world: World) -> None:
    owner, box = world.with_mail()
    sign_in(owner)
    owner.open("/account/email")
    owner.submit(email="new@example.org", password=PASSWORD)
    owner.open(box.link("/confirm-new-address"))
    world.begin()
    owner.submit(password="wrong " * 4, status=422)


@DEEDS.add("reset link made", "admin", "account OWNER")
def a_link_by_an_admin(world: World) -> None:
    world.admin.open(f"/people/{world.owner_id}")
    press(world.admin, "Make a link")


@DEEDS.add("reset link made", "operator", "account OWNER")
def a_link_by_the_operator(world: World) -> None:
    world.advisor("reset-link", OLGA)


@DEEDS.add("password reset", "owner", "account OWNER")
def a_new_password_by_a_link(world: World) -> None:
    link = world.advisor("reset-link", OLGA).splitlines()[-1]
    world.begin()
    person = world.somebody()
    person.open("/set-password?" + link.partition("?")[2])
    person.submit(new_password=OTHER)


@DEEDS.add("second factor set", "owner", "account OWNER")
def a_factor(world: World) -> None:
    world.owner.open("/account/second-factor")
    world.owner.submit(button="begin")
    with world.database.read() as session:
        pending = session.get_one(Account, world.owner_id).totp_pending
    world.owner.submit(code=code(str(pending)))


@DEEDS.add("recovery codes renewed", "owner", "account OWNER")
def more_recovery_codes(world: World) -> None:
    a_factor(world)
    world.owner.open("/account/second-factor")
    world.begin()
    press(world.owner, "Make new recovery codes")


@DEEDS.add("second factor removed", "owner", "account OWNER")
def no_factor_any_more(world: World) -> None:
    a_factor(world)
    world.owner.open("/account/second-factor")
    world.begin()
    press(world.owner, "Remove it now")


@DEEDS.add("second factor removed", "admin", "account OWNER")
def a_lost_factor(world: World) -> None:
    world.change_owner(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    world.admin.open(f"/people/{world.owner_id}")
    press(world.admin, "Take the second factor away")


@DEEDS.add("token created", "owner", "token .{36}")
def a_token(world: World) -> None:
    world.owner.open("/account/tokens")
    world.owner.submit(name="report", form=-1)


@DEEDS.add("token revoked", "owner", "token .{36}")
def no_token_any_more(world: World) -> None:
    a_token(world)
    world.begin()
    world.owner.submit(form=0)
