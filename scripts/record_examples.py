"""Record the OpenAPI document's examples from a running service with the starter content.

    python scripts/record_examples.py ADDRESS > web/openapi_examples.json

Each public route is asked once, as a reader of the documentation would; what came back is the example.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import httpx

QUESTION = "How much bond can a landlord ask for?"


def recorded(client: httpx.Client) -> dict[str, dict[str, Any]]:
    """By route, what was sent and what came back."""
    found: dict[str, dict[str, Any]] = {}

    def ask(method: str, route: str, body: Any = None, **parts: str) -> Any:
        reply = client.request(method, route.format(**parts), json=body)
        reply.raise_for_status()
        sent = {} if body is None else {"request": body}
        given = reply.json() if reply.content else None
        found[f"{method} {route}"] = sent if given is None else sent | {"response": given}
        return given

    answer = ask("POST", "/v1/answers", {"question": QUESTION})
    conversation, citation = answer["conversation_id"], answer["sentences"][0]["citations"][0]["id"]
    ask("GET", "/v1/citations/{identifier}", identifier=citation)
    ask("GET", "/v1/conversations/{identifier}", identifier=conversation)
    ids = {"conversation_id": conversation, "answer_id": answer["id"]}
    ask("POST", "/v1/feedback", {**ids, "kind": "rating", "helpful": True})
    ask("GET", "/v1/models")
    model = client.get("/v1/models").json()["data"][0]["id"]
    ask("GET", "/v1/models/{name}", name=model)
    said = [{"role": "user", "content": QUESTION}]
    ask("POST", "/v1/chat/completions", {"model": model, "messages": said})
    for route in ("/v1/service", "/v1/service/log", "/healthz", "/readyz", "/v1/programme"):
        ask("GET", route)
    return found


def main() -> None:
    """Print the examples as JSON."""
    with httpx.Client(base_url=sys.argv[1], trust_env=False) as client:
        text = json.dumps(recorded(client), ensure_ascii=False, indent=1)
    print(text.replace(sys.argv[1].rstrip("/"), "https://assistant.example"))


if __name__ == "__main__":
    main()
