"""What the tests promise of themselves: isolation where they share, and a list that names what there is."""

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask

from tests.applications import borrow_application, make_up
from tests.conftest import LONGEST, settings_for
from tests.effort import limit_processor_time
from tests.one_database import ONCE

TESTS = Path(__file__).parents[1]


def test_what_runs_on_one_kind_of_database_is_there_and_named_once() -> None:
    named = [module for modules in ONCE.values() for module in modules]
    assert len(named) == len(set(named))
    assert [module for module in named if not (TESTS / module).is_file()] == []


def test_what_comes_first_is_there() -> None:
    modules = [str(file.relative_to(TESTS)) for file in TESTS.rglob("test_*.py")]
    assert [start for start in LONGEST if not any(module.startswith(start) for module in modules)] == []


def borrow(folder: Path, **more: object) -> AbstractContextManager[Flask]:
    return borrow_application({**settings_for(f"sqlite:///{folder / 'none.db'}", folder), **more})


def test_a_changed_config_is_not_seen_by_the_next_borrower(tmp_path: Path) -> None:
    with borrow(tmp_path, ONLY_HERE=1) as first:
        first.config["PAGE_SIZE"] = 1
        first.config["MORE"] = True
    with borrow(tmp_path) as second:
        assert second is first
        assert second.config["PAGE_SIZE"] != 1
        assert not {"MORE", "ONLY_HERE"} & set(second.config)


def test_the_database_is_the_borrowers_own(tmp_path: Path) -> None:
    with borrow(tmp_path) as first:
        database = first.extensions["database"]
    with borrow(tmp_path) as second:
        assert second.extensions["database"] is not database


def test_what_only_answered_is_lent_again(tmp_path: Path) -> None:
    with borrow(tmp_path) as first:
        assert first.test_client().get("/no/such/page").status_code == 404
        assert first.test_client().get("/healthz").status_code == 200
    with borrow(tmp_path) as second:
        assert second is first


def test_two_that_are_borrowed_at_once_are_two(tmp_path: Path) -> None:
    with borrow(tmp_path) as first, borrow(tmp_path) as second:
        assert first is not second


@pytest.mark.parametrize(
    "add",
    [
        lambda app: app.view_functions.update(more=str),
        lambda app: app.before_request_funcs.setdefault(None, []).append(lambda: None),
        lambda app: app.extensions["rights"].update(more="all"),
        lambda app: app.jinja_env.globals.update(more=1),
        lambda app: app.template_context_processors[None].append(dict),
    ],
)
def test_what_was_added_to_is_not_lent_again(tmp_path: Path, add: object) -> None:
    with borrow(tmp_path) as first:
        before = make_up(first)
        add(first)  # type: ignore[operator]
        assert make_up(first) != before
    with borrow(tmp_path) as second:
        assert isinstance(second, Flask)
        assert second is not first


def test_work_that_takes_too_long_fails_however_slow_the_machine_is() -> None:
    with pytest.raises(AssertionError, match="of processor time"), limit_processor_time(0.0001):
        sum(range(2_000_000))
    with limit_processor_time(5):
        sum(range(1_000))
