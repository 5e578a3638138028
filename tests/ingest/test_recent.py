"""What is asked for often stays in memory, and memory stays bounded."""

from __future__ import annotations

from ingest.recent import Recent


def test_memory_is_bounded() -> None:
    """However much is kept, at most twice the size is held."""
    recent: Recent[str] = Recent(10)
    for number in range(1_000):
        recent.keep(number, str(number))
    assert 10 <= len(list(recent.items())) <= 20


def test_what_is_asked_for_stays() -> None:
    """A value that is read again and again outlives thousands of others."""
    recent: Recent[str] = Recent(10)
    recent.keep(-1, "popular")
    for number in range(1_000):
        recent.keep(number, str(number))
        assert recent.get(-1) == "popular"


def test_what_nobody_asks_for_goes() -> None:
    """A value that is not read goes with its generation."""
    recent: Recent[str] = Recent(10)
    recent.keep(-1, "forgotten")
    for number in range(100):
        recent.keep(number, str(number))
    assert recent.get(-1) is None
