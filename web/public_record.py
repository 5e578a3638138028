"""What the public page says of the service: accuracy, freshness, limits, and the log of what changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anyio import to_thread

from evals import PASSED, Figure, RunState, score_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from assistant.public_log import Entry
    from evals import Run, Runs, Trial
    from web.dependencies import Parts

FIGURES = {
    PASSED: "service.passed",
    "recall@1": "service.recall_1",
    "answered or declined rightly": "service.declined",
    "fact recall": "service.facts",
    "citation validity": "service.citations",
}
"""Figures of a run that the page shows, and the text that says what each is the share of."""

SERVED = "served"
"""Name of the configuration that citizens are given."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A suite's latest finished run of what is served."""

    run: Run
    figures: Mapping[str, Figure]
    topics: Mapping[str, Figure]
    """Share of questions that passed every check, by topic."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the pages are that answer now."""

    version: int
    published_at: datetime | None
    pages: int
    undated: int
    oldest: date | None
    newest: date | None
    starter: int
    """Pages that were written for this project and are not official."""
    unreviewed: int
    """Pages in te reo Māori that no fluent speaker has reviewed."""


class Measurements:
    """What is told of each run that is shown, worked out once: the answers of a finished run do not change.

    A thousand questions take a second to score, and anybody may ask for the page.
    """

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._known: dict[int, Mapping[str, Figure]] = {}

    async def of(self, shown: Sequence[Run]) -> list[Measured]:
        """Overall figures as they were stored; by topic from the kept answers, scored again."""
        self._known = {each.id: await self._by_topic(each) for each in shown}
        return [Measured(each, _figures(each), self._known[each.id]) for each in shown]

    async def _by_topic(self, run: Run) -> Mapping[str, Figure]:
        if (known := self._known.get(run.id)) is not None:
            return known
        return await to_thread.run_sync(_by_topic, await self._runs.trials(run.id))


async def measured(parts: Parts) -> list[Measured]:
    """Each suite's latest run on the pages that answer now, else on others that did; most questions first."""
    live = await parts.catalog.live()
    runs = sorted(await _public_runs(parts, limit=2_000), key=lambda run: run.basis.index_version != live)
    latest: dict[str, Run] = {}
    for run in runs:
        latest.setdefault(run.suite, run)
    found = await parts.measurements.of(list(latest.values()))
    return sorted(found, key=lambda each: -max((figure.n for figure in each.figures.values()), default=0))


async def freshness(parts: Parts) -> Freshness | None:
    """None before anything is published."""
    if await parts.catalog.live() is None:
        return None
    snapshot = await parts.index.live()
    version = await parts.catalog.version(snapshot.version)
    pages = [each.page for each in snapshot.pages]
    dates = sorted(each.last_updated for each in pages if each.last_updated)
    return Freshness(
        version=snapshot.version,
        published_at=version.published_at,
        pages=len(pages),
        undated=len(pages) - len(dates),
        oldest=dates[0] if dates else None,
        newest=dates[-1] if dates else None,
        starter=sum(each.origin == "starter" for each in pages),
        unreviewed=sum(not each.reviewed for each in pages),
    )


async def incidents(parts: Parts) -> list[tuple[Entry, Entry | None]]:
    """What was reported as gone wrong, newest first, each with what closed it."""
    entries = await parts.public_log.entries(kind="incident")
    closed = {entry.body["closes"]: entry for entry in entries if "closes" in entry.body}
    return [(entry, closed.get(entry.number)) for entry in entries if "closes" not in entry.body]


async def note_changes(parts: Parts) -> None:
    """Enter versions, runs and topic switches that the log does not hold yet, in their order.

    Every look at the log asks for this, and anybody may look: what is entered already costs nothing more.
    """
    entered = await parts.public_log.keys()
    for version in reversed(await parts.catalog.versions()):
        if version.published_at is not None and _index_key(version.id) not in entered:
            body: dict[str, Any] = {
                "version": version.id,
                "replaces": version.parent,
                "changes": dict(version.counts),
                "published": version.published_at.isoformat(timespec="seconds"),
            }
            await parts.public_log.append("index", _index_key(version.id), body)
    await _note_live(parts)
    for run in reversed(await _public_runs(parts)):
        if (key := f"run-{run.id}") not in entered:
            shown = {name: run.figures[name] for name in FIGURES if name in run.figures}
            body = {"suite": run.suite, "index_version": run.basis.index_version, "figures": shown}
            await parts.public_log.append("measured", key, body)
    await _note_topics(parts)


def _index_key(version: int) -> str:
    return f"index-{version}"


async def _public_runs(parts: Parts, *, limit: int = 200) -> list[Run]:
    """Finished runs of what is served, newest first; a version that never answered is nobody's business."""
    unpublished = {each.id for each in await parts.catalog.versions() if each.published_at is None}
    return [
        run
        for run in await parts.runs.list(limit=limit)
        if run.state is RunState.FINISHED
        and run.configuration_name == SERVED
        and run.basis.index_version not in unpublished
    ]


async def _note_live(parts: Parts) -> None:
    """The version that answers, where it is not the one that the log says (after a roll-back, too)."""
    live = await parts.catalog.live()
    entries = await parts.public_log.entries()
    last = next((each.body["version"] for each in entries if each.kind == "answers_from"), None)
    if live is not None and live != last:
        await parts.public_log.append("answers_from", f"live-{len(entries)}-{live}", {"version": live})


async def _note_topics(parts: Parts) -> None:
    off = sorted(topic for topic, state in (await parts.topics.states()).items() if state.off)
    before = await parts.public_log.entries(kind="topics", limit=1)
    if off != (before[0].body["off"] if before else []):
        entries = await parts.public_log.entries(limit=1)
        number = entries[0].number if entries else 0
        key = hashlib.sha256(json.dumps(off).encode()).hexdigest()[:12]
        await parts.public_log.append("topics", f"topics-{number}-{key}", {"off": off})


def _by_topic(trials: Sequence[Trial]) -> dict[str, Figure]:
    topics = score_all(trials).by_tag().get("topic", {})
    return {topic: each[PASSED] for topic, each in topics.items() if PASSED in each}


def _figures(run: Run) -> dict[str, Figure]:
    return {name: _figure(run.figures[name]) for name in FIGURES if name in run.figures}


def _figure(kept: Mapping[str, float]) -> Figure:
    return Figure(kept["mean"], kept["low"], kept["high"], int(kept["n"]), int(kept.get("nan", 0)))


def as_values(found: Measured) -> dict[str, Any]:
    """A measurement as plain values for the API."""
    return {
        "suite": found.run.suite,
        "run": found.run.id,
        "finished_at": found.run.finished_at,
        "index_version": found.run.basis.index_version,
        "figures": found.figures,
        "passed_by_topic": found.topics,
    }
