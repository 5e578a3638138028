"""Help in a crisis over the Model Context Protocol, without its library: a crowd must not wait for that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from starlette.responses import JSONResponse

from assistant import Answer, Question
from web.asking import LONGEST
from web.markdown_answer import as_markdown

if TYPE_CHECKING:
    from starlette.types import Message, Receive

MOST_BYTES = 100_000
"""Of a body that is read to look for danger: a question and six earlier ones, each letter escaped."""

_ANSWER = TypeAdapter(Answer)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the tool `ask`: its identifier in JSON-RPC, and the question."""

    id: Any
    question: Question


def given(answer: Answer) -> dict[str, Any]:
    """What the tool `ask` gives: the answer as Markdown, and with every citation."""
    return {"text": as_markdown(answer), "answer": _ANSWER.dump_python(answer, mode="json")}


class Beginning:
    """The beginning of a request's body, read only where it is asked for; `again` gives the whole body."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._read: list[Message] = []
        self._left: list[Message] = []

    async def call(self) -> Call | None:
        """The call of `ask` in the body; None for everything else."""
        size, more = 0, not self._read
        while more and size <= MOST_BYTES:
            message = await self._receive()
            self._read.append(message)
            size, more = size + len(message.get("body", b"")), bool(message.get("more_body"))
            self._left.append(message)
        return _call(b"".join(each.get("body", b"") for each in self._read))

    async def again(self) -> Message:
        """The next message of the request, from the first one on."""
        return self._left.pop(0) if self._left else await self._receive()


def _call(body: bytes) -> Call | None:
    try:
        message = json.loads(body)
        call = message["params"]
        text = call["arguments"]["question"] if call["name"] == "ask" else None
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    if not isinstance(text, str):
        return None
    text = text[:LONGEST].encode("utf-8", "replace").decode()  # JSON can name half an emoji, no text can
    return Call(message.get("id"), Question(text))


def response(call: Call | None, answer: Answer) -> JSONResponse:
    """The tool's result as the protocol writes it (revision 2025-06-18)."""
    told = given(answer)
    content = [{"type": "text", "text": json.dumps(told, ensure_ascii=False)}]
    result = {"content": content, "structuredContent": told, "isError": False}
    return JSONResponse({"jsonrpc": "2.0", "id": call.id if call else None, "result": result})
