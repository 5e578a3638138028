"""What the overview says needs somebody: each source of it looks at one thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from assistant import FeedbackKind
from ingest import PageFilter, VersionState
from ingest.refresh import NOTE as REFRESH
from web.access import Role
from web.api.problems_found import content_problems
from web.editing.deciding import standing
from web.jobs import JobState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from web.access import Person
    from web.dependencies import Parts

SOON = timedelta(days=14)
"""How long before its end a key is worth a word."""


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that needs somebody, and where to see to it."""

    text: str
    link: str
    link_text: str
    urgent: bool = False


async def index_missing(built: Parts, person: Person) -> list[Attention]:
    """Nothing is published: no question can be answered."""
    if await built.catalog.live() is not None:
        return []
    text = "No version of the index is published, so no question can be answered."
    link = ("/console/pages", "Pages") if person.may(Role.EDITOR) else ("/console/jobs", "Jobs")
    return [Attention(text, *link, urgent=True)]


async def jobs_failed(built: Parts, person: Person) -> list[Attention]:
    """The latest job of its kind failed, or left items behind."""
    found, seen = [], set()
    for job in await built.jobs.all(limit=50):
        if job.kind in seen or not job.state.over:
            continue
        seen.add(job.kind)
        link = f"/console/jobs/{job.id}"
        title = built.jobs.title(job.kind)
        if job.state is JobState.FAILED:
            found.append(Attention(f"“{title}” failed.", link, "See why", urgent=True))
        elif job.failed:
            text = f"“{title}” ended with {job.failed} failed item{'' if job.failed == 1 else 's'}."
            found.append(Attention(text, link, "See which"))
    return found


async def topics_changed(built: Parts, person: Person) -> list[Attention]:
    """Topics that are off or carry a notice."""
    if not person.may(Role.EDITOR):
        return []
    states = await built.topics.states()
    off = sorted(name for name, state in states.items() if state.off)
    noticed = sorted(name for name, state in states.items() if state.notice and not state.off)
    link = ("/console/topics", "Topics")
    found = [Attention(f"The topic {name} is turned off: nothing is answered on it.", *link) for name in off]
    return found + [Attention(f"The topic {name} carries a notice.", *link) for name in noticed]


async def candidates_waiting(built: Parts, person: Person) -> list[Attention]:
    """Versions that are whole and wait for somebody's decision; first what the gate keeps from answering."""
    if not person.may(Role.EDITOR):
        return []
    live = await built.catalog.live()
    found = []
    for version in await built.catalog.versions():
        if version.state is not VersionState.CANDIDATE:
            continue
        stands = standing(await built.editing.reports.of(version.id), live)
        text = f"Version {version.id} ({version.note}) waits to be published."
        if stopped := stands == "failed" and version.note == REFRESH:
            text = (
                f"Pages have changed at their sources, and the gate does not let version {version.id} "
                "answer: the old texts answer until somebody decides."
            )
        found.append(Attention(text, f"/console/versions/{version.id}", "Look at it", urgent=stopped))
    return found


async def content_to_look_at(built: Parts, person: Person) -> list[Attention]:
    """Pages that contradict one another, are too old to answer, or could not be read."""
    if not person.may(Role.EDITOR) or await built.catalog.live() is None:
        return []
    found = await content_problems(built)
    failed = (await built.catalog.list_pages(PageFilter(problem=True), limit=1)).total
    told = (
        (len(found.contradictions), "contradiction between pages", "contradictions between pages"),
        (len(found.withheld), "page is too old to answer", "pages are too old to answer"),
        (failed, "page could not be read", "pages could not be read"),
    )
    return [
        Attention(f"{count} {one if count == 1 else many}.", "/console/problems", "Problems")
        for count, one, many in told
        if count
    ]


async def gaps_open(built: Parts, person: Person) -> list[Attention]:
    """Questions that found nothing."""
    asked = built.assistant.asked
    if not person.may(Role.EDITOR) or asked is None:
        return []
    times = sum(each.times for each in await asked.all(found=False))
    if not times:
        return []
    days = f"{built.settings.question_days:g}"
    text = f"{times} question{'' if times == 1 else 's'} found nothing in the last {days} days."
    return [Attention(text, "/console/gaps", "Gaps")]


async def reports_open(built: Parts, person: Person) -> list[Attention]:
    """Answers that readers reported and nobody has looked at."""
    if not person.may(Role.EDITOR):
        return []
    count = len(await built.feedback.items(FeedbackKind.REPORT))
    text = f"Readers reported {count} answer{'' if count == 1 else 's'}."
    return [Attention(text, "/console/reports", "Reports")] if count else []


async def keys_ending(built: Parts, person: Person) -> list[Attention]:
    """Keys that end soon, for those who can give new ones."""
    if not person.may(Role.ADMIN):
        return []
    now = built.jobs.now()
    ending = [
        key.name
        for key in await built.access.keys.all()
        if key.state(now) == "active" and key.expires_at is not None and key.expires_at - now < SOON
    ]
    return [
        Attention(f"The key {name} ends within two weeks.", "/console/access", "Access") for name in ending
    ]


async def trail_broken(built: Parts, person: Person) -> list[Attention]:
    """The audit trail does not hold together."""
    if not person.may(Role.ADMIN):
        return []
    number = await built.access.audit.broken()
    if number is None:
        return []
    text = f"The audit trail was tampered with: entry {number} does not fit the one before."
    return [Attention(text, "/console/audit", "Audit trail", urgent=True)]


SOURCES: tuple[Callable[[Parts, Person], Awaitable[list[Attention]]], ...] = (
    index_missing,
    candidates_waiting,
    reports_open,
    jobs_failed,
    content_to_look_at,
    gaps_open,
    topics_changed,
    keys_ending,
    trail_broken,
)


async def needing_attention(built: Parts, person: Person) -> list[Attention]:
    """All of it, the urgent first."""
    found = [each for source in SOURCES for each in await source(built, person)]
    return sorted(found, key=lambda each: not each.urgent)
