"""Acts about the published rules, and about what people say of them."""

import json

from advisor.models import Feedback
from advisor.models.draft import find_draft
from tests.accounts.recorded_acts.act_list import ActList
from tests.accounts.recorded_acts.drafts import another_rule
from tests.accounts.recorded_acts.installation import Installation
from tests.rule_sets.admins import DRAFT

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
