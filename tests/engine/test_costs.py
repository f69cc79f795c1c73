"""What follows from an owner's figures: sums and differences of ranges, exactly."""

from decimal import Decimal
from random import Random

from advisor.engine.costs import HERE, THERE, Figures, Line, Range, estimate


def figures(**ends: tuple[float, float]) -> Figures:
    return Figures(
        "EUR",
        {Line(name.replace("_", "-")): Range(*(Decimal(str(end)) for end in pair)) for name, pair in ends.items()},
    )


def test_whatever_the_ranges_hold_lies_within_what_is_told_and_the_ends_are_reached() -> None:
    dice = Random(5)
    for _trial in range(500):
        filled = dice.sample([*Line], dice.randint(1, len(Line)))
        ranges = {}
        for line in filled:
            low, high = sorted(Decimal(dice.randrange(0, 10**6)) / 100 for _end in range(2))
            ranges[line] = Range(low, high)
        found = estimate(Figures("", ranges))
        for low_here in (True, False):
            ends = {
                line: at.low if (line in HERE) is low_here else at.high for line, at in ranges.items()
            }  # the least of a saving, and the most
            here = sum((ends[line] for line in HERE if line in ends), start=Decimal())
            there = sum((ends[line] for line in THERE if line in ends), start=Decimal())
            if found.saving is not None:
                assert (found.saving.low if low_here else found.saving.high) == here - there
                once = ranges.get(Line.HANDING_OVER)
                month = found.last_month if low_here else found.first_month
                cost = None if once is None else once.high if low_here else once.low
                if cost is not None and month is not None:
                    assert (here - there) * month >= cost * 12
                    assert month == 1 or (here - there) * (month - 1) < cost * 12
                else:
                    assert cost is None or here - there <= 0
            if found.quote_always is not None and Line.QUOTE in ends:
                limit = found.quote_always if low_here else found.quote_never
                assert limit == here - there + ends[Line.QUOTE]
        assert set(found.left_open) == set(Line) - set(filled)


def test_what_is_not_filled_in_is_not_made_up() -> None:
    assert estimate(Figures()).saving is None
    assert estimate(figures(people=(100, 200))).saving is None
    assert estimate(figures(quote=(100, 200))).saving is None
    assert estimate(figures(watching=(100, 200))).there is None, "without the quote it is not what a provider costs"
    found = estimate(figures(people=(100, 200), quote=(50, 60)))
    assert (found.first_month, found.last_month) == (None, None), "nobody said what handing over costs"
    never = estimate(figures(people=(100, 200), quote=(200, 300), handing_over=(1, 2)))
    assert (never.first_month, never.last_month) == (None, None)


def test_what_is_stored_is_read_as_it_was_to_the_cent() -> None:
    kept = figures(people=(0.1, 123456789012.35), leaving=(0, 0))
    assert Figures.of_plain(kept.plain()) == kept
    assert Figures().plain() is None
    assert Figures.of_plain(None) == Figures()
