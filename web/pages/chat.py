"""The chat page."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)


@router.get("/")
async def show_chat() -> HTMLResponse:
    """The page to ask on."""
    return HTMLResponse("<!doctype html><title>govt-assistant</title>")
