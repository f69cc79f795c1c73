"""Answers side by side, and settling on one set of them."""

from flask import Flask
from sqlalchemy import select

from advisor.models import AgreedAnswers, AuditEvent, Database, Opinion
from tests.assessments.walker import EXPERT, ROUTINE
from tests.processes.opinions.guests import Guest, ask
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import Visitor, text_of


def row(owner: OwnerWalker, question: str) -> str:
    return next(text_of(it) for it in owner.page.select("table.opinions tbody tr") if question in text_of(it))


def choose(owner: OwnerWalker, key: str, words: str) -> dict[str, str]:
    """What the form sends where the answer with these words is chosen."""
    for field in owner.page.select(f"input[name=choice-{key}]"):
        label = owner.page.select_one(f"label[for={field['id']}]")
        if words in text_of(label):
            return {f"choice-{key}": str(field["value"])}
    raise AssertionError(words)


def test_a_second_opinion_turns_the_advice_over_and_the_history_says_who_gave_in(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE, name="Payroll")
    priya, ben = (Guest.invite(app, owner, name) for name in ("Priya", "Ben"))
    late = ask(owner, "Late")
    priya.hand_in(EXPERT)
    ben.hand_in(ROUTINE)
    owner.open(f"{owner.at}/result")
    assert "2 second opinions are there" in owner.words
    owner.open(f"{owner.at}/opinions")
    assert "All agree on 1 of 4 questions." in owner.words
    assert "At one of them a different answer alone would turn the advice." in owner.words
    steps = row(owner, "How fixed are the steps?")
    assert "The answer of Priya here alone would turn it from “BPO” to “KPO”." in steps
    assert "This rule would not count any more: The steps are fixed, which suits BPO." in steps
    assert "This rule would count: Each case is thought through, which suits KPO." in steps
    assert "≠ differs" in steps
    assert "= as you" in steps
    assert "moves points, and leaves the advice as it is" in row(owner, "What does it take?")
    assert "Where all agree How core is it? = Not core" in owner.words
    assert "Not everybody was asked." in row(owner, "Are the steps written down?")
    owner.open(f"{owner.at}/opinions/settle")
    twin = owner.second_window()
    chosen = choose(owner, "steps", "(Priya)")
    owner.submit(**chosen, note="I gave in on the steps: Priya does the work.")
    assert owner.key == "result"
    assert "The advice is now “KPO suits this process”. It was “BPO suits this process”." in owner.words
    twin.submit(**chosen, note="I gave in on the steps: Priya does the work.")
    assert twin.path == owner.path, "sent twice, it settles once"
    owner.open(f"{owner.at}/history")
    assert "Settled with Priya and Ben." in owner.words
    assert "How fixed are the steps? Thought through each time, as Priya said." in owner.words
    assert "I gave in on the steps: Priya does the work." in owner.words
    owner.open(f"{owner.at}/opinions")
    assert "You have settled." in owner.words
    assert "Late" not in owner.words, "what nobody handed in is gone with its invitation"
    assert Visitor(app.test_client()).client.get(late).status_code == 404
    priya.open(priya.at)
    assert "has settled on one set of answers" in priya.words
    assert priya.post(f"{priya.at}/reopen").status_code == 303
    with database.read() as session:
        assert len(session.scalars(select(AgreedAnswers)).all()) == 1
        assert all(it.settled_at and it.handed_in_at for it in session.scalars(select(Opinion)))
        acts = session.scalars(select(AuditEvent).where(AuditEvent.kind == "opinions settled")).all()
        assert "Priya" not in str([vars(act) for act in acts])
    owner.open(f"{owner.at}/result?since=1")
    owner.submit()
    assert "Undone: the answers are as they were before" in owner.words
    priya.open(priya.at)
    priya.press("/delete")
    assert "Nothing is left here of what you answered" in priya.words
    owner.open(f"{owner.at}/history")
    assert "Settled with Priya and Ben." in owner.words


def test_what_changed_meanwhile_is_told_and_nothing_is_settled_on_answers_that_were_not_seen(
    app: Flask, owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE)
    priya = Guest.invite(app, owner, "Priya")
    ben = Guest.invite(app, owner, "Ben")
    priya.hand_in(EXPERT)
    owner.open(f"{owner.at}/opinions/settle")
    twin = owner.second_window()
    twin.question("edge")
    twin.answer("yes")
    chosen = choose(owner, "steps", "(Priya)")
    owner.submit(**chosen, note="kept", status=409)
    assert "Answers were changed after you opened this page." in owner.complaint
    assert "How core is it?" in owner.words, "where people differ now"
    assert text_of(owner.page.select_one("textarea")) == "kept"
    assert chosen["choice-steps"] in owner.chosen_values(), "what was chosen stays chosen"
    ben.hand_in(ROUTINE)
    owner.submit(status=409)
    assert "(Priya and Ben)" in owner.words
    owner.open(f"{owner.at}/opinions")
    assert "You answered 1 question after Priya handed in." in owner.words
    assert "after Ben handed in" not in owner.words
    with database.read() as session:
        assert session.scalars(select(AgreedAnswers)).all() == []


def test_parts_that_were_changed_meanwhile_are_told_and_not_compared(app: Flask, owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    priya = Guest.invite(app, owner, "Priya")
    priya.hand_in({**EXPERT, "edge": "yes"})
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1="Keying", part_2="Posting")
    while "/questions/" in owner.path:
        owner.submit()
    owner.open(f"{owner.at}/opinions")
    assert "Priya was not asked about “Keying” and “Posting”, since these parts are newer." in owner.words
    assert "Priya Keep in-house for now differs from you in 1 answer" in owner.words
    ben = Guest.invite(app, owner, "Ben")
    ben.hand_in(EXPERT)
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1="Keying", part_2="Posting", part_3="Calling")
    while "/questions/" in owner.path:
        owner.submit()
    owner.open(f"{owner.at}/opinions")
    assert "Ben was not asked about “Calling”, since these parts are newer." in owner.words
    assert "The answer of Ben here alone would turn it from “BPO” to “Both”." in owner.words
    owner.open(f"{owner.at}/parts")
    owner.submit(form=1)
    owner.open(f"{owner.at}/opinions")
    assert "Ben answered for “Keying” and “Posting”, which the process does not have any more." in owner.words
    assert "differs from you in 3 answers" in owner.words


def test_an_owner_who_has_not_answered_takes_over_what_others_say(app: Flask, owner: OwnerWalker) -> None:
    owner.begin("Payroll")
    owner.open(f"{owner.at}/answers")
    owner.open(str(owner.page.select_one("a[href$=opinions]")["href"]))  # type: ignore[index]
    priya = Guest.invite(app, owner)
    priya.hand_in(EXPERT)
    owner.open(f"{owner.at}/opinions")
    assert "Person 1" in owner.words
    assert "Not answered" in row(owner, "How core is it?")
    owner.open(f"{owner.at}/opinions/settle")
    owner.submit()
    assert owner.key == "result"
    assert owner.heading == "KPO suits this process"
    owner.open(f"{owner.at}/history")
    assert "Settled with Person 1." in owner.words


def test_nobody_differs_and_the_note_stands_in_the_history_all_the_same(app: Flask, owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    Guest.invite(app, owner, "Ben").hand_in(ROUTINE)
    owner.open(f"{owner.at}/opinions")
    assert "All agree on 4 of 4 questions." in owner.words
    assert "says what you say" in owner.words
    owner.open(f"{owner.at}/opinions/settle")
    assert "Nobody differs from you." in owner.words
    owner.submit(note="We are of one mind.")
    owner.open(f"{owner.at}/history")
    assert owner.page.select("blockquote")
    assert len(owner.page.select("ol li h2")) == 1, "the advice is the one there was"
    owner.open(f"{owner.at}/opinions/settle")
    assert owner.key == "opinions", "it is settled"
    ask(owner, "Once more")
    assert "Side by side" not in owner.words


def test_what_is_not_offered_is_refused(app: Flask, owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    Guest.invite(app, owner, "Priya").hand_in(EXPERT)
    owner.open(f"{owner.at}/opinions/settle")
    owner.submit(**{"choice-steps": "set"}, status=422)
    assert "Choose whose answer counts" in owner.complaint
    owner.submit(**{"choice-steps": None}, status=422)
