"""GET /metrics: figures for Prometheus; none of them says what anybody asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from ingest import IngestError
from web.dependencies import Parts, parts

router = APIRouter(tags=["health"])


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
async def metrics(built: Annotated[Parts, Depends(parts)]) -> Response:
    """The version that answers, its size and its age; without an index only that there is none."""
    registry = CollectorRegistry()
    version = Gauge("index_version", "Version of the index that answers; 0 for none.", registry=registry)
    pages = Gauge("index_pages", "Pages that answer.", registry=registry)
    passages = Gauge("index_passages", "Passages that answer.", registry=registry)
    age = Gauge(
        "index_oldest_served_seconds",
        "Time since the source of the longest unconfirmed page that answers last vouched for it.",
        registry=registry,
    )
    withheld = Gauge("index_pages_withheld", "Pages that are too old to answer.", registry=registry)
    try:
        snapshot = await built.index.live()
    except IngestError:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
    version.set(snapshot.version)
    kept_back = int(snapshot.withheld.sum())
    pages.set(len(snapshot.pages) - kept_back)
    passages.set(len(snapshot.passages))
    withheld.set(kept_back)
    if (oldest := snapshot.oldest_confirmed) is not None:
        age.set((built.now() - oldest).total_seconds())
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
