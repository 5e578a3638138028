"""What answers a version would change, as it is worked out once and kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, Column, Integer, String, Table, delete, select

from ingest import metadata, upsert
from web.columns import Instant

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

version_reports = Table(
    "version_reports",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("against", Integer, nullable=True),
    Column("at", Instant, nullable=False),
    Column("by", String(100), nullable=False),
    Column("report", JSON, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that is answered under both versions, and why."""

    id: str
    question: str
    history: tuple[str, ...]
    suite: str
    """The suite that it stands in; empty for one that people asked."""
    times: int = 0
    """How often people asked it; 0 for one of a suite."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """One sentence of an answer and the page that it quotes."""

    text: str
    title: str
    url: str
    quote: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer under one version."""

    outcome: str
    message: str
    sentences: tuple[Quoted, ...]
    verified: bool
    """Every quote stands byte for byte in the version's pages."""
    passed: bool | None
    """Whether the case of the suite passes; None for a question that people asked."""
    failing: tuple[str, ...] = ()
    """The case's checks that fail, each with what it found."""

    @property
    def said(self) -> tuple[object, ...]:
        """What a reader would see of it."""
        return (self.outcome, tuple((each.text, each.url) for each in self.sentences))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question's answers under both versions; `before` is None where nothing is live yet."""

    asking: Asking
    before: Shown | None
    after: Shown

    @property
    def changed(self) -> bool:
        """Whether a reader would see a difference."""
        return self.before is None or self.before.said != self.after.said

    @property
    def broken(self) -> bool:
        """A case that passed and no longer does."""
        return self.after.passed is False and (self.before is None or self.before.passed is not False)

    @property
    def mended(self) -> bool:
        """A case that failed and now passes."""
        return self.after.passed is True and self.before is not None and self.before.passed is False

    @property
    def kind(self) -> str:
        """How it is counted, once: `broken`, `worse`, `mended` or `other`."""
        if self.broken:
            return "broken"
        if self.worse:
            return "worse"
        return "mended" if self.mended else "other"

    @property
    def worse(self) -> bool:
        """Something that an editor must read before the others."""
        return self.broken or self.lost or not self.after.verified

    @property
    def lost(self) -> bool:
        """A question was answered and would be no more, and no case says that this is right."""
        gone = bool(self.before and self.before.sentences and not self.after.sentences)
        return gone and self.after.passed is not True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says: whether the version may be published, and why not."""

    passed: bool
    gate: str
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionReport:
    """All of it for one candidate."""

    version: int
    against: int | None
    at: datetime
    by: str
    pages: dict[str, int]
    """Pages added, changed and removed."""
    passages: dict[str, int]
    """Passages added, changed and removed."""
    asked: int
    """Questions looked at."""
    affected: int
    """Of them, those that the changed pages could affect."""
    verdict: Verdict
    comparisons: tuple[Comparison, ...] = field(default=())
    """The affected questions whose answers change, those that break first."""


_REPORT = TypeAdapter(VersionReport)


class Reports:
    """The reports, one a version: the last one counts."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, report: VersionReport) -> None:
        """Keep it in place of an earlier one of that version."""
        row: dict[str, Any] = {
            "version": report.version,
            "against": report.against,
            "at": report.at,
            "by": report.by,
            "report": _REPORT.dump_python(report, mode="json"),
        }
        async with self._engine.begin() as connection:
            await connection.execute(upsert(self._engine, version_reports).values(**row))

    async def of(self, version: int) -> VersionReport | None:
        """The report of a version, where there is one."""
        query = select(version_reports.c.report).where(version_reports.c.version == version)
        async with self._engine.connect() as connection:
            found = await connection.scalar(query)
        return None if found is None else _REPORT.validate_python(found)

    async def forget(self, version: int) -> None:
        """Drop it: the version is no more, or was changed."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(version_reports).where(version_reports.c.version == version))
