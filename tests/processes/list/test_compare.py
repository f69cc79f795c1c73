"""Two to four processes side by side: what each has, and where they differ, whatever version judges them."""

from uuid import UUID, uuid4

import pytest

from advisor.engine.model.rules import RuleSet
from tests.assessments.walker import CORE, EXPERT, MIXED, ROUTINE, Walker
from tests.processes.conftest import Publish
from tests.processes.owner_walker import OwnerWalker
from tests.processes.test_newer_rules import without_skill
from tests.reading import Tag
from tests.visiting import text_of


def compare(owner: OwnerWalker, *ids: UUID, status: int = 200, only: bool = False) -> None:
    wanted = "&".join(f"of={key}" for key in ids)
    owner.open(f"/processes/compare?{wanted}{'&only=differences' if only else ''}", status)


def rows(owner: OwnerWalker) -> dict[str, list[str]]:
    """What each row says, by its name."""
    found = {}
    for row in owner.page.select("table.side-by-side tbody tr:not(.group)"):
        head, *cells = row.select("th, td")
        found[text_of(head)] = [text_of(cell) for cell in cells]
    return found


def finish(owner: OwnerWalker, answers: dict[str, str], name: str) -> UUID:
    owner.finish(answers, name=name)
    return owner.id


def tick(owner: OwnerWalker, *names: str, button: str = "compare", status: int = 200) -> None:
    """Tick processes of the list, and press a button."""
    boxes = {
        text_of(row.select_one("th a")): row.select_one("input") for row in owner.page.select("table.list tbody tr")
    }
    ticked = [box["value"] for name in names if isinstance(box := boxes[name], Tag)]
    form = next(n for n, form in enumerate(owner.page.select("main form")) if form.has_class("chosen"))
    owner.submit(form=form, of=ticked, button=button, status=status)


# ---- what is compared --------------------------------------------------------------------------------------------


def test_each_process_is_a_column_with_its_advice_balance_answers_and_reasons(owner: OwnerWalker) -> None:
    wages, law = finish(owner, ROUTINE, "Wages"), finish(owner, EXPERT, "Cases at law")
    compare(owner, wages, law)
    assert owner.heading == "2 processes side by side"
    heads = [text_of(head) for head in owner.page.select("thead th")]
    assert heads == ["Wages", "Cases at law"]
    found = rows(owner)
    assert found["Advice"] == ["BPO (clear)", "KPO (clear)"]
    assert found["Balance"] == ["BPO 7, KPO 0, keep in-house 0", "BPO 0, KPO 6, keep in-house 0"]
    assert found["Your decision"] == ["Not yet", "Not yet"]
    assert found["How core is it?"] == ["Not core", "Not core"]
    assert found["How fixed are the steps?"] == ["Always the same", "Thought through each time"]
    assert found["Are the steps written down?"] == ["Yes, all of them", "Not answered"]
    assert found["The steps are fixed, which suits BPO."] == ["5 points towards BPO", "–"]
    assert found["It takes an expert, whom KPO brings."] == ["–", "1 point towards KPO"]
    assert len(owner.page.select("tbody svg.balance-line")) == 2


def test_a_phone_leaves_out_what_neither_of_its_pair_has(owner: OwnerWalker) -> None:
    made = [finish(owner, answers, name) for answers, name in ((ROUTINE, "Wages"), (ROUTINE, "Bills"), (EXPERT, "Law"))]
    compare(owner, *made)
    wide = {text_of(row.select_one("th")) for row in owner.page.select("tbody tr.wide-only")}
    assert "It takes an expert, whom KPO brings." in wide
    assert all(cells[:2] == ["–", "–"] for name, cells in rows(owner).items() if name in wide)
    assert not any(cells[:2] == ["–", "–"] for name, cells in rows(owner).items() if name not in wide)


def test_only_differences_is_a_link_and_so_is_the_way_back(owner: OwnerWalker) -> None:
    wages, law = finish(owner, ROUTINE, "Wages"), finish(owner, EXPERT, "Cases at law")
    compare(owner, wages, law)
    link = owner.page.find("a", string="Only differences")
    assert isinstance(link, Tag)
    owner.open(str(link["href"]))
    found = rows(owner)
    assert "How core is it?" not in found
    assert "Your decision" not in found
    assert found["Advice"] == ["BPO (clear)", "KPO (clear)"]
    assert all(len(set(cells)) > 1 for cells in found.values())
    link = owner.page.find("a", string="Show everything")
    assert isinstance(link, Tag)
    owner.open(str(link["href"]))
    assert "How core is it?" in rows(owner)


def test_processes_that_are_alike_say_so(owner: OwnerWalker) -> None:
    one, other = finish(owner, ROUTINE, "Wages"), finish(owner, ROUTINE, "Pensions")
    compare(owner, one, other, only=True)
    assert "Nothing differs between them." in owner.words
    assert not owner.page.select("table")


def test_versions_that_differ_are_compared_each_in_its_own_words(
    owner: OwnerWalker, newer: Publish, small: RuleSet
) -> None:
    wages = finish(owner, ROUTINE, "Wages")
    newer(without_skill(small))
    owner.begin("Pensions")
    owner.go_through({key: value for key, value in ROUTINE.items() if key != "skill"})
    compare(owner, wages, owner.id)
    found = rows(owner)
    assert [cell.split(",")[0] for cell in found["Rules"]] == ["Version 2", "Version 3"]
    assert found["What does it take?"] == ["Everyday skills", "Not asked by version 3"]
    assert found["Fixed steps are expert work."] == [
        "5 points towards BPO (in its words: The steps are fixed, which suits BPO.)",
        "5 points towards KPO",
    ]


def test_parts_stand_in_one_cell_each_with_its_name(owner: OwnerWalker) -> None:
    wages = finish(owner, ROUTINE, "Wages")
    mixed = finish(owner, MIXED, "Mixed bag")
    owner.open(f"{owner.at}/parts")
    owner.submit(part_1="Keying", part_2="Advising")
    while "/questions/" in owner.path:
        owner.answer({"steps": "set", "written": "yes", "skill": "basic"}[owner.key] if "Keying" in owner.words else
                     {"steps": "open", "skill": "expert"}[owner.key])  # fmt: skip
    compare(owner, wages, mixed)
    found = rows(owner)
    assert found["Its parts"] == ["In one piece", "Keying BPO suits this part Advising KPO suits this part"]
    assert found["How fixed are the steps?"] == [
        "Always the same", "Keying Always the same Advising Thought through each time",
    ]  # fmt: skip
    assert found["How core is it?"] == ["Not core", "Not core"]
    assert found["The steps are fixed, which suits BPO."] == ["5 points towards BPO", "Keying 5 points towards BPO"]
    assert found["Balance"][1].startswith("Keying BPO 7")


def test_what_is_not_finished_is_compared_by_its_answers_so_far(owner: OwnerWalker) -> None:
    wages = finish(owner, ROUTINE, "Wages")
    owner.begin("Letters")
    owner.answer("no")
    compare(owner, wages, owner.id)
    found = rows(owner)
    assert found["Advice"] == ["BPO (clear)", "Not finished"]
    assert found["Balance"][1] == "–"
    assert found["How core is it?"] == ["Not core", "Not core"]
    assert found["How fixed are the steps?"] == ["Always the same", "Not answered"]
    compare(owner, owner.id, wages)
    assert rows(owner)["Advice"] == ["Not finished", "BPO (clear)"]


def test_advice_that_is_out_of_date_says_so(owner: OwnerWalker) -> None:
    wages = finish(owner, ROUTINE, "Wages")
    at = owner.at
    law = finish(owner, EXPERT, "Cases at law")
    owner.open(f"{at}/questions/steps")
    owner.answer("open")
    owner.open(f"{at}/parts")
    owner.submit(part_1="Keying", part_2="Advising")
    compare(owner, wages, law)
    assert rows(owner)["Advice"][0].endswith("Answers were changed after this advice.")


def test_on_a_phone_one_stands_against_another_and_the_address_says_which(owner: OwnerWalker) -> None:
    ids = [finish(owner, answers, name) for name, answers in (("A", ROUTINE), ("B", EXPERT), ("C", CORE))]
    compare(owner, *ids)
    assert [text_of(head.a) for head in owner.page.select("thead th.wide-only")] == ["C"]
    owner.submit(one="0", other="2", of=[str(key) for key in ids])
    assert [text_of(head.a) for head in owner.page.select("thead th.wide-only")] == ["B"]
    assert len(owner.page.select("thead th")) == 3
    for odd in ("one=0&other=0", "one=9&other=x", "one=²&other=1"):
        owner.open(f"/processes/compare?of={ids[0]}&of={ids[1]}&of={ids[2]}&{odd}")
        assert [text_of(head.a) for head in owner.page.select("thead th.wide-only")] == ["C"]


def test_one_of_several_can_be_taken_out(owner: OwnerWalker) -> None:
    ids = [finish(owner, answers, name) for name, answers in (("A", ROUTINE), ("B", EXPERT), ("C", CORE))]
    compare(owner, *ids)
    owner.open(str(owner.page.select("thead a.out")[1]["href"]))
    assert [text_of(head.a) for head in owner.page.select("thead th")] == ["A", "C"]
    assert not owner.page.select("thead a.out")


# ---- what is ticked in the list ----------------------------------------------------------------------------------


def test_ticked_in_the_list_they_are_compared_and_the_way_back_keeps_the_filter(owner: OwnerWalker) -> None:
    for name, answers in (("Wages", ROUTINE), ("Cases at law", EXPERT), ("Our core", CORE)):
        owner.finish(answers, name=name)
    owner.open("/processes?decided=no&sort=name")
    tick(owner, "Our core", "Wages")
    assert owner.path == "/processes/compare"
    assert {text_of(head.a) for head in owner.page.select("thead th")} == {"Wages", "Our core"}
    back = owner.page.select_one("a.back")
    assert back is not None
    assert back["href"] == "/processes?decided=no&sort=name"


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_or_too_many_are_told_with_the_ticks_still_there(owner: OwnerWalker, count: int) -> None:
    names = ["A", "B", "C", "D", "E"]
    for name in names:
        owner.finish(name=name)
    owner.open("/processes?sort=name")
    tick(owner, *names[:count], status=422)
    assert f"Tick 2 to 4 processes to compare. {count} are ticked." in owner.complaint
    assert owner.page.select_one(".problems a")["href"] == "#of-0"  # type: ignore[index]
    assert str(owner.page.title).startswith("<title>Error:")
    assert len(owner.page.select("table.list input[checked]")) == count
    assert [text_of(cell.a) for cell in owner.page.select("table.list tbody th")] == names, "in the same order"


def test_the_same_by_an_address_that_was_typed(owner: OwnerWalker) -> None:
    wages = finish(owner, ROUTINE, "Wages")
    compare(owner, wages, wages, status=422)
    assert "1 are ticked" in owner.complaint
    owner.open("/processes/compare", 422)


def test_with_one_ticked_a_button_leads_to_what_is_done_with_it(owner: OwnerWalker) -> None:
    wages, _law = finish(owner, ROUTINE, "Wages"), finish(owner, EXPERT, "Cases at law")
    for button, key in (("rename", "name"), ("parts", "parts"), ("decide", "decision")):
        owner.open("/processes")
        tick(owner, "Wages", button=button)
        assert owner.path == f"/assessments/{wages}/{key}"
    for button in ("rename", "parts", "copy"):
        owner.open("/processes")
        tick(owner, "Wages", "Cases at law", button=button, status=422)
        assert "Tick one process for that. 2 are ticked." in owner.complaint


def test_a_copy_begins_with_the_one_that_is_ticked(owner: OwnerWalker) -> None:
    wages = finish(owner, ROUTINE, "Wages")
    owner.open("/processes")
    tick(owner, "Wages", button="copy")
    assert owner.page.select_one("#of option[selected]")["value"] == str(wages)  # type: ignore[index]


def test_from_the_list_a_process_is_renamed_broken_into_parts_and_deleted_with_undo(owner: OwnerWalker) -> None:
    finish(owner, MIXED, "Wages")
    owner.open("/processes")
    tick(owner, "Wages", button="rename")
    owner.submit(process_name="Wages and salaries")
    owner.open("/processes")
    tick(owner, "Wages and salaries", button="parts")
    owner.submit(part_1="Keying", part_2="Advising")
    owner.open("/processes")
    assert "Keying, Advising" in owner.words
    tick(owner, "Wages and salaries", button="delete")
    assert "“Wages and salaries” is in the bin until" in owner.words
    owner.submit(form=0)
    owner.open("/processes")
    assert "Keying, Advising" in owner.words


# ---- whose -------------------------------------------------------------------------------------------------------


def test_s1_s2_what_belongs_to_somebody_else_is_not_there(
    owner: OwnerWalker, rival: OwnerWalker, admin: OwnerWalker, walker: Walker
) -> None:
    marmalade, jam = finish(owner, ROUTINE, "Marmalade"), finish(rival, ROUTINE, "Jam")
    for other in (rival, admin):
        for ids in ((marmalade, jam), (jam, marmalade), (uuid4(), jam), (marmalade,), (marmalade,) * 5):
            compare(other, *ids, status=404)
            assert "Marmalade" not in other.response.text
    rival.open("/processes")
    for do in ("compare", "rename", "copy", "parts", "decide", "delete"):
        for sent in ([marmalade], [uuid4()], ["nonsense"], [marmalade, uuid4()]):
            reply = rival.post("/processes/chosen", do=do, of=[str(key) for key in sent])
            assert (reply.status_code, "Marmalade" in reply.text) == (404, False), (do, sent)
    assert walker.client.get(f"/processes/compare?of={marmalade}&of={jam}").status_code == 302


def test_what_is_in_the_bin_is_not_compared(owner: OwnerWalker) -> None:
    one = finish(owner, ROUTINE, "Wages")
    owner.open(f"{owner.at}/delete")
    owner.submit()
    compare(owner, one, finish(owner, EXPERT, "Cases at law"), status=404)


def test_s6_a_button_that_there_is_not_is_refused(owner: OwnerWalker) -> None:
    finish(owner, ROUTINE, "Wages")
    owner.open("/processes")
    assert owner.post("/processes/chosen", of=str(owner.id), do="purge").status_code == 400
