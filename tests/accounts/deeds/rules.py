"""Acts about the published rules, and about what people say of them."""

import json

from advisor.models import Feedback
from advisor.models.draft import find_draft
from tests.accounts.deeds.drafts import another_rule
from tests.accounts.deeds.listed import Deeds
from tests.accounts.deeds.world import World
from tests.rule_sets.admins import DRAFT

DEEDS = Deeds()


@DEEDS.add("rules exported", "admin", "version 1", told="after version")
def the_rules_as_a_workbook(world: World) -> None:
    world.admin.open("/admin/rules/download?which=1")
    assert world.admin.post("/admin/rules/download", which="1", file_format="xlsx").status_code == 200


@DEEDS.add("rules published", "admin", "version 2", told="before after why version")
def publishing(world: World) -> None:
    another_rule(world)
    world.begin()
    world.admin.open(f"{DRAFT}/publish")
    world.admin.submit(do="publish", note="Clearer words.")
    with world.database.read() as session:
        assert find_draft(session) is None


@DEEDS.add("rules brought back", "admin", "version 3", told="before after why version")
def bringing_back(world: World) -> None:
    publishing(world)
    world.begin()
    world.admin.open("/admin/rules/versions/1/bring-back")
    world.admin.submit(note="The old words were better.")


@DEEDS.add("rules exported", "operator", "version 1", told="why version")
def rules_out(world: World) -> None:
    world.advisor("rules", "export", "-o", str(world.settings["DATA_FOLDER"] / "rules.json"))


@DEEDS.add("rules imported", "operator", "version 2", told="before after why version")
def rules_in(world: World) -> None:
    rules_out(world)
    file = world.settings["DATA_FOLDER"] / "rules.json"
    document = json.loads(file.read_text())
    document["rules"][0]["because"] = "Other words."
    file.write_text(json.dumps(document))
    world.begin()
    world.advisor("rules", "import", str(file), "--note", "From elsewhere.")


@DEEDS.add("note settled", "admin", "note .{36}", told="before after")
def settling_a_note(world: World) -> None:
    with world.database.write() as session:
        session.add(Feedback(account_id=world.owner_id, text="Wrong.", version=1))
    world.admin.open("/admin/feedback")
    world.admin.open(str(world.admin.page.select_one(".processes a")["href"]))  # type: ignore[index]
    world.admin.submit(form=-1)
