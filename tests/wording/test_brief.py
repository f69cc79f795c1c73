"""What a brief holds, over all test cases of the starter rules: sources for each line, and nothing private."""

import re
from dataclasses import replace

from flask import Flask

from advisor import starter
from advisor.engine.model.vocabulary import BriefSection
from advisor.wording.brief import apply_edits, compose, compose_anew
from tests.processes.brief.conftest import CASES, item_of

RULES = starter.rule_set()
PRIVATE = frozenset({"aims", "cost_known", "edge", "owner", "providers", "who_now", "exposure"})
"""Questions on what an owner wants, pays, fears or lacks."""
WEAK = frozenset({"aims", "cost_known", "in_house", "owner", "who_now"})
"""Those of them that a question to a provider would give away, where it rests on nothing else."""


def test_each_line_of_each_case_has_a_source_and_fits_two_sheets(app: Flask) -> None:
    claims = {claim.id for claim in RULES.claims}
    longest = 0
    with app.test_request_context():
        for key, case in CASES.items():
            brief = compose(RULES, item_of(case))
            assert brief == compose(RULES, item_of(case))
            assert bool(brief.lines) == (case.outcome in {"bpo", "kpo", "both"}), key
            for line in brief.all_lines:
                assert line.origin
                assert line.sources or line.origin.startswith("advice/"), (key, line)
                assert set(line.sources) <= claims
            words = [line.text for line in brief.all_lines]
            assert len(words) == len(set(words)), key
            longest = max(longest, sum(len(text) + len(" (G.00, G.00)") for text in words))
            if brief.lines:
                blank = set(BriefSection) - set(brief.lines)
                assert blank <= {BriefSection.RISKS}, f"{key}: only where nothing tends to go wrong"
    assert longest < 2 * 60 * 90, "two sheets of sixty rows"


def test_no_line_looks_at_what_a_provider_is_not_to_know() -> None:
    for item in RULES.guidance:
        looked_at = {condition.question for condition in item.when}
        assert item.brief is None or not looked_at & PRIVATE, item.key
    for risk in RULES.risks:
        shown_by = [{condition.question for condition in group} for group in risk.shows]
        assert not risk.asks or any(not group & WEAK for group in shown_by), risk.key


def test_no_line_speaks_of_the_owner_as_you_nor_names_points() -> None:
    texts = [item.text for item in RULES.guidance if item.brief] + [ask for risk in RULES.risks for ask in risk.asks]
    for text in texts:
        assert text.endswith((".", "?")), text
        assert not re.search(r"\b(your own people|another firm does|points?)\b", text), text
        assert len(text) <= 160, text


def test_parts_are_named_and_what_stays_is_said(app: Flask) -> None:
    case = next(case for case in CASES.values() if len(case.parts) > 1 and case.outcome == "both")
    with app.test_request_context():
        brief = compose(RULES, item_of(case))
    names = [part.part for part in case.parts]
    told = " ".join(line.text for line in brief.all_lines)
    assert all(f"“{name}”" in told for name in names)


def test_text_that_is_not_touched_gives_the_same_brief_and_composing_the_same_anew_changes_nothing(app: Flask) -> None:
    with app.test_request_context():
        for case in CASES.values():
            brief = compose(RULES, item_of(case))
            texts = {section: "\n".join(line.text for line in brief.of(section)) for section in brief.sections}
            again = apply_edits(brief, brief, brief.title, texts)
            assert again.plain() == brief.plain()
            assert compose_anew(again, brief, brief).plain() == brief.plain()


def test_rules_without_lines_of_a_brief_tell_the_help_and_what_stays_and_leave_the_rest_to_its_owner(
    app: Flask,
) -> None:
    silent = replace(RULES, guidance=(), risks=())
    with app.test_request_context():
        for case in CASES.values():
            brief = compose(silent, item_of(case))
            assert set(brief.lines) <= {BriefSection.HELP, BriefSection.STAYS}
            assert (BriefSection.HELP in brief.lines) == (case.outcome in {"bpo", "kpo", "both"})
