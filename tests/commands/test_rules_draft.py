"""`advisor rules check` and `advisor rules export` on the draft, by its word."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from advisor import starter
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.models import AuditEvent, Database
from advisor.models import draft as drafts
from advisor.models.audit import OPERATOR
from tests.commands.conftest import Advisor
from tests.exchange.samples import SMALL_FILE, read_rule_set

RULES = starter.rule_set()
REWORDED = replace(RULES, rules=(replace(RULES.rules[0], because="Said otherwise."), *RULES.rules[1:]))


def put(database: Database, rules: RuleSet) -> None:
    with database.write() as session:
        drafts.start(session, OPERATOR)
        drafts.edit(session, OPERATOR, lambda _rules: rules, kind="draft changed", what="rules")


def test_the_draft_is_checked_by_its_word(advisor: Advisor, database: Database) -> None:
    assert "There is no draft." in advisor("rules", "check", "draft", status=1).stderr
    put(database, REWORDED)
    assert "The draft: nothing blocks." in advisor("rules", "check", "draft").stdout


def test_what_blocks_the_draft_is_named(advisor: Advisor, database: Database) -> None:
    cited = RULES.rules[0].sources[0]
    put(database, replace(RULES, claims=tuple(claim for claim in RULES.claims if claim.id != cited)))
    assert f"“{cited}”, which is not a claim." in advisor("rules", "check", "draft", status=1).stdout
    assert "The draft cannot be used as rules:" in advisor("rules", "export", "draft", status=1).stderr


def test_s20_the_draft_is_written_to_a_file_and_the_record_says_so_once(advisor: Advisor, database: Database) -> None:
    put(database, REWORDED)
    advisor("rules", "export", "draft", "-o", "mine.xlsx")
    assert read_rule_set(Path("mine.xlsx").read_bytes()) == REWORDED
    with database.read() as session:
        told = list(session.scalars(select(AuditEvent).where(AuditEvent.kind == "rules exported")))
    assert [(act.what, act.version, act.why) for act in told] == [("draft", 1, "As xlsx")]


def test_a_file_of_that_name_is_taken_as_before(advisor: Advisor, database: Database) -> None:
    put(database, REWORDED)
    Path("draft").write_bytes(SMALL_FILE.read_bytes())
    assert advisor("rules", "check", "draft").stdout.splitlines()[-1].startswith("draft: nothing blocks.")


def test_the_draft_is_never_imported_by_its_word(advisor: Advisor, database: Database) -> None:
    put(database, REWORDED)
    assert "draft cannot be read" in advisor("rules", "import", "draft", status=1).stderr


def test_a_failing_case_of_the_draft_says_which_change_makes_it_fail(advisor: Advisor, database: Database) -> None:
    case = next(case for case in RULES.cases if not case.parts)
    first = evaluate(RULES, case.answers).matched[0]
    weaker = tuple(rule for rule in RULES.rules if rule.key != first.key)
    wrong = Outcome.KPO if case.outcome is Outcome.BPO else Outcome.BPO
    cases = tuple(replace(it, outcome=wrong, kind=None) if it is case else it for it in RULES.cases)
    put(database, replace(RULES, rules=weaker, cases=cases))
    said = advisor("rules", "check", "draft", status=1).stdout
    told = said[said.index(f"Test case {case.key} comes out as") :]
    assert "Under Version 1 it came out as" in told
    assert f"    gone: {first.key}, " in told
    assert "combinations of complete answers" in said
