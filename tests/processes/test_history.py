"""Every advice is kept word for word; any two can be compared, and only what differs is shown."""

from sqlalchemy import select

from advisor.models import Database, RecommendationRecord
from advisor.models.base import utc_now
from tests.assessments.walker import EXPERT, MIXED, ROUTINE
from tests.processes.conftest import Publish
from tests.processes.owner_walker import OwnerWalker
from tests.visiting import text_of


def read(owner: OwnerWalker) -> str:
    """The advice that is shown, without what surrounds it."""
    parts = ".process, .verdict h1, .lead, .weighs, .balance, .why .side, .disagree, .limits, .next, .cited"
    for comments in owner.page.select(".comments"):
        comments.decompose()
    return " ".join(text_of(part) for part in owner.page.select(parts))


def test_the_history_lists_every_advice_newest_first_with_what_changed(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    owner.question("edge")
    owner.answer("yes")
    owner.open(f"{owner.at}/history")
    items = [text_of(item) for item in owner.page.select(".revisions > li")]
    assert len(items) == 2
    assert "Keep this process in-house for now" in items[0]
    assert "How core is it? Not core → Core." in items[0]
    assert "BPO suits this process" in items[1]
    assert "What it began with." in items[1]
    assert f"{utc_now():%-d %B %Y}" in items[0]
    assert "rules version 2" in items[0]


def test_p5_an_old_advice_reads_the_same_word_for_word(owner: OwnerWalker, newer: Publish) -> None:
    owner.finish(ROUTINE)
    before = read(owner)
    owner.question("steps")
    owner.answer("open")
    newer(note="Everything is different now.")
    owner.open(f"{owner.at}/newer-rules")
    owner.submit()
    owner.open(f"{owner.at}/history/1")
    assert read(owner) == before
    assert "It stands here as it was." in owner.words
    assert "How fixed are the steps? Always the same" in owner.words
    assert not owner.page.select(".offer")


def test_an_advice_on_parts_is_kept_with_its_parts(owner: OwnerWalker) -> None:
    owner.finish(MIXED)
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1="Keying", part_2="Advising")
    owner.answer("set")
    while "/questions/" in owner.path:
        owner.submit(answer="yes") if owner.key == "written" else owner.submit()
    owner.open(f"{owner.at}/parts")
    owner.submit(form=1)
    owner.open(f"{owner.at}/history")
    together, broken, _first = [text_of(item) for item in owner.page.select(".revisions > li")]
    assert broken.endswith("Broken into 2 parts. Their answers are given part by part.")
    assert together.endswith("Put together again into one piece.")
    owner.open(f"{owner.at}/history/2")
    assert "Keying BPO suits this part" in owner.words
    owner.open(f"{owner.at}/history/compare?one=1&other=2")
    assert "The parts" in owner.words
    assert "Keying" in owner.words
    answers = owner.page.select_one('[aria-label="The answers"]')
    assert [text_of(row) for row in answers.select("tbody tr")] == [  # type: ignore[union-attr]
        "Are the steps written down? Keying – Yes, all of them",
        "How fixed are the steps? Half and half Keying: Always the same Advising: Half and half",
        "1 answer, as it was for the process for each part",
    ], "a line for each question, and one for all that stay as they were"


def test_two_advices_compared_show_only_what_differs(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    owner.question("steps")
    owner.answer("open")
    owner.open(f"{owner.at}/history")
    owner.submit()
    assert owner.heading == "Advice 1 and advice 2"
    assert "BPO suits this process" in owner.words
    assert "KPO suits this process" in owner.words
    assert "How fixed are the steps? Always the same Thought through each time" in owner.words
    assert "Are the steps written down? Yes, all of them –" in owner.words
    assert "The steps are fixed, which suits BPO. Counts no longer: it was 5 points towards BPO." in owner.words
    assert "Each case is thought through, which suits KPO. Now counts: 5 points towards KPO." in owner.words
    assert "How core is it?" not in owner.words
    assert "Both by version 2 of our rules." in owner.words


def test_the_order_of_the_two_does_not_matter_and_one_with_itself_differs_in_nothing(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    owner.question("steps")
    owner.answer("open")
    pages = []
    for query in ("one=1&other=2", "one=2&other=1"):
        owner.open(f"{owner.at}/history/compare?{query}")
        pages.append(owner.words)
    assert pages[0] == pages[1]
    owner.open(f"{owner.at}/history/compare?one=2&other=2")
    assert "Nothing differs between the two." in owner.words


def test_a_number_that_is_not_there_is_not_found(owner: OwnerWalker) -> None:
    owner.finish()
    for path in ("9", "0", "99999999999999999999", "compare", "compare?one=1", "compare?one=1&other=x"):
        owner.open(f"{owner.at}/history/{path}", 404)


def test_renaming_is_part_of_the_history(owner: OwnerWalker) -> None:
    owner.finish(name="Wages")
    owner.open(f"{owner.at}/name")
    owner.submit(process_name="Salaries")
    owner.open(f"{owner.at}/history")
    assert "Was called “Wages”." in owner.words


def test_a_visitor_has_a_history_too(owner: OwnerWalker, walker: OwnerWalker) -> None:
    walker.finish(EXPERT)
    walker.open(f"{walker.at}/history")
    assert "What it began with." in walker.words
    owner.open(f"{walker.at}/history", 404)


def test_answering_it_all_again_goes_through_every_question_and_ends_in_one_advice(
    owner: OwnerWalker, database: Database
) -> None:
    owner.finish(ROUTINE)
    again = owner.page.find("a", string="Answer it all again")
    owner.open(str(again["href"]))  # type: ignore[index]
    assert owner.key == "edge"
    assert owner.chosen_values() == ["no"]
    owner.answer("yes")
    assert owner.key == "steps"
    assert owner.chosen_values() == ["set"]
    owner.answer("open")
    assert owner.key == "skill"
    owner.answer("expert")
    if "/pull-apart/" in owner.path:
        owner.submit()
    assert owner.key == "result"
    with database.read() as session:
        assert session.scalars(select(RecommendationRecord.sequence)).all() == [1, 2]


def test_leaving_half_way_keeps_what_was_answered_and_offers_to_recalculate(owner: OwnerWalker) -> None:
    owner.finish(ROUTINE)
    owner.open(f"{owner.at}/questions/edge?again=1")
    owner.answer("yes")
    owner.open(f"{owner.at}/result")
    assert "You changed an answer, or the parts, after this result." in owner.words
