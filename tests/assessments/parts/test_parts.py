"""A process in parts: named, gone through one by one, changed, and put together again."""

from sqlalchemy import select, update

from advisor.engine.model.answers import WorkItem
from advisor.engine.model.rules import RuleSet
from advisor.exchange.recommendation import recommend
from advisor.models import Database, Part, RecommendationRecord
from tests.assessments.walker import MIXED, Walker
from tests.reading import HtmlPage
from tests.visiting import text_of


def latest(database: Database) -> RecommendationRecord:
    with database.read() as session:
        return session.scalars(select(RecommendationRecord).order_by(RecommendationRecord.sequence.desc())).all()[0]


def break_up(walker: Walker, *names: str) -> HtmlPage:
    walker.open(f"{walker.at}/parts")
    return walker.submit(**{f"part_{number}": name for number, name in enumerate(names, start=1)})


def in_parts(walker: Walker) -> None:
    """Payroll, broken into a routine and an expert part, gone through to its result."""
    walker.finish(MIXED)
    break_up(walker, "Keying", "Advising")
    walker.answer("set")
    walker.answer("yes")
    walker.answer("basic")
    walker.answer("open")
    walker.answer("expert")
    assert walker.key == "result"


def test_each_part_starts_from_the_answers_given_and_only_part_questions_are_asked_again(walker: Walker) -> None:
    walker.finish(MIXED)
    break_up(walker, "Keying", "Advising")
    assert text_of(walker.page.select_one("p.where")) == "Payroll Keying Question 1"
    assert walker.key == "steps"
    assert walker.chosen_values() == ["half"]
    assert "This is what you answered for the whole process" in walker.words
    walker.submit()
    assert walker.key == "skill"
    assert walker.chosen_values() == ["basic"]
    walker.submit()
    assert "Advising" in text_of(walker.page.select_one("p.where"))
    assert walker.key == "steps"


def test_the_result_waits_until_every_part_has_been_gone_through(walker: Walker, database: Database) -> None:
    walker.finish(MIXED)
    break_up(walker, "Keying", "Advising")
    walker.answer("half")
    walker.open(f"{walker.at}/result")
    assert "Some questions are still open." in walker.words
    assert not [button for button in walker.page.select("button") if text_of(button) == "Recalculate"]
    assert latest(database).sequence == 1
    walker.open(walker.at)
    assert "You were here" in walker.words


def test_the_result_of_parts_names_each_and_where_the_hand_over_falls(walker: Walker) -> None:
    in_parts(walker)
    assert walker.heading == "Both: BPO for one part of this process, KPO for another"
    first = "For “Payroll”: hand “Keying” to a BPO provider, and hand “Advising” to a KPO provider."
    assert first in text_of(walker.page.select_one(".lead"))
    assert "The work changes hands between “Keying” and “Advising”." in walker.words
    assert len(walker.page.select(".part-verdicts .balance")) == 2
    assert "Keying BPO suits this part Clear “Always the same” (how fixed the steps are)" in walker.words
    assert "The steps are fixed, which suits BPO. Counts in: Keying" in walker.words


def test_the_heading_of_parts_that_all_hold_both_kinds_says_so(walker: Walker) -> None:
    walker.finish(MIXED)
    break_up(walker, "Keying", "Advising")
    for _question in range(4):
        walker.submit()
    assert walker.heading == "Both: each part holds BPO and KPO work"
    assert text_of(walker.page.select_one(".part-verdicts")).count("This part holds BPO and KPO work") == 2
    assert "Noted. The advice is now “Both: each part holds BPO and KPO work”." in walker.words
    walker.open(f"{walker.at}/answers")
    walker.open(next(str(link["href"]) for link in walker.page.select("main a") if "steps" in str(link["href"])))
    walker.answer("open")
    assert walker.heading == "Both: KPO for one part of this process, BPO and KPO together for another"


def test_saving_parts_that_leave_the_advice_as_it_is_says_how_many_there_are(walker: Walker) -> None:
    in_parts(walker)
    still = "the advice is still “Both: BPO for one part of this process, KPO for another”."
    assert f"Noted. The process now has 2 parts; {still}" in walker.words
    break_up(walker, "Keying", "Advising", "Checking")
    walker.submit()
    walker.submit()
    assert f"Noted. The process now has 3 parts; {still}" in walker.words


def test_p6_parts_are_judged_as_the_engine_judges_them(walker: Walker, database: Database, small: RuleSet) -> None:
    in_parts(walker)
    stored = latest(database)
    keying = {"steps": "set", "written": "yes", "skill": "basic"}
    parts = (("Keying", keying), ("Advising", {"steps": "open", "skill": "expert"}))
    assert stored.result == recommend(small, 2, WorkItem("Payroll", {"edge": "no"}, parts))


def test_kept_parts_and_parts_that_are_not_clear_are_named(walker: Walker) -> None:
    walker.finish(MIXED)
    break_up(walker, "Keying", "Guessing")
    for answer in ("set", "no", "basic", "not-sure", "not-sure"):
        walker.answer(answer)
    assert walker.heading == "BPO suits the part that can leave"
    assert "We can't say yet for “Guessing”." in text_of(walker.page.select_one(".lead"))
    walker.question("edge")
    walker.answer("yes")
    assert walker.heading == "Keep this process in-house for now"
    lead = text_of(walker.page.select_one(".lead"))
    assert "For “Payroll”: keep “Keying” and “Guessing” in-house for now." in lead
    assert "Counts in" not in text_of(walker.page.select_one(".reasons")), "both parts share the first reason"


def test_a_reason_that_several_parts_share_names_them_all(walker: Walker) -> None:
    walker.finish(MIXED)
    break_up(walker, "Keying", "Posting", "Advising")
    for answer in ("set", "no", "basic", "set", "no", "basic", "open", "expert"):
        walker.answer(answer)
    assert "The steps are fixed, which suits BPO. Counts in: Keying; Posting" in walker.words
    assert walker.words.count("The steps are fixed, which suits BPO.") == 1


def test_a_question_of_a_part_is_changed_for_that_part_alone(walker: Walker) -> None:
    in_parts(walker)
    assert "All answers, part by part" in walker.words
    walker.open(f"{walker.at}/answers")
    link = next(str(link["href"]) for link in walker.page.select("main a") if str(link["href"]).endswith("steps"))
    assert "/parts/" in link
    walker.open(link)
    walker.answer("open")
    assert walker.key == "result"
    walker.open(f"{walker.at}/answers")
    assert walker.words.count("Thought through each time") == 2


def test_a_part_question_without_its_part_leads_to_the_right_place(walker: Walker) -> None:
    in_parts(walker)
    walker.question("steps")
    assert walker.key == "result"
    assert "is not asked at this point" in walker.words


def test_parts_without_two_sound_names_are_refused_with_what_was_typed(walker: Walker) -> None:
    walker.finish(MIXED)
    for second, words in (
        ("", "Name at least two parts"),
        ("keying", "Two parts have this name"),
        ("Ad\x07vising", "contains characters that cannot be stored"),
        ("x" * 201, "at most 200"),
    ):
        walker.open(f"{walker.at}/parts")
        walker.submit(part_1="Keying", part_2=second, status=422)
        assert words in walker.complaint
        assert walker.page.select_one("#part_1")["value"] == "Keying"  # type: ignore[index]


def test_f9_the_same_parts_sent_twice_are_made_once(walker: Walker) -> None:
    walker.finish(MIXED)
    walker.open(f"{walker.at}/parts")
    twin = walker.second_window()
    walker.submit(part_1="Keying", part_2="Advising")
    walker.answer("set")
    twin.submit(part_1="Keying", part_2="Advising")
    assert twin.key == "written"


def test_f8_parts_named_in_another_window_are_not_overwritten_in_silence(walker: Walker) -> None:
    walker.finish(MIXED)
    walker.open(f"{walker.at}/parts")
    other = walker.second_window()
    walker.submit(part_1="Keying", part_2="Advising")
    other.submit(part_1="Collecting", part_2="Judging", status=409)
    assert "It is now: Keying, Advising." in other.complaint
    assert other.page.select_one("#part_1")["value"] == "Collecting"  # type: ignore[index]
    other.submit()
    other.open(f"{walker.at}/parts")
    assert other.page.select_one("#part_1")["value"] == "Collecting"  # type: ignore[index]


def test_a_part_keeps_its_answers_when_it_is_renamed(walker: Walker) -> None:
    in_parts(walker)
    break_up(walker, "Entering", "Advising")
    assert walker.key == "result"
    assert "Entering BPO suits this part" in walker.words


def test_another_name_of_a_part_does_not_make_the_advice_old(walker: Walker, database: Database) -> None:
    in_parts(walker)
    with database.write() as session:
        session.execute(update(Part).where(Part.name == "Keying").values(name="Entering"))
    walker.open(f"{walker.at}/result")
    assert "is now called" in walker.words
    assert walker.page.select_one("form.stale") is None
    break_up(walker, "Typing", "Advising")
    assert walker.key == "result"
    assert "is now called" not in walker.words
    assert "Typing BPO suits this part" in walker.words


def test_a_part_that_is_added_is_gone_through_from_the_answers_in_one_piece(walker: Walker) -> None:
    in_parts(walker)
    break_up(walker, "Keying", "Advising", "Checking")
    assert "Checking" in text_of(walker.page.select_one("p.where"))
    assert walker.chosen_values() == ["half"]
    walker.submit()
    walker.submit()
    assert walker.key == "result"
    assert "Checking" in walker.words


def test_a_part_that_is_removed_takes_its_answers_along(walker: Walker) -> None:
    in_parts(walker)
    break_up(walker, "Keying", "Advising", "Checking")
    walker.open(f"{walker.at}/parts")
    walker.submit(part_1="", part_2="Advising", part_3="Checking")
    walker.submit()
    walker.submit()
    assert walker.key == "result"
    assert "Keying" not in walker.words


def test_back_to_one_piece_puts_the_answers_back_and_advises_on_them(walker: Walker) -> None:
    in_parts(walker)
    walker.open(f"{walker.at}/parts")
    walker.submit(form=1)
    assert walker.key == "result"
    assert "Half of it is routine." in walker.words
    walker.question("steps")
    assert walker.chosen_values() == ["half"]


def test_sharpening_is_asked_of_each_part(walker: Walker) -> None:
    in_parts(walker)
    links = [str(link["href"]) for link in walker.page.select("#sharpen a")]
    assert len(links) == 4
    assert all("/parts/" in link for link in links)
    walker.open(links[0])
    walker.answer("secret")
    assert walker.key == "result"
    assert "It touches secrets." in walker.words


def test_a_part_of_another_process_is_not_found_here(walker: Walker) -> None:
    in_parts(walker)
    part = str(walker.page.select_one("#sharpen a")["href"]).split("/")[4]  # type: ignore[index]
    walker.finish(MIXED)
    walker.open(f"{walker.at}/parts/{part}/questions/steps")
    assert walker.key == "result"
    assert "is not asked at this point" in walker.words
