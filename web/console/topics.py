"""Topics: switches, notices and preferred pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant import Effect, TopicState
from ingest import PageFilter
from web.access import Person, Role, allow
from web.api.topics import change_preference, change_topic, topic_views
from web.console.errors import ConsoleError
from web.console.rendering import console_page
from web.dependencies import Parts, parts

router = APIRouter(prefix="/console/topics", include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Editor = Annotated[Person, Depends(allow(Role.EDITOR))]
Reason = Annotated[str, Form(max_length=500)]


@router.get("")
async def show_topics(request: Request, built: Built, person: Editor) -> HTMLResponse:
    """All of them, with what is set."""
    return console_page(request, person, "console/topics.html", topics=await topic_views(built))


@router.get("/{topic}")
async def show_topic(topic: str, request: Request, built: Built, person: Editor) -> HTMLResponse:
    """One topic: its switch, its notice, its pages, its changes."""
    state = (await built.topics.states()).get(topic, TopicState())
    pages = (await built.catalog.list_pages(PageFilter(topic=topic), limit=500)).pages
    effects = {
        each.page_id: each.effect for each in (await built.preferences.held()).held if each.topic == topic
    }
    return console_page(
        request,
        person,
        "console/topic.html",
        topic=topic,
        state=state,
        pages=pages,
        effects=effects,
        changes=[each for each in await built.topics.changes() if each.topic == topic][:20],
    )


@router.post("/{topic}")
async def change(
    topic: str,
    built: Built,
    person: Editor,
    off: Annotated[bool, Form()] = False,
    notice: Annotated[str, Form(max_length=500)] = "",
    reason: Reason = "",
) -> RedirectResponse:
    """From the next question on."""
    await change_topic(topic, TopicState(off, notice.strip()), reason, built, person)
    return _back(topic)


@router.post("/{topic}/prefer")
async def prefer(
    topic: str,
    built: Built,
    person: Editor,
    page_id: Annotated[str, Form(max_length=16)] = "",
    effect: Annotated[str, Form(max_length=10)] = "",
    reason: Reason = "",
) -> RedirectResponse:
    """Boost, pin or hide a page, or take that back."""
    if effect and effect not in set(Effect):
        raise ConsoleError("a page is boosted, pinned or hidden", what_to_do="Choose one of them.")
    await change_preference(topic, page_id, Effect(effect) if effect else None, reason, built, person)
    return _back(topic)


def _back(topic: str) -> RedirectResponse:
    return RedirectResponse(f"/console/topics/{quote(topic, safe='')}", HTTPStatus.SEE_OTHER)
