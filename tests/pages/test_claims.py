"""Claims, rules and the sum, for anybody to read."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.model.evidence import Source, SourceKind
from advisor.engine.model.rules import RuleSet
from advisor.models.database import Database
from advisor.models.rule_sets.rule_set_version import publish
from tests.reading import HtmlPage
from tests.visiting import text_of

Visit = Callable[..., HtmlPage]


def words(page: HtmlPage) -> str:
    return text_of(page.main)


PUBLIC = ("/", "/claims", "/claims/D1.23", "/how-the-sum-works", "/help", "/accessibility", "/versions/1/claims")


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_open_and_set_no_cookie(client: FlaskClient, visit: Visit, path: str) -> None:
    visit(path)
    assert "Set-Cookie" not in client.get(path).headers


@pytest.mark.usefixtures("small_in_force")
def test_the_start_page_shows_a_sample_of_the_rules_in_force(visit: Visit) -> None:
    page = visit("/")
    assert "Answering letters" in words(page) or "Paying wages" in words(page)
    assert page.select_one("a[href='/assessments/new']")


@pytest.mark.parametrize("more", ["nothing", "a source that no rule rests on", "a source that a rule rests on"])
def test_the_start_page_names_the_documents_that_the_rules_in_force_rest_on(
    visit: Visit, database: Database, more: str
) -> None:
    rules = starter.rule_set()
    both = [source.title for source in rules.sources if source.kind is SourceKind.DOCUMENT]
    if more != "nothing":
        third = Source("D3", "A survey of seasons", SourceKind.DOCUMENT, "Made up.")
        claim = replace(rules.claims[0], id="D3.1", source="D3", links=())
        rule = rules.rules[0]
        if more == "a source that a rule rests on":
            rule = replace(rule, sources=(*rule.sources, "D3.1"))
        rules = replace(
            rules,
            sources=(*rules.sources, third),
            claims=(*rules.claims, claim),
            rules=(rule, *rules.rules[1:]),
        )
    with database.write() as session:
        publish(session, dumps(rules), "for tests")
    said = words(visit("/"))
    if more == "a source that a rule rests on":
        assert "drawn from 3 documents" in said
    else:
        assert f"drawn from two documents, “{both[0]}”, “{both[1]}”" in said


def test_every_claim_of_the_starter_is_listed_and_has_a_page(visit: Visit) -> None:
    listed = {str(link["href"]) for link in visit("/claims").select("a.id")}
    claims = starter.rule_set().claims
    assert listed == {f"/claims/{claim.id}" for claim in claims}
    for claim in claims:
        page = visit(f"/claims/{claim.id}")
        assert text_of(page.h1) == claim.text
        assert claim.place in words(page)


def test_every_rule_of_the_starter_has_a_page_with_its_claims(visit: Visit) -> None:
    for rule in starter.rule_set().rules:
        page = visit(f"/rules/{rule.key}")
        assert rule.because in words(page)
        assert {str(link["href"]) for link in page.select("a.id")} == {f"/claims/{id}" for id in rule.sources}  # noqa: A001


@pytest.mark.usefixtures("small_in_force")
def test_a_claim_says_where_it_stands_how_firmly_and_what_uses_it(visit: Visit) -> None:
    page = visit("/claims/S.2")
    for expected in (
        "page 2",
        "Softly: usually, often or likely.",
        "The page is torn.",
        "On work.",
        "When the answer to “What does it take?” is “An expert”, it adds 1 point towards KPO.",
        "Where our sources disagree: Whether everyday skills do",
        "It files “Legal work” under KPO",
    ):
        assert expected in words(page)


def test_a_claim_leads_to_where_it_can_be_read_and_to_nothing_that_is_no_page(
    visit: Visit, database: Database, small: RuleSet
) -> None:
    links = ("https://example.org/a?b=1&c=2", "javascript:alert(1)", "data:text/html,x", "www.example.org")
    first, *others = small.claims
    with database.write() as session:
        publish(session, dumps(replace(small, claims=(replace(first, links=links), *others))), "Links.")
    page = visit(f"/claims/{first.id}")
    (link,) = [link for link in page.select("main a") if not str(link["href"]).startswith("/")]
    assert (link["href"], link["rel"]) == (links[0], "noreferrer")
    assert text_of(link) == "A page on example.org"
    assert "It leads away from here, to a page that is not ours: it may be a copy or a summary" in words(page)
    assert "Where it can be read We know no public address of it." in words(visit(f"/claims/{others[0].id}"))


def test_a_claim_of_a_public_document_leads_to_it_and_says_what_a_reader_gets(visit: Visit) -> None:
    for path in ("/claims/D1.02", "/claims"):
        page = visit(path)
        assert "A comparison page of 2021; we hold a copy." in words(page)
        assert page.select_one("main a[href='https://fidgetsmilewave.com/?post=9730']")
    assert "A blog post for business owners, with two readers' comments; we hold a copy." in words(
        visit("/claims/D2.04")
    )


def test_a_claim_names_the_risks_that_rest_on_it(visit: Visit) -> None:
    risk = starter.rule_set().risks[0]
    assert f"What tends to go wrong: {risk.title}" in words(visit(f"/claims/{risk.sources[0]}"))


@pytest.mark.usefixtures("small_in_force")
def test_a_claim_shows_what_argues_against_it(visit: Visit) -> None:
    page = visit("/claims/S.2")
    assert [str(link["href"]) for link in page.select("ul.claims a.id")] == ["/claims/S.1"]
    assert "We went by what you said." in words(page)
    assert "Nothing in our sources argues against this claim." in words(visit("/claims/S.3"))


@pytest.mark.usefixtures("small_in_force")
def test_general_guidance_is_labelled(visit: Visit) -> None:
    assert "General guidance, not from our sources" in words(visit("/claims/G.1"))
    assert "Before you act: Write it down" in words(visit("/claims/G.1"))


@pytest.mark.usefixtures("small_in_force")
def test_a_rule_reads_as_a_sentence(visit: Visit) -> None:
    page = visit("/rules/written-down")
    assert "the answer to “Are the steps written down?” is “Yes, all of them”" in words(page)
    assert "and the answer to “What does it take?” is “Everyday skills”" in words(page)
    assert "adds 1 point towards BPO" in words(page)
    assert "the answer to “How many cases are there in a month?” is at least 1,000" in words(visit("/rules/many-cases"))


@pytest.mark.usefixtures("small_in_force")
def test_the_sum_lists_every_answer_with_what_it_adds(visit: Visit) -> None:
    page = visit("/how-the-sum-works")
    rows = {text_of(row.th): text_of(row.td) for row in page.select(".asked-of tbody tr")}
    assert rows["Core"] == "+4 Keep in-house"
    assert rows["Not core"] == "Nothing"
    assert rows["Everyday skills"].startswith(
        "+1 BPO only if “Whether they are written down” is “Yes, all of them” +1 BPO"
    )
    assert rows["0 to 999"] == "Nothing"
    assert rows["1,000 to 5,000"] == "+1 BPO"
    assert rows["None of these"] == "Nothing"


@pytest.mark.usefixtures("small_in_force")
def test_the_sum_shows_both_tables_in_words(visit: Visit) -> None:
    page = visit("/how-the-sum-works")
    for expected in (
        "4 points or more for keeping it in-house",
        "2 points or fewer for BPO and KPO together",
        "BPO is ahead by 4 points or more",
        "KPO is ahead by 4 points or more",
        "In all other cases",
    ):
        assert expected in words(page)


def test_the_sum_names_every_question_of_the_starter(visit: Visit) -> None:
    page = words(visit("/how-the-sum-works"))
    for question in starter.rule_set().questions:
        if question.section != "name":
            assert question.text in page
            for option in question.options:
                assert option.label in page


def test_the_pages_of_a_version_stay_as_they_were(visit: Visit, database: Database, small: RuleSet) -> None:
    with database.write() as session:
        number = publish(session, dumps(small), "for tests").number
        publish(session, dumps(small).replace("Fixed work suits BPO.", "Something else."), "changed")
    page = visit(f"/versions/{number}/claims/S.1")
    assert text_of(page.h1) == "Fixed work suits BPO."
    assert "It is no longer in force." in words(page)
    assert {str(link["href"]) for link in page.select("ul.rules a")} >= {f"/versions/{number}/rules/set-steps"}
    assert text_of(visit("/claims/S.1").h1) == "Something else."
    assert "no longer in force" not in words(visit("/claims/S.1"))


@pytest.mark.parametrize(
    "path",
    [
        "/claims/D9.99",
        "/rules/nothing",
        "/versions/99/claims",
        "/versions/0/claims",
        f"/versions/{10**30}/claims",
        "/versions/-1/claims",
        "/claims/%F0%9F%98%80",
    ],
)
def test_p12_what_is_not_there_is_not_found(visit: Visit, path: str) -> None:
    visit(path, 404)


def test_a_rule_set_without_test_cases_has_pages_too(visit: Visit, database: Database, small: RuleSet) -> None:
    with database.write() as session:
        publish(session, dumps(replace(small, cases=())), "for tests")
    visit("/")
    visit("/how-the-sum-works")
