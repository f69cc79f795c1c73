"""Acts by which somebody comes in, and goes."""

from tests.accounts.recorded_acts.act_list import ActList
from tests.accounts.recorded_acts.installation import OLGA, Installation
from tests.accounts.sign_in.test_register import sign_out
from tests.accounts.sign_ins import sign_in
from tests.factories import PASSWORD

RECORDED_ACTS = ActList()


@RECORDED_ACTS.add("signed in", "owner", "account OWNER", detail="after")
def with_a_password(installation: Installation) -> None:
    sign_in(installation.new_browser())


@RECORDED_ACTS.add("signed in", "owner", "account OWNER", detail="after")
def with_a_code(installation: Installation) -> None:
    installation.change_owner(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    sign_in(installation.new_browser())


@RECORDED_ACTS.add("sign-in refused", "anonymous", "account OWNER", detail="why")
def with_a_wrong_password(installation: Installation) -> None:
    person = installation.new_browser()
    person.open("/sign-in")
    person.submit(email=OLGA, password="wrong " * 4, status=422)


@RECORDED_ACTS.add("sign-in refused", "anonymous", "", detail="why")
def as_nobody(installation: Installation) -> None:
    person = installation.new_browser()
    person.open("/sign-in")
    person.submit(email="nobody@example.org", password="wrong " * 4, status=422)


@RECORDED_ACTS.add("sign-in refused", "anonymous", "account OWNER", detail="why")
def with_a_wrong_code(installation: Installation) -> None:
    installation.change_owner(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    person = installation.new_browser()
    person.open("/sign-in")
    person.submit(email=OLGA, password=PASSWORD)
    person.submit(code="000000", status=422)


@RECORDED_ACTS.add("signed out", "owner", "account OWNER")
def leave(installation: Installation) -> None:
    installation.owner.open("/account")
    sign_out(installation.owner)


@RECORDED_ACTS.add("sign-in ended", "owner", "sign-in .{36}")
def ending_one_elsewhere(installation: Installation) -> None:
    sign_in(installation.new_browser())
    installation.owner.open("/account/sign-ins")
    installation.begin()
    installation.owner.submit(form=0)


@RECORDED_ACTS.add("other sign-ins ended", "owner", "account OWNER", detail="after")
def ending_all_elsewhere(installation: Installation) -> None:
    sign_in(installation.new_browser())
    installation.owner.open("/account/sign-ins")
    installation.begin()
    installation.owner.submit(form=-1)
