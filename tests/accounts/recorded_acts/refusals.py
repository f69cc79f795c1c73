"""Acts that are refused to whoever is signed in."""

from tests.accounts.recorded_acts.act_list import ActList
from tests.accounts.recorded_acts.installation import Installation
from tests.rule_sets.admins import DRAFT

RECORDED_ACTS = ActList()


@RECORDED_ACTS.add("access refused", "owner", "people.people")
def an_owner_among_the_admins_pages(installation: Installation) -> None:
    installation.owner.open("/people", status=403)


@RECORDED_ACTS.add("access refused", "owner", "rule_sets.publish")
def an_owner_publishes(installation: Installation) -> None:
    installation.owner.open("/account")
    answer = installation.owner.post(f"{DRAFT}/publish", note="Mine.")
    assert answer.status_code == 403


@RECORDED_ACTS.add("access refused", "admin", "people.disable")
def an_admin_on_the_own_account(installation: Installation) -> None:
    installation.admin.open(f"/people/{installation.admin.account_id}")
    path = f"/people/{installation.admin.account_id}/disable"
    assert installation.admin.post(path).status_code == 403


@RECORDED_ACTS.add("access refused", "admin", "accounts.remove_factor")
def an_admin_without_a_factor(installation: Installation) -> None:
    installation.admin.open("/account/second-factor")
    answer = installation.admin.post("/account/second-factor/remove")
    assert answer.status_code == 403
