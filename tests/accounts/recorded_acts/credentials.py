"""Acts that change what proves who somebody is: passwords, second factors, tokens."""

from advisor.models import Account
from tests.accounts.recorded_acts.act_list import ActList
from tests.accounts.recorded_acts.installation import OLGA, OTHER, Installation, press
from tests.accounts.sign_ins import code, sign_in
from tests.factories import PASSWORD

RECORDED_ACTS = ActList()


@RECORDED_ACTS.add("password changed", "owner", "account OWNER")
def another_password(installation: Installation) -> None:
    installation.owner.open("/account/password")
    installation.owner.submit(password=PASSWORD, new_password=OTHER)


@RECORDED_ACTS.add("password refused", "owner", "account OWNER", detail="why")
def a_wrong_password_before_something_grave(installation: Installation) -> None:
    installation.owner.open("/account/delete")
    installation.owner.submit(password="wrong " * 4, status=422)


@RECORDED_ACTS.add("password refused", "anonymous", "account OWNER", detail="why")
def a_wrong_password_beside_a_link(installation: Installation) -> None:
    owner, box = installation.with_mail()
    sign_in(owner)
    owner.open("/account/email")
    owner.submit(email="new@example.org", password=PASSWORD)
    owner.open(box.link("/confirm-new-address"))
    installation.begin()
    owner.submit(password="wrong " * 4, status=422)


@RECORDED_ACTS.add("reset link made", "admin", "account OWNER")
def a_link_by_an_admin(installation: Installation) -> None:
    installation.admin.open(f"/people/{installation.owner_id}")
    press(installation.admin, "Make a link")


@RECORDED_ACTS.add("reset link made", "operator", "account OWNER")
def a_link_by_the_operator(installation: Installation) -> None:
    installation.advisor("reset-link", OLGA)


@RECORDED_ACTS.add("password reset", "owner", "account OWNER")
def a_new_password_by_a_link(installation: Installation) -> None:
    link = installation.advisor("reset-link", OLGA).splitlines()[-1]
    installation.begin()
    person = installation.new_browser()
    person.open("/set-password?" + link.partition("?")[2])
    person.submit(new_password=OTHER)


@RECORDED_ACTS.add("second factor set", "owner", "account OWNER")
def a_factor(installation: Installation) -> None:
    installation.owner.open("/account/second-factor")
    installation.owner.submit(button="begin")
    with installation.database.read() as session:
        pending = session.get_one(Account, installation.owner_id).totp_pending
    installation.owner.submit(code=code(str(pending)))


@RECORDED_ACTS.add("recovery codes renewed", "owner", "account OWNER")
def more_recovery_codes(installation: Installation) -> None:
    a_factor(installation)
    installation.owner.open("/account/second-factor")
    installation.begin()
    press(installation.owner, "Make new recovery codes")


@RECORDED_ACTS.add("second factor removed", "owner", "account OWNER")
def no_factor_any_more(installation: Installation) -> None:
    a_factor(installation)
    installation.owner.open("/account/second-factor")
    installation.begin()
    press(installation.owner, "Remove it now")


@RECORDED_ACTS.add("second factor removed", "admin", "account OWNER")
def a_lost_factor(installation: Installation) -> None:
    installation.change_owner(totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    installation.admin.open(f"/people/{installation.owner_id}")
    press(installation.admin, "Yes, take it away")


@RECORDED_ACTS.add("token created", "owner", "token .{36}")
def a_token(installation: Installation) -> None:
    installation.owner.open("/account/tokens")
    installation.owner.submit(name="report", form=-1)


@RECORDED_ACTS.add("token revoked", "owner", "token .{36}")
def no_token_any_more(installation: Installation) -> None:
    a_token(installation)
    installation.begin()
    installation.owner.submit(form=0)
