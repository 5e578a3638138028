"""Every router of the application, in the order in which addresses are matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.api import answers, chat_completions, citations, embedding, health, llms, metrics, service
from web.api import conversations as conversations_api
from web.api import feedback as feedback_api
from web.api import programme as programme_api
from web.console.routers import ROUTERS
from web.pages import about_service, chat, citation, conversation, how_it_works, opinion, shared
from web.pages import programme as programme_pages

if TYPE_CHECKING:
    from fastapi import FastAPI

API = (
    answers,
    citations,
    conversations_api,
    feedback_api,
    chat_completions,
    embedding,
    llms,
    service,
    health,
    metrics,
)
CITIZENS = (about_service, chat, citation, conversation, how_it_works, opinion, shared)


def include_routers(app: FastAPI) -> None:
    """Let `app` serve the API, citizens' pages, the console and the programme."""
    rooms = [room.router for room in (*API, *CITIZENS)]
    for router in (*rooms, *ROUTERS, *programme_api.routers, programme_pages.router):
        app.router.routes += router.routes  # `include_router` would build each again, for each application
