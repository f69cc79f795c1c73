"""The advice: given once, kept word for word, and worked out again when something changed."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from advisor.engine.document.document import dumps
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.exchange.recommendation import recommend
from advisor.models import Database, RecommendationRecord
from advisor.models.rule_sets.rule_set_version import publish
from advisor.wording.advice.verdict import verdict_words
from advisor.wording.claims import VersionView
from tests.assessments.walker import CORE, EXPERT, MIXED, ROUTINE, UNSURE, Walker
from tests.engine import oracle
from tests.visiting import text_of


def advice(database: Database) -> list[RecommendationRecord]:
    with database.read() as session:
        return list(session.scalars(select(RecommendationRecord).order_by(RecommendationRecord.sequence)))


# ---- what it says ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        (ROUTINE, "BPO suits this process"),
        (EXPERT, "KPO suits this process"),
        (MIXED, "Both: BPO for one part of this process, KPO for another"),
        (CORE, "Keep this process in-house for now"),
        (UNSURE, "We can't say yet"),
    ],
)
def test_the_last_answer_leads_to_the_advice(walker: Walker, answers: dict[str, str], verdict: str) -> None:
    walker.finish(answers)
    assert walker.heading == verdict
    assert text_of(walker.page.title).startswith(f"Payroll: {verdict}")


LEAVING = {
    "b": "BPO suits this process",
    "k": "KPO suits this process",
    "bk": "Both: BPO for one part of this process, KPO for another",
    "2": "Both: each part holds BPO and KPO work",
    "2b": "Both: BPO for one part of this process, BPO and KPO together for another",
    "2k": "Both: KPO for one part of this process, BPO and KPO together for another",
    "2bk": "Both: BPO for one part of this process, KPO for another",
}
PARTLY = {frozenset("b"): "BPO suits the", frozenset("k"): "KPO suits the"}


@pytest.mark.parametrize("number", [2, 3, 4])
def test_the_heading_is_true_of_the_parts_whatever_they_are(app: Flask, number: int) -> None:
    """b: a part for a BPO, k: for a KPO, 2: for both, h: in-house, u: not clear."""
    outcomes = dict(zip("bk2hu", (Outcome.BPO, Outcome.KPO, Outcome.BOTH, Outcome.KEEP, Outcome.UNCLEAR), strict=True))
    kinds = {"b": "bpo", "k": "kpo", "2": "both", "h": "bpo", "u": "unclear"}
    with app.test_request_context():
        for parts in product("bk2hu", repeat=number):
            together, *_rest = oracle.combine_parts([(outcomes[part], kinds[part], "clear") for part in parts])
            document = {"outcome": together, "parts": [{"outcome": outcomes[part].value} for part in parts]}
            leave = frozenset(parts) - frozenset("hu")
            if not leave:
                expected = "Keep this process in-house for now" if set(parts) == {"h"} else "We can't say yet"
            elif leave < frozenset(parts):
                how_many = "part" if sum(part in leave for part in parts) == 1 else "parts"
                expected = f"{PARTLY.get(leave, 'Both: BPO and KPO for the')} {how_many} that can leave"
            else:
                expected = next(words for found, words in LEAVING.items() if frozenset(found) == leave)
            assert verdict_words(document) == expected, parts


def test_every_reason_shows_its_points_and_the_answer_and_behind_sources_its_rule_and_claims(walker: Walker) -> None:
    walker.finish(ROUTINE)
    reason = walker.page.select_one("li.reason")
    assert reason is not None
    words = text_of(reason)
    assert "+5" in words
    assert "The steps are fixed, which suits BPO." in words
    assert "You said: Always the same" in words
    assert not reason.select("a")
    walker.open(str(walker.page.select_one('#why a[href$="#reasons"]')["href"]))  # type: ignore[index]
    sourced = walker.page.select_one(".sourced li")
    assert text_of(sourced).startswith("The steps are fixed, which suits BPO. Rule: set-steps")
    assert [str(link["href"]) for link in sourced.select("a")] == [  # type: ignore[union-attr]
        "/versions/2/rules/set-steps",
        "/versions/2/claims/S.1",
    ]


def test_the_points_shown_are_the_sum_of_the_reasons_shown(walker: Walker) -> None:
    walker.finish(ROUTINE)
    shown = [int(text_of(tag)) for tag in walker.page.select(".reasons .points")]
    balance = text_of(walker.page.select_one(".balance dl"))
    assert sum(shown) == 7
    assert "BPO 7 points" in balance


def test_reasons_against_are_shown_and_the_strongest_is_in_the_lead(walker: Walker) -> None:
    walker.finish({"edge": "no", "steps": "open", "skill": "basic"})
    assert "Strongest against it For BPO: “Everyday skills” (what it takes)." in walker.words
    walker.finish(EXPERT)
    assert "Strongest against it Nothing that you answered speaks against it." in walker.words


def test_the_kind_is_given_even_where_the_advice_is_to_keep(walker: Walker) -> None:
    walker.finish(CORE)
    assert "If you did hand it over: KPO (clear)." in walker.words
    assert "Clear" not in text_of(walker.page.select_one(".clarity"))


def test_both_in_one_piece_shows_either_side_and_offers_parts(walker: Walker) -> None:
    walker.finish(MIXED)
    assert "“Payroll” holds routine work and expert work" in walker.words
    assert "which go to different kinds of provider: “Half and half” (how fixed the steps are)." in walker.words
    assert "The routine side speaks for BPO" in walker.words
    assert "The expert side speaks for KPO" in walker.words
    assert walker.page.select_one(f'a[href="{walker.at}/parts"]')


def test_we_cannot_say_yet_names_the_quickest_way_to_an_advice(walker: Walker) -> None:
    walker.finish(UNSURE)
    links = [str(link["href"]) for link in walker.page.select(".open-questions a")]
    assert links == [f"{walker.at}/questions/steps"]
    assert "3 answers were “I'm not sure”" in walker.words


def test_disagreements_limits_and_guidance_are_told(walker: Walker) -> None:
    walker.finish(ROUTINE)
    for words in ("Whether everyday skills do", "Another says they do not.", "We went by what you said."):
        assert words in walker.words
    assert "It knows nothing of prices." in walker.words
    assert "Write the steps down first." in walker.words
    assert "General guidance, not from our sources" in walker.open(f"{walker.at}/result?show=sources").get_text()
    walker.finish(EXPERT)
    assert "Whether everyday skills do" not in walker.words


def test_where_the_rules_name_no_limit_there_is_no_heading_for_them(
    walker: Walker, database: Database, small: RuleSet
) -> None:
    walker.finish(ROUTINE)
    assert "What this does not tell you" in walker.words
    with database.write() as session:
        publish(session, dumps(replace(small, limits=())), "No limits.")
    walker.finish(ROUTINE)
    assert "What this does not tell you" not in walker.words


def test_name_against_content_is_one_line_with_its_claims(walker: Walker) -> None:
    walker.finish(ROUTINE, **{"answer-closest": "law"})
    line = "Our sources usually file “Legal work” under KPO. What you describe is routine work, so we advise BPO."
    assert line in walker.words
    walker.open(f"{walker.at}/result?show=sources")
    assert line in walker.words
    assert walker.page.select_one(".sourced a[href='/versions/2/claims/S.2']")


def test_a_name_alone_suggests_a_usual_process(walker: Walker) -> None:
    walker.finish(EXPERT, name="Our wages")
    assert "The name suggests “Payroll”, which our sources usually file under BPO." in walker.words


def test_a_name_that_fits_the_content_is_not_remarked_upon(walker: Walker) -> None:
    walker.finish(ROUTINE, name="Our wages")
    assert not walker.page.select(".name-note")


def test_the_page_says_version_date_and_how_the_sum_works(walker: Walker) -> None:
    walker.finish()
    assert "with version 2 of our rules" in walker.words
    assert walker.page.select_one("a[href='/versions/2/how-the-sum-works']")


def test_s16_what_was_typed_is_shown_as_text_everywhere(walker: Walker) -> None:
    name = "<img src=x onerror=alert(1)>{{ 7*7 }}%(name)s {0} ${1}"
    walker.finish(name=name)
    for path in ("result", "answers", "name", "parts", "delete", "questions/edge"):
        page = walker.open(f"{walker.at}/{path}")
        assert not page.select("img[src=x]")
        assert name in page.get_text() or page.select_one("#process_name")["value"] == name  # type: ignore[index]
    assert name in walker.open("/your-data").get_text()


# ---- that it stays -----------------------------------------------------------------------------------------------


def test_p6_the_stored_advice_is_what_the_engine_says_of_the_same_answers(
    walker: Walker, database: Database, small: RuleSet
) -> None:
    walker.finish(ROUTINE)
    stored = advice(database)[0]
    assert stored.given == {"process": "Payroll", "answers": ROUTINE, "parts": []}
    assert stored.result == recommend(small, 2, WorkItem("Payroll", ROUTINE))


def test_p6_the_api_gives_the_same_words_as_the_page(walker: Walker, database: Database) -> None:
    walker.finish(ROUTINE)
    reply = walker.client.post("/api/v1/recommendations", json={"process": "Payroll", "answers": ROUTINE})
    assert reply.status_code == 200
    assert reply.get_json() == advice(database)[0].result


def test_p5_advice_is_shown_from_what_was_stored_whatever_the_rules_say_later(
    walker: Walker, database: Database, small: RuleSet
) -> None:
    walker.finish(ROUTINE)
    before = walker.page.select_one("article.report")
    text = dumps(small).replace("The steps are fixed, which suits BPO.", "Something else.").replace("page 1", "page 9")
    with database.write() as session:
        publish(session, text, "changed")
    after = walker.open(f"{walker.at}/result").select_one("article.report")
    assert text_of(after) == text_of(before)
    assert "With version 3 it would say the same." in walker.words
    assert "The steps are fixed, which suits BPO." in walker.words
    walker.open("/versions/2/claims/S.1")
    assert "page 1" in walker.words


def test_p5_changing_an_answer_appends_advice_and_keeps_the_old(walker: Walker, database: Database) -> None:
    walker.finish(ROUTINE)
    first = advice(database)[0].result
    walker.question("skill")
    walker.answer("not-sure")
    given = advice(database)
    assert [entry.sequence for entry in given] == [1, 2]
    assert given[0].result == first
    assert given[1].given["answers"]["skill"] is None


def test_saving_the_same_answer_again_gives_no_new_advice(walker: Walker, database: Database) -> None:
    walker.finish(ROUTINE)
    walker.question("skill")
    walker.answer("basic")
    assert walker.key == "result"
    assert len(advice(database)) == 1


def test_a_claim_withdrawn_since_is_marked(walker: Walker, database: Database, small: RuleSet) -> None:
    walker.finish(ROUTINE)
    text = dumps(small).replace('"firmness":"firm"}', '"firmness":"firm","withdrawn":"It was misread."}', 1)
    with database.write() as session:
        publish(session, text, "withdrawn")
    walker.open(f"{walker.at}/result?show=sources")
    assert "S.1 (withdrawn since)" in walker.words
    walker.open("/versions/2/claims/S.1")
    assert "It was misread." in walker.words


# ---- changing an answer ------------------------------------------------------------------------------------------


def test_f15_changing_an_answer_from_the_result_returns_to_it(walker: Walker) -> None:
    walker.finish(ROUTINE)
    walker.question("steps")
    assert text_of(walker.page.select_one("main form button")) == "Save"
    walker.answer("half")
    assert walker.key == "result"
    assert walker.heading.startswith("Both")


def test_f15_a_new_follow_up_is_asked_before_the_result_and_meanwhile_the_result_says_so(walker: Walker) -> None:
    walker.finish(EXPERT | {"skill": "basic"})
    walker.question("steps")
    walker.answer("set")
    assert walker.key == "written"
    walker.open(f"{walker.at}/result")
    assert walker.heading == "KPO suits this process"
    assert "You changed an answer, or the parts, after this result." in walker.words
    assert walker.page.select_one(f'.stale a[href="{walker.at}/questions/written"]')
    walker.question("written")
    walker.answer("yes")
    assert walker.heading == "BPO suits this process"
    assert "You changed an answer" not in walker.words


def test_f15_recalculate_uses_the_answers_as_they_are_now(walker: Walker, database: Database) -> None:
    walker.finish(EXPERT | {"skill": "basic"})
    walker.question("steps")
    walker.answer("set")
    walker.open(f"{walker.at}/result")
    twin = walker.second_window()
    walker.submit()
    assert walker.heading == "BPO suits this process"
    assert "no answer to the questions still open would change it" in walker.words
    twin.submit()
    assert len(advice(database)) == 2


def test_f15_the_result_lists_the_answers_it_used_not_later_ones(walker: Walker) -> None:
    walker.finish(EXPERT | {"skill": "basic"})
    walker.question("steps")
    walker.answer("set")
    walker.open(f"{walker.at}/result")
    answers = text_of(walker.page.select_one("section.given"))
    assert "Thought through each time" in answers
    assert "Always the same" not in answers


def test_f15_looking_at_the_result_changes_nothing(walker: Walker, database: Database) -> None:
    walker.finish(EXPERT | {"skill": "basic"})
    walker.question("steps")
    walker.answer("set")
    for path in ("result", "answers", "", "questions/written", "parts", "delete"):
        walker.open(f"{walker.at}/{path}".rstrip("/"))
    assert len(advice(database)) == 1


def test_before_the_last_answer_there_is_no_result(walker: Walker, database: Database) -> None:
    walker.begin()
    walker.open(f"{walker.at}/result")
    assert walker.key == "edge"
    assert advice(database) == []


def test_the_advice_cannot_be_asked_for_before_the_last_answer(walker: Walker, database: Database) -> None:
    walker.finish()
    form: dict[str, Any] = {"csrf_token": token(walker)}
    walker.begin()
    assert walker.client.post(f"{walker.at}/result", data=form).status_code == 303
    assert len(advice(database)) == 1


def token(walker: Walker) -> str:
    walker.open(f"{walker.at}/delete")
    return str(walker.page.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]


# ---- sharpening --------------------------------------------------------------------------------------------------


def test_questions_that_sharpen_are_offered_after_the_result_and_lead_back_to_it(walker: Walker) -> None:
    walker.finish(ROUTINE)
    walker.open(str(walker.page.select_one("#sharpen a")["href"]))  # type: ignore[index]
    assert text_of(walker.page.select_one("p.where")) == "Payroll Sharpen it"
    walker.answer("secret")
    assert walker.key == "result"
    assert "It touches secrets." in walker.words
    assert "You said: Secrets" in walker.words
    assert "Noted. The points changed; the advice stays “" in walker.words


def test_a_change_that_turns_the_advice_over_says_so_on_top(walker: Walker) -> None:
    walker.finish(ROUTINE)
    assert "Noted." not in walker.words
    walker.question("steps")
    walker.answer("open")
    assert walker.key == "result"
    notice = text_of(walker.page.select_one(".notice"))
    assert notice.startswith(f"Noted. The advice is now “{walker.heading}”. It was “BPO suits this process”.")


def test_questions_that_sharpen_wait_for_the_result(walker: Walker) -> None:
    walker.begin()
    walker.question("touches")
    assert walker.key == "edge"
    assert "is not asked at this point" in walker.words


def test_a_core_follow_up_comes_before_the_result_even_after_sharpening(walker: Walker) -> None:
    walker.finish(EXPERT | {"skill": "basic"})
    walker.question("steps")
    walker.answer("set")
    walker.question("cases")
    walker.answer("2,000")
    assert walker.key == "written"


def test_the_edition_of_a_version_that_does_not_exist_is_an_error(app: Flask, database: Database) -> None:
    with app.test_request_context(), database.read() as session, pytest.raises(LookupError):
        VersionView.of(session, 99)


# ---- what would change it ----------------------------------------------------------------------------------------


def test_the_strength_names_the_open_answer_that_would_turn_the_advice_over(walker: Walker) -> None:
    walker.finish({**ROUTINE, "edge": "not-sure"})
    strength = walker.page.select_one(".clarity")
    assert strength is not None
    words = " ".join(strength.get_text().split())
    assert words.startswith("Clear, unless your answer to “How core it is” turns it to Keep in-house for now")
    assert [str(link["href"]) for link in strength.select("a")] == [f"{walker.at}/questions/edge"]
    walker.finish(ROUTINE)
    assert "unless your answer" not in walker.words
