"""Second opinions on a process of an organisation: editors ask and settle, readers look, nobody else learns of it."""

from flask import Flask

from advisor.models import Database
from tests.accounts.organisations.conftest import People, let_go
from tests.assessments.walker import EXPERT, ROUTINE
from tests.processes.opinions.guests import Guest, ask


def test_members_ask_look_and_settle_as_their_roles_allow_and_a_guest_is_no_member(
    app: Flask, database: Database, people: People
) -> None:
    editor, reader = people.editor, people.reader
    editor.finish(ROUTINE, name="Payroll")
    guest = Guest.invite(app, editor, "Priya")
    guest.hand_in(EXPERT)
    reader.at = editor.at
    reader.open(f"{reader.at}/opinions")
    assert "All answers of Priya would turn it from “BPO” to “KPO”." in reader.words
    assert not reader.page.select("main form[method=post]")
    assert not reader.page.select("a[href$='/opinions/new'], a[href$='/opinions/settle']")
    for way in ("new", "settle"):
        assert reader.client.get(f"{reader.at}/opinions/{way}").status_code == 403
    for person in (people.stranger, people.former):
        if person is people.former:
            let_go(database, person)
        assert person.client.get(f"{editor.at}/opinions").status_code == 404
    reader.open(guest.at)
    assert "Your answers are handed in" in reader.words
    people.owner.at = editor.at
    people.owner.open(f"{editor.at}/opinions/settle")
    people.owner.submit(note="We talked.")
    people.owner.open(f"{editor.at}/history")
    assert "Settled with Priya." in people.owner.words
    acts = people.owner.words
    assert "asked for a second opinion, or ended one" in acts
    assert "settled on one set of answers" in acts
    assert acts.count("a former member") == 0, "what a guest answers is nobody's act"
    ask(editor, "Ben")
