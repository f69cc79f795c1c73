"""One question at a time."""

from dataclasses import replace

import pytest

from advisor.engine.document.document import dumps
from advisor.engine.model.rules import RuleSet
from advisor.models.database import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.assessments.walker import ROUTINE, Walker
from tests.visiting import text_of


def place_line(walker: Walker) -> str:
    return text_of(walker.page.select_one("p.where"))


def test_nothing_is_chosen_on_first_view_and_not_sure_is_always_offered(walker: Walker) -> None:
    walker.begin()
    assert walker.chosen_values() == []
    assert [field["value"] for field in walker.page.select("input[type=radio]")] == ["no", "yes", "not-sure"]
    assert "We leave it out" in walker.words


def test_a_question_shows_its_hint_why_it_is_asked_and_the_hints_of_its_options(walker: Walker) -> None:
    walker.begin()
    for words in ("Think of your customers.", "Core work stays.", "Nobody would notice"):
        assert words in walker.words


def test_no_field_is_marked_required_so_that_no_browser_stops_a_person_silently(walker: Walker) -> None:
    walker.begin()
    assert walker.page.select("[required]") == []


def test_the_total_is_told_only_while_it_is_certain(walker: Walker) -> None:
    walker.begin()
    assert place_line(walker).endswith("Question 1")  # the steps may bring a follow-up
    walker.answer("no")
    assert place_line(walker).endswith("Question 2")
    walker.answer("set")
    assert place_line(walker).endswith("Question 3 of 4")
    walker.open(walker.at)
    walker.question("steps")
    walker.answer("open")
    assert place_line(walker).endswith("Question 3 of 3")


def test_not_sure_brings_no_follow_up(walker: Walker) -> None:
    walker.begin()
    walker.answer("no")
    walker.answer("not-sure")
    assert walker.key == "skill"
    assert place_line(walker).endswith("Question 3 of 3")


def test_continue_without_choosing_says_what_to_select(walker: Walker) -> None:
    walker.begin()
    walker.submit(status=422)
    assert walker.complaint == "There is a problem Select how core it is"
    assert text_of(walker.page.title).startswith("Error: ")
    assert "Think of your customers." in walker.words


def test_i6_an_option_that_is_not_offered_is_refused_and_nothing_is_stored(walker: Walker) -> None:
    walker.begin()
    walker.submit(answer="maybe", status=422)
    assert "Choose from the answers that are listed" in walker.complaint
    walker.open(f"{walker.at}/answers")
    assert "Not core" not in walker.words


def test_the_answer_given_before_is_shown_on_return(walker: Walker) -> None:
    walker.begin()
    walker.answer("no")
    walker.question("edge")
    assert walker.chosen_values() == ["no"]


def test_i6_a_question_that_is_not_asked_yet_leads_to_the_right_place(walker: Walker) -> None:
    walker.begin()
    walker.question("written")
    assert walker.key == "edge"
    assert "is not asked at this point" in walker.words


def test_i6_an_answer_to_a_question_that_is_not_asked_is_not_stored(walker: Walker) -> None:
    walker.begin()
    walker.answer("no")
    walker.answer("set")
    assert walker.key == "written"
    late = walker.second_window()
    walker.question("steps")
    walker.answer("open")
    late.answer("yes")
    assert late.key == "skill"
    assert "nothing was stored for it" in late.words
    late.open(f"{walker.at}/answers")
    assert "Are the steps written down?" not in late.words


@pytest.mark.parametrize("key", ["nothing", "validate", "closest"])
def test_i6_a_question_that_does_not_exist_leads_to_the_right_place(walker: Walker, key: str) -> None:
    walker.begin()
    walker.question(key)
    assert walker.key == "edge"


def test_back_leads_to_the_question_before_and_from_the_first_to_the_name(walker: Walker) -> None:
    walker.begin()
    walker.answer("no")
    walker.open(str(walker.page.select_one("a.back")["href"]))  # type: ignore[index]
    assert walker.key == "edge"
    walker.open(str(walker.page.select_one("a.back")["href"]))  # type: ignore[index]
    assert walker.key == "name"


def test_coming_back_opens_the_first_open_question_and_says_so(walker: Walker) -> None:
    walker.begin()
    assert "You were here" not in walker.words
    walker.answer("no")
    assert "You were here" not in walker.words
    walker.open(walker.at)
    assert walker.key == "steps"
    assert "You were here" in walker.words


def test_the_answers_so_far_are_listed_with_a_way_to_change_each(walker: Walker) -> None:
    walker.begin(**{"answer-closest": "law"})
    walker.answer("no")
    walker.answer("not-sure")
    walker.open(f"{walker.at}/answers")
    for words in ("Legal work", "Not core", "I'm not sure", "What does it take? Not answered yet"):
        assert words in walker.words
    links = [str(link["href"]) for link in walker.page.select("dl.answers a")]
    assert links == [
        f"{walker.at}/name",
        f"{walker.at}/questions/edge",
        f"{walker.at}/questions/steps",
        f"{walker.at}/questions/skill",
    ]


def test_a_follow_up_that_falls_away_takes_its_answer_along(walker: Walker) -> None:
    walker.finish(ROUTINE)
    assert "written down and take everyday skills" in walker.words
    walker.question("steps")
    walker.answer("half")
    assert walker.key == "result"
    assert "written down" not in walker.words


# ---- several choices ---------------------------------------------------------------------------------------------


def test_several_choices_are_kept_and_shown_again(walker: Walker) -> None:
    walker.finish()
    walker.question("touches")
    walker.answer("secret", "money")
    assert walker.key == "result"
    walker.question("touches")
    assert walker.chosen_values() == ["money", "secret"]


def test_none_of_these_and_not_sure_are_answers_of_their_own(walker: Walker) -> None:
    walker.finish()
    for value in ("none", "not-sure"):
        walker.question("touches")
        walker.answer(value)
        walker.question("touches")
        assert walker.chosen_values() == [value]


def test_answers_that_contradict_each_other_are_refused_with_what_was_ticked(walker: Walker) -> None:
    walker.finish()
    for values, alone in (
        (("none", "money"), "None of these"),
        (("not-sure", "money"), "I'm not sure"),
        (("none", "not-sure"), "I'm not sure"),
    ):
        walker.question("touches")
        assert walker.chosen_values() == []
        walker.answer(*values, status=422)
        assert f"Choose “{alone}” by itself" in walker.complaint
        assert set(walker.chosen_values()) == set(values)


def test_several_choices_need_at_least_one_tick(walker: Walker) -> None:
    walker.finish()
    walker.question("touches")
    walker.submit(status=422)
    assert "Select what it touches" in walker.complaint


@pytest.fixture
def at_most_two(walker: Walker, database: Database, small: RuleSet) -> Walker:
    """A visitor who may choose two of what it touches."""
    questions = [
        replace(q, most=2, none="Nothing of the kind", none_hint="Only what all may know") if q.key == "touches" else q
        for q in small.questions
    ]
    with database.write() as session:
        publish(session, dumps(replace(small, questions=tuple(questions))), "for tests")
    return walker


def test_how_many_may_be_chosen_is_told_and_more_are_refused(at_most_two: Walker) -> None:
    at_most_two.finish()
    at_most_two.question("touches")
    assert "Choose up to two." in at_most_two.words
    assert "Choose all that fit" not in at_most_two.words
    at_most_two.answer("secret", "money", "names", status=422)
    assert "Choose at most two" in at_most_two.complaint
    assert at_most_two.chosen_values() == ["money", "names", "secret"]
    at_most_two.answer("secret", "money")
    assert at_most_two.key == "result"
    at_most_two.question("touches")
    assert at_most_two.chosen_values() == ["money", "secret"]


def test_none_of_these_has_words_of_its_own(at_most_two: Walker) -> None:
    at_most_two.finish()
    at_most_two.question("touches")
    assert "Nothing of the kind Only what all may know" in at_most_two.words
    assert "None of these" not in at_most_two.words
    at_most_two.answer("none", "money", status=422)
    assert "Choose “Nothing of the kind” by itself" in at_most_two.complaint
    at_most_two.answer("none")
    at_most_two.question("touches")
    assert at_most_two.chosen_values() == ["none"]


def test_i10_one_choice_sent_twice_is_refused(walker: Walker) -> None:
    walker.begin()
    walker.answer("no", "yes", status=422)
    assert "Choose one answer only" in walker.complaint


# ---- numbers -----------------------------------------------------------------------------------------------------

READABLE = {"0": "0", "250": "250", "1,200": "1200", "5 000": "5000", " 7 ": "7"}
UNREADABLE = ["-1", "5001", "1.5", "1.200", "12,00", "1e3", "٣", "１２", "0x10", "many", "9" * 400, "1,,2", "−5", "NaN"]
UNREADABLE += ["1" + ",000" * 1_500]


def test_i5_a_number_is_read_as_people_write_it(walker: Walker) -> None:
    walker.finish()
    for typed, shown in READABLE.items():
        walker.question("cases")
        assert "A whole number from 0 to 5,000" in walker.words
        walker.answer(typed)
        assert walker.key == "result"
        walker.question("cases")
        assert walker.page.select_one("#answer")["value"] == shown  # type: ignore[index]


def test_i5_another_number_is_refused_with_the_range_and_what_was_typed(walker: Walker) -> None:
    walker.finish()
    for typed in UNREADABLE:
        walker.question("cases")
        walker.answer(typed, status=422)
        assert "Enter a whole number from 0 to 5,000" in walker.complaint
        assert walker.page.select_one("#answer")["value"] == typed  # type: ignore[index]


def test_a_number_may_be_unknown_but_not_both(walker: Walker) -> None:
    walker.finish()
    walker.question("cases")
    walker.submit(answer="", not_sure=None, status=422)
    assert "Enter how many cases there are" in walker.complaint
    walker.submit(answer="5", not_sure="y", status=422)
    assert "but not both" in walker.complaint
    walker.submit(answer="", not_sure="y")
    assert walker.key == "result"
    walker.question("cases")
    assert walker.page.select_one("input[name=not_sure][checked]")
