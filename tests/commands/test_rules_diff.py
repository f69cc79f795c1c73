"""`advisor rules diff`: what differs, word by word, and what that does."""

import re
from dataclasses import replace
from pathlib import Path

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.evaluation.evaluate import evaluate
from advisor.engine.model.operators import Answer, AnswerType
from advisor.engine.model.rules import Push, RuleSet
from advisor.engine.model.vocabulary import Side
from advisor.models import Database
from advisor.models.audit import OPERATOR
from advisor.models.rule_sets import draft as drafts
from tests.commands.conftest import Advisor
from tests.engine.evaluation.test_compare import with_rule
from tests.exchange.samples import SMALL

RULES = starter.rule_set()
RULE = RULES.rules[0]
WEAKER = with_rule(RULES, RULE.key, replace(RULE, push=Push(Side.KPO, 1), because=f"{RULE.because} Perhaps."))


def write_rules(folder: Path, rules: RuleSet) -> Path:
    file = folder / "rules.json"
    file.write_text(dumps(rules))
    return file


def answer_of(key: str, cell: str) -> Answer:
    """What a cell of such a list says to a question of the starter rules, none of which asks for a number."""
    question = RULES.question(key)
    assert question is not None
    if question.type is AnswerType.CHOICE:
        return cell
    return () if cell == "none" else tuple(cell.split(";"))


def test_a_version_and_a_file_are_compared_word_by_word_and_by_what_that_does(advisor: Advisor, tmp_path: Path) -> None:
    said = advisor("rules", "diff", "1", write_rules(tmp_path, WEAKER)).stdout
    assert said.startswith("From: Version 1\nTo: rules.json\n\n")
    assert f"Changed: rules/{RULE.key}" in said
    assert "{+ Perhaps.+}" in said
    assert re.search(r"\d% of all [\d,]+ complete sets of answers, for a process in one piece, get another", said)
    shown = re.search(r"-> .*\n    Shown by: (.*)", said)
    assert shown is not None
    answers = {key: answer_of(key, cell) for key, cell in (pair.split("=") for pair in shown[1].split())}
    outcomes = {evaluate(rules, answers).outcome for rules in (RULES, WEAKER)}
    assert len(outcomes) == 2


def test_the_draft_is_named_by_its_word(advisor: Advisor, database: Database) -> None:
    assert "There is no draft." in advisor("rules", "diff", "1", "draft", status=1).stderr
    with database.write() as session:
        drafts.start(session, OPERATOR)
        drafts.edit(session, OPERATOR, lambda _rules: WEAKER, kind="draft changed", what="rules")
    assert "To: The draft" in advisor("rules", "diff", "1", "draft").stdout


def test_other_words_change_no_advice(fresh: Advisor, tmp_path: Path) -> None:
    reworded = with_rule(SMALL, SMALL.rules[0].key, replace(SMALL.rules[0], because="Said otherwise."))
    (tmp_path / "small.json").write_text(dumps(SMALL))
    said = fresh("rules", "diff", "small.json", write_rules(tmp_path, reworded)).stdout
    assert "This changes no advice: all that decides is the same (proved)." in said


def test_a_risk_is_compared_word_by_word_and_its_groups_are_told_apart(advisor: Advisor, tmp_path: Path) -> None:
    risk = next(risk for risk in RULES.risks if len(risk.shows) > 1)
    joined = replace(risk, title=f"{risk.title} at last", shows=((*risk.shows[0], *risk.shows[1]), *risk.shows[2:]))
    others = tuple(joined if other is risk else other for other in RULES.risks)
    said = advisor("rules", "diff", "1", write_rules(tmp_path, replace(RULES, risks=others))).stdout
    assert f"Changed: risks/{risk.key}" in said
    assert f"title: {risk.title}{{+ at last+}}" in said
    assert "[-or-]{+and+}" in said


def test_equal_rules_differ_in_nothing(advisor: Advisor) -> None:
    assert advisor("rules", "diff", "1", "1").stdout == "From: Version 1\nTo: Version 1\n\nNothing differs.\n"


def test_what_is_not_there_ends_with_1(advisor: Advisor) -> None:
    assert "There is no version 9" in advisor("rules", "diff", "1", "9", status=1).stderr
    assert "cannot be read" in advisor("rules", "diff", "nothing.toml", "1", status=1).stderr


def test_a_number_that_no_version_has_is_answered_in_words(advisor: Advisor) -> None:
    assert (
        "There is no version 99999999999 of the rules." in advisor("rules", "diff", "1", "99999999999", status=1).stderr
    )
    for name in ("9" * 5_000, "１", "²"):
        assert "cannot be read" in advisor("rules", "diff", "1", name, status=1).stderr


def test_every_kind_of_file_that_rules_are_read_from_can_be_compared(fresh: Advisor, tmp_path: Path) -> None:
    (tmp_path / "small.json").write_text(dumps(SMALL))
    fresh("rules", "export", "small.json", "-o", "small.toml")
    fresh("rules", "export", "small.json", "-o", "small.xlsx")
    for name in ("small.json", "small.toml", "small.xlsx"):
        assert "Nothing differs." in fresh("rules", "diff", "small.json", name).stdout
        piped = fresh("rules", "diff", "small.json", "-", sent=(tmp_path / name).read_bytes()).stdout
        assert piped == "From: small.json\nTo: standard input\n\nNothing differs.\n"
    (tmp_path / "3").write_text(dumps(SMALL))
    assert "To: 3\n\nNothing differs." in fresh("rules", "diff", "small.json", "./3").stdout
    assert "There is no version 3" in fresh("rules", "diff", "small.json", "3", status=1).stderr


def test_a_file_named_draft_is_taken_as_every_other_command_takes_it(advisor: Advisor, tmp_path: Path) -> None:
    (tmp_path / "draft").write_text(dumps(RULES))
    assert "To: draft\n" in advisor("rules", "diff", "1", "draft").stdout
