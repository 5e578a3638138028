"""A judge over the real chat completions protocol: it fills in the JSON Schema that its prompt asks for."""

from __future__ import annotations

import json
from typing import Any

from tests.scripted_model import Reply

_ASKS = "JSON Schema:"


def agrees(request: dict[str, Any]) -> Reply:
    """Every verdict is yes: each number of the reply is 1, each list has one item."""
    return Reply(json.dumps(_filled(_schema(request), 1)))


def disagrees(request: dict[str, Any]) -> Reply:
    """Every verdict is no."""
    return Reply(json.dumps(_filled(_schema(request), 0)))


def rambles(request: dict[str, Any]) -> Reply:
    """Words in place of what was asked for."""
    return Reply("Well, it is hard to say, really.")


def _schema(request: dict[str, Any]) -> dict[str, Any]:
    text = str(request["messages"][-1]["content"])
    begun = text.index(_ASKS) + len(_ASKS)
    found, _ = json.JSONDecoder().raw_decode(text[text.index("{", begun) :])
    return dict(found)


def _filled(schema: dict[str, Any], verdict: int, root: dict[str, Any] | None = None) -> Any:
    root = root or schema
    if "$ref" in schema:
        return _filled(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], verdict, root)
    kind = schema.get("type")
    if kind == "object":
        return {name: _filled(each, verdict, root) for name, each in schema.get("properties", {}).items()}
    if kind == "array":
        return [_filled(schema["items"], verdict, root)]
    if kind in {"integer", "number"}:
        return verdict
    return bool(verdict) if kind == "boolean" else "You can apply online."
