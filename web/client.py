"""A small typed client of the service, for programs and for tests.

    async with Client("http://127.0.0.1:8000") as client:
        answer = await client.ask("How do I renew my passport?")
        async for event in client.stream("How much does it cost?", answer.conversation_id):
            ...

Raises `ServiceError`, which says what to do.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import httpx
from pydantic import TypeAdapter

from assistant import Answer, Event
from web.api.citations import CitedPassage
from web.stream import EVENTS, StreamError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from types import TracebackType

_ANSWER = TypeAdapter(Answer)


class ServiceError(Exception):
    """The service said no, or could not be reached; `what_to_do` is a sentence for a person."""

    def __init__(self, detail: str, what_to_do: str, status: int | None = None) -> None:
        super().__init__(detail)
        self.what_to_do = what_to_do
        self.status = status


class Client:
    """One service at `base_url`; `transport` may stand in for the network."""

    def __init__(
        self, base_url: str, *, timeout: float = 60.0, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=timeout, transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def ask(
        self, question: str, conversation_id: str | None = None, language: str | None = None
    ) -> Answer:
        """The whole answer."""
        response = await self._send("POST", "/v1/answers", _asked(question, conversation_id, language))
        return _ANSWER.validate_json(response.content)

    async def stream(
        self, question: str, conversation_id: str | None = None, language: str | None = None
    ) -> AsyncIterator[Event]:
        """Events as they come; the last one is `Final`. Raises `ServiceError` where the stream breaks off."""
        body = _asked(question, conversation_id, language)
        headers = {"Accept": "text/event-stream"}
        ended = False
        with _reaching():
            async with self._http.stream("POST", "/v1/answers", json=body, headers=headers) as response:
                if response.is_error:
                    await response.aread()
                    _raise(response)
                async for event in _events(response):
                    if isinstance(event, StreamError):
                        raise ServiceError(event.detail, event.what_to_do)
                    ended = _is_final(event)
                    yield event
        if not ended:
            raise ServiceError("The answer broke off.", "Ask the question again.")

    async def citation(self, identifier: str) -> CitedPassage:
        """The stored passage of a citation, with the quote's place in it."""
        response = await self._send("GET", f"/v1/citations/{identifier}")
        return CitedPassage.model_validate_json(response.content)

    async def conversation(self, identifier: str) -> list[Answer]:
        """The answers of a conversation, oldest first."""
        response = await self._send("GET", f"/v1/conversations/{identifier}")
        return TypeAdapter(list[Answer]).validate_json(response.content)

    async def forget(self, identifier: str) -> None:
        """Delete a conversation."""
        await self._send("DELETE", f"/v1/conversations/{identifier}")

    async def report(
        self, answer: Answer, reasons: tuple[str, ...] = (), comment: str = "", *, kind: str = "report"
    ) -> str:
        """Report a wrong answer to the editors; the identifier of the report."""
        body = {
            "conversation_id": answer.conversation_id,
            "answer_id": answer.id,
            "kind": kind,
            "reasons": list(reasons),
            "comment": comment,
        }
        response = await self._send("POST", "/v1/feedback", body)
        return str(response.json()["id"])

    async def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        with _reaching():
            response = await self._http.request(method, path, json=body)
        if response.is_error:
            _raise(response)
        return response


@contextmanager
def _reaching() -> Iterator[None]:
    """What goes wrong on the way to the service, and back, as ours."""
    try:
        yield
    except httpx.HTTPError as error:
        raise ServiceError(
            f"the service cannot be reached ({type(error).__name__})", "Check its address."
        ) from error


def _asked(question: str, conversation_id: str | None, language: str | None) -> dict[str, Any]:
    return {"question": question, "conversation_id": conversation_id, "language": language}


async def _events(response: httpx.Response) -> AsyncIterator[Any]:
    """The stream's events as their types."""
    name = ""
    async for line in response.aiter_lines():
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:") and name in EVENTS:
            yield TypeAdapter(EVENTS[name]).validate_json(line.removeprefix("data:").strip())


def _is_final(event: object) -> bool:
    return isinstance(event, EVENTS["final"])


def _raise(response: httpx.Response) -> None:
    """Problem details as an error."""
    try:
        problem = json.loads(response.content)
        detail, what_to_do = str(problem["detail"]), str(problem["what_to_do"])
    except (ValueError, KeyError, TypeError):
        detail, what_to_do = f"HTTP {response.status_code}", "Try again in a minute."
    raise ServiceError(detail, what_to_do, response.status_code)
