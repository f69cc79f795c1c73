"""What tends to go wrong: told on the result, with what an answer does to it."""

import pytest

from advisor.engine.document.document import dumps
from advisor.engine.model.rules import RuleSet
from advisor.models.database import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.assessments.parts.test_parts import in_parts
from tests.assessments.walker import CORE, EXPERT, ROUTINE, Walker
from tests.risks import LEAKS, SCRIPTED, with_risks
from tests.visiting import text_of


@pytest.fixture
def risky(database: Database, walker: Walker, small: RuleSet) -> Walker:
    """A visitor who meets the small rules with risks."""
    with database.write() as session:
        publish(session, dumps(with_risks(small)), "What tends to go wrong.")
    return walker


def notice(walker: Walker) -> str:
    """What the page says of the answer that was just saved."""
    return text_of(walker.page.select_one(".notice"))


def row(walker: Walker, question: str) -> str:
    """What the page says of a question that sharpens the advice."""
    items = [text_of(item) for item in walker.page.select("#sharpen li")]
    return next(item for item in items if item.startswith(question))


def test_a_risk_says_what_happens_on_which_answer_it_rests_and_what_to_do(risky: Walker) -> None:
    risky.finish(ROUTINE)
    (told,) = [text_of(item) for item in risky.page.select("#risks li > details")]
    assert told.startswith(
        f"{SCRIPTED} Cases that no step covers come back. Because you said “Always the same” (how fixed the steps are)."
    )
    assert "Before you sign: Mark the odd cases. Settle who decides them." in told
    assert "What has been published on this is firm." not in told
    assert not risky.page.select("#risks details[open]")
    assert "None of them moves a point." in text_of(risky.page.select_one("#risks"))
    risky.open(str(risky.page.select_one('#risks a[href$="#risks"]')["href"]))  # type: ignore[index]
    assert f"{SCRIPTED} What has been published on this is firm." in risky.words


def test_where_none_shows_nothing_is_told(risky: Walker) -> None:
    risky.finish(EXPERT)
    assert not risky.page.select("#risks")


def test_of_work_that_stays_it_is_what_to_look_out_for_all_the_same(risky: Walker) -> None:
    risky.finish({**CORE, "steps": "set", "written": "yes", "skill": "basic"})
    assert risky.heading.startswith("Keep this process in-house")
    assert "Look out for this if you went ahead all the same." in text_of(risky.page.select_one("#risks"))


def test_an_answer_that_brings_a_risk_and_takes_one_away_says_so_at_once(risky: Walker) -> None:
    risky.finish(ROUTINE)
    risky.question("touches")
    risky.answer("secret")
    told = f"It now names one risk more: “{LEAKS}”. It no longer names this risk: “{SCRIPTED}”."
    assert told in notice(risky)
    risky.question("touches")
    risky.answer("money")
    told = f"It now names one risk more: “{SCRIPTED}”. It no longer names this risk: “{LEAKS}”."
    assert told in notice(risky)


def test_an_answer_that_changes_the_risks_alone_says_that_the_advice_stays(risky: Walker) -> None:
    risky.finish(EXPERT)
    risky.question("cases")
    risky.answer("4000")
    assert notice(risky).startswith("Noted. The points changed; the advice stays “KPO suits this process”.")
    assert f"It now names one risk more: “{LEAKS}”." in notice(risky)
    risky.question("cases")
    risky.answer("3000")
    assert notice(risky).startswith(f"Noted. It no longer names this risk: “{LEAKS}”. The advice stays")


def test_an_answer_on_which_a_risk_rests_as_well_says_that_it_bears_on_it(risky: Walker) -> None:
    risky.finish(ROUTINE)
    risky.question("touches")
    risky.answer("names")
    told = f"Noted. It bears on what was named already: “{SCRIPTED}”. The advice stays “BPO suits this process”."
    assert notice(risky).startswith(told)


def test_an_answer_that_changes_nothing_says_so(risky: Walker) -> None:
    risky.finish(EXPERT)
    risky.question("cases")
    risky.answer("3")
    assert notice(risky).startswith("Noted. The advice stays “KPO suits this process”. Nothing else changed.")


def test_an_open_question_says_which_risk_its_answer_could_rule_out(risky: Walker) -> None:
    risky.finish(ROUTINE)
    assert row(risky, "What does it touch?").endswith(f"Could remove “{SCRIPTED}” from what tends to go wrong.")
    assert "remove" not in row(risky, "How many cases are there in a month?")
    assert "name or remove a risk" in text_of(risky.page.select_one("#sharpen"))


def test_each_part_says_what_its_own_answers_could_do(risky: Walker) -> None:
    in_parts(risky)
    rows = [text_of(item) for item in risky.page.select("#sharpen li")]
    touches = [text for text in rows if text.startswith("What does it touch?")]
    assert [f"Could remove “{SCRIPTED}”" in text for text in touches] == [True, False]


def test_a_risk_of_a_part_names_the_part_and_what_was_said_of_it(risky: Walker) -> None:
    in_parts(risky)
    told = text_of(risky.page.select_one("#risks"))
    assert "Because you said of “Keying”: “Always the same” (how fixed the steps are)." in told
