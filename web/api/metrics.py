"""GET /metrics: figures for Prometheus; none of them says what anybody asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from ingest import IngestError
from web.dependencies import Parts, parts
from web.jobs import JobState

if TYPE_CHECKING:
    from ingest import Snapshot

router = APIRouter(tags=["health"])

QUEUE = (JobState.QUEUED, JobState.RUNNING, JobState.FAILED)


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
async def metrics(built: Annotated[Parts, Depends(parts)]) -> Response:
    """What this process has counted, the version that answers, its size and age, and the queue."""
    registry = CollectorRegistry()
    version = Gauge("index_version", "Version of the index that answers; 0 for none.", registry=registry)
    try:
        snapshot = await built.index.live()
    except IngestError:
        snapshot = None
    if snapshot is not None:
        version.set(snapshot.version)
        _index(snapshot, built, registry)
    await _queue(built, registry)
    body = generate_latest(built.figures.registry) + generate_latest(registry)
    return Response(body, media_type=CONTENT_TYPE_LATEST)


def _index(snapshot: Snapshot, built: Parts, registry: CollectorRegistry) -> None:
    pages = Gauge("index_pages", "Pages that answer.", registry=registry)
    passages = Gauge("index_passages", "Passages that answer.", registry=registry)
    age = Gauge(
        "index_oldest_served_seconds",
        "Time since the source of the longest unconfirmed page that answers last vouched for it.",
        registry=registry,
    )
    withheld = Gauge("index_pages_withheld", "Pages that are too old to answer.", registry=registry)
    kept_back = int(snapshot.withheld.sum())
    pages.set(len(snapshot.pages) - kept_back)
    passages.set(len(snapshot.passages))
    withheld.set(kept_back)
    if (oldest := snapshot.oldest_confirmed) is not None:
        age.set((built.now() - oldest).total_seconds())


async def _queue(built: Parts, registry: CollectorRegistry) -> None:
    """Jobs by state; a database that cannot be asked is itself a figure."""
    up = Gauge("assistant_database_up", "Whether the database answers: 1 or 0.", registry=registry)
    jobs = Gauge("assistant_jobs", "Jobs by state.", ("state",), registry=registry)
    try:
        for state in QUEUE:
            jobs.labels(state).set(await built.jobs.count(state))
    except (SQLAlchemyError, OSError):
        return
    up.set(1)
