"""Acts about the record itself, and about the data as a whole."""

from tests.accounts.recorded_acts.act_list import ActList
from tests.accounts.recorded_acts.installation import Installation

RECORDED_ACTS = ActList()


@RECORDED_ACTS.add("record exported", "admin", "record", detail="after")
def the_record(installation: Installation) -> None:
    installation.admin.open("/admin/audit")
    answer = installation.admin.post("/admin/audit/sheet", format="csv")
    assert answer.status_code == 200


@RECORDED_ACTS.add("backup made", "operator", "file .*")
def a_backup(installation: Installation) -> None:
    installation.advisor("backup")


@RECORDED_ACTS.add("backup made", "operator", "file .*", detail="why")
def a_backup_before_an_upgrade(installation: Installation) -> None:
    from alembic import command

    from advisor.models import schema

    command.downgrade(schema.migration_config(installation.database.engine), "-1")
    installation.advisor("migrate")


FILLED_IN = (
    *["account created"] * 3,
    *["reset link made"] * 3,
    *("draft started", "draft changed", "draft changed", "draft note kept"),
)


@RECORDED_ACTS.add("demo made", "operator", "demo", also=FILLED_IN, detail="after")
def a_demo(installation: Installation) -> None:
    installation.advisor("demo", "--beside-others")


@RECORDED_ACTS.add("demo removed", "operator", "demo", also=(*FILLED_IN, "demo made", "draft discarded"))
def a_demo_taken_away(installation: Installation) -> None:
    installation.advisor("demo", "--beside-others")
    installation.advisor("demo", "--remove")


@RECORDED_ACTS.add("backup restored", "operator", "file copy", detail="before")
def going_back(installation: Installation) -> None:
    copy = installation.settings["DATA_FOLDER"] / "copy"
    installation.advisor("backup", str(copy))
    installation.database.dispose()
    installation.advisor("restore", str(copy), "--replace")
