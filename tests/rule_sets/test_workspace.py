"""What a page of the draft knows of it is of this draft and of this version, whatever was asked before."""

from dataclasses import replace

from advisor import starter
from advisor.engine.document.document import dumps
from advisor.engine.model.rules import RuleSet
from advisor.rule_sets.workspace import DraftWorkspace


def test_changes_are_those_from_the_version_that_is_asked_about() -> None:
    starting = starter.rule_set()
    draft, other = replace(starting, limits=("Other words.",)), replace(starting, rules=starting.rules[1:])

    def changes(base: RuleSet) -> list[str]:
        workspace = DraftWorkspace(dumps(draft), draft, base, 1, base, 1, has_draft=True)
        return sorted({change.collection for change in workspace.changes})

    assert [changes(base) for base in (starting, other, draft, starting, starting)] == [
        ["limits"], ["limits", "rules"], [], ["limits"], ["limits"],
    ]  # fmt: skip
