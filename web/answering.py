"""What the assistant is made of, as the settings ask for it; built once at the composition root."""

from __future__ import annotations

import secrets
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant import (
    AnswerCache,
    ExtractiveComposer,
    GenerativeComposer,
    Guards,
    Length,
    ModelSettings,
    Prompts,
    StaysInRegion,
    reader,
    te_reo_policy,
)
from evals import SERVED, load_configuration, subject_of
from evals.configuration import code_digest
from guardrails import Classifiers, Redactor
from ingest import chroma_on_disk, chroma_server
from web.answer_store import answer_store
from web.observing.tracing import open_provider, traced, tracer_of
from web.rates import Rates
from web.settings import varied_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from assistant import Answer, Assistant, Composer
    from evals import Configuration, Subject
    from guardrails import Policy
    from ingest import Embedder
    from web.breakers import Breaker
    from web.observing.figures import Budget, Figures
    from web.redis_server import RedisServer
    from web.settings import Settings

TRAINED_ON = "all-MiniLM-L6-v2"
"""The embedder whose vectors the guards' classifiers were trained on."""


def build_guards(policy: Policy, embedder: Embedder) -> Guards:
    """The checks; the classifiers know the packaged model's vectors only."""
    judge = Classifiers.load() if embedder.name.startswith(TRAINED_ON) else None
    return Guards(Redactor(policy), policy, reader(embedder), judge)


def chroma_client(settings: Settings) -> Callable[[], Any]:
    """What connects to the vectors: on disk, or on the server that is configured."""
    if settings.chroma_url is None:
        return chroma_on_disk(settings.data_dir / "vectors")
    address = urlsplit(settings.chroma_url)
    ssl = address.scheme == "https"
    return chroma_server(address.hostname or "localhost", address.port or (443 if ssl else 8000), ssl=ssl)


def build_composers(
    settings: Settings,
    stack: AsyncExitStack,
    budget: Budget,
    prompts: Mapping[str, str],
    length: Length | None = None,
    breaker: Breaker | None = None,
) -> tuple[Composer, ...]:
    """The pages' own words; before them a model's, where one is configured; `stack` closes it.

    `prompts` stand in for those that ship, by language; where `breaker` is open the model is not asked.
    """
    own = ExtractiveComposer(length or Length())
    if settings.model is None:
        return (own,)
    model = ModelSettings(
        model=settings.model,
        base_url=settings.openai_base_url,
        api_key=settings.openai_api_key or SecretStr("none"),
        timeout=settings.model_timeout,
    )
    canary = secrets.token_hex(8)
    words = Prompts(**prompts)
    generative = GenerativeComposer(model, canary=canary, budget=budget, prompts=words, breaker=breaker)
    stack.push_async_callback(generative.aclose)
    regions = [region.strip() for region in settings.te_reo_regions.split(",") if region.strip()]
    sent = te_reo_policy().may_be_sent(settings.model_region.strip(), regions)
    return (generative if sent else StaysInRegion(generative), own)


def served(
    assistant: Assistant,
    settings: Settings,
    stack: AsyncExitStack,
    figures: Figures,
    redis: RedisServer | None = None,
) -> Assistant:
    """The assistant that people ask: counted, and what it was asked a short while ago it knows."""
    store = answer_store(settings, redis)
    decides = f"{code_digest()} {assistant.index.embedder.name} {settings.reranker_model} "
    decides += f"{settings.model} {settings.openai_base_url}"
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


@asynccontextmanager
async def varied_subject(
    settings: Settings,
    assistant: Assistant,
    configuration: Configuration = SERVED,
    *,
    version: int | None = None,
) -> AsyncIterator[Subject]:
    """The assistant under `configuration`, with composers of its own where it names a model or prompts."""
    chosen = varied_settings(settings, configuration)
    async with AsyncExitStack() as stack:
        if configuration.settings or configuration.prompts:
            prompts = {**load_configuration(settings.configuration).prompts, **configuration.prompts}
            rates, length = Rates.build(chosen), assistant.extraction
            stack.push_async_callback(rates.aclose)
            composers = build_composers(chosen, stack, rates, prompts, length)
            assistant = replace(assistant, composers=composers)
        models = f"{chosen.model} at {chosen.openai_base_url or 'its maker'}" if chosen.model else ""
        yield await subject_of(assistant, configuration, models=models, version=version)
