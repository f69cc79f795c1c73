"""The page of costs: an owner's own figures in, what follows from them out, and nothing else."""

from decimal import Decimal

import pytest

from advisor.models import Database
from advisor.processes.costs.forms import read_amount
from tests.processes.owner_walker import OwnerWalker
from tests.processes.test_decision import stored_process

FILLED = {
    "currency": "EUR",
    "people-low": "60,000",
    "people-high": "70 000",
    "mistakes-low": "2000",
    "quote-low": "40000",
    "quote-high": "48,000.50",
    "watching-low": "5000",
    "handing-over-low": "9000",
    "handing-over-high": "12000",
}


def test_the_figures_are_kept_and_what_follows_is_told(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    assert owner.page.select_one(f'a[href="{owner.at}/costs"]')
    owner.open(f"{owner.at}/costs")
    assert "What follows" not in owner.words
    owner.submit(**FILLED)
    assert "With the provider it would cost 8,999.50 to 27,000 EUR a year less." in owner.words
    assert "Handing it over pays for itself between month 4 and month 17." in owner.words
    assert "On these figures it costs less a year with a quote under 57,000 EUR." in owner.words
    assert "With a quote from 67,000 EUR it never does." in owner.words
    assert "What is paid once is not counted in that, nor what is not filled in." in owner.words
    assert "Not filled in, and counted as nothing: Tools and space, Oversight, Rework, Leaving again." in owner.words
    stored = stored_process(database).costs
    assert stored is not None
    assert stored["ranges"]["quote"] == ["40000.00", "48000.50"]
    owner.submit()
    assert stored_process(database).costs == stored, "what the form shows is what was kept"
    assert owner.page.select_one("#people-low")["value"] == "60000"  # type: ignore[index]
    owner.submit(**dict.fromkeys(FILLED, ""))
    assert stored_process(database).costs is None
    assert "What follows" not in owner.words


def test_the_advice_does_not_rest_on_it(owner: OwnerWalker) -> None:
    owner.finish()
    before = owner.words
    owner.open(f"{owner.at}/costs")
    owner.submit(**FILLED)
    owner.open(f"{owner.at}/result")
    assert owner.words == before


def test_what_is_no_amount_is_told_beside_its_field_and_nothing_is_lost(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    owner.open(f"{owner.at}/costs")
    wrong = {"people-high": "1200", "tools-low": "twelve", "quote-low": "30", "quote-high": "20", "rework-low": "-5"}
    owner.submit(status=422, currency="a currency with a long name", **wrong)
    for sentence in (
        "People, to: fill in “From” too, or that alone",
        "Tools and space, from: write an amount in figures, such as 12000",
        "The quote, to: this must not be below “From”",
        "Rework, from: write an amount",
        "The currency is 27 characters long",
    ):
        assert sentence in owner.words
    for name, typed in wrong.items():
        assert owner.page.select_one(f'[name="{name}"]')["value"] == typed  # type: ignore[index]
    assert stored_process(database).costs is None


def test_two_windows_lose_nothing(owner: OwnerWalker, database: Database) -> None:
    owner.finish()
    owner.open(f"{owner.at}/costs")
    twin = owner.second_window()
    owner.submit(**FILLED)
    twin.submit(status=409, **{"currency": "GBP", "people-low": "1"})
    assert "60,000 to 70,000 EUR" in twin.words
    assert stored_process(database).costs["currency"] == "EUR"  # type: ignore[index]
    twin.submit()
    assert stored_process(database).costs == {"currency": "GBP", "ranges": {"people": ["1.00", "1.00"]}}


def test_a_sign_stands_before_the_amount_and_may_be_typed_there(owner: OwnerWalker) -> None:
    owner.finish()
    owner.open(f"{owner.at}/costs")
    owner.submit(**{"currency": "£", "people-low": "£30,000", "people-high": "£ 35.000", "quote-low": "20000"})
    assert "With the provider it would cost £10,000 to £15,000 a year less." in owner.words


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12000", "12000.00"), (" 12,000 ", "12000.00"), ("12 000", "12000.00"), ("12\u00a0000", "12000.00"),
        ("12\u202f000.5", "12000.50"), ("1’234’567", "1234567.00"), ("0", "0.00"), (".5", "0.50"), ("12,50", "12.50"),
        ("1.200", "1200.00"), ("1.200,50", "1200.50"), ("€5", "5.00"), ("5 EUR", "5.00"), ("EUR 5", "5.00"),
        ("1.234.567,8", "1234567.80"),
        ("1,2,3", None), ("12 00", None), ("-1", None), ("1,200,50", None), ("1,200.500", None), ("1.2000", None),
        ("1e3", None), ("٣", None), ("NaN", None), ("9" * 13, None), ("9" * 500, None), ("0x1", None), (".", None),
        ("$", None), ("5 USD", None),
    ],
)  # fmt: skip
def test_an_amount_is_read_in_one_way_or_not_at_all(typed: str, amount: str | None) -> None:
    if amount is None:
        with pytest.raises(ValueError, match=r"^write an amount"):
            read_amount(typed, "EUR")
    else:
        assert read_amount(typed, "EUR") == Decimal(amount)
