"""The draft as a task list: what is done, and what is out of date when the draft moves on."""

from dataclasses import replace

from advisor import starter
from advisor.engine.document.edit import change_meaning
from advisor.models import Database
from advisor.models.audit import OPERATOR
from advisor.models.rule_sets import draft as drafts
from advisor.rule_sets.workspace import DraftWorkspace
from advisor.wording.case_run import CaseRun
from tests.rule_sets.admins import DRAFT, Admin
from tests.rule_sets.drafts import store_draft
from tests.visiting import text_of


def states(admin: Admin) -> list[tuple[str, str]]:
    admin.open("/admin/rules")
    return [(text_of(row.a), text_of(row.select_one(".tag"))) for row in admin.page.select(".tasks > li")]


def state(admin: Admin, label: str) -> str:
    return dict(states(admin))[label]


def test_a_fresh_draft_waits_for_a_change(admin: Admin) -> None:
    assert states(admin.press_start()) == [
        ("Edit rules and questions", "Incomplete"),
        ("Fix problems", "None"),
        ("Run the test cases", "Completed"),
        ("See who is affected", "Incomplete"),
        ("Say what changed and why", "Incomplete"),
        ("Publish", "Cannot start yet"),
    ]


def test_without_test_cases_none_is_said_to_pass_and_the_draft_can_be_published_all_the_same(
    admin: Admin, database: Database
) -> None:
    admin.press_start().edit("rules/edge-vital", because="Said otherwise.")
    with database.write() as session:
        drafts.edit(session, OPERATOR, lambda rules: replace(rules, cases=()), kind="draft changed", what="cases")
    admin.open(f"{DRAFT}/note")
    admin.submit(note="We say it otherwise.")
    assert state(admin, "Run the test cases") == "Incomplete"
    assert "There are no test cases yet" in admin.text
    assert "0 pass" not in admin.text
    assert state(admin, "Publish") == "Incomplete", "it can be done"


def test_the_note_is_out_of_date_when_the_draft_moves_on_and_in_date_when_it_is_saved_again(admin: Admin) -> None:
    admin.press_start().edit("rules/edge-vital", because="Said otherwise.")
    admin.open(f"{DRAFT}/note")
    admin.submit(note="We say it otherwise.")
    assert "As people will read it" in admin.text
    assert text_of(admin.page.select_one(".preview dd")) == "We say it otherwise."
    assert state(admin, "Say what changed and why") == "Completed"
    assert state(admin, "Publish") == "Incomplete"
    admin.edit("rules/edge-vital", because="Said in a third way.")
    assert state(admin, "Say what changed and why") == "Out of date"
    admin.open(f"{DRAFT}/note")
    assert "The draft was changed after this was written" in admin.text
    admin.submit()
    assert state(admin, "Say what changed and why") == "Completed"


def test_where_it_is_published_an_old_note_is_said_to_be_old(admin: Admin) -> None:
    admin.press_start().edit("rules/edge-vital", because="Said otherwise.")
    admin.open(f"{DRAFT}/note")
    admin.submit(note="We say it otherwise.")
    old = "The draft was changed after this text was written."
    assert old not in admin.open(f"{DRAFT}/publish").text
    admin.edit("rules/edge-vital", because="Said in a third way.")
    assert old in admin.open(f"{DRAFT}/publish").text


def test_a_note_of_an_earlier_draft_does_not_count_for_the_next(admin: Admin) -> None:
    admin.press_start().edit("rules/edge-vital", because="Said otherwise.")
    admin.open(f"{DRAFT}/note")
    admin.submit(note="We say it otherwise.")
    admin.open(f"{DRAFT}/discard")
    admin.submit()
    admin.press_start()
    assert state(admin, "Say what changed and why") == "Incomplete"


def test_what_blocks_is_a_problem_and_only_publishing_waits_for_it(admin: Admin) -> None:
    admin.press_start()
    admin.open(f"{DRAFT}/claims/D2.04/remove")
    admin.submit()
    waits = ("Incomplete", "Incomplete", "Cannot start yet")
    assert [found for _, found in states(admin)] == ["1 change", "There is a problem", "Completed", *waits]
    admin.open(f"{DRAFT}/questions/exposure/remove")
    admin.submit()
    assert [found for _, found in states(admin)][2] in {"Incomplete", "There is a problem"}


def test_where_nothing_can_be_tried_all_waits_for_what_blocks(admin: Admin, database: Database) -> None:
    store_draft(database, replace(starter.rule_set(), kind=()))
    assert [found for _, found in states(admin)] == [
        *("8 changes", "There is a problem", "Cannot start yet", "Cannot start yet", "Incomplete", "Cannot start yet"),
    ]


def test_home_publishing_and_differences_count_the_same_changes(admin: Admin, database: Database) -> None:
    """A change of meaning, and a question taken out, rewrite many test cases: these follow, and count as none."""
    rules = starter.rule_set()
    option = rules.questions[0].options[0]
    options = f"questions/{rules.questions[0].key}/options"
    changed = change_meaning(rules, options, option.key, replace(option, key="other-key", label="Something else."))
    store_draft(database, replace(changed, limits=(*changed.limits, "It does not tell the weather.")))
    assert state(admin, "Edit rules and questions") == "2 changes"
    assert "1 answer, 1 limit" in admin.text
    admin.open(f"{DRAFT}/publish")
    assert "2 changes" in admin.text
    admin.open(f"{DRAFT}/differences")
    assert "2 changes between" in admin.text
    admin.open(f"{DRAFT}/discard")
    assert "2 changes to version 1 go" in admin.text


def test_where_only_a_risk_changed_the_steps_say_that_the_advice_stays(admin: Admin) -> None:
    admin.press_start().edit(f"risks/{starter.rule_set().risks[0].key}", title="Another title.")
    assert state(admin, "Edit rules and questions") == "1 change"
    assert "1 risk" in admin.text
    stays = "Questions, rules and tables are those of version 1, so its advice stays"
    assert stays in admin.text
    assert stays in admin.open(f"{DRAFT}/affected").text
    admin.edit("rules/edge-vital", because="Said otherwise.")
    assert stays not in admin.open("/admin/rules").text


def test_home_problems_and_test_cases_say_the_same_of_the_test_cases(admin: Admin, database: Database) -> None:
    admin.press_start()
    pages = ("/admin/rules", f"{DRAFT}/problems", f"{DRAFT}/cases", f"{DRAFT}/coverage")
    number = len(starter.rule_set().cases)
    assert all(f"{number} pass" in admin.open(page).text for page in pages[:3])
    admin.open(f"{DRAFT}/questions/exposure/remove")
    admin.submit()
    with database.read() as session:
        said = CaseRun.of(DraftWorkspace.load(session).trial)
    assert said.left_out or said.failed
    admin.open("/admin/rules")
    sentence = next(
        text_of(row.select_one(".of")) for row in admin.page.select(".tasks > li") if "test cases" in row.text
    )
    assert all(sentence in admin.open(page).text for page in pages)
    store_draft(database, replace(starter.rule_set(), kind=()))
    assert all("No test case can run before the problems are fixed" in admin.open(page).text for page in pages)


def test_publish_can_always_be_opened_and_says_what_is_missing(admin: Admin) -> None:
    admin.press_start()
    admin.open(f"{DRAFT}/publish")
    assert "This is missing before it can be published" in admin.text


def test_f13_a_note_for_a_draft_that_is_gone_leads_home(admin: Admin, other_admin: Admin) -> None:
    admin.press_start()
    admin.open(f"{DRAFT}/note")
    other_admin.open(f"{DRAFT}/discard")
    other_admin.submit()
    admin.submit(note="Too late.")
    assert "There is no draft any more" in admin.text
