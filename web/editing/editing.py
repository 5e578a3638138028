"""The kinds of jobs that editors start, and what they decide about the versions that come of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ingest import EmptyIndex, Page, Report, prune, remove, sync, writing
from web.access import Role
from web.editing.affected import Affected
from web.editing.comparing import compare, questions
from web.editing.errors import NothingToRead
from web.editing.handing_in import as_page, onto
from web.editing.report import Reports, VersionReport
from web.editing.telling import telling
from web.jobs import JobKind
from web.sources import HandedIn, open_named, open_pages, read_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from assistant import Assistant
    from ingest import Check, Index, PageChange, Snapshot, Source
    from web.access import Audit
    from web.editing.gate import Gate
    from web.editing.report import Comparison
    from web.jobs import Jobs, RunningJob
    from web.settings import Settings

LANGUAGES = ("en", "mi")
EDITORS = (Role.EDITOR,)
READ, HAND_IN, REMOVE, CHECK = "read-again", "hand-in", "remove", "check"


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
    _opened: dict[int, Snapshot] = field(default_factory=dict)

    def register(self) -> None:
        """Let this process do the editors' kinds of jobs."""
        for name, title, run in (
            (READ, "Read pages again", self._read_again),
            (HAND_IN, "Take in pages", self._hand_in),
            (REMOVE, "Remove pages", self._remove),
            (CHECK, "Check a version", self._check),
        ):
            self.jobs.register(JobKind(name, title, run, EDITORS))

    async def candidate(self, number: int) -> Snapshot:
        """A version in memory; the last one that was opened is kept."""
        if number not in self._opened:
            opened = await self.index.open(number)
            self._opened.clear()
            self._opened[number] = opened
        return self._opened[number]

    async def forget(self, number: int) -> None:
        """A version is no more what it was: its report and its copy in memory go."""
        self._opened.pop(number, None)
        await self.reports.forget(number)

    async def _read_again(self, job: RunningJob) -> dict[str, Any]:
        source = await self._source(job.arguments)
        async with telling(job) as progress:
            with writing(self.settings.data_dir, f"job {job.id}"):
                report = await sync(source, self.index, now=self.now, progress=progress, publish=False)
        return await self._candidate_made(report, job)

    async def _source(self, arguments: Mapping[str, Any]) -> Source:
        """What is read: some pages by id, some addresses, or a source as a whole."""
        known = {each.url: each for each in (await self.index.catalog.checks.all()).values()}
        wanted = set(arguments.get("only") or arguments.get("urls") or ())
        if arguments.get("pages"):
            ids = set(arguments["pages"])
            wanted |= {each.url for each in known.values() if each.page_id in ids}
        if not wanted:
            if not arguments.get("source"):
                raise NothingToRead("none of those pages has a source that it could be read from again")
            return open_named(str(arguments["source"]), self.settings)
        found = [known[url] for url in sorted(wanted) if url in known]
        new = sorted(url for url in wanted if url not in known)
        if found and not new:
            return open_pages(found, self.settings)
        return read_at(sorted(wanted), self.settings, name=str(arguments.get("source") or new[0]))

    async def _hand_in(self, job: RunningJob) -> dict[str, Any]:
        given: list[Page] = [as_page(each) for each in job.arguments["pages"]]
        live = await self.index.catalog.live()
        held = await self.index.catalog.manifest(live) if live is not None else {}
        stored = await self.index.catalog.pages([held[each.id] for each in given if each.id in held])
        before = {each.id: each.page for each in stored}
        pages = [onto(each, before.get(each.id)) for each in given]
        async with telling(job) as progress:
            with writing(self.settings.data_dir, f"job {job.id}"):
                source = HandedIn(pages)
                report = await sync(source, self.index, now=self.now, progress=progress, publish=False)
        return await self._candidate_made(report, job)

    async def _remove(self, job: RunningJob) -> dict[str, Any]:
        urls: Sequence[str] = job.arguments["urls"]
        with writing(self.settings.data_dir, f"job {job.id}"):
            report = await remove(urls, self.index, languages=LANGUAGES, now=self.now, publish=False)
        await job.progress(len(report.removed), len(urls), skipped=len(report.skipped))
        return await self._candidate_made(report, job)

    async def _candidate_made(self, report: Report, job: RunningJob) -> dict[str, Any]:
        for url, reason in {**report.failed, **report.skipped, **report.gone}.items():
            await job.log(f"{url}: {reason}")
        for url, found in report.flagged.items():
            await job.log(f"{url}: text that speaks to a machine was taken out ({found})")
        result: dict[str, Any] = {"counts": report.counts, "failed": report.failed}
        number = report.candidate
        if number is None:
            await job.log("Nothing has changed, so there is no new version.")
            return result
        await job.log(f"Version {number} is a candidate; its answers are checked next.")
        arguments = {"version": number, "publish": bool(job.arguments.get("publish"))}
        check = await self.jobs.start(CHECK, arguments, job.by)
        links = [
            {"href": f"/console/versions/{number}", "text": f"Version {number}, before publishing"},
            {"href": f"/console/jobs/{check}", "text": "The check of its answers"},
        ]
        return {**result, "candidate": number, "check": check, "links": links}

    async def _check(self, job: RunningJob) -> dict[str, Any]:
        number = int(job.arguments["version"])
        report = await self.check(number, job)
        await self.reports.keep(report)
        verdict = report.verdict
        await job.log(f"The gate ({verdict.gate}) {'passes' if verdict.passed else 'does not pass'}.")
        for reason in verdict.reasons:
            await job.log(reason)
        published = bool(job.arguments.get("publish")) and verdict.passed
        if published:
            await self.publish(number, job.by, {"gate": verdict.gate, "passed": True, "by itself": True})
            await job.log(f"Version {number} answers now.")
        links = [{"href": f"/console/versions/{number}", "text": f"Version {number}"}]
        changed = len(report.comparisons)
        return {"passed": verdict.passed, "changed": changed, "published": published, "links": links}

    async def check(self, number: int, job: RunningJob) -> VersionReport:
        """Answer what the version's pages could affect under it and under the live one, and judge."""
        catalog = self.index.catalog
        try:
            before = await self.index.live()
        except EmptyIndex:
            before = None
        after = await self.candidate(number)
        against = None if before is None else before.version
        difference = await catalog.diff(against, number)
        touched = {each.page.id for each in difference.pages}
        asked = await questions(self.settings.suites, self.assistant.asked)
        versions = [after] if before is None else [before, after]

        async def looked(done: int, total: int) -> None:
            job.check()
            await job.progress(done, total, "looking for questions that could be affected")

        near = await self.affected.find(asked, versions, touched, looked)
        await job.log(f"{len(near)} of {len(asked)} questions could be affected.")
        compared: list[Comparison] = []
        for asking, case in near:
            job.check()
            compared.append(await compare(asking, case, before, after, self.assistant))
            await job.progress(len(compared), len(near), "answering under both versions")
        changed = [each for each in compared if each.changed or each.broken or not each.after.verified]
        return VersionReport(
            version=number,
            against=against,
            at=self.now(),
            by=job.by,
            pages=difference.page_counts,
            passages=difference.passage_counts,
            asked=len(asked),
            affected=len(near),
            verdict=await self.gate.judge(number, against, compared),
            comparisons=tuple(sorted(changed, key=_worst_first)),
        )

    async def publish(self, number: int, by: str, told: Mapping[str, Any]) -> None:
        """Let a candidate answer; what it replaces, and `told`, are in the audit trail."""
        catalog = self.index.catalog
        before = await catalog.live()
        changes = (await catalog.diff(before, number)).pages
        with writing(self.settings.data_dir, f"publish version {number}"):
            await catalog.publish(number, now=self.now())
            await catalog.checks.note(vouched(changes, await catalog.checks.all()))
            await self.audit.record(
                by, "version.published", str(number), {"live": before}, {"live": number, **told}
            )
            await prune(self.index, now=self.now())

    async def rollback(self, number: int, by: str, reason: str) -> None:
        """Let a version answer again that was published before."""
        before = await self.index.catalog.live()
        with writing(self.settings.data_dir, f"rollback to version {number}"):
            await self.index.catalog.rollback(number)
        told = {"live": number, "reason": reason}
        await self.audit.record(by, "version.rolled_back", str(number), {"live": before}, told)


def vouched(changes: Sequence[PageChange], checks: Mapping[str, Check]) -> list[Check]:
    """The checks of changed pages, now that the text which their source gave last is the one that answers."""
    return [
        replace(
            check,
            page_version=page.version,
            etag=None,
            last_modified=None,
            fetched_at=page.fetched_at,
            changed_at=page.fetched_at,
        )
        for change in changes
        if (page := change.after) and (check := checks.get(page.id)) and check.page_version != page.version
    ]


def _worst_first(comparison: Comparison) -> tuple[bool, bool, bool, int]:
    return (
        comparison.after.verified,
        not comparison.broken,
        not comparison.lost,
        -comparison.asking.times,
    )
