"""What if: all answers at once, what others would give, and nothing kept until that is asked for."""

import re

import pytest

from tests.assessments.walker import CORE, MIXED, ROUTINE, Walker
from tests.reading import Tag
from tests.visiting import text_of


def try_answers(walker: Walker, *changes: str) -> None:
    query = "&".join(f"change={change}" for change in changes)
    walker.open(f"{walker.at}/what-if{'?' if changes else ''}{query}")


def field(walker: Walker, key: str, part: int = 0) -> str:
    """The name of the field of a question; ``part`` is the number of the one that is meant where there are several."""
    names = [str(tag["name"]) for tag in walker.page.select(f"main form input[name^=answer-][name$=-{key}]")]
    return list(dict.fromkeys(names))[part]


def shown_keys(walker: Walker) -> list[str]:
    """The keys of the questions that are on the page."""
    names = [str(tag["name"]) for tag in walker.page.select("input[name^=shown-]")]
    return [re.sub(r"^shown-answer-[0-9a-z]+-", "", name) for name in names]


def test_the_page_opens_on_the_saved_answers(walker: Walker) -> None:
    walker.finish(ROUTINE)
    try_answers(walker)
    chosen = {str(tag["name"]).rsplit("-", 1)[1]: tag["value"] for tag in walker.page.select("input[checked]")}
    assert chosen == ROUTINE
    assert "Nothing is changed yet." in walker.words


def test_other_answers_are_tried_and_nothing_is_kept(walker: Walker) -> None:
    walker.finish(ROUTINE)
    before = walker.heading
    try_answers(walker)
    walker.submit(button="update", **{field(walker, "steps"): "open", field(walker, "skill"): "expert"})
    assert text_of(walker.page.select_one(".now .words")) == before
    assert text_of(walker.page.select_one(".then .words")) == "KPO suits this process"
    assert text_of(walker.page.select_one(".changes")).count("becomes") == 3
    walker.open(f"{walker.at}/result")
    assert walker.heading == before


def test_what_the_answers_give_is_said_below_each_one_that_was_changed_and_below_no_other(walker: Walker) -> None:
    walker.finish(ROUTINE)
    try_answers(walker)
    assert not [text for line in walker.page.select(".gives") if (text := text_of(line))]
    walker.submit(button="update", **{field(walker, "skill"): "expert"})
    said = {str(line["id"]).rsplit("-", 1)[1]: text_of(line) for line in walker.page.select(".gives")}
    assert [key for key, text in said.items() if text] == ["skill"]
    assert said["skill"] == text_of(walker.page.select_one("#what-it-gives"))


def test_a_follow_up_comes_and_goes_with_the_answer_it_follows(walker: Walker) -> None:
    walker.finish(MIXED)
    try_answers(walker)
    assert "written" not in shown_keys(walker)
    walker.submit(button="update", **{field(walker, "steps"): "set"})
    assert "written" in shown_keys(walker)
    walker.submit(button="update", **{field(walker, "steps"): "half", field(walker, "written"): "yes"})
    assert "written" not in shown_keys(walker)
    assert "Nothing is changed yet." in walker.words


def test_what_was_tried_is_kept_and_the_earlier_advice_stays_in_the_history(walker: Walker) -> None:
    walker.finish(ROUTINE)
    try_answers(walker)
    walker.submit(button="keep", **{field(walker, "steps"): "open", field(walker, "skill"): "expert"})
    assert walker.key == "result"
    assert walker.heading == "KPO suits this process"
    walker.open(f"{walker.at}/history")
    assert "BPO suits this process" in walker.words


def test_a_copy_is_another_process_with_the_answers_that_were_tried(walker: Walker) -> None:
    walker.finish(ROUTINE)
    original = walker.at
    try_answers(walker)
    once = walker.second_window()
    walker.submit(button="copy", **{field(walker, "steps"): "open", field(walker, "skill"): "expert"})
    assert walker.heading == "KPO suits this process"
    assert "Payroll (what if)" in walker.words
    copy = walker.path
    assert original not in copy
    once.submit(button="copy", **{field(once, "steps"): "open", field(once, "skill"): "expert"})
    assert once.path == copy, "the same form sent twice makes one copy (F9)"
    assert "This is a copy. The original is unchanged." in walker.words
    link = walker.page.select_one(".notice a")
    assert link is not None
    walker.open(str(link["href"]))
    assert walker.path == f"{original}/result"
    assert walker.heading == "BPO suits this process"
    assert "This is a copy" not in walker.words


def test_an_address_that_names_no_process_says_nothing_of_a_copy(walker: Walker) -> None:
    walker.finish(ROUTINE)
    walker.open(f"{walker.at}/result?copy_of=nothing")
    assert walker.heading == "BPO suits this process"
    assert "This is a copy" not in walker.words


def test_p3_answers_changed_in_another_window_are_not_overwritten_unseen(walker: Walker) -> None:
    walker.finish(ROUTINE)
    try_answers(walker)
    other = walker.second_window()
    other.question("skill")
    other.answer("expert")
    walker.submit(button="keep", status=409, **{field(walker, "edge"): "yes"})
    assert "changed in another window" in walker.complaint
    walker.submit(button="keep")
    assert walker.key == "result"
    try_answers(walker)
    chosen = {str(tag["name"]).rsplit("-", 1)[1]: tag["value"] for tag in walker.page.select("input[checked]")}
    assert (chosen["edge"], chosen["skill"]) == ("yes", "basic")


def test_an_answer_that_cannot_be_read_is_named_and_the_rest_stays(walker: Walker) -> None:
    walker.finish(ROUTINE)
    try_answers(walker)
    name = field(walker, "steps")
    walker.submit(button="keep", status=422, **{name: "no-such-answer", field(walker, "skill"): "expert"})
    assert "Choose from the answers that are listed here" in walker.complaint
    assert walker.page.select_one(f'input[name="{field(walker, "skill")}"][value=expert][checked]')


def test_the_line_that_is_read_out_says_why_an_answer_is_not_tried(walker: Walker) -> None:
    def status() -> str:
        return text_of(walker.page.select_one("#trial [role=status]"))

    walker.finish(ROUTINE)
    try_answers(walker)
    assert status() == "Nothing is changed yet."
    walker.submit(button="update", status=422, **{field(walker, "steps"): "no-such-answer"})
    why = "Choose from the answers that are listed here."
    assert status() == f"Not tried (How fixed the steps are): {why} Nothing is changed yet."
    try_answers(walker)
    walker.submit(button="update", **{field(walker, "steps"): "open", field(walker, "skill"): "expert"})
    assert status().startswith("With these answers: ")


def test_a_question_that_was_answered_cannot_be_emptied(walker: Walker) -> None:
    walker.finish(ROUTINE)
    try_answers(walker)
    walker.submit(button="keep", status=422, **{field(walker, "edge"): None})
    assert walker.complaint


def test_a_link_tries_a_change(walker: Walker) -> None:
    walker.finish(ROUTINE)
    link = next(link for link in walker.page.select(".changing a") if "change=" in str(link["href"]))
    walker.open(str(link["href"]))
    assert walker.key == "what-if"
    assert "Nothing is changed yet." not in walker.words


@pytest.mark.parametrize(
    "change",
    ["", "process", "process.edge", "process.edge.nonsense", "x.y.z", "process.nothing.yes", "process.edge.🙂"],
)
def test_a_link_that_makes_no_sense_changes_nothing(walker: Walker, change: str) -> None:
    walker.finish(ROUTINE)
    try_answers(walker, change)
    assert "Nothing is changed yet." in walker.words


def test_every_part_has_its_own_answers(walker: Walker) -> None:
    walker.finish(ROUTINE)
    walker.open(f"{walker.at}/parts")
    walker.submit(part_1="Keying", part_2="Advice")
    while "/questions/" in walker.path:
        walker.submit()
    assert walker.key == "result"
    try_answers(walker)
    walker.submit(button="update", **{field(walker, "steps", 1): "open", field(walker, "skill", 1): "expert"})
    assert text_of(walker.page.select_one(".then .words")).startswith("Both")
    walker.submit(button="keep")
    assert walker.heading.startswith("Both")


def test_somebody_elses_answers_cannot_be_tried(walker: Walker, stranger: Walker) -> None:
    walker.finish(ROUTINE)
    stranger.open(f"{walker.at}/what-if", 404)


# ---- the result page ---------------------------------------------------------------------------------------------


WAYS = ".singles .trace span:has(> a)"
"""The ways to other advice that take one answer."""


def becomes(way: Tag) -> str:
    """The advice that such a way foretells."""
    return text_of(way).split("would make it ")[1].split(".")[0]


def test_every_link_of_the_result_does_what_it_foretells(walker: Walker) -> None:
    walker.finish(ROUTINE)
    further = [
        (link, text_of(row.select_one(".to strong")))
        for row in walker.page.select(".towards > li")
        for link in row.select("a")
    ]
    alone = [(way.select("a")[0], becomes(way)) for way in walker.page.select(WAYS)]
    assert alone
    for link, words in [*further, *alone]:
        walker.open(str(link["href"]))
        assert words.split()[0] in text_of(walker.page.select_one(".then .words"))


def test_an_advice_that_one_answer_gives_is_told_of_once(walker: Walker) -> None:
    walker.finish(ROUTINE)
    told = {becomes(way) for way in walker.page.select(WAYS)}
    assert told
    assert told.isdisjoint(text_of(row) for row in walker.page.select(".towards .to strong"))


def test_the_answers_that_decide_are_named(walker: Walker) -> None:
    walker.finish(CORE)
    walker.open(f"{walker.at}/other-ways")
    decides = text_of(walker.page.select_one(".deciding"))
    assert decides
    assert "decide" in walker.words
