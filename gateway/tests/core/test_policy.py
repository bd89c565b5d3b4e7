"""Breaker, retry budget, limiter and deadline, with a clock of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.backends.policy import (
    Breaker,
    BreakerState,
    Limiter,
    RetryBudget,
    deadline,
    remaining,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(window=10, threshold=3, pause=2, probe_timeout=5, clock=clock)


def state(breaker: Breaker) -> BreakerState:
    return breaker.state


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        assert breaker.admit()
        breaker.record(ok=False)


def test_it_opens_after_the_threshold_and_not_before(breaker: Breaker) -> None:
    fail(breaker, 2)
    assert breaker.admit()
    fail(breaker, 1)
    assert state(breaker) is BreakerState.OPEN
    assert not breaker.admit()


def test_failures_among_many_successes_do_not_open_it(breaker: Breaker) -> None:
    for _ in range(10):
        breaker.record(ok=True)
    fail(breaker, 9)
    assert state(breaker) is BreakerState.CLOSED
    fail(breaker, 1)
    assert state(breaker) is BreakerState.OPEN


def test_failures_outside_of_the_window_are_forgotten(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 2)
    clock.now += 11
    fail(breaker, 1)
    assert state(breaker) is BreakerState.CLOSED


def test_half_open_lets_one_through(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 2
    assert state(breaker) is BreakerState.HALF_OPEN
    assert breaker.admit()
    assert not breaker.admit()


def test_a_good_probe_closes_and_a_bad_one_opens_again(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 2
    assert breaker.admit()
    breaker.record(ok=False)
    assert state(breaker) is BreakerState.OPEN
    clock.now += 2
    assert breaker.admit()
    breaker.record(ok=True)
    assert state(breaker) is BreakerState.CLOSED
    # What failed before it closed does not count any more.
    fail(breaker, 2)
    assert state(breaker) is BreakerState.CLOSED


def test_calls_that_began_before_it_opened_do_not_close_it(breaker: Breaker) -> None:
    for _ in range(4):
        assert breaker.admit()
    for _ in range(3):
        breaker.record(ok=False)
    breaker.record(ok=True)
    assert state(breaker) is BreakerState.OPEN


def test_a_probe_that_never_reports_is_forgotten(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 2
    assert breaker.admit()
    clock.now += 5
    assert breaker.admit()


def test_a_probe_given_up_makes_room_for_the_next(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 2
    assert breaker.admit()
    breaker.release()
    assert breaker.admit()


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 4)), max_size=60))
def test_it_always_comes_back_when_calls_succeed(history: list[tuple[bool, float]]) -> None:
    clock = Clock()
    breaker = Breaker(window=10, threshold=3, pause=2, probe_timeout=5, clock=clock)
    for good, later in history:
        clock.now += later
        if breaker.admit():
            breaker.record(ok=good)
    clock.now += 2.1  # the pause and what floats leave over
    assert breaker.admit()
    breaker.record(ok=True)
    clock.now += 2.1
    assert breaker.admit()


def test_retries_are_bounded_by_calls() -> None:
    budget = RetryBudget(ratio=0.1, reserve=2)
    assert [budget.withdraw() for _ in range(3)] == [True, True, False]
    for _ in range(9):
        budget.deposit()
    assert not budget.withdraw()
    for _ in range(2):
        budget.deposit()
    assert budget.withdraw()


def test_the_reserve_does_not_grow() -> None:
    budget = RetryBudget(ratio=0.5, reserve=2)
    for _ in range(100):
        budget.deposit()
    assert [budget.withdraw() for _ in range(3)] == [True, True, False]


def test_places_are_given_back() -> None:
    limiter = Limiter(2)
    assert [limiter.enter() for _ in range(3)] == [True, True, False]
    limiter.leave()
    assert limiter.enter()


async def test_the_nearer_deadline_counts() -> None:
    assert remaining(7) == 7
    with deadline(5):
        assert 4 < remaining(7) <= 5
        assert remaining(1) == 1
        with deadline(50):
            assert remaining(7) <= 5
        with deadline(0.5):
            assert remaining(7) <= 0.5
        assert remaining(7) > 4
    assert remaining(7) == 7
