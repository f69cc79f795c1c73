"""Acts about the processes that people describe."""

from typing import Any

from tests.accounts.coming_in import sign_in
from tests.accounts.deeds.listed import Deeds
from tests.accounts.deeds.world import MARK, World, press
from tests.accounts.test_registering import describe
from tests.visiting import Visitor, text_of

DEEDS = Deeds()


@DEEDS.add("assessments adopted", "owner", "account OWNER", also=("signed in",), told="after")
def coming_along(world: World) -> None:
    person = world.somebody()
    describe(person, MARK)
    sign_in(person)


@DEEDS.add("assessments given back", "owner", "account OWNER", told="after")
def not_theirs(world: World) -> None:
    person = world.somebody()
    describe(person, MARK)
    sign_in(person)
    world.begin()
    person.open("/account/this-browser")
    press(person, "Give them back")


@DEEDS.add("process deleted", "anonymous", "assessment .{36}")
def a_visitor_deletes_one(world: World) -> None:
    person = world.somebody()
    person.open(f"{describe(person, MARK)}/delete")
    person.submit()


@DEEDS.add("process deleted", "owner", "assessment .{36}")
def an_owner_deletes_one(world: World) -> None:
    world.owner.open(f"/assessments/{world.process()}/delete")
    world.owner.submit()


@DEEDS.add("process deleted", "owner", "assessment .{36}")
def a_program_deletes_one(world: World) -> None:
    world.owner.open("/account/tokens")
    page = world.owner.submit(name="report", form=-1)
    token = text_of(page.select_one(".notice code"))
    mine = world.process()
    world.begin()
    headers = {"Authorization": f"Bearer {token}"}
    answer = world.app.test_client().delete(f"/api/v1/assessments/{mine}", headers=headers)
    assert answer.status_code == 204, answer.text


@DEEDS.add("process put back", "owner", "assessment .{36}")
def out_of_the_bin(world: World) -> None:
    an_owner_deletes_one(world)
    world.begin()
    world.owner.open("/processes/bin")
    press(world.owner, "Put")


@DEEDS.add("process removed for good", "owner", "assessment .{36}")
def gone(world: World) -> None:
    an_owner_deletes_one(world)
    world.begin()
    world.owner.open("/processes/bin")
    world.owner.submit(form=1)


@DEEDS.add("answers deleted", "anonymous")
def a_visitor_deletes_everything(world: World) -> None:
    person = world.somebody()
    describe(person, MARK)
    person.open("/your-data")
    person.submit()


@DEEDS.add("data downloaded", "owner", "account OWNER")
def an_owner_downloads(world: World) -> None:
    world.owner.open("/account")
    assert download(world.owner).status_code == 200


def download(person: Visitor) -> Any:
    """Press “Download all of it” on the page of the account."""
    return person.post("/account/download")
