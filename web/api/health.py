"""Whether the service runs, and whether it can answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from ingest import EmptyIndex, IngestError, needs_restart
from ingest.recovering import RESTART
from web.dependencies import Parts, parts
from web.observing.checks import Checked, check_dependencies
from web.problems import Problem, problem

router = APIRouter(tags=["health"])


@router.get(
    "/healthz",
    summary="Whether the process should go on",
    responses={503: {"model": Problem}},
    response_model=None,
)
async def healthz(built: Annotated[Parts, Depends(parts)]) -> Response | dict[str, str]:
    """Says nothing of the index. 503 where only a restart can help: who looks after the process does that."""
    if needs_restart(built.index.embedder):
        detail = "The embedder is damaged, and cannot be made again here."
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "restart-needed", detail, RESTART)
    return {"status": "ok"}


@router.get(
    "/readyz",
    summary="Whether questions can be answered",
    responses={503: {"model": Problem}},
    response_model=None,
)
async def readyz(built: Annotated[Parts, Depends(parts)]) -> Response | dict[str, object]:
    """Each dependency by name; 503 with the reason and what mends it, where one is down that is needed."""
    checked = await check_dependencies(built)
    down = [each for each in checked if each.needed and not each.ok]
    if down:
        return await _not_ready(down, built)
    snapshot = await built.index.live()
    return {
        "status": "ready" if all(each.ok for each in checked) else "degraded",
        "index_version": snapshot.version,
        "pages": len(snapshot.pages),
        "passages": len(snapshot.passages),
        "dependencies": {each.name: _told(each) for each in checked},
    }


async def _not_ready(down: list[Checked], built: Parts) -> Response:
    first = down[0]
    kind = f"{first.name}-unavailable"
    if first.name == "index":
        try:
            await built.index.live()
        except EmptyIndex:
            kind = "empty-index"
        except IngestError:
            pass
    told = {each.name: each.detail for each in down}
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, kind, first.detail, first.what_to_do, told)


def _told(checked: Checked) -> dict[str, object]:
    """Anybody may read this: whether it is well and how quick it is, not where it is."""
    return {"ok": checked.ok, "milliseconds": checked.milliseconds}
