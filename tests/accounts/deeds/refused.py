"""Acts that are refused to whoever is signed in."""

from tests.accounts.deeds.listed import Deeds
from tests.accounts.deeds.world import World
from tests.rule_sets.admins import DRAFT

DEEDS = Deeds()


@DEEDS.add("access refused", "owner", "people.people")
def an_owner_among_the_admins_pages(world: World) -> None:
    world.owner.open("/people", status=403)


@DEEDS.add("access refused", "owner", "rule_sets.publish")
def an_owner_publishes(world: World) -> None:
    world.owner.open("/account")
    answer = world.owner.post(f"{DRAFT}/publish", note="Mine.")
    assert answer.status_code == 403


@DEEDS.add("access refused", "admin", "people.disable")
def an_admin_on_the_own_account(world: World) -> None:
    world.admin.open(f"/people/{world.admin.account_id}")
    path = f"/people/{world.admin.account_id}/disable"
    assert world.admin.post(path).status_code == 403


@DEEDS.add("access refused", "admin", "accounts.remove_factor")
def an_admin_without_a_factor(world: World) -> None:
    world.admin.open("/account/second-factor")
    answer = world.admin.post("/account/second-factor/remove")
    assert answer.status_code == 403
