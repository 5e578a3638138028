"""How far an ingest is, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from types import TracebackType


class _Shown:
    """Bars on standard error while the context is open; nothing when `quiet`."""

    def __init__(self, first: str, *, quiet: bool) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), disable=quiet)
        self._task = self._progress.add_task(first, total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


class Bar(_Shown):
    """A progress bar on standard error; nothing when `quiet`."""

    def __init__(self, *, quiet: bool = False) -> None:
        super().__init__("Pages", quiet=quiet)
        self._texts: TaskID | None = None

    def expect(self, pages: int | None) -> None:
        """How many pages will come."""
        self._progress.update(self._task, total=pages)

    def page(self, outcome: str, url: str) -> None:
        """One more is settled."""
        self._progress.advance(self._task)

    def embedded(self, done: int, total: int) -> None:
        """So many texts of those at work now are embedded."""
        if self._texts is None:
            self._texts = self._progress.add_task("Texts", total=total)
        self._progress.update(self._texts, completed=done, total=total)


class Counter(_Shown):
    """How far a run of a suite is, on a terminal; nothing when `quiet`."""

    def __init__(self, name: str, *, quiet: bool = False) -> None:
        super().__init__(name, quiet=quiet)

    async def done(self, done: int, total: int) -> None:
        """So many of so many."""
        self._progress.update(self._task, completed=done, total=total)

    def stopped(self) -> bool:
        """Never: a terminal interrupts the whole command."""
        return False
