"""The kinds of jobs that editors start, and what they decide about the versions that come of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import structlog

from ingest import IngestError, Page, Report, prune, remove, sync_all, writing
from web.access import Role
from web.editing.affected import Affected
from web.editing.checking import check
from web.editing.errors import NeedsReason
from web.editing.handing_in import as_page, onto
from web.editing.letting_in import let_in, still_out
from web.editing.reading import note_of, sources_of
from web.editing.report import Reports
from web.editing.taking_over import still_waiting, take_over
from web.editing.telling import telling
from web.jobs import JobKind
from web.sources import HandedIn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from assistant import Assistant
    from ingest import Check, Index, PageChange, Snapshot, Version
    from ingest.checks import Checks
    from web.access import Audit
    from web.editing.gate import Gate
    from web.jobs import Jobs, RunningJob
    from web.settings import Settings

LANGUAGES = ("en", "mi")
EDITORS = (Role.EDITOR,)
WHY = "Say why: `reason` in a request, --reason on the command line. It is kept in the audit trail."
READ, HAND_IN, REMOVE, RESTORE, CHECK = "read-again", "hand-in", "remove", "restore", "check"
_log = structlog.get_logger("web.editing")


@dataclass(frozen=True)
class Editing:
    """What the editors' jobs work with."""

    settings: Settings
    index: Index
    assistant: Assistant
    jobs: Jobs
    audit: Audit
    reports: Reports
    gate: Gate
    now: Callable[[], datetime]
    affected: Affected
    _opened: dict[tuple[int, int | None], Snapshot] = field(default_factory=dict)

    def register(self) -> None:
        """Let this process do the editors' kinds of jobs."""
        for name, title, run in (
            (READ, "Read pages again", self._read_again),
            (HAND_IN, "Take in pages", self._hand_in),
            (REMOVE, "Remove pages", self._remove),
            (RESTORE, "Let removed pages in again", self._restore),
            (CHECK, "Check a version", self.check_and_publish),
        ):
            self.jobs.register(JobKind(name, title, run, EDITORS))

    def _writing(self, what: str) -> AbstractAsyncContextManager[None]:
        return writing(self.settings.data_dir, what, self.settings.database_url)

    async def candidate(self, number: int) -> Snapshot:
        """A version in memory; the last one that was opened is kept.

        Another process may have put it onto another version meanwhile, and then it holds other pages.
        """
        key = (number, (await self.index.catalog.version(number)).parent)
        if key not in self._opened:
            opened = await self.index.open(number)
            self._opened.clear()
            self._opened[key] = opened
        return self._opened[key]

    async def forget(self, number: int) -> None:
        """A version is no more what it was: its report and its copy in memory go."""
        self._opened.clear()
        await self.reports.forget(number)

    async def _read_again(self, job: RunningJob) -> dict[str, Any]:
        checks = (await self.index.catalog.checks.all()).values()
        sources, closed = sources_of(job.arguments, checks, self.settings)
        note = note_of(job.arguments, sources, checks)
        async with telling(job) as progress, self._writing(f"job {job.id}"):
            earlier = await still_waiting(job.arguments.get("candidate"), self.index)
            report, by_source = await sync_all(
                sources,
                self.index,
                now=self.now,
                note=earlier.note if earlier else note,
                progress=progress,
                gather=earlier.id if earlier else None,
            )
            await take_over(earlier, report, job, self)
        for name, each in by_source.items() if len(by_source) > 1 else ():
            counts = ", ".join(f"{count} {what}" for what, count in each.counts.items() if count)
            await job.log(f"{name}: {counts or 'nothing'}")
        report.failed.update(closed)
        return await self._candidate_made(report, job, earlier)

    async def _hand_in(self, job: RunningJob) -> dict[str, Any]:
        given: list[Page] = [as_page(each) for each in job.arguments["pages"]]
        live = await self.index.catalog.live()
        held = await self.index.catalog.manifest(live) if live is not None else {}
        stored = await self.index.catalog.pages([held[each.id] for each in given if each.id in held])
        before = {each.id: each.page for each in stored}
        source = HandedIn([onto(each, before.get(each.id)) for each in given])
        let_in: Sequence[str] = job.arguments.get("let_in", ())
        async with telling(job) as progress, self._writing(f"job {job.id}"):
            report, _ = await sync_all(
                [source], self.index, now=self.now, note=source.name, progress=progress, let_in=let_in
            )
            if report.candidate is not None:
                await self.index.catalog.removals.forget(let_in)
        return await self._candidate_made(report, job)

    async def _remove(self, job: RunningJob) -> dict[str, Any]:
        urls: Sequence[str] = job.arguments["urls"]
        async with self._writing(f"job {job.id}"):
            languages = tuple(job.arguments.get("languages") or LANGUAGES)
            report = await remove(
                urls,
                self.index,
                languages=languages,
                now=self.now,
                publish=False,
                by=job.by if job.arguments.get("remember", True) else "",
            )
        await job.progress(len(report.removed), len(urls), skipped=len(report.skipped))
        return await self._candidate_made(report, job)

    async def _restore(self, job: RunningJob) -> dict[str, Any]:
        removed: Sequence[str] = job.arguments["pages"]
        async with telling(job) as progress, self._writing(f"job {job.id}"):
            earlier = await still_waiting(job.arguments.get("candidate"), self.index)
            if job.arguments.get("only"):
                removed = await still_out(removed, self.index)
            report = await let_in(
                removed, self.index, self.settings, now=self.now, progress=progress, earlier=earlier
            )
            await take_over(earlier, report, job, self)
        return await self._candidate_made(report, job, earlier)

    async def _candidate_made(
        self, report: Report, job: RunningJob, earlier: Version | None = None
    ) -> dict[str, Any]:
        for url, reason in {**report.failed, **report.skipped, **report.gone}.items():
            await job.log(f"{url}: {reason}")
        for url, found in report.flagged.items():
            await job.log(f"{url}: text that speaks to a machine was taken out ({found})")
        result: dict[str, Any] = {"counts": report.counts, "failed": report.failed}
        number = report.candidate
        if number is None:
            stays = f"version {earlier.id} stays as it is" if earlier else "there is no new version"
            await job.log(f"Nothing has changed, so {stays}.")
            return {**result, "retry_with": {"candidate": earlier.id}} if earlier else result
        await job.log(f"Version {number} is a candidate; its answers are checked next.")
        arguments = {"version": number, "publish": bool(job.arguments.get("publish"))}
        check = await self.jobs.start(CHECK, arguments, job.by)
        links = [
            {"href": f"/console/versions/{number}", "text": f"Version {number}, before publishing"},
            {"href": f"/console/jobs/{check}", "text": "The check of its answers"},
        ]
        return {
            **result,
            "candidate": number,
            "check": check,
            "links": links,
            "retry_with": {"candidate": number},
        }

    async def check_and_publish(self, job: RunningJob) -> dict[str, Any]:
        """Check the job's `version`; with `publish` among its arguments publish it where the gate passes."""
        number = int(job.arguments["version"])
        report = await check(number, job, self)
        await self.reports.keep(report)
        verdict = report.verdict
        await job.log(f"The gate ({verdict.gate}) {'passes' if verdict.passed else 'does not pass'}.")
        for reason in verdict.reasons:
            await job.log(reason)
        published = bool(job.arguments.get("publish")) and verdict.passed
        if published:
            await self.publish(number, job.by, {"gate": verdict.gate, "passed": True, "by itself": True})
            await job.log(f"Version {number} answers now.")
        stands = "it answers now" if published else "passes" if verdict.passed else "does not pass"
        links = [{"href": f"/console/versions/{number}", "text": f"Version {number}", "note": stands}]
        changed = len(report.comparisons)
        return {"passed": verdict.passed, "changed": changed, "published": published, "links": links}

    async def publish(self, number: int, by: str, told: Mapping[str, Any]) -> None:
        """Let a candidate answer; what it replaces, and `told`, are in the audit trail."""
        catalog = self.index.catalog
        before = await catalog.live()
        changes = (await catalog.diff(before, number)).pages
        async with self._writing(f"publish version {number}"):
            await catalog.publish(number, now=self.now())
            self._opened.clear()  # the index opens what answers: a second copy would only take memory
            await catalog.checks.note(await vouched(changes, catalog.checks))
            await self.audit.record(
                by, "version.published", str(number), {"live": before}, {"live": number, **told}
            )
            await self.let_go_of_old()

    async def let_go_of_old(self) -> None:
        """Prune after publishing; what cannot go now goes with the next one, and what is published stands.

        The caller holds the writer's lock.
        """
        try:
            await prune(self.index, now=self.now())
        except IngestError as error:
            _log.warning("old versions not pruned", error=str(error))

    async def withdraw(self, candidate: int, by: str) -> int | None:
        """Let the removals of a candidate count at once, apart from its other changes, which wait.

        The version that was published for it, if any. The caller holds the writer's lock.
        """
        catalog = self.index.catalog
        live = await catalog.live()
        held = await catalog.manifest(live) if live is not None else {}
        built = await catalog.manifest(candidate)
        gone = held.keys() - built.keys()
        if not gone:
            return None
        if all(held.get(page) == version for page, version in built.items()):
            number = candidate
            await catalog.publish(number, now=self.now())
        else:
            number = await catalog.without(gone, now=self.now())
            await catalog.rebase(candidate)
        told = {
            "live": number,
            "pages": len(gone),
            "check": "not asked: these pages are gone at their source",
        }
        await self.audit.record(by, "version.published", str(number), {"live": live}, told)
        return number

    async def rollback(self, number: int, by: str, reason: str) -> None:
        """Let a version answer again that was published before; raises `NeedsReason` without a reason."""
        if not reason.strip():
            raise NeedsReason("rolling back needs a reason", what_to_do=WHY)
        before = await self.index.catalog.live()
        async with writing(
            self.settings.data_dir, f"rollback to version {number}", self.settings.database_url
        ):
            await self.index.catalog.rollback(number)
        told = {"live": number, "reason": reason.strip()}
        await self.audit.record(by, "version.rolled_back", str(number), {"live": before}, told)


async def vouched(changes: Sequence[PageChange], checks: Checks) -> list[Check]:
    """The checks of changed pages, now that the text which their source gave last is the one that answers.

    What conditional requests need has waited with the text.
    """
    pages = {change.after.id: change.after for change in changes if change.after}
    waiting = await checks.waiting(each.version for each in pages.values())
    found = []
    for page_id, last in (await checks.all()).items():
        page = pages.get(page_id)
        if page is None or last.page_version == page.version:
            continue
        said = waiting.get(page.version)
        found.append(
            replace(
                last,
                page_version=page.version,
                etag=said.etag if said else None,
                last_modified=said.last_modified if said else None,
                modified_at=said.modified_at if said else last.modified_at,
                fetched_at=page.fetched_at,
                changed_at=page.fetched_at,
            )
        )
    return found
