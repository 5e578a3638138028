"""Every error as problem details (RFC 9457) that say what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from assistant import (
    AssistantError,
    FeedbackError,
    PastCitation,
    PreferenceError,
    QuestionError,
    SwitchError,
    TopicError,
    UnknownCitation,
    UnknownConversation,
    UnknownShare,
)
from assistant import programme as records
from evals import EvalError, PolicyChanged, UnknownRun
from ingest import EmptyIndex, IndexLocked, IngestError, NotPublishable, UnknownPage, UnknownVersion
from ingest.errors import StorageFailed, VectorsUnavailable
from web.errors import WebError, first_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "application/problem+json"

_STATUS: Mapping[type[Exception], HTTPStatus] = {
    QuestionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownConversation: HTTPStatus.NOT_FOUND,
    PastCitation: HTTPStatus.GONE,
    UnknownCitation: HTTPStatus.NOT_FOUND,
    UnknownShare: HTTPStatus.NOT_FOUND,
    FeedbackError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TopicError: HTTPStatus.UNPROCESSABLE_ENTITY,
    PreferenceError: HTTPStatus.UNPROCESSABLE_ENTITY,
    SwitchError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownVersion: HTTPStatus.NOT_FOUND,
    UnknownPage: HTTPStatus.NOT_FOUND,
    NotPublishable: HTTPStatus.CONFLICT,
    IndexLocked: HTTPStatus.CONFLICT,
    EmptyIndex: HTTPStatus.SERVICE_UNAVAILABLE,
    StorageFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    VectorsUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    UnknownRun: HTTPStatus.NOT_FOUND,
    PolicyChanged: HTTPStatus.CONFLICT,
    EvalError: HTTPStatus.UNPROCESSABLE_ENTITY,
    records.UnknownKind: HTTPStatus.NOT_FOUND,
    records.UnknownRecord: HTTPStatus.NOT_FOUND,
    records.UnknownBehaviour: HTTPStatus.NOT_FOUND,
    records.InvalidRecord: HTTPStatus.UNPROCESSABLE_ENTITY,
    records.UnreadableImport: HTTPStatus.UNPROCESSABLE_ENTITY,
    records.StaleRecord: HTTPStatus.PRECONDITION_FAILED,
    records.MissingVersion: HTTPStatus.PRECONDITION_REQUIRED,
    records.NotAllowed: HTTPStatus.FORBIDDEN,
    records.WrongState: HTTPStatus.CONFLICT,
    records.BadQuery: HTTPStatus.BAD_REQUEST,
}
WAIT = "Wait as long as the Retry-After header says. In an emergency call 111."
"""Questions are looked at before they are turned away, by rules that do not see every danger."""

SOLVE = (
    "Solve `challenge` (docs/reliability.md, Under attack) and send the question again with the header "
    "Proof-Of-Work, or use an API key. In an emergency call 111."
)

_log = structlog.get_logger("web")


class Problem(BaseModel):
    """What went wrong (RFC 9457) and what to do about it."""

    type: str
    title: str
    status: int
    detail: str
    what_to_do: str
    fields: dict[str, str] | None = None
    """What is wrong with which field, where a body has several."""
    challenge: dict[str, Any] | None = None
    """Work that is asked of each question, as ALTCHA 2 describes it."""


class NotAcceptable(HTTPException):
    """None of the media types that the client accepts can be given."""

    def __init__(self, offered: str) -> None:
        super().__init__(406, f"This resource is given as {offered}.")


class TooManyRequests(HTTPException):
    """Too often was asked from one address, in one session or with one key: that is the `level`."""

    def __init__(self, seconds: int, level: str, quota: Mapping[str, str]) -> None:
        where = {"session": "in this conversation", "key": "with this key"}.get(level, "from this address")
        detail = f"Too many questions {where}. Try again in {seconds} seconds."
        super().__init__(429, detail, {"Retry-After": str(seconds), **quota})
        self.level, self.seconds = level, seconds


class Busy(HTTPException):
    """As many questions are waiting as may wait."""

    def __init__(self, seconds: int) -> None:
        detail = f"The service is busy. Try again in {seconds} seconds."
        super().__init__(503, detail, {"Retry-After": str(seconds)})


def install(app: FastAPI) -> None:
    """Answer every error of `app` with problem details."""
    app.add_exception_handler(AssistantError, _ours)
    app.add_exception_handler(IngestError, _ours)
    app.add_exception_handler(EvalError, _ours)
    app.add_exception_handler(WebError, _ours)
    app.add_exception_handler(SQLAlchemyError, _storage)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


def problem(
    status: HTTPStatus,
    kind: str,
    detail: str,
    what_to_do: str,
    fields: dict[str, str] | None = None,
    challenge: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """A response of problem details."""
    body = Problem(
        type=f"/problems/{kind}",
        title=status.phrase,
        status=status,
        detail=detail,
        what_to_do=what_to_do,
        fields=fields,
        challenge=None if challenge is None else dict(challenge),
    )
    return JSONResponse(body.model_dump(exclude_none=True), status, media_type=MEDIA_TYPE)


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    status = error.status if isinstance(error, WebError) else _status(error)
    what_to_do = str(getattr(error, "what_to_do", "Try again."))
    fields = getattr(error, "problems", None)
    return problem(status, _kebab(type(error).__name__), str(error), what_to_do, fields)


def _status(error: Exception) -> HTTPStatus:
    known = (each for kind, each in _STATUS.items() if isinstance(error, kind))
    return next(known, HTTPStatus.INTERNAL_SERVER_ERROR)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """Names the field and what is wrong with it; what was typed is not repeated, it may be personal."""
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = error.errors()[0]
    if first["type"] == "json_invalid":
        return _malformed()
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-request",
        first_fault(error),
        "Correct that field. GET /openapi.json describes every request.",
    )


def _malformed() -> JSONResponse:
    detail = "The body is not valid JSON."
    return problem(HTTPStatus.BAD_REQUEST, "malformed-json", detail, "Send a JSON object in UTF-8.")


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.BAD_REQUEST:  # bytes that FastAPI could not decode as a JSON body
        return _malformed()
    hints = {
        404: "Check the address. GET /openapi.json lists every resource.",
        405: "Use another method. GET /openapi.json lists the methods of every resource.",
        503: WAIT,
        429: WAIT,
        406: "Send an Accept header with one of those media types.",
    }
    task: Mapping[str, Any] | None = getattr(error, "task", None)
    response = problem(
        status,
        "challenge-required" if task else _kebab(status.phrase.replace(" ", "")),
        str(error.detail),
        SOLVE if task else hints.get(status, "Correct the request."),
        challenge=task,
    )
    response.headers.update(error.headers or {})
    return response


async def _storage(_request: Request, error: Exception) -> JSONResponse:
    """The database is away, full or locked: whoever asks may come back, and nothing was half done."""
    _log.error("storage failed", error=type(error).__name__)
    detail = "The service cannot reach what it stores at the moment."
    response = problem(
        HTTPStatus.SERVICE_UNAVAILABLE, "storage-unavailable", detail, "Try again in a few seconds."
    )
    response.headers["Retry-After"] = "5"
    return response


async def _unforeseen(_request: Request, error: Exception) -> JSONResponse:
    _log.error("unforeseen error", error=type(error).__name__)
    detail = "Something went wrong on our side."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", detail, "Try again in a minute.")


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
