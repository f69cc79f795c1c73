"""A difference of shares is that of the numbers that are shown, so that a reader who subtracts finds the same."""

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from advisor.wording.values import percent, points_between


@pytest.mark.parametrize(
    ("before", "after", "by"),
    [
        (0.09346, 0.07754, "−1.5"),  # 9.3 and 7.8; the difference of the shares themselves is 1.592
        (0.20961, 0.23249, "+2.2"),
        (0.26139, 0.25661, "−0.4"),
        (0.0, 0.0955, "+9.6"),
        (0.0095, 0.012, "+0.25"),
        (0.00001, 0.005, "+0.50"),
        (0.2612, 0.2614, ""),
        (0.3, 0.3, ""),
    ],
)
def test_the_difference_is_that_of_the_two_numbers_as_they_are_shown(
    app: Flask, before: float, after: float, by: str
) -> None:
    with app.test_request_context():
        assert points_between(before, after) == by


SHARES = st.floats(0.011, 0.989)


@given(SHARES, SHARES)
def test_before_and_the_difference_give_after(before: float, after: float) -> None:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        was, is_now = (float(percent(share).rstrip("%")) for share in (before, after))
        by = points_between(before, after).replace("−", "-") or "0"
    assert round(was + float(by), 1) == is_now
