"""A judge over the real chat completions protocol: it fills in the JSON Schema that its prompt asks for."""

from __future__ import annotations

import json
import re
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


def writes(request: dict[str, Any]) -> Reply:
    """What ragas asks for when it makes a test set, down to a question with its answer."""
    given = _given(request)
    if isinstance(given, dict) and "persona" in given:
        told = " ".join(
            map(str, given["context"] if isinstance(given["context"], list) else [given["context"]])
        )
        last = [each for each in re.split(r"(?<=[.?!])\s+", told) if each][-1]
        about = " and ".join(map(str, given.get("themes") or [given.get("term")]))
        return Reply(json.dumps({"query": f"What should I know about {about}?", "answer": last}))
    text = str(given.get("text", ""))
    words = [each for each in re.findall(r"\w+", text) if len(each) > 5][:3] or ["passport"]
    replies: dict[str, Any] = {
        "entities": words,
        "output": words,
        "name": f"Somebody with a {words[0]}",
        "role_description": "Asks the government.",
        "mapping": {each["name"]: given.get("themes", []) for each in given.get("personas", [])},
        "combinations": [[each[0] for each in given.get("lists_of_concepts", [])]],
        "text": text.split(". ")[0],
    }
    return Reply(json.dumps({name: replies[name] for name in _schema(request)["properties"]}))


def _given(request: dict[str, Any]) -> dict[str, Any]:
    """The input that the prompt ends with."""
    text = str(request["messages"][-1]["content"])
    found, _ = json.JSONDecoder().raw_decode(text[text.rindex("input: ") + len("input: ") :])
    return dict(found)


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
