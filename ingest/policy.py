"""How long things are kept and how often pages are looked at: `policy.toml`, or a file of one's own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from importlib import resources
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import PolicyError
from ingest.sources.address import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from ingest.checks import Check
    from ingest.model import StoredPage

Reaction = Literal["remove", "keep"]


class Freshness(StrEnum):
    """What a page's age means for answers."""

    FRESH = "fresh"
    STALE = "stale"
    """It answers, and the answer says when it was last confirmed."""
    WITHHELD = "withheld"
    """It does not answer."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How fresh pages are, by page id: `freshness` names those that are not fresh.

    `confirmed` tells when a page's source last vouched for its text.
    """

    freshness: Mapping[str, Freshness] = field(default_factory=dict)
    confirmed: Mapping[str, datetime] = field(default_factory=dict)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class VersionRules(_Table):
    """Which versions of the index stay."""

    keep_published: int = Field(ge=1)
    keep_candidates_days: float = Field(ge=0)


class CheckRules(_Table):
    """When a page is looked at again; all in hours, or factors of them."""

    first_hours: float = Field(gt=0)
    shortest_hours: float = Field(gt=0)
    longest_hours: float = Field(gt=0)
    changed: float = Field(gt=0, le=1)
    unchanged: float = Field(ge=1)
    retry_hours: float = Field(gt=0)

    def interval(self, before: float | None, *, changed: bool) -> float:
        """Hours until the next look after one that went well."""
        if before is None:
            return self.first_hours
        wanted = before * (self.changed if changed else self.unchanged)
        return min(max(wanted, self.shortest_hours), self.longest_hours)

    def retry(self, failures: int) -> float:
        """Hours until the next look after so many that failed in a row."""
        return float(min(self.retry_hours * 2.0 ** min(failures - 1, 20), self.longest_hours))


class SkippedRules(_Table):
    """What happens to an answering page that may no longer be read, by why."""

    robots: Reaction
    host: Reaction
    not_a_page: Reaction


class AgeRule(_Table):
    """From which age a page is labelled or withheld, and which pages that is said of."""

    kinds: tuple[Literal["web", "given"], ...] = ()
    hosts: tuple[str, ...] = ()
    label_days: float = Field(ge=0)
    withhold_days: float = Field(ge=0)

    def fits(self, url: str, *, web: bool) -> bool:
        """Whether the rule speaks of the page at `url`, which was read on the web or given in."""
        host = host_of(url) if url.startswith(("http:", "https:")) else ""
        hosted = not self.hosts or any(host == each or host.endswith(f".{each}") for each in self.hosts)
        return hosted and (not self.kinds or ("web" if web else "given") in self.kinds)

    def freshness(self, age: timedelta) -> Freshness:
        """What a page of that age is."""
        days = age / timedelta(days=1)
        if self.withhold_days and days >= self.withhold_days:
            return Freshness.WITHHELD
        return Freshness.STALE if self.label_days and days >= self.label_days else Freshness.FRESH


class IngestPolicy(_Table):
    """The whole file."""

    owner: str
    source: str
    date: date
    versions: VersionRules
    checks: CheckRules
    skipped: SkippedRules
    age: tuple[AgeRule, ...]

    @classmethod
    def load(cls, path: Path | None = None) -> IngestPolicy:
        """The file at `path`, or the one that ships; raises `PolicyError` naming what is wrong in it."""
        try:
            text = (
                path.read_text("utf-8")
                if path
                else resources.files("ingest").joinpath("policy.toml").read_text("utf-8")
            )
            return cls.model_validate(tomllib.loads(text))
        except (OSError, ValueError) as error:
            problem = _first(error) if isinstance(error, ValidationError) else str(error)
            raise PolicyError(f"the policy {path or 'policy.toml'} cannot be used: {problem}") from error

    def standing(self, pages: Iterable[StoredPage], checks: Mapping[str, Check], now: datetime) -> Standing:
        """How fresh each of `pages` is at `now`, and when its source last vouched for it."""
        freshness, confirmed = {}, {}
        for page in pages:
            check = checks.get(page.id)
            confirmed[page.id] = at = confirmed_at(page, check)
            web = check is not None and check.web
            rule = next((each for each in self.age if each.fits(page.page.url, web=web)), None)
            if rule and (found := rule.freshness(now - at)) is not Freshness.FRESH:
                freshness[page.id] = found
        return Standing(freshness, confirmed)


def confirmed_at(page: StoredPage, check: Check | None) -> datetime:
    """When the source last vouched for this text of the page; a look that found another does not count."""
    if check is None or check.fetched_at is None or check.page_version not in (None, page.version):
        return page.fetched_at
    return max(page.fetched_at, check.fetched_at)


def _first(error: ValidationError) -> str:
    found = error.errors()[0]
    return f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"
