"""A chat model that says what it is told to, over the real chat completions protocol, on loopback.

    with serving(says(sentence("You can apply online.", "p1"))) as model:
        settings = ModelSettings("scripted", model.base_url, SecretStr("none"))

Each request takes the next reply of the script; the last one stays. A reply can also be a function of
the request, so that it can speak of the passages that it was given. `python tests/scripted_model.py`
serves `faithful` for trying things out by hand.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DONE = json.dumps({"done": True})
USAGE = {"prompt_tokens": 120, "completion_tokens": 34, "total_tokens": 154}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server does with one request."""

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    piece: int = 7
    """Characters of one chunk."""
    finish: str = "stop"
    refusal: str | None = None
    usage: bool = True
    slow_start: bool = False
    """Accept the request and send nothing until the server closes."""
    stall_after: int | None = None
    """Chunks after which nothing more comes until the server closes."""
    cut_after: int | None = None
    """Chunks after which the connection ends without the protocol's own end."""
    raw: bytes | None = None
    """A body to send as it is, in place of the protocol's."""


Step = Reply | Callable[[dict[str, Any]], Reply]


def sentence(text: str, *passages: str) -> str:
    """A line of the answer."""
    return json.dumps({"text": text, "passages": list(passages)}, ensure_ascii=False)


def says(*lines: str, done: bool = True) -> Reply:
    """A whole answer of these lines."""
    return Reply("\n".join((*lines, DONE) if done else lines))


def slow_first_token() -> Reply:
    """Nothing comes."""
    return Reply(slow_start=True)


def stalled(reply: Reply, after: int) -> Reply:
    """The reply stops coming, the connection stays."""
    return replace(reply, stall_after=after)


def cut(reply: Reply, after: int) -> Reply:
    """The connection breaks off within the reply."""
    return replace(reply, cut_after=after)


def error(status: int, **headers: str) -> Reply:
    """An error as the protocol words it; with the header that keeps the client's next try from waiting."""
    body = {"error": {"message": "scripted", "type": "scripted", "code": str(status)}}
    return Reply(status=status, headers={"retry-after-ms": "1", **headers}, raw=json.dumps(body).encode())


def malformed_json() -> Reply:
    """A stream whose events hold no JSON."""
    return Reply(raw=b'data: {"id": "x", "choices": [{"delta": {"cont\n\ndata: [DONE]\n\n')


def garbage() -> Reply:
    """Bytes that are no stream at all."""
    return Reply(raw=bytes(range(128, 256)) * 20)


def refuses() -> Reply:
    """Words of regret in place of the lines that were asked for."""
    return Reply("I'm sorry, but I can't help with that request.")


def filtered() -> Reply:
    """The endpoint's own filter ends the answer."""
    return Reply("", finish="content_filter", refusal="filtered")


def passages_of(request: dict[str, Any]) -> list[dict[str, Any]]:
    """The passages that the model was given."""
    message: str = request["messages"][-1]["content"]
    line = next(line for line in message.split("\n") if line.startswith("Passages: "))
    found: list[dict[str, Any]] = json.loads(line.removeprefix("Passages: "))
    return found


def faithful(request: dict[str, Any]) -> Reply:
    """Says the first sentence of the first passage."""
    first = passages_of(request)[0]
    return says(sentence(first["text"].split("\n")[0].split(". ")[0].rstrip(".") + ".", first["id"]))


class ScriptedModel(ThreadingHTTPServer):
    """The server; `requests` holds the bodies of what was asked, `paths` where."""

    daemon_threads = True

    def __init__(self, script: tuple[Step, ...], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.closing = threading.Event()
        self.asked = threading.Event()
        """Set with the first request."""
        self.keeps_open = False
        """Whether a connection stays open for the next request, where the client does not close it."""
        self._script = list(script)
        self._turn = threading.Lock()

    @property
    def base_url(self) -> str:
        """What a client is configured with."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def next_reply(self, path: str, request: dict[str, Any]) -> Reply:
        """The script's next step, applied to the request."""
        with self._turn:
            self.paths.append(path)
            self.requests.append(request)
            self.asked.set()
            step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        return step if isinstance(step, Reply) else step(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: a client that goes away is part of the script."""


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedModel
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        reply = self.server.next_reply(self.path, body)
        self.close_connection = self.close_connection or not self.server.keeps_open
        if self.path != "/v1/chat/completions":
            reply = error(404)
        if reply.slow_start:
            self.server.closing.wait(30)
        elif reply.raw is not None:
            self._whole(reply.status, reply.raw, reply.headers, streamed=reply.status == 200)
        elif body.get("stream"):
            self._stream(reply, body)
        else:
            self._whole(200, json.dumps(_completion(reply)).encode(), reply.headers)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _whole(self, status: int, body: bytes, headers: Mapping[str, str], *, streamed: bool = False) -> None:
        self.send_response(status)
        self.send_header("content-type", "text/event-stream" if streamed else "application/json")
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, reply: Reply, request: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        wants_usage = bool((request.get("stream_options") or {}).get("include_usage"))
        for sent, event in enumerate(_events(reply, wants_usage=wants_usage)):
            if sent == reply.cut_after:
                return
            if sent == reply.stall_after:
                self.server.closing.wait(30)
                return
            self._send(b"data: " + event + b"\n\n")
        self._send(b"")

    def _send(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()


def _events(reply: Reply, *, wants_usage: bool) -> Iterator[bytes]:
    yield _chunk([{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}])
    for at in range(0, len(reply.text), reply.piece):
        delta = {"content": reply.text[at : at + reply.piece]}
        yield _chunk([{"index": 0, "delta": delta, "finish_reason": None}])
    last = {"refusal": reply.refusal} if reply.refusal else {}
    yield _chunk([{"index": 0, "delta": last, "finish_reason": reply.finish}])
    if wants_usage and reply.usage:
        yield _chunk([], usage=USAGE)
    yield b"[DONE]"


def _chunk(choices: list[dict[str, Any]], **more: object) -> bytes:
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    return json.dumps(chunk | {"choices": choices} | more, ensure_ascii=False).encode()


def _completion(reply: Reply) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.text, "refusal": reply.refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
        **({"usage": USAGE} if reply.usage else {}),
    }


@contextmanager
def serving(*script: Step, port: int = 0) -> Iterator[ScriptedModel]:
    """A running server with this script."""
    server = ScriptedModel(script, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    with serving(faithful, port=int(sys.argv[1]) if len(sys.argv) > 1 else 8200) as running:
        print(running.base_url)
        running.closing.wait()
