"""What a fetched page means for the version that is live, and what is remembered of having looked at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ingest.checks import Check
from ingest.model import Gone, Page, Skipped, Unchanged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.model import Fetched
    from ingest.policy import CheckRules, IngestPolicy


@dataclass(frozen=True, slots=True)
class Plan:
    """What a fetched page means: one of the outcomes of `Report`."""

    outcome: str
    page_id: str | None = None


def plan(fetched: Fetched, live: Mapping[str, str], known: Mapping[str, str], policy: IngestPolicy) -> Plan:
    """Compare what a source gave with `live` (page versions by id); `known` maps addresses to ids."""
    if isinstance(fetched, Page):
        if fetched.id not in live:
            return Plan("added", fetched.id)
        return Plan("unchanged" if live[fetched.id] == fetched.version else "changed", fetched.id)
    identifier = known.get(fetched.url)
    if isinstance(fetched, Gone):
        return Plan("removed", identifier) if identifier in live else Plan("skipped")
    if isinstance(fetched, Unchanged):
        return Plan("unchanged", identifier)
    if isinstance(fetched, Skipped):
        removed = identifier in live and _must_go(fetched, policy)
        return Plan("removed" if removed else "skipped", identifier)
    return Plan("failed", identifier)


def _must_go(skipped: Skipped, policy: IngestPolicy) -> bool:
    return skipped.kind != "other" and getattr(policy.skipped, skipped.kind) == "remove"


def confirmed(page: Page, before: Check | None, blank: Check, rules: CheckRules, *, changed: bool) -> Check:
    """A look that went well and gave the page; `blank` says when, by which source and at what address."""
    now = blank.checked_at
    hours = rules.interval(before.interval_hours if before else None, changed=changed)
    return replace(
        blank,
        page_version=page.version,
        etag=page.validators.etag,
        last_modified=page.validators.last_modified,
        fetched_at=now,
        modified_at=_modified_at(page),
        changed_at=now if changed or before is None else before.changed_at,
        interval_hours=hours,
        next_check_at=now + timedelta(hours=hours),
    )


def unchanged(before: Check, now: datetime, rules: CheckRules) -> Check:
    """A look at which the source said that the page is as it was."""
    hours = rules.interval(before.interval_hours, changed=False)
    return replace(
        before,
        checked_at=now,
        fetched_at=now,
        interval_hours=hours,
        next_check_at=now + timedelta(hours=hours),
        failures=0,
        problem=None,
    )


def looked_at(before: Check, look: Check) -> Check:
    """A look that gave another text, which does not answer yet: nothing is confirmed, the next look moves."""
    return replace(
        before,
        checked_at=look.checked_at,
        interval_hours=look.interval_hours,
        next_check_at=look.next_check_at,
        failures=0,
        problem=None,
    )


def unsuccessful(before: Check, now: datetime, rules: CheckRules, reason: str) -> Check:
    """A look that failed: what is stored of the page stays, and the next look comes sooner."""
    failures = before.failures + 1
    due = now + timedelta(hours=rules.retry(failures))
    return replace(before, checked_at=now, failures=failures, problem=reason, next_check_at=due)


def _modified_at(page: Page) -> datetime | None:
    """When the source says that it changed the page: its header, else the date on the page."""
    if page.validators.last_modified:
        try:
            stated = parsedate_to_datetime(page.validators.last_modified)
            return stated if stated.tzinfo else stated.replace(tzinfo=UTC)
        except ValueError:
            pass
    return datetime.combine(page.last_updated, time(), UTC) if page.last_updated else None
