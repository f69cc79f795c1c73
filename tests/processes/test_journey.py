"""From a visitor's first advice to an owner's history, in one go."""

from tests.assessments.walker import ROUTINE, Walker
from tests.processes.conftest import Publish
from tests.visiting import text_of

PASSWORD = "three quiet lighthouses at dawn"


def test_keep_this_advice_note_what_was_decided_and_live_through_changed_rules(walker: Walker, newer: Publish) -> None:
    walker.finish(ROUTINE, name="Wages")
    keep = walker.page.select_one(".act a.button")
    assert text_of(keep) == "Keep this advice"
    walker.open(str(keep["href"]))  # type: ignore[index]
    walker.submit(email="olga@example.com", password=PASSWORD)
    assert walker.path == f"{walker.at}/result"
    assert walker.heading == "BPO suits this process"
    assert "Added to your account: “Wages”" in walker.words
    assert "Saved in your account" in walker.words

    decide = walker.page.select_one(".act a.button")
    walker.open(str(decide["href"]))  # type: ignore[index]
    walker.submit(made="bpo", decided_on="1/11/2026", notes="The second offer.")
    assert "Your decision Hand it to a BPO" in walker.words

    newer(note="Fixed steps take an expert.")
    walker.open("/processes")
    walker.open(str(walker.page.select_one(".tag")["href"]))  # type: ignore[index]
    assert "set-steps" in walker.words
    assert "Fixed steps take an expert." in walker.words
    walker.submit(form=1)
    assert walker.heading == "BPO suits this process"
    assert "Our rules changed" not in walker.words

    walker.open(f"{walker.at}/newer-rules")
    walker.submit()
    assert walker.heading.startswith("Both:")
    assert "Your decision Hand it to a BPO" in walker.words
    walker.open(f"{walker.at}/history")
    versions = [text_of(item) for item in walker.page.select(".revisions > li")]
    assert ["rules version 3" in versions[0], "rules version 2" in versions[1]] == [True, True]


def test_who_is_signed_in_has_it_saved_already(walker: Walker) -> None:
    walker.open("/register")
    walker.submit(email="olga@example.com", password=PASSWORD)
    walker.open("/assessments/new")
    assert "It is saved in your account as you answer." in walker.words
    assert "Only this browser" not in walker.words
    walker.finish(ROUTINE)
    assert "Keep this advice" not in walker.words
    assert "Saved in your account" in walker.words
