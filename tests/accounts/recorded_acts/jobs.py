"""Acts that ask for a long job about the draft, or stop it."""

from advisor.models.audit import OPERATOR
from advisor.models.rule_sets.draft import edit
from tests.accounts.recorded_acts.act_list import ActList
from tests.accounts.recorded_acts.installation import Installation, press
from tests.rule_sets.admins import DRAFT
from tests.rule_sets.crowded_rules import crowded_rules

RECORDED_ACTS = ActList()


@RECORDED_ACTS.add("check asked for", "admin", "draft", detail="after")
def a_check_of_a_large_draft(installation: Installation) -> None:
    installation.admin.start()
    with installation.database.write() as session:
        edit(session, OPERATOR, lambda _present: crowded_rules(), kind="draft changed", what="everything")
    installation.admin.open(f"{DRAFT}/problems")
    installation.begin()
    form = next(at for at, it in enumerate(installation.admin.page.select("main form")) if it.select_one("[name=of]"))
    installation.admin.submit(form=form)
    installation.admin.open(f"{DRAFT}/problems")  # a second press asks for nothing new


@RECORDED_ACTS.add("check cancelled", "admin", "draft", detail="before")
def no_check_after_all(installation: Installation) -> None:
    a_check_of_a_large_draft(installation)
    installation.begin()
    press(installation.admin, "Stop", button="cancel")


@RECORDED_ACTS.add("impact run asked for", "admin", "draft", detail="after version")
def who_is_affected(installation: Installation) -> None:
    installation.admin.start()
    installation.begin()
    installation.admin.open(f"{DRAFT}/affected")
    installation.admin.submit(do="start", form=0)


@RECORDED_ACTS.add("impact run cancelled", "admin", "draft", detail="before")
def who_is_affected_no_more(installation: Installation) -> None:
    who_is_affected(installation)
    installation.begin()
    installation.admin.open(f"{DRAFT}/affected")
    installation.admin.submit(do="cancel", form=0)
