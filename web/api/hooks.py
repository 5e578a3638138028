"""POST /v1/hooks/cms: a content system says that pages changed or are gone.

The body is signed: `X-Signature: sha256=<hex>` is the HMAC-SHA-256 of `<timestamp>.<body>` under the
shared secret, and `X-Timestamp` the seconds since 1970. A message older than five minutes, or one that
came before, is refused, so that nobody can send it again.
"""

from __future__ import annotations

import hashlib
import hmac
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from web.access import Person, Role
from web.api.jobs import JobView
from web.api.pages import begin
from web.dependencies import Parts, parts
from web.editing.editing import HAND_IN, READ, REMOVE
from web.editing.handing_in import PageGiven
from web.errors import WebError, first_fault
from web.problems import Problem

router = APIRouter(prefix="/v1/hooks", tags=["hooks"])

FRESH = timedelta(minutes=5)
LARGEST = 2_000_000
"""Bytes of a message."""

CMS = Person("cms webhook", frozenset({Role.EDITOR}))


class HookRefused(WebError):
    """A message that is not signed, too old, or here before."""

    status = HTTPStatus.UNAUTHORIZED
    what_to_do = "Sign <timestamp>.<body> with the shared secret; see docs/editors.md."


class HookSeen(HookRefused):
    """A message that came before."""

    status = HTTPStatus.CONFLICT
    what_to_do = "Nothing: it was taken the first time. Send a new message with a new timestamp."


class HookMalformed(WebError):
    """A message that cannot be read."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    what_to_do = "Correct that field; GET /openapi.json describes the message."


class Message(BaseModel):
    """Pages that changed (read them again), that are gone, or that are given whole."""

    model_config = ConfigDict(extra="forbid")

    event: Literal["changed", "removed", "given"]
    urls: list[str] = Field(default=[], max_length=1_000)
    """For `changed` and `removed`."""
    pages: list[PageGiven] = Field(default=[], max_length=100)
    """For `given`."""


@router.post(
    "/cms",
    status_code=202,
    summary="A content system says that pages changed",
    responses={status: {"model": Problem} for status in (401, 409, 422)},
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": Message.model_json_schema()}}}},
)
async def take_message(
    request: Request,
    response: Response,
    built: Annotated[Parts, Depends(parts)],
    x_signature: Annotated[str, Header(max_length=200)] = "",
    x_timestamp: Annotated[str, Header(max_length=20)] = "",
) -> JobView:
    """A job that makes a candidate version; published by itself where that is set and its check passes."""
    body = await _body(request)
    now = built.jobs.now()
    _verify(body, x_signature, x_timestamp, built, now)
    message = _message(body)
    if not await built.deliveries.first(x_signature, until=now + 2 * FRESH, now=now):
        raise HookSeen("this message was here before")
    try:
        return await _begun(message, built, response)
    except Exception:
        with suppress(SQLAlchemyError):  # nothing came of it: it may be sent again
            await built.deliveries.forget(x_signature)
        raise


async def _begun(message: Message, built: Parts, response: Response) -> JobView:
    publish = built.settings.webhook_publishes
    kind, arguments = _work(message)
    first, *others = message.urls or [page.url for page in message.pages]
    subject = f"{first} and {len(others)} more" if others else first
    return await begin(kind, {**arguments, "publish": publish}, subject, built, CMS, response)


def sign(body: bytes, timestamp: str, secret: str) -> str:
    """The signature of a message."""
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def _verify(body: bytes, signature: str, timestamp: str, built: Parts, now: datetime) -> None:
    secret = built.settings.webhook_secret.get_secret_value()
    if not secret:
        raise HookRefused("no webhook secret is set", what_to_do="Set GOVT_ASSISTANT_WEBHOOK_SECRET.")
    if not timestamp.isdecimal() or not hmac.compare_digest(
        sign(body, timestamp, secret).encode(), signature.encode()
    ):
        raise HookRefused("the signature does not fit the message")
    if abs(now.timestamp() - int(timestamp)) > FRESH.total_seconds():
        raise HookRefused("the message is too old, or the clocks differ by more than five minutes")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise HookMalformed(f"the message has more than {LARGEST:,} bytes", what_to_do="Split it.")
    return bytes(body)


def _message(body: bytes) -> Message:
    try:
        message = Message.model_validate_json(body)
    except ValidationError as error:
        raise HookMalformed(first_fault(error)) from error
    if not (message.pages if message.event == "given" else message.urls):
        raise HookMalformed("the message names no page")
    return message


def _work(message: Message) -> tuple[str, dict[str, object]]:
    if message.event == "given":
        return HAND_IN, {"pages": [page.model_dump(mode="json") for page in message.pages]}
    if message.event == "changed":
        return READ, {"urls": message.urls}
    return REMOVE, {"urls": message.urls, "remember": False}  # it may publish them again
