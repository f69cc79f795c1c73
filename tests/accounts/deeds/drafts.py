"""Acts that change the draft of the rules."""

import io

from advisor import starter
from advisor.exchange.rule_sets import write_rule_set
from advisor.models import Feedback
from tests.accounts.deeds.listed import Deeds
from tests.accounts.deeds.world import World, press
from tests.rule_sets.admins import DRAFT

RULE, LAST = starter.rule_set().rules[0].key, starter.rule_set().rules[-1].key

DEEDS = Deeds()


@DEEDS.add("draft started", "admin", "draft", told="version")
def a_draft(world: World) -> None:
    world.admin.start()


@DEEDS.add("draft changed", "admin", f"rules/{RULE}", told="before after version")
def another_rule(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.edit(f"rules/{RULE}", because="Other words.")


@DEEDS.add("draft added to", "admin", "sources.*", told="after version")
def one_thing_more(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/add/sources")
    world.admin.save(key="D9", title="A paper", about="It is a paper.")


@DEEDS.add("draft added to", "admin", "cases/note .{36}", told="after version")
def a_test_case_from_a_note(world: World) -> None:
    world.admin.start()
    with world.database.write() as session:
        case = starter.rule_set().cases[0]
        answers = {"answers": dict(case.answers), "parts": []}
        note = Feedback(account_id=world.owner_id, text="Wrong.", answers=answers, version=1)
        session.add(note)
        session.flush()
        note_id = note.id
    world.begin()
    world.admin.open(f"/admin/feedback/{note_id}")
    press(world.admin, "test case", outcome="kpo")


@DEEDS.add("draft removed from", "admin", f"rules/{RULE}", told="before version")
def one_thing_less(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/rules/{RULE}/remove")
    world.admin.submit()


@DEEDS.add("draft moved", "admin", f"rules/{LAST}", told="before after version")
def another_order(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/rules")
    button = world.admin.page.select_one(f'button[value="up {LAST}"]')
    assert button is not None
    press(world.admin, "Up", do=button["value"])


@DEEDS.add("draft put back", "admin", f"rules/{RULE}", told="after version")
def one_thing_as_it_was(world: World) -> None:
    one_thing_less(world)
    world.begin()
    button = world.admin.page.select_one("form.removed button")
    assert button is not None
    press(world.admin, "Put it back", do=button["value"])


@DEEDS.add("draft note kept", "admin", "draft", told="before after version")
def what_people_will_read(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/note")
    world.admin.submit(note="Volume counts for more.")


@DEEDS.add("draft added several", "admin", "cases", told="after version")
def every_proposed_case(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/coverage/add")
    world.admin.submit()


@DEEDS.add("draft taken back", "admin", "cases", told="before version")
def no_proposed_case(world: World) -> None:
    every_proposed_case(world)
    button = world.admin.page.select_one('button[value^="undo "]')
    assert button is not None
    world.begin()
    press(world.admin, "Put it back", do=button["value"])


@DEEDS.add("draft changed several", "admin", "rules", told="before after version")
def one_point_more_for_two_rules(world: World) -> None:
    world.admin.start()
    world.begin()
    world.admin.open(f"{DRAFT}/rules")
    preview = world.admin.post(f"{DRAFT}/several", tick=[RULE, LAST], to_points="+1", do="preview")
    world.admin._read(preview, 200)
    world.admin.submit(button="apply", tick=[RULE, LAST])


@DEEDS.add("draft imported", "admin", "draft", told="before after version")
def another_draft_from_a_file(world: World) -> None:
    another_rule(world)
    world.begin()
    world.admin.open("/admin/rules/upload")
    file = io.BytesIO(write_rule_set(starter.rule_set(), "json"))
    world.admin.submit(file=(file, "rules.json"), replace="y")


@DEEDS.add("draft put back", "admin", f"rules/{LAST}", told="after version")
def back_in_the_draft(world: World) -> None:
    world.admin.start()
    world.admin.open(f"{DRAFT}/rules/{LAST}/remove")
    world.admin.submit()
    world.begin()
    press(world.admin, "Put it back", do=world.admin.page.select_one('button[value^="back "]')["value"])  # type: ignore[index]


@DEEDS.add("draft discarded", "admin", "draft", told="before version")
def no_draft_any_more(world: World) -> None:
    another_rule(world)
    world.begin()
    world.admin.open(f"{DRAFT}/discard")
    world.admin.submit()
