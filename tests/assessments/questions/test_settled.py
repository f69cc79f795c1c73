"""Where no answer left can change the advice, it can be read early, and is come back to."""

from sqlalchemy import update

from advisor.models import Assessment, Database
from tests.assessments.walker import CORE, Walker
from tests.visiting import text_of


def test_the_questions_end_where_no_answer_left_can_change_the_advice(walker: Walker) -> None:
    walker.goes_on = False
    walker.begin()
    while walker.key != "settled":
        walker.answer(CORE[walker.key])
    assert walker.heading == "Your answers settle it"
    walker.submit()
    assert walker.key == "result"
    early = walker.heading
    assert walker.page.select_one("form.stale") is None, "nothing is to be done first"
    assert "Your answers settle the advice: no answer to the questions still open would change it." in walker.words
    assert walker.page.select_one(f'.sheet a[href="{walker.at}/questions/steps"]'), "one may answer them all the same"
    assert text_of(walker.page.select_one(".first-advice")) == "First advice, from 1 of 3 answers"
    assert "No answer was" not in walker.words, "most were never asked"
    walker.goes_on = True
    again = walker.second_window()
    again.finish(CORE, name="All of it")
    assert again.heading == early


def test_whoever_goes_on_is_told_only_once(walker: Walker) -> None:
    walker.goes_on = False
    walker.begin()
    while walker.key != "settled":
        walker.answer(CORE[walker.key])
    walker.open(str(walker.page.select_one(".actions a")["href"]))  # type: ignore[index]
    walker.go_through(CORE)
    assert walker.key == "result"


def test_nothing_is_settled_while_an_answer_can_change_it(walker: Walker) -> None:
    walker.begin()
    walker.open(f"{walker.at}/settled")
    assert "/questions/" in walker.path


def to_settled(walker: Walker) -> None:
    walker.goes_on = False
    walker.begin()
    while walker.key != "settled":
        walker.answer(CORE[walker.key])


def test_back_from_there_is_the_question_answered_last(walker: Walker) -> None:
    to_settled(walker)
    walker.open(str(walker.page.select_one("a.back")["href"]))  # type: ignore[index]
    assert walker.key == "edge"
    assert walker.chosen_values() == ["yes"]


def test_whoever_comes_back_before_reading_the_advice_is_told_that_it_can_be_read(walker: Walker) -> None:
    to_settled(walker)
    walker.open(walker.at)
    assert walker.heading == "Your answers settle it"
    walker.open(f"{walker.at}/answers")
    walker.open(str(walker.page.select_one(".actions a.button")["href"]))  # type: ignore[index]
    assert walker.heading == "Your answers settle it"


def test_whoever_comes_back_after_reading_the_advice_sees_it_again(walker: Walker) -> None:
    to_settled(walker)
    walker.submit()
    advice = walker.heading
    walker.open(walker.at)
    assert (walker.key, walker.heading) == ("result", advice)
    walker.open(f"{walker.at}/answers")
    links = {text_of(link): str(link["href"]) for link in walker.page.select(".actions a, a.back")}
    assert links["See the advice"] == links["Back"] == f"{walker.at}/result"
    assert "/questions/" in links["Go on with the next question"]
    assert not walker.page.select(".actions form"), "it was given already"


def test_whoever_answers_one_more_question_comes_back_to_the_advice_all_the_same(walker: Walker) -> None:
    to_settled(walker)
    walker.submit()
    walker.question("steps")
    walker.answer("open")
    assert walker.key == "skill"
    walker.open(walker.at)
    assert walker.key == "result"


def test_with_open_answers_that_count_one_comes_back_to_the_question(walker: Walker) -> None:
    walker.begin()
    walker.answer("no")
    walker.open(walker.at)
    assert walker.key == "steps"
    assert "You were here." in walker.words
    walker.open(f"{walker.at}/answers")
    assert "See the advice" not in walker.words


def test_after_a_rename_there_is_the_same_advice_under_the_new_name(walker: Walker) -> None:
    to_settled(walker)
    walker.submit()
    advice = walker.heading
    walker.open(f"{walker.at}/name")
    assert walker.page.select_one("a.back")["href"].startswith(f"{walker.at}/result")  # type: ignore[index]
    walker.submit(process_name="Wages")
    assert (walker.key, walker.heading) == ("result", advice)
    assert "“Wages”" in text_of(walker.page.select_one(".lead"))
    assert "Payroll" not in walker.words
    assert walker.page.select_one("form.stale") is None


def test_a_name_that_is_younger_than_the_advice_is_said_and_does_not_make_the_advice_old(
    walker: Walker, database: Database
) -> None:
    walker.finish(CORE)
    with database.write() as session:
        session.execute(update(Assessment).values(process_name="Wages"))
    walker.open(f"{walker.at}/result")
    assert "is now called" in walker.words
    assert walker.page.select_one("form.stale") is None
    walker.open(walker.at)
    assert walker.key == "result"
