"""What would change an advice is drawn once for all who gave the same answers, and names each one's own ids."""

import re

from advisor.assessments.result.explanation import _draw
from tests.assessments.walker import EXPERT, MIXED, ROUTINE, Walker

IDS = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}")


def layer(walker: Walker) -> str:
    return str(walker.open(f"{walker.at}/result").select_one("#changes"))


def test_p4_two_strangers_with_the_same_answers_are_led_to_their_own_pages(walker: Walker, stranger: Walker) -> None:
    for answers in (ROUTINE, EXPERT, MIXED):
        walker.finish(answers, name="Wages")
        before = _draw.cache_info()
        mine = layer(walker)
        stranger.finish(answers, name="Taxes")
        theirs = layer(stranger)
        assert _draw.cache_info().misses == before.misses
        assert _draw.cache_info().hits >= before.hits + 2
        assert set(IDS.findall(mine)).isdisjoint(IDS.findall(theirs))
        assert IDS.sub("id", mine) == IDS.sub("id", theirs)
        for visitor, other in ((walker, stranger), (stranger, walker)):
            visitor.open(f"{visitor.at}/result")
            links = [str(link["href"]) for link in visitor.page.select("#changes a")]
            assert len(links) > 2
            for link in links:
                visitor.open(link)
                other.open(link, 404)
                if "change=" in link:
                    assert "Nothing is changed yet." not in visitor.words


def test_a_process_in_parts_or_with_other_answers_since_draws_its_own(walker: Walker) -> None:
    walker.finish(MIXED)
    walker.open(f"{walker.at}/result")
    kept = _draw.cache_info()
    walker.open(f"{walker.at}/parts")
    walker.submit(part_1="Front", part_2="Back")
    while "/questions/" in walker.path:
        walker.answer(MIXED[walker.key])
    walker.open(f"{walker.at}/result")
    assert "Front" in walker.words
    assert _draw.cache_info().currsize == kept.currsize
