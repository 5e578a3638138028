"""The generative composer: a language model words the answer, sentence by sentence, from the passages found.

The model only words. Which passages it may use, what their links are and which spans its sentences cite is
settled here; whether a sentence says what its quotes say is checked after this step, before anything is shown.
langchain and the client under it are imported when the first answer is composed.
"""

from __future__ import annotations

import logging
import threading
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from assistant.errors import ModelError
from assistant.model import Sentence, SentenceKind
from assistant.model_input import model_input
from assistant.model_output import LineReader, Mark, Said, plain_sentence, tidy
from assistant.prompts import answer_prompt, prompt_digest
from assistant.support import supporting
from guardrails import inspect_output

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    from assistant.model import Retrieved
    from assistant.model_input import ModelInput
    from assistant.model_output import Line

OPENAI = "https://api.openai.com/v1"

LINGER = 1.0
"""Seconds that a finished answer waits for the count of its tokens."""

LONGEST_SENTENCE = 600
"""Characters."""


class Failure(StrEnum):
    """Why a model's answer cannot be used: the text of its `ModelError`."""

    BUSY = "busy"
    """Too many answers were being composed."""
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


class GenerativeComposer:
    """Answers in a model's words. One for the whole service; `aclose` ends its connections."""

    name = "generative"
    prompt_digest: str

    def __init__(self, settings: ModelSettings, *, canary: str, concurrency: int = 8) -> None:
        """`concurrency`: answers that may be composed at once; others wait as long as for a first token."""
        self.prompt_digest = prompt_digest()
        self._settings = settings
        self._canary = canary
        self._slots = anyio.Semaphore(concurrency)
        self._building = threading.Lock()
        self._chat: ChatOpenAI | None = None

    def compose(self, retrieved: Retrieved) -> Composition:
        """The answer's sentences, each as soon as the model has written it. Nothing is sent before iteration."""
        return Composition(self, retrieved)

    async def aclose(self) -> None:
        """Close the connections. The composer opens them again when it is used again."""
        chat, self._chat = self._chat, None
        if chat is not None:
            await chat.root_async_client.close()

    async def stream(self, given: ModelInput, language: str) -> Reply:
        """The model's reply to what it is given, not begun yet."""
        from langchain_core.messages import HumanMessage, SystemMessage

        chat = self._chat or await anyio.to_thread.run_sync(self._open)
        instructions = answer_prompt(language).with_canary(self._canary)
        messages = [SystemMessage(instructions), HumanMessage(given.message)]
        return Reply(chat, messages, self._settings, self._slots)

    def leaks(self, text: str) -> bool:
        """Whether the token that stands only in the instructions is in the text, however spelt."""
        return any(
            finding.type == "PROMPT_LEAK"
            for finding in inspect_output(text, canary=self._canary, allowed_hosts=())
        )

    def _open(self) -> ChatOpenAI:
        from langchain_openai import ChatOpenAI
        from openai import DefaultAsyncHttpxClient

        # At DEBUG the client logs whole requests, and with them questions.
        logging.getLogger("openai._base_client").setLevel(logging.INFO)
        settings = self._settings
        with self._building:
            if self._chat is None:
                self._chat = ChatOpenAI(
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
            return self._chat


class Composition:
    """One answer's sentences, to be iterated over once, and what became of the rest.

    Iteration raises `ModelError`, its text a `Failure`, for whatever goes wrong with the model, also after
    sentences have come: those are no whole answer then. `dropped` counts sentences that were malformed, named
    an unknown passage or have no support in those they name. Token counts are None where the endpoint gives none.
    """

    def __init__(self, composer: GenerativeComposer, retrieved: Retrieved) -> None:
        self.dropped = 0
        self.input_tokens: int | None = None
        self.output_tokens: int | None = None
        self._composer = composer
        self._retrieved = retrieved
        self._given = model_input(retrieved)
        self._kept = 0
        self._sentences = self._compose()

    def __aiter__(self) -> AsyncIterator[Sentence]:
        return self

    async def __anext__(self) -> Sentence:
        return await anext(self._sentences)

    async def aclose(self) -> None:
        """Stop the model; the answer is not wanted any more."""
        await self._sentences.aclose()

    async def _compose(self) -> AsyncGenerator[Sentence, None]:
        reply = await self._composer.stream(self._given, self._retrieved.understood.language)
        async with aclosing(self._lines(reply)) as lines:
            async for line in lines:
                if line is Mark.DONE:
                    reply.complete = True
                elif not reply.complete and (sentence := self._sentence(line)) is not None:
                    self._kept += 1
                    yield sentence
        self.input_tokens, self.output_tokens = reply.input_tokens, reply.output_tokens
        if failure := self._shortfall(reply):
            raise ModelError(failure)

    async def _lines(self, reply: Reply) -> AsyncGenerator[Line, None]:
        reader = LineReader()
        async with aclosing(reply.pieces()) as pieces:
            async for piece in pieces:
                for line in reader.feed(piece):
                    yield line
        for line in reader.finish():
            yield line

    def _shortfall(self, reply: Reply) -> Failure | None:
        if reply.finish == "content_filter":
            return Failure.REFUSED
        if not reply.complete:
            return Failure.CUT if self._kept else Failure.MALFORMED if self.dropped else Failure.EMPTY
        return None if self._kept else Failure.EMPTY

    def _sentence(self, line: Line) -> Sentence | None:
        """The line as a cited sentence; None, and one more dropped, where it cannot be used."""
        sentence = self._cited(line) if isinstance(line, Said) else None
        self.dropped += sentence is None
        return sentence

    def _cited(self, said: Said) -> Sentence | None:
        text = tidy(self._given.restore_links(plain_sentence(said.text)))
        if self._composer.leaks(said.text) or self._composer.leaks(text):
            raise ModelError(Failure.LEAK)
        named = [self._given.passages[name] for name in said.passages if name in self._given.passages]
        if len(named) < len(said.passages) or not 0 < len(text) <= LONGEST_SENTENCE:
            return None
        support = supporting(text, named, self._retrieved.snapshot)
        return _resting_on(support, text, self._retrieved.understood.language) if support else None


def _resting_on(support: tuple[Sentence, ...], text: str, language: str) -> Sentence:
    """The model's words with the citations of the units they rest on; the oldest of their dates holds."""
    citations = {citation.id: citation for each in support for citation in each.citations}
    return Sentence(
        text=text,
        kind=SentenceKind.SENTENCE,
        citations=tuple(citations.values()),
        heading=support[0].heading,
        language=language,
        checked=all(each.checked for each in support),
        as_at=min((each.as_at for each in support if each.as_at), default=None),
    )


class Reply:
    """What a model streams back, within the times allowed; every failure of it is a `ModelError`.

    Whoever reads it sets `complete` when the last line has come: nothing that happens then is a failure.
    """

    def __init__(
        self, chat: ChatOpenAI, messages: list[BaseMessage], settings: ModelSettings, slots: anyio.Semaphore
    ) -> None:
        self.complete = False
        self.finish: str | None = None
        self.input_tokens: int | None = None
        self.output_tokens: int | None = None
        self._chat = chat
        self._messages = messages
        self._settings = settings
        self._slots = slots

    async def pieces(self) -> AsyncGenerator[str, None]:
        """Pieces of text, none empty."""
        with anyio.move_on_after(self._settings.first_token_timeout) as waiting:
            await self._slots.acquire()
        if waiting.cancelled_caught:
            raise ModelError(Failure.BUSY)
        try:
            async with aclosing(self._chunks()) as chunks:
                async for chunk in chunks:
                    self._note(chunk)
                    if text := str(chunk.text):
                        yield text
        finally:
            self._slots.release()
