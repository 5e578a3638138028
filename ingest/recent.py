"""What was made lately, in bounded memory, for threads that read and make at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class Recent(Generic[T]):
    """The last `size` values that were kept or asked for, and at most as many again.

    Two generations: when the young one is full, it becomes the old one and the old one goes. Nothing is taken
    out of either, so that a value asked for a moment ago is never missing in between.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._young: dict[int, T] = {}
        self._old: dict[int, T] = {}

    def get(self, key: int) -> T | None:
        """The value, where it was kept or asked for lately."""
        young, old = self._young, self._old
        found = young.get(key)
        if found is None and (found := old.get(key)) is not None:
            self.keep(key, found)
        return found

    def keep(self, key: int, value: T) -> None:
        """Keep a value under `key`."""
        if len(self._young) >= self.size:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def items(self) -> Iterator[tuple[int, T]]:
        """What is kept, the latest last."""
        yield from ({**self._old, **self._young}).items()
