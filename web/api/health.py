"""Whether the service runs, and whether it can answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from ingest import EmptyIndex, IngestError
from web.dependencies import Parts, parts
from web.problems import Problem, problem

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Whether the process runs")
async def healthz() -> dict[str, str]:
    """Always answers; says nothing of the index."""
    return {"status": "ok"}


@router.get(
    "/readyz",
    summary="Whether questions can be answered",
    responses={503: {"model": Problem}},
    response_model=None,
)
async def readyz(built: Annotated[Parts, Depends(parts)]) -> Response | dict[str, object]:
    """503 with the reason and the command that mends it, when there is nothing to search."""
    try:
        snapshot = await built.index.live()
    except EmptyIndex as error:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "empty-index", str(error), error.what_to_do)
    except IngestError as error:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "index-unavailable", str(error), error.what_to_do)
    return {
        "status": "ready",
        "index_version": snapshot.version,
        "pages": len(snapshot.pages),
        "passages": len(snapshot.passages),
    }
