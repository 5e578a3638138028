"""Bodies of the OpenAI-compatible routes: the parts of that protocol that mean something here.

Field names and shapes follow the OpenAI API reference (platform.openai.com/docs/api-reference/chat). What a
client sends besides, such as a temperature or tools, is accepted and has no effect.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant import Answer, Citation, Listed

MODEL = "govt-assistant"
"""The one model that there is."""


class ErrorDetail(BaseModel):
    """What was wrong."""

    message: str
    type: str
    param: str | None
    code: str


class ProtocolError(BaseModel):
    """An error in the protocol's form."""

    error: ErrorDetail


class TextPart(BaseModel):
    """A part of a message that is text."""

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """One message. The last one of the user is the question, the earlier ones are its history."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """The message's words."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream carries besides."""

    include_usage: bool = False


class CompletionRequest(BaseModel):
    """A conversation to be answered. Nothing of it is stored."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {"model": MODEL, "messages": [{"role": "user", "content": "How do I renew my passport?"}]}
            ]
        },
    )

    model: str = MODEL
    messages: list[Message] = Field(min_length=1, max_length=200)
    stream: bool = False
    stream_options: StreamOptions | None = None


class Usage(BaseModel):
    """Tokens of question and answer, counted with the tokeniser of the embedding model."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[dict[str, Any]]
    usage: Usage
    citations: list[Citation]
    """Every quote that the answer rests on, in the order of the numbers in its text."""
    sources: list[Listed]
    outcome: str


def completion(answer: Answer, text: str, created: int, usage: Usage) -> Completion:
    """`answer`, whose Markdown is `text`, as a chat completion."""
    cited = citations(answer)
    message = {
        "role": "assistant",
        "content": text,
        "refusal": None,
        "annotations": url_citations(cited, text),
    }
    return Completion(
        id=answer.id,
        created=created,
        choices=[{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        usage=usage,
        citations=cited,
        sources=list(answer.sources),
        outcome=answer.outcome,
    )


def chunk(identifier: str, created: int, delta: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """One piece of a streamed completion; without a delta it carries no choice."""
    finish = more.pop("finish_reason", None)
    choices = (
        [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}]
    )
    return {
        "id": identifier,
        "object": "chat.completion.chunk",
        "created": created,
        "model": MODEL,
        "choices": choices,
        **more,
    }


def citations(answer: Answer) -> list[Citation]:
    """The citations of sentences and contacts, each once."""
    said = (*answer.sentences, *answer.contact)
    return list({each.id: each for sentence in said for each in sentence.citations}.values())


def url_citations(cited: list[Citation], text: str) -> list[dict[str, Any]]:
    """Where in `text` each citation's number stands first, as the protocol's URL citations."""
    found = []
    for number, citation in enumerate(cited, start=1):
        at = text.find(f"[{number}]")
        if at >= 0:
            span = {"start_index": at, "end_index": at + len(f"[{number}]")}
            where = {"url": citation.url, "title": citation.title}
            found.append({"type": "url_citation", "url_citation": {**where, **span}})
    return found
