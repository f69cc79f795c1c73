"""Acts that ask for a long job about the draft, or stop it."""

from advisor.models.audit import OPERATOR
from advisor.models.draft import edit
from tests.accounts.deeds.listed import Deeds
from tests.accounts.deeds.world import World, press
from tests.rule_sets.admins import DRAFT
from tests.rule_sets.crowded import crowded

DEEDS = Deeds()


@DEEDS.add("check asked for", "admin", "draft", told="after")
def a_check_of_a_large_draft(world: World) -> None:
    world.admin.start()
    with world.database.write() as session:
        edit(session, OPERATOR, lambda _present: crowded(), kind="draft changed", what="everything")
    world.admin.open(f"{DRAFT}/problems")
    world.begin()
    form = next(at for at, it in enumerate(world.admin.page.select("main form")) if it.select_one("[name=of]"))
    world.admin.submit(form=form)
    world.admin.open(f"{DRAFT}/problems")  # a second press asks for nothing new


@DEEDS.add("check cancelled", "admin", "draft", told="before")
def no_check_after_all(world: World) -> None:
    a_check_of_a_large_draft(world)
    world.begin()
    press(world.admin, "Stop the check", button="cancel")


@DEEDS.add("impact run asked for", "admin", "draft", told="after version")
def who_is_affected(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/affected")
    world.admin.submit(do="start", form=0)


@DEEDS.add("impact run cancelled", "admin", "draft", told="before")
def who_is_affected_no_more(world: World) -> None:
    who_is_affected(world)
    world.begin()
    world.admin.open(f"{DRAFT}/affected")
    world.admin.submit(do="cancel", form=0)
