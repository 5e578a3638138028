"""The composition root: reads settings, builds every part once, hands the parts down, closes them."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from assistant import Assistant, Conversations, ExtractiveComposer
from guardrails import Policy, Redactor
from ingest import (
    Catalog,
    ChromaVectors,
    Index,
    chroma_on_disk,
    chroma_server,
    create_tables,
    open_embedder,
    open_engine,
)
from web import problems
from web.api import answers, citations, health
from web.logs import configure_logging
from web.openapi import describe
from web.pages import chat
from web.paths import STATIC
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from assistant import Composer


@dataclass(frozen=True)
class Services:
    """The built parts, as routes and commands use them."""

    settings: Settings
    catalog: Catalog
    index: Index
    assistant: Assistant
    conversations: Conversations


def now() -> datetime:
    """The one clock of dates."""
    return datetime.now(UTC)


@asynccontextmanager
async def services(settings: Settings) -> AsyncIterator[Services]:
    """Build everything that `settings` asks for and close it again."""
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database)
    try:
        await create_tables(engine)
        embedder = open_embedder(settings.data_dir / "models", model=settings.embedding_model)
        vectors = ChromaVectors(_chroma(settings), embedder.name)
        catalog = Catalog(engine)
        index = Index(catalog, vectors, embedder)
        policy = Policy.load()
        conversations = Conversations(engine, keep_for=timedelta(hours=settings.conversation_hours), now=now)
        assistant = Assistant(
            index=index,
            redactor=Redactor(policy),
            policy=policy,
            composers=_composers(settings),
            conversations=conversations,
        )
        yield Services(settings, catalog, index, assistant, conversations)
        await vectors.close()
    finally:
        await engine.dispose()


def create_app(settings: Settings) -> FastAPI:
    """The web application on `settings`."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with services(settings) as built:
            app.state.services = built
            yield

    configure_logging(settings.log_level)
    app = FastAPI(
        title="govt-assistant",
        version="0.1.0",
        summary="Answers about New Zealand government services, every sentence cited.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    for router in (answers.router, citations.router, health.router, chat.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    describe(app)
    return app


def _chroma(settings: Settings):  # type: ignore[no-untyped-def]  # chromadb's own callables
    if settings.chroma_url is None:
        return chroma_on_disk(settings.data_dir / "vectors")
    address = urlsplit(settings.chroma_url)
    ssl = address.scheme == "https"
    return chroma_server(address.hostname or "localhost", address.port or (443 if ssl else 8000), ssl=ssl)


def _composers(settings: Settings) -> tuple[Composer, ...]:
    return (ExtractiveComposer(),)
