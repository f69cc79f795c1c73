"""`advisor rules`: check, show, export, import and schema."""

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from advisor import starter
from advisor.engine.document.document import dumps, parse, to_plain
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.policy import Bound, LeaveRow
from advisor.engine.model.row_sentences import with_sentences
from advisor.engine.model.vocabulary import Leave, Measure, Side, State
from advisor.models import Database, RuleSetVersion
from advisor.models.rule_sets.rule_set_version import in_force, versions
from tests.benchmarks.rule_generator import generate_rules
from tests.commands.conftest import Advisor
from tests.exchange.samples import SMALL, SMALL_FILE, read_rule_set
from tests.rule_sets.crowded_rules import crowded_rules
from tests.rule_sets.drafts import without_keep

BROKEN = [
    ('sources = ["S.2"]\nwhen', 'sources = ["S.9"]\nwhen', "rules/steps-open"),
    ('{ question = "edge", test', '{ question = "egde", test', "rules/core-stays"),
    ('values = ["phone"] }]\n\n[[rules]]', 'values = ["fax"] }]\n\n[[rules]]', "questions/calls"),
]


def numbers(database: Database) -> list[int]:
    with database.read() as session:
        return [version.number for version in session.scalars(versions())]


def broken_file(folder: Path) -> Path:
    """A rule set that can be read, and could not work, for three reasons."""
    text = SMALL_FILE.read_text()
    for sound, wrong, _ in BROKEN:
        assert sound in text
        text = text.replace(sound, wrong)
    file = folder / "broken.toml"
    file.write_text(text)
    return file


def test_the_rules_in_force_have_no_problem(advisor: Advisor) -> None:
    lines = advisor("rules", "check").stdout.splitlines()
    assert lines[-1].startswith("Version 1: nothing blocks. All ")
    assert not [line for line in lines if line.startswith("Blocks")]


def test_check_counts_every_combination_and_gives_the_share_of_each_outcome(fresh: Advisor) -> None:
    lines = fresh("rules", "check").stdout.splitlines()
    start = next(place for place, line in enumerate(lines) if line.endswith("of complete answers were counted:"))
    number = int(lines[start].split()[1].replace(",", ""))
    counts = [int(line.split()[-1].replace(",", "")) for line in lines[start + 1 : start + 6]]
    assert sum(counts) == number
    assert [line[2:16].strip() for line in lines[start + 1 : start + 6]] == [
        "BPO",
        "KPO",
        "both",
        "keep in-house",
        "unclear",
    ]


def test_check_gives_an_estimate_first_where_counting_takes_longer_than_a_second(fresh: Advisor) -> None:
    grown = crowded_rules()  # less some rules: with all of them one share is the one in a hundred that lies outside
    result = fresh("rules", "check", "-", sent=dumps(replace(grown, rules=grown.rules[:350], cases=())))
    first, *estimated = result.stderr.splitlines()[:6]
    assert first.startswith("Estimate from 65,536 of 1,019,215,872,000,000 combinations")
    assert "with 99% intervals" in first
    counted = result.stdout.splitlines()[-6:-1]
    assert [line[:16] for line in estimated] == [line[:16] for line in counted]
    for before, after in zip(estimated, counted, strict=True):
        low, high = (float(share.rstrip("%")) for share in before.split("  ")[-1].split(" to "))
        exact = float(after[16:32].rstrip("%"))
        assert low <= exact <= high
    assert "Estimate" not in result.stdout
    assert "Estimate" not in fresh("rules", "check").stderr


def test_check_shows_by_answers_what_it_found_among_the_combinations(fresh: Advisor) -> None:
    made = generate_rules(12, questions=5)
    out_of_reach = (LeaveRow((Bound(Measure.KEEP, at_least=500),), Leave.KEEP, "Never."), *made.leave[1:])
    twice = (*made.rules, replace(made.rules[0], key="again", push=replace(made.rules[0].push, side=Side.KPO)))
    first = replace(made.rules[0], push=replace(made.rules[0].push, side=Side.BPO))
    rule_set = replace(made, leave=out_of_reach, rules=(first, *twice[1:]))
    result = fresh("rules", "check", "-", sent=dumps(rule_set), status=1)
    assert "Blocks: leave: No answers lead to the advice “Keep in-house for now”." in result.stdout
    lines = result.stdout.splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("Look at: rules/again/when"))
    shown = dict(pair.split("=") for pair in lines[place + 1].removeprefix("  Shown by: ").split())
    assert {"again", first.key} <= {
        finding.rule.key for finding in evaluate(rule_set, shown).findings if finding.state is State.MATCHED
    }
    assert "nothing blocks" not in result.stdout


def test_check_names_every_problem_of_a_file_with_its_place(fresh: Advisor, tmp_path: Path) -> None:
    result = fresh("rules", "check", broken_file(tmp_path), status=1)
    for _, _, place in BROKEN:
        assert f"Blocks: {place}" in result.stdout


def test_check_names_every_problem_of_form(fresh: Advisor) -> None:
    document = to_plain(SMALL)
    document["rules"][0]["push"]["points"] = 9
    del document["limits"]
    document["extra"] = 1
    result = fresh("rules", "check", "-", sent=json.dumps(document), status=1)
    assert "rules/core-stays/push/points" in result.stdout
    assert "extra" in result.stdout


@pytest.mark.parametrize("command", ["check", "import"])
def test_too_much_is_refused_with_the_limit_and_nothing_else_is_looked_at(fresh: Advisor, command: str) -> None:
    questions = tuple(replace(SMALL.questions[0], key=f"q{number}", text="") for number in range(201))
    sent = dumps(replace(SMALL, questions=questions))
    said = fresh("rules", command, "-", sent=sent, status=1)
    assert "The rule set has 201 questions; 200 is the most." in said.stdout + said.stderr
    assert (said.stdout + said.stderr).count("Blocks: ") <= 1


def test_check_runs_the_test_cases(fresh: Advisor) -> None:
    text = SMALL_FILE.read_text().replace('outcome = "keep"\nkind = "kpo"', 'outcome = "keep"\nkind = "bpo"')
    result = fresh("rules", "check", "-", sent=text, status=1)
    assert (
        "Blocks: cases/core: “The recipe” should come out as “Keep in-house for now” with kind “BPO”" in result.stdout
    )
    assert "comes out as “Keep in-house for now” with kind “KPO”" in result.stdout


@pytest.mark.parametrize("command", ["check", "show", "export", "import"])
@pytest.mark.parametrize("sent", [b"", b"{", b"a = ", b"\xff\xfe", b"<html>"])
def test_i8_a_file_that_is_no_rule_set_ends_with_1(fresh: Advisor, command: str, sent: bytes) -> None:
    result = fresh("rules", command, "-", sent=sent, status=1)
    assert "standard input" in result.stderr
    assert result.stdout == ""


def test_show_says_each_question_rule_risk_and_policy_row_in_words(advisor: Advisor) -> None:
    text = advisor("rules", "show").stdout
    assert text.startswith("Version 1, published 20")
    for question in starter.rule_set().questions:
        assert question.text in text
    for rule in starter.rule_set().rules:
        assert f"{rule.key}: {rule.push.points} point" in text
        assert rule.because in text
    for risk in starter.rule_set().risks:
        assert f"{risk.key}: {risk.title}.\n    {risk.happens}\n    Shows when " in text
        assert all(f"    - {action}\n" in text for action in risk.actions)
    rules = starter.rule_set()
    for says in [it.says for it in with_sentences(rules.leave)] + [it.says for it in with_sentences(rules.kind)]:
        assert says in text


@pytest.mark.parametrize("file_format", ["json", "toml", "xlsx"])
def test_what_is_exported_can_be_imported_and_is_in_force_already(
    advisor: Advisor, database: Database, file_format: str
) -> None:
    out = f"rules.{file_format}"
    advisor("rules", "export", "-o", out)
    again = advisor("rules", "export", "--format", file_format).stdout_bytes
    assert read_rule_set(again) == read_rule_set(Path(out).read_bytes())
    assert "in force already, as version 1. Nothing was published." in advisor("rules", "import", out).stdout
    assert numbers(database) == [1]


def test_a_file_is_converted_from_one_format_to_the_other(fresh: Advisor) -> None:
    fresh("rules", "export", SMALL_FILE, "-o", "small.json")
    assert parse(Path("small.json").read_bytes()) == SMALL
    fresh("rules", "export", "small.json", "-o", "again.toml")
    assert read_rule_set(Path("again.toml").read_bytes()) == SMALL


def test_p5_import_publishes_a_new_version_and_the_old_one_stays(advisor: Advisor, database: Database) -> None:
    before = advisor("rules", "export", "--version", "1").stdout
    told = advisor("rules", "import", SMALL_FILE, "--note", "Fewer questions").stdout
    assert told == "Published as version 2, in force now.\n"
    with database.read() as session:
        version = in_force(session)
        assert (version.number, version.note) == (2, "Fewer questions")
        assert parse(version.document) == SMALL
    assert advisor("rules", "export", "--version", "1").stdout == before
    assert json.loads(advisor("evaluate", "-", sent="{}").stdout)["rules_version"] == 2
    assert "small.toml" not in advisor("rules", "show", "--version", "1").stdout
    advisor("rules", "export", "--version", "1", "-o", "back.json")
    assert "version 3" in advisor("rules", "import", "back.json").stdout


def test_import_publishes_nothing_where_anything_blocks(advisor: Advisor, database: Database, tmp_path: Path) -> None:
    result = advisor("rules", "import", broken_file(tmp_path), status=1)
    for _, _, place in BROKEN:
        assert place in result.stderr
    failing = SMALL_FILE.read_text().replace('outcome = "bpo"', 'outcome = "kpo"')
    result = advisor("rules", "import", "-", sent=failing, status=1)
    assert "cases/routine: “Keying” should come out as “KPO”, and comes out as “BPO”." in result.stderr
    assert numbers(database) == [1]


def test_p9_import_publishes_nothing_where_an_outcome_is_out_of_reach(advisor: Advisor, database: Database) -> None:
    Path("far.json").write_text(dumps(without_keep()))
    refused = advisor("rules", "import", "far.json", status=1)
    assert "No answers lead to the advice “Keep in-house for now”." in refused.stderr
    assert numbers(database) == [1]


@pytest.mark.parametrize("note", ["a\nb", "\x1b[2J", "x" * 201])
def test_i3_a_note_that_cannot_be_stored_is_refused(advisor: Advisor, database: Database, note: str) -> None:
    assert "The note" in advisor("rules", "import", SMALL_FILE, "--note", note, status=2).stderr
    assert numbers(database) == [1]


def test_import_needs_a_database_and_says_how_to_get_one(fresh: Advisor) -> None:
    assert "advisor migrate" in fresh("rules", "import", SMALL_FILE, status=1).stderr


def test_a_version_that_is_not_there_ends_with_1_and_what_is_none_with_2(advisor: Advisor) -> None:
    for command in ("show", "export"):
        assert "There is no version 9" in advisor("rules", command, "--version", "9", status=1).stderr
        advisor("rules", command, "--version", "0", status=2)
        advisor("rules", command, "--version", "9" * 30, status=2)
        advisor("rules", command, str(SMALL_FILE), "--version", "1", status=2)


def test_the_schema_accepts_the_rule_sets_and_refuses_what_is_none(fresh: Advisor) -> None:
    schema = Draft202012Validator(json.loads(fresh("rules", "schema").stdout))
    for rule_set in (starter.rule_set(), SMALL):
        schema.validate(to_plain(rule_set))
    assert not schema.is_valid({**to_plain(SMALL), "extra": 1})


def test_a_database_of_another_release_is_not_read(advisor: Advisor, database: Database) -> None:
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'other'")
        assert session.get(RuleSetVersion, 1) is not None
    result = advisor("questions", status=1)
    assert "advisor migrate" in result.stderr
    assert result.stdout == ""


def test_the_model_for_other_engines_says_which_version_it_is(advisor: Advisor) -> None:
    advisor("rules", "export", "-o", "rules.dmn")
    model = Path("rules.dmn").read_text()
    assert model == advisor("rules", "export", "--format", "dmn").stdout
    assert "https://www.omg.org/spec/DMN/20191111/MODEL/" in model
    assert "These rules: Version 1" in model
    assert "rules.dmn" in advisor("rules", "import", "rules.dmn", status=1).stderr


def test_plain_tables_for_simple_readers_say_what_is_lost(advisor: Advisor) -> None:
    written = advisor("rules", "export", "--dmn-plain", "-o", "plain.dmn")
    assert written.stderr.startswith("Of this plain form are lost: which rules matched")
    model = Path("plain.dmn").read_text()
    assert written.stderr.strip() in model
    assert "http://www.omg.org/spec/DMN/20151101/dmn.xsd" in model
    assert model == advisor("rules", "export", "--format", "dmn", "--dmn-plain").stdout
    assert "cannot be read back" in advisor("rules", "import", "plain.dmn", status=1).stderr
    for other in (["--format", "json"], ["-o", "rules.toml"]):
        assert (
            "is a form of the format dmn, not of" in advisor("rules", "export", "--dmn-plain", *other, status=2).stderr
        )


def test_i8_problems_of_a_workbook_are_named_by_sheet_and_cell_by_check_and_by_import(
    advisor: Advisor, database: Database
) -> None:
    advisor("rules", "export", SMALL_FILE, "-o", "small.xlsx")
    book = openpyxl.load_workbook("small.xlsx")
    book["Rules"]["C2"] = 9
    book["Policy"]["D2"] = "many"
    book.save("small.xlsx")
    wanted = ("sheet Rules, cell C2: ", "sheet Policy, cell D2: “many” is not a range of points.")
    checked = advisor("rules", "check", "small.xlsx", status=1).stdout
    refused = advisor("rules", "import", "small.xlsx", status=1).stderr
    assert [words for words in wanted if words not in checked or words not in refused] == []
    assert numbers(database) == [1]


def test_check_proves_all_the_same_where_test_cases_fail_and_says_why_they_do(fresh: Advisor) -> None:
    text = SMALL_FILE.read_text().replace('outcome = "keep"\nkind = "kpo"', 'outcome = "keep"\nkind = "bpo"')
    sound = fresh("rules", "check", SMALL_FILE).stdout.splitlines()
    failing = fresh("rules", "check", "-", sent=text, status=1).stdout.splitlines()
    start = failing.index(next(line for line in failing if line.startswith("Test case core comes out as")))
    case = next(case for case in SMALL.cases if case.key == "core")
    matched = [rule.key for rule in evaluate(SMALL, case.answers).matched_rules]
    assert matched
    assert [line.split(",")[0].strip() for line in failing[start + 1 : start + 1 + len(matched)]] == matched
    proved = [line for line in sound if not line.startswith("standard input: nothing blocks")][:-1]
    assert proved
    assert set(proved) <= set(failing), "what is proved does not hang on the test cases"


def test_show_and_export_take_the_number_of_a_version_as_diff_does(advisor: Advisor) -> None:
    assert advisor("rules", "show", "1").stdout == advisor("rules", "show", "--version", "1").stdout
    assert advisor("rules", "export", "1").stdout == advisor("rules", "export", "--version", "1").stdout
    assert "There is no version 99" in advisor("rules", "show", "99", status=1).stderr
    assert "cannot be read" in advisor("rules", "show", "./99", status=1).stderr


def test_rules_go_out_as_sql_for_the_engine_that_is_named(advisor: Advisor, tmp_path: Path) -> None:
    file = tmp_path / "rules.sql"
    advisor("rules", "export", "-o", file, "--dialect", "spark", "--table", "lake.answers", "--key", "day")
    written = file.read_text()
    assert written.startswith("-- These rules: Version 1\n")
    assert "FROM lake.answers" in written
    assert "decision.`day` AS `day`" in written
    to_standard = advisor(
        "rules", "export", "--format", "sql", "--dialect", "duckdb", "--combined", "--unquoted"
    ).stdout
    assert "GROUP BY part_advice.process)" in " ".join(to_standard.split()).replace(" )", ")")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "sql"], "name its --dialect, one of bigquery, duckdb, postgres, spark."),
        (["--format", "json", "--table", "x"], "--table is of the format sql, not of json."),
        (["--combined"], "--combined is of the format sql, not of json."),
        (["--format", "sql", "--dialect", "duckdb", "--combined", "--reasons"], "leave --reasons out, or --combined."),
    ],
)
def test_options_of_sql_that_do_not_go_together_are_refused(fresh: Advisor, options: list[str], said: str) -> None:
    assert said in fresh("rules", "export", *options, status=2).stderr


def test_what_cannot_be_a_query_is_told(fresh: Advisor) -> None:
    as_sql = ("rules", "export", "--format", "sql", "--dialect", "duckdb")
    assert "--table: “a, b” cannot stand behind FROM." in fresh(*as_sql, "--table", "a, b", status=1).stderr
    assert "--key: “edge” is a question that decides." in fresh(*as_sql, "--key", "edge", status=1).stderr
