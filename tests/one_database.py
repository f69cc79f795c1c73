"""What runs on SQLite alone, and why. Everything else that has a database runs on both kinds.

These tests store nothing of their own kind: they show, in many states, what others store. Another module stores the
same rows and opens the same pages on both, and tests/web/test_ownership.py walks every route on both.
"""

ONCE = {
    "the advice page in its many states; test_questions.py, test_parts.py and test_saves.py reach it on both": (
        "assessments/result/test_what_would_change.py",
        "assessments/result/test_result.py",
        "assessments/result/test_other_ways.py",
        "assessments/result/test_no_contradictions.py",
        "assessments/result/test_layers.py",
        "assessments/questions/test_drawing.py",
    ),
    "words, links and pictures made from the rules in force; test_versions.py reads versions on both": (
        "pages/test_claims.py",
    ),
    "pages about the draft, one document in one column; test_item_page.py, test_bulk_edit.py, test_files.py and "
    "models/test_draft.py store and read it on both": (
        "rule_sets/test_cases/test_case_page.py",
        "rule_sets/test_cases/test_coverage.py",
        "rule_sets/versions/test_comparison.py",
        "rule_sets/editor/test_rule_effect.py",
        "rule_sets/points_plot/test_plot.py",
        "rule_sets/preview/test_preview.py",
        "rule_sets/checks/test_problems.py",
        "rule_sets/editor/test_reads_as.py",
        "rule_sets/editor/test_item_editors.py",
        "rule_sets/test_crowded.py",
        "rule_sets/test_home.py",
        "rule_sets/test_wide.py",
        "rule_sets/test_keys.py",
    ),
    "the same, looked through and tried in many states; test_recent_items.py, test_rights.py and impact/test_run.py "
    "open and store it on both": (
        "rule_sets/search/test_search.py",
        "browser/rule_sets/test_blocked_draft.py",
    ),
    "forms that end in an edit of the same document; editor/test_two_admins.py, editor/test_bulk_edit.py and "
    "audit/test_draft_history.py edit it and read its history on both": (
        "rule_sets/editor/test_new_claim.py",
        "rule_sets/editor/test_new_question.py",
        "rule_sets/editor/test_order.py",
        "rule_sets/editor/test_removal_and_history.py",
        "rule_sets/versions/test_put_back.py",
    ),
    "what is told of counts; test_saved_answers.py counts what is saved and impact/test_run.py runs that on both": (
        "rule_sets/impact/test_rule_counts.py",
        "rule_sets/impact/test_run_counts.py",
    ),
    "a file of the rows that test_list.py queries on both": ("processes/list/test_sheet.py",),
    "pages of one process, or of some side by side; test_decision.py and test_first_advice.py open them on both": (
        "processes/list/test_compare.py",
        "processes/papers/test_one_page.py",
    ),
    "how long a full list takes; api/test_assessment_lists.py begins lists on both": ("api/test_full_list.py",),
    "a picture of the rows that test_list.py queries on both": ("processes/list/test_map.py",),
    "what is read of each file; test_bring_in.py keeps lists and brings them in on both": (
        "processes/bring_in/test_odd_files.py",
    ),
    "answers worked out from what was sent and the rules in force; api/test_checks.py and api/test_newer_rules.py read "
    "them on both": (
        "api/test_explanations.py",
        "api/test_recommendations.py",
        "api/test_rules.py",
        "commands/test_evaluate.py",
        "commands/test_rules_diff.py",
    ),
}
"""Modules of tests, by the reason."""


def runs_once(test: str) -> bool:
    """Whether a test, as pytest names it, needs one kind of database only."""
    module = test.partition("::")[0].removeprefix("tests/")
    return any(module in modules for modules in ONCE.values())
