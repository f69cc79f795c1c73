"""The brief for providers: read, edited, kept in versions, composed anew, and shared."""

from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from advisor.models import Assessment, BriefVersion, Database, ShareLink
from advisor.processes.brief.operations import VERSIONS_KEPT
from tests.assessments.walker import at_once
from tests.processes.brief.conftest import Make
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import Visitor, fields_of, text_of

OWN = "We pay forty people in three villages."


def versions(database: Database) -> list[BriefVersion]:
    with database.read() as session:
        return list(session.scalars(select(BriefVersion).order_by(BriefVersion.number)))


def rows(owner: OwnerWalker, section: str) -> list[str]:
    """What the form shows of a section."""
    return str(fields_of(owner.page.select("main form")[0])[f"section-{section}"]).strip().splitlines()


def marked_lines(owner: OwnerWalker) -> dict[str, str]:
    """The lines that are marked on the page, each with its mark."""
    marks = [(text_of(tag.parent), text_of(tag)) for tag in owner.page.select("article .tag")]
    return {line.removesuffix(mark).strip(): mark for line, mark in marks}


def edit(owner: OwnerWalker, **changes: Any) -> None:
    owner.open(f"{owner.at}/brief/edit")
    owner.submit(**changes)


def test_the_brief_is_there_from_the_advice_on_and_each_save_is_a_version(
    owner: OwnerWalker, make: Make, database: Database
) -> None:
    make(owner)
    owner.open(f"{owner.at}/result")
    assert owner.page.select_one(f'a[href="{owner.at}/brief"]')
    owner.open(f"{owner.at}/brief")
    assert "Business process outsourcing (BPO)" in owner.words
    assert versions(database) == []
    owner.open(f"{owner.at}/brief/edit")
    edit(owner, **{"section-work": "\n".join([*rows(owner, "work"), OWN]), "title": "Payroll of the north"})
    assert owner.path == f"{owner.at}/brief"
    assert text_of(owner.page.select_one("article h1")) == "Payroll of the north"
    assert marked_lines(owner) == {OWN: "Your words"}
    edit(owner)
    assert len(versions(database)) == 1, "what says the same is no other version"


def test_lines_are_changed_moved_taken_out_and_put_back(owner: OwnerWalker, make: Make) -> None:
    make(owner)
    owner.open(f"{owner.at}/brief/edit")
    ask, work, stays = (rows(owner, section) for section in ("ask", "work", "stays"))
    changed = ask[0].replace("How would you", "How exactly would you")
    edit(
        owner,
        **{
            "section-ask": "\n".join([ask[1], changed, *ask[2:]]),
            "section-work": "\n".join(work[1:]),
            "section-begin": "\n".join([work[0], "- Not before May."]),
            "section-stays": "",
        },
    )
    assert marked_lines(owner) == {changed: "Changed by you", "Not before May.": "Your words"}, (
        "what moved keeps its source"
    )
    assert "What stays with us" not in owner.words, "what its owner emptied is left out"
    owner.open(f"{owner.at}/brief/edit")
    assert rows(owner, "ask")[:2] == [ask[1], changed]
    back = {text_of(box.parent): str(box["value"]) for box in owner.page.select("[name=back]")}
    assert f"Put back: {ask[0]}" in back
    owner.submit(back=[back[f"Put back: {line}"] for line in (ask[0], stays[0])])
    assert marked_lines(owner) == {"Not before May.": "Your words"}
    owner.open(f"{owner.at}/brief/edit")
    assert rows(owner, "ask")[:2] == [ask[1], ask[0]], "a changed line is put back where it stands"
    assert rows(owner, "stays") == [stays[0]]


def test_an_older_version_is_opened_and_brought_back(owner: OwnerWalker, make: Make, database: Database) -> None:
    make(owner)
    for title in ("First", "Second"):
        edit(owner, title=title)
    owner.open(f"{owner.at}/brief?version=1")
    assert "This is version 1, an older one." in owner.words
    owner.open(str(next(a["href"] for a in owner.page.select("a.button") if text_of(a) == "Bring this version back")))
    owner.submit()
    assert [it.content["title"] for it in versions(database)] == ["First", "Second", "First"]
    for number in ("4", "0", "x", "9" * 30):
        owner.open(f"{owner.at}/brief?version={number}", 404)


def test_p3_what_another_window_saved_is_not_overwritten_in_silence(
    owner: OwnerWalker, make: Make, database: Database
) -> None:
    make(owner)
    owner.open(f"{owner.at}/brief")
    twin = owner.second_window()
    for window in (owner, twin):
        window.open(f"{owner.at}/brief/edit")
    owner.submit(title="Mine")
    twin.submit(status=409, title="Theirs")
    assert "Another window saved version 1 after you opened this." in twin.complaint
    assert str(fields_of(twin.page.select("main form")[0])["title"]) == "Theirs"
    assert [it.content["title"] for it in versions(database)] == ["Mine"]
    twin.submit()
    assert [it.content["title"] for it in versions(database)] == ["Mine", "Theirs"]


def test_f8_of_saves_at_the_same_moment_one_comes_first_and_the_others_are_told(
    app: Flask, owner: OwnerWalker, make: Make, database: Database
) -> None:
    make(owner)
    owner.open(f"{owner.at}/brief/edit")
    sent = fields_of(owner.page.select("main form")[0])

    def save(client: FlaskClient, number: int) -> int:
        own = {"title": f"Window {number}", "once": f"{sent['once']}{number}"}
        return client.post(f"{owner.at}/brief/edit", data=sent | own).status_code

    assert sorted(at_once(app, owner, 4, save)) == [303, 409, 409, 409]
    assert [it.number for it in versions(database)] == [1]


def test_what_cannot_be_kept_comes_back_as_it_was_typed(owner: OwnerWalker, make: Make, database: Database) -> None:
    make(owner)
    edit(owner, status=422, **{"title": " ", "section-work": "a\0b", "section-ask": "x" * 5000})
    assert {"Enter a title"} < {text_of(link) for link in owner.page.select(".problems a")}
    assert rows(owner, "ask") == ["x" * 5000]
    edit(owner, status=422, **{"section-stays": "\n".join(map(str, range(61)))})
    assert "“What stays with us” has more than 60 rows" in owner.complaint
    assert versions(database) == []


def test_newer_advice_is_told_of_and_composing_anew_keeps_own_words(owner: OwnerWalker, make: Make) -> None:
    make(owner)
    owner.open(f"{owner.at}/brief/edit")
    work = rows(owner, "work")
    gone, rest = work[1], [work[0], *work[2:]]
    edit(owner, **{"section-work": "\n".join([*rest, OWN])})
    assert "The advice has changed since." not in owner.words
    owner.open(f"{owner.at}/questions/steps")
    owner.submit(answer="unwritten")
    owner.open(f"{owner.at}/brief")
    assert "The advice has changed since." in owner.words
    assert work[0] in owner.words, "what was saved stays until its owner says otherwise"
    owner.open(str(next(a["href"] for a in owner.page.select(".notice a") if "anew" in str(a["href"]))))
    newer = rows(owner, "work")
    assert OWN in newer
    assert work[0] not in newer
    assert gone not in newer, "what was taken out stays out"
    assert any("not all written down yet" in line for line in newer)
    owner.submit()
    assert "The advice has changed since." not in owner.words
    assert marked_lines(owner) == {OWN: "Your words"}


def test_where_nothing_leaves_there_is_no_brief_and_the_page_says_what_to_do_instead(
    owner: OwnerWalker, make: Make
) -> None:
    for case, said in (("core-elsewhere", "keep this work in-house"), ("either-way", "We can't say yet")):
        make(owner, case)
        for page in ("brief", "brief/edit", "brief/share"):
            owner.open(f"{owner.at}/{page}")
            assert "No brief for providers" in owner.words
            assert said in owner.words
        owner.open(f"{owner.at}/brief/brief.docx", 404)


def test_what_is_private_goes_in_only_where_it_is_ticked(owner: OwnerWalker, make: Make, database: Database) -> None:
    make(owner)
    costs = {"currency": "EUR", "ranges": {"people": ["61000.00", "72000.00"]}}
    private = {"notes": "Ask Ben first.", "decision": "both", "decided_on": date(2026, 11, 3), "costs": costs}
    with database.write() as session:
        session.execute(update(Assessment).values(**private))
    told = {
        "costs": "61,000 to 72,000 EUR",
        "decision": "3 November 2026",
        "notes": "Ask Ben first.",
        "points": "points for BPO",
    }
    for ticked in ([], *([it] for it in told), list(told)):
        edit(owner, with_extras=ticked)
        for text in (owner.words, owner.client.get(f"{owner.at}/brief/brief.txt").text):
            assert {name for name, words in told.items() if words in text} == set(ticked)


def test_as_many_versions_as_are_kept_and_none_that_a_link_shows_goes(
    owner: OwnerWalker, make: Make, database: Database
) -> None:
    make(owner)
    edit(owner, title="0")
    owner.open(f"{owner.at}/brief/share")
    owner.submit()
    with database.write() as session:
        first = session.scalars(select(BriefVersion)).one()
        for number in range(2, VERSIONS_KEPT + 1):
            content = {**first.content, "title": str(number)}
            session.add(BriefVersion(assessment_id=owner.id, number=number, advice=1, content=content))
    edit(owner, title="One more")
    numbers = [it.number for it in versions(database)]
    assert numbers == [1, *range(3, VERSIONS_KEPT + 2)]


def test_the_bin_hides_a_brief_and_it_goes_with_its_process(owner: OwnerWalker, make: Make, database: Database) -> None:
    make(owner)
    edit(owner, title="First")
    owner.open(f"{owner.at}/delete")
    owner.submit()
    owner.open(f"{owner.at}/brief", 404)
    assert len(versions(database)) == 1, "it comes back with its process"
    owner.open("/processes/bin")
    remove = next(at for at, it in enumerate(owner.page.select("main form")) if "/remove" in str(it.get("action", "")))
    owner.submit(form=remove)
    assert versions(database) == []


def test_a_link_shows_the_version_that_was_shared_until_its_owner_lets_it_show_a_newer_one(
    app: Flask, owner: OwnerWalker, make: Make, database: Database
) -> None:
    make(owner)
    owner.open(f"{owner.at}/brief/share")
    foreseen = text_of(owner.page.select_one("article h1")), len(owner.page.select("article li"))
    owner.submit(note="A firm")
    path = "/shared/" + str(owner.page.select("#link")[0]["value"]).partition("/shared/")[2]
    assert len(versions(database)) == 1, "what was not saved is saved with it"
    stranger = Visitor(app.test_client())
    stranger.open(path)
    assert (text_of(stranger.page.select_one("article h1")), len(stranger.page.select("article li"))) == foreseen
    edit(owner, **{"title": "Second", "section-work": OWN})
    page = stranger.open(path)
    assert OWN not in text_of(page.main)
    assert not page.select("main form, main .tag")
    assert not [link for link in page.select("a[href]") if str(link["href"]).startswith("/assessments")]
    owner.open(f"{owner.at}/share")
    assert "shows the brief for providers, version 1" in owner.words
    form = next(at for at, it in enumerate(owner.page.select("main form")) if "newest" in str(it.get("action", "")))
    owner.submit(form=form)
    page = stranger.open(path)
    assert OWN in text_of(page.main)
    assert "Your words" not in text_of(page.main)
    with database.write() as session:
        session.execute(update(ShareLink).values(revoked_at=ShareLink.created_at))
    stranger.open(path, 404)
