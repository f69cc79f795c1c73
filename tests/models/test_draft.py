"""The one draft: two admins lose nothing, one publish wins, and what could not work is never published."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select

from advisor import starter
from advisor.engine.document import edit
from advisor.engine.document.document import own_fingerprint_of
from advisor.engine.document.edit import ChangedSince, find
from advisor.engine.model.rules import RuleSet
from advisor.models import AuditEvent, Database, Draft, RuleSetVersion
from advisor.models.audit import Actor
from advisor.models.rule_sets import draft as drafts
from advisor.models.rule_sets.draft import ChangedDraft, ChangedInForce, NoDraft, Unpublishable, find_draft
from advisor.models.rule_sets.rule_set_version import in_force, publish, rule_set, version
from advisor.rule_sets.editor import operations

ADA, BEN = Actor("admin", None, "192.0.2.1"), Actor("admin", None, "192.0.2.2")

RULES = starter.rule_set().rules


def save(database: Database, key: str, because: str, opened: RuleSet, who: Actor = ADA) -> None:
    """Give a rule another reason, as somebody does who opened it in ``opened``."""
    rule = find(opened, "rules", key)
    with database.write() as session:
        item = replace(rule, because=because)
        operations.save(session, who, "rules", key, item, opened=own_fingerprint_of(rule))


def start_draft(database: Database) -> RuleSet:
    with database.write() as session:
        return drafts.start(session, ADA).rule_set


def present(database: Database) -> Draft:
    with database.read() as session:
        draft = find_draft(session)
        assert draft is not None
        return draft


def at_once(acts: list[Callable[[], object]]) -> list[Exception]:
    """Do all of them at the same moment, and give what they raised."""
    raised: list[Exception] = []
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the test looks at all of them
            raised.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def kinds(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.kind).order_by(AuditEvent.sequence)))


def test_f13_admins_who_start_the_draft_at_once_work_on_one(database: Database) -> None:
    assert at_once([lambda: start_draft(database)] * 4) == []
    assert kinds(database) == ["draft started"]
    assert present(database).rule_set == starter.rule_set()


def test_f13_saves_of_different_rules_at_once_are_all_kept(database: Database) -> None:
    opened = start_draft(database)
    keys = [rule.key for rule in RULES[:5]]
    assert at_once([partial(save, database, key, f"New for {key}.", opened) for key in keys]) == []
    after = present(database).rule_set
    assert [find(after, "rules", key).because for key in keys] == [f"New for {key}." for key in keys]
    assert kinds(database).count("draft changed") == 5


def test_f13_of_saves_of_one_rule_at_once_one_wins_and_the_others_see_what_it_says(database: Database) -> None:
    opened = start_draft(database)
    key = RULES[0].key
    raised = at_once([partial(save, database, key, f"By number {n}.", opened) for n in range(5)])
    assert [type(error) for error in raised] == [ChangedSince] * 4
    kept = find(present(database).rule_set, "rules", key)
    assert {error.present.because for error in raised if isinstance(error, ChangedSince)} == {kept.because}
    assert kinds(database).count("draft changed") == 1


def test_f13_of_publishes_at_once_one_wins_and_numbers_have_no_gap(database: Database) -> None:
    save(database, RULES[0].key, "Other words.", start_draft(database))
    mark = present(database).fingerprint

    def act() -> None:
        with database.write() as session:
            drafts.publish(session, ADA, "At once.", expected=mark, in_force=1)

    raised = at_once([act] * 5)
    assert [type(error) for error in raised] == [NoDraft] * 4
    assert {error.in_force for error in raised if isinstance(error, NoDraft)} == {2}
    with database.read() as session:
        assert sorted(session.scalars(select(RuleSetVersion.number))) == [1, 2]
        assert find_draft(session) is None
    assert kinds(database).count("rules published") == 1


def test_f13_a_draft_that_was_changed_after_it_was_shown_is_not_published(database: Database) -> None:
    opened = start_draft(database)
    save(database, RULES[0].key, "Other words.", opened)
    mark = present(database).fingerprint
    save(database, RULES[1].key, "And others.", opened, BEN)
    with pytest.raises(ChangedDraft), database.write() as session:
        drafts.publish(session, ADA, "Seen before.", expected=mark, in_force=1)
    with pytest.raises(ChangedDraft), database.write() as session:
        drafts.discard(session, ADA, mark)
    assert find(present(database).rule_set, "rules", RULES[1].key).because == "And others."


def test_a_draft_is_not_published_over_a_version_that_nobody_was_shown(database: Database) -> None:
    save(database, RULES[0].key, "Other words.", start_draft(database))
    with database.write() as session:
        publish(session, starter.text(), "From a file.")
    before = present(database)
    with pytest.raises(ChangedInForce) as refused, database.write() as session:
        drafts.publish(session, ADA, "Over it.", expected=before.fingerprint, in_force=1)
    assert refused.value.number == 2
    assert present(database).fingerprint == before.fingerprint
    with database.write() as session:
        drafts.publish(session, ADA, "Over it.", expected=before.fingerprint, in_force=2)
    with database.read() as session:
        assert in_force(session).number == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rules: edit.put(rules, "rules", RULES[0].key, replace(rules.rules[0], sources=())),
        lambda rules: edit.put(rules, "rules", RULES[0].key, replace(rules.rules[0], when=())),
        lambda rules: edit.remove(rules, "claims", rules.rules[0].sources[0]),
        lambda rules: edit.retire(rules, "edge", with_users=False),
        lambda rules: edit.remove(rules, "kind", str(len(rules.kind) - 1)),
        lambda rules: replace(rules, cases=(replace(rules.cases[0], outcome="keep"), *rules.cases[1:])),
    ],
    ids=["no claim", "no condition", "claim gone", "question gone", "table with a hole", "failing test case"],
)
def test_p9_what_could_not_work_is_not_published_and_named(
    database: Database, spoil: Callable[[RuleSet], RuleSet]
) -> None:
    start_draft(database)
    with database.write() as session:
        drafts.edit(session, ADA, spoil, kind="draft changed", what="rules")
    with pytest.raises(Unpublishable) as refused, database.write() as session:
        drafts.publish(session, ADA, "Spoilt.", expected=present_mark(session), in_force=1)
    assert any(problem.blocks for problem in refused.value.problems)
    with database.read() as session:
        assert in_force(session).number == 1
        assert find_draft(session) is not None


def present_mark(session: object) -> str:
    draft = find_draft(session)  # type: ignore[arg-type]
    assert draft is not None
    return draft.fingerprint


def test_p8_publishing_leaves_every_earlier_version_as_it_was(database: Database) -> None:
    save(database, RULES[0].key, "Other words.", start_draft(database))
    with database.write() as session:
        drafts.publish(session, ADA, "Two.", expected=present_mark(session), in_force=1)
    with database.read() as session:
        first = version(session, 1)
        assert first is not None
        assert first.document == starter.text()
        assert rule_set(session, 2).rules[0].because == "Other words."


def test_bringing_a_version_back_leaves_the_draft_and_shows_that_it_is_older(database: Database) -> None:
    save(database, RULES[0].key, "Other words.", start_draft(database))
    with database.write() as session:
        drafts.publish(session, ADA, "Two.", expected=present_mark(session), in_force=1)
    save(database, RULES[1].key, "Under way.", start_draft(database))
    with database.write() as session:
        assert drafts.republish(session, BEN, 1, "Back.", in_force=2).number == 3
    draft = present(database)
    assert (draft.base_version, draft.rule_set.rules[1].because) == (2, "Under way.")
    with database.read() as session:
        first = version(session, 1)
        assert first is not None
        assert in_force(session).sha256 == first.sha256
    with pytest.raises(LookupError), database.write() as session:
        drafts.republish(session, BEN, 99, "Back.", in_force=3)
    with pytest.raises(ChangedInForce), database.write() as session:
        drafts.republish(session, BEN, 1, "Back.", in_force=2)


def test_a_publish_that_fails_leaves_the_draft_and_no_version(database: Database) -> None:
    save(database, RULES[0].key, "Other words.", start_draft(database))

    def fails() -> None:
        with database.write() as session:
            drafts.publish(session, ADA, "Two.", expected=present_mark(session), in_force=1)
            raise RuntimeError("pulled the plug")

    with pytest.raises(RuntimeError):
        fails()
    with database.read() as session:
        assert in_force(session).number == 1
    assert present(database).rule_set.rules[0].because == "Other words."
    assert "rules published" not in kinds(database)


def test_s20_each_act_is_recorded_once_with_who_where_before_and_after(database: Database) -> None:
    save(database, RULES[0].key, "Other words.", start_draft(database))
    with database.write() as session:
        operations.move(session, BEN, "rules", RULES[0].key, RULES[1].key)
    with database.write() as session:
        operations.remove(session, BEN, "limits", "0", opened=own_fingerprint_of(starter.rule_set().limits[0]))
    with database.write() as session:
        drafts.publish(session, ADA, "Why.", expected=present_mark(session), in_force=1)
    start_draft(database)
    with database.write() as session:
        drafts.discard(session, ADA, present_mark(session))
    with database.read() as session:
        events = list(session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)))
    assert [event.kind for event in events] == [
        "draft started",
        "draft changed",
        "draft moved",
        "draft removed from",
        "rules published",
        "draft started",
        "draft discarded",
    ]
    changed, moved, removed, published = events[1:5]
    place = f"rules/{RULES[0].key}"
    assert changed.what == place
    assert changed.before == {place: {"because": RULES[0].because}}
    assert changed.after == {place: {"because": "Other words."}}
    assert (changed.who, changed.from_where, changed.version) == ("admin", "192.0.2.1", 1)
    assert moved.from_where == "192.0.2.2"
    assert removed.before == {"limits/0": starter.rule_set().limits[0]}
    assert removed.after is None or removed.after == {}
    assert (published.why, published.version, published.what) == ("Why.", 2, "version 2")


def test_what_changes_nothing_is_not_recorded(database: Database) -> None:
    save(database, RULES[0].key, RULES[0].because, start_draft(database))
    assert kinds(database) == ["draft started"]
