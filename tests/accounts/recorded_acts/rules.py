"""Acts about the published rules, and about what people say of them."""

import json
from datetime import timedelta

from advisor.models import Feedback, PlannedVersion
from advisor.models.base import utc_now
from advisor.models.rule_sets.draft import find_draft
from advisor.rule_sets.worker import work_due
from tests.accounts.recorded_acts.act_list import ActList
from tests.accounts.recorded_acts.drafts import RULE, another_rule
from tests.accounts.recorded_acts.installation import Installation
from tests.rule_sets.admins import DRAFT, Admin

RECORDED_ACTS = ActList()


@RECORDED_ACTS.add("rules exported", "admin", "version 1", detail="after version")
def the_rules_as_a_workbook(installation: Installation) -> None:
    installation.admin.open("/admin/rules/download?which=1")
    assert installation.admin.post("/admin/rules/download", which="1", file_format="xlsx").status_code == 200


@RECORDED_ACTS.add("rules published", "admin", "version 2", detail="before after why version")
def publishing(installation: Installation) -> None:
    another_rule(installation)
    installation.begin()
    installation.admin.open(f"{DRAFT}/publish")
    installation.admin.submit(do="publish", note="Clearer words.")
    with installation.database.read() as session:
        assert find_draft(session) is None


@RECORDED_ACTS.add("rules brought back", "admin", "version 3", detail="before after why version")
def bringing_back(installation: Installation) -> None:
    publishing(installation)
    installation.begin()
    installation.admin.open("/admin/rules/versions/1/bring-back")
    installation.admin.submit(note="The old words were better.")


def plan(installation: Installation, *, two: bool = False) -> Admin:
    """The draft, planned for next year or so; another admin, who may have to approve it."""
    another_rule(installation)
    installation.begin()
    installation.app.config["TWO_ADMINS"] = two
    day = utc_now() + timedelta(days=300)
    installation.admin.open(f"{DRAFT}/publish")
    installation.admin.submit(do="publish", note="Clearer words.", day=f"{day.day}/{day.month}/{day.year}")
    return Admin.of(installation.app, installation.database, "ben@example.org")


@RECORDED_ACTS.add("version planned", "admin", "draft", detail="after why version")
def plan_version(installation: Installation) -> None:
    plan(installation)


@RECORDED_ACTS.add("approval asked for", "admin", "draft", detail="after why version")
def asking_for_approval(installation: Installation) -> None:
    plan(installation, two=True)


@RECORDED_ACTS.add("version approved", "admin", "draft", detail="after version")
def approve(installation: Installation) -> None:
    other = plan(installation, two=True)
    installation.begin()
    other.open("/admin/rules/planned")
    other.submit(do="approve")


@RECORDED_ACTS.add("version sent back", "admin", "draft", detail="before why version")
def sending_back(installation: Installation) -> None:
    other = plan(installation, two=True)
    installation.begin()
    other.open("/admin/rules/planned")
    other.submit(do="send-back", why="Too short.")


@RECORDED_ACTS.add("plan cancelled", "admin", "draft", detail="before version")
def cancelling_a_plan(installation: Installation) -> None:
    plan(installation)
    installation.begin()
    installation.admin.submit(do="cancel")


@RECORDED_ACTS.add("version brought forward", "admin", "draft", also=("rules published",), detail="before version")
def publishing_before_the_day(installation: Installation) -> None:
    plan(installation)
    installation.begin()
    installation.admin.submit(do="publish")


@RECORDED_ACTS.add("plan failed", "admin", "draft", detail="version")
def a_plan_that_fails(installation: Installation) -> None:
    plan(installation)
    installation.admin.edit(f"rules/{RULE}", because="Words after it was planned.")
    with installation.database.write() as session:
        session.get_one(PlannedVersion, 1).due_at = utc_now()
    installation.begin()
    work_due(installation.database, installation.settings)


@RECORDED_ACTS.add("rules exported", "operator", "version 1", detail="why version")
def rules_out(installation: Installation) -> None:
    installation.advisor("rules", "export", "-o", str(installation.settings["DATA_FOLDER"] / "rules.json"))


@RECORDED_ACTS.add("rules imported", "operator", "version 2", detail="before after why version")
def rules_in(installation: Installation) -> None:
    rules_out(installation)
    file = installation.settings["DATA_FOLDER"] / "rules.json"
    document = json.loads(file.read_text())
    document["rules"][0]["because"] = "Other words."
    file.write_text(json.dumps(document))
    installation.begin()
    installation.advisor("rules", "import", str(file), "--note", "From elsewhere.")


@RECORDED_ACTS.add("note settled", "admin", "note .{36}", detail="before after")
def settling_a_note(installation: Installation) -> None:
    with installation.database.write() as session:
        session.add(Feedback(account_id=installation.owner_id, text="Wrong.", version=1))
    installation.admin.open("/admin/feedback")
    installation.admin.open(str(installation.admin.page.select_one(".processes a")["href"]))  # type: ignore[index]
    installation.admin.submit(form=-1)
