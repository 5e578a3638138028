"""POST /v1/chat/completions and GET /v1/models: the assistant for software that speaks OpenAI's protocol."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

import structlog
from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import TypeAdapter

from assistant import (
    AssistantError,
    Citation,
    Final,
    Notice,
    Question,
    QuestionError,
    SentenceReady,
    Turn,
)
from web.api.answers import final
from web.api.chat_models import (
    MODEL,
    Completion,
    CompletionRequest,
    ProtocolError,
    Usage,
    chunk,
    citations,
    completion,
)
from web.asking import check_question
from web.dependencies import Parts, parts
from web.markdown_answer import MarkdownAnswer, as_markdown
from web.problems import MEDIA_TYPE, Problem
from web.reception import Reception, reception

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from assistant import Event

router = APIRouter(prefix="/v1", tags=["openai-compatible"])

Built = Annotated[Parts, Depends(parts)]
HISTORY = 6
"""Earlier questions that are looked at."""

_CITATIONS = TypeAdapter(list[Citation])
_log = structlog.get_logger("web")


@router.get("/models", summary="List models")
async def list_models() -> dict[str, Any]:
    """The one that there is."""
    return {"object": "list", "data": [_model()]}


OR_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
"""A body that is not of the protocol is told of as everywhere in this service."""


ENDINGS: dict[int | str, dict[str, Any]] = {
    404: {"model": ProtocolError},
    422: {"model": ProtocolError, "content": OR_PROBLEM},
    **{status: {"model": Problem} for status in (400, 429, 503)},
}


@router.get("/models/{name}", summary="Read a model", responses={404: {"model": ProtocolError}})
async def read_model(name: str) -> JSONResponse:
    """Raises an error in OpenAI's form (404) for any other name."""
    return JSONResponse(_model()) if name == MODEL else _unknown_model(name)


@router.post(
    "/chat/completions",
    summary="Answer a conversation",
    response_model=Completion,
    responses=ENDINGS,
)
async def create_completion(
    body: CompletionRequest, built: Built, desk: Annotated[Reception, Depends(reception)]
) -> Any:
    """Citations come in `citations`, whole or with each streamed sentence; no conversation is kept."""
    if body.model != MODEL:
        return _unknown_model(body.model)
    question = Question(_last_asked(body))

    async def prepare() -> Question:
        nonlocal question
        question = _question(body)
        return question

    try:
        events = await desk.events(question, prepare, built.assistant)
    except QuestionError as error:
        return _refused(error)
    created = int(built.now().timestamp())
    if body.stream:
        with_usage = body.stream_options is not None and body.stream_options.include_usage
        chunks = _chunks(events, question, created, built if with_usage else None)
        return StreamingResponse(
            chunks, media_type="text/event-stream", headers={"Cache-Control": "no-cache"}
        )
    given = await final(events)
    text = as_markdown(given)
    return completion(given, text, created, _usage(question, text, built))


def _last_asked(body: CompletionRequest) -> str:
    return next((each.text for each in reversed(body.messages) if each.role == "user"), "")


def _question(body: CompletionRequest) -> Question:
    """The last message of the user after the earlier ones; raises `QuestionError`."""
    asked = [message.text for message in body.messages if message.role == "user"]
    if not asked:
        raise QuestionError("no message has the role user")
    earlier = [Turn(check_question(text)) for text in asked[:-1][-HISTORY:] if text.strip()]
    return Question(check_question(asked[-1]), tuple(earlier))


async def _chunks(
    events: AsyncIterator[Event], question: Question, created: int, counting: Parts | None
) -> AsyncIterator[str]:
    """Server-sent chunks, a sentence each, then the whole's citations, then [DONE]."""
    identifier, text, writer = "chatcmpl", "", MarkdownAnswer()
    try:
        yield _sent(chunk(identifier, created, {"role": "assistant", "content": ""}))
        async for event in events:
            piece, more = _piece(event, writer, begun=bool(text))
            if piece:
                text += piece
                yield _sent(chunk(identifier, created, {"content": piece}, **more))
            if isinstance(event, Final):
                found = event.answer
                more = {"citations": _CITATIONS.dump_python(citations(found), mode="json")}
                yield _sent(chunk(found.id, created, {}, finish_reason="stop", outcome=found.outcome, **more))
        if counting is not None:
            usage = _usage(question, text, counting).model_dump()
            yield _sent(chunk(identifier, created, None, usage=usage))
    except Exception as error:  # noqa: BLE001 the response has begun: the failure can only be told inside it
        _log.error("stream broke", error=type(error).__name__)
        yield _sent({"error": {"message": "The answer broke off. Ask again.", "type": "server_error"}})
    yield "data: [DONE]\n\n"


def _piece(event: Event, writer: MarkdownAnswer, *, begun: bool) -> tuple[str, dict[str, Any]]:
    """The text that an event adds, and the citations that come with it."""
    match event:
        case Notice(reply=reply):
            return writer.notice(reply), {}
        case SentenceReady(sentence=sentence):
            cited = _CITATIONS.dump_python(list(sentence.citations), mode="json")
            return writer.sentence(sentence), {"citations": cited}
        case Final(given):
            late = [] if begun else [each for each in given.notices if each.text != given.message]
            return "".join((*map(writer.notice, late), writer.closing(given))), {}
        case _:
            return "", {}


def _usage(question: Question, text: str, built: Parts) -> Usage:
    count = built.index.embedder.count
    asked, said = count(question.text), count(text)
    return Usage(prompt_tokens=asked, completion_tokens=said, total_tokens=asked + said)


def _sent(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "govt-assistant"}


def _unknown_model(name: str) -> JSONResponse:
    message = f"There is no model {name[:60]!r}. Use {MODEL!r}."
    return _error(HTTPStatus.NOT_FOUND, message, "model_not_found")


def _refused(error: AssistantError) -> JSONResponse:
    return _error(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error}. {error.what_to_do}", "invalid_question")


def _error(status: HTTPStatus, message: str, code: str) -> JSONResponse:
    body = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return JSONResponse({"error": body}, status)
