"""/v1/topics: switches, notices and preferred pages of topics; /v1/gaps: what found nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from assistant import Effect, TopicError, TopicState
from web.access import Person, Role, allow
from web.dependencies import Parts, parts
from web.editing.gaps import gaps
from web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant import Topics
    from ingest import Catalog
    from web.access.audit import Audit

router = APIRouter(
    prefix="/v1", tags=["topics"], responses={status: {"model": Problem} for status in (401, 403)}
)

Built = Annotated[Parts, Depends(parts)]
Editor = Annotated[Person, Depends(allow(Role.EDITOR))]
Topic = Annotated[str, Field(max_length=100)]


class PreferenceView(BaseModel):
    """What an editor wants of a page on questions of the topic."""

    page_id: str
    effect: Effect


class TopicView(BaseModel):
    """A topic: whether it is answered, what is said before its answers, and its preferred pages."""

    topic: str
    off: bool
    notice: str
    preferences: list[PreferenceView]


class TopicChange(BaseModel):
    """A topic's switch and notice, and why."""

    off: bool = False
    notice: str = Field(default="", max_length=500)
    reason: str = Field(min_length=1, max_length=500)


class PreferenceGiven(BaseModel):
    """A page's effect on a topic, or null to take it back, and why."""

    effect: Effect | None
    reason: str = Field(min_length=1, max_length=500)


class AskedView(BaseModel):
    """A redacted question and how often it was asked."""

    text: str
    language: str
    times: int
    first_day: date
    last_day: date


class GapView(BaseModel):
    """Questions that mean about the same and found nothing."""

    topic: str
    times: int
    questions: list[AskedView]


@router.get("/topics", summary="The topics")
async def list_topics(built: Built, _: Editor) -> list[TopicView]:
    """Those of pages, and those that an editor has changed."""
    return await topic_views(built)


@router.put("/topics/{topic}", summary="Turn a topic off or on, or put a notice on it")
async def put_topic(topic: Topic, body: TopicChange, built: Built, person: Editor) -> TopicView:
    """From the next question on, on every worker."""
    await change_topic(topic, TopicState(body.off, body.notice.strip()), body.reason, built, person)
    return await _topic_view(topic, built)


@router.put("/topics/{topic}/pages/{page_id}", summary="Boost, pin or hide a page for a topic")
async def put_preference(
    topic: Topic, page_id: str, body: PreferenceGiven, built: Built, person: Editor
) -> TopicView:
    """From the next question on; `effect: null` takes it back."""
    await change_preference(topic, page_id, body.effect, body.reason, built, person)
    return await _topic_view(topic, built)


@router.get("/gaps", summary="Questions that found nothing")
async def list_gaps(built: Built, _: Editor) -> list[GapView]:
    """Redacted, grouped by topic and meaning, the most asked first."""
    return await gap_views(built)


async def change_topic(topic: str, state: TopicState, reason: str, built: Parts, person: Person) -> None:
    """Set it, and note it in the trail; raises `TopicError`."""
    redacted = built.assistant.guards.redactor.redact(reason).text
    by = person.name
    await set_topic(topic, state, redacted, by, built.topics, built.catalog, built.access.audit)


async def set_topic(
    topic: str, state: TopicState, reason: str, by: str, topics: Topics, catalog: Catalog, audit: Audit
) -> None:
    """The same with the database alone; `reason` holds nothing personal. Raises `TopicError`."""
    states = await topics.states()
    await _refuse_unknown(topic, states, catalog)
    before = states.get(topic, TopicState())
    await topics.change(topic, state, by=by, reason=reason)
    after = {"off": state.off, "notice": state.notice, "reason": reason}
    await audit.record(by, "topic.changed", topic, {"off": before.off, "notice": before.notice}, after)


async def known_topics(states: Mapping[str, TopicState], catalog: Catalog) -> list[str]:
    """The topics of pages that answer, and those that an editor has changed, by name."""
    from ingest import PageFilter

    return sorted({*(await catalog.list_pages(PageFilter(), limit=1)).topics, *states})


async def _refuse_unknown(topic: str, states: Mapping[str, TopicState], catalog: Catalog) -> None:
    """A mistyped topic would be said to be off while its pages go on answering."""
    known = await known_topics(states, catalog)
    if known and topic not in known:
        said = f"no page that answers is on a topic named {topic!r}; nothing was changed"
        raise TopicError(said, what_to_do=f"Name one of: {', '.join(known)}.")


async def change_preference(
    topic: str, page_id: str, effect: Effect | None, reason: str, built: Parts, person: Person
) -> None:
    """Set it, and note it in the trail; raises `PreferenceError`, or `TopicError` for an unknown topic."""
    await _refuse_unknown(topic, await built.topics.states(), built.catalog)
    before = {
        each.page_id: each.effect for each in (await built.preferences.held()).held if each.topic == topic
    }
    redacted = built.assistant.guards.redactor.redact(reason).text
    await built.preferences.change(topic, page_id, effect, by=person.name, reason=redacted)
    told = {"effect": effect, "reason": reason}
    await built.access.audit.record(
        person.name, "page.preferred", f"{topic} {page_id}", {"effect": before.get(page_id)}, told
    )


async def topic_views(built: Parts) -> list[TopicView]:
    """Every topic, by name."""
    states = await built.topics.states()
    held = (await built.preferences.held()).held
    names = sorted({*await known_topics(states, built.catalog), *(each.topic for each in held)})
    return [
        TopicView(
            topic=name,
            off=states.get(name, TopicState()).off,
            notice=states.get(name, TopicState()).notice,
            preferences=[
                PreferenceView(page_id=each.page_id, effect=each.effect)
                for each in held
                if each.topic == name
            ],
        )
        for name in names
    ]


async def gap_views(built: Parts) -> list[GapView]:
    """The worklist."""
    asked = built.assistant.asked
    unanswered = await asked.all(found=False) if asked else []
    found = await to_thread.run_sync(gaps, unanswered, built.index.embedder)
    names = list(AskedView.model_fields)
    return [
        GapView(
            topic=gap.topic,
            times=gap.times,
            questions=[AskedView(**{name: getattr(each, name) for name in names}) for each in gap.questions],
        )
        for gap in found
    ]


async def _topic_view(topic: str, built: Parts) -> TopicView:
    views = {each.topic: each for each in await topic_views(built)}
    return views.get(topic, TopicView(topic=topic, off=False, notice="", preferences=[]))
