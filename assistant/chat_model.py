"""One chat model behind an OpenAI-compatible endpoint: a message in, pieces of text out, failures named.

langchain and the client under it are imported here alone, and only when the first question is asked.
"""

from __future__ import annotations

import logging
import threading
from contextlib import aclosing, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, cast

import anyio
import anyio.to_thread

from assistant.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from contextlib import AbstractContextManager

    from langchain_core.messages import AIMessageChunk
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

OPENAI = "https://api.openai.com/v1"

LINGER = 1.0
"""Seconds that a complete answer waits for the count of its tokens."""


class Failure(StrEnum):
    """Why a model's answer cannot be used: the text of its `ModelError`."""

    BUSY = "busy"
    """Too many answers were being composed."""
    RESTING = "resting"
    """It failed several times lately and is left alone for a while."""
    BUDGET = "budget"
    """The day's tokens are used up."""
    UNREACHABLE = "unreachable"
    FIRST_TOKEN = "first_token"
    """Nothing came in time."""
    TIMEOUT = "timeout"
    """The end did not come in time."""
    RATE_LIMITED = "rate_limited"
    SERVER = "server"
    """The endpoint answered with an error."""
    CUT = "cut"
    """The answer ended before its last line."""
    MALFORMED = "malformed"
    """The reply was not what was asked for, or not what the protocol says."""
    REFUSED = "refused"
    """The endpoint's own filter stopped the answer."""
    EMPTY = "empty"
    """No sentence was left."""
    LEAK = "leak"
    """The model gave its instructions away."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """An OpenAI-compatible chat model. Times are seconds; `base_url` None means OpenAI's own."""

    model: str
    base_url: str | None
    api_key: SecretStr
    timeout: float = 20
    max_tokens: int = 700
    first_token_timeout: float = 10
    temperature: float | None = 0
    """None leaves it out: some models refuse any."""


class Breaker(Protocol):
    """Knows whether the model is worth asking."""

    @property
    def is_open(self) -> bool:
        """Whether the model is to be left alone now."""
        ...

    def call(self) -> AbstractContextManager[None]:
        """A call of the model; errors that leave it count against the model."""
        ...


class AlwaysClosed:
    """A breaker that lets every call through."""

    is_open = False

    def call(self) -> AbstractContextManager[None]:
        return nullcontext()


class ChatModel:
    """The model, opened when it is first asked. Not more than `concurrency` replies stream at once."""

    def __init__(self, settings: ModelSettings, *, concurrency: int, breaker: Breaker | None = None) -> None:
        self.settings = settings
        self.breaker = breaker or AlwaysClosed()
        self.slots = anyio.Semaphore(concurrency)
        self._building = threading.Lock()
        self._client: ChatOpenAI | None = None

    def ask(self, instructions: str, message: str) -> ModelReply:
        """The reply; nothing is sent before it is read."""
        return ModelReply(self, instructions, message)

    async def client(self) -> ChatOpenAI:
        """The client; its first import takes seconds, so it is done beside the event loop."""
        client = self._client
        return client if client is not None else await anyio.to_thread.run_sync(self._open)

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.root_async_client.close()

    def _open(self) -> ChatOpenAI:
        from langchain_openai import ChatOpenAI
        from openai import DefaultAsyncHttpxClient

        # At DEBUG the client logs whole requests, and with them questions.
        logging.getLogger("openai._base_client").setLevel(logging.INFO)
        settings = self.settings
        with self._building:
            if self._client is None:
                self._client = ChatOpenAI(
                    model=settings.model,
                    base_url=settings.base_url or OPENAI,
                    api_key=settings.api_key,
                    temperature=settings.temperature,
                    max_completion_tokens=settings.max_tokens,
                    timeout=settings.timeout,
                    max_retries=1,
                    stream_usage=True,
                    use_responses_api=False,
                    cache=False,
                    # A redirect would carry the question to a host that nobody configured.
                    http_async_client=DefaultAsyncHttpxClient(follow_redirects=False),
                )
        return self._client


class ModelReply:
    """What the model streams back, within the times allowed; every failure of it is a `ModelError`.

    Whoever reads it sets `complete` when the last line has come: nothing that happens then is a failure.
    """

    def __init__(self, model: ChatModel, instructions: str, message: str) -> None:
        self.complete = False
        self.finish: str | None = None
        """The protocol's `finish_reason`."""
        self.input_tokens: int | None = None
        self.output_tokens: int | None = None
        self._model = model
        self._messages = [("system", instructions), ("human", message)]
        self._begun = False
        self._began_at = 0.0

    async def pieces(self) -> AsyncGenerator[str, None]:
        """Pieces of text, none empty."""
        self._check_breaker()
        client = await self._opened()
        await self._wait()
        try:
            self._check_breaker()  # it may have opened while this one waited
            self._began_at = anyio.current_time()
            # langchain's type does not say that it is a generator, which has to be closed.
            stream = cast("AsyncGenerator[AIMessageChunk, None]", client.astream(self._messages))
            with self._model.breaker.call():
                async with aclosing(stream) as chunks:
                    while (chunk := await self._next(chunks)) is not None:
                        if text := self._read(chunk):
                            yield text
        finally:
            self._model.slots.release()

    async def _opened(self) -> ChatOpenAI:
        try:
            return await self._model.client()
        except Exception:  # noqa: BLE001  an address that is none must not cost anybody the answer
            raise ModelError(Failure.UNREACHABLE) from None

    def _check_breaker(self) -> None:
        if self._model.breaker.is_open:
            raise ModelError(Failure.RESTING)

    async def _wait(self) -> None:
        with anyio.move_on_after(self._model.settings.first_token_timeout) as waiting:
            await self._model.slots.acquire()
        if waiting.cancelled_caught:
            raise ModelError(Failure.BUSY)

    async def _next(self, chunks: AsyncIterator[AIMessageChunk]) -> AIMessageChunk | None:
        """The next chunk, None at the end. Each is waited for alone: a scope must not span a `yield`."""
        from langsmith import tracing_context

        try:
            # Tracing would send the question away wherever the environment says so.
            with tracing_context(enabled=False), anyio.fail_after(self._left()):
                return await anext(chunks, None)
        except Exception as error:  # noqa: BLE001  whatever breaks in there, the answer does without the model
            if self.complete:
                return None
            # Not chained: the client's errors quote what was sent and received.
            raise ModelError(self._failure(error)) from None

    def _left(self) -> float:
        settings = self._model.settings
        allowed = settings.timeout if self._begun else min(settings.first_token_timeout, settings.timeout)
        left = self._began_at + allowed - anyio.current_time()
        return min(left, LINGER) if self.complete else left

    def _read(self, chunk: AIMessageChunk) -> str:
        self.finish = chunk.response_metadata.get("finish_reason") or self.finish
        if usage := chunk.usage_metadata:
            self.input_tokens, self.output_tokens = usage["input_tokens"], usage["output_tokens"]
        text = str(chunk.text)
        self._begun = self._begun or bool(text)
        return text

    def _failure(self, error: Exception) -> Failure:
        import openai

        match error:
            case TimeoutError() | openai.APITimeoutError():
                return Failure.TIMEOUT if self._begun else Failure.FIRST_TOKEN
            case openai.RateLimitError():
                return Failure.RATE_LIMITED
            case openai.APIConnectionError():
                return Failure.UNREACHABLE
            case openai.APIError():
                return Failure.SERVER
            case ValueError() | TypeError() | LookupError() | AttributeError():
                return Failure.MALFORMED
            case _:
                return Failure.CUT
