"""`advisor rules check` and `advisor rules export` on the draft, by its word."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from advisor import starter
from advisor.engine.document import edit
from advisor.engine.document.document import dumps, options_of
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.rules import RuleSet
from advisor.engine.model.vocabulary import Outcome
from advisor.models import AuditEvent, Database
from advisor.models.audit import OPERATOR
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets.checks.proof_status import proof_status_of
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording.case_run import CaseRun
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
    first = evaluate(RULES, case.answers).matched_rules[0]
    weaker = tuple(rule for rule in RULES.rules if rule.key != first.key)
    wrong = Outcome.KPO if case.outcome is Outcome.BPO else Outcome.BPO
    cases = tuple(replace(it, outcome=wrong, kind=None) if it is case else it for it in RULES.cases)
    put(database, replace(RULES, rules=weaker, cases=cases))
    said = advisor("rules", "check", "draft", status=1).stdout
    told = said[said.index(f"Test case {case.key} comes out as") :]
    assert "Under Version 1 it came out as" in told
    assert f"    gone: {first.key}, " in told
    assert "combinations of complete answers" in said


def test_the_command_lists_what_the_page_does_also_where_test_cases_fail_or_cannot_be_read(
    advisor: Advisor, database: Database
) -> None:
    failing = replace(RULES.cases[0], outcome=Outcome.BPO if RULES.cases[0].outcome is Outcome.KPO else Outcome.KPO)
    unreadable = replace(RULES.cases[1], answers={**RULES.cases[1].answers, "no-such-question": "yes"})
    for cases in ((failing, *RULES.cases[1:]), (failing, unreadable, *RULES.cases[2:])):
        rules = replace(RULES, cases=cases)
        put(database, rules)
        with database.read() as session:
            status = proof_status_of(session, dumps(rules))
        assert status.blocking_problems
        assert any(problem.witness is not None for problem in status.warning), "what was proved is among them"
        found = [*status.blocking_problems, *status.warning]
        said = advisor("rules", "check", "draft", status=1).stdout.splitlines()
        listed = [line for line in said if line.startswith(("Blocks: ", "Look at: "))]
        assert listed == [f"{'Blocks' if problem.blocks else 'Look at'}: {problem}" for problem in found]
        tried = f"Test cases: 1 fails, {len(cases) - 2} pass, 1 cannot run before the problems are fixed."
        assert (tried in said) == (cases[1] is unreadable)
        assert any(line.startswith(f"Test case {failing.key} comes out as") for line in said)
        with database.write() as session:
            drafts.discard(session, OPERATOR, drafts.current_fingerprint(session))


def test_where_something_blocks_the_command_runs_the_test_cases_as_the_pages_do(
    advisor: Advisor, database: Database
) -> None:
    unclear = tuple(replace(case, outcome=Outcome.UNCLEAR) for case in RULES.cases)
    put(database, edit.remove(replace(RULES, cases=unclear), options_of("complexity"), "complex"))
    said = advisor("rules", "check", "draft", status=1).stdout
    with database.read() as session:
        workspace = DraftWorkspace.load(session)
    trial = workspace.trial
    assert trial is not None
    failing = [result.case.key for result in trial.results if not result.passed]
    assert failing
    assert f"Test cases: {CaseRun.of(trial).sentence}." in said
    assert [line.split("cases/")[1].split(":")[0] for line in said.splitlines() if "Fails without" in line] == failing
    assert all(f"Test case {key} comes out as" in said for key in failing)
    assert all(place in said.split("Left out until it is mended: ")[1] for place in trial.left_out)
    assert "The combinations of answers were not checked" in said


def test_where_nothing_can_be_tried_the_command_says_so(advisor: Advisor, database: Database) -> None:
    put(database, edit.remove(RULES, "leave", str(len(RULES.leave) - 1)))
    said = advisor("rules", "check", "draft", status=1).stdout
    assert "No test case can run before the problems are fixed." in said
