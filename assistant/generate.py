"""The generative composer: a language model words the answer, sentence by sentence, from the passages found.

The model only words. Which passages it may use, what their links are and which spans its sentences cite is
settled here; whether a sentence says what its quotes say is checked after this step, before it is shown.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from assistant.chat_model import ChatModel, Failure, ModelSettings
from assistant.errors import ModelError
from assistant.model import Sentence, SentenceKind
from assistant.model_input import model_input
from assistant.model_output import LineReader, Mark, Said, plain_sentence, tidy
from assistant.prompts import SHIPPED, Prompts
from assistant.support import supporting
from guardrails import inspect_output

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from assistant.chat_model import Breaker, ModelReply
    from assistant.model import Retrieved
    from assistant.model_input import ModelInput
    from assistant.model_output import Line

__all__ = ["Composition", "Failure", "GenerativeComposer", "ModelSettings"]

LONGEST_SENTENCE = 600
"""Characters."""


class Budget(Protocol):
    """How many tokens the model may still use."""

    async def affords(self) -> bool: ...

    async def spend(self, tokens: int) -> None: ...


class GenerativeComposer:
    """Answers in a model's words. One for the whole service; `aclose` ends its connections."""

    name = "generative"
    prompt_digest: str

    def __init__(
        self,
        settings: ModelSettings,
        *,
        canary: str,
        concurrency: int = 8,
        budget: Budget | None = None,
        prompts: Prompts = SHIPPED,
        breaker: Breaker | None = None,
    ) -> None:
        """`canary`: a token that stands only in the instructions. `concurrency`: answers composed at once.

        Where `breaker` is open the model is not asked.
        """
        self.prompt_digest = prompts.digest
        self._prompts = prompts
        self._canary = canary
        self.budget = budget
        self._chat = ChatModel(settings, concurrency=concurrency, breaker=breaker)

    def compose(self, retrieved: Retrieved) -> Composition:
        """The answer's sentences, each as soon as the model has written it; asked for when iterated over."""
        return Composition(self, retrieved)

    async def aclose(self) -> None:
        """Close the connections; they open again when they are needed."""
        await self._chat.aclose()

    def ask(self, given: ModelInput, language: str) -> ModelReply:
        """The model's reply to what it is given."""
        return self._chat.ask(self._prompts.answer(language).with_canary(self._canary), given.message)

    def leaks(self, text: str) -> bool:
        """Whether the token that stands only in the instructions is in the text, however spelt."""
        findings = inspect_output(text, canary=self._canary, allowed_hosts=())
        return any(finding.type == "PROMPT_LEAK" for finding in findings)


class Composition:
    """One answer's sentences, to be iterated over once, and what became of the rest.

    Iteration raises `ModelError`, its text a `Failure`, for whatever goes wrong with the model, also after
    sentences have come: those are no whole answer then. `dropped` counts sentences that were malformed, named
    an unknown passage or have no support in those they name. Token counts are None where none came.
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
        budget = self._composer.budget
        if budget is not None and not await budget.affords():
            raise ModelError(Failure.BUDGET)
        reply = self._composer.ask(self._given, self._retrieved.understood.language)
        async with aclosing(self._lines(reply)) as lines:
            async for line in lines:
                if line is Mark.DONE:
                    reply.complete = True
                elif not reply.complete and (sentence := self._sentence(line)) is not None:
                    self._kept += 1
                    yield sentence
        self.input_tokens, self.output_tokens = reply.input_tokens, reply.output_tokens
        if budget is not None:
            await budget.spend((reply.input_tokens or 0) + (reply.output_tokens or 0))
        if failure := self._shortfall(reply):
            raise ModelError(failure)

    async def _lines(self, reply: ModelReply) -> AsyncGenerator[Line, None]:
        reader = LineReader()
        async with aclosing(reply.pieces()) as pieces:
            async for piece in pieces:
                for line in reader.feed(piece):
                    yield line
        for line in reader.finish():
            yield line

    def _shortfall(self, reply: ModelReply) -> Failure | None:
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
