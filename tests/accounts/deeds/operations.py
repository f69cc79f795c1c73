"""Acts about the record itself, and about the data as a whole."""

from tests.accounts.deeds.listed import Deeds
from tests.accounts.deeds.world import World

DEEDS = Deeds()


@DEEDS.add("record exported", "admin", "record", told="after")
def the_record(world: World) -> None:
    world.admin.open("/admin/audit")
    answer = world.admin.post("/admin/audit/sheet", format="csv")
    assert answer.status_code == 200


@DEEDS.add("backup made", "operator", "file .*")
def a_backup(world: World) -> None:
    world.advisor("backup")


@DEEDS.add("backup made", "operator", "file .*", told="why")
def a_backup_before_an_upgrade(world: World) -> None:
    from alembic import command

    from advisor.models import schema

    command.downgrade(schema.migration_config(world.database.engine), "-1")
    world.advisor("migrate")


@DEEDS.add("backup restored", "operator", "file copy", told="before")
def going_back(world: World) -> None:
    copy = world.settings["DATA_FOLDER"] / "copy"
    world.advisor("backup", str(copy))
    world.database.dispose()
    world.advisor("restore", str(copy), "--replace")
