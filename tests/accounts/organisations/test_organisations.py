"""People come into an organisation by invitation, work in it as what they are, and leave it."""

import re
from functools import partial

from flask import Flask
from sqlalchemy import select

from advisor.models import Assessment, Database, Invitation, Membership, Organisation
from advisor.models.base import hash_of, utc_now
from advisor.rule_sets.impact.saved_answers import sample
from advisor.settings import Settings
from tests.accounts.mailbox import Mailbox
from tests.accounts.organisations.conftest import NAME, People, let_go
from tests.accounts.sign_ins import sign_in
from tests.concurrency import run_together
from tests.factories import PASSWORD, make_account
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import Visitor, text_of


def invite(people: People, role: str = "editor", whom: str = "Mara") -> str:
    """Make an invitation; gives the address that it leads to."""
    people.owner.open(f"{people.at}/invite")
    page = people.owner.submit(whom=whom, role=role)
    link = page.select_one("#link")
    assert link is not None, text_of(page.main)
    return "/invitations/" + str(link["value"]).rpartition("/")[2]


def roles(database: Database, people: People) -> dict[str, str]:
    names = {getattr(people, name).account_id: name for name in ("owner", "editor", "reader", "former", "stranger")}
    with database.read() as session:
        found = session.scalars(select(Membership).where(Membership.organisation_id == people.organisation_id))
        return {names[member.account_id]: member.role for member in found}


def test_somebody_starts_an_organisation_and_invites_another_who_works_in_it(
    database: Database, people: People
) -> None:
    first, second = people.stranger, people.former
    first.open("/organisations")
    first.submit(name="  Globex   Trading ")
    assert first.heading == "Globex Trading"
    at = first.path
    page = first.open(f"{at}/invite")
    page = first.submit(whom="Fiona", role="editor")
    link = page.select_one("#link")
    assert link is not None
    address = "/invitations/" + str(link["value"]).rpartition("/")[2]
    assert re.fullmatch(r"/invitations/[\w-]{22}", address), "128 random bits"
    page = second.open(address)
    assert "Globex Trading" in second.heading
    assert "stranger@example.com invites you" in second.words
    second.submit()
    assert second.path == at
    assert "Editor" in second.words
    second.open(address, 404)
    assert "leads nowhere" in second.heading, "it is for one person"
    second.begins_at = f"{at}/assessments/new"
    second.finish(name="Payroll")
    assert "Payroll" in text_of(first.open(f"{at}/processes").main)
    assert "Payroll" not in text_of(first.open("/processes").main)
    assert "Payroll" not in text_of(second.open("/processes").main)
    first.open(second.at + "/result")
    first.open(second.at + "/decision")
    first.submit(made="bpo")
    assert first.path.startswith(second.at)
    with database.read() as session:
        assert session.scalars(select(Assessment)).one().decision == "bpo"


def test_an_invitation_is_for_one_person_who_is_asked_to_sign_in_and_is_back_at_it(
    app: Flask, database: Database, people: People
) -> None:
    address = invite(people, "reader")
    visitor = Visitor(app.test_client())
    page = visitor.open(address)
    assert NAME in visitor.heading
    assert "owner@example.com invites you" in text_of(page.main)
    assert "Reader" in text_of(page.main)
    assert visitor.response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in visitor.response.headers["Cache-Control"]
    assert not page.select("main form"), "nothing is accepted without an account"
    visitor.open(str(page.select(".actions a")[1]["href"]))
    visitor.submit(email="new@example.com", password="eight blue kites in a gale")
    assert visitor.path == address
    visitor.submit()
    assert visitor.path == people.at
    assert "You are a member now" in text_of(visitor.page.main)
    people.stranger.open(address, 404)
    with database.read() as session:
        emails = session.scalars(select(Membership.role).where(Membership.organisation_id == people.organisation_id))
        assert sorted(emails) == ["editor", "editor", "owner", "reader", "reader"]


def test_an_invitation_ends_with_its_days_its_revocation_and_the_rights_of_who_invites(
    database: Database, people: People
) -> None:
    stranger = people.stranger
    revoked, late, orphan = (invite(people) for _ in range(3))
    page = people.owner.open(people.at)
    assert len(page.select("main form")) == 3
    assert len(page.select("main details.grave form")) == 3, "nothing is revoked by one press"
    people.owner.submit(form=2)
    assert "revoked" in people.owner.words
    stranger.open(revoked, 404)
    stranger.open(late)
    with database.write() as session:
        latest = session.scalars(select(Invitation).order_by(Invitation.created_at)).all()
        latest[1].expires_at = utc_now()
    stranger.open(late, 404)
    page = stranger.open(orphan)
    with database.write() as session:
        mine = (Membership.account_id == people.editor.account_id, Membership.role == "editor")
        session.scalars(select(Membership).where(*mine)).one().role = "owner"
    people.editor.open(f"{people.at}/members/{people.owner.account_id}")
    people.editor.submit(role="editor")
    stranger.submit(status=404)
    assert "stranger" not in roles(database, people)
    ended = text_of(stranger.page.main)
    assert ended == text_of(stranger.open("/invitations/never-was", 404).main), "none can be told from another"


def test_only_owners_look_after_people(database: Database, people: People) -> None:
    before = roles(database, people)
    for person in (people.editor, people.reader):
        page = person.open(people.at)
        assert {text_of(link) for link in page.select("main a")} >= {"Leave"}
        assert "Invite somebody" not in person.words
        for path in ("invite", "rename", "delete", f"members/{people.reader.account_id}"):
            person.open(f"{people.at}/{path}", 403)
            assert "is for owners" in person.words
            assert person.post(f"{people.at}/{path}", role="owner", name="Mine", whom="x").status_code == 403
        assert person.post(f"{people.at}/members/{people.owner.account_id}/remove").status_code == 403
    assert roles(database, people) == before
    with database.read() as session:
        assert session.scalars(select(Organisation.name)).one() == NAME


def test_the_last_owner_hands_over_before_leaving(database: Database, people: People) -> None:
    owner = people.owner
    owner.open(f"{people.at}/leave")
    owner.submit(status=422)
    assert "Make somebody else an owner first" in owner.words
    owner.open(f"{people.at}/members/{owner.account_id}")
    owner.submit(role="reader", status=422)
    assert "Make somebody else an owner first" in owner.words
    owner.open(f"{people.at}/members/{people.editor.account_id}")
    owner.submit(role="owner")
    owner.open(f"{people.at}/leave")
    owner.submit()
    assert "You have left" in owner.words
    owner.open(people.at, 404)
    assert roles(database, people) == {"editor": "owner", "reader": "reader", "former": "editor"}


def test_of_two_owners_who_leave_at_the_same_moment_one_stays(database: Database, people: People) -> None:
    with database.write() as session:
        for member in session.scalars(select(Membership).where(Membership.role == "editor")):
            member.role = "owner"
    people_to_go = [people.owner, people.editor, people.former]
    for person in people_to_go:
        person.open(f"{people.at}/leave")

    leave = f"{people.at}/leave"
    codes = run_together([partial(OwnerWalker.post, person, leave) for person in people_to_go])
    assert sorted(answer.status_code for answer in codes if not isinstance(answer, Exception)) == [303, 303, 422]
    assert list(roles(database, people).values()).count("owner") == 1


def test_leaving_takes_nothing_along_and_who_did_it_is_a_former_member(people: People) -> None:
    person = people.former
    person.finish(name="Payroll")
    people.owner.open(person.at + "/history")
    assert "former@example.com" in people.owner.words
    person.open(f"{people.at}/leave")
    person.submit()
    assert "Payroll" not in text_of(person.open("/processes").main)
    person.open(person.at, 404)
    people.owner.open(person.at + "/history")
    assert "former@example.com" not in people.owner.words
    assert "a former member" in people.owner.words
    assert "Payroll" in text_of(people.owner.open(f"{people.at}/processes").main)


def test_processes_move_in_with_their_links_and_can_be_taken_back_while_untouched(people: People) -> None:
    person = people.editor
    person.begins_at = "/assessments/new"
    person.finish(name="Payroll")
    person.open(f"{person.at}/share/new")
    link = person.submit().select_one("#link")
    assert link is not None
    shared = "/shared/" + str(link["value"]).rpartition("/")[2]
    person.open(f"/organisations/move?of={person.id}")
    person.submit()
    assert NAME in person.heading
    assert "Payroll" in text_of(people.reader.open(f"{people.at}/processes").main)
    people.reader.open(f"{person.at}/result")
    people.stranger.open(shared)
    assert "Payroll" in text_of(person.open(f"{people.at}/processes/links").main)
    person.open(f"{people.at}/moved?of={person.id}")
    person.submit()
    assert person.path == "/processes"
    assert "Payroll" in person.words
    people.reader.open(f"{person.at}/result", 404)
    people.stranger.open(shared)
    person.open(f"/organisations/move?of={person.id}")
    person.submit()
    people.owner.open(f"{person.at}/decision")
    people.owner.submit(made="bpo")
    person.open(f"{people.at}/moved?of={person.id}")
    person.submit(status=403)
    assert "moving it out is for owners" in person.words
    people.owner.open(f"{people.at}/move-out?of={person.id}")
    people.owner.submit()
    assert "Payroll" in text_of(people.owner.open("/processes").main)
    person.open(f"{person.at}/result", 404)


def test_nobody_moves_what_is_not_theirs(people: People) -> None:
    people.stranger.finish(name="Secret")
    theirs = people.stranger.id
    for person in (people.owner, people.editor):
        person.open(f"/organisations/move?of={theirs}", 404)
        person.open(f"{people.at}/move-out?of={theirs}", 404)
    people.reader.begins_at = "/assessments/new"
    people.reader.finish(name="Mine")
    people.reader.open(f"/organisations/move?of={people.reader.id}")
    assert "no organisation in which you may edit" in people.reader.words
    people.stranger.open(f"/organisations/move?of={theirs}")
    reply = people.stranger.post(f"/organisations/move?of={theirs}", to=str(people.organisation_id))
    assert reply.status_code == 422
    people.stranger.open(f"{people.stranger.at}/result")


def test_an_account_that_is_deleted_leaves_the_work_and_no_organisation_without_an_owner(
    app: Flask, database: Database, people: People
) -> None:
    sole = sign_in(Visitor(app.test_client()), sole_owner(database, people))
    page = sole.open("/account/delete")
    assert NAME in text_of(page.main)
    assert not page.select("main form"), "it is handed over first"
    with database.write() as session:
        session.scalars(
            select(Membership).where(Membership.account_id == people.editor.account_id)
        ).one().role = "owner"
    people.editor.finish(name="Payroll")
    sole.open("/account/delete")
    sole.submit(password=PASSWORD)
    assert sole.path == "/account-deleted"
    assert "sole@example.com" not in text_of(people.editor.open(people.at).main)
    people.editor.open(people.editor.at)
    last = OwnerWalker(app.test_client())
    make_account(database, "alone@example.com")
    sign_in(last, "alone@example.com")
    last.open("/organisations")
    last.submit(name="Alone Ltd")
    last.begins_at = f"{last.path}/assessments/new"
    last.finish(name="Solitude")
    last.open("/account/delete")
    assert "Alone Ltd" in last.words
    last.submit(password=PASSWORD)
    with database.read() as session:
        assert session.scalars(select(Organisation.name)).all() == [NAME]
        assert session.scalars(select(Assessment.process_name)).all() == ["Payroll"]


def sole_owner(database: Database, people: People) -> str:
    """Let the only owner be an account to which somebody can sign in."""
    key = make_account(database, "sole@example.com")
    let_go(database, people.owner)
    with database.write() as session:
        session.add(Membership(organisation_id=people.organisation_id, account_id=key, role="owner"))
    return "sole@example.com"


def test_an_organisation_is_deleted_with_all_that_it_has(app: Flask, database: Database, people: People) -> None:
    people.editor.finish(name="Payroll")
    owner = sign_in(Visitor(app.test_client()), sole_owner(database, people))
    owner.open(f"{people.at}/delete")
    assert "One process goes" in text_of(owner.page.main)
    owner.submit()
    assert owner.path == "/organisations"
    people.editor.open(people.at, 404)
    people.editor.open(people.editor.at, 404)
    with database.read() as session:
        for table in (Assessment, Membership, Organisation, Invitation):
            assert session.scalars(select(table)).all() == []


def test_limits_are_held_and_said(app: Flask, people: People) -> None:
    app.config |= {"MEMBERS_PER_ORGANISATION": 4, "INVITATIONS_PER_ORGANISATION": 1, "ORGANISATIONS_PER_ACCOUNT": 1}
    address = invite(people)
    people.owner.open(f"{people.at}/invite")
    people.owner.submit(whom="Nobody", status=422)
    assert "Revoke one first" in people.owner.words
    assert "Nobody" in str(people.owner.page.select_one("#whom"))
    people.stranger.open(address)
    people.stranger.submit(status=422)
    assert "4 members" in people.stranger.words
    people.owner.open("/organisations")
    people.owner.submit(name="Another", status=422)
    assert "as many as one may be in" in people.owner.words


def test_numbers_and_room_are_per_organisation(app: Flask, database: Database, people: People) -> None:
    app.config["ASSESSMENTS_PER_OWNER"] = 1
    people.editor.finish(name="Payroll")
    people.editor.open(f"{people.at}/assessments/new")
    people.editor.submit(process_name="Another", status=422)
    assert "The organisation has 1 processes" in people.editor.words
    people.editor.begins_at = "/assessments/new"
    people.editor.finish(name="Mine")
    with database.read() as session:
        assert [it.number for it in session.scalars(select(Assessment))] == [1, 1]
    people.editor.open(f"/organisations/move?of={people.editor.id}")
    people.editor.submit(status=422)
    assert "no room" in people.editor.words
    app.config["ASSESSMENTS_PER_OWNER"] = 2
    people.editor.submit()
    with database.read() as session:
        numbers = dict(session.execute(select(Assessment.process_name, Assessment.number)).all())
    assert numbers == {"Payroll": 1, "Mine": 2}


def test_two_members_who_edit_at_once_overwrite_nothing(people: People) -> None:
    people.editor.finish(name="Payroll")
    at = people.editor.at
    people.owner.open(f"{at}/decision")
    people.editor.open(f"{at}/decision")
    people.editor.submit(made="bpo", notes="The first")
    people.owner.submit(made="keep", notes="The second", status=409)
    assert "The first" in str(people.owner.page.main)
    assert "The second" in str(people.owner.page.main)


def test_ticked_processes_move_from_the_list_and_back(people: People) -> None:
    person = people.owner
    person.begins_at = "/assessments/new"
    for name in ("Payroll", "Orders"):
        person.finish(name=name)
    page = person.open("/processes")
    ids = [str(box["value"]) for box in page.select(".pick input")]
    person.submit(form=-1, of=ids, button="organisation")
    person.submit()
    assert "2 processes are in" in person.heading
    page = person.open(f"{people.at}/processes")
    assert "Payroll" in person.words
    person.submit(form=-1, of=ids[:1], button="organisation")
    assert person.path == f"{people.at}/move-out"
    person.submit()
    assert person.path == "/processes"
    assert len(person.page.select(".pick input")) == 1


def test_an_invitation_goes_by_mail_and_its_link_is_made_when_the_letter_is_written(
    app: Flask, database: Database, settings: Settings, people: People
) -> None:
    mail = {"MAIL_URL": f"file://{settings['DATA_FOLDER'] / 'mail'}", "MAIL_FROM": "a@example.org"}
    app.config |= mail
    mailbox = Mailbox(database, {**settings, **mail})
    owner = people.owner
    owner.open(f"{people.at}/invite")
    owner.submit(whom="Mara", by_mail="y", status=422)
    assert "must be like name@example.org" in owner.words
    owner.submit(whom="mara@example.com", by_mail="y", role="reader")
    assert "on its way by mail" in owner.words
    letter = mailbox.letters()[-1]
    assert letter.startswith("mara@example.com: Invitation to")
    assert "owner@example.com invites you" in letter
    link = mailbox.link("/invitations/")
    with database.read() as session:
        assert hash_of(link.rpartition("/")[2]) in session.scalars(select(Invitation.token_hash)).all()
    people.stranger.open(link)
    people.stranger.submit()
    assert roles(database, people)["stranger"] == "reader"
    owner.open(f"{people.at}/invite")
    owner.submit(whom="late@example.com", by_mail="y")
    owner.open(people.at)
    owner.submit(form=-1)
    assert not [letter for letter in mailbox.letters() if "late@example.com" in letter], "it was revoked meanwhile"
    app.config["INVITATIONS"] = 2
    owner.open(f"{people.at}/invite")
    owner.submit(whom="more@example.com", by_mail="y", status=429)


def test_saved_processes_of_organisations_count_where_admins_see_who_is_affected(
    database: Database, people: People
) -> None:
    people.editor.finish(name="Payroll")
    with database.read() as session:
        assert sample(session).size == 1
    let_go(database, people.editor)
    with database.read() as session:
        assert sample(session).size == 1, "it belongs to the organisation"
