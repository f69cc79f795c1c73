import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event

import pytest

from advisor.operating import serve
from advisor.web import logs

AT_ONCE = timedelta(0)
NOT_IN_THIS_TEST = timedelta(days=1)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logs.configure()


def act_until(
    turn: int, stop: Event, fails: Callable[[int], bool] = lambda _turn: False
) -> tuple[Callable[[], None], list[int]]:
    """An act that stops itself in that turn, and the turns that it was given."""
    turns: list[int] = []

    def act() -> None:
        turns.append(len(turns) + 1)
        if turns[-1] == turn:
            stop.set()
        if fails(turns[-1]):
            raise ValueError("what somebody typed")

    return act, turns


def test_an_act_is_done_again_and_again_until_it_is_stopped() -> None:
    stop = Event()
    act, turns = act_until(3, stop)
    serve.repeat("count", act, every=AT_ONCE, stop=stop)
    assert turns == [1, 2, 3]


def test_what_was_stopped_before_it_began_is_not_done() -> None:
    stop = Event()
    stop.set()
    act, turns = act_until(1, stop)
    serve.repeat("count", act, every=AT_ONCE, stop=stop)
    assert turns == []


def test_each_failure_is_logged_once_with_what_failed_and_ends_nothing(lines: io.StringIO) -> None:
    stop = Event()
    act, turns = act_until(4, stop, fails=lambda turn: turn in {2, 3})
    serve.repeat("count", act, every=AT_ONCE, stop=stop)
    assert turns == [1, 2, 3, 4]
    logged = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [(line["event"], line["error"]) for line in logged] == [("count failed", "builtins.ValueError")] * 2
    assert all("test_background.py" in line["frames"][-1] for line in logged)
    assert "what somebody typed" not in lines.getvalue()


def test_it_acts_at_once_and_is_stopped_in_the_middle_of_a_pause() -> None:
    acted, stop = Event(), Event()
    thread = serve.repeat_in_thread("wait", acted.set, every=NOT_IN_THIS_TEST, stop=stop)
    assert acted.wait(10)
    assert thread.is_alive()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_it_does_not_keep_the_process_from_ending() -> None:
    stop = Event()
    thread = serve.repeat_in_thread("wait", lambda: None, every=NOT_IN_THIS_TEST, stop=stop)
    assert (thread.daemon, thread.name) == (True, "wait")
    stop.set()
