"""Days are read as people in Britain type them, and in no other way."""

from datetime import date

import pytest
from flask import Flask

from advisor.web.days import read_day


@pytest.mark.parametrize(
    "typed",
    [
        "26/11/2026", "26.11.2026", "26-11-2026", "26 11 2026", " 26 / 11 / 2026 ", "2026-11-26",
        "26 Nov 2026", "26 nov. 2026", "26 November 2026", "26th November, 2026", "26-Nov-2026",
    ],
)  # fmt: skip
def test_a_day_is_read_in_each_way_people_write_it(app: Flask, typed: str) -> None:
    with app.test_request_context():
        assert read_day(typed) == date(2026, 11, 26)


def test_the_day_comes_before_the_month_and_one_digit_is_enough(app: Flask) -> None:
    with app.test_request_context():
        assert read_day("3/4/2026") == read_day("2026-4-3") == read_day("3 apr 2026") == date(2026, 4, 3)


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "31/2/2026", "11/26/2026", "26/11/26", "26 No 2026", "26 Foo 2026", "Nov 2026",
     "0001-01-01", "٢٦/١١/٢٠٢٦", "26/11/2026 or so", "2026-11-26T00:00"],
)  # fmt: skip
def test_what_is_no_day_is_not_guessed_at(app: Flask, typed: str) -> None:
    with app.test_request_context():
        assert read_day(typed) is None
