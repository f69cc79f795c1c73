"""Acts about organisations, their people and their processes."""

from sqlalchemy import delete, select, update

from advisor.models import Invitation, Membership
from tests.accounts.recorded_acts.act_list import ActList
from tests.accounts.recorded_acts.installation import MARK, Installation
from tests.factories import make_account, make_organisation
from tests.visiting import Visitor

RECORDED_ACTS = ActList()

ORGANISATION = "organisation .{36}"


def organisation(installation: Installation, role: str = "owner") -> str:
    """One in which the owner is, with another owner; gives its address."""
    other = make_account(installation.database, "mara@example.org")
    members = {installation.owner_id: role, other: "owner"}
    return f"/organisations/{make_organisation(installation.database, members, MARK)}"


def submit(person: Visitor, path: str, **answers: object) -> None:
    person.open(path)
    person.submit(**answers)


@RECORDED_ACTS.add("organisation made", "owner", ORGANISATION)
def one_starts_it(installation: Installation) -> None:
    submit(installation.owner, "/organisations", name=MARK)


@RECORDED_ACTS.add("organisation renamed", "owner", ORGANISATION)
def another_name(installation: Installation) -> None:
    submit(installation.owner, f"{organisation(installation)}/rename", name=f"{MARK} again")


@RECORDED_ACTS.add("organisation deleted", "owner", ORGANISATION)
def it_ends(installation: Installation) -> None:
    submit(installation.owner, f"{organisation(installation)}/delete")


@RECORDED_ACTS.add("invitation made", "owner", "invitation .{36}")
def somebody_is_invited(installation: Installation) -> None:
    submit(installation.owner, f"{organisation(installation)}/invite", whom=MARK)


@RECORDED_ACTS.add("invitation revoked", "owner", "invitation .{36}")
def not_any_more(installation: Installation) -> None:
    at = organisation(installation)
    submit(installation.owner, f"{at}/invite", whom=MARK)
    installation.begin()
    submit(installation.owner, at)


@RECORDED_ACTS.add("member joined", "owner", ORGANISATION, detail="after")
def by_a_link(installation: Installation) -> None:
    at = organisation(installation)
    page = installation.owner.open(f"{at}/invite")
    page = installation.owner.submit(whom=MARK)
    link = page.select_one("#link")
    assert link is not None
    with installation.database.write() as session:  # as if the other owner had invited
        other = session.scalars(select(Membership).where(Membership.account_id != installation.owner_id)).one()
        session.execute(update(Invitation).values(account_id=other.account_id))
        session.execute(delete(Membership).where(Membership.account_id == installation.owner_id))
    installation.begin()
    submit(installation.owner, "/invitations/" + str(link["value"]).rpartition("/")[2])


@RECORDED_ACTS.add("member role changed", "owner", "account .{36}", detail="before after")
def another_role(installation: Installation) -> None:
    at = organisation(installation)
    page = installation.owner.open(at)
    link = next(str(it["href"]) for it in page.select("main a") if "/members/" in str(it["href"]))
    submit(installation.owner, link, role="reader")


@RECORDED_ACTS.add("member removed", "owner", "account .{36}")
def another_is_removed(installation: Installation) -> None:
    at = organisation(installation)
    page = installation.owner.open(at)
    link = next(str(it["href"]) for it in page.select("main a") if "/remove" in str(it["href"]))
    submit(installation.owner, link)


@RECORDED_ACTS.add("member removed", "owner", "account OWNER")
def one_leaves(installation: Installation) -> None:
    submit(installation.owner, f"{organisation(installation, 'reader')}/leave")


@RECORDED_ACTS.add("processes moved", "owner", ORGANISATION, detail="after")
def processes_come_in(installation: Installation) -> None:
    at = organisation(installation)
    submit(installation.owner, f"/organisations/move?of={installation.process()}", to=at[15:])


@RECORDED_ACTS.add("processes moved", "owner", ORGANISATION, detail="after")
def processes_go_out(installation: Installation) -> None:
    at, process = organisation(installation), installation.process()
    submit(installation.owner, f"/organisations/move?of={process}", to=at[15:])
    installation.begin()
    submit(installation.owner, f"{at}/move-out?of={process}")
