"""The composition root: reads settings, builds every part once, hands the parts down, closes them."""

from __future__ import annotations

import os
import secrets
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from pydantic import SecretStr
from starlette.routing import Route
from threadpoolctl import threadpool_limits

from assistant import (
    AnswerCache,
    Asked,
    Assistant,
    Conversations,
    ExtractiveComposer,
    Feedback,
    GenerativeComposer,
    Guards,
    ModelSettings,
    Preferences,
    PublicLog,
    Shares,
    StaysInRegion,
    StringReviews,
    Switches,
    Threshold,
    Topics,
    reader,
    show_only_reviewed,
    te_reo_policy,
)
from evals import SERVED, Configuration, Labels, Runs, SavedConfigurations, Subject, load_policy, subject_of
from evals.configuration import code_digest
from guardrails import Classifiers, Policy, Redactor
from ingest import (
    Catalog,
    ChromaVectors,
    Embedder,
    Index,
    IngestError,
    IngestPolicy,
    chroma_on_disk,
    chroma_server,
    open_embedder,
    open_engine,
)
from web import problems
from web.access import Access, Provider, ProviderSettings, Role
from web.admission import Admission
from web.answer_store import answer_store
from web.api import answers, chat_completions, citations, embedding, health, llms, metrics, service
from web.api import conversations as conversations_api
from web.api import feedback as feedback_api
from web.api import programme as programme_api
from web.console import errors as console_errors
from web.console.routers import ROUTERS
from web.editing import AllOf, Editing, Gate, SuiteLimits, UnbrokenAnswers
from web.editing.affected import Affected
from web.editing.deliveries import Deliveries
from web.editing.report import Reports
from web.evaluating import evaluation
from web.jobs import Jobs, Leases, Worker
from web.leftovers import kept_for_a_time
from web.logs import configure_logging
from web.mcp_server import PATH as MCP_PATH
from web.mcp_server import Endpoint, build_server
from web.migrations.migrate import migrate
from web.observing.figures import Budget, Figures
from web.observing.tracing import open_provider, traced, tracer_of
from web.openapi import describe
from web.pages import about_service, chat, citation, conversation, how_it_works, opinion, shared
from web.pages import programme as programme_pages
from web.paths import STATIC
from web.programme import EvaluatedGates, Programme, build_programme
from web.rates import Rates
from web.refreshing import refreshing
from web.request_limits import RequestLimits
from web.request_log import RequestLog
from web.retention import sweeping
from web.security import SecurityHeaders
from web.settings import Settings, varied_settings
from web.turned_off import OffSwitch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

    from assistant import Answer, Composer


VERSION = "0.1.0"

TRAINED_ON = "all-MiniLM-L6-v2"
"""The embedder whose vectors the guards' classifiers were trained on."""


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
    subject: Callable[..., AbstractAsyncContextManager[Subject]]
    """What is evaluated, under a configuration: `subject(configuration, version=None)`."""
    preferences: Preferences
    editing: Editing
    deliveries: Deliveries
    switches: Switches
    figures: Figures


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
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(database(settings))
        rates = rates or Rates.build(settings)
        figures = figures or Figures(settings.price_per_1000_tokens)
        stack.callback(rates.close)
        embedder = embedder or open_embedder(settings.models, model=settings.embedding_model)
        vectors = ChromaVectors(_chroma(settings), embedder.name)
        stack.push_async_callback(vectors.close)
        catalog = Catalog(engine)
        rules = IngestPolicy.load(settings.ingest_policy)
        index = Index(catalog, vectors, embedder, policy=rules, now=now)
        stack.push_async_callback(index.close)
        show_only_reviewed(settings.te_reo_only_reviewed)
        policy = Policy.load().reviewed_only() if settings.te_reo_only_reviewed else Policy.load()
        conversations = Conversations(
            engine, keep_for=timedelta(hours=settings.conversation_hours), most_turns=settings.turns, now=now
        )
        topics = Topics(engine, now)
        guards = build_guards(policy, embedder)
        keep_for = timedelta(days=settings.feedback_days)
        preferences = Preferences(engine, now)
        assistant = Assistant(
            index=index,
            guards=guards,
            composers=_composers(settings, stack, figures.metered(rates)),
            conversations=conversations,
            topics=topics,
            preferences=preferences,
            threshold=Threshold.load(settings.threshold_file),
            switches=Switches(engine, now),
            asked=Asked(engine, keep_for=timedelta(days=settings.question_days), now=now),
        )
        access = build_access(settings, engine, lambda text: assistant.guards.redactor.redact(text).text)
        jobs = Jobs(engine, now)
        runs, limits = Runs(engine, now=now), load_policy(settings.gate_policy)
        gates = [EvaluatedGates(runs, limits)]
        programme = build_programme(settings, engine, index, jobs, guards.redactor, now, gates=gates)
        assistant = replace(assistant, observe=programme.desk.usage.observe)
        subject = partial(_subject, settings, assistant)
        gate = AllOf(UnbrokenAnswers(), SuiteLimits(subject, runs, limits))
        editing = build_editing(settings, engine, assistant, jobs, access, gate)
        built = Services(
            settings=settings,
            catalog=catalog,
            index=index,
            assistant=served(assistant, settings, stack, figures),
            conversations=conversations,
            topics=topics,
            string_reviews=StringReviews(engine, now),
            feedback=Feedback(engine, guards.redactor, keep_for=keep_for, now=now),
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
            subject=subject,
            preferences=preferences,
            editing=editing,
            deliveries=Deliveries(engine),
            switches=Switches(engine, now),
            figures=figures,
        )
        jobs.register(evaluation(built))
        yield built


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


def create_app(settings: Settings, *, embedder: Embedder | None = None) -> FastAPI:
    """The web application on `settings`; `embedder` stands in for the one that they name."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with services(settings, embedder, rates, figures) as built:
            app.state.services = built
            with suppress(IngestError):  # /readyz tells; the service starts all the same
                await built.index.live()
            async with mcp.serving(build_server(built, VERSION)), AsyncExitStack() as stack:
                if settings.worker:
                    await stack.enter_async_context(built.programme.running())
                    await stack.enter_async_context(Worker(built.jobs, Leases(built.engine, now)).running())
                    await stack.enter_async_context(refreshing(built.index, settings, now))
                    await stack.enter_async_context(sweeping(kept_for_a_time(built)))
                yield

    configure_logging(settings.log_level)
    rates, figures = Rates.build(settings), Figures(settings.price_per_1000_tokens)
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
    mcp = Endpoint(rates, app.state.admission)
    problems.install(app)
    console_errors.install(app)
    app.add_middleware(OffSwitch)
    app.add_middleware(embedding.EmbedOrigins, origins=settings.embeds)
    app.add_middleware(RequestLimits, body_bytes=settings.request_bytes)
    app.add_middleware(SecurityHeaders)
    citizens = (about_service, chat, citation, conversation, how_it_works, opinion, shared)
    app.add_middleware(RequestLog)
    for room in (
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
        *citizens,
    ):
        app.include_router(room.router)
    for router in (*ROUTERS, *programme_api.routers, programme_pages.router):
        app.include_router(router)
    app.router.routes.append(Route(MCP_PATH, mcp, include_in_schema=False))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    describe(app)
    return app


def served(assistant: Assistant, settings: Settings, stack: AsyncExitStack, figures: Figures) -> Assistant:
    """The assistant that people ask: counted, and what it was asked a short while ago it knows."""
    store = answer_store(settings, stack)
    decides = f"{code_digest()} {assistant.index.embedder.name} {settings.model} {settings.openai_base_url}"
    cache = AnswerCache(store, decides, told=figures.looked_up) if store else None
    told: list[Callable[[Answer], None]] = [figures.answered]
    if settings.otlp_endpoint:
        provider = open_provider(settings.otlp_endpoint)
        stack.callback(provider.shutdown)
        told.append(traced(tracer_of(provider), settings.model))

    def on_answered(answer: Answer) -> None:
        for tell in told:
            tell(answer)

    return replace(assistant, cache=cache, on_answered=on_answered)


def build_guards(policy: Policy, embedder: Embedder) -> Guards:
    """The checks; the classifiers know the packaged model's vectors only."""
    judge = Classifiers.load() if embedder.name.startswith(TRAINED_ON) else None
    return Guards(Redactor(policy), policy, reader(embedder), judge)


def build_access(settings: Settings, engine: AsyncEngine, redact: Callable[[str], str]) -> Access:
    """Keys, sessions, the audit trail, and the identity provider where one is configured."""
    provider = None
    if settings.oidc_issuer:
        named = ProviderSettings(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            label=settings.oidc_label,
            name_claim=settings.oidc_name_claim,
            roles_claim=settings.oidc_roles_claim,
            roles={group: Role(role) for group, role in settings.oidc_groups.items()},
        )
        provider = Provider(named, engine, now)
    return Access.build(
        engine,
        now,
        redact=redact,
        session_hours=settings.session_hours,
        provider=provider,
        public_url=settings.public_url,
    )


@asynccontextmanager
async def _subject(
    settings: Settings,
    assistant: Assistant,
    configuration: Configuration = SERVED,
    *,
    version: int | None = None,
) -> AsyncIterator[Subject]:
    """The assistant under `configuration`, with composers of its own where it names a model."""
    chosen = varied_settings(settings, configuration)
    async with AsyncExitStack() as stack:
        if configuration.settings:
            assistant = replace(assistant, composers=_composers(chosen, stack, Rates.build(chosen)))
        models = f"{chosen.model} at {chosen.openai_base_url or 'its maker'}" if chosen.model else ""
        yield await subject_of(assistant, configuration, models=models, version=version)


def build_editing(
    settings: Settings, engine: AsyncEngine, assistant: Assistant, jobs: Jobs, access: Access, gate: Gate
) -> Editing:
    """What editors' jobs work with; this process can do them from now on."""
    editing = Editing(
        settings=settings,
        index=assistant.index,
        assistant=assistant,
        jobs=jobs,
        audit=access.audit,
        reports=Reports(engine),
        gate=gate,
        now=now,
        affected=Affected(assistant),
    )
    editing.register()
    return editing


def _chroma(settings: Settings) -> Callable[[], Any]:
    if settings.chroma_url is None:
        return chroma_on_disk(settings.data_dir / "vectors")
    address = urlsplit(settings.chroma_url)
    ssl = address.scheme == "https"
    return chroma_server(address.hostname or "localhost", address.port or (443 if ssl else 8000), ssl=ssl)


def _composers(settings: Settings, stack: AsyncExitStack, budget: Budget) -> tuple[Composer, ...]:
    """The pages' own words; before them a model's, where one is configured."""
    if settings.model is None:
        return (ExtractiveComposer(),)
    model = ModelSettings(
        model=settings.model,
        base_url=settings.openai_base_url,
        api_key=settings.openai_api_key or SecretStr("none"),
        timeout=settings.model_timeout,
    )
    generative = GenerativeComposer(model, canary=secrets.token_hex(8), budget=budget)
    stack.push_async_callback(generative.aclose)
    regions = [region.strip() for region in settings.te_reo_regions.split(",") if region.strip()]
    sent = te_reo_policy().may_be_sent(settings.model_region.strip(), regions)
    return (generative if sent else StaysInRegion(generative), ExtractiveComposer())
