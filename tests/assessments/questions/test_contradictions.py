"""Two answers that pull apart are shown once on the way, and named with the advice for as long as they do."""

from tests.assessments.walker import MIXED, ROUTINE, Walker
from tests.visiting import text_of


def to_tension(walker: Walker) -> None:
    walker.begin()
    walker.answer("no")
    walker.answer("set")
    walker.answer("yes")
    walker.answer("expert")


def test_two_answers_that_pull_apart_are_named_and_may_both_be_true(walker: Walker) -> None:
    to_tension(walker)
    assert walker.heading == "Two of your answers pull apart"
    for words in ("Fixed steps seldom take an expert.", "Always the same", "An expert", "If both are true"):
        assert words in walker.words
    walker.submit()
    assert walker.key == "result"


def test_either_of_them_can_be_changed(walker: Walker) -> None:
    to_tension(walker)
    links = [str(link["href"]) for link in walker.page.select("dl.two a")]
    assert links == [f"{walker.at}/questions/steps", f"{walker.at}/questions/skill"]
    walker.open(links[1])
    assert walker.chosen_values() == ["expert"]
    walker.answer("basic")
    assert walker.heading == "BPO suits this process"


def test_the_same_pair_is_not_shown_again(walker: Walker) -> None:
    to_tension(walker)
    walker.question("skill")
    walker.answer("basic")
    walker.question("skill")
    walker.answer("expert")
    assert walker.key == "result"


def test_another_pair_of_answers_is_shown(walker: Walker) -> None:
    to_tension(walker)
    walker.question("steps")
    walker.answer("some")
    assert walker.heading == "Two of your answers pull apart"
    assert "Mostly the same" in walker.words


def test_the_page_is_gone_once_the_answers_no_longer_pull_apart(walker: Walker) -> None:
    to_tension(walker)
    apart = walker.path
    walker.question("skill")
    walker.answer("basic")
    walker.open(apart)
    assert walker.key == "result"
    walker.open(f"{walker.at}/pull-apart/nothing")
    assert walker.key == "result"


def test_answers_that_agree_show_no_such_page(walker: Walker) -> None:
    walker.begin()
    for answer in ROUTINE.values():
        walker.answer(answer)
    assert walker.key == "result"


def test_in_a_part_the_page_names_the_part(walker: Walker) -> None:
    walker.finish(MIXED)
    walker.open(f"{walker.at}/parts")
    walker.submit(part_1="Keying", part_2="Advising")
    walker.answer("set")
    walker.answer("yes")
    walker.answer("expert")
    assert walker.heading == "Two of your answers pull apart"
    assert "Keying" in walker.words
    assert all("/parts/" in str(link["href"]) for link in walker.page.select("dl.two a"))
    walker.submit()
    assert walker.key == "steps"


def test_the_advice_names_the_answers_that_pull_apart_with_links_to_change_either(walker: Walker) -> None:
    to_tension(walker)
    walker.submit()
    (line,) = walker.page.select(".pulls-apart")
    assert text_of(line).replace("“ ", "“").replace(" ”", "”") == (
        "You said “Always the same” and “An expert”. These pull apart; both can be true. "
        "If not, change “How fixed the steps are” or “What it takes”."
    )
    assert [str(link["href"]) for link in line.select("a")] == [
        f"{walker.at}/questions/steps",
        f"{walker.at}/questions/skill",
    ]
    walker.open(str(line.select("a")[1]["href"]))
    walker.answer("basic")
    assert walker.key == "result"
    assert not walker.page.select(".pulls-apart")


def test_of_parts_the_advice_names_the_part_whose_answers_pull_apart(walker: Walker) -> None:
    walker.finish(MIXED)
    walker.open(f"{walker.at}/parts")
    walker.submit(part_1="Keying", part_2="Advising")
    for answers in (("set", "yes", "expert"), ("open", "expert")):
        for answer in answers:
            walker.answer(answer)
        if "/pull-apart/" in walker.path:
            walker.submit()
    assert walker.key == "result"
    (line,) = walker.page.select(".pulls-apart")
    assert text_of(line).startswith("Keying You said “Always the same” and “An expert”.")
    assert all("/parts/" in str(link["href"]) for link in line.select("a"))
