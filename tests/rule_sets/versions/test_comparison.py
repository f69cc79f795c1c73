"""What a draft or a version does to the advice: the share that moves, from what to what, each with a witness."""

import re
from dataclasses import replace

from advisor.engine.analysis.proofs.one_rule import effect
from advisor.engine.document import edit
from advisor.engine.document.document import dumps
from advisor.engine.model.answers import WorkItem
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.exchange.recommendation import recommend
from advisor.models import Database
from advisor.models.rule_sets.rule_set_version import publish, rule_set
from advisor.rule_sets.preview.preview_state import read_state
from advisor.wording.advice.verdict import verdict_words
from advisor.wording.values import count_words, percent
from advisor.wording.values import plain_percent as said_by_the_command_line
from tests.operating.test_migrate import dump
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.drafts import store_draft
from tests.visiting import text_of


def without_rule(rules: RuleSet, key: str) -> RuleSet:
    return replace(rules, rules=tuple(rule for rule in rules.rules if rule.key != key))


def publish_without_rule(database: Database, key: str = "edge-vital") -> tuple[RuleSet, RuleSet]:
    """Publish a version without one rule; give the two."""
    with database.write() as session:
        old = rule_set(session, 1)
        new = without_rule(old, key)
        publish(session, dumps(new), "One rule less")
    return old, new


def test_what_the_draft_does_is_counted_exactly_and_each_move_has_its_witness(admin: Admin, database: Database) -> None:
    old, new = publish_without_rule(database)
    found = effect(old, new)
    assert found is not None
    admin.open("/admin/rules/compare?old=1&new=2")
    assert f"{percent(found.share(found.changed_outcomes))} of all sets of answers get another outcome." in admin.text
    assert "Exact: every complete set of answers was counted, for a process in one piece." in admin.text
    assert f"There are {count_words(found.space)}." in admin.text
    links = [str(link["href"]) for link in admin.page.select(".move-list a")]
    assert len(links) == len(found.witnesses)
    for link in links:
        given = re.search(r"given=([^&]+)", link)
        assert given is not None
        answers = read_state(given[1].replace("%2B", "+"), new, old)
        admin.open(link)
        for rules, side in zip((old, new), admin.page.select(".pair .verdict h2"), strict=True):
            assert text_of(side) == verdict_words(dict(recommend(rules, 1, WorkItem("", answers))))
        assert "Counts no longer" in admin.text


def test_the_table_says_what_every_outcome_becomes(admin: Admin, database: Database) -> None:
    old, new = publish_without_rule(database)
    found = effect(old, new)
    assert found is not None
    admin.open("/admin/rules/compare?old=1&new=2")
    said = [text_of(cell) for cell in admin.page.select(".move-table td")]
    outcomes = [outcome for outcome in Outcome if any(outcome is was for was, _ in found.moves)]
    after = [outcome for outcome in Outcome if any(outcome is now for _, now in found.moves)]
    counts = [found.moves.get((was, now), 0) for was in outcomes for now in after]
    assert said == [percent(found.share(count)) if count else "–" for count in counts]


def test_other_words_alone_change_no_advice_and_that_is_proved(admin: Admin) -> None:
    admin.start().edit("rules/edge-vital", because="Said otherwise.")
    admin.open(f"{DRAFT}/differences")
    assert "This changes no advice." in admin.text
    assert "This is proved, not sampled." in admin.text
    assert not admin.page.select(".move-table")


def test_a_draft_that_something_blocks_is_counted_without_it_and_both_advices_are_shown(
    admin: Admin, database: Database
) -> None:
    admin.start()
    with database.read() as session:
        rules = rule_set(session, 1)
    store_draft(database, edit.remove(rules, "questions", "exposure"))
    for page in (f"{DRAFT}/differences", "/admin/rules/compare?old=1&new=draft"):
        admin.open(page)
        assert "have to be mended first. They are left out here." in admin.text
        assert "of all sets of answers get another outcome." in admin.text
    admin.open(str(admin.page.select(".move-list a")[0]["href"]))
    assert "They are left out here." in admin.text
    assert len(admin.page.select(".pair .verdict h2")) == 2


def test_a_draft_that_cannot_advise_says_why_until_it_is_mended(admin: Admin, database: Database) -> None:
    admin.start()
    with database.read() as session:
        rules = rule_set(session, 1)
    store_draft(database, replace(rules, leave=rules.leave[:-1]))
    admin.open(f"{DRAFT}/differences")
    assert "Nothing of the draft can be tried yet. No row of the first table fits" in admin.text
    admin.open("/admin/rules/compare/advices?old=1&new=draft", status=404)


def test_s4_looking_at_a_witness_keeps_and_counts_nothing(admin: Admin, database: Database) -> None:
    publish_without_rule(database)
    admin.open("/admin/rules")
    before = dump(database)
    admin.open("/admin/rules/compare/advices?old=1&new=2&given=edge.vital~complexity.simple")
    assert dump(database) == before


def test_a_witness_that_names_no_version_is_not_there(admin: Admin) -> None:
    for query in ("", "old=1", "old=1&new=9", "old=1&new=draft", "old=x&new=1"):
        admin.open(f"/admin/rules/compare/advices?{query}", status=404)


def test_a_share_is_never_rounded_to_nothing_or_all() -> None:
    shares = (0, 1e-9, 0.0069699, 0.0123, 0.5, 0.9951, 1 - 1e-9, 1)
    assert [percent(share) for share in shares] == [
        *("0%", "less than 0.01%", "0.70%", "1.2%", "50.0%", "99.51%", "more than 99.99%", "100%"),
    ]
    assert [said_by_the_command_line(share) for share in shares] == [percent(share) for share in shares]
    assert not {percent(share / 10**6) for share in range(1, 10**6, 7)} & {"0%", "0.0%", "0.00%", "100%", "100.0%"}
