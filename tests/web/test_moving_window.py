"""Counts of the last minute are exact, and of what happened before nothing is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from web.memory_counters import MemoryCounters
from web.moving_window import MovingWindow


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock():
    """The time of the window."""
    return Clock()


def test_each_event_counts_for_just_its_time(clock):
    """The window moves: it does not begin anew each minute."""
    window = MovingWindow(60, clock)
    for _ in range(3):
        window.add("a")
        clock.at += 25
    assert (window.count("a"), window.seconds_left("a")) == (2, 10)
    clock.at += 10
    assert (window.count("a"), window.seconds_left("a")) == (1, 25)
    assert (window.count("b"), window.seconds_left("b")) == (0, 60)


def test_a_key_takes_memory_for_as_long_as_it_counts(clock):
    """Ten thousand conversations later, only those of the last minute are held; one that goes on stays."""
    window = MovingWindow(60, clock)
    for number in range(10_000):
        window.add(number)
        window.add("goes on")
        clock.at += 1
    assert len(window) <= 61
    assert window.count("goes on") == 59


def test_looking_leaves_nothing_behind(clock):
    """Whoever is turned away is looked at, and not kept."""
    window = MovingWindow(60, clock)
    assert [window.count(number) for number in range(100)] == [0] * 100
    assert len(window) == 0


@pytest.mark.anyio
async def test_tokens_count_by_the_day():
    """At midnight UTC, as on Redis, the model may be asked again."""
    moment = [datetime(2026, 11, 28, 23, 59, tzinfo=UTC)]
    counters = MemoryCounters(now=lambda: moment[0])
    await counters.spend(70)
    assert await counters.tokens() == 70
    moment[0] += timedelta(minutes=2)
    assert await counters.tokens() == 0
    await counters.spend(5)
    assert await counters.tokens() == 5
