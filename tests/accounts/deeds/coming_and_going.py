"""Acts by which somebody comes in, and goes."""

from tests.accounts.coming_in import sign_in
from tests.accounts.deeds.listed import Deeds
from tests.accounts.deeds.world import OLGA, World
from tests.accounts.test_registering import sign_out
from tests.factories import PASSWORD

DEEDS = Deeds()


@DEEDS.add("signed in", "owner", "account OWNER", told="after")
def with_a_password(world: World) -> None:
    sign_in(world.somebody())


@DEEDS.add("signed in", "owner", "account OWNER", told="after")
def with_a_code(world: World) -> None:
    world.change_owner(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    sign_in(world.somebody())


@DEEDS.add("sign-in refused", "anonymous", "account OWNER", told="why")
def with_a_wrong_password(world: World) -> None:
    person = world.somebody()
    person.open("/sign-in")
    person.submit(email=OLGA, password="wrong " * 4, status=422)


@DEEDS.add("sign-in refused", "anonymous", "", told="why")
def as_nobody(world: World) -> None:
    person = world.somebody()
    person.open("/sign-in")
    person.submit(email="nobody@example.org", password="wrong " * 4, status=422)


@DEEDS.add("sign-in refused", "anonymous", "account OWNER", told="why")
def with_a_wrong_code(world: World) -> None:
    world.change_owner(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    person = world.somebody()
    person.open("/sign-in")
    person.submit(email=OLGA, password=PASSWORD)
    person.submit(code="000000", status=422)


@DEEDS.add("signed out", "owner", "account OWNER")
def leaving(world: World) -> None:
    world.owner.open("/account")
    sign_out(world.owner)


@DEEDS.add("sign-in ended", "owner", "sign-in .{36}")
def ending_one_elsewhere(world: World) -> None:
    sign_in(world.somebody())
    world.owner.open("/account/sign-ins")
    world.begin()
    world.owner.submit(form=0)


@DEEDS.add("other sign-ins ended", "owner", "account OWNER", told="after")
def ending_all_elsewhere(world: World) -> None:
    sign_in(world.somebody())
    world.owner.open("/account/sign-ins")
    world.begin()
    world.owner.submit(form=-1)
