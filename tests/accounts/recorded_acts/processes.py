"""Acts about the processes that people describe."""

from typing import Any

from sqlalchemy import update

from advisor.models import AccountOwner, Opinion
from advisor.models.base import utc_now
from tests.accounts.recorded_acts.act_list import ActList
from tests.accounts.recorded_acts.installation import MARK, Installation, press
from tests.accounts.sign_in.test_register import describe
from tests.accounts.sign_ins import sign_in
from tests.processes.sample_processes import keep
from tests.visiting import Visitor, text_of

RECORDED_ACTS = ActList()


@RECORDED_ACTS.add("assessments adopted", "owner", "account OWNER", also=("signed in",), detail="after")
def coming_along(installation: Installation) -> None:
    person = installation.new_browser()
    describe(person, MARK)
    sign_in(person)


@RECORDED_ACTS.add("assessments given back", "owner", "account OWNER", detail="after")
def not_theirs(installation: Installation) -> None:
    person = installation.new_browser()
    describe(person, MARK)
    sign_in(person)
    installation.begin()
    person.open("/account/this-browser")
    press(person, "Give them back")


@RECORDED_ACTS.add("process deleted", "anonymous", "assessment .{36}")
def a_visitor_deletes_one(installation: Installation) -> None:
    person = installation.new_browser()
    person.open(f"{describe(person, MARK)}/delete")
    person.submit()


@RECORDED_ACTS.add("process deleted", "owner", "assessment .{36}")
def an_owner_deletes_one(installation: Installation) -> None:
    installation.owner.open(f"/assessments/{installation.process()}/delete")
    installation.owner.submit()


@RECORDED_ACTS.add("process deleted", "owner", "assessment .{36}")
def a_program_deletes_one(installation: Installation) -> None:
    installation.owner.open("/account/tokens")
    page = installation.owner.submit(name="report", form=-1)
    token = text_of(page.select_one(".notice code"))
    mine = installation.process()
    installation.begin()
    headers = {"Authorization": f"Bearer {token}"}
    answer = installation.app.test_client().delete(f"/api/v1/assessments/{mine}", headers=headers)
    assert answer.status_code == 204, answer.text


@RECORDED_ACTS.add("process put back", "owner", "assessment .{36}")
def out_of_the_bin(installation: Installation) -> None:
    an_owner_deletes_one(installation)
    installation.begin()
    installation.owner.open("/processes/bin")
    press(installation.owner, "Put")


@RECORDED_ACTS.add("process removed for good", "owner", "assessment .{36}")
def purge(installation: Installation) -> None:
    an_owner_deletes_one(installation)
    installation.begin()
    installation.owner.open("/processes/bin")
    installation.owner.submit(form=1)


@RECORDED_ACTS.add("processes brought in", "owner", "import .{36}", detail="after")
def a_list(installation: Installation) -> None:
    installation.owner.open("/processes/bring-in")
    installation.owner.submit(names=f"{MARK}\nPayroll")
    installation.begin()
    installation.owner.submit(button="bring")


@RECORDED_ACTS.add("bringing in undone", "owner", "import .{36}", detail="after")
def no_list(installation: Installation) -> None:
    a_list(installation)
    installation.begin()
    press(installation.owner, "Undo")


@RECORDED_ACTS.add("bringing in repeated", "owner", "import .{36}", detail="after")
def a_list_after_all(installation: Installation) -> None:
    no_list(installation)
    installation.begin()
    press(installation.owner, "Put them back")


@RECORDED_ACTS.add("link made", "owner", "link .{36}")
def a_link(installation: Installation) -> None:
    (mine,) = keep(installation.database, AccountOwner(installation.owner_id), 1)
    installation.owner.open(f"/assessments/{mine.id}/share/new")
    press(installation.owner, "Make the link", note=MARK)


@RECORDED_ACTS.add("link moved on", "owner", "link .{36}")
def a_link_to_a_newer_brief(installation: Installation) -> None:
    (mine,) = keep(installation.database, AccountOwner(installation.owner_id), 1)
    at = f"/assessments/{mine.id}"
    installation.owner.open(f"{at}/brief/share")
    press(installation.owner, "Make the link", note=MARK)
    installation.owner.open(f"{at}/brief/edit")
    press(installation.owner, "Save", title="Newer")
    installation.owner.open(f"{at}/share")
    installation.begin()
    press(installation.owner, "Let it show version 2")


@RECORDED_ACTS.add("link revoked", "owner", "link .{36}")
def no_link_any_more(installation: Installation) -> None:
    a_link(installation)
    installation.begin()
    press(installation.owner, "Revoke")


@RECORDED_ACTS.add("opinion asked for", "owner", "opinion .{36}")
def a_second_opinion(installation: Installation) -> None:
    (mine,) = keep(installation.database, AccountOwner(installation.owner_id), 1)
    installation.owner.open(f"/assessments/{mine.id}/opinions/new")
    press(installation.owner, "Make the link", note=MARK)


@RECORDED_ACTS.add("opinion link renewed", "owner", "opinion .{36}")
def another_link(installation: Installation) -> None:
    a_second_opinion(installation)
    installation.begin()
    press(installation.owner, "Make a new link")


@RECORDED_ACTS.add("opinion deleted", "owner", "opinion .{36}")
def nobody_asked(installation: Installation) -> None:
    a_second_opinion(installation)
    installation.begin()
    press(installation.owner, "Delete it")


@RECORDED_ACTS.add("opinions settled", "owner", "assessment .{36}")
def settle(installation: Installation) -> None:
    a_second_opinion(installation)
    with installation.database.write() as session:
        session.execute(update(Opinion).values(handed_in_at=utc_now()))
    installation.begin()
    installation.owner.open(installation.owner.path.replace("/new", "/settle"))
    press(installation.owner, "Settle on these answers", note=MARK)


@RECORDED_ACTS.add("answers deleted", "anonymous")
def a_visitor_deletes_everything(installation: Installation) -> None:
    person = installation.new_browser()
    describe(person, MARK)
    person.open("/your-data")
    person.submit()


@RECORDED_ACTS.add("data downloaded", "owner", "account OWNER")
def an_owner_downloads(installation: Installation) -> None:
    installation.owner.open("/account")
    assert download(installation.owner).status_code == 200


def download(person: Visitor) -> Any:
    """Press “Download all of it” on the page of the account."""
    return person.post("/account/download")
