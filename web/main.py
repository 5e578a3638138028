"""The composition root: reads settings, builds every part once, hands the parts down, closes them."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from threadpoolctl import threadpool_limits

from assistant import (
    Asked,
    Assistant,
    Controls,
    Conversations,
    CrossEncoderReranker,
    Feedback,
    FirstHelp,
    Preferences,
    PublicLog,
    Shares,
    StringReviews,
    Switches,
    Threshold,
    Topics,
    show_only_reviewed,
)
from assistant.programme import MODEL_TOKENS
from evals import (
    EvalError,
    Labels,
    Policies,
    Runs,
    SavedConfigurations,
    Subject,
    configured,
    load_configuration,
)
from guardrails import Policy
from ingest import (
    Catalog,
    ChromaVectors,
    Embedder,
    Index,
    IngestError,
    IngestPolicy,
    KeptVectors,
    UnitFiles,
    open_engine,
    open_recovering,
)
from web import breakers, problems
from web.access import Access
from web.access.build import build_access
from web.admission import Admission
from web.ahead import Turns, reading_ahead
from web.answering import build_composers, build_guards, chroma_client, served, varied_subject
from web.api import embedding
from web.breakers import Breaker
from web.challenge import Challenges
from web.console import errors as console_errors
from web.editing import AllOf, Editing, SuiteLimits, UnbrokenAnswers
from web.editing.build import build_editing
from web.editing.deliveries import Deliveries
from web.errors import WebError
from web.evaluating import evaluation
from web.jobs import Jobs, Leases, Worker
from web.leftovers import kept_for_a_time
from web.logs import configure_logging
from web.mcp_endpoint import PATH as MCP_PATH
from web.mcp_endpoint import Endpoint
from web.migrations.migrate import migrate
from web.observing.figures import Figures
from web.openapi import describe
from web.pages import errors as page_errors
from web.paths import STATIC
from web.programme import EvaluatedGates, Programme, build_programme
from web.public_record import Measurements
from web.rates import QuotaHeaders, Rates
from web.refreshing import refreshing
from web.request_limits import RequestLimits
from web.request_log import RequestLog
from web.retention import Counting, counting, sweeping
from web.routes import include_routers
from web.security import SecurityHeaders
from web.settings import Settings, require_owner, require_shared_secret, varied_settings
from web.turned_off import OffSwitch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

    from assistant import Composer, Guards


VERSION = "0.1.0"


CLOSING = "._terminate_graceful_close"
"""SQLAlchemy's task that closes a connection which was cancelled at work; nothing of it is public (2.1.9)."""

CLOSED_WITHIN = 1.0
"""Seconds."""


@dataclass(frozen=True)
class Services:
    """The built parts, as routes and commands use them."""

    settings: Settings
    catalog: Catalog
    index: Index
    assistant: Assistant
    conversations: Conversations
    topics: Topics
    access: Access
    jobs: Jobs
    engine: AsyncEngine
    programme: Programme
    feedback: Feedback
    string_reviews: StringReviews
    shares: Shares
    now: Callable[[], datetime]
    public_log: PublicLog
    runs: Runs
    configurations: SavedConfigurations
    labels: Labels
    policies: Policies
    subject: Callable[..., AbstractAsyncContextManager[Subject]]
    """What is evaluated, under a configuration: `subject(configuration, version=None)`."""
    preferences: Preferences
    editing: Editing
    deliveries: Deliveries
    measurements: Measurements
    switches: Switches
    figures: Figures

    @property
    def counters(self) -> tuple[Counting, ...]:
        """What counts in memory first and is written together."""
        asked = self.assistant.asked
        return (self.programme.desk.usage, *([asked] if asked else []))


def now() -> datetime:
    """The one clock of dates."""
    return datetime.now(UTC)


@asynccontextmanager
async def services(
    settings: Settings,
    embedder: Embedder | None = None,
    rates: Rates | None = None,
    figures: Figures | None = None,
) -> AsyncIterator[Services]:
    """Build everything that `settings` asks for and close it again; `embedder` stands in for theirs."""
    os.environ["LANGSMITH_TRACING"] = "false"
    threadpool_limits(1, user_api="blas")  # more threads for one short product: p95 from 4.5 to 108 ms
    as_served = load_configuration(settings.configuration)
    settings = varied_settings(settings, as_served)
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(database(settings))
        figures = figures or Figures(settings.price_per_1000_tokens)
        rates = rates or Rates.build(settings, figures)
        stack.push_async_callback(rates.aclose)
        show_only_reviewed(settings.te_reo_only_reviewed)
        with ThreadPoolExecutor(1) as beside:  # the model opens while the policy is read
            opening = beside.submit(_embedder, settings, embedder)
            policy = Policy.load()
            embedder = opening.result()
        policy = policy.reviewed_only() if settings.te_reo_only_reviewed else policy
        index = _index(settings, engine, embedder, figures, stack)
        guards = build_guards(policy, embedder)
        jobs = Jobs(engine, now)
        runs, policies = Runs(engine, now=now), Policies(engine, settings.gate_policy, now=now)
        gates = [EvaluatedGates(runs, policies)]
        programme = build_programme(settings, engine, index, jobs, guards.redactor, now, gates=gates)
        budget = figures.metered(rates, partial(programme.desk.usage.note, MODEL_TOKENS))
        breaker = figures.watched(Breaker("model", breakers.MODEL))
        composers = build_composers(settings, stack, budget, as_served.prompts, breaker=breaker)
        conversations = Conversations(
            engine, keep_for=timedelta(hours=settings.conversation_hours), most_turns=settings.turns, now=now
        )
        assistant = _assistant(settings, index, guards, composers, conversations)
        assistant = replace(configured(assistant, as_served), observe=programme.desk.usage.observe)
        access = build_access(settings, engine, lambda text: guards.redactor.redact(text).text, now)
        subject = partial(varied_subject, settings, assistant)
        gate = AllOf(UnbrokenAnswers(), SuiteLimits(subject, runs, policies))
        editing = build_editing(settings, engine, assistant, jobs, access, gate, now)
        built = Services(
            settings=settings,
            catalog=index.catalog,
            index=index,
            assistant=served(assistant, settings, stack, figures, rates.redis),
            conversations=conversations,
            topics=Topics(engine, now),
            string_reviews=StringReviews(engine, now),
            feedback=Feedback(
                engine, guards.redactor, keep_for=timedelta(days=settings.feedback_days), now=now
            ),
            shares=Shares(engine, keep_for=timedelta(days=settings.share_days), now=now),
            now=now,
            public_log=PublicLog(engine, now),
            access=access,
            jobs=jobs,
            engine=engine,
            programme=programme,
            runs=runs,
            configurations=SavedConfigurations(engine, now=now),
            labels=Labels(engine, now=now),
            policies=policies,
            subject=subject,
            preferences=Preferences(engine, now),
            editing=editing,
            deliveries=Deliveries(engine),
            measurements=Measurements(runs),
            switches=Switches(engine, now),
            figures=figures,
        )
        jobs.register(evaluation(built))
        yield built


def _index(
    settings: Settings, engine: AsyncEngine, embedder: Embedder, figures: Figures, stack: AsyncExitStack
) -> Index:
    """The versions of the index over the database and the vectors; `stack` closes it."""
    own = settings.chroma_url is None
    breaker = None if own else figures.watched(Breaker("vectors", breakers.VECTORS))
    vectors = ChromaVectors(chroma_client(settings), embedder.name, breaker=breaker)
    stack.push_async_callback(vectors.close)
    units = UnitFiles(settings.data_dir / "units.kept", embedder.name, embedder.dimensions)
    index = Index(
        Catalog(engine),
        vectors,
        embedder,
        policy=IngestPolicy.load(settings.ingest_policy),
        now=now,
        kept=KeptVectors(settings.data_dir / "vectors.kept"),
        unit_files=units if settings.units_ahead else None,
    )
    stack.push_async_callback(index.close)
    return index


def _assistant(
    settings: Settings,
    index: Index,
    guards: Guards,
    composers: Sequence[Composer],
    conversations: Conversations,
) -> Assistant:
    """What the settings ask for, before a configuration changes its numbers."""
    engine = index.catalog.engine
    return Assistant(
        index=index,
        guards=guards,
        composers=composers,
        conversations=conversations,
        controls=Controls(engine),
        threshold=Threshold.load(settings.threshold_file),
        check_seconds=settings.check_seconds,
        asked=Asked(engine, keep_for=timedelta(days=settings.question_days), now=now),
        reranker=CrossEncoderReranker(settings.reranker_model) if settings.reranker_model else None,
    )


def _embedder(settings: Settings, given: Embedder | None) -> Embedder:
    return given or open_recovering(settings.models, model=settings.embedding_model)


@asynccontextmanager
async def saying_what_to_do() -> AsyncIterator[None]:
    """What ends a start says at the end of its traceback what to do."""
    try:
        yield
    except (IngestError, WebError, EvalError) as error:
        error.add_note(error.what_to_do)
        raise


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """The database alone, with all its tables: enough for keys and the audit trail."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database)
    try:
        await migrate(engine)
        yield engine
    finally:
        await engine.dispose()
        await _closed()


async def _closed() -> None:
    """Return when connections that were cancelled at work have closed, or were made to.

    Cancelled once, aiosqlite's `close` waits again, for a thread that may have ended: it would wait for ever,
    and the loop with it. So it is cancelled twice.
    """
    closing = {
        each
        for each in asyncio.all_tasks()
        if each.get_coro().__qualname__.endswith(CLOSING)  # type: ignore[union-attr]  # typed without a name
    }
    for _ in range(3):
        if closing:
            _, closing = await asyncio.wait(closing, timeout=CLOSED_WITHIN)
        for each in closing:
            each.cancel()


def create_app(settings: Settings, *, embedder: Embedder | None = None) -> FastAPI:
    """The web application on `settings`; `embedder` stands in for the one that they name.

    Raises `ConfigurationError` where `settings` must not be served.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with saying_what_to_do(), services(settings, embedder, rates, figures) as built:
            app.state.services = built
            with suppress(IngestError):  # /readyz tells; the service starts all the same
                await built.index.live()
            async with mcp.serving(built, VERSION), AsyncExitStack() as stack:
                await stack.enter_async_context(counting(built.counters))
                idle = Turns(lambda: app.state.admission.is_idle)
                await stack.enter_async_context(reading_ahead(built.index, idle))
                if settings.worker:
                    await stack.enter_async_context(built.programme.running())
                    await stack.enter_async_context(Worker(built.jobs, Leases(built.engine, now)).running())
                    await stack.enter_async_context(refreshing(built.editing))
                    await stack.enter_async_context(sweeping(kept_for_a_time(built)))
                yield

    require_owner(settings)
    require_shared_secret(settings)
    configure_logging(settings.log_level)
    figures = Figures(settings.price_per_1000_tokens)
    rates = Rates.build(settings, figures)
    app = FastAPI(
        title="govt-assistant",
        version=VERSION,
        summary="Answers about New Zealand government services, every sentence cited.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.rates = rates
    app.state.admission = Admission(settings.questions_at_once, settings.questions_waiting, figures)
    app.state.first_help = FirstHelp()
    app.state.challenges = Challenges(settings, rates, figures.challenged)
    mcp = Endpoint(rates, app.state.challenges, app.state.admission, app.state.first_help)
    problems.install(app)
    page_errors.install(app)
    console_errors.install(app)
    app.add_middleware(OffSwitch)
    app.add_middleware(embedding.EmbedOrigins, origins=settings.embeds)
    app.add_middleware(RequestLimits, body_bytes=settings.request_bytes)
    app.add_middleware(QuotaHeaders)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog)
    include_routers(app)
    app.router.routes.append(Route(MCP_PATH, mcp, include_in_schema=False))
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC)), name="static")
    describe(app)
    return app
